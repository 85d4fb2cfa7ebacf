package report

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"voucherbul/mapping/ourfile"
	"voucherbul/report/booktest"
)

// TestPathOfAnOutcome has every name that an export, or an outcome that is sent again, may have.
func TestPathOfAnOutcome(t *testing.T) {
	for source, want := range map[string]string{
		"x.csv":                                  "x.esiti",
		"x.xlsx":                                 "x.esiti",
		"x":                                      "x.esiti",
		"x.luglio.csv":                           "x.luglio.esiti",
		"x.esiti.xlsx":                           "x.esiti",
		"x.esiti.csv":                            "x.esiti",
		"x.esiti.20260701-123000-aaaa.xlsx":      "x.esiti",
		"x.esiti.20260701-123000-aaaa-2.xlsx":    "x.esiti",
		"x.esiti.20260701-123000.xlsx":           "x.esiti",
		"x.esiti.20260701-123000-2.csv":          "x.esiti",
		"x.csv.":                                 "x.csv.esiti", // of two exports that share a name
		"x.controllo.xlsx":                       "x.controllo.esiti",
		"x.esiti di luglio.xlsx":                 "x.esiti di luglio.esiti",
		"x.esiti.luglio.xlsx":                    "x.esiti.luglio.esiti",
		"esiti.xlsx":                             "esiti.esiti",
		".esiti.xlsx":                            ".esiti.esiti", // there is no name left
		"a;b 'c'.esiti.20260701-123000-q2x.xlsx": "a;b 'c'.esiti",
	} {
		for _, f := range ourfile.Formats() {
			ending := "." + string(f)
			if f == ourfile.JSON {
				ending = ".jsonl"
			}
			booktest.Equal(t, source+" as "+string(f), f.Path(filepath.Join("in", source), ""), filepath.Join("in", want+ending))
			booktest.Equal(t, source+" as "+string(f)+" elsewhere", f.Path(filepath.Join("in", source), "out"), filepath.Join("out", want+ending))
		}
	}
}

// putOutcome writes the outcome of a run in every format.
func putOutcome(t *testing.T, folder, run string, formats ...ourfile.Format) {
	t.Helper()
	o := outcome(t, "ordini.csv")
	o.Run.ID = run
	for _, f := range formats {
		booktest.Must(t, Write(f.Path("ordini.csv", folder), o))
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
			moved, err := KeepEarlier(path, otherRun)
			booktest.Must(t, err)
			booktest.Equal(t, "told", moved, "") // nobody has changed it: it is where its run says
			kept := ourfile.Aside(path, thisRun, 1)
			booktest.Equal(t, "kept", booktest.In(t, folder), []string{filepath.Base(kept), filepath.Base(path)}) // two names, until the new one is there
			putOutcome(t, folder, otherRun, f)
			booktest.Equal(t, "found of the first run", FindOutcomes("ordini.csv", folder, thisRun), []string{kept})
			booktest.Equal(t, "found of the other run", FindOutcomes("ordini.csv", folder, otherRun), []string{path})
			booktest.Equal(t, "found by the kept name", FindOutcomes(filepath.Base(kept), folder, thisRun), []string{kept})
			booktest.Equal(t, "found of no run", len(FindOutcomes("ordini.csv", folder, "")), 0)
			booktest.Equal(t, "found of a run that is not there", len(FindOutcomes("ordini.csv", folder, "20260703-000000-cccc")), 0)

			putOutcome(t, folder, thisRun, f) // and the same once more: no name is taken twice
			_, err = KeepEarlier(path, otherRun)
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
	o := outcome(t, "ordini.csv")
	longer := ourfile.XLSX.Path("ordini.csv.", folder)
	booktest.Must(t, Write(longer, o))
	booktest.Must(t, os.WriteFile(filepath.Join(folder, "ordini.esiti."+thisRun+".csv"), []byte("appunti"), 0o600)) // no outcome, but its name
	want := []string{"ordini.esiti.xlsx", "ordini.csv.esiti.xlsx", "ordini.esiti.csv", "ordini.esiti.jsonl"}
	for i := range want {
		want[i] = filepath.Join(folder, want[i])
	}
	booktest.Equal(t, "found", FindOutcomes("ordini.csv", folder, thisRun), want)
	booktest.Equal(t, "none of another run", len(FindOutcomes("ordini.csv", folder, otherRun)), 0)
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
		saved := outcome(t, "").Made.Add(test.later)
		booktest.Must(t, os.Chtimes(path, saved, saved))
		moved, err := KeepEarlier(path, thisRun)
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
	_, err := KeepEarlier(ourfile.XLSX.Path("ordini.csv", folder), otherRun)
	booktest.Must(t, err)
	booktest.Must(t, os.Remove(ourfile.XLSX.Path("ordini.csv", folder))) // as if the other run had taken its place
	kept := FindOutcomes("ordini.csv", folder, thisRun)
	if len(kept) != 1 {
		t.Fatalf("kept: %q", kept)
	}
	saved := outcome(t, "").Made.Add(time.Hour)
	booktest.Must(t, os.Chtimes(kept[0], saved, saved))
	moved, err := KeepEarlier(kept[0], thisRun)
	booktest.Must(t, err)
	booktest.Equal(t, "moved", filepath.Base(moved), "ordini.esiti."+saved.Local().Format(ourfile.Stamp)+".xlsx")
	booktest.Equal(t, "its outcome", ourfile.XLSX.Path(moved, ""), ourfile.XLSX.Path("ordini.csv", folder))
}

// TestRunOfDamaged has outcomes that say nothing: they are kept as what somebody has changed.
func TestRunOfDamaged(t *testing.T) {
	folder := t.TempDir()
	for name, content := range map[string]string{
		"a.csv": "", "b.csv": ourfile.ByteOrderMark, "c.csv": "Riga;ID voucherbul\r\n", "d.csv": "Riga;ID voucherbul\r\n2;" + thisRun + "-1-1-A\r\n", "e.csv": "Riga;ID voucherbul\r\n2\r\n",
		"f.jsonl": "", "g.jsonl": "{", "h.jsonl": "[]", "i.jsonl": `{"run":5}`, "j.xlsx": "PK", "k.csv": "Riga;\"ID voucherbul\r\n",
	} {
		path := filepath.Join(folder, name)
		booktest.Must(t, os.WriteFile(path, []byte(content), 0o600))
		booktest.Equal(t, name, runOf(path), "")
	}
	booktest.Equal(t, "a folder", runOf(folder), "")
}
