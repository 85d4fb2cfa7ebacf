package main

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"voucherbul/batch/journal"
	"voucherbul/batch/platform/simulator"
	"voucherbul/mapping"
	"voucherbul/mapping/ordertest"
	"voucherbul/report"
)

// hardTexts are what spreadsheets like to take for something else.
func hardTexts() []string {
	return []string{
		"00123", "0612345678", "+393331234567", "1E5", "12345678901234567890", "1.234,56", "50%", "12/03/2026", "2026-03-12", "12:30", "3-4",
		"TRUE", "VERO", "#N/D", "#DIV/0!", "=1+2", "=PROVA & FIGLI", "@SUM(A1)", "-5", "'apostrofo", "''due", `"virgolette"`, "_x0041_", "_x005F_",
		"_x000D_", "riga 1\nriga 2", "riga 1\n\nriga 3\n", " spazi intorno ", "due  spazi", "   ", "a\tb", "\u00a0spazio unificatore\u00a0", "perché è così", "😀 emoji",
		"<b>&amp;</b>", "]]>", "campanello \x07", "riga 1\r\nriga 2", strings.Repeat("lungo ", 5000), strings.Repeat("x", 32767),
	}
}

// TestLibreOffice edits and saves our workbooks with a spreadsheet that knows nothing of us.
func TestLibreOffice(t *testing.T) {
	if testing.Short() {
		t.Skip("LibreOffice takes its time")
	}
	o := newOffice(t)
	hard, edited := hardStory(t), []*story{}
	for _, source := range sources() {
		edited = append(edited, tell(t, source))
	}
	books := ourWorkbooks(t)
	saved := o.convert("xlsx", append([]string{named(t, hard.outcome, "hard")}, books...)...)
	t.Run("saved again", func(t *testing.T) {
		hard.bench.t = t
		hard.wantUnchanged(saved[0])
	})
	for i, ours := range books {
		t.Run("opened/"+filepath.Base(ours), func(t *testing.T) { wantSameCells(t, ours, saved[i+1]) })
	}

	var outcomes []string
	for _, s := range edited {
		outcomes = append(outcomes, named(t, s.outcome, strings.ReplaceAll(s.source.name, " ", "-")))
	}
	texts := o.convert("fods", outcomes...)
	for i, s := range edited {
		f := openFlat(t, texts[i])
		f.correct(s, []string{report.SheetRows, report.SheetToDo, report.SheetRows}[i])
		f.save()
	}
	back := o.convert("xlsx", texts...)
	for i, s := range edited {
		t.Run("edited/"+s.source.name, func(t *testing.T) {
			s.bench.t = t
			code, result, stderr := s.send("retry", "--out", s.folder, back[i])
			s.wantCorrected(code, result, stderr)
		})
	}
}

// named is a copy with a name of its own.
func named(t *testing.T, path, name string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(t.TempDir(), name+".esiti.xlsx")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// hardStory is a story of orders that were accepted, and that have hard texts in a column that nobody reads and in one that
// is sent.
func hardStory(t *testing.T) *story {
	t.Helper()
	b := newBench(t, simulator.World{}, nil)
	var text strings.Builder
	out := csv.NewWriter(&text)
	out.Comma = ';'
	header := []string{"Note interne"}
	for _, f := range mapping.Fields() {
		header = append(header, f.Name)
	}
	lines := [][]string{header}
	for i, hard := range hardTexts() {
		order := trips()[2].order
		order.PartitaIva, order.RagioneSociale = ordertest.PartitaIva(500+i), "PROVA "+string(rune('A'+i%26))
		if len(hard) < 80 && strings.TrimSpace(hard) == hard && !strings.ContainsAny(hard, "\n\t😀\u00a0") {
			order.RagioneSociale = hard
		}
		line := []string{hard}
		for _, f := range mapping.Fields() {
			line = append(line, f.In(&order))
		}
		lines = append(lines, line)
	}
	if err := out.WriteAll(lines); err != nil {
		t.Fatal(err)
	}
	code, first, stderr := b.run(b.write("ordini.csv", text.String()))
	if f := first.Files; len(f) != 1 || f[0].Rows != len(hardTexts()) || f[0].Accepted == 0 {
		t.Fatalf("exit %d, %+v\n%s", code, first, stderr)
	}
	return &story{bench: b, first: first.Run, outcome: first.Files[0].Outcome, corrected: map[int]bool{}, source: source{titles: header}}
}

// wantUnchanged sends an outcome again that was only saved: no cell of the export is another one, and nothing goes.
func (s *story) wantUnchanged(path string) {
	s.t.Helper()
	before := s.linesOf(s.outcome)
	code, result, stderr := s.send("retry", "--out", s.t.TempDir(), path)
	if len(result.Files) != 1 || len(result.Files[0].Remarks) != 0 {
		s.t.Fatalf("exit %d, %+v\n%s", code, result, stderr)
	}
	after := s.linesOf(result.Files[0].Outcome)
	if len(after) != len(before) {
		s.t.Errorf("%d rows, want %d", len(after), len(before))
	}
	for row, line := range before {
		for _, title := range s.source.titles {
			if was, is := line[title], after[row][title]; was != is {
				s.t.Errorf("row %d, %s: %.80q has become %.80q (%d and %d bytes)", row, title, was, is, len(was), len(is))
			}
		}
		if line["Stato"] == journal.Accepted.Label() && after[row]["Stato"] != journal.Already.Label() {
			s.t.Errorf("row %d: %s: %s", row, after[row]["Stato"], after[row]["Descrizione"])
		}
	}
	s.wantSent(map[string]int{})
}

// ourWorkbooks writes every kind of workbook that the program has.
func ourWorkbooks(t *testing.T) []string {
	t.Helper()
	folder := t.TempDir()
	var paths []string
	run := func(codes []int, args ...string) {
		t.Helper()
		if code, _, stderr := command(t, args...); !slices.Contains(codes, code) {
			t.Fatalf("%v: exit %d\n%s", args, code, stderr)
		}
	}
	for _, name := range []string{"ordini-con-errori", "ordini-incerti"} {
		run([]int{exitRejected, exitUncertain}, "run", "--simulator", "--quiet", "--out", folder, filepath.Join(samplesFolder, name+".csv"))
		paths = append(paths, filepath.Join(folder, name+".esiti.xlsx"))
	}
	run([]int{exitRejected}, "check", "--out", folder, filepath.Join(samplesFolder, "ordini-con-errori.csv"))
	run([]int{exitOK}, "template", "--out", filepath.Join(folder, "modello.xlsx"))
	b := newBench(t, standstill(voucher(100, simulator.StatoPrenotata, 80), voucher(101, simulator.StatoNonPrenotabile, 3)), nil)
	if code, _, stderr := b.run(b.export("ordini.csv", bookings(3)...)); code != exitOK {
		t.Fatal(stderr)
	}
	_, isee, stderr := b.isee()
	if isee.Workbook == "" {
		t.Fatal(stderr)
	}
	return append(paths, filepath.Join(folder, "ordini-con-errori.controllo.xlsx"), filepath.Join(folder, "modello.xlsx"), isee.Workbook)
}

// wantSameCells compares what a spreadsheet has read of a workbook with what stands in it.
func wantSameCells(t *testing.T, ours, saved string) {
	t.Helper()
	a, b := opened(t, ours), opened(t, saved)
	sheets := a.book.GetSheetList()
	if got := b.book.GetSheetList(); !slices.Equal(got, sheets) {
		t.Fatalf("it has the sheets %q, ours are %q", got, sheets)
	}
	cells := 0
	for _, sheet := range sheets {
		was, is := trimmed(t, a.book, sheet), trimmed(t, b.book, sheet)
		if len(was) != len(is) {
			t.Errorf("%s has %d lines, ours %d", sheet, len(is), len(was))
			continue
		}
		for i := range was {
			for cells += len(was[i]); !slices.Equal(was[i], is[i]); {
				t.Errorf("%s, line %d:\n%q, ours is\n%q", sheet, i+1, is[i], was[i])
				break
			}
		}
	}
	if info, err := os.Stat(ours); err != nil || cells < 100 {
		t.Errorf("%d cells in %d bytes, %v: that is not what was meant", cells, info.Size(), err)
	}
}

// trimmed are the rows of a sheet without blank cells and rows at their ends.
func trimmed(t *testing.T, book *excelize.File, sheet string) [][]string {
	t.Helper()
	rows, err := book.GetRows(sheet)
	if err != nil {
		t.Fatal(err)
	}
	for i, cells := range rows {
		for len(cells) > 0 && cells[len(cells)-1] == "" {
			cells = cells[:len(cells)-1]
		}
		rows[i] = cells
	}
	for len(rows) > 0 && len(rows[len(rows)-1]) == 0 {
		rows = rows[:len(rows)-1]
	}
	return rows
}
