package batch

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"voucherbul/batch/journal"
	"voucherbul/batch/platform/simulator"
)

// TestDatesOfAnOutcome corrects dates under a profile that writes them the American way. A date of the spreadsheet is shown
// and corrected in the Italian format. A text is corrected in the format of the profile. A value that was typed as a date is
// a date.
func TestDatesOfAnOutcome(t *testing.T) {
	day := time.Date(2026, 6, 8, 0, 0, 0, 0, time.UTC)
	tests := []struct {
		name   string
		before any // of the export
		after  any // nil = as it was
		want   string
	}{
		{"a date, as it was", day.AddDate(0, 0, -1), nil, "2026-06-07"},
		{"a text, as it was", "06/07/2026", nil, "2026-06-07"},
		{"a date, and another as text", day.AddDate(0, 0, -1), "08/06/2026", "2026-06-08"},
		{"a date, and another as date", day.AddDate(0, 0, -1), day, "2026-06-08"},
		{"a text, and another", "06/07/2026", "06/08/2026", "2026-06-08"},
		{"a text, and a date", "06/07/2026", day, "2026-06-08"},
		{"a date, and the time too", day.AddDate(0, 0, -1), "08/06/2026 00:00:00", "2026-06-08"},
		{"a text that is wrong, and a date", "giugno", day, "2026-06-08"},
	}
	play(t, simulator.World{}, func(t *testing.T, r *rig) {
		time.Sleep(time.Until(time.Date(2026, 8, 1, 9, 0, 0, 0, time.UTC)))
		path := filepath.Join(r.dir, "ordini.xlsx")
		titles := []string{"operazione", "codiceFiscale", "dataAttivazione"}
		sample := attivazione("")
		for _, name := range sortedKeys(sample) {
			if name != "operazione" && name != "codiceFiscale" && name != "dataAttivazione" {
				titles = append(titles, name)
			}
		}
		bookOf(t, path, map[string]lines{"Ordini": {titles}})
		style := &excelize.Style{NumFmt: 14}
		edit(t, path, func(f *excelize.File) error {
			for i, test := range tests {
				row := []any{"attivazione", famiglia(i), test.before}
				for _, name := range titles[3:] {
					row = append(row, attivazione(famiglia(i))[name])
				}
				if err := f.SetSheetRow("Ordini", cellName(1, i+2), &row); err != nil {
					return err
				}
				if err := asDate(f, "Ordini", cellName(3, i+2), test.before, style); err != nil {
					return err
				}
			}
			return nil
		})
		job := r.job(path)
		job.Profile = profileOf(t, "dates: MM/dd/yyyy\n")
		first := r.runWith(t.Context(), job)
		for i, row := range r.rows(first.Files[0].ID) {
			if want := map[bool]journal.State{true: journal.Invalid, false: journal.Rejected}[tests[i].before == "giugno"]; row.State != want { // nobody has booked
				t.Fatalf("row %d: %s %v", row.Number, row.State, row.Problems)
			}
		}
		outcome := r.outcome(first.Run, 1, ".xlsx")
		edit(t, outcome, func(f *excelize.File) error {
			for i, test := range tests {
				if test.after == nil {
					continue
				}
				cell := cellName(3, i+2)
				if err := errors.Join(f.SetCellStr("Esiti", cell, ""), f.SetCellValue("Esiti", cell, test.after)); err != nil { // the library leaves what was there beside it
					return err
				}
				if err := asDate(f, "Esiti", cell, test.after, style); err != nil {
					return err
				}
			}
			return nil
		})
		job = r.again(outcome)
		job.Profile = profileOf(t, "dates: MM/dd/yyyy\n")
		job.Resend.Refused = true
		second := r.runWith(t.Context(), job)
		for i, row := range r.rows(second.Files[0].ID) {
			if !strings.Contains(string(row.Request), tests[i].want) {
				t.Errorf("%s: %s (%v), want %s", tests[i].name, row.Request, row.Problems, tests[i].want)
			}
		}
		// And once more, as they are now: what the journal keeps of the dates is right too.
		job = r.againRun(second.Run)
		job.Profile, job.Resend.Refused = profileOf(t, "dates: MM/dd/yyyy\n"), true
		for i, row := range r.rows(r.runWith(t.Context(), job).Files[0].ID) {
			if !strings.Contains(string(row.Request), tests[i].want) {
				t.Errorf("%s, again: %s (%v), want %s", tests[i].name, row.Request, row.Problems, tests[i].want)
			}
		}
	})
}

func cellName(column, line int) string {
	name, _ := excelize.CoordinatesToCellName(column, line)
	return name
}

// asDate gives a cell that has a date the look of one.
func asDate(f *excelize.File, sheet, cell string, value any, look *excelize.Style) error {
	if _, ok := value.(time.Time); !ok {
		return nil
	}
	style, err := f.NewStyle(look)
	if err != nil {
		return err
	}
	return f.SetCellStyle(sheet, cell, cell, style)
}
