package orderfile

import (
	"math/bits"

	"voucherbul/mapping"
)

// Row is one row of the file below the header. Blank rows are not given, but count in the numbers.
type Row struct {
	Number   int               // row of the sheet, or first line of the CSV record, as the user sees it
	Cells    []string          // text of every column of the header, as a person would read it; as many as Header
	Order    mapping.Order     // the known columns, decoded to strings only; Order.Row == Number
	Problems []mapping.Problem // what is wrong with the row as a row: it must not be sent
	Skipped  string            // Italian: why the row is no order, such as a total; "" = it is one
	dates    dateSet
}

// IsDate reports whether a column of the row holds a date of the spreadsheet, and not a text that looks like
// one: such a date is given as dd/mm/yyyy, whatever the profile says of dates in the file.
func (r *Row) IsDate(column int) bool { return r.dates.has(column) }

// Dates are the columns that IsDate reports.
func (r *Row) Dates() (columns []int) {
	for i, word := range r.dates {
		for ; word != 0; word &= word - 1 {
			columns = append(columns, 64*i+bits.TrailingZeros64(word))
		}
	}
	return columns
}

// SetDates is the inverse of Dates, for a row that is made of what was kept of another one. Columns that no table
// has are passed over.
func (r *Row) SetDates(columns []int) {
	r.dates = dateSet{}
	for _, column := range columns {
		if column >= 0 && column < maxColumns {
			r.dates.add(column)
		}
	}
}

// dateSet is a set of columns, from 0.
type dateSet [(maxColumns + 63) / 64]uint64

func (s *dateSet) add(column int) { s[column/64] |= 1 << (column % 64) }

func (s *dateSet) has(column int) bool {
	return column >= 0 && column < maxColumns && s[column/64]&(1<<(column%64)) != 0
}
