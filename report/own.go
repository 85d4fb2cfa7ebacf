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
	if o.others == 0 {
		return fit(buffer, cells, len(o.Header))
	}
	buffer = buffer[:0]
	for i := range o.Header {
		value := ""
		if from := o.inExport(i); from < len(cells) {
			value = cells[from]
		}
		buffer = append(buffer, value)
	}
	return buffer
}

// WithoutCheck leaves the columns of an earlier check out of those that no field knows.
func WithoutCheck(header, unread []string) []string {
	if OwnOf(header).others == 0 {
		return unread
	}
	return slices.DeleteFunc(slices.Clone(unread), func(name string) bool { return slices.Contains(ourfile.CheckColumns(), name) })
}

// SourceWidth is how wide a column of the export is until its texts are known: it fits a codice fiscale, or the header where that is longer.
func SourceWidth(name string) float64 { return min(max(float64(len([]rune(name)))+3, 19), 30) }

// fit gives a row the width of its header.
func fit(buffer, cells []string, width int) []string {
	buffer = append(buffer[:0], cells[:min(len(cells), width)]...)
	for len(buffer) < width {
		buffer = append(buffer, "")
	}
	return buffer
}
