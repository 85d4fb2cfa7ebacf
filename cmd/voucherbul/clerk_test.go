package main

import (
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

// clerk is a person who has opened an outcome in a spreadsheet: not our program, and not our writer.
type clerk struct {
	t      *testing.T
	book   *excelize.File
	byDate bool // dates that are typed become dates of the spreadsheet, as Excel makes them

	seen map[string][][]string // sheets that were read, as they are now: the library takes its time
}

func opened(t *testing.T, path string) *clerk {
	t.Helper()
	book, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = book.Close() }) // it was saved, or is not wanted
	return &clerk{t: t, book: book}
}

func (c *clerk) must(err error) {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
}

func (c *clerk) save(path string) string {
	c.t.Helper()
	c.must(c.book.SaveAs(path))
	return path
}

// saveBeside saves under another name in the folder of the outcome.
func (c *clerk) saveBeside(path, name string) string {
	c.t.Helper()
	return c.save(filepath.Join(filepath.Dir(path), name))
}

// lines are the rows of a sheet, its header among them, all of one width.
func (c *clerk) lines(sheet string) [][]string {
	c.t.Helper()
	if c.seen[sheet] == nil {
		lines, err := c.book.GetRows(sheet)
		c.must(err)
		for i := range lines {
			lines[i] = append(lines[i], make([]string, len(lines[0])-len(lines[i]))...)
		}
		if c.seen == nil {
			c.seen = map[string][][]string{}
		}
		c.seen[sheet] = lines
	}
	return c.seen[sheet]
}

// column finds a title.
func (c *clerk) column(sheet, title string) int {
	c.t.Helper()
	i := slices.Index(c.lines(sheet)[0], title)
	if i < 0 {
		c.t.Fatalf("%s has no column %q", sheet, title)
	}
	return i
}

// line finds a row by the number that it has in the export; 0 = it does not stand there.
func (c *clerk) line(sheet string, row int) int {
	c.t.Helper()
	riga := c.column(sheet, "Riga")
	return 1 + slices.IndexFunc(c.lines(sheet), func(cells []string) bool { return cells[riga] == strconv.Itoa(row) })
}

// typeIn types into a cell as a person does.
func (c *clerk) typeIn(sheet string, line, column int, value string) {
	c.t.Helper()
	cell, err := excelize.CoordinatesToCellName(column+1, line)
	c.must(err)
	if lines := c.seen[sheet]; line <= len(lines) && column < len(lines[line-1]) {
		lines[line-1][column] = value
	} else {
		delete(c.seen, sheet)
	}
	for _, layout := range []string{"02/01/2006", time.DateOnly} {
		if at, err := time.Parse(layout, value); err == nil && c.byDate {
			style, err := c.book.NewStyle(&excelize.Style{NumFmt: 14})
			c.must(err)
			c.must(c.book.SetCellStr(sheet, cell, value)) // the library leaves a text of ours beside the date, which nobody can read
			c.must(c.book.SetCellValue(sheet, cell, at))
			c.must(c.book.SetCellStyle(sheet, cell, cell, style))
			return
		}
	}
	c.must(c.book.SetCellStr(sheet, cell, value))
}

// change changes a cell of a row of the export.
func (c *clerk) change(sheet string, row int, title, value string) {
	c.t.Helper()
	line := c.line(sheet, row)
	if line == 0 {
		c.t.Fatalf("row %d does not stand in %s", row, sheet)
	}
	c.typeIn(sheet, line, c.column(sheet, title), value)
}

// sortBy sorts a sheet by a column, the header stays.
func (c *clerk) sortBy(sheet, title string) {
	c.t.Helper()
	key, lines := c.column(sheet, title), slices.Clone(c.lines(sheet))
	for i := range lines {
		lines[i] = slices.Clone(lines[i])
	}
	slices.SortStableFunc(lines[1:], func(a, b []string) int { return strings.Compare(b[key], a[key]) })
	for i, cells := range lines[1:] {
		for k, value := range cells {
			c.typeIn(sheet, i+2, k, value)
		}
	}
}

// leave deletes the rows of a sheet that are not of these of the export.
func (c *clerk) leave(sheet string, rows ...int) {
	c.t.Helper()
	riga, lines := c.column(sheet, "Riga"), c.lines(sheet)
	for i := len(lines) - 1; i > 0; i-- {
		if n, err := strconv.Atoi(lines[i][riga]); err != nil || !slices.Contains(rows, n) {
			c.must(c.book.RemoveRow(sheet, i+1))
		}
	}
	delete(c.seen, sheet)
}

// filter hides the rows of a sheet in which a column does not say this, as a filter does.
func (c *clerk) filter(sheet, title, value string) {
	c.t.Helper()
	key := c.column(sheet, title)
	for i, cells := range c.lines(sheet)[1:] {
		c.must(c.book.SetRowVisible(sheet, i+2, cells[key] == value))
	}
}

// drop deletes a column.
func (c *clerk) drop(sheet, title string) {
	c.t.Helper()
	letter, err := excelize.ColumnNumberToName(c.column(sheet, title) + 1)
	c.must(err)
	c.must(c.book.RemoveCol(sheet, letter))
	delete(c.seen, sheet)
}

// moveToFront makes a column the first one.
func (c *clerk) moveToFront(sheet, title string) {
	c.t.Helper()
	from := c.column(sheet, title)
	for i, cells := range c.lines(sheet) {
		moved := slices.Insert(slices.Delete(slices.Clone(cells), from, from+1), 0, cells[from])
		for k, value := range moved {
			c.typeIn(sheet, i+1, k, value)
		}
	}
}

// alone copies a sheet into a workbook of its own.
func (c *clerk) alone(sheet string) *clerk {
	c.t.Helper()
	other := &clerk{t: c.t, book: excelize.NewFile()}
	c.t.Cleanup(func() { _ = other.book.Close() }) // it was saved
	for i, cells := range c.lines(sheet) {
		for k, value := range cells {
			other.typeIn("Sheet1", i+1, k, value)
		}
	}
	return other
}
