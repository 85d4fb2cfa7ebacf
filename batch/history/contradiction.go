package history

import (
	"fmt"
	"slices"
	"time"

	"voucherbul/batch/journal"
	"voucherbul/mapping"
)

// contradictions are what the history of a beneficiary makes doubtful in a new request.
func contradictions(history []journal.Acquired, r journal.PlannedRow, zone *time.Location) ([]journal.Warning, error) {
	problems, err := otherData(history, r, zone)
	if err != nil {
		return nil, err
	}
	var warnings []journal.Warning
	for _, p := range append(problems, rebooked(history, r, zone)...) {
		warnings = append(warnings, journal.Warning{Row: r.ID, Problem: p})
	}
	return warnings, nil
}

// otherData warns of a request whose beneficiary has one of the same kind with other data. The row is sent all the same, as
// only the platform knows whether the earlier request still stands: its voucher may have lapsed. If it stands, the platform
// refuses the row or, worse, answers that it is done already. So the outcome has to say which data the platform holds.
func otherData(history []journal.Acquired, r journal.PlannedRow, zone *time.Location) ([]mapping.Problem, error) {
	acquired, ok := sameKind(history, r.Operation)
	if !ok || acquired.Key == r.Key {
		return nil, nil
	}
	differences, err := mapping.Differences(acquired.Request, r.Request)
	if err != nil {
		return nil, fmt.Errorf("row %d: %w", r.Number, err)
	}
	var problems []mapping.Problem
	for _, d := range differences {
		problems = append(problems, mapping.Problem{Code: mapping.CodeContradiction, Arg: d.Before, Field: d.Field, Column: d.Column, Found: d.Now, Severity: mapping.Warns,
			Expected: fmt.Sprintf("«%s», come nella %s accettata il %s", d.Before, acquired.Operation, place(acquired, zone)),
			Remedy:   "conflitto: la piattaforma non cambia i dati di una richiesta accettata; se valgono quelli nuovi, disdire e inviare di nuovo"})
	}
	return problems, nil
}

// rebooked warns of a prenotazione that repeats one that was withdrawn since. Between files order says nothing: it may be
// meant, or the file of the first one may have been given again.
func rebooked(history []journal.Acquired, r journal.PlannedRow, zone *time.Location) []mapping.Problem {
	if r.Operation != mapping.OperationPrenotazione {
		return nil
	}
	ended := history[len(history)-1]
	if ended.Operation.Effect() != mapping.EndsVoucher {
		return nil
	}
	for _, h := range slices.Backward(history) {
		if h.Key == r.Key {
			return []mapping.Problem{{Code: mapping.CodeAfterEnd, Field: "operazione", Column: "Operazione", Found: string(r.Operation), Expected: "una richiesta nuova", Severity: mapping.Warns,
				Remedy: fmt.Sprintf("la stessa prenotazione è stata accettata il %s, ed è seguita una %s il %s: viene inviata di nuovo",
					place(h, zone), ended.Operation, place(ended, zone))}}
		}
	}
	return nil
}

// sameKind is the latest request of an operation that has not been ended, or followed by a new life of the voucher.
func sameKind(history []journal.Acquired, op mapping.Operation) (journal.Acquired, bool) {
	for _, h := range slices.Backward(history) {
		switch effect := h.Operation.Effect(); {
		case h.Operation == op:
			return h, true
		case effect == mapping.EndsVoucher || effect == mapping.BeginsVoucher: // nothing has been done yet on a new voucher
			return journal.Acquired{}, false
		}
	}
	return journal.Acquired{}, false
}

// place says when a request was accepted, and where it stood.
func place(h journal.Acquired, zone *time.Location) string {
	return fmt.Sprintf("%s (riga %d, invio %s)", h.SettledAt.In(zone).Format("02/01/2006"), h.Number, h.ID.Run)
}
