package history

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"voucherbul/batch/journal"
	"voucherbul/batch/platform/esito"
)

// settleRepeated decides whether a row that goes again is settled without being sent. ok is false where it has to be sent
// like a new one. group holds all attempts at the order, now is the row as it is planned. changed means that a person has
// changed one of its cells. refused means that a refused row may go again unchanged.
//
//	twice in this run                 the first one counts
//	accepted once                     already; with other data: not sent, an accepted order is not changed by a second one
//	in doubt, whichever attempt       sent as any row, behind the doubt; with other data: not sent until that is cleared up
//	breaks a rule                     as the rule says
//	settled by a rule about the past  as it was, whatever refused says
//	refused, and not changed since    still refused
//	waits, transient, or changed      sent
func Resend(group journal.Group, now journal.Row, changed, refused bool) (state journal.State, outcome journal.Outcome, ok bool) {
	if first, twice := lastOf(group, func(r journal.Row) bool { return r.ID.Run == now.ID.Run && !r.Code.IsCopy() }); twice && now.State != journal.Invalid {
		state, outcome = twiceInARun(first, now)
		return state, outcome, true
	}
	if len(Tried(group)) == 0 { // of a file that was a copy
		state, outcome = copied(group[len(group)-1], changed)
		return state, outcome, true
	}
	group = Tried(group)
	if acquired, ok := lastOf(group, isAcquired); ok {
		_, same := lastOf(group, func(r journal.Row) bool { return isAcquired(r) && r.Key == now.Key })
		if changed && !same {
			return journal.Invalid, changedOutcome("La riga è già acquisita"+in(acquired)+": la modifica non è stata inviata.",
				"Un ordine accettato non si cambia inviandolo di nuovo: disdirlo, e inviare quello nuovo in un file a sé.", journal.ChangedAfterAccepted, acquired, "changed after it was accepted in run "+acquired.ID.Run), true
		}
		return journal.Already, acquiredOutcomeOf(acquired), true
	}
	if doubt, ok := lastOf(group, func(r journal.Row) bool { return r.State == journal.Uncertain || r.State == journal.Sent }); ok {
		if now.Key != doubt.Key && (changed || now.Key != "") { // other settings make another request of it, too
			return journal.Invalid, changedOutcome("La riga è incerta"+in(doubt)+": finché non si sa se è stata eseguita, la modifica non viene inviata.",
				"Aspettare che la riga sia definita, poi correggerla se serve.", journal.ChangedInDoubt, doubt, "changed while it is in doubt in run "+doubt.ID.Run), true
		}
		return "", journal.Outcome{}, false
	}
	if now.State == journal.Invalid {
		return "", journal.Outcome{}, false
	}
	before, same := lastOf(group, func(r journal.Row) bool { return r.Key == now.Key && r.Code != journal.ChangedInDoubt })
	switch {
	case !same:
	case before.State == journal.Invalid: // not for a cell of it, or it would be invalid now
		return journal.Invalid, before.Outcome, true
	case refused:
	case before.State == journal.Rejected && esito.Class(before.Class).Again() != esito.AgainUnchanged:
		outcome = before.Outcome
		if outcome.Code != journal.UnchangedSince { // it says so already
			outcome.Descrizione = withLine(outcome.Descrizione, "Non inviata di nuovo: la riga non è cambiata da allora"+in(before)+".")
			outcome.Code, outcome.Args = journal.UnchangedSince, append(append(placeArgs(before.ID.Run, before.Number), string(before.Code)), before.Args...)
			outcome.Reason = "not sent again: unchanged since run " + before.ID.Run + " refused it"
		}
		return journal.Rejected, outcome, true
	}
	return "", journal.Outcome{}, false
}

// reasonCopy is said of rows that are sent from another place of their run.
const reasonCopy = "the same file twice in one run"

// placeArgs are the arguments of a code that names a row of a run.
func placeArgs(run string, number int) []string { return []string{run, strconv.Itoa(number)} }

// acquiredArgs are the arguments of a code that names an acquired request.
func acquiredArgs(h journal.Acquired) []string {
	return append(placeArgs(h.ID.Run, h.Number), h.SettledAt.UTC().Format(time.RFC3339))
}

// tried drops the rows of a group that say nothing about the order: copies of a row that is sent elsewhere, and rows that a
// later run took up before their turn.
func Tried(group journal.Group) journal.Group {
	return slices.DeleteFunc(slices.Clone(group), func(r journal.Row) bool {
		return r.Code.IsCopy() || r.Code == journal.Superseded
	})
}

func isAcquired(r journal.Row) bool { return r.State == journal.Accepted || r.State == journal.Already }

// lastOf is the latest row of a group that fits.
func lastOf(group journal.Group, fits func(journal.Row) bool) (row journal.Row, ok bool) {
	for _, r := range slices.Backward(group) {
		if fits(r) {
			return r, true
		}
	}
	return journal.Row{}, false
}

// in names the place of a row.
func in(r journal.Row) string { return fmt.Sprintf(" (riga %d, invio %s)", r.Number, r.ID.Run) }

// twiceInARun is for an order that is in one run already: two outcomes have it, or one outcome was given twice.
func twiceInARun(first, now journal.Row) (journal.State, journal.Outcome) {
	if first.Key == now.Key {
		return journal.Already, journal.Outcome{Class: string(esito.GiaFatto), Code: journal.TwiceInRun, Args: []string{strconv.Itoa(first.Number)}, Reason: reasonCopy,
			Descrizione: fmt.Sprintf("Lo stesso ordine è già in questo invio (riga %d): è inviato da lì.", first.Number),
			Advice:      "L'esito è quello di quella riga."}
	}
	return journal.Invalid, journal.Outcome{Class: string(esito.Definitivo), Code: journal.TwiceWithOtherData, Args: []string{strconv.Itoa(first.Number)}, Reason: reasonCopy,
		Descrizione: fmt.Sprintf("Lo stesso ordine è già in questo invio (riga %d), con altri dati: questi non sono stati inviati.", first.Number),
		Advice:      "Inviare uno solo dei file degli esiti in cui c'è l'ordine."}
}

// copied is for a row that was never sent, for it is a copy of another one.
func copied(before journal.Row, changed bool) (journal.State, journal.Outcome) {
	outcome := before.Outcome
	if !changed {
		return before.State, outcome
	}
	outcome.Class, outcome.Descrizione = string(esito.Definitivo), withLine(outcome.Descrizione, "La modifica non è stata inviata.")
	outcome.Code, outcome.Args = journal.CopyChanged, append(slices.Clone(before.Args), string(before.Code))
	outcome.Advice = "Correggere la riga nell'esito dell'originale."
	return journal.Invalid, outcome
}

// acquiredOutcomeOf is for a row that needs not go again.
func acquiredOutcomeOf(r journal.Row) journal.Outcome {
	return journal.Outcome{Class: string(esito.GiaFatto), Esito: r.Esito, FaseOperativa: r.FaseOperativa, DataOperazione: r.DataOperazione,
		DataResponse: r.DataResponse, Protocollo: r.Protocollo, Descrizione: "Già acquisita" + in(r) + ": non inviata di nuovo.",
		Code: journal.AcquiredInRun, Args: placeArgs(r.ID.Run, r.Number), Reason: fmt.Sprintf("run %s, row %d has it", r.ID.Run, r.Number)}
}

func changedOutcome(descrizione, advice string, code journal.Code, of journal.Row, reason string) journal.Outcome {
	return journal.Outcome{Class: string(esito.Definitivo), Code: code, Args: placeArgs(of.ID.Run, of.Number), Descrizione: descrizione, Advice: advice, Reason: reason}
}

// withLine adds a line to a text.
func withLine(text, line string) string {
	if text == "" {
		return line
	}
	return text + "\n" + line
}

// MayBeOvertaken reports a row that only the history of its beneficiary can tell from one that is overtaken: somebody wants
// any other as it is now, or it never had its turn.
func MayBeOvertaken(group journal.Group, now journal.Row) bool {
	latest, ok := lastOf(Tried(group), func(journal.Row) bool { return true })
	return ok && latest.Key == now.Key && latest.State == journal.Rejected
}

// Overtaken finds a row that comes too late: sent now, it would undo what a later row of its file has achieved, such as a
// booking after its own disdetta. history holds the acquired requests of the beneficiary.
func Overtaken(group journal.Group, now journal.Row, history []journal.Acquired) (outcome journal.Outcome, ok bool) {
	if !MayBeOvertaken(group, now) {
		return journal.Outcome{}, false
	}
	for _, h := range slices.Backward(history) {
		if slices.ContainsFunc(group, func(r journal.Row) bool { return r.Key == now.Key && r.ID.IsBefore(h.ID) }) {
			return overtakenBy(h.Number), true
		}
	}
	return journal.Outcome{}, false
}

// overtakenBy is the outcome of a row whose time has passed.
func overtakenBy(number int) journal.Outcome {
	said := fmt.Sprintf("Superata: una richiesta successiva dello stesso beneficiario (riga %d) è già stata accettata in un invio precedente.", number)
	return journal.Outcome{Class: string(esito.Definitivo), Descrizione: said,
		Advice: "Nessuna azione. Se la richiesta serve davvero, inviarla in un file a sé.",
		Code:   journal.Overtaken, Args: []string{strconv.Itoa(number)},
		Reason: fmt.Sprintf("overtaken: row %d was accepted in an earlier run", number)}
}

// Copy is the outcome of rows of a file that is there twice: two copies in a folder are one submission.
func Copy(original string) journal.Outcome {
	return journal.Outcome{Class: string(esito.GiaFatto), Code: journal.CopyOfFile, Args: []string{original}, Reason: reasonCopy,
		Descrizione: fmt.Sprintf("Il file è una copia di %s: la riga è inviata da lì.", original),
		Advice:      fmt.Sprintf("L'esito è quello di %s: leggere quel file.", original)}
}
