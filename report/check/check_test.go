package check

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"voucherbul/batch/journal"
	"voucherbul/mapping"
	"voucherbul/mapping/orderfile"
	"voucherbul/mapping/ourfile"
	"voucherbul/report"
	"voucherbul/report/booktest"
	"voucherbul/report/sheet"
	"voucherbul/report/shelf"
)

func problem(column, found string, s mapping.Severity) mapping.Problem {
	return mapping.Problem{Code: mapping.CodeFormat, Arg: "code 16", Field: "cap", Column: column, Found: found, Expected: "16 caratteri", Remedy: "controllare", Severity: s}
}

// sample has a row of every verdict, and Problems with one cell, several, none, and an unclear one.
func sample() Check {
	return Check{Source: "ordini.csv", Header: []string{"Operazione", "C.F.", "CF familiare 1", "CF familiare 2", "Note", "Note", "CAP"},
		Unread: []string{"Note"}, Remarks: func() []string { return []string{"L'intestazione è alla riga 3."} },
		Rows: booktest.Sequence(
			report.CheckedRow{Row: journal.Row{Number: 4, Cells: []string{"disdetta", "A", "", "", "=1+1", "", "00184"}, State: journal.Planned}},
			report.CheckedRow{Row: journal.Row{Number: 5, Cells: []string{"disdetta", "X", "Y", "Z", "", "", "184"}, State: journal.Invalid,
				Problems: []mapping.Problem{problem("C.F.", "X", mapping.Blocks), problem("C.F.", "X", mapping.Warns),
					problem("CF familiare 1, CF familiare 2", "Y;Z", mapping.Warns), problem("Note", "", mapping.Blocks), {Column: "riga", Found: "8 celle", Expected: "16 caratteri", Remedy: "controllare", Severity: mapping.Blocks}},
				Corrections: []mapping.Correction{{Column: "CAP", From: "184", To: "00184"}, {Column: "CF familiare 1", From: "Y", To: "Y1"}}}},
			report.CheckedRow{Row: journal.Row{Number: 9, Cells: []string{"disdetta", "X"}, State: journal.Invalid, Problems: []mapping.Problem{problem("C.F.", "X", mapping.Blocks)}}},
			report.CheckedRow{Row: journal.Row{Number: 10, Cells: []string{"Totale", "", "", "", "", "", "3"}}, Skipped: "riga di totale: non è un ordine"},
		)}
}

func TestCheck(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ordini.controllo.xlsx")
	counts, err := Write(path, sample())
	booktest.Must(t, err)
	booktest.Equal(t, "counts", counts, Counts{Rows: 4, Valid: 1, Invalid: 2, Skipped: 1})

	sentence := ": trovato «X», atteso 16 caratteri; controllare"
	rows := booktest.Cells(t, path, ourfile.SheetCheck)
	for i := range rows {
		rows[i] = booktest.Trimmed(rows[i])
	}
	booktest.Equal(t, "rows", rows, [][]string{
		{"Operazione", "C.F.", "CF familiare 1", "CF familiare 2", "Note", "Note", "CAP", "Controllo", "Problemi", "Correzioni"},
		{"disdetta", "A", "", "", "=1+1", "", "00184", "VALIDA"},
		{"disdetta", "X", "Y", "Z", "", "", "184", "DA RIVEDERE", "C.F." + sentence + "\nNote: cella vuota, atteso 16 caratteri; controllare\n" +
			"riga: trovato «8 celle», atteso 16 caratteri; controllare\nAvviso: C.F." + sentence + "\nAvviso: CF familiare 1, CF familiare 2: trovato «Y;Z», atteso 16 caratteri; controllare\nDopo aver riletto e corretto tutta la riga cancellare «DA RIVEDERE» nella colonna Controllo.",
			"CAP: «184» → «00184»\nCF familiare 1: «Y» → «Y1»"},
		{"disdetta", "X", "", "", "", "", "", "SCARTATA", "C.F." + sentence},
		{"Totale", "", "", "", "", "", "3", "SALTATA", "riga di totale: non è un ordine"},
	})
	const red, yellow, blue, green, grey = " FFC7CE", " FFEB9C", " DDEBF7", " C6EFCE", " E7E6E6"
	booktest.Equal(t, "colours", booktest.Fills(t, path, ourfile.SheetCheck), []string{"H2" + green,
		"B3" + red, "C3" + yellow, "D3" + yellow, "G3" + blue, "H3" + red, "I3" + red,
		"B4" + red, "H4" + red,
		"A5" + grey, "B5" + grey, "C5" + grey, "D5" + grey, "E5" + grey, "F5" + grey, "G5" + grey, "H5" + grey})
	blocking := "Non si può inviare\nTrovato: «X»\nAtteso: 16 caratteri\nRimedio: controllare"
	family := "Avviso\nTrovato: «Y;Z»\nAtteso: 16 caratteri\nRimedio: controllare"
	booktest.Equal(t, "notes", booktest.CommentsOf(t, path, ourfile.SheetCheck), map[string]string{"B4": blocking,
		"B3": blocking + strings.Replace("\nAvviso"+blocking, "Non si può inviare", "", 1),
		"C3": family + "\nCorretto dal programma: «Y» → «Y1»", "D3": family, "G3": "Corretto dal programma: «184» → «00184»"})

	causes := booktest.Cells(t, path, ourfile.SheetCauses)
	for i := range causes {
		causes[i] = booktest.Trimmed(causes[i])
	}
	text := fmt.Sprintf("%q", causes[:5])
	for _, sentence := range []string{"Controllo di ordini.csv", "4 righe: 1 valida, 2 scartate, 1 saltata perché non è un ordine; una riga resta saltata", "non vengono inviate: Note",
		"Correggere le celle rosse nel foglio Controllo, togliere i filtri", "Il file di partenza ha altre righe sopra o tra gli ordini"} {
		if !strings.Contains(text, sentence) {
			t.Errorf("the sheet does not say %q:\n%s", sentence, text)
		}
	}
	booktest.Equal(t, "causes", causes[6:], [][]string{{"L'intestazione è alla riga 3."}, {},
		{"Gravità", "Dove", "Che cosa è atteso", "Righe", "Prime righe", "Trovato nella prima", "Che cosa fare"},
		{"Blocca l'invio", "C.F.", "16 caratteri", "2", "3, 4", "«X»", "controllare"},
		{"Blocca l'invio", "Note", "16 caratteri", "1", "3", "cella vuota", "controllare"},
		{"Blocca l'invio", "riga", "16 caratteri", "1", "3", "«8 celle»", "controllare"},
		{"Avviso", "C.F.", "16 caratteri", "1", "3", "«X»", "controllare"},
		{"Avviso", "CF familiare 1, CF familiare 2", "16 caratteri", "1", "3", "«Y;Z»", "controllare"},
		{"Corretta", "CAP", "corretto dal programma", "1", "3", "«184» → «00184»"},
		{"Corretta", "CF familiare 1", "corretto dal programma", "1", "3", "«Y» → «Y1»"}})
}

// TestControlOfARightFile asks for no corrections, and has no other line numbers to explain.
func TestCheckOfARightFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ordini.controllo.xlsx")
	_, err := Write(path, Check{Source: "ordini.csv", Header: []string{"Operazione"},
		Rows: booktest.Sequence(report.CheckedRow{Row: journal.Row{Number: 2, Cells: []string{"disdetta"}, State: journal.Planned}})})
	booktest.Must(t, err)
	text := fmt.Sprint(booktest.Cells(t, path, ourfile.SheetCauses))
	if !strings.Contains(text, "1 riga: 1 valida, 0 scartate. Nulla è stato inviato. Non c'è niente da correggere: ") || strings.Contains(text, "file di partenza ha") {
		t.Error(text)
	}
}

// TestControlIsAnExport reads the workbook of a check with the program's own reader, checks it again, and finds
// the same columns and cells.
func TestCheckIsAnExport(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "ordini.controllo.xlsx")
	sample := sample()
	_, err := Write(path, sample)
	booktest.Must(t, err)
	for round := range 2 {
		file, err := orderfile.Open(path, orderfile.Options{})
		booktest.Must(t, err)
		header := file.Header()
		booktest.Equal(t, "header", header, append(slices.Clone(sample.Header), ourfile.CheckColumns()...))
		again := Check{Source: path, Header: header, Unread: orderfile.Unknown(header, mapping.Claims)}
		booktest.Equal(t, "unread", report.OwnOf(header).Unread(again.Unread), []string{"Note", "Note"})
		var rows []report.CheckedRow
		for want := range sample.Rows {
			row, err := file.Next()
			booktest.Must(t, err)
			booktest.Equal(t, "row", row.Cells[:len(sample.Header)], report.OwnOf(sample.Header).Fit(nil, want.Cells))
			booktest.Equal(t, "what is skipped", row.Skipped, want.Skipped)
			booktest.Equal(t, "a row that did not fit", len(row.Problems) > 0, isMisfit(want))
			read := report.CheckedRow{Row: journal.Row{Number: row.Number, Cells: row.Cells, Problems: row.Problems, State: journal.Planned}, Skipped: row.Skipped}
			if len(row.Problems) > 0 {
				read.State = journal.Invalid
			}
			rows = append(rows, read)
		}
		if row, err := file.Next(); err == nil {
			t.Errorf("a row too much: %q", row.Cells)
		}
		booktest.Equal(t, "remarks of the reader", file.Remarks(), []string(nil))
		booktest.Must(t, file.Close())
		again.Rows = booktest.Sequence(rows...)
		path = filepath.Join(folder, fmt.Sprintf("%d.controllo.xlsx", round))
		_, err = Write(path, again)
		booktest.Must(t, err)
	}
}

// TestNotesHaveALimit gives every cell of a large file a note: Problems go before Corrections, and the sheet of
// causes says that the rest has none.
func TestNotesHaveALimit(t *testing.T) {
	rows := make([]report.CheckedRow, sheet.MaxNotes+10)
	for i := range rows {
		rows[i] = report.CheckedRow{Row: journal.Row{Cells: []string{"X", "184"}, State: journal.Planned, Corrections: []mapping.Correction{{Column: "CAP", From: "184", To: "00184"}}}}
		if i >= sheet.MaxNotes-10 {
			rows[i].Problems = []mapping.Problem{problem("C.F.", strings.Repeat("X<&>\x00", 200), mapping.Warns)}
		}
	}
	path := filepath.Join(t.TempDir(), "x.controllo.xlsx")
	_, err := Write(path, Check{Header: []string{"C.F.", "CAP"}, Rows: booktest.Sequence(rows...)})
	booktest.Must(t, err)
	notes := booktest.CommentsOf(t, path, ourfile.SheetCheck)
	problems := 0
	for cell := range notes {
		if strings.HasPrefix(cell, "A") {
			problems++
		}
	}
	if len(notes) != sheet.MaxNotes || problems != 20 {
		t.Errorf("%d notes, %d of them on Problems", len(notes), problems)
	}
	text := fmt.Sprint(booktest.Cells(t, path, ourfile.SheetCauses))
	if !strings.Contains(text, "altre (30, colorate come le prime) è nelle colonne Problemi e Correzioni") || !strings.Contains(text, "corretto dal programma 1010 2, 3, 4, 5, 6…") {
		t.Errorf("the sheet of causes does not say it: %s", text)
	}
	file, err := orderfile.Open(path, orderfile.Options{}) // hostile texts leave every part readable
	booktest.Must(t, err)
	booktest.Must(t, file.Close())
}

// TestCausesCountRows meets the same cause twice in a row: it is one row.
func TestCausesCountRows(t *testing.T) {
	c := newCauses()
	twice := []mapping.Problem{problem("C.F.", "X", mapping.Blocks), problem("C.F.", "Y", mapping.Blocks)}
	for line := range 10 {
		c.add(report.CheckedRow{Row: journal.Row{Problems: twice}}, line+2)
	}
	n := c.counts[c.sorted()[0]]
	if n.rows != 10 || n.found != "X" || n.lines() != "2, 3, 4, 5, 6…" {
		t.Errorf("%+v, lines %s", n, n.lines())
	}
}

func TestCausesHaveALimit(t *testing.T) {
	c := newCauses()
	for i := range maxCauses + 50 {
		c.add(report.CheckedRow{Row: journal.Row{Problems: []mapping.Problem{{Code: mapping.CodeHousehold, Arg: fmt.Sprint(i), Column: "C.F.", Expected: fmt.Sprint(i), Severity: mapping.Blocks}}}}, i)
	}
	if first := c.sorted()[0]; len(c.counts) != maxCauses+1 || c.counts[first].rows != 50 {
		t.Errorf("%d causes, the first %+v of %d rows", len(c.counts), first, c.counts[first].rows)
	}
}

// TestCheckIsWrittenWholeOrNotAtAll breaks the rows in the middle: their error comes back as it is, for it says
// what is wrong with the export.
func TestCheckIsWrittenWholeOrNotAtAll(t *testing.T) {
	folder := t.TempDir()
	damage := errors.New("the export is damaged")
	broken := Check{Header: []string{"C.F."}, Rows: func(yield func(report.CheckedRow, error) bool) {
		_ = yield(report.CheckedRow{}, nil) && yield(report.CheckedRow{}, damage)
	}}
	for name, write := range writers() {
		if _, err := write(filepath.Join(folder, "x"), broken); !errors.Is(err, damage) || errors.As(err, new(*shelf.WriteError)) {
			t.Errorf("%s: the error of the rows came back as %v", name, err)
		}
		if _, err := write(filepath.Join(folder, "missing", "x"), sample()); !errors.As(err, new(*shelf.WriteError)) {
			t.Errorf("%s: a folder that is not there gives %v", name, err)
		}
	}
	if left, _ := os.ReadDir(folder); len(left) != 0 {
		t.Errorf("something was left behind: %v", left)
	}
	source := filepath.Join(folder, "ordini.csv")
	booktest.Must(t, os.WriteFile(source, nil, 0o640))
	for name, write := range writers() {
		c := sample()
		c.Source = source
		path := filepath.Join(folder, name)
		_, err := write(path, c)
		booktest.Must(t, err)
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o640 {
			t.Errorf("%s: %v, %v; the export is 0640", name, info, err)
		}
	}
}

func writers() map[string]func(string, Check) (Counts, error) {
	return map[string]func(string, Check) (Counts, error){"xlsx": Write, "jsonl": WriteJSONL}
}

// TestControlKeepsDates asserts that a date of a spreadsheet comes back as a date with the same text, and that a text which
// looks like a date comes back as a text. A profile with month before day must not read the date again.
func TestCheckKeepsDates(t *testing.T) {
	cells := []string{"disdetta", "04/03/2026", "04/03/2026 23:59:59", "01/03/1900", "31/12/9999", "28/02/1900", "04/03/2026"}
	row := report.CheckedRow{Row: journal.Row{Number: 2, Cells: cells, State: journal.Planned}, IsDate: func(i int) bool { return i > 0 && i < 6 }}
	row.Corrections = []mapping.Correction{{Field: "dataCessazione", Column: "A", From: "04/03/2026", To: "2026-03-04"}}
	marked := row
	marked.Skipped = "riga nascosta"
	path := filepath.Join(t.TempDir(), "x.controllo.xlsx")
	_, err := Write(path, Check{Header: []string{"Operazione", "A", "B", "C", "D", "E", "F"}, Rows: booktest.Sequence(row, marked)})
	booktest.Must(t, err)
	file, err := orderfile.Open(path, orderfile.Options{})
	booktest.Must(t, err)
	defer file.Close()
	for range 2 {
		back, err := file.Next()
		booktest.Must(t, err)
		booktest.Equal(t, "cells", back.Cells[:len(cells)], cells)
		for i := range cells {
			booktest.Equal(t, fmt.Sprint("date in column ", i), back.IsDate(i), i > 0 && i < 5)
		}
	}
}
