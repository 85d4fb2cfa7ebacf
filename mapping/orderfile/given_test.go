package orderfile

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"voucherbul/mapping"
	"voucherbul/mapping/orderfile/grid"
	"voucherbul/mapping/ourfile"
)

// rowsOf gives rows one by one.
func rowsOf(rows ...Row) func() (Row, error) {
	return func() (Row, error) {
		if len(rows) == 0 {
			return Row{}, io.EOF
		}
		row := rows[0]
		rows = rows[1:]
		return row, nil
	}
}

func allOf(t *testing.T, f *File) (rows []Row) {
	t.Helper()
	for {
		row, err := f.Next()
		if err == io.EOF {
			return rows
		}
		must(t, err)
		rows = append(rows, row)
	}
}

// TestGivenIsAsOpened: rows that were read once and are given again make the same Orders.
func TestGivenIsAsOpened(t *testing.T) {
	text := "Codice fiscale;Nota;Cognome;CF figlio;CF figlio 2\nRSSMRA85T10H501O;x;ROSSI;A;B\nFOXNNA90A41F205E;;;;\n"
	header, read, err := readAll(writeFile(t, "ordini.csv", []byte(text)))
	must(t, err)
	var raw []Row
	for _, row := range read {
		raw = append(raw, Row{Number: row.Number, Cells: row.Cells})
	}
	f, err := Given(header.Header(), Options{}, rowsOf(raw...))
	must(t, err)
	if got := allOf(t, f); !reflect.DeepEqual(got, read) {
		t.Errorf("rows %+v\nwant %+v", got, read)
	}
	if !slices.Equal(f.Header(), header.Header()) || !maps.Equal(f.Columns(), header.Columns()) {
		t.Errorf("header %q, columns %q, want %q, %q", f.Header(), f.Columns(), header.Header(), header.Columns())
	}
	if f.Sheet() != "" || f.OtherSheets() != nil || f.Remarks() != nil {
		t.Errorf("sheet %q, others %q, remarks %q", f.Sheet(), f.OtherSheets(), f.Remarks())
	}
	must(t, f.Close())
	must(t, f.Close())
}

// TestGivenJudgesNothing: what a file would skip, or call a problem, is what the caller says it is.
func TestGivenJudgesNothing(t *testing.T) {
	header := []string{"CF", "", "Cognome", "Controllo", "Problemi", "Correzioni", ""}
	cells := func(texts ...string) []string { return append(texts, make([]string, len(header)-len(texts))...) }
	problem := []mapping.Problem{{Column: "CF", Severity: mapping.Blocks}}
	dated := Row{Number: 9, Cells: cells("x"), Problems: problem, Skipped: "perché sì"}
	dated.SetDates([]int{2})
	f, err := Given(header, Options{Hidden: RefuseHidden, Column: "altro"}, rowsOf(
		Row{Number: 7, Cells: cells("Totale", "12")}, Row{Number: 7, Cells: slices.Clone(header)}, Row{Number: 3, Cells: cells()},
		Row{Number: 4, Cells: cells("x", "", "y", ourfile.VerdictSkipped)}, dated))
	must(t, err)
	rows := allOf(t, f)
	if len(rows) != 5 || f.Remarks() != nil {
		t.Fatalf("rows %+v, remarks %q", rows, f.Remarks())
	}
	for i, number := range []int{7, 7, 3, 4} {
		if row := rows[i]; row.Number != number || row.Order.Row != number || row.Skipped != "" || row.Problems != nil || len(row.Cells) != len(header) {
			t.Errorf("row %+v", row)
		}
	}
	if last := rows[4]; last.Skipped != "perché sì" || !slices.Equal(last.Problems, problem) || !slices.Equal(last.Dates(), []int{2}) || last.Order.CodiceFiscale != "x" {
		t.Errorf("row %+v", last)
	}
}

func TestGivenNothing(t *testing.T) {
	f, err := Given([]string{"CF"}, Options{}, rowsOf())
	must(t, err)
	for range 2 {
		if row, err := f.Next(); err != io.EOF {
			t.Errorf("row %+v, error %v", row, err)
		}
	}
}

// TestGivenClaims: the headers mean what the options say.
func TestGivenClaims(t *testing.T) {
	claims := func(header string) []mapping.Claim {
		if header == "Chi" {
			return mapping.Claims("CF")
		}
		return nil
	}
	f, err := Given([]string{"Chi", "CF"}, Options{Claims: claims}, rowsOf(Row{Number: 2, Cells: []string{"a", "b"}}))
	must(t, err)
	if rows := allOf(t, f); len(rows) != 1 || rows[0].Order.CodiceFiscale != "a" {
		t.Errorf("rows %+v", rows)
	}
}

// TestGivenHeaderIsRefused where a file with it would be, in the same words.
func TestGivenHeaderIsRefused(t *testing.T) {
	for name, header := range map[string]string{
		"two columns": "CF;Codice fiscale",
		"unknown":     "rosso;verde",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Given(strings.Split(header, ";"), Options{}, rowsOf())
			got, ok := errors.AsType[*UnreadableError](err)
			if !ok || got.Path != "" {
				t.Fatalf("error %v", err)
			}
			_, _, err = readAll(writeFile(t, "ordini.csv", []byte(header+"\na;b\n")))
			if want, ok := errors.AsType[*UnreadableError](err); !ok || got.NoHeader != want.NoHeader || !got.NoHeader && got.Cause != want.Cause || got.Remedy != want.Remedy {
				t.Errorf("error %v\na file: %v", got, err)
			}
		})
	}
}

// TestGivenErrorsLast: no row comes after an error, which is the caller's own.
func TestGivenErrorsLast(t *testing.T) {
	own := &UnreadableError{Path: "altro.xlsx", Cause: "x"}
	given := 0
	f, err := Given([]string{"CF"}, Options{}, func() (Row, error) {
		if given++; given%2 == 0 {
			return Row{}, own
		}
		return Row{Number: given, Cells: []string{"a"}}, nil
	})
	must(t, err)
	for range 3 {
		if row, err := f.Next(); err != own || own.Path != "altro.xlsx" {
			t.Fatalf("row %+v, error %v", row, err)
		}
	}
	f, err = Given([]string{"CF", "Cognome"}, Options{}, rowsOf(Row{Number: 5, Cells: []string{"a"}}))
	must(t, err)
	if _, err := f.Next(); fmt.Sprint(err) != "row 5 has 1 cells, and its header 2" {
		t.Errorf("error %v", err)
	}
}

// TestSetDates is the inverse of Dates.
func TestSetDates(t *testing.T) {
	for name, c := range map[string]struct{ set, want []int }{
		"none":         {nil, nil},
		"some":         {[]int{63, 0, 64, 0, grid.MaxColumns - 1}, []int{0, 63, 64, grid.MaxColumns - 1}},
		"out of range": {[]int{-1, 3, grid.MaxColumns, 1 << 40}, []int{3}},
	} {
		t.Run(name, func(t *testing.T) {
			var row Row
			row.SetDates([]int{7})
			row.SetDates(c.set)
			if got := row.Dates(); !slices.Equal(got, c.want) || row.IsDate(7) {
				t.Errorf("dates %d, want %d", got, c.want)
			}
		})
	}
}
