package history

import (
	"slices"

	"voucherbul/batch/journal"
	"voucherbul/batch/platform/esito"
)

// Superseded finds the later attempt that a row which waits must leave its turn to. A later attempt that was refused without
// being sent, because nothing in it had changed, says nothing about this row. One that breaks a rule does: the clerk no
// longer wants the row as it was.
func Superseded(group journal.Group, id journal.RowID) (by journal.Row, ok bool) {
	i := slices.IndexFunc(group, func(r journal.Row) bool { return r.ID == id })
	if i < 0 || group[i].State != journal.Planned && group[i].State != journal.Pending {
		return journal.Row{}, false
	}
	return lastOf(Tried(group[i+1:]), func(r journal.Row) bool { return r.State != journal.Rejected || r.Attempts > 0 })
}

// SupersededBy is the outcome of a row that goes again in a later run.
func SupersededBy(by journal.Row) journal.Outcome {
	return journal.Outcome{Class: string(esito.Definitivo), Code: journal.Superseded, Args: placeArgs(by)}
}
