package orderfile

import (
	"voucherbul/mapping"
	"voucherbul/mapping/orderfile/grid"
)

// Row is one row of the file below the header. Blank rows are not given, but count in the numbers.
type Row struct {
	Number   int               // row of the sheet, or first line of the CSV record, as the user sees it
	Cells    []string          // text of every column of the header, as a person would read it; as many as Header
	Order    mapping.Order     // the known columns, decoded to strings only; Order.Row == Number
	Problems []mapping.Problem // what is wrong with the row as a row: it must not be sent
	Skipped  string            // Italian: why the row is no order, such as a total; "" = it is one
	dates    grid.DateSet
}

// IsDate reports whether a column of the row holds a date of the spreadsheet, and not a text that looks like
// one: such a date is given as dd/mm/yyyy, whatever the profile says of dates in the file.
func (r *Row) IsDate(column int) bool { return r.dates.Has(column) }

// Dates are the columns that IsDate reports.
func (r *Row) Dates() (columns []int) { return r.dates.Columns() }

// SetDates is the inverse of Dates, for a row that is made of what was kept of another one. Columns that no table
// has are passed over.
func (r *Row) SetDates(columns []int) {
	r.dates = grid.DateSet{}
	for _, column := range columns {
		if column >= 0 && column < grid.MaxColumns {
			r.dates.Add(column)
		}
	}
}
