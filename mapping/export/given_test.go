package export

import (
	"io"
	"slices"
	"strings"
	"testing"

	"voucherbul/mapping"
	"voucherbul/mapping/orderfile"
	"voucherbul/mapping/ordertest"
)

// TestGiven: each row comes back with what came with it, however many are read ahead; and what the reading was told comes
// before the operation that the row had.
func TestGiven(t *testing.T) {
	for told, want := range map[mapping.Operation]mapping.Operation{"": mapping.OperationDisdetta, mapping.OperationCessazione: mapping.OperationCessazione} {
		n := 0
		e, err := Reading{Mapper: mapping.Mapper{Operation: told}}.OpenGiven(Given{Path: "ordini.xlsx", Sheet: "Foglio", Header: []string{"Codice fiscale"}, Remarks: []string{"detto prima"},
			Next: func() (GivenRow, error) {
				if n++; n > 3*pageRows {
					return GivenRow{}, io.EOF
				}
				row := GivenRow{Row: orderfile.Row{Number: 2 * n, Cells: []string{ordertest.CodiceFiscale(n)}}, Operation: mapping.OperationDisdetta, Value: n}
				if n%3 == 0 {
					row.Skipped = "totale"
				}
				return row, nil
			}})
		if err != nil {
			t.Fatal(err)
		}
		rows := 0
		for row, err := range e.Rows() {
			if err != nil {
				t.Fatal(err)
			}
			if rows++; row.Value != rows || row.Number != 2*rows || row.Skipped == "" && row.Operation != want {
				t.Fatalf("row %d, told %q: %+v", rows, told, row)
			}
		}
		if rows != 3*pageRows || e.Sheet() != "Foglio" || !slices.ContainsFunc(e.Remarks(), func(r string) bool { return strings.Contains(r, "detto prima") }) {
			t.Errorf("%d rows of sheet %q, remarks %q", rows, e.Sheet(), e.Remarks())
		}
	}
}

// TestKept: a row that is kept says the same of its dates.
func TestKept(t *testing.T) {
	given := GivenRow{Row: orderfile.Row{Number: 2, Cells: []string{ordertest.CodiceFiscale(1), "x"}}}
	given.SetDates([]int{1})
	next := []GivenRow{given}
	e, err := Reading{}.OpenGiven(Given{Header: []string{"Codice fiscale", "Note"}, Next: func() (GivenRow, error) {
		if len(next) == 0 {
			return GivenRow{}, io.EOF
		}
		row := next[0]
		next = next[1:]
		return row, nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	for row, err := range e.Rows() {
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range []Row{row, row.Kept(), row.Kept().Kept()} {
			if r.IsDate(0) || !r.IsDate(1) || !slices.Equal(r.Dates(), []int{1}) {
				t.Errorf("dates %v of %+v", r.Dates(), r)
			}
		}
	}
}
