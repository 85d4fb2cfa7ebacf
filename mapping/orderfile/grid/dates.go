package grid

import "math/bits"

// DateSet says which columns of a row, counted from 0, hold a date of the spreadsheet, and not a text that looks like
// one. The zero value has none.
type DateSet [(MaxColumns + 63) / 64]uint64

// Add takes a column in. It must be below [MaxColumns].
func (s *DateSet) Add(column int) { s[column/64] |= 1 << (column % 64) }

// Has reports whether a column is in the set; none beyond [MaxColumns] is.
func (s *DateSet) Has(column int) bool {
	return column >= 0 && column < MaxColumns && s[column/64]&(1<<(column%64)) != 0
}

// Columns are those in the set, in ascending order.
func (s *DateSet) Columns() (columns []int) {
	for i, word := range s {
		for ; word != 0; word &= word - 1 {
			columns = append(columns, 64*i+bits.TrailingZeros64(word))
		}
	}
	return columns
}
