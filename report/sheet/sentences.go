package sheet

import (
	"errors"
	"slices"
	"strconv"

	"github.com/xuri/excelize/v2"
)

// Sentences writes a sheet of sentences and small tables. It keeps the first error, so that the code reads
// as the sheet does.
type Sentences struct {
	Line
	name   string
	last   string    // letter of the last column
	widths []float64 // of the columns, in characters
	width  float64   // of all of them
	err    error
}

// Sentences starts to write the sheet name, which is there, with columns of these widths, in characters. It prints as wide as
// the page.
func (w *Workbook) Sentences(name string, widths ...float64) (*Sentences, error) {
	out, err := w.narrow(name)
	if err != nil {
		return nil, err
	}
	s := &Sentences{Line: Line{w: w, out: out}, name: name, widths: widths}
	s.last, err = excelize.ColumnNumberToName(len(widths))
	for i, width := range slices.Backward(widths) { // the library puts each before those that it has, and Excel wants them in order
		err = errors.Join(err, out.SetColWidth(i+1, i+1, width))
		s.width += width
	}
	return s, err
}

// End writes what is left, and gives the first error of all that was written.
func (s *Sentences) End() error {
	if s.err != nil {
		return s.err
	}
	return s.out.Flush()
}

// Row adds texts and whole numbers.
func (s *Sentences) Row(l Look, values ...any) {
	if s.err == nil {
		s.err = s.Put(l, values...)
	}
}

// Parts adds a row of values that take several columns each, as many as columns says; texts go on in further lines.
func (s *Sentences) Parts(l Look, columns []int, parts ...any) {
	var values []any
	var texts []string
	var wraps []Wrapped
	for n, p := range parts {
		first := len(values)
		values = append(values, p)
		width := 0.0
		for i := range columns[n] {
			width += s.widths[first+i]
			if i > 0 {
				values = append(values, "")
			}
		}
		if columns[n] > 1 && s.err == nil {
			s.err = s.merge(first, first+columns[n]-1)
		}
		if value, ok := p.(string); ok {
			wraps = append(wraps, Wrapped{len(texts), width * 0.95}) // words do not fill a line
			texts = append(texts, value)
		}
	}
	l.Wrap = true
	s.Height = HeightOf(texts, wraps...)
	s.Row(l, values...)
}

// merge makes one cell of several of the next row.
func (s *Sentences) merge(first, last int) error {
	from, err := excelize.CoordinatesToCellName(first+1, s.line+1)
	if err != nil {
		return err
	}
	to, err := excelize.CoordinatesToCellName(last+1, s.line+1)
	if err != nil {
		return err
	}
	return s.out.MergeCell(from, to)
}

// Title adds the title of the sheet.
func (s *Sentences) Title(value string) {
	s.Height = 24
	s.Row(Look{Title: true}, value)
}

// Sentence adds a text over all columns, in as many lines as it needs; an empty one is a gap.
func (s *Sentences) Sentence(value string, l Look) {
	if value == "" {
		s.Row(l, value)
		return
	}
	line := strconv.Itoa(s.line + 1)
	if s.err == nil && s.last != "A" {
		s.err = s.out.MergeCell("A"+line, s.last+line)
	}
	l.Wrap = true
	s.Height = HeightOf([]string{value}, Wrapped{0, s.width * 0.95}) // words do not fill a line
	s.Row(l, value)
}
