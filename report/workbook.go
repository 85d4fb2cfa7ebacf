// Package report renders what the journal knows for people: the outcome of a run (a workbook, CSV, JSON), the workbook of a
// check, that of ISEE outcomes, and the template to fill in.
//
// A report is a rendering: it decides nothing, and can be made again at any time. All that a back-office
// person reads is Italian. The package must not change the journal, and must not show a value other than
// it was read: cells are written as text.
package report

import (
	"cmp"
	"errors"
	"io"
	"io/fs"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"voucherbul/report/shelf"
)

// workbook is an excelize file with the few styles all reports share.
type workbook struct {
	*excelize.File
	styles map[look]int
	dates  map[int]bool // the styles of dates
	begun  bool         // it has a sheet of ours
	long   []*longSheet // whose rows the library does not know
}

// look is how a cell looks.
type look struct {
	bold, header, wrap, title bool
	number                    bool
	day, moment               bool   // a date of the spreadsheet, without or with a time
	fill                      string // RGB, "" = none
}

// How dates are shown.
const (
	dayFormat    = "dd/mm/yyyy"
	momentFormat = "dd/mm/yyyy hh:mm:ss"
)

func newWorkbook() *workbook {
	return &workbook{File: excelize.NewFile(), styles: map[look]int{}, dates: map[int]bool{}}
}

// style is the ID of a look; every cell but a count is text, so that nothing is recalculated or cut by Excel.
func (w *workbook) style(l look) (int, error) {
	if id, ok := w.styles[l]; ok {
		return id, nil
	}
	const textFormat = 49
	s := &excelize.Style{NumFmt: textFormat, Font: &excelize.Font{Bold: l.bold || l.header || l.title, Family: "Calibri", Size: 11},
		Alignment: &excelize.Alignment{Vertical: "top", WrapText: l.wrap || l.header}}
	if l.number {
		s.NumFmt = 1 // whole numbers
		s.Alignment.Horizontal = "center"
	}
	day, moment := dayFormat, momentFormat
	switch {
	case l.day:
		s.CustomNumFmt = &day
	case l.moment:
		s.CustomNumFmt = &moment
	}
	if l.title {
		s.Font.Size = 15
	}
	fill := l.fill
	if l.header {
		s.Font.Color, fill = "FFFFFF", cmp.Or(fill, "1F4E78")
		s.Alignment.Vertical = "center"
	}
	if fill != "" {
		s.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{fill}}
	}
	id, err := w.NewStyle(s)
	w.styles[l] = id
	w.dates[id] = l.day || l.moment
	return id, err
}

// addSheet adds a sheet. The first one takes the place of the one that every new workbook of the library has: to
// remove that by its name would remove a sheet of an export that is called the same.
func (w *workbook) addSheet(name string) error {
	if w.begun {
		_, err := w.NewSheet(name)
		return err
	}
	err := w.SetSheetName("Sheet1", name)
	w.begun = err == nil
	w.SetActiveSheet(0) // now: it would parse every sheet again that has been streamed
	return err
}

// sheet starts a sheet that is written row by row.
func (w *workbook) sheet(name string) (*excelize.StreamWriter, error) {
	if err := w.addSheet(name); err != nil {
		return nil, err
	}
	return w.stream(name)
}

// stream starts to write a sheet that is there; it prints on A4 landscape. It says nothing of its dimension: the library would
// say that the sheet is one cell, and some readers believe it.
func (w *workbook) stream(name string) (*excelize.StreamWriter, error) {
	if err := errors.Join(w.landscape(name), w.SetSheetDimension(name, "")); err != nil {
		return nil, err
	}
	return w.NewStreamWriter(name)
}

// landscape lets a sheet print on A4 landscape.
func (w *workbook) landscape(name string) error {
	landscape, a4 := "landscape", 9
	return w.SetPageLayout(name, &excelize.PageLayoutOptions{Orientation: &landscape, Size: &a4})
}

// narrowSheet starts a sheet that prints as wide as the page.
func (w *workbook) narrowSheet(name string) (*excelize.StreamWriter, error) {
	if err := w.addSheet(name); err != nil {
		return nil, err
	}
	return w.narrow(name)
}

// narrow starts to write a sheet that is there, and prints as wide as the page: forty columns would shrink to
// dust. A stream writer must know it before it starts.
func (w *workbook) narrow(name string) (*excelize.StreamWriter, error) {
	fit, one, any := true, 1, 0
	if err := w.SetSheetProps(name, &excelize.SheetPropsOptions{FitToPage: &fit}); err != nil {
		return nil, err
	}
	if err := w.SetPageLayout(name, &excelize.PageLayoutOptions{FitToWidth: &one, FitToHeight: &any}); err != nil {
		return nil, err
	}
	return w.stream(name)
}

// save writes the workbook whole or not at all. The archive goes straight into the file, and is packed fast: the
// library alone would hold all of it in memory first.
func (w *workbook) save(path string, permissions fs.FileMode) error {
	err := shelf.WriteWhole(path, permissions, func(f io.Writer) error {
		w.SetZipWriter(func(io.Writer) excelize.ZipWriter { return newArchive(f, w.long) })
		if _, err := w.WriteTo(io.Discard); err != nil {
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
func (w *workbook) Close() error {
	err := w.File.Close()
	for _, l := range w.long {
		err = errors.Join(err, l.spool.close())
	}
	w.long = nil
	return err
}

// sign says who has made the workbook, beside its other properties.
func (w *workbook) sign(properties excelize.DocProperties) error {
	properties.Creator, properties.LastModifiedBy = shelf.Maker, shelf.Maker
	return errors.Join(w.SetAppProps(&excelize.AppProperties{Application: shelf.Maker}), w.SetDocProps(&properties))
}

const cellLimit = 32767 // UTF-16 units, of Excel

// cutNote ends in U+FFFD, which no rule lets pass: the rest of a text must not become the value of an order when
// the workbook of a check comes back.
const cutNote = " … [testo tagliato: Excel non contiene di più]\uFFFD"

// text is a value as a cell can hold it: what XML cannot say becomes U+FFFD, and a long text says itself that it
// was cut, where excelize would cut it without a word.
func text(s string) string {
	if len(s) <= cellLimit && isPlain(s) {
		return s
	}
	return cut(readable(s), cellLimit, cutNote)
}

// readable has U+FFFD for what XML cannot say, and no reader of CSV takes: never a character that a name could have, for what
// is written is read again.
func readable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' && r != '\r' || r == 0xFFFE || r == 0xFFFF {
			return utf8.RuneError
		}
		return r
	}, s)
}

// isPlain knows printable ASCII, which is nearly every cell of an export, without looking at runes.
func isPlain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// cut shortens a text to limit UTF-16 units, the last of which are the note.
func cut(s string, limit int, note string) string {
	if len(s) <= limit { // no text has more units than bytes
		return s
	}
	units, fits := 0, 0 // fits is where the note would have to begin
	for i, r := range s {
		if units <= limit-utf8.RuneCountInString(note) {
			fits = i
		}
		units += utf16.RuneLen(r)
	}
	if units > limit {
		return s[:fits] + note
	}
	return s
}
