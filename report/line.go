package report

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// lineWriter writes the rows of a sheet, one after the other.
type lineWriter struct {
	w      *workbook
	sheet  *excelize.StreamWriter
	line   int
	height float64 // of the next row, in points; 0 = as usual
	cells  []any
}

// write adds a row of text; special gives single columns (from 0) a look of their own.
func (l *lineWriter) write(values []string, base look, special map[int]look) error {
	l.cells = l.cells[:0]
	for i, v := range values {
		how, ok := special[i]
		if !ok {
			how = base
		}
		if err := l.add(text(v), how); err != nil {
			return err
		}
	}
	return l.flush()
}

// writeCount adds a row of a label and numbers, which stay numbers.
func (l *lineWriter) writeCount(how look, label string, counts ...int) error {
	l.cells = l.cells[:0]
	if err := l.add(text(label), how); err != nil {
		return err
	}
	how.number = true
	for _, n := range counts {
		if err := l.add(n, how); err != nil {
			return err
		}
	}
	return l.flush()
}

func (l *lineWriter) add(value any, how look) error {
	id, err := l.w.style(how)
	l.cells = append(l.cells, excelize.Cell{StyleID: id, Value: value})
	return err
}

func (l *lineWriter) flush() error {
	l.line++
	opts := excelize.RowOpts{Height: l.height}
	l.height = 0
	return l.sheet.SetRow("A"+strconv.Itoa(l.line), l.cells, opts)
}

const lineHeight = 15 // points, of one line of 11 point text

// heightOf is how high a row must be for its wrapped columns, whose widths are given in characters; 0 where
// one line is enough. Spreadsheets do not work it out when they open a file.
func heightOf(cells []string, wrapped map[int]float64) float64 {
	lines := 1
	for i, width := range wrapped {
		n := 0
		for paragraph := range strings.SplitSeq(cells[i], "\n") {
			n += max(1, int(math.Ceil(float64(utf8.RuneCountInString(paragraph))/width))) // words do not fill a line
		}
		lines = max(lines, n)
	}
	if lines == 1 {
		return 0
	}
	return min(float64(lines)*lineHeight, 409) // Excel's limit
}
