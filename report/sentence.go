package report

import (
	"errors"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"voucherbul/batch/journal"
)

// summaryWriter writes a sheet of sentences and small tables. It keeps the first error, so that the code reads
// as the sheet does.
type summaryWriter struct {
	lineWriter
	last  string  // letter of the last column
	width float64 // of all columns, in characters
	err   error
}

// newSummaryWriter sets the widths of the columns, in characters.
func newSummaryWriter(w *workbook, sheet *excelize.StreamWriter, widths ...float64) (*summaryWriter, error) {
	last, err := excelize.ColumnNumberToName(len(widths))
	s := &summaryWriter{lineWriter: lineWriter{w: w, sheet: sheet}, last: last}
	for i, width := range widths {
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
