package report

import (
	"errors"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// series is a table of rows of an export that goes on in a further sheet where one is full.
type series struct {
	w        *workbook
	path     string // of the workbook
	name     string
	header   []string
	width    func(column int) float64
	before   string // sheet that comes next in the workbook; "" = none
	capacity int    // rows of a sheet below its header
	table    string // name of the tables; "" = arrows are enough
	frozen   int    // columns that stay in sight
	print    span   // columns that go on paper
	footer   string

	own     span  // the export's own columns; their widths are found out
	longest []int // texts in them, in characters
	sheets  []*longSheet
	notes   []notes // of each sheet
}

// MaxSheetRows is how many rows a sheet has below its header.
const MaxSheetRows = excelize.TotalRows - 1

// span is a range of columns, from 0; the last one is part of it.
type span struct{ first, last int }

// newSeries starts with the sheet name, which is there.
func newSeries(w *workbook, path, name string, header []string, width func(int) float64) (*series, error) {
	s := &series{w: w, path: path, name: name, header: header, width: width, capacity: MaxSheetRows, print: span{0, len(header) - 1}, own: span{0, -1}}
	return s, s.open(name)
}

func (s *series) open(name string) error {
	sheet, err := s.w.longSheet(name, s.path, s.header, s.width)
	if err == nil {
		s.sheets, s.notes = append(s.sheets, sheet), append(s.notes, notes{})
	}
	return err
}

// sheet is where the next row goes.
func (s *series) sheet() (*longSheet, error) {
	if last := s.sheets[len(s.sheets)-1]; last.line <= s.capacity {
		return last, nil
	}
	name := s.name + " " + strconv.Itoa(len(s.sheets)+1)
	if err := s.w.addSheet(name); err != nil {
		return nil, err
	}
	if s.before != "" {
		if err := s.w.MoveSheet(name, s.before); err != nil {
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

// measure takes notice of how long the texts of a row are.
func (s *series) measure(cells []string) {
	if s.longest == nil {
		s.longest = make([]int, len(s.header))
	}
	if s.sheets[0].line > measuredRows {
		return
	}
	for i := s.own.first; i <= s.own.last; i++ {
		if n := len(cells[i]); n > s.longest[i] { // bytes first: they are never fewer
			s.longest[i] = max(s.longest[i], utf8.RuneCountInString(cells[i]))
		}
	}
}

// fitWidths makes the export's own columns as wide as their texts, within reason.
func (s *series) fitWidths(l *longSheet) error {
	const narrowest, widest, margin = 9, 44, 2
	for i := s.own.first; i <= s.own.last && s.longest != nil; i++ {
		letter, err := excelize.ColumnNumberToName(i + 1)
		if err != nil {
			return err
		}
		title := min(utf8.RuneCountInString(s.header[i])+arrow, widest/2)
		if err := s.w.SetColWidth(l.name, letter, letter, float64(min(max(s.longest[i], title, narrowest)+margin, widest))); err != nil {
			return err
		}
	}
	return nil
}

// arrow is the room of the arrow beside a title, in characters.
const arrow = 3

// end waits until all rows are packed.
func (s *series) end() error {
	var errs []error
	for _, l := range s.sheets {
		errs = append(errs, l.end())
	}
	return errors.Join(errs...)
}

// finish gives the sheets what needs to know all of them: tables, notes, and how they print. left is how many cells found
// no room for their note.
func (s *series) finish() (left int, err error) {
	for i, l := range s.sheets {
		if err := s.notes[i].addTo(s.w, l.name); err != nil {
			return 0, err
		}
		left += s.notes[i].left
		if err := errors.Join(s.fitWidths(l), s.addTable(i, l), s.paper(l)); err != nil {
			return 0, err
		}
		if s.frozen > 0 {
			corner, err := excelize.CoordinatesToCellName(s.frozen+1, 2)
			if err != nil {
				return 0, err
			}
			if err := s.w.SetPanes(l.name, &excelize.Panes{Freeze: true, XSplit: s.frozen, YSplit: 1, TopLeftCell: corner, ActivePane: "bottomRight"}); err != nil {
				return 0, err
			}
		}
	}
	return left, nil
}

// addTable makes a sheet a table, with arrows. A header that Excel would not take as the names of a table keeps its words,
// and gets arrows only.
func (s *series) addTable(i int, l *longSheet) error {
	if l.line < 2 { // a table needs a row
		return nil
	}
	if s.table == "" || !canBeTable(s.header) {
		return filter(s.w, l.name, len(s.header), l.line)
	}
	last, err := excelize.CoordinatesToCellName(len(s.header), l.line)
	if err != nil {
		return err
	}
	name, stripes := s.table, false
	if i > 0 {
		name += strconv.Itoa(i + 1)
	}
	return s.w.AddTable(l.name, &excelize.Table{Range: "A1:" + last, Name: name, StyleName: "TableStyleLight15", ShowRowStripes: &stripes})
}

// canBeTable reports whether a header can name the columns of a table as it stands: names that differ, and without what is
// written in another way there.
func canBeTable(header []string) bool {
	const longest = 255 // UTF-16 units, as Excel counts
	seen := make(map[string]bool, len(header))
	for _, name := range header {
		key := strings.ToLower(name)
		if name == "" || seen[key] || len(utf16.Encode([]rune(name))) > longest || text(name) != name || strings.ContainsAny(name, "\r\n\t") || strings.Contains(name, "_x") {
			return false
		}
		seen[key] = true
	}
	return true
}

// paper prints what people need of a sheet, as wide as the page, its header on every page.
func (s *series) paper(l *longSheet) error {
	fit, one, any := true, 1, 0
	first, err := excelize.ColumnNumberToName(s.print.first + 1)
	if err != nil {
		return err
	}
	last, err := excelize.ColumnNumberToName(s.print.last + 1)
	if err != nil {
		return err
	}
	sheet := "'" + strings.ReplaceAll(l.name, "'", "''") + "'!"
	return errors.Join(
		s.w.SetSheetProps(l.name, &excelize.SheetPropsOptions{FitToPage: &fit}),
		s.w.SetPageLayout(l.name, &excelize.PageLayoutOptions{FitToWidth: &one, FitToHeight: &any}),
		s.w.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: sheet + "$1:$1", Scope: l.name}),
		s.w.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Area", RefersTo: sheet + "$" + first + "$1:$" + last + "$" + strconv.Itoa(l.line), Scope: l.name}),
		s.w.footer(l.name, s.footer))
}

// footer says on every page what it is a page of.
func (w *workbook) footer(sheet, title string) error {
	const longest = 120 // of the 255 characters that all of it may have
	title = strings.ReplaceAll(cut(text(title), longest, "…"), "&", "&&")
	return w.SetHeaderFooter(sheet, &excelize.HeaderFooterOptions{OddFooter: "&L" + title + "&R&A, pagina &P di &N"})
}
