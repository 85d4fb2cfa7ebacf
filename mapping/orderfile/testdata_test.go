package orderfile

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"voucherbul/mapping"
)

// expected is what NAME.json says of NAME.csv or NAME.xlsx, or of the file it names. Columns, sheet and remarks are
// compared only where they are given.
type expected struct {
	File    string `json:"file"`
	Options struct {
		Sheet  string `json:"sheet"`
		Hidden Hidden `json:"hidden"`
	} `json:"options"`
	Sheet   string            `json:"sheet"`
	Remarks []string          `json:"remarks"` // a part of each
	Header  []string          `json:"header"`
	Columns map[string]string `json:"columns"`
	Unknown []string          `json:"unknown"`
	Rows    []expectedRow     `json:"rows"`
	Error   *struct {
		Line  int    `json:"line"`
		Cause string `json:"cause"` // a part of it
	} `json:"error"`
}

type expectedRow struct {
	Number   int               `json:"number"`
	Cells    []string          `json:"cells"`
	Order    map[string]string `json:"order"` // the fields that are not empty
	Problems []mapping.Problem `json:"problems"`
	Skipped  string            `json:"skipped"` // the order of such a row is nobody's business
}

// TestData reads every file of testdata: a new case is a new pair of files.
func TestData(t *testing.T) { checkCases(t, "testdata") }

// TestForeign reads what the programs of others wrote; the expectations are what these were told to store
// (testdata/foreign/generate).
func TestForeign(t *testing.T) { checkCases(t, "testdata/foreign") }

func checkCases(t *testing.T, folder string) {
	t.Helper()
	cases, err := filepath.Glob(filepath.Join(folder, "*.json"))
	if err != nil || len(cases) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, path := range cases {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".json"), func(t *testing.T) {
			want := readExpected(t, path)
			file := filepath.Join(folder, want.File)
			if want.File == "" {
				file = strings.TrimSuffix(path, ".json") + ".csv"
				if _, err := os.Stat(file); err != nil {
					file = strings.TrimSuffix(path, ".json") + ".xlsx"
				}
			}
			want.check(t, file)
		})
	}
}

// TestEveryFileHasItsCase: a file that no case names would be read by nobody.
func TestEveryFileHasItsCase(t *testing.T) {
	for _, folder := range []string{"testdata", "testdata/foreign"} {
		named := map[string]bool{}
		entries, err := os.ReadDir(folder)
		if err != nil {
			t.Fatal(err)
		}
		for _, entry := range entries {
			if name, ok := strings.CutSuffix(entry.Name(), ".json"); ok {
				file := readExpected(t, filepath.Join(folder, entry.Name())).File
				if file == "" {
					named[name+".csv"], named[name+".xlsx"] = true, true
				}
				named[file] = true
			}
		}
		for _, entry := range entries {
			if ending := filepath.Ext(entry.Name()); (ending == ".csv" || ending == ".xlsx") && !named[entry.Name()] {
				t.Errorf("nothing is expected of %s/%s", folder, entry.Name())
			}
		}
	}
}

func readExpected(t *testing.T, path string) expected {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var want expected
	strict := json.NewDecoder(bytes.NewReader(content))
	strict.DisallowUnknownFields()
	if err := strict.Decode(&want); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return want
}

func (want expected) check(t *testing.T, path string) {
	t.Helper()
	f, rows, err := readWith(path, Options{Sheet: want.Options.Sheet, Hidden: want.Options.Hidden})
	if want.Error != nil {
		wantUnreadable(t, err, want.Error.Cause)
		if u, ok := errors.AsType[*UnreadableError](err); ok && (u.Line != want.Error.Line || u.Path != path) {
			t.Errorf("error is about %s line %d, want %s line %d: %v", u.Path, u.Line, path, want.Error.Line, err)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(f.Header(), want.Header) {
		t.Errorf("header %q, want %q", f.Header(), want.Header)
	}
	if want.Columns != nil && !maps.Equal(f.Columns(), want.Columns) {
		t.Errorf("columns %q, want %q", f.Columns(), want.Columns)
	}
	if !slices.Equal(Unknown(f.Header(), mapping.Claims), want.Unknown) {
		t.Errorf("unknown %q, want %q", Unknown(f.Header(), mapping.Claims), want.Unknown)
	}
	if want.Sheet != "" && f.Sheet() != want.Sheet {
		t.Errorf("sheet %q, want %q", f.Sheet(), want.Sheet)
	}
	if want.Remarks != nil && !slices.EqualFunc(f.Remarks(), want.Remarks, strings.Contains) {
		t.Errorf("remarks %q, want %q", f.Remarks(), want.Remarks)
	}
	if len(rows) != len(want.Rows) {
		t.Fatalf("%d rows, want %d", len(rows), len(want.Rows))
	}
	for i, row := range rows {
		want.Rows[i].check(t, row)
	}
}

func (want expectedRow) check(t *testing.T, got Row) {
	t.Helper()
	if got.Number != want.Number || got.Order.Row != want.Number {
		t.Errorf("row %d, its order %d; want %d", got.Number, got.Order.Row, want.Number)
	}
	if !slices.Equal(got.Cells, want.Cells) {
		t.Errorf("row %d: cells %q, want %q", got.Number, got.Cells, want.Cells)
	}
	if got.Skipped != want.Skipped {
		t.Errorf("row %d: skipped %q, want %q", got.Number, got.Skipped, want.Skipped)
	}
	if filled := filledFields(got.Order); want.Skipped == "" && !maps.Equal(filled, want.Order) {
		t.Errorf("row %d: order %q, want %q", got.Number, filled, want.Order)
	}
	if !slices.Equal(got.Problems, want.Problems) {
		t.Errorf("row %d: problems %q, want %q", got.Number, got.Problems, want.Problems)
	}
}

func filledFields(o mapping.Order) map[string]string {
	filled := make(map[string]string)
	for _, f := range mapping.Fields() {
		if text := f.In(&o); text != "" {
			filled[f.Name] = text
		}
	}
	return filled
}

// readAll is the whole file, or the error that must void it.
func readAll(path string) (*File, []Row, error) { return readWith(path, Options{}) }

func readWith(path string, options Options) (*File, []Row, error) {
	f, err := Open(path, options)
	if err != nil {
		return nil, nil, err
	}
	var rows []Row
	for {
		row, err := f.Next()
		if err == io.EOF {
			return f, rows, f.Close()
		}
		if err != nil {
			return f, rows, errors.Join(err, f.Close())
		}
		rows = append(rows, row)
	}
}

// wantUnreadable asks for a refusal that names its cause.
func wantUnreadable(t *testing.T, err error, cause string) {
	t.Helper()
	u, ok := errors.AsType[*UnreadableError](err)
	if !ok {
		t.Fatalf("error %v, want an UnreadableError about %q", err, cause)
	}
	if !strings.Contains(u.Cause, cause) {
		t.Errorf("cause %q, want %q", u.Cause, cause)
	}
	if u.Path == "" || u.Remedy == "" {
		t.Errorf("path %q, remedy %q: want both", u.Path, u.Remedy)
	}
}
