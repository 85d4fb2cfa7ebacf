package orderfile

import "voucherbul/mapping"

// Claims says what a header stands for; [mapping.Claims] where no profile says otherwise.
type Claims func(header string) []mapping.Claim

// Options is how a file is to be read. The zero value reads any usual export.
type Options struct {
	Sheet  string // name of the sheet; "" = the first visible one with a recognised header
	Hidden Hidden
	Claims Claims // nil = mapping.Claims

	// AnyHeader reads a table whose columns nobody knows yet, to look at it: where fewer than two columns are
	// known the header is the row with the most names, among the first ones. The rows have cells, and no Order.
	AnyHeader bool
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
