package outcome

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"voucherbul/batch/journal"
	"voucherbul/report/booktest"
)

// update writes the golden files anew: go test ./report/outcome -run Golden -update. Read the difference before it is committed.
var update = flag.Bool("update", false, "write the golden files of outcomes anew")

// goldenCase is an outcome as a file of testdata/outcomes tells it.
type goldenCase struct {
	About      string // what the case is for; nobody reads it but people
	Path       string // of the export
	Header     []string
	Columns    map[string]string
	Unread     []string
	Remarks    []string
	Run        journal.Run
	Protocolli map[string]string // by beneficiary
	Legend     bool              // its Legenda is compared too: that is the same in most cases
	Rows       []journal.Row
}

// goldenCases are the names of all cases.
func goldenCases(t *testing.T) []string {
	t.Helper()
	paths, err := filepath.Glob("testdata/outcomes/*.json")
	booktest.Must(t, err)
	if len(paths) == 0 {
		t.Fatal("no case is there")
	}
	for i, path := range paths {
		paths[i] = strings.TrimSuffix(filepath.Base(path), ".json")
	}
	return paths
}

// strictly reads a file of JSON; a name that is misspelt is an error.
func strictly(t *testing.T, path string, into any) {
	t.Helper()
	data, err := os.ReadFile(path)
	booktest.Must(t, err)
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

// readCase reads a case.
func readCase(t *testing.T, name string) goldenCase {
	t.Helper()
	var c goldenCase
	strictly(t, filepath.Join("testdata", "outcomes", name+".json"), &c)
	for i := range c.Rows {
		for k, cell := range c.Rows[i].Cells {
			c.Rows[i].Cells[k] = expanded(cell)
		}
	}
	return c
}

// expanded is a cell of a case: "repeat 40000 x" stands for that many x, which nobody wants to read.
func expanded(cell string) string {
	rest, ok := strings.CutPrefix(cell, "repeat ")
	if !ok {
		return cell
	}
	digits, text, ok := strings.Cut(rest, " ")
	n, err := strconv.Atoi(digits)
	if err != nil || !ok {
		return cell
	}
	return strings.Repeat(text, n)
}

// outcome is the case as the program gives it to this package.
func (c goldenCase) outcome(t *testing.T) Outcome {
	t.Helper()
	o := Outcome{Run: c.Run, Made: time.Date(2026, 7, 1, 11, 30, 0, 0, time.UTC), Zone: booktest.Rome(t), Rows: booktest.Sequence(c.Rows...),
		File: journal.File{Path: c.Path, SHA256: strings.Repeat("ab", 32), Header: c.Header, Columns: c.Columns, Unread: c.Unread, Remarks: c.Remarks}}
	if c.Protocolli != nil {
		o.Protocollo = func(r journal.Row) string { return c.Protocolli[r.Beneficiario] }
	}
	return o
}

// golden compares a text with a file of testdata/outcomes, or writes that.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", "outcomes", name)
	if *update {
		booktest.Must(t, os.WriteFile(path, []byte(got), 0o644)) //nolint:gosec // as every file of the repository
		return
	}
	data, err := os.ReadFile(path)
	booktest.Must(t, err)
	want := string(data)
	if got == want {
		return
	}
	gotLines, wantLines := strings.Split(got, "\n"), strings.Split(want, "\n")
	const most = 10
	shown := 0
	for i := 0; i < max(len(gotLines), len(wantLines)) && shown < most; i++ {
		var g, w string
		if i < len(gotLines) {
			g = gotLines[i]
		}
		if i < len(wantLines) {
			w = wantLines[i]
		}
		if g != w {
			t.Errorf("%s, line %d:\n got  %q\n want %q", path, i+1, g, w)
			shown++
		}
	}
}
