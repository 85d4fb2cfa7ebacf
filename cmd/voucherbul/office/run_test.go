package office

import (
	"errors"
	"io/fs"
	"os"
	"slices"
	"testing"
	"time"

	"voucherbul/batch"
	"voucherbul/batch/journal"
	"voucherbul/batch/platform/simulator"
)

// TestRunTellsAll: what a run has done besides sending is in the result, and was told at once.
func TestRunTellsAll(t *testing.T) {
	d := newDesk(t, simulator.World{})
	export := d.export("ordini.csv", bookings(3)...)
	var steps []string
	var last Progress
	opt := RunOptions{Files: []string{export}, Found: func(files []string) { steps = append(steps, files...) }, Planned: func() { steps = append(steps, "planned") },
		Progress: func(p Progress) { last = p }}
	sent, err := d.Run(t.Context(), opt)
	if err != nil || sent.NotWritten != nil || sent.Stop != nil || sent.Resumed || len(sent.Files) != 1 {
		t.Fatalf("%+v, %v", sent, err)
	}
	f := sent.Files[0]
	if f.Path != export || f.Rows != 3 || f.Counts[journal.Accepted] != 3 || f.Outcome != d.path("ordini.esiti.xlsx") || f.SHA256 == "" {
		t.Errorf("%+v", f)
	}
	if _, err := os.Stat(f.Outcome); err != nil {
		t.Error(err)
	}
	if kinds(sent.Notices) != "new_journal" || sent.Notices[0].Path != d.Config.Journal || kinds(d.heard) != "new_journal" {
		t.Errorf("%+v", sent.Notices)
	}
	if !slices.Equal(steps, []string{export, "planned"}) || last.Rows != 3 || last.Counts[journal.Accepted] != 3 {
		t.Errorf("%q, %+v", steps, last)
	}

	save(t, f.Outcome)
	again := d.run(export)
	if kinds(again.Notices) != "outcome_kept" || again.Notices[0].Path != f.Outcome || again.Notices[0].Kept == "" || again.Files[0].Counts[journal.Already] != 3 {
		t.Errorf("%+v", again)
	}
}

// TestRunSettlesDoubts: rows of earlier runs that were in doubt are told, and their outcomes written again.
func TestRunSettlesDoubts(t *testing.T) {
	d, first := doubtful(t, 300*time.Millisecond)
	time.Sleep(d.Config.Doubt.Settle)
	sent := d.run(d.export("altri.csv", bookings(5)[4]))
	want := DoubtRow{Run: first.Run, File: d.path("ordini.csv"), Number: 3, State: journal.Accepted}
	if len(sent.Cleared) != 1 {
		t.Fatalf("%+v", sent)
	}
	got := sent.Cleared[0]
	if got.SentAt.IsZero() {
		t.Errorf("%+v", got)
	}
	if got.SentAt = (time.Time{}); got != want || kinds(sent.Notices) != "written_again" {
		t.Errorf("%+v, %s", got, kinds(sent.Notices))
	}
}

func TestRunIsStopped(t *testing.T) {
	d := newDesk(t, simulator.World{})
	d.Config.Platform.ClientSecret = "wrong"
	sent := d.run(d.export("ordini.csv", bookings(2)...))
	if sent.Stop == nil || sent.Stop.Cause != batch.Credentials || sent.StopReason == "" || sent.Files[0].Counts[journal.Pending] != 2 {
		t.Errorf("%+v", sent)
	}
}

// TestOutcomeThatCannotBeWritten: what was sent is told all the same.
func TestOutcomeThatCannotBeWritten(t *testing.T) {
	d := newDesk(t, simulator.World{})
	export := d.export("ordini.csv", bookings(1)...)
	sent, err := d.Run(t.Context(), RunOptions{Files: []string{export}, Planned: func() {
		if err := errors.Join(os.Mkdir(d.path("ordini.esiti.xlsx"), 0o700), os.WriteFile(d.path("ordini.esiti.xlsx/x"), nil, 0o600)); err != nil {
			t.Error(err)
		}
	}})
	if unwritten := (*WriteError)(nil); err != nil || !errors.As(sent.NotWritten, &unwritten) && kinds(sent.Notices) != "new_journal outcome_kept" || sent.Files[0].Counts[journal.Accepted] != 1 {
		t.Errorf("%+v, %v", sent, err)
	}
}

func TestRetry(t *testing.T) {
	d := newDesk(t, simulator.World{})
	_, err := d.Retry(t.Context(), RetryOptions{Run: "20260101-000000-aaaa"})
	var missing NoJournalError
	if !errors.As(err, &missing) || !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	export := d.export("ordini.csv", bookings(2)...)
	first := d.run(export)
	_, err = d.Retry(t.Context(), RetryOptions{Run: "20260101-000000-aaaa"})
	wantAsk(t, err, NoRun)
	_, err = d.Retry(t.Context(), RetryOptions{RunOptions: RunOptions{Files: []string{export}}})
	wantAsk(t, err, NoOutcome)
	for name, opt := range map[string]RetryOptions{"a run": {Run: first.Run}, "an outcome": {RunOptions: RunOptions{Files: []string{first.Files[0].Outcome}}}} {
		again, err := d.Retry(t.Context(), opt)
		if err != nil || again.Run == first.Run || again.Files[0].Counts[journal.Already] != 2 || again.Files[0].Outcome != first.Files[0].Outcome {
			t.Errorf("%s: %+v, %v", name, again, err)
		}
	}
}

// doubtful is an office with a run in which the answer of the second of three bookings was lost.
func doubtful(t *testing.T, settle time.Duration) (d *desk, first Sent) {
	t.Helper()
	lost := simulator.FaultRule{Service: simulator.Prenotazione, Beneficiario: bookings(2)[1].CodiceFiscale, Times: 1, Fault: simulator.Fault{Kind: simulator.KindResetAfter}}
	d = newDesk(t, simulator.World{Faults: []simulator.FaultRule{lost}})
	d.Config.Doubt.Settle, d.Config.Doubt.Wait = settle, 0
	first = d.run(d.export("ordini.csv", bookings(3)...))
	if first.Files[0].Counts[journal.Uncertain] != 1 {
		t.Fatalf("%+v", first)
	}
	d.Config.Doubt.Wait = 10 * time.Second
	d.heard = nil
	return d, first
}
