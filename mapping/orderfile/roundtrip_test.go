package orderfile

import (
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"voucherbul/mapping"
	"voucherbul/mapping/orderfile/xlsx"
)

// TestRoundTrip: what excelize writes is read back cell for cell. What a cell must say is known from what was put
// in, never from the file. These are 1,000 workbooks, 100 with -short or the race detector, which makes excelize
// ten times slower.
func TestRoundTrip(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ordini.xlsx")
	rounds := 10
	if raceDetector() || testing.Short() {
		rounds = 1
	}
	for range rounds {
		rapid.Check(t, func(t *rapid.T) {
			book := anyBook().Draw(t, "book")
			book.save(t, path)
			for i, s := range book.sheets {
				if s.header == nil { // notes
					continue
				}
				options := Options{Sheet: s.name}
				if i == book.first {
					options.Sheet = ""
				}
				s.check(t, path, options)
			}
		})
	}
}

// sentBook is a workbook as it was meant.
type sentBook struct {
	date1904 bool
	first    int // the sheet that is read unless another is asked for
	sheets   []sentSheet
}

// GoString keeps the report of a failure short enough for rapid to replay it.
func (b sentBook) GoString() string {
	text := fmt.Sprintf("%+q", fmt.Sprintf("%+v", b.sheets))
	return fmt.Sprintf("1904 %t, first %d, %.4000s", b.date1904, b.first, text)
}

// sentSheet is one sheet as it was meant; header is nil for one that holds notes.
type sentSheet struct {
	name      string
	hidden    bool
	stream    bool // written by excelize's StreamWriter: inline strings instead of shared ones
	header    []string
	headerRow int
	rows      []sentRow
}

type sentRow struct {
	number int
	cells  []sentCell
}

// sentCell is one cell: what excelize is given, and what a person reads in it.
type sentCell struct {
	value   any // of excelize, or verbatim, or nil
	formula string
	format  string // number format of its style; "" = the default style
	want    string
}

// verbatim is a number stored with exactly these characters, as other programs write them.
type verbatim string

// save writes the workbook.
func (b sentBook) save(t *rapid.T, path string) {
	check := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	f := excelize.NewFile()
	defer f.Close()
	check(f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &b.date1904}))
	for i, s := range b.sheets {
		if i == 0 {
			check(f.SetSheetName("Sheet1", s.name))
		} else {
			_, err := f.NewSheet(s.name)
			check(err)
		}
	}
	f.SetActiveSheet(b.first) // afterwards it would read the streamed sheets again
	for _, s := range b.sheets {
		if s.hidden {
			check(f.SetSheetVisible(s.name, false))
		}
		switch {
		case s.header == nil:
			check(f.SetCellValue(s.name, "B2", "Istruzioni"))
		case s.stream:
			check(s.writeStream(f))
		default:
			check(s.writeCells(f))
		}
	}
	check(f.SaveAs(path))
}

// records are the header and the rows, as cells.
func (s sentSheet) records() []sentRow {
	header := sentRow{number: s.headerRow}
	for _, text := range s.header {
		header.cells = append(header.cells, sentCell{value: text})
	}
	return append([]sentRow{header}, s.rows...)
}

func (c sentCell) style(f *excelize.File) (int, error) {
	if c.format == "" {
		return 0, nil
	}
	style := &excelize.Style{Font: &excelize.Font{Italic: true}}
	if n, err := strconv.Atoi(c.format); err == nil {
		style.NumFmt = n
	} else {
		style.CustomNumFmt = &c.format
	}
	return f.NewStyle(style)
}

func (s sentSheet) writeStream(f *excelize.File) error {
	stream, err := f.NewStreamWriter(s.name)
	if err != nil {
		return err
	}
	for _, row := range s.records() {
		var cells []any
		for _, c := range row.cells {
			style, err := c.style(f)
			if err != nil {
				return err
			}
			cells = append(cells, excelize.Cell{StyleID: style, Formula: c.formula, Value: c.value})
		}
		if err := stream.SetRow(fmt.Sprintf("A%d", row.number), cells); err != nil {
			return err
		}
	}
	return stream.Flush()
}

func (s sentSheet) writeCells(f *excelize.File) error {
	for _, row := range s.records() {
		for i, c := range row.cells {
			name := fmt.Sprintf("%s%d", xlsx.ColumnLetters(i+1), row.number)
			style, err := c.style(f)
			if err != nil {
				return err
			}
			switch value := c.value.(type) {
			case nil:
			case verbatim:
				err = f.SetCellDefault(s.name, name, string(value))
			case []excelize.RichTextRun:
				err = f.SetCellRichText(s.name, name, value)
			case string: // excelize escapes inline strings, but not shared ones
				err = f.SetCellValue(s.name, name, underscored(value))
			default:
				err = f.SetCellValue(s.name, name, value)
			}
			if err == nil && c.formula != "" {
				err = f.SetCellFormula(s.name, name, c.formula)
			}
			if err == nil && style != 0 {
				err = f.SetCellStyle(s.name, name, name, style)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// underscored escapes every underscore that a reader could take for the start of _xHHHH_ (ST_Xstring).
func underscored(text string) string {
	var out strings.Builder
	for i := range len(text) {
		if escape.MatchString(text[i:]) {
			out.WriteString("_x005F")
		}
		out.WriteByte(text[i])
	}
	return out.String()
}

var escape = regexp.MustCompile(`^_x[0-9a-fA-F]{4}_`)

// check reads the sheet and compares everything with what was meant.
func (s sentSheet) check(t *rapid.T, path string, options Options) {
	file, err := Open(path, options)
	if err != nil {
		t.Fatalf("sheet %q: %v", s.name, err)
	}
	defer file.Close()
	var header []string
	for _, text := range s.header {
		header = append(header, cutByExcelize(text))
	}
	if file.Sheet() != s.name || !slices.Equal(file.Header(), header) {
		t.Fatalf("sheet %q with header %.300q, want %q with %.300q", file.Sheet(), file.Header(), s.name, header)
	}
	for _, sent := range s.rows {
		want := make([]string, len(s.header))
		for i, c := range sent.cells {
			want[i] = c.want
		}
		if strings.TrimSpace(strings.Join(want, "")) == "" { // blank rows are not given, but count
			continue
		}
		row, err := file.Next()
		if err != nil {
			t.Fatalf("row %d: %v", sent.number, err)
		}
		if row.Number != sent.number || !slices.Equal(row.Cells, want) || row.Problems != nil || row.Skipped != "" {
			t.Fatalf("row %d %.400q %v %q, want row %d %.400q", row.Number, row.Cells, row.Problems, row.Skipped, sent.number, want)
		}
		order := map[string]string{}
		for i, header := range s.header {
			for _, claim := range mapping.Claims(header) {
				order[claim.Field] = want[i]
			}
		}
		got := maps.Clone(order)
		for name := range got {
			field, _ := mapping.FieldNamed(name)
			got[name] = field.In(&row.Order)
		}
		if !maps.Equal(got, order) || row.Order.Row != sent.number {
			t.Fatalf("order %q of row %d, want %q of row %d", got, row.Order.Row, order, sent.number)
		}
	}
	if row, err := file.Next(); err != io.EOF {
		t.Fatalf("after the last row: row %d %q, %v", row.Number, row.Cells, err)
	}
}
