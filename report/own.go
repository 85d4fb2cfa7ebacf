package report

import (
	"slices"

	"voucherbul/mapping/ourfile"
)

// OwnColumns are the columns of an export without those of an earlier check: its corrected workbook is an export
// too. The three may stand anywhere together, for a clerk adds columns after them.
type OwnColumns struct {
	Header []string
	first  int // column of the export where those of the check begin
	others int // how many they are; 0 = the export is no workbook of a check
}

// OwnOf finds them in the header of an export.
func OwnOf(header []string) OwnColumns {
	first := ourfile.FindCheckColumns(header)
	if first < 0 {
		return OwnColumns{Header: header, first: len(header)}
	}
	others := len(ourfile.CheckColumns())
	return OwnColumns{Header: slices.Concat(header[:first], header[first+others:]), first: first, others: others}
}

// inExport is the column of the export that an own column is.
func (o OwnColumns) inExport(column int) int {
	if column < o.first {
		return column
	}
	return column + o.others
}

// Fit gives a row of the export the width of the own header: a ragged row keeps its lines below the right titles. It writes over
// buffer, which may be nil.
func (o OwnColumns) Fit(buffer, cells []string) []string {
	buffer = buffer[:0]
	if o.others == 0 { // nearly always: all of them at once
		buffer = append(buffer, cells[:min(len(cells), len(o.Header))]...)
	}
	for i := len(buffer); i < len(o.Header); i++ {
		value := ""
		if from := o.inExport(i); from < len(cells) {
			value = cells[from]
		}
		buffer = append(buffer, value)
	}
	return buffer
}

// Unread leaves the columns of the check out of those that no field knows.
func (o OwnColumns) Unread(unread []string) []string {
	if o.others == 0 {
		return unread
	}
	return slices.DeleteFunc(slices.Clone(unread), func(name string) bool { return slices.Contains(ourfile.CheckColumns(), name) })
}

// SourceWidth is how wide a column of the export is, in characters, until its texts are known: it fits a codice fiscale, or the
// header where that is longer.
func SourceWidth(name string) float64 { return min(max(float64(len([]rune(name)))+3, 19), 30) }
