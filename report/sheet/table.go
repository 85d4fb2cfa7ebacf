package sheet

import (
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/xuri/excelize/v2"
)

// Table adds a sheet of lines under one header, which stays in sight and filters. write writes the n-th line, from 0. widths are
// in characters.
func (w *Workbook) Table(name string, header []string, widths []float64, lines int, write func(line *Line, n int) error) error {
	if err := w.Add(name); err != nil {
		return err
	}
	sheet, err := w.narrow(name)
	if err != nil {
		return err
	}
	plain, err := w.Style(Look{})
	if err != nil {
		return err
	}
	titles := make([]any, len(header))
	for i, title := range slices.Backward(header) { // the library puts each column before those that it has, and Excel wants them in order
		titles[i] = title
		if err := errors.Join(sheet.SetColWidth(i+1, i+1, widths[i]), sheet.SetColStyle(i+1, i+1, plain)); err != nil {
			return err
		}
	}
	if err := sheet.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	line := &Line{w: w, out: sheet, Height: 2 * LineHeight}
	if err := line.Put(Look{Header: true}, titles...); err != nil {
		return err
	}
	for n := range lines {
		if err := write(line, n); err != nil {
			return err
		}
	}
	if err := w.Filter(name, len(header), line.line); err != nil {
		return err
	}
	return sheet.Flush()
}

// Cell is a cell with a look of its own: a text, a whole number, or a day; nil is an empty one.
type Cell struct {
	Value any
	Look  Look
}

// Mixed adds a row of cells that look differently. Days are days of the spreadsheet, so that they sort.
func (l *Line) Mixed(cells ...Cell) error {
	l.values = l.values[:0]
	for _, c := range cells {
		switch v := c.Value.(type) {
		case string:
			c.Value = Text(v)
		case int:
			c.Look.Number = true
		case time.Time:
			c.Look.Day = true
			c.Value, _ = SerialOf(v.Format("02/01/2006")) // a day before 1900 is none that a spreadsheet has
		}
		if c.Value == nil || c == (Cell{Value: ""}) {
			l.values = append(l.values, nil)
			continue
		}
		id, err := l.w.Style(c.Look)
		if err != nil {
			return err
		}
		l.values = append(l.values, excelize.Cell{StyleID: id, Value: c.Value})
	}
	l.line++
	height := l.Height
	l.Height = 0
	return l.out.SetRow("A"+strconv.Itoa(l.line), l.values, excelize.RowOpts{Height: height})
}
