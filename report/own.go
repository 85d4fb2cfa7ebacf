package report

import (
	"slices"

	"voucherbul/mapping/ourfile"
)

// ownColumns are the columns of an export without those of an earlier check: its corrected workbook is an export
// too. The three may stand anywhere together, for a clerk adds columns after them.
type ownColumns struct {
	header []string
	first  int // column of the export where those of the check begin
	others int // how many they are; 0 = the export is no workbook of a check
}

func ownOf(header []string) ownColumns {
	first := ourfile.FindCheckColumns(header)
	if first < 0 {
		return ownColumns{header: header, first: len(header)}
	}
	others := len(ourfile.CheckColumns())
	return ownColumns{header: slices.Concat(header[:first], header[first+others:]), first: first, others: others}
}

// inExport is the column of the export that an own column is.
func (o ownColumns) inExport(column int) int {
	if column < o.first {
		return column
	}
	return column + o.others
}

// fit gives a row of the export the width of the own header, as the function of that name does.
func (o ownColumns) fit(buffer, cells []string) []string {
	if o.others == 0 {
		return fit(buffer, cells, len(o.header))
	}
	buffer = buffer[:0]
	for i := range o.header {
		value := ""
		if from := o.inExport(i); from < len(cells) {
			value = cells[from]
		}
		buffer = append(buffer, value)
	}
	return buffer
}
