package office

import (
	"errors"
	"io/fs"
	"os"
	"testing"

	"voucherbul/batch/journal"
	"voucherbul/batch/platform/simulator"
	"voucherbul/mapping/ordertest"
	"voucherbul/mapping/ourfile"
)

// TestLook looks into a run from all sides, while another process has the journal.
func TestLook(t *testing.T) {
	d := newDesk(t, simulator.World{})
	first := d.run(d.export("ordini.csv", bookings(3)...))
	second := d.run(d.export("altri.csv", bookings(1)...))
	d.occupy()
	runs, err := d.Runs(t.Context(), RunsOptions{})
	if err != nil || len(runs) != 2 || runs[0].Run != second.Run || runs[1].Run != first.Run || runs[1].Rows != 3 || runs[1].Ended != EndedInOrder {
		t.Errorf("%+v, %v", runs, err)
	}
	if runs, err = d.Runs(t.Context(), RunsOptions{Limit: 1}); err != nil || len(runs) != 1 {
		t.Errorf("%+v, %v", runs, err)
	}
	story, err := d.Show(t.Context(), ShowOptions{Run: first.Run})
	if err != nil || story.Run != first.Run || story.Exchanges.Requests != 3 || story.States[journal.Accepted] != 3 || len(story.Files) != 1 {
		t.Errorf("%+v, %v", story, err)
	}
	row, err := d.Row(t.Context(), RowOptions{Run: first.Run, Number: 3})
	if err != nil || row.Row != 3 || row.State != journal.Accepted || row.Beneficiario != MaskCode(ordertest.CodiceFiscale(1)) {
		t.Fatalf("%+v, %v", row, err)
	}
	id, err := journal.ParseRowID(row.ID)
	if err != nil {
		t.Fatal(err)
	}
	if same, err := d.Row(t.Context(), RowOptions{ID: id}); err != nil || same.ID != row.ID {
		t.Errorf("%+v, %v", same, err)
	}
	life, err := d.Life(t.Context(), LifeOptions{Beneficiario: " " + ordertest.CodiceFiscale(0)})
	if err != nil || len(life.Orders) != 2 || life.Orders[0].Run != first.Run || life.FetchedAt != nil {
		t.Errorf("%+v, %v", life, err)
	}
}

func TestLookRefusals(t *testing.T) {
	d := newDesk(t, simulator.World{})
	if _, err := d.Runs(t.Context(), RunsOptions{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("without a journal: %v", err)
	}
	for _, folder := range []string{"a", "b"} {
		if err := os.Mkdir(d.path(folder), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	sent := d.run(d.export("a/uno.csv", bookings(1)...), d.export("b/due.csv", bookings(2)[1]))
	_, err := d.Show(t.Context(), ShowOptions{Run: "x"})
	wantAsk(t, err, NoRun)
	_, err = d.Row(t.Context(), RowOptions{Run: sent.Run, Number: 9})
	wantAsk(t, err, NoRow)
	_, err = d.Row(t.Context(), RowOptions{Run: sent.Run, Number: 2})
	wantAsk(t, err, SeveralRows)
	_, err = d.Row(t.Context(), RowOptions{Run: sent.Run, Number: 2, File: "tre.csv"})
	wantAsk(t, err, NoRow)
	if row, err := d.Row(t.Context(), RowOptions{Run: sent.Run, Number: 2, File: "due.csv"}); err != nil || row.File != d.path("b/due.csv") {
		t.Errorf("%+v, %v", row, err)
	}
	_, err = d.Life(t.Context(), LifeOptions{Beneficiario: "RSSMRA85T10H501X"})
	wantAsk(t, err, NoBeneficiario)
	_, err = d.Report(t.Context(), ReportOptions{Run: "x"})
	wantAsk(t, err, NoRun)
}

func TestReport(t *testing.T) {
	d := newDesk(t, simulator.World{})
	sent := d.run(d.export("ordini.csv", bookings(1)...))
	save(t, sent.Files[0].Outcome)
	r, err := d.Report(t.Context(), ReportOptions{Run: sent.Run})
	if err != nil || len(r.Paths) != 1 || r.Paths[0] != sent.Files[0].Outcome || kinds(r.Notices) != "outcome_kept" {
		t.Errorf("%+v, %v", r, err)
	}
	r, err = d.Report(t.Context(), ReportOptions{Run: sent.Run, Out: d.path("out"), Format: ourfile.CSV})
	if err != nil || len(r.Notices) != 0 {
		t.Fatalf("%+v, %v", r, err)
	}
	if _, err := os.Stat(r.Paths[0]); err != nil || r.Paths[0] != d.path("out/ordini.esiti.csv") {
		t.Errorf("%q, %v", r.Paths, err)
	}
}
