package outcome

import (
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"voucherbul/batch/journal"
	"voucherbul/mapping"
	"voucherbul/mapping/ourfile"
	"voucherbul/report/booktest"
	"voucherbul/report/sheet"
)

// fullOutcome has rows of three kinds by turns, so that every sheet of rows gets some: correctable, in doubt, accepted.
func fullOutcome(t *testing.T, rows, capacity int) Outcome {
	o := outcome(t, "ordini.csv")
	o.capacity = capacity
	var all []journal.Row
	for i := range rows {
		r := journal.Row{ID: journal.RowID{Run: o.Run.ID, File: 1, Place: i + 1}, Number: i + 2, Cells: []string{"disdetta", strconv.Itoa(i)}, Operation: mapping.OperationDisdetta, State: journal.Accepted}
		switch i % 3 {
		case 0:
			r.State = journal.Invalid
			r.Problems = []mapping.Problem{{Field: "codiceFiscale", Column: "C.F.", Found: strconv.Itoa(i), Expected: "16 caratteri", Severity: mapping.Blocks}}
		case 1:
			r.State = journal.Uncertain
		}
		all = append(all, r)
	}
	o.Rows = booktest.Sequence(all...)
	return o
}

// TestFullSheets writes more rows than a sheet has room for: the next sheet of the same name goes on, in its place.
func TestFullSheets(t *testing.T) {
	for _, test := range []struct {
		rows, capacity int
		sheets, tables []string
	}{
		{7, 3, []string{"Riepilogo", "Esiti", "Esiti 2", "Esiti 3", "Da correggere", "Da verificare", "Legenda"},
			[]string{"Esiti A1:R4", "Esiti2 A1:R4", "Esiti3 A1:R2", "DaCorreggere A1:H4", "DaVerificare A1:G3"}},
		{6, 3, []string{"Riepilogo", "Esiti", "Esiti 2", "Da correggere", "Da verificare", "Legenda"},
			[]string{"Esiti A1:R4", "Esiti2 A1:R4", "DaCorreggere A1:H3", "DaVerificare A1:G3"}},
		{3, 3, []string{"Riepilogo", "Esiti", "Da correggere", "Da verificare", "Legenda"},
			[]string{"Esiti A1:R4", "DaCorreggere A1:H2", "DaVerificare A1:G2"}},
		{6, 1, []string{"Riepilogo", "Esiti", "Esiti 2", "Esiti 3", "Esiti 4", "Esiti 5", "Esiti 6", "Da correggere", "Da correggere 2", "Da verificare", "Da verificare 2", "Legenda"},
			[]string{"Esiti A1:R2", "Esiti2 A1:R2", "Esiti3 A1:R2", "Esiti4 A1:R2", "Esiti5 A1:R2", "Esiti6 A1:R2",
				"DaCorreggere A1:H2", "DaCorreggere2 A1:H2", "DaVerificare A1:G2", "DaVerificare2 A1:G2"}},
	} {
		t.Run(fmt.Sprintf("%d rows, %d a sheet", test.rows, test.capacity), func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "x.esiti.xlsx")
			booktest.Must(t, Write(path, fullOutcome(t, test.rows, test.capacity)))
			p := booktest.PartsOf(t, path)
			p.CheckArchive()
			p.CheckBook()
			checkCharts(t, p)
			booktest.Equal(t, "sheets", p.Sheets(), test.sheets)
			var tables []string
			for _, sheet := range p.Sheets() {
				for _, part := range p.Related(p.PartOf(sheet), "table") {
					table := p.Root(part)
					tables = append(tables, table.Attr("displayName")+" "+table.Attr("ref"))
				}
			}
			booktest.Equal(t, "tables", tables, test.tables)
			every := func(int) bool { return true }
			checkSeries(t, path, p.Sheets(), ourfile.SheetRows, test.rows, every, "ID voucherbul")
			checkSeries(t, path, p.Sheets(), ourfile.SheetToDo, test.rows, func(i int) bool { return i%3 == 0 }, "ID voucherbul")
			checkSeries(t, path, p.Sheets(), ourfile.SheetDoubts, test.rows, func(i int) bool { return i%3 == 1 }, "")
			if notes := countNotes(t, path, p.Sheets(), ourfile.SheetToDo); notes != (test.rows+2)/3 {
				t.Errorf("%d notes", notes)
			}
		})
	}
}

// sheetsOf are those of a series, in their order.
func sheetsOf(all []string, name string) (found []string) {
	for n := 1; ; n++ {
		next := name
		if n > 1 {
			next += " " + strconv.Itoa(n)
		}
		if !slices.Contains(all, next) {
			return found
		}
		found = append(found, next)
	}
}

// checkSeries asserts that the sheets of a series have every row that belongs there once, in order, each under the header;
// IDs run on from sheet to sheet.
func checkSeries(t *testing.T, path string, all []string, name string, rows int, belongs func(int) bool, idColumn string) {
	t.Helper()
	var want, got, wantIDs, gotIDs []string
	for i := range rows {
		if belongs(i) {
			want = append(want, strconv.Itoa(i+2))
			wantIDs = append(wantIDs, journal.RowID{Run: "20260701-123000-aaaa", File: 1, Place: i + 1}.String())
		}
	}
	var header []string
	for _, sheet := range sheetsOf(all, name) {
		lines := booktest.Cells(t, path, sheet)
		if header == nil {
			header = lines[0]
		}
		booktest.Equal(t, sheet+": header", lines[0], header)
		for _, line := range lines[1:] {
			got = append(got, line[slices.Index(header, "Riga")])
			if idColumn != "" {
				gotIDs = append(gotIDs, line[slices.Index(header, idColumn)])
			}
		}
	}
	booktest.Equal(t, name, got, want)
	if idColumn != "" {
		booktest.Equal(t, name+": IDs", gotIDs, wantIDs)
	}
}

func countNotes(t *testing.T, path string, all []string, name string) (n int) {
	t.Helper()
	for _, sheet := range sheetsOf(all, name) {
		n += len(booktest.CommentsOf(t, path, sheet))
	}
	return n
}

// TestNotesOfFullSheets has more cells to explain than a sheet takes notes: the summary says how many have none.
func TestNotesOfFullSheets(t *testing.T) {
	const rows = 3 * (sheet.MaxNotes + 5)
	path := filepath.Join(t.TempDir(), "x.esiti.xlsx")
	booktest.Must(t, Write(path, fullOutcome(t, rows, 0)))
	p := booktest.PartsOf(t, path)
	p.CheckBook()
	booktest.Equal(t, "notes", countNotes(t, path, p.Sheets(), ourfile.SheetToDo), sheet.MaxNotes)
	want := "Nel foglio «Da correggere» hanno una nota 1000 celle al massimo; le altre (5) sono colorate, e «Cosa fare» dice che cosa farne."
	if found := booktest.Cells(t, path, ourfile.SheetSummary); !slices.ContainsFunc(found, func(line []string) bool { return len(line) > 0 && line[0] == want }) {
		t.Errorf("the summary does not say it: %q", found)
	}
}

// TestTablesOfOddHeaders asserts which headers can be those of a table, and that a workbook is right with any.
func TestTablesOfOddHeaders(t *testing.T) {
	for _, test := range []struct {
		header []string
		table  bool
	}{
		{[]string{"Operazione", "C.F."}, true},
		{[]string{"Operazione", "Note & «altro» <x> 'y' \"z\" [1] #"}, true},
		{[]string{" Operazione ", "=1+1"}, true},
		{[]string{"Nota", "nota"}, false},
		{[]string{"Però", "PERÒ"}, false},
		{[]string{"Nota", ""}, false},
		{[]string{"a\nb", "c"}, false},
		{[]string{"a\r", "c"}, false},
		{[]string{"a\tb", "c"}, false},
		{[]string{"_x0041_", "c"}, false},
		{[]string{"a\x01", "c"}, false},
		{[]string{strings.Repeat("x", 255), "c"}, true},
		{[]string{strings.Repeat("x", 256), "c"}, false},
		{[]string{strings.Repeat("😀", 127), "c"}, true},
		{[]string{strings.Repeat("😀", 128), "c"}, false}, // of 256 units
		{[]string{"STATO", "Esito "}, true},              // ours are marked
		{[]string{"Riga", "Riga (voucherbul)"}, true},
	} {
		path := filepath.Join(t.TempDir(), "x.esiti.xlsx")
		o := fullOutcome(t, 3, 0)
		o.File.Header = test.header
		booktest.Must(t, Write(path, o))
		p := booktest.PartsOf(t, path)
		p.CheckArchive()
		p.CheckBook()
		if isTable := len(p.Related(p.PartOf(ourfile.SheetRows), "table")) == 1; isTable != test.table {
			t.Errorf("%q: table %v", test.header, isTable)
		}
		if t.Failed() {
			t.Fatalf("%q", test.header)
		}
	}
}
