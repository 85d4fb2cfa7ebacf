package report

import (
	"voucherbul/batch/journal"
	"voucherbul/mapping"
)

// CheckedRow is one row of an export as a check leaves it.
type CheckedRow struct {
	journal.Row
	Skipped string                // Italian: why the row is no order, such as a total; "" = it is one
	IsDate  func(column int) bool // whether a cell is a date of the spreadsheet, and no text; nil = none is
	Values  []string              // what would be sent, for every field in the order of [mapping.Fields]; "" = empty. Only JSON shows them
}

// Verdict is what a check says of a row.
type Verdict string

// The verdicts.
const (
	Valid   Verdict = "valid"
	Invalid Verdict = "invalid" // a rule of ours blocks it
	Skipped Verdict = "skipped" // it is no order
)

// Verdict is what the check says of the row.
func (r CheckedRow) Verdict() Verdict {
	switch {
	case r.Skipped != "":
		return Skipped
	case r.State == journal.Invalid:
		return Invalid
	}
	return Valid
}

func (v Verdict) fill() string {
	return map[Verdict]string{Valid: FillOf(journal.Accepted), Invalid: ProblemFill(mapping.Blocks), Skipped: FillSkipped}[v]
}
