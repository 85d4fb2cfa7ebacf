package sheet

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"voucherbul/report/booktest"
	"voucherbul/report/shelf"
)

// mistaken are texts that the library changes: the second of two escapes that overlap, and half a pair of surrogates.
var mistaken = regexp.MustCompile(`_x[0-9a-fA-F]{4}_x[0-9a-fA-F]{4}_|_x[dD][89a-fA-F][0-9a-fA-F]{2}_`)

// styledRow is a row of a sheet, with the looks of its cells.
type styledRow struct {
	values []string
	looks  []Look
	height float64
}

func anyRow(columns int) *rapid.Generator[styledRow] {
	looks := rapid.SampledFrom([]Look{{}, {}, {Wrap: true}, {Bold: true, Fill: "C6EFCE"}, {Fill: "E7E6E6"}, {Day: true}, {Moment: true, Fill: "DDEBF7"}})
	return rapid.Custom(func(t *rapid.T) (row styledRow) {
		row.height = rapid.SampledFrom([]float64{0, 0, 30, 409, 22.5}).Draw(t, "height")
		for range columns {
			how := looks.Draw(t, "look")
			value := rapid.OneOf(rapid.Just(""), booktest.AnyText()).Filter(func(s string) bool { return !mistaken.MatchString(s) }).Draw(t, "value")
			switch {
			case how.Day:
				value = rapid.SampledFrom([]string{"01/03/1900", "04/03/2026", "31/12/9999"}).Draw(t, "day")
			case how.Moment:
				value = rapid.SampledFrom([]string{"04/03/2026 23:59:59", "31/12/9999 00:00:01"}).Draw(t, "moment")
			}
			row.values, row.looks = append(row.values, value), append(row.looks, how)
		}
		return row
	})
}

// stream writes a row as the library does. It is the model of [Long.write].
func (r styledRow) stream(t *testing.T, w *Workbook, sheet *excelize.StreamWriter, line int) {
	t.Helper()
	values := make([]any, len(r.values))
	for i, v := range r.values {
		id, err := w.Style(r.looks[i])
		booktest.Must(t, err)
		switch how := r.looks[i]; {
		case how.Day || how.Moment:
			serial, _ := SerialOf(v)
			values[i] = excelize.Cell{StyleID: id, Value: serial}
		case v != "" || how != (Look{}) && how != (Look{Wrap: true}):
			values[i] = excelize.Cell{StyleID: id, Value: Text(v)}
		}
	}
	plain, err := w.Style(Look{})
	booktest.Must(t, err)
	booktest.Must(t, sheet.SetRow("A"+strconv.Itoa(line), values, excelize.RowOpts{Height: r.height, StyleID: plain}))
}

// TestLongSheetIsAsTheLibraryWritesIt compares every cell of the same sheet, written by the library's own stream writer
// and by us: value, kind, style, and the height of the row.
func TestLongSheetIsAsTheLibraryWritesIt(t *testing.T) {
	folder := t.TempDir()
	header := []string{"A", "A", "  spazi ", "<è>", "=1+1", ""}
	rapid.Check(t, func(r *rapid.T) {
		rows := rapid.SliceOfN(anyRow(len(header)), 0, 5).Draw(r, "rows")
		ours, theirs := New(), New()
		booktest.Must(t, ours.Add("Esiti"))
		line, err := ours.Long("Esiti", filepath.Join(folder, "ours.xlsx"), header, func(int) float64 { return 20 })
		booktest.Must(t, err)
		for _, row := range rows {
			var styles []int
			for _, how := range row.looks {
				id, err := ours.Style(how)
				booktest.Must(t, err)
				if how == (Look{}) {
					id = 0
				}
				styles = append(styles, id)
			}
			line.Height = row.height
			booktest.Must(t, line.Write(row.values, styles))
		}
		booktest.Must(t, line.End())
		booktest.Must(t, theirs.Add("Esiti"))
		sheet, err := theirs.stream("Esiti")
		booktest.Must(t, err)
		top := &Line{w: theirs, out: sheet}
		booktest.Must(t, top.Put(Look{Header: true}, anyOf(header)...))
		for i, row := range rows {
			row.stream(t, theirs, sheet, i+2)
		}
		booktest.Must(t, sheet.Flush())
		booktest.Must(t, errors.Join(ours.Save(line.path, 0o600), theirs.Save(filepath.Join(folder, "theirs.xlsx"), 0o600)))
		got, want := described(t, filepath.Join(folder, "ours.xlsx"), len(header), len(rows)+1), described(t, filepath.Join(folder, "theirs.xlsx"), len(header), len(rows)+1)
		for i := range want {
			if got[i] != want[i] {
				r.Fatalf("got  %s\nwant %s", got[i], want[i])
			}
		}
	})
}

func anyOf(names []string) (values []any) {
	for _, name := range names {
		values = append(values, name)
	}
	return values
}

// described tells all about every cell of a sheet.
func described(t *testing.T, path string, columns, lines int) (cells []string) {
	t.Helper()
	book, err := excelize.OpenFile(path)
	booktest.Must(t, err)
	defer book.Close()
	for line := 1; line <= lines; line++ {
		height, err := book.GetRowHeight("Esiti", line)
		booktest.Must(t, err)
		for column := 1; column <= columns; column++ {
			cell, err := excelize.CoordinatesToCellName(column, line)
			booktest.Must(t, err)
			value, err := book.GetCellValue("Esiti", cell)
			booktest.Must(t, err)
			raw, err := book.GetCellValue("Esiti", cell, excelize.Options{RawCellValue: true})
			booktest.Must(t, err)
			if serial, err := strconv.ParseFloat(raw, 64); err == nil {
				raw = strconv.FormatFloat(serial, 'f', 9, 64) // the library cuts it to 15 digits
			}
			id, err := book.GetCellStyle("Esiti", cell)
			booktest.Must(t, err)
			style, err := book.GetStyle(id)
			booktest.Must(t, err)
			kind, err := book.GetCellType("Esiti", cell)
			booktest.Must(t, err)
			if line == 1 || value == "" { // shared or inline, blank or an empty text: nobody sees which
				kind = 0
			}
			cells = append(cells, fmt.Sprintf("%s %q %q kind %d, %v high, %+v %+v %+v %v", cell, value, raw, kind, height, style.Font, style.Fill, style.Alignment, style.NumFmt))
		}
	}
	return cells
}

// TestLineInXML asserts what no reader of the tests tells: Excel drops spaces at the ends of a text unless it is told not
// to, and a height is that of one row.
func TestLineInXML(t *testing.T) {
	w := New()
	booktest.Must(t, w.Add("Esiti"))
	l, err := w.Long("Esiti", filepath.Join(t.TempDir(), "x.xlsx"), []string{"A", "B", "C", "D", "E"}, func(int) float64 { return 20 })
	booktest.Must(t, err)
	grey, err := w.Style(Look{Fill: "E7E6E6"})
	booktest.Must(t, err)
	day, err := w.Style(Look{Day: true})
	booktest.Must(t, err)
	l.Height = 22.5
	booktest.Must(t, l.Write([]string{"a", "", " b", "c\n", "04/03/2026"}, []int{0, grey, grey, l.wrap, day}))
	booktest.Must(t, l.Write([]string{"", "d e", "", "", ""}, []int{0, 0, l.wrap}))
	booktest.Equal(t, "lines", string(l.block), fmt.Sprintf(`<row r="2" s="%[1]d" customFormat="1" ht="22.5" customHeight="1"><c r="A2" s="%[1]d" t="inlineStr"><is><t>a</t></is></c>`+
		`<c r="B2" s="%[2]d"/><c r="C2" s="%[2]d" t="inlineStr"><is><t xml:space="preserve"> b</t></is></c>`+
		`<c r="D2" s="%[3]d" t="inlineStr"><is><t xml:space="preserve">c`+"\n"+`</t></is></c><c r="E2" s="%[4]d"><v>46085</v></c></row>`+
		`<row r="3" s="%[1]d" customFormat="1"><c r="B3" s="%[1]d" t="inlineStr"><is><t>d e</t></is></c></row>`, l.plain, grey, l.wrap, day))
	booktest.Must(t, w.Close())
}

// TestFullDisk takes the file of the rows away: every way to go on ends in an error that says what could not be written,
// and nothing is left.
func TestFullDisk(t *testing.T) {
	for name, rows := range map[string]int{"found at once": 20_000, "found at the end": 1} {
		synctest.Test(t, func(t *testing.T) { // which waits for every goroutine
			folder := t.TempDir()
			w := New()
			booktest.Must(t, w.Add("Esiti"))
			l, err := w.Long("Esiti", filepath.Join(folder, "x.xlsx"), []string{"A"}, func(int) float64 { return 20 })
			booktest.Must(t, err)
			booktest.Must(t, l.spool.file.Close())
			for i := 0; i < rows && err == nil; i++ {
				err = l.Write([]string{strings.Repeat(strconv.Itoa(i*i), 50)}, nil)
			}
			if rows > 1 && !errors.As(err, new(*shelf.WriteError)) {
				t.Errorf("%s: rows go on: %v", name, err)
			}
			if err := l.End(); !errors.As(err, new(*shelf.WriteError)) {
				t.Errorf("%s: at their end: %v", name, err)
			}
			_ = w.Close()
			booktest.Must(t, w.Close()) // as often as one likes
			if left, _ := os.ReadDir(folder); len(left) != 0 {
				t.Errorf("%s: something was left behind: %v", name, left)
			}
		})
	}
}

// TestSheetHasAnEnd asserts that the row after Excel's last one is an error.
func TestSheetHasAnEnd(t *testing.T) {
	w := New()
	booktest.Must(t, w.Add("Esiti"))
	l, err := w.Long("Esiti", filepath.Join(t.TempDir(), "x.xlsx"), []string{"A"}, func(int) float64 { return 20 })
	booktest.Must(t, err)
	l.line = excelize.TotalRows - 1
	booktest.Must(t, l.Write([]string{"x"}, nil))
	if err := l.Write([]string{"x"}, nil); !errors.Is(err, excelize.ErrMaxRows) {
		t.Error(err)
	}
	booktest.Must(t, w.Close())
}
