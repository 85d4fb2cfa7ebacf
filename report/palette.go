package report

import (
	"voucherbul/batch/journal"
	"voucherbul/mapping"
)

// colours of a state: of its row, which must be easy to read on, of its own cell, and of its part of a chart. RGB.
type colours struct{ row, cell, chart string }

// coloursOf colours a state: green is done, red was refused, orange is to be corrected, yellow is open, blue goes by itself.
// The word stands beside every colour.
func coloursOf(s journal.State) colours {
	switch s {
	case journal.Accepted:
		return colours{"EAF5E6", "C6EFCE", "4EA72E"}
	case journal.Already:
		return colours{"F1F7EE", "D9EFD0", "A9D18E"}
	case journal.Rejected:
		return colours{"FCE8E6", "FFC7CE", "E06666"} // numbers on a chart are black
	case journal.Invalid:
		return colours{"FDF0E4", "F8CBAD", "ED7D31"}
	case journal.Uncertain, journal.Sent:
		return colours{"FFF8DC", "FFE699", "FFC000"}
	case journal.Pending:
		return colours{"EAF1FA", "BDD7EE", "5B9BD5"}
	case journal.Planned: // another word, and so another slice
		return colours{"EAF1FA", "BDD7EE", "9DC3E6"}
	}
	return colours{fillSkipped, fillSkipped, "A5A5A5"}
}

// fillOf is the colour of the cell of a state.
func fillOf(s journal.State) string { return coloursOf(s).cell }

// problemFill is the colour of a cell with a Problem.
func problemFill(s mapping.Severity) string {
	if s == mapping.Warns {
		return "FFEB9C"
	}
	return "FFC7CE"
}
