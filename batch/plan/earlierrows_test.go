package plan

import (
	"strings"
	"testing"

	"voucherbul/batch/journal"
	"voucherbul/mapping"
)

// TestIsShownDate knows how an outcome shows a date.
func TestIsShownDate(t *testing.T) {
	for text, want := range map[string]bool{"07/06/2026": true, " 07/06/2026 ": true, "07/06/2026 10:30:00": true, "7/6/2026": false, "2026-06-07": false,
		"07/06/26": false, "giugno": false, "": false, "07/06/2026 10:30": false} {
		if got := isShownDate(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

// TestAsRow: what only the file knew of a row goes with it.
func TestAsRow(t *testing.T) {
	misfit := mapping.Problem{Column: "riga", Severity: mapping.Blocks}
	row := journal.Row{Number: 9, Cells: []string{"a", "b"}, Dates: []int{1}, State: journal.Invalid,
		Problems: []mapping.Problem{misfit, {Field: "cap", Severity: mapping.Blocks}, {Column: "riga", Severity: mapping.Warns}}}
	got := resent{choice: choice{changed: []change{{column: 2, value: "c"}}}, row: row}.asRow(3)
	if got.Number != 9 || strings.Join(got.Cells, "|") != "a|b|c" || !got.IsDate(1) || len(got.Problems) != 1 || got.Problems[0].Remedy == "" || got.Skipped != "" {
		t.Errorf("%+v", got)
	}
	if row.Problems[0].Remedy != "" || len(row.Cells) != 2 {
		t.Error("the row of the journal was changed")
	}
	row.State, row.Descrizione = journal.Skipped, "totale"
	if got := (resent{row: row}).asRow(2); got.Skipped != "totale" {
		t.Errorf("of an older release: %+v", got)
	}
	row.Outcome = journal.Outcome{Code: journal.NoOrder, Args: []string{"riga vuota"}}
	if got := (resent{row: row}).asRow(2); got.Skipped != "riga vuota" {
		t.Errorf("%+v", got)
	}
}
