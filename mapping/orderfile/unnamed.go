package orderfile

import (
	"slices"
	"strings"

	"voucherbul/mapping/orderfile/grid"
	"voucherbul/mapping/orderfile/xlsx"
)

// unnamed is the columns without a header inside a table. No field reads them, and a header that is missing
// cannot be listed as unknown: their values must not vanish without a word.
type unnamed struct {
	columns []int // from 0; usually none
	filled  []int // those that had a value so far
}

func unnamedOf(header []string) unnamed {
	var u unnamed
	for i, name := range header {
		if grid.IsBlank(name) {
			u.columns = append(u.columns, i)
		}
	}
	return u
}

// see looks at a row that is an order.
func (u *unnamed) see(cells []string) {
	for _, column := range u.columns {
		if !grid.IsBlank(cells[column]) && !slices.Contains(u.filled, column) {
			u.filled = append(u.filled, column)
		}
	}
}

// remark is the sentence about them; "" where no value was passed over.
func (u *unnamed) remark() string {
	if len(u.filled) == 0 {
		return ""
	}
	slices.Sort(u.filled)
	var letters []string
	for _, column := range u.filled {
		letters = append(letters, xlsx.ColumnLetters(column+1))
	}
	return "Colonne senza intestazione, con valori che non sono letti: " + strings.Join(letters, ", ") + "."
}
