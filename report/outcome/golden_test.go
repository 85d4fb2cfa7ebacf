package outcome

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"

	"voucherbul/mapping/ourfile"
	"voucherbul/report/booktest"
)

// TestGolden writes every case in every format, and compares what people and programs read there.
func TestGolden(t *testing.T) {
	for _, name := range goldenCases(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := readCase(t, name)
			folder := t.TempDir()
			path := filepath.Join(folder, name+".esiti.xlsx")
			booktest.Must(t, Write(path, c.outcome(t)))
			golden(t, name+".golden", bookText(t, path, c.Legend))
			for _, ending := range []string{".csv", ".jsonl"} {
				path := filepath.Join(folder, name+".esiti"+ending)
				booktest.Must(t, Write(path, c.outcome(t)))
				data, err := os.ReadFile(path)
				booktest.Must(t, err)
				golden(t, name+ending, squeezed(string(data)))
			}
		})
	}
}

// bookText tells a workbook as text.
func bookText(t *testing.T, path string, legend bool) string {
	t.Helper()
	b := bookReader{t: t, book: booktest.Open(t, path), parts: booktest.PartsOf(t, path)}
	for _, sheet := range b.book.GetSheetList() {
		if sheet == ourfile.SheetLegend && !legend {
			continue
		}
		b.sheet(sheet)
	}
	return b.text.String()
}

// bookReader tells a workbook sheet by sheet.
type bookReader struct {
	t     *testing.T
	book  *excelize.File
	parts *booktest.Parts
	text  strings.Builder
}

func (b *bookReader) say(format string, values ...any) {
	fmt.Fprintf(&b.text, format+"\n", values...)
}

func (b *bookReader) sheet(name string) {
	dimension, err := b.book.GetSheetDimension(name)
	booktest.Must(b.t, err)
	b.say("%s", strings.TrimSpace("== "+name+" "+dimension))
	b.frame(name)
	rows, err := b.book.GetRows(name)
	booktest.Must(b.t, err)
	width := 0
	for _, row := range rows {
		width = max(width, len(row))
	}
	for i, row := range rows {
		shown := make([]string, len(row))
		for k, cell := range row {
			shown[k] = escaped(squeezed(cell))
		}
		b.say("%d: %s", i+1, strings.Join(shown, " | "))
		if looks := b.looks(name, i+1, width); looks != "" {
			b.say("   %s", looks)
		}
	}
	b.notes(name)
	b.charts(name)
	b.say("")
}

// frame is what there is around the cells: tables, panes, names, widths, footer.
func (b *bookReader) frame(name string) {
	tables, err := b.book.GetTables(name)
	booktest.Must(b.t, err)
	for _, table := range tables {
		b.say("table %s %s", table.Name, table.Range)
	}
	panes, err := b.book.GetPanes(name)
	booktest.Must(b.t, err)
	if panes.Freeze {
		b.say("frozen: %d columns, %d rows", panes.XSplit, panes.YSplit)
	}
	for _, defined := range b.book.GetDefinedName() {
		if defined.Scope == name {
			b.say("%s = %s", strings.TrimPrefix(defined.Name, "_xlnm."), defined.RefersTo)
		}
	}
	footer, err := b.book.GetHeaderFooter(name)
	booktest.Must(b.t, err)
	b.say("footer: %s", footer.OddFooter)
	var widths []string
	for _, col := range b.parts.Sheet(name).Find("cols", "col") {
		first, _ := strconv.Atoi(col.Attr("min"))
		last, _ := strconv.Atoi(col.Attr("max"))
		widths = append(widths, booktest.Letters(b.t, first-1, last-1)+" "+col.Attr("width"))
	}
	b.say("widths: %s", strings.Join(widths, ", "))
}

// looks is what sets the cells of a row apart: its colours, bold type, and a height of its own.
func (b *bookReader) looks(sheet string, line, width int) string {
	var found []string
	start, last := 0, ""
	for column := 0; column <= width; column++ {
		look := ""
		if column < width {
			look = b.look(sheet, column, line)
		}
		if look == last {
			continue
		}
		if last != "" {
			found = append(found, booktest.Letters(b.t, start, column-1)+" "+last)
		}
		start, last = column, look
	}
	const usual = 15 // points
	if height, err := b.book.GetRowHeight(sheet, line); err == nil && height > usual {
		found = append(found, fmt.Sprintf("%v high", height))
	}
	return strings.Join(found, ", ")
}

func (b *bookReader) look(sheet string, column, line int) string {
	cell, err := excelize.CoordinatesToCellName(column+1, line)
	booktest.Must(b.t, err)
	id, err := b.book.GetCellStyle(sheet, cell)
	booktest.Must(b.t, err)
	style, err := b.book.GetStyle(id)
	booktest.Must(b.t, err)
	look := strings.Join(style.Fill.Color, " ")
	if style.Font != nil && style.Font.Bold {
		look += " bold"
	}
	return strings.TrimSpace(look)
}

func (b *bookReader) notes(sheet string) {
	comments, err := b.book.GetComments(sheet)
	booktest.Must(b.t, err)
	slices.SortStableFunc(comments, func(x, y excelize.Comment) int {
		xColumn, xLine, _ := excelize.CellNameToCoordinates(x.Cell)
		yColumn, yLine, _ := excelize.CellNameToCoordinates(y.Cell)
		return cmp.Or(xLine-yLine, xColumn-yColumn)
	})
	for _, c := range comments {
		text := c.Text
		for _, run := range c.Paragraph {
			text += run.Text
		}
		b.say("note %s: %s", c.Cell, escaped(text))
	}
}

func (b *bookReader) charts(sheet string) {
	for _, c := range b.parts.ChartsOf(sheet) {
		b.say("chart %s %q from %s: %s, in %s", c.Kind, c.Title, c.Corner, strings.Join(c.References, ", "), strings.Join(c.Colours, " "))
	}
}

// escaped is a text in one line, in which " | " stands between cells only.
func escaped(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\\' || r == '|':
			b.WriteString(`\` + string(r))
		case r < ' ' || r == 0xFEFF || r == 0xFFFD:
			fmt.Fprintf(&b, `\u%04X`, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// squeezed is a text with runs of the same character in short, as x{32700}: nobody wants to read them.
func squeezed(s string) string {
	const few = 200
	if len(s) < few {
		return s
	}
	runes := []rune(s)
	var b strings.Builder
	for i := 0; i < len(runes); {
		n := 1
		for i+n < len(runes) && runes[i+n] == runes[i] {
			n++
		}
		if n < few {
			b.WriteString(string(runes[i : i+n]))
		} else {
			fmt.Fprintf(&b, "%c{%d, %d units}", runes[i], n, n*len(utf16.Encode(runes[i:i+1])))
		}
		i += n
	}
	return b.String()
}
