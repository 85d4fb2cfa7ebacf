package batch

import (
	"context"
	"fmt"
	"slices"

	"voucherbul/batch/journal"
	"voucherbul/batch/platform/esito"
)

// settleTakenUp settles the rows of a resumed run that a later run has taken up. The later run sends them, perhaps with
// other data; sending them here too would send the order twice.
func (j Job) settleTakenUp(ctx context.Context, run string) error {
	ids, err := j.Journal.Repeated(ctx, run)
	if err != nil {
		return err
	}
	for some := range slices.Chunk(ids, repeatPage) {
		groups, err := j.Journal.Groups(ctx, some)
		if err != nil {
			return err
		}
		var settled []journal.Settlement
		for _, id := range some {
			if by, ok := takenUp(groups[id], id); ok {
				settled = append(settled, journal.Settlement{Row: id, State: journal.Invalid, Outcome: takenUpBy(by)})
			}
		}
		if err := j.Journal.Settle(ctx, j.Now(), settled); err != nil {
			return err
		}
	}
	return nil
}

// takenUp finds the later attempt that a row which waits must leave its turn to. A later attempt that was refused without
// being sent, because nothing in it had changed, says nothing about this row. One that breaks a rule does: the clerk no
// longer wants the row as it was.
func takenUp(group journal.Group, id int64) (by journal.Row, ok bool) {
	i := slices.IndexFunc(group, func(r journal.Row) bool { return r.ID == id })
	if i < 0 || group[i].State != journal.Planned && group[i].State != journal.Pending {
		return journal.Row{}, false
	}
	return lastOf(tried(group[i+1:]), func(r journal.Row) bool { return r.State != journal.Rejected || r.Attempts > 0 })
}

// takenUpBy is the outcome of a row that goes again in a later run.
func takenUpBy(by journal.Row) journal.Outcome {
	return journal.Outcome{Class: string(esito.Definitivo),
		Descrizione: fmt.Sprintf("Ripresa in un invio successivo%s: vale quell'esito.", in(by)),
		Advice:      "Nessuna azione: leggere l'esito di quell'invio.",
		Code:        journal.GoesAgain, Args: placeArgs(by.Run, by.Number),
		Reason: "it goes again in run " + by.Run}
}
