package check

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/xuri/excelize/v2"

	"voucherbul/batch/journal"
	"voucherbul/mapping"
	"voucherbul/mapping/orderfile"
	"voucherbul/mapping/ourfile"
	"voucherbul/report"
	"voucherbul/report/booktest"
	"voucherbul/report/shelf"
)

// tiny is the check of one right row.
func tiny() Check {
	return Check{Source: "ordini.xlsx", Header: []string{"Operazione", "C.F."}, Made: time.Date(2026, 7, 1, 10, 30, 0, 0, time.Local),
		Rows: booktest.Sequence(report.CheckedRow{Row: journal.Row{Number: 2, Cells: []string{"disdetta", "A"}, State: journal.Planned}})}
}

// TestControlKeepsTheSheet reads the workbook of a check by the name that the sheet of the export had.
func TestCheckKeepsTheSheet(t *testing.T) {
	for sheet, want := range map[string]string{"Ordini": "Ordini", "Sheet1": "Sheet1", "sheet1": "sheet1", "Ordini dell'anno": "Ordini dell'anno", "Così & <via>": "Così & <via>",
		"": ourfile.SheetCheck, "Cause": ourfile.SheetCheck, "CAUSE": ourfile.SheetCheck, "Controllo": ourfile.SheetCheck, "uno/due": ourfile.SheetCheck, strings.Repeat("x", 32): ourfile.SheetCheck} {
		path := filepath.Join(t.TempDir(), "ordini.controllo.xlsx")
		c := tiny()
		c.Sheet = sheet
		row := journal.Row{Number: 2, Cells: []string{"disdetta", "X"}, State: journal.Invalid, Problems: []mapping.Problem{problem("C.F.", "X", mapping.Blocks)}}
		c.Rows = booktest.Sequence(report.CheckedRow{Row: row})
		_, err := Write(path, c)
		booktest.Must(t, err)
		book := booktest.Open(t, path)
		booktest.Equal(t, "sheets of "+sheet, book.GetSheetList(), []string{want, ourfile.SheetCauses})
		booktest.Equal(t, "notes of "+sheet, len(booktest.CommentsOf(t, path, want)), 1)
		booktest.Equal(t, "filter of "+sheet, book.WorkBook.DefinedNames.DefinedName[0].Data, "'"+strings.ReplaceAll(want, "'", "''")+"'!$A$1:$E$2")
		file, err := orderfile.Open(path, orderfile.Options{Sheet: want})
		booktest.Must(t, err)
		booktest.Must(t, file.Close())
		text := booktest.Cells(t, path, ourfile.SheetCauses)
		if !strings.Contains(text[1][0], "nel foglio "+want+", togliere") || !strings.Contains(text[2][0], "del foglio "+want+".") {
			t.Errorf("%q: %q", sheet, text[:3])
		}
	}
}

// TestControlKeepsCorrections lets other programs save the workbook of a check, and checks again.
func TestCheckKeepsCorrections(t *testing.T) {
	change := func(how func(*excelize.File) error) func(string) error {
		return func(path string) error {
			info, err := os.Stat(path)
			booktest.Must(t, err)
			book, err := excelize.OpenFile(path)
			booktest.Must(t, err)
			booktest.Must(t, how(book))
			booktest.Must(t, book.Save())
			booktest.Must(t, book.Close())
			return os.Chtimes(path, info.ModTime(), info.ModTime()) // as another check of the same second
		}
	}
	for _, test := range []struct {
		name string
		do   func(path string) error
		kept bool
	}{
		{"untouched", func(string) error { return nil }, false},
		{"copied within a second", func(path string) error { return os.Chtimes(path, time.Time{}, tiny().Made.Add(time.Second)) }, false},
		{"saved by a program that says nothing", func(path string) error { return os.Chtimes(path, time.Time{}, tiny().Made.Add(time.Minute)) }, true},
		{"LibreOffice", change(func(b *excelize.File) error {
			return b.SetAppProps(&excelize.AppProperties{Application: "LibreOffice/7.4.7.2$Linux_X86_64 LibreOffice_project/40$Build-2"})
		}), true},
		{"openpyxl", change(func(b *excelize.File) error {
			return b.SetAppProps(&excelize.AppProperties{Application: "Microsoft Excel"})
		}), true},
		{"a library that makes its own properties", change(func(b *excelize.File) error {
			return b.SetDocProps(&excelize.DocProperties{Creator: "openpyxl", LastModifiedBy: shelf.Maker})
		}), true},
		{"Excel", change(func(b *excelize.File) error {
			return b.SetDocProps(&excelize.DocProperties{Creator: shelf.Maker, LastModifiedBy: "Anna"})
		}), true},
		{"no workbook at all", func(path string) error { return os.WriteFile(path, []byte("appunti"), 0o600) }, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			folder := t.TempDir()
			path := filepath.Join(folder, "ordini.controllo.xlsx")
			_, err := Write(path, tiny())
			booktest.Must(t, err)
			booktest.Must(t, test.do(path))
			before, err := os.ReadFile(path)
			booktest.Must(t, err)
			info, err := os.Stat(path)
			booktest.Must(t, err)
			want := filepath.Join(folder, "ordini.controllo."+info.ModTime().Format("20060102-150405")+".xlsx")

			told := []string{}
			again := tiny()
			again.Kept = func(kept string) { told = append(told, kept) }
			_, err = Write(path, again)
			booktest.Must(t, err)
			if !test.kept {
				booktest.Equal(t, "told", told, []string{})
				return
			}
			booktest.Equal(t, "told", told, []string{want})
			if kept, err := os.ReadFile(want); err != nil || string(kept) != string(before) {
				t.Errorf("what was kept is not what was there: %v", err)
			}
			if !strings.Contains(booktest.Cells(t, path, ourfile.SheetCauses)[1][0], "1 riga: 1 valida") {
				t.Error("the new workbook is not there")
			}
		})
	}
}

// TestKeptIsNeverOverwritten keeps three corrected workbooks of the same second.
func TestKeptIsNeverOverwritten(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "x.controllo.xlsx")
	at := time.Date(2026, 7, 1, 10, 30, 0, 0, time.Local)
	for _, content := range []string{"uno", "due", "tre"} {
		booktest.Must(t, os.WriteFile(path, []byte(content), 0o600))
		booktest.Must(t, os.Chtimes(path, at, at))
		_, err := Write(path, tiny())
		booktest.Must(t, err)
	}
	for name, want := range map[string]string{"": "uno", "-2": "due", "-3": "tre"} {
		got, err := os.ReadFile(filepath.Join(folder, "x.controllo.20260701-103000"+name+".xlsx"))
		if err != nil || string(got) != want {
			t.Errorf("%q is %q: %v", name, got, err)
		}
	}
}

// TestNothingIsMovedForNothing breaks the rows: the workbook that is there stays where it is.
func TestNothingIsMovedForNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.controllo.xlsx")
	booktest.Must(t, os.WriteFile(path, []byte("appunti"), 0o600))
	c := tiny()
	c.Rows = func(yield func(report.CheckedRow, error) bool) { yield(report.CheckedRow{}, os.ErrClosed) }
	if _, err := Write(path, c); err == nil {
		t.Fatal("no error")
	}
	if _, err := os.Stat(path); err != nil {
		t.Error(err)
	}
}

// TestVerdictsMayStandAnywhere checks a workbook of a check that has got a column after its verdicts, with a date
// in it: own columns come first again, in their order, with their colours and notes.
func TestVerdictsMayStandAnywhere(t *testing.T) {
	header := []string{"Operazione", "C.F.", "Controllo", "Problemi", "Correzioni", "Fatto da", "Il"}
	row := report.CheckedRow{Row: journal.Row{Number: 2, Cells: []string{"disdetta", "X", "SCARTATA", "p", "c", "Anna", "04/03/2026"}, State: journal.Invalid,
		Problems: []mapping.Problem{problem("C.F.", "X", mapping.Blocks), problem("Fatto da", "Anna", mapping.Warns)}}, IsDate: func(i int) bool { return i == 6 }}
	short := report.CheckedRow{Row: journal.Row{Number: 3, Cells: []string{"disdetta", "X", "VALIDA"}, State: journal.Planned}}
	path := filepath.Join(t.TempDir(), "x.controllo.xlsx")
	_, err := Write(path, Check{Header: header, Unread: []string{"Problemi", "Fatto da"}, Rows: booktest.Sequence(row, short)})
	booktest.Must(t, err)
	rows := booktest.Cells(t, path, ourfile.SheetCheck)
	booktest.Equal(t, "header", rows[0], []string{"Operazione", "C.F.", "Fatto da", "Il", "Controllo", "Problemi", "Correzioni"})
	booktest.Equal(t, "row", rows[1][:5], []string{"disdetta", "X", "Anna", "04/03/2026", "SCARTATA"})
	booktest.Equal(t, "short row", booktest.Trimmed(rows[2]), []string{"disdetta", "X", "", "", "VALIDA"})
	notes := booktest.CommentsOf(t, path, ourfile.SheetCheck)
	if len(notes) != 2 || notes["B2"] == "" || notes["C2"] == "" {
		t.Errorf("notes: %q", notes)
	}
	file, err := orderfile.Open(path, orderfile.Options{})
	booktest.Must(t, err)
	defer file.Close()
	back, err := file.Next()
	booktest.Must(t, err)
	booktest.Equal(t, "dates", []bool{back.IsDate(2), back.IsDate(3)}, []bool{false, true})
	if text := strings.Join(slices.Concat(booktest.Cells(t, path, ourfile.SheetCauses)...), "\n"); !strings.Contains(text, "non vengono inviate: Fatto da\n") {
		t.Error(text)
	}
}

// TestNotesStandOnTheRightCell has columns that are called as a row, and as a field that none of them feeds.
func TestNotesStandOnTheRightCell(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.controllo.xlsx")
	ofRow := mapping.Problem{Code: mapping.CodeCells, Arg: "5", Column: "riga", Found: "8 celle", Expected: "5 celle", Severity: mapping.Blocks}
	constant := mapping.Problem{Field: "cap", Column: "CAP", Found: "0", Expected: "5 cifre", Severity: mapping.Warns}
	fed := mapping.Problem{Field: "codiceFiscale", Column: "C.F.", Found: "X", Expected: "16 caratteri", Severity: mapping.Blocks}
	c := Check{Header: []string{"C.F.", "riga", "CAP"}, Columns: map[string]string{"codiceFiscale": "C.F."}, Rows: booktest.Sequence(report.CheckedRow{Row: journal.Row{
		Cells: []string{"X", "1", "00184"}, State: journal.Invalid, Problems: []mapping.Problem{ofRow, constant, fed},
		Corrections: []mapping.Correction{{Field: "cap", Column: "CAP", From: "0", To: "00000"}}}})}
	_, err := Write(path, c)
	booktest.Must(t, err)
	booktest.Equal(t, "colours", booktest.Fills(t, path, ourfile.SheetCheck), []string{"A2 FFC7CE", "D2 FFC7CE", "E2 FFC7CE"})
	if notes := booktest.CommentsOf(t, path, ourfile.SheetCheck); len(notes) != 1 || notes["A2"] == "" {
		t.Errorf("notes: %q", notes)
	}
	c.Columns = nil // names are all there is
	_, err = Write(path, c)
	booktest.Must(t, err)
	booktest.Equal(t, "colours by name", booktest.Fills(t, path, ourfile.SheetCheck), []string{"A2 FFC7CE", "C2 FFEB9C", "D2 FFC7CE", "E2 FFC7CE"})
}

// TestCausesOfManyPeople are one cause where only what the source says differs, with the remedy of the first.
func TestCausesOfManyPeople(t *testing.T) {
	c := newCauses()
	for i, says := range []string{"le lettere LMB", "le lettere RSS", "il 4 marzo"} {
		p := problem("Cognome", "X", mapping.Warns)
		p.Code, p.Arg, p.Expected, p.Remedy = mapping.CodeInconsistent, says, "come dice il codice fiscale: "+says, "vedere "+says
		c.add(report.CheckedRow{Row: journal.Row{Problems: []mapping.Problem{p}}}, i+2)
	}
	other := problem("CAP", "X", mapping.Warns)
	other.Expected = "uno di due: A o B"
	c.add(report.CheckedRow{Row: journal.Row{Problems: []mapping.Problem{other}}}, 9)
	list := c.sorted()
	if len(list) != 2 || c.counts[list[0]].expected != "come dice il codice fiscale" || c.counts[list[0]].rows != 3 || c.counts[list[0]].remedy != "vedere le lettere LMB" || c.counts[list[1]].expected != other.Expected {
		t.Errorf("%+v", list)
	}
}

// TestWriteErrorSaysNothingOfTheJournal asserts that only an outcome speaks of what was sent.
func TestWriteErrorSaysNothingOfTheJournal(t *testing.T) {
	_, err := Write(filepath.Join(t.TempDir(), "missing", "x.xlsx"), tiny())
	if err == nil || strings.Contains(err.Error(), "what was sent") {
		t.Error(err)
	}
}

// TestStructure asserts what Excel is strict about.
func TestStructure(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ordini.controllo.xlsx")
	_, err := Write(path, sample())
	booktest.Must(t, err)
	p := booktest.PartsOf(t, path)
	p.CheckArchive()
	p.CheckBook()
	booktest.CheckElements(t, path, 1, 5, "dimension sheetViews cols sheetData autoFilter pageSetup legacyDrawing")
}

// TestNoGoroutineIsLeft breaks the rows.
func TestNoGoroutineIsLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "x.xlsx")
		c := tiny()
		c.Rows = func(yield func(report.CheckedRow, error) bool) { panic(os.ErrClosed) }
		defer func() {
			if recover() == nil {
				t.Error("no panic")
			}
		}()
		_, _ = Write(path, c)
	})
}
