// Package sheet writes workbooks: rows of an export in any number, tables, sentences, notes, charts. It is the only package that
// knows the library for them, and what spreadsheets ask of a file beyond what that library does.
//
// It must not know what it writes: no row of an order, no state, and no colour of one. Every cell is text but counts and dates,
// and holds what it was given: a spreadsheet computes none and cuts none without a word.
package sheet

import (
	"cmp"
	"errors"
	"io"
	"io/fs"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"voucherbul/report/shelf"
)

// Workbook is a workbook that is being written. It must be closed, saved or not.
type Workbook struct {
	file   *excelize.File
	styles map[Look]int
	dates  map[int]bool // the styles of dates
	begun  bool         // it has a sheet of ours
	long   []*Long      // whose rows the library does not know
}

// Look is how a cell looks.
type Look struct {
	Bold, Header, Wrap, Title bool
	Number                    bool
	Day, Moment               bool   // a date of the spreadsheet, without or with a time
	Fill                      string // RGB, "" = none
}

// How dates are shown.
const (
	dayFormat    = "dd/mm/yyyy"
	momentFormat = "dd/mm/yyyy hh:mm:ss"
)

// New begins a workbook without a sheet.
func New() *Workbook {
	return &Workbook{file: excelize.NewFile(), styles: map[Look]int{}, dates: map[int]bool{}}
}

// Style is the ID of a look, never 0. Every cell but a count is text, so that nothing is recalculated or cut by Excel.
func (w *Workbook) Style(l Look) (int, error) {
	if id, ok := w.styles[l]; ok {
		return id, nil
	}
	const textFormat = 49
	s := &excelize.Style{NumFmt: textFormat, Font: &excelize.Font{Bold: l.Bold || l.Header || l.Title, Family: "Calibri", Size: 11},
		Alignment: &excelize.Alignment{Vertical: "top", WrapText: l.Wrap || l.Header}}
	if l.Number {
		s.NumFmt = 1 // whole numbers
		s.Alignment.Horizontal = "center"
	}
	day, moment := dayFormat, momentFormat
	switch {
	case l.Day:
		s.CustomNumFmt = &day
	case l.Moment:
		s.CustomNumFmt = &moment
	}
	if l.Title {
		s.Font.Size = 15
	}
	fill := l.Fill
	if l.Header {
		s.Font.Color, fill = "FFFFFF", cmp.Or(fill, "1F4E78")
		s.Alignment.Vertical = "center"
	}
	if fill != "" {
		s.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{fill}}
	}
	id, err := w.file.NewStyle(s)
	w.styles[l] = id
	w.dates[id] = l.Day || l.Moment
	return id, err
}

// Add adds a sheet. The first sheet replaces the default sheet of a new workbook. Removing the default sheet by its name
// would also remove a sheet of the export with the same name.
func (w *Workbook) Add(name string) error {
	if w.begun {
		_, err := w.file.NewSheet(name)
		return err
	}
	err := w.file.SetSheetName("Sheet1", name)
	w.begun = err == nil
	w.file.SetActiveSheet(0) // now: it would parse every sheet again that has been streamed
	return err
}

// stream starts to write a sheet that is there; it prints on A4 landscape. It says nothing of its dimension: the library would
// say that the sheet is one cell, and some readers believe it.
func (w *Workbook) stream(name string) (*excelize.StreamWriter, error) {
	if err := errors.Join(w.landscape(name), w.file.SetSheetDimension(name, "")); err != nil {
		return nil, err
	}
	return w.file.NewStreamWriter(name)
}

// landscape lets a sheet print on A4 landscape.
func (w *Workbook) landscape(name string) error {
	landscape, a4 := "landscape", 9
	return w.file.SetPageLayout(name, &excelize.PageLayoutOptions{Orientation: &landscape, Size: &a4})
}

// narrow starts to write a sheet that is there, and prints as wide as the page: forty columns would shrink to
// dust. A stream writer must know it before it starts.
func (w *Workbook) narrow(name string) (*excelize.StreamWriter, error) {
	fit, one, any := true, 1, 0
	if err := w.file.SetSheetProps(name, &excelize.SheetPropsOptions{FitToPage: &fit}); err != nil {
		return nil, err
	}
	if err := w.file.SetPageLayout(name, &excelize.PageLayoutOptions{FitToWidth: &one, FitToHeight: &any}); err != nil {
		return nil, err
	}
	return w.stream(name)
}

// Save writes the workbook whole or not at all. The archive goes straight into the file, and is packed fast: the
// library alone would hold all of it in memory first.
func (w *Workbook) Save(path string, permissions fs.FileMode) error {
	err := shelf.WriteWhole(path, permissions, func(f io.Writer) error {
		w.file.SetZipWriter(func(io.Writer) excelize.ZipWriter { return newArchive(f, w.long) })
		if _, err := w.file.WriteTo(io.Discard); err != nil {
			return &shelf.WriteError{Path: path, Err: err}
		}
		return nil
	})
	if closeErr := w.Close(); closeErr != nil {
		err = errors.Join(err, &shelf.WriteError{Path: path, Err: closeErr})
	}
	return err
}

// Close lets go of what a workbook holds, saved or not; twice is as good as once.
func (w *Workbook) Close() error {
	err := w.file.Close()
	for _, l := range w.long {
		err = errors.Join(err, l.spool.close())
	}
	w.long = nil
	return err
}

// Properties are what a workbook says of itself, beside who has made it.
type Properties struct {
	Identifier string // of what it shows; "" = it has none
	Title      string
	Made       time.Time // zero = it does not say
}

// Sign gives the workbook its properties: by them it is known again, and whether a person has changed it (package shelf).
func (w *Workbook) Sign(p Properties) error {
	said := excelize.DocProperties{Identifier: p.Identifier, Title: p.Title, Creator: shelf.Maker, LastModifiedBy: shelf.Maker}
	if !p.Made.IsZero() {
		said.Created = p.Made.UTC().Format(time.RFC3339)
		said.Modified = said.Created
	}
	return errors.Join(w.file.SetAppProps(&excelize.AppProperties{Application: shelf.Maker}), w.file.SetDocProps(&said))
}

// ColumnName is what spreadsheets call a column, from 0: "A".
func ColumnName(column int) (string, error) { return excelize.ColumnNumberToName(column + 1) }

// Filter gives the header of a sheet its arrows, over so many columns and lines; nothing is hidden by it.
func (w *Workbook) Filter(sheet string, columns, lines int) error {
	last, err := excelize.CoordinatesToCellName(columns, lines)
	if err != nil {
		return err
	}
	if err := w.file.AutoFilter(sheet, "A1:"+last, nil); err != nil {
		return err
	}
	// The library leaves an apostrophe of the name as it is, and Excel would find the workbook damaged.
	for i := range w.file.WorkBook.DefinedNames.DefinedName {
		data := &w.file.WorkBook.DefinedNames.DefinedName[i].Data
		if reference, ok := strings.CutPrefix(*data, "'"+sheet+"'!"); ok {
			*data = "'" + strings.ReplaceAll(sheet, "'", "''") + "'!" + reference
		}
	}
	return nil
}

// Footer says on every page what it is a page of.
func (w *Workbook) Footer(sheet, title string) error {
	const longest = 120 // of the 255 characters that all of it may have
	title = strings.ReplaceAll(Cut(Text(title), longest, "…"), "&", "&&")
	return w.file.SetHeaderFooter(sheet, &excelize.HeaderFooterOptions{OddFooter: "&L" + title + "&R&A, pagina &P di &N"})
}
