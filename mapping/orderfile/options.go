package orderfile

import (
	"voucherbul/mapping"
	"voucherbul/mapping/orderfile/grid"
)

// Claims says what a header stands for; [mapping.Claims] where no profile says otherwise.
type Claims func(header string) []mapping.Claim

// Options is how a file is to be read. The zero value reads any usual export.
type Options struct {
	Sheet  string // name of the sheet; "" = the first visible one with a recognised header
	Hidden Hidden
	Claims Claims // nil = mapping.Claims

	// AnyHeader reads a table with unknown columns, to look at it. If fewer than two columns are known, the header is the
	// row with the most names among the first ones. The rows have cells, and no Order.
	AnyHeader bool

	// Column is the exact title, but for its case and the blanks around it, of a column that the header must have:
	// the header is the first row with such a cell, among the first ones. The rows below it are given as they are,
	// totals and repeated headers too: they have cells, and no Order, no Problems and no reason to be skipped but
	// that of hidden rows. What stands beside the table is left out. A table of no rows is no error.
	Column string

	titles []string // all that the header must have; none = it is told by the columns that are known
}

// prepared fills in what is left out.
func (o Options) prepared() Options {
	if o.Claims == nil {
		o.Claims = mapping.Claims
	}
	if !grid.IsBlank(o.Column) {
		o.titles = []string{o.Column}
	}
	return o
}

// Hidden says what becomes of the rows that a sheet hides, by hand or by a filter. Nobody but the user can
// know whether they are meant: without a word a file that has some is refused.
type Hidden string

// What can become of hidden rows.
const (
	RefuseHidden Hidden = ""
	SendHidden   Hidden = "send"
	SkipHidden   Hidden = "skip"
)
