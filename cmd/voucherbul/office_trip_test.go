package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"voucherbul/batch/platform/simulator"
	"voucherbul/mapping/ourfile"
)

// TestLibreOffice edits and saves our workbooks with a spreadsheet that knows nothing of us.
func TestLibreOffice(t *testing.T) {
	if testing.Short() {
		t.Skip("LibreOffice takes its time")
	}
	o := newLibreOffice(t)
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
		f.correct(s, []string{ourfile.SheetRows, ourfile.SheetToDo, ourfile.SheetRows}[i])
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
