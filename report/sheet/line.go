package sheet

import (
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// Line writes the rows of a small sheet, one after the other; those of an export have a [Long].
type Line struct {
	Height float64 // of the next line, in points; 0 = as usual

	w      *Workbook
	out    *excelize.StreamWriter
	line   int
	values []any
}

// SerialOf is the number that a spreadsheet stores for a date such as "31/12/2026" or "31/12/2026 23:59:00", in the 1900
// date system. ok is false for any other text. It is also false before 1 March 1900, because that system counts a 29
// February 1900 that never was.
func SerialOf(date string) (serial float64, ok bool) {
	t, err := time.Parse("02/01/2006 15:04:05", date)
	if err != nil {
		if t, err = time.Parse("02/01/2006", date); err != nil {
			return 0, false
		}
	}
	const epoch = -2_209_161_600 // 30 December 1899 in Unix time; a Duration would not reach to the year 9999
	day := float64(t.Unix()-epoch) / 86_400
	return day, day >= 61
}

// Last is the last line that was written, from 1; 0 = none was.
func (l *Line) Last() int { return l.line }

// Put adds a row of texts and whole numbers that all look alike; numbers stay numbers.
func (l *Line) Put(how Look, values ...any) error {
	l.values = l.values[:0]
	for _, v := range values {
		one := how
		switch t := v.(type) {
		case string:
			v = Text(t)
		case int:
			one.Number = true
		}
		id, err := l.w.Style(one)
		if err != nil {
			return err
		}
		l.values = append(l.values, excelize.Cell{StyleID: id, Value: v})
	}
	l.line++
	opts := excelize.RowOpts{Height: l.Height}
	l.Height = 0
	return l.out.SetRow("A"+strconv.Itoa(l.line), l.values, opts)
}

// LineHeight is that of one line of 11 point text, in points.
const LineHeight = 15

// Wrapped is a column whose long texts go on in further lines.
type Wrapped struct {
	Column int     // from 0
	Width  float64 // in characters
}

// Wrap is a column, from 0, of this width in characters.
func Wrap(column int, width float64) Wrapped { return Wrapped{column, width} }

// HeightOf is how high a row must be for its wrapped columns; 0 where one line is enough. Spreadsheets do not
// work it out when they open a file.
func HeightOf(cells []string, columns ...Wrapped) float64 {
	lines := 1
	for _, c := range columns {
		lines = max(lines, linesOf(cells[c.Column], c.Width))
	}
	if lines == 1 {
		return 0
	}
	return min(float64(lines)*LineHeight, 409) // Excel's limit
}

// linesOf is how many lines a text takes in a width in characters.
func linesOf(s string, width float64) int {
	if float64(len(s)) <= width && strings.IndexByte(s, '\n') < 0 {
		return 1
	}
	n := 0
	for paragraph := range strings.SplitSeq(s, "\n") {
		n += max(1, int(math.Ceil(float64(utf8.RuneCountInString(paragraph))/width))) // words do not fill a line
	}
	return n
}
