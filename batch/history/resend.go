package history

import (
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
			return journal.Invalid, notSent(journal.ChangedAfterAccepted, acquired), true
		}
		return journal.Already, acquiredOutcomeOf(acquired), true
	}
	if doubt, ok := lastOf(group, func(r journal.Row) bool { return r.State == journal.Uncertain || r.State == journal.Sent }); ok {
		if now.Key != doubt.Key && (changed || now.Key != "") { // other settings make another request of it, too
			return journal.Invalid, notSent(journal.ChangedInDoubt, doubt), true
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
			// What an older release has stored of the refusal stays, but for the reason: this row has one of its own.
			outcome.Code, outcome.Args, outcome.Reason = journal.UnchangedSince, slices.Concat(placeArgs(before), []string{string(before.Code)}, before.Args), ""
		}
		return journal.Rejected, outcome, true
	}
	return "", journal.Outcome{}, false
}

// placeArgs are the arguments of a code that names a row of a run.
func placeArgs(r journal.Row) []string { return []string{r.ID.Run, strconv.Itoa(r.Number)} }

// acquiredArgs are the arguments of a code that names an acquired request.
func acquiredArgs(h journal.Acquired) []string {
	return []string{h.ID.Run, strconv.Itoa(h.Number), h.SettledAt.UTC().Format(time.RFC3339)}
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

// twiceInARun is for an order that is in one run already: two outcomes have it, or one outcome was given twice.
func twiceInARun(first, now journal.Row) (journal.State, journal.Outcome) {
	args := []string{strconv.Itoa(first.Number)}
	if first.Key == now.Key {
		return journal.Already, journal.Outcome{Class: string(esito.GiaFatto), Code: journal.TwiceInRun, Args: args}
	}
	return journal.Invalid, journal.Outcome{Class: string(esito.Definitivo), Code: journal.TwiceWithOtherData, Args: args}
}

// copied is for a row that was never sent, for it is a copy of another one.
func copied(before journal.Row, changed bool) (journal.State, journal.Outcome) {
	outcome := before.Outcome
	if !changed {
		return before.State, outcome
	}
	// What an older release has stored of the copy stays.
	return journal.Invalid, journal.Outcome{Class: string(esito.Definitivo), Descrizione: before.Descrizione,
		Code: journal.CopyChanged, Args: append(slices.Clone(before.Args), string(before.Code))}
}

// acquiredOutcomeOf is for a row that needs not go again.
func acquiredOutcomeOf(r journal.Row) journal.Outcome {
	return journal.Outcome{Class: string(esito.GiaFatto), Esito: r.Esito, FaseOperativa: r.FaseOperativa, DataOperazione: r.DataOperazione,
		DataResponse: r.DataResponse, Protocollo: r.Protocollo, Code: journal.AcquiredInRun, Args: placeArgs(r)}
}

// notSent is for a row that was changed too late, as another attempt says.
func notSent(code journal.Code, other journal.Row) journal.Outcome {
	return journal.Outcome{Class: string(esito.Definitivo), Code: code, Args: placeArgs(other)}
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
	return journal.Outcome{Class: string(esito.Definitivo), Code: journal.Overtaken, Args: []string{strconv.Itoa(number)}}
}

// Copy is the outcome of rows of a file that is there twice: two copies in a folder are one submission.
func Copy(original string) journal.Outcome {
	return journal.Outcome{Class: string(esito.GiaFatto), Code: journal.CopyOfFile, Args: []string{original}}
}
