package batch

import (
	"fmt"
	"slices"
	"strings"

	"voucherbul/batch/journal"
	"voucherbul/batch/platform"
	"voucherbul/mapping"
)

// settleRepeated says of a row that goes again what becomes of it without being sent; ok is false where it is sent as any new
// one. group is all that was tried for the order, now is the row as it is planned, changed says that a person has changed a
// cell of it, refused that what was refused goes again unchanged.
//
//	accepted once                     already; with other data: not sent, an accepted order is not changed by a second one
//	in doubt                          sent as any row, behind the doubt; with other data: not sent until that is cleared up
//	breaks a rule                     as the rule says
//	refused, and not changed since    still refused
//	waits, transient, or changed      sent
func settleRepeated(group journal.Group, now journal.Row, changed, refused bool) (state journal.State, outcome journal.Outcome, ok bool) {
	group = tried(group)
	isThere := func(r journal.Row) bool { return r.State == journal.Accepted || r.State == journal.Already }
	if held, ok := lastOf(group, isThere); ok {
		if _, same := lastOf(group, func(r journal.Row) bool { return isThere(r) && r.Key == now.Key }); changed && !same {
			return journal.Invalid, changedOutcome("La riga è già acquisita"+in(held)+": la modifica non è stata inviata.",
				"Un ordine accettato non si cambia inviandolo di nuovo: disdirlo, e inviare quello nuovo in un file a sé.", "after it was accepted in run "+held.Run), true
		}
		return journal.Already, heldOutcomeOf(held), true
	}
	if doubt, ok := lastOf(group, func(r journal.Row) bool { return r.State == journal.Uncertain || r.State == journal.Sent }); ok {
		switch same := doubt.Key == now.Key; {
		case changed && !same:
			return journal.Invalid, changedOutcome("La riga è incerta"+in(doubt)+": finché non si sa se è stata eseguita, la modifica non viene inviata.",
				"Aspettare che la riga sia definita, poi correggerla se serve.", "while it is in doubt in run "+doubt.Run), true
		case same:
			return "", journal.Outcome{}, false
		}
	}
	if now.State == journal.Invalid {
		return "", journal.Outcome{}, false
	}
	before, same := lastOf(group, func(r journal.Row) bool { return r.Key == now.Key })
	switch {
	case !same, refused:
	case before.State == journal.Rejected && platform.Class(before.Class).Again() != platform.AgainUnchanged:
		outcome = before.Outcome
		outcome.Descrizione = withLine(outcome.Descrizione, "Non inviata di nuovo: la riga non è cambiata da allora"+in(before)+". Se la causa è stata tolta altrove, per esempio sul portale, chi gestisce il programma la invia con «retry --refused».")
		outcome.Reason = "not sent again: unchanged since run " + before.Run + " refused it"
		return journal.Rejected, outcome, true
	case before.State == journal.Invalid: // not for a cell of it, or it would be invalid now
		return journal.Invalid, before.Outcome, true
	}
	return "", journal.Outcome{}, false
}

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
func in(r journal.Row) string { return fmt.Sprintf(" (riga %d, invio %s)", r.Number, r.Run) }

// heldOutcomeOf is for a row that needs not go again.
func heldOutcomeOf(r journal.Row) journal.Outcome {
	return journal.Outcome{Class: string(platform.GiaFatto), Esito: r.Esito, FaseOperativa: r.FaseOperativa, DataOperazione: r.DataOperazione,
		DataResponse: r.DataResponse, Protocollo: r.Protocollo, Descrizione: "Già acquisita" + in(r) + ": non inviata di nuovo.",
		Reason: fmt.Sprintf("run %s, row %d has it", r.Run, r.Number)}
}

// changedOutcome is for a change that is not sent.
func changedOutcome(descrizione, advice, why string) journal.Outcome {
	return journal.Outcome{Class: string(platform.Definitivo), Descrizione: descrizione, Advice: advice, Reason: reasonKeptBack + why}
}

// reasonKeptBack begins the reason of a row whose change was not sent.
const reasonKeptBack = "changed "

// tried leaves out of a group the changes that were not sent: the same change given again is still one, and nothing that was
// tried for the order.
func tried(group journal.Group) journal.Group {
	return slices.DeleteFunc(slices.Clone(group), func(r journal.Row) bool {
		return r.State == journal.Invalid && strings.HasPrefix(r.Reason, reasonKeptBack)
	})
}

// withLine adds a line that a text does not have yet.
func withLine(text, line string) string {
	if text == "" {
		return line
	}
	return text + "\n" + line
}

// overtaken finds a row that would undo, sent now, what a later row of its file has achieved: a booking that comes after its
// own disdetta. history is what the platform holds of the beneficiary.
func overtaken(group journal.Group, now journal.Row, file journal.File, history []journal.Held) (outcome journal.Outcome, ok bool) {
	group = tried(group)
	latest := group[len(group)-1]
	if latest.Key != now.Key || latest.State != journal.Rejected {
		return journal.Outcome{}, false // it never had its turn, or somebody wants it as it is now
	}
	for _, h := range slices.Backward(history) {
		if h.Row > latest.ID && h.Row >= file.First && h.Row <= file.Last {
			return overtakenBy(h.Number), true
		}
	}
	return journal.Outcome{}, false
}

// overtakenBy is the outcome of a row whose time has passed.
func overtakenBy(number int) journal.Outcome {
	said := fmt.Sprintf("Superata: una richiesta successiva dello stesso beneficiario (riga %d) è già stata accettata in un invio precedente.", number)
	return journal.Outcome{Class: string(platform.Definitivo), Descrizione: said,
		Advice: "Nessuna azione. Se la richiesta serve davvero, inviarla in un file a sé.",
		Reason: fmt.Sprintf("overtaken: row %d was accepted in an earlier run", number)}
}

// operationOf is the operation of rows that do not say one themselves: what this run was told, or the earlier one.
func operationOf(told mapping.Operation, row journal.Row) mapping.Operation {
	if told != "" {
		return told
	}
	return row.Operation
}
