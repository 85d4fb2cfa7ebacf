// Package grid has what tables of every format share: rows of text cells, the [Source] that gives them one by one, and the
// [UnreadableError] about a file that cannot be read with certainty.
//
// The package must not know a format, nor what a column means: it opens no file, finds no header, and judges no
// value. A row is a value and a cell is a string: nothing here costs an allocation for each cell.
package grid

import (
	"strings"

	"voucherbul/mapping"
)

// MaxColumns is the widest table that is read. Order exports have about 40 columns; a table of thousands is
// damage or an attack on memory.
const MaxColumns = 200

// Source is a table of one format, read from top to bottom.
type Source interface {
	// Next gives the next record, io.EOF after the last one. Any other error is final: it means that the
	// records given before cannot be trusted either.
	Next() (Record, error)
	// Misfits says what is wrong with a record whose cells do not fit a table of that width.
	Misfits(r Record, width int) []mapping.Problem
	// Close lets go of what the source holds open, but for the file that it was made of.
	Close() error
}

// Record is one row of a source, blank ones and the header included.
type Record struct {
	Number int      // row of the sheet, or first line of the CSV record, from 1
	Cells  []string // valid until the next record; their texts stay
	Dates  DateSet
	Hidden bool // the sheet does not show the row
	Total  bool // a table of the sheet says that the row is its total
	Blank  bool // known to be: nobody needs to look through the cells again
}

// IsBlank reports whether no cell of the row has a text.
func (r Record) IsBlank() bool { return r.Blank || Width(r.Cells) == 0 }

// Width is the number of cells up to the last one that has a text.
func Width(cells []string) int {
	for n := len(cells); n > 0; n-- {
		if !IsBlank(cells[n-1]) {
			return n
		}
	}
	return 0
}

// IsBlank reports whether a cell has no text but white space.
func IsBlank(cell string) bool { return strings.TrimSpace(cell) == "" }
