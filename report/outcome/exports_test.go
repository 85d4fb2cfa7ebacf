package outcome

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"voucherbul/batch/journal"
	"voucherbul/mapping/orderfile"
	"voucherbul/mapping/ourfile"
	"voucherbul/report/booktest"
	"voucherbul/report/shelf"
)

// written is a case in a format: where it was written, and what is there.
func written(t *testing.T, name, ending string) (path string, data []byte) {
	t.Helper()
	path = filepath.Join(t.TempDir(), name+".esiti"+ending)
	booktest.Must(t, Write(path, readCase(t, name).outcome(t)))
	data, err := os.ReadFile(path)
	booktest.Must(t, err)
	return path, data
}

// table are the header and the rows that an outcome of a case has to have, as the workbook shows them.
func (c goldenCase) table(t *testing.T) (table [][]string) {
	t.Helper()
	o := c.outcome(t)
	o.understand()
	columns := resultColumns()
	table = append(table, o.resultHeader(columns))
	for row := range o.Rows {
		cells := o.own.Fit(nil, row.Cells)
		for _, column := range columns {
			cells = append(cells, column.value(&o, &row))
		}
		table = append(table, cells)
	}
	return table
}

// asRead is a cell as a reader of CSV gives it: line ends are one character, what no spreadsheet can show is U+FFFD, and
// an apostrophe keeps it from being a formula.
func asRead(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		cell = "'" + cell
	}
	cell = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(cell)
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == '\uFFFE' || r == '\uFFFF' {
			return '\uFFFD'
		}
		return r
	}, cell)
}

// TestCSVReadsBack reads every case with two readers: none loses or changes a cell.
func TestCSVReadsBack(t *testing.T) {
	for _, name := range goldenCases(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path, data := written(t, name, ".csv")
			rest, ok := bytes.CutPrefix(data, []byte(ourfile.ByteOrderMark))
			if !ok {
				t.Errorf("the file begins with %q", data[:3])
			}
			if !bytes.HasSuffix(data, []byte("\r\n")) || bytes.Count(data, []byte("\n")) != bytes.Count(data, []byte("\r\n")) || bytes.Count(data, []byte("\r")) != bytes.Count(data, []byte("\n")) {
				t.Error("a line does not end in CR LF")
			}
			want := readCase(t, name).table(t)
			for _, row := range want {
				for i := range row {
					row[i] = asRead(row[i])
				}
			}
			standard := csv.NewReader(bytes.NewReader(rest))
			standard.Comma = ';'
			got, err := standard.ReadAll()
			booktest.Must(t, err)
			sameTable(t, "encoding/csv", got, want)
			sameTable(t, "orderfile", readOutcome(t, path), want)
		})
	}
}

// readOutcome reads an outcome as the program does when it comes back.
func readOutcome(t *testing.T, path string) (rows [][]string) {
	t.Helper()
	file, err := orderfile.Open(path, orderfile.Options{Column: ourfile.IDColumn})
	booktest.Must(t, err)
	defer file.Close()
	rows = append(rows, file.Header())
	for {
		row, err := file.Next()
		if errors.Is(err, io.EOF) {
			return rows
		}
		booktest.Must(t, err)
		rows = append(rows, slices.Clone(row.Cells))
	}
}

func sameTable(t *testing.T, reader string, got, want [][]string) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s reads %d rows, want %d", reader, len(got), len(want))
		return
	}
	for i := range want {
		for k := range want[i] {
			if k >= len(got[i]) || got[i][k] != want[i][k] {
				t.Errorf("%s: row %d, column %d is %q, want %q", reader, i+1, k+1, short(got[i], k), squeezed(want[i][k]))
			}
		}
		if len(got[i]) != len(want[i]) {
			t.Errorf("%s: row %d has %d cells, want %d", reader, i+1, len(got[i]), len(want[i]))
		}
	}
}

func short(row []string, k int) string {
	if k >= len(row) {
		return "(no cell)"
	}
	return squeezed(row[k])
}

// TestJSONReadsBack reads every line of every case: nothing is lost or changed, and no name stands twice in an object,
// where most readers would keep the last value without a word.
func TestJSONReadsBack(t *testing.T) {
	for _, name := range goldenCases(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, data := written(t, name, ".jsonl")
			c := readCase(t, name)
			o := c.outcome(t)
			o.understand()
			lines := bytes.Split(bytes.TrimSuffix(data, []byte("\n")), []byte("\n"))
			if len(lines) != len(c.Rows) {
				t.Fatalf("%d lines of %d rows", len(lines), len(c.Rows))
			}
			names, err := distinct(o.header)
			booktest.Must(t, err)
			for i, line := range lines {
				for object, of := range namesIn(t, line) {
					if n := len(slices.Compact(slices.Sorted(slices.Values(of)))); n != len(of) {
						t.Errorf("line %d: %s has a name twice: %q", i+1, object, of)
					}
				}
				var got struct {
					Row   int
					State journal.State
					ID    string
					Cells map[string]string
				}
				booktest.Must(t, json.Unmarshal(line, &got))
				if got.Row != c.Rows[i].Number || got.State != c.Rows[i].State || len(got.Cells) != len(names) {
					t.Errorf("line %d is row %d, %s, of %d cells", i+1, got.Row, got.State, len(got.Cells))
				}
				for k, cell := range o.own.Fit(nil, c.Rows[i].Cells) {
					if got.Cells[names[k]] != cell {
						t.Errorf("line %d: %q is %q, want %q", i+1, names[k], squeezed(got.Cells[names[k]]), squeezed(cell))
					}
				}
				if id, err := journal.ParseRowID(got.ID); err != nil || id.Place != i+1 || id.Run != c.Run.ID {
					t.Errorf("line %d has the ID %q: %v", i+1, got.ID, err)
				}
			}
		})
	}
}

// namesIn are the names of the outer object of a line, and of that of its cells, as they come.
func namesIn(t *testing.T, line []byte) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	d := json.NewDecoder(bytes.NewReader(line))
	var outer string
	depth, isName := 0, true
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return found
		}
		booktest.Must(t, err)
		delim, isDelim := token.(json.Delim)
		switch {
		case isDelim && (delim == '{' || delim == '['):
			depth++
			isName = true
		case isDelim:
			depth--
			isName = true
		case depth == 1 && isName:
			outer = token.(string)
			found["the row"] = append(found["the row"], outer)
			isName = false
		case depth == 2 && outer == "cells" && isName:
			found["cells"] = append(found["cells"], token.(string))
			isName = false
		default:
			isName = true
		}
	}
}

// TestCSVKnowsItsRun has headers that stand in quotes, behind the mark at the beginning of the file.
func TestCSVKnowsItsRun(t *testing.T) {
	for _, header := range []string{"Operazione", "Operazione;tipo", `"Operazione"`, " Operazione", "Opera\nzione", "", "=Operazione"} {
		o := outcome(t, "ordini.csv")
		o.File.Header[0] = header
		path := filepath.Join(t.TempDir(), "ordini.esiti.csv")
		booktest.Must(t, Write(path, o))
		booktest.Equal(t, header, shelf.FindOutcomes("ordini.csv", filepath.Dir(path), o.Run.ID), []string{path})
	}
}
