package report

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"voucherbul/batch/journal"
)

// summaryWriter writes a sheet of sentences and small tables. It keeps the first error, so that the code reads
// as the sheet does.
type summaryWriter struct {
	lineWriter
	last   string    // letter of the last column
	widths []float64 // of the columns, in characters
	width  float64   // of all of them
	err    error
}

// newSummaryWriter sets the widths of the columns, in characters.
func newSummaryWriter(w *workbook, sheet *excelize.StreamWriter, widths ...float64) (*summaryWriter, error) {
	last, err := excelize.ColumnNumberToName(len(widths))
	s := &summaryWriter{lineWriter: lineWriter{w: w, sheet: sheet}, last: last, widths: widths}
	for i, width := range slices.Backward(widths) { // the library puts each before those that it has, and Excel wants them in order
		err = errors.Join(err, sheet.SetColWidth(i+1, i+1, width))
		s.width += width
	}
	return s, err
}

// row adds texts and whole numbers.
func (s *summaryWriter) row(l look, values ...any) {
	if s.err == nil {
		s.err = s.put(l, values...)
	}
}

// part is a value that takes several columns.
type part struct {
	value   any
	columns int
}

// parts adds a row of values that take several columns each; texts go on in further lines.
func (s *summaryWriter) parts(l look, parts ...part) {
	var values []any
	var texts []string
	var wraps []wrapped
	for _, p := range parts {
		first := len(values)
		values = append(values, p.value)
		width := 0.0
		for i := range p.columns {
			width += s.widths[first+i]
			if i > 0 {
				values = append(values, "")
			}
		}
		if p.columns > 1 && s.err == nil {
			s.err = s.merge(first, first+p.columns-1)
		}
		if value, ok := p.value.(string); ok {
			wraps = append(wraps, wrapped{len(texts), width * 0.95}) // words do not fill a line
			texts = append(texts, value)
		}
	}
	l.wrap = true
	s.height = heightOf(texts, wraps...)
	s.row(l, values...)
}

// merge makes one cell of several of the next row.
func (s *summaryWriter) merge(first, last int) error {
	from, err := excelize.CoordinatesToCellName(first+1, s.line+1)
	if err != nil {
		return err
	}
	to, err := excelize.CoordinatesToCellName(last+1, s.line+1)
	if err != nil {
		return err
	}
	return s.sheet.MergeCell(from, to)
}

func (s *summaryWriter) title(value string) {
	s.height = 24
	s.row(look{title: true}, value)
}

// sentence adds a text over all columns, in as many lines as it needs; an empty one is a gap.
func (s *summaryWriter) sentence(value string, l look) {
	if value == "" {
		s.row(l, value)
		return
	}
	line := strconv.Itoa(s.line + 1)
	if s.err == nil && s.last != "A" {
		s.err = s.sheet.MergeCell("A"+line, s.last+line)
	}
	l.wrap = true
	s.height = heightOf([]string{value}, wrapped{0, s.width * 0.95}) // words do not fill a line
	s.row(l, value)
}

// unread names the columns that no field knows: a misspelt header is found at once.
func (s *summaryWriter) unread(columns []string, before string) {
	if len(columns) > 0 {
		s.sentence(before+strings.Join(columns, ", "), look{fill: fillOf(journal.Pending)})
	}
}

// remarks are what is to be said about the file as a whole, where there is something.
func (s *summaryWriter) remarks(remarks []string) {
	for _, remark := range remarks {
		s.sentence(remark, look{})
	}
	if len(remarks) > 0 {
		s.sentence("", look{})
	}
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}
