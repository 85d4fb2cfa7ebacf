// Package report has what rows look like in any report: their colours, the marks and notes of their cells, the own columns
// of an export, the texts about rows and runs (see [Words]), the words for what is wrong, and the members of their JSON.
//
// A report is a rendering: it decides nothing, and can be made again at any time. All that a back-office person reads is
// Italian. The package must not change the journal, and must not show a value other than it was read. It writes no document:
// each has a package of its own below.
package report

import (
	"voucherbul/batch/journal"
	"voucherbul/mapping"
)

// Colours of cells that no state has.
const (
	FillCorrected = "DDEBF7" // the program has put the value right
	FillSkipped   = "E7E6E6" // it is no order, or nothing need be done
)

// Colours are those of a state: of its row, which must be easy to read on, of its own cell, and of its part of a chart. RGB.
type Colours struct{ Row, Cell, Chart string }

// ColoursOf colours a state: green is done, red was refused, orange is to be corrected, yellow is open, blue goes by itself.
// The word stands beside every colour.
func ColoursOf(s journal.State) Colours {
	switch s {
	case journal.Accepted:
		return Colours{"EAF5E6", "C6EFCE", "4EA72E"}
	case journal.Already:
		return Colours{"F1F7EE", "D9EFD0", "A9D18E"}
	case journal.Rejected:
		return Colours{"FCE8E6", "FFC7CE", "E06666"} // numbers on a chart are black
	case journal.Invalid:
		return Colours{"FDF0E4", "F8CBAD", "ED7D31"}
	case journal.Uncertain, journal.Sent:
		return Colours{"FFF8DC", "FFE699", "FFC000"}
	case journal.Pending:
		return Colours{"EAF1FA", "BDD7EE", "5B9BD5"}
	case journal.Planned: // another word, and so another slice
		return Colours{"EAF1FA", "BDD7EE", "9DC3E6"}
	}
	return Colours{FillSkipped, FillSkipped, "A5A5A5"}
}

// FillOf is the colour of the cell of a state.
func FillOf(s journal.State) string { return ColoursOf(s).Cell }

// ProblemFill is the colour of a cell with a Problem.
func ProblemFill(s mapping.Severity) string {
	if s == mapping.Warns {
		return "FFEB9C"
	}
	return "FFC7CE"
}
