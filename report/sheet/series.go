package sheet

import (
	"errors"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// Series is a table of rows of an export that goes on in a further sheet where one is full. Its exported fields can be set
// until the first row is written.
type Series struct {
	Header   []string
	Before   string // the sheet that stands behind the series in the workbook; "" = none
	Capacity int    // rows of a sheet below its header
	Table    string // name of the tables; "" = arrows are enough
	Frozen   int    // columns that stay in sight
	Print    Span   // columns that go on paper
	Footer   string
	Own      Span // the export's own columns: their widths are found out from their texts

	w       *Workbook
	path    string // of the workbook
	name    string
	width   func(column int) float64
	longest []int // texts in the own columns, in characters
	sheets  []*Long
	notes   []Notes // of each sheet
}

// MaxRows is how many rows a sheet has below its header.
const MaxRows = excelize.TotalRows - 1

// Span is a range of columns, from 0; the last one is part of it.
type Span struct{ First, Last int }

// Series starts one with the sheet name, which is there. The workbook will be saved under path; widths are in characters.
func (w *Workbook) Series(name, path string, header []string, width func(column int) float64) (*Series, error) {
	s := &Series{w: w, path: path, name: name, Header: header, width: width, Capacity: MaxRows, Print: Span{0, len(header) - 1}, Own: Span{0, -1}}
	return s, s.open(name)
}

func (s *Series) open(name string) error {
	sheet, err := s.w.Long(name, s.path, s.Header, s.width)
	if err == nil {
		s.sheets, s.notes = append(s.sheets, sheet), append(s.notes, Notes{})
	}
	return err
}

// Sheet is where the next row goes.
func (s *Series) Sheet() (*Long, error) {
	if last := s.sheets[len(s.sheets)-1]; last.line <= s.Capacity {
		return last, nil
	}
	name := s.name + " " + strconv.Itoa(len(s.sheets)+1)
	if err := s.w.Add(name); err != nil {
		return nil, err
	}
	if s.Before != "" {
		if err := s.w.file.MoveSheet(name, s.Before); err != nil {
			return nil, err
		}
	}
	if err := s.open(name); err != nil {
		return nil, err
	}
	return s.sheets[len(s.sheets)-1], nil
}

// measuredRows are looked at to find out how wide the export's own columns must be.
const measuredRows = 2000

// Notes are those of the sheet that [Series.Sheet] gave last.
func (s *Series) Notes() *Notes { return &s.notes[len(s.sheets)-1] }

// Measure notes how long the texts of a row are, for the widths of its columns.
func (s *Series) Measure(cells []string) {
	if s.longest == nil {
		s.longest = make([]int, len(s.Header))
	}
	if s.sheets[0].line > measuredRows {
		return
	}
	for i := s.Own.First; i <= s.Own.Last; i++ {
		if n := len(cells[i]); n > s.longest[i] { // bytes first: they are never fewer
			s.longest[i] = max(s.longest[i], utf8.RuneCountInString(cells[i]))
		}
	}
}

// fitWidths makes the export's own columns as wide as their texts, within reason.
func (s *Series) fitWidths(l *Long) error {
	const narrowest, widest, margin = 9, 44, 2
	for i := s.Own.First; i <= s.Own.Last && s.longest != nil; i++ {
		letter, err := excelize.ColumnNumberToName(i + 1)
		if err != nil {
			return err
		}
		title := min(utf8.RuneCountInString(s.Header[i])+arrow, widest/2)
		if err := s.w.file.SetColWidth(l.name, letter, letter, float64(min(max(s.longest[i], title, narrowest)+margin, widest))); err != nil {
			return err
		}
	}
	return nil
}

// arrow is the room of the arrow beside a title, in characters.
const arrow = 3

// End waits until all rows are packed.
func (s *Series) End() error {
	var errs []error
	for _, l := range s.sheets {
		errs = append(errs, l.End())
	}
	return errors.Join(errs...)
}

// Finish adds what has to know all rows: tables, notes, and how the sheets print. left is how many cells found no room for their
// note.
func (s *Series) Finish() (left int, err error) {
	for i, l := range s.sheets {
		if err := s.notes[i].AddTo(s.w, l.name); err != nil {
			return 0, err
		}
		left += s.notes[i].Left
		if err := errors.Join(s.fitWidths(l), s.addTable(i, l), s.paper(l)); err != nil {
			return 0, err
		}
		if s.Frozen > 0 {
			corner, err := excelize.CoordinatesToCellName(s.Frozen+1, 2)
			if err != nil {
				return 0, err
			}
			if err := s.w.file.SetPanes(l.name, &excelize.Panes{Freeze: true, XSplit: s.Frozen, YSplit: 1, TopLeftCell: corner, ActivePane: "bottomRight"}); err != nil {
				return 0, err
			}
		}
	}
	return left, nil
}

// addTable makes a sheet a table, with arrows. A header that Excel would not take as the names of a table keeps its words,
// and gets arrows only.
func (s *Series) addTable(i int, l *Long) error {
	if l.line < 2 { // a table needs a row
		return nil
	}
	if s.Table == "" || !canBeTable(s.Header) {
		return s.w.Filter(l.name, len(s.Header), l.line)
	}
	last, err := excelize.CoordinatesToCellName(len(s.Header), l.line)
	if err != nil {
		return err
	}
	name, stripes := s.Table, false
	if i > 0 {
		name += strconv.Itoa(i + 1)
	}
	return s.w.file.AddTable(l.name, &excelize.Table{Range: "A1:" + last, Name: name, StyleName: "TableStyleLight15", ShowRowStripes: &stripes})
}

// canBeTable reports whether a header can name the columns of a table as it stands. Excel wants names that differ, and writes some
// characters in another way there than in a cell.
func canBeTable(header []string) bool {
	const longest = 255 // UTF-16 units, as Excel counts
	seen := make(map[string]bool, len(header))
	for _, name := range header {
		key := strings.ToLower(name)
		if name == "" || seen[key] || len(utf16.Encode([]rune(name))) > longest || Text(name) != name || strings.ContainsAny(name, "\r\n\t") || strings.Contains(name, "_x") {
			return false
		}
		seen[key] = true
	}
	return true
}

// paper prints what people need of a sheet, as wide as the page, its header on every page.
func (s *Series) paper(l *Long) error {
	fit, one, any := true, 1, 0
	first, err := excelize.ColumnNumberToName(s.Print.First + 1)
	if err != nil {
		return err
	}
	last, err := excelize.ColumnNumberToName(s.Print.Last + 1)
	if err != nil {
		return err
	}
	sheet := "'" + strings.ReplaceAll(l.name, "'", "''") + "'!"
	return errors.Join(
		s.w.file.SetSheetProps(l.name, &excelize.SheetPropsOptions{FitToPage: &fit}),
		s.w.file.SetPageLayout(l.name, &excelize.PageLayoutOptions{FitToWidth: &one, FitToHeight: &any}),
		s.w.file.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: sheet + "$1:$1", Scope: l.name}),
		s.w.file.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Area", RefersTo: sheet + "$" + first + "$1:$" + last + "$" + strconv.Itoa(l.line), Scope: l.name}),
		s.w.Footer(l.name, s.Footer))
}
