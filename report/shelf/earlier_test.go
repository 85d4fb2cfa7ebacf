package shelf_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"voucherbul/batch/journal"
	"voucherbul/mapping"
	"voucherbul/mapping/ourfile"
	"voucherbul/report/booktest"
	"voucherbul/report/outcome"
	"voucherbul/report/shelf"
)

// sample is an outcome of one row.
func sample(t *testing.T, run string) outcome.Outcome {
	return outcome.Outcome{Run: journal.Run{ID: run}, File: journal.File{Path: "ordini.csv", Header: []string{"Operazione"}},
		Made: time.Date(2026, 7, 1, 11, 30, 0, 0, time.UTC), Zone: booktest.Rome(t),
		Rows: booktest.Sequence(journal.Row{ID: journal.RowID{Run: run, File: 1, Place: 1}, Number: 2, Cells: []string{"disdetta"}, Operation: mapping.OperationDisdetta, State: journal.Accepted})}
}

// putOutcome writes the outcome of a run in every format.
func putOutcome(t *testing.T, folder, run string, formats ...ourfile.Format) {
	t.Helper()
	o := sample(t, run)
	for _, f := range formats {
		booktest.Must(t, outcome.Write(f.Path("ordini.csv", folder), o))
	}
}

const (
	thisRun  = "20260701-123000-aaaa"
	otherRun = "20260702-000000-bbbb"
)

// TestKeepEarlierInEveryFormat keeps the outcome of another run under the name of that run, and finds it there again.
func TestKeepEarlierInEveryFormat(t *testing.T) {
	for _, f := range ourfile.Formats() {
		t.Run(string(f), func(t *testing.T) {
			folder := t.TempDir()
			putOutcome(t, folder, thisRun, f)
			path := f.Path("ordini.csv", folder)
			moved, err := shelf.KeepEarlier(path, otherRun)
			booktest.Must(t, err)
			booktest.Equal(t, "told", moved, "") // nobody has changed it: it is where its run says
			kept := ourfile.Aside(path, thisRun, 1)
			booktest.Equal(t, "kept", booktest.In(t, folder), []string{filepath.Base(kept), filepath.Base(path)}) // two names, until the new one is there
			putOutcome(t, folder, otherRun, f)
			booktest.Equal(t, "found of the first run", shelf.FindOutcomes("ordini.csv", folder, thisRun), []string{kept})
			booktest.Equal(t, "found of the other run", shelf.FindOutcomes("ordini.csv", folder, otherRun), []string{path})
			booktest.Equal(t, "found by the kept name", shelf.FindOutcomes(filepath.Base(kept), folder, thisRun), []string{kept})
			booktest.Equal(t, "found of no run", len(shelf.FindOutcomes("ordini.csv", folder, "")), 0)
			booktest.Equal(t, "found of a run that is not there", len(shelf.FindOutcomes("ordini.csv", folder, "20260703-000000-cccc")), 0)

			putOutcome(t, folder, thisRun, f) // and the same once more: no name is taken twice
			_, err = shelf.KeepEarlier(path, otherRun)
			booktest.Must(t, err)
			if names := booktest.In(t, folder); len(names) != 3 || !slices.Contains(names, filepath.Base(ourfile.Aside(path, thisRun, 2))) {
				t.Errorf("kept twice: %q", names)
			}
		})
	}
}

// TestFindOutcomesOfAll finds those of a run in all formats, under the longer name too, and none of another run.
func TestFindOutcomesOfAll(t *testing.T) {
	folder := t.TempDir()
	putOutcome(t, folder, thisRun, ourfile.Formats()...)
	o := sample(t, thisRun)
	longer := ourfile.XLSX.Path("ordini.csv.", folder)
	booktest.Must(t, outcome.Write(longer, o))
	booktest.Must(t, os.WriteFile(filepath.Join(folder, "ordini.esiti."+thisRun+".csv"), []byte("appunti"), 0o600)) // no outcome, but its name
	want := []string{"ordini.esiti.xlsx", "ordini.csv.esiti.xlsx", "ordini.esiti.csv", "ordini.esiti.jsonl"}
	for i := range want {
		want[i] = filepath.Join(folder, want[i])
	}
	booktest.Equal(t, "found", shelf.FindOutcomes("ordini.csv", folder, thisRun), want)
	booktest.Equal(t, "none of another run", len(shelf.FindOutcomes("ordini.csv", folder, otherRun)), 0)
}

// TestKeepEarlierKeepsNotes has an outcome of the same run in which somebody has written: it is kept by its date, and told.
// What only a program reads is as it was.
func TestKeepEarlierKeepsNotes(t *testing.T) {
	for _, test := range []struct {
		format ourfile.Format
		later  time.Duration // when it was saved, after it was written
		kept   bool
	}{
		{ourfile.XLSX, 0, false},
		{ourfile.XLSX, time.Hour, true},
		{ourfile.CSV, time.Hour, true},
		{ourfile.CSV, 0, true}, // a CSV file does not say when it was written: rather one too many
		{ourfile.JSON, time.Hour, false},
	} {
		folder := t.TempDir()
		putOutcome(t, folder, thisRun, test.format)
		path := test.format.Path("ordini.csv", folder)
		saved := sample(t, thisRun).Made.Add(test.later)
		booktest.Must(t, os.Chtimes(path, saved, saved))
		moved, err := shelf.KeepEarlier(path, thisRun)
		booktest.Must(t, err)
		want, there, names := "", path, []string{filepath.Base(path)}
		if test.kept {
			want = ourfile.Aside(path, saved.Local().Format(ourfile.Stamp), 1)
			there, names = want, append([]string{filepath.Base(want)}, names...)
		}
		booktest.Equal(t, string(test.format)+" told", moved, want)
		booktest.Equal(t, string(test.format)+" there", booktest.In(t, folder), names)
		if strings.Contains(moved, "esiti.esiti") {
			t.Error(moved)
		}
		if again := test.format.Path(there, ""); again != path {
			t.Errorf("the outcome of %s would be %s", there, again)
		}
	}
}

// TestKeptOutcomeThatIsChanged has an outcome that was set aside for a later run, and in which somebody has written then: one
// label is enough, and by more of them the program would not know the file for its own.
func TestKeptOutcomeThatIsChanged(t *testing.T) {
	folder := t.TempDir()
	putOutcome(t, folder, thisRun, ourfile.XLSX)
	_, err := shelf.KeepEarlier(ourfile.XLSX.Path("ordini.csv", folder), otherRun)
	booktest.Must(t, err)
	booktest.Must(t, os.Remove(ourfile.XLSX.Path("ordini.csv", folder))) // as if the other run had taken its place
	kept := shelf.FindOutcomes("ordini.csv", folder, thisRun)
	if len(kept) != 1 {
		t.Fatalf("kept: %q", kept)
	}
	saved := sample(t, thisRun).Made.Add(time.Hour)
	booktest.Must(t, os.Chtimes(kept[0], saved, saved))
	moved, err := shelf.KeepEarlier(kept[0], thisRun)
	booktest.Must(t, err)
	booktest.Equal(t, "moved", filepath.Base(moved), "ordini.esiti."+saved.Local().Format(ourfile.Stamp)+".xlsx")
	booktest.Equal(t, "its outcome", ourfile.XLSX.Path(moved, ""), ourfile.XLSX.Path("ordini.csv", folder))
}

func TestKeepEarlier(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "ordini.esiti.xlsx")
	keep := func(run string) string {
		moved, err := shelf.KeepEarlier(path, run)
		booktest.Must(t, err)
		return moved
	}
	keep("any") // nothing there yet
	first := sample(t, thisRun)
	booktest.Must(t, outcome.Write(path, first))
	keep(first.Run.ID) // the same run writes it anew
	if _, err := os.Stat(path); err != nil {
		t.Error("the outcome of the same run was moved away")
	}
	later := time.Now().Add(time.Hour)
	booktest.Must(t, os.Chtimes(path, later, later)) // somebody has saved it
	booktest.Equal(t, "kept", keep(first.Run.ID), filepath.Join(folder, "ordini.esiti."+later.Format(ourfile.Stamp)+".xlsx"))
	booktest.Must(t, outcome.Write(path, first))
	booktest.Equal(t, "kept", keep("20260702-000000-bbbb"), "")
	if _, err := os.Stat(filepath.Join(folder, "ordini.esiti.20260701-123000-aaaa.xlsx")); err != nil {
		t.Errorf("the outcome of the earlier run was not kept under its name: %v", err)
	}
	booktest.Must(t, os.WriteFile(path, []byte("somebody's"), 0o600))
	booktest.Equal(t, "kept", keep("20260702-000000-bbbb") == "", false)
	kept, err := filepath.Glob(filepath.Join(folder, "*.xlsx"))
	booktest.Must(t, err)
	if len(kept) != 4 {
		t.Errorf("a file that is not ours was not kept: %v", kept)
	}
}
