package sqlite

import (
	"slices"
	"testing"
	"time"

	"voucherbul/batch/journal"
)

// TestALoneAttemptIsTold: the usual row is settled by the first request, which its own line tells. Whatever is tried more
// often stands apart, and is told in the same way.
func TestALoneAttemptIsTold(t *testing.T) {
	j := open(t)
	ctx := t.Context()
	file := plan(t, j, "R", many(3)...)
	fresh, err := j.ToSend(ctx, "R", journal.RowID{}, 10)
	must(t, err)
	for _, r := range fresh {
		if !r.Fresh {
			t.Errorf("row %d was never sent", r.Number)
		}
	}
	id := func(i int) journal.RowID { return fresh[i].ID }
	send := func(i int, at time.Time, c journal.Change) {
		t.Helper()
		must(t, j.Sent(ctx, id(i), at))
		c.Event = &journal.Event{At: at, Ended: at.Add(time.Second), Kind: "send", HTTP: c.Outcome.HTTP, Esito: c.Outcome.Esito, Reason: c.Outcome.Reason}
		must(t, j.Record(ctx, id(i), at.Add(time.Second), c))
	}
	ok := journal.Outcome{HTTP: 200, Esito: "OK", Reason: "OK"}
	send(0, morning, journal.Change{State: journal.Accepted, Lone: true, Outcome: ok})
	send(1, morning, journal.Change{State: journal.Planned, Free: true, Lone: true, Outcome: journal.Outcome{HTTP: 429, Reason: "too fast"}})
	send(1, morning.Add(time.Minute), journal.Change{State: journal.Accepted, Outcome: ok})
	send(2, morning, journal.Change{State: journal.Accepted, Outcome: ok}) // nobody said that it was the first
	for i, want := range [][]int{{200}, {429, 200}, {200}} {
		attempts, err := j.Events(ctx, id(i))
		must(t, err)
		if len(attempts) != len(want) {
			t.Errorf("row %d: %+v", i, attempts)
			continue
		}
		for n, a := range attempts {
			if a.HTTP != want[n] || a.Kind != "send" || a.Ended.Sub(a.At) != time.Second || a.Reason == "" {
				t.Errorf("row %d, attempt %d: %+v", i, n, a)
			}
		}
	}
	var stored int
	must(t, j.reads.QueryRow(`SELECT count(*) FROM attempts`).Scan(&stored))
	if stored != 3 {
		t.Errorf("%d attempts stand apart, want 3", stored)
	}
	history, err := j.History(ctx, all(t, j, file)[0].Beneficiario)
	must(t, err)
	if len(history) != 1 {
		t.Error("what a lone attempt has shown is not held")
	}
	again, err := j.ToSend(ctx, "R", journal.RowID{}, 10)
	if err != nil || len(again) != 0 {
		t.Errorf("%d rows to send, %v", len(again), err)
	}
}

// TestCodesComeBack: codes and whatever their arguments are made of come back, of rows, attempts, runs, and of what a run has
// left; a run that is resumed has none any more.
func TestCodesComeBack(t *testing.T) {
	j := open(t)
	ctx := t.Context()
	rows := all(t, j, plan(t, j, "R", many(3)...))
	args := []string{"R", `«a», "b"`, "", "<c>\nd"}
	is := func(what string, code journal.Code, got []string, want journal.Code) {
		t.Helper()
		if code != want || !slices.Equal(got, args) {
			t.Errorf("%s: %s %q", what, code, got)
		}
	}
	attempt := &journal.Event{At: morning, Ended: morning, Kind: journal.KindSend, Code: "attempted", Args: args, Reason: "x"}
	must(t, j.Sent(ctx, rows[0].ID, morning))
	must(t, j.Record(ctx, rows[0].ID, morning, journal.Change{State: journal.Uncertain, InDoubt: true, Outcome: journal.Outcome{Code: "stands", Args: args}, Event: attempt}))
	must(t, j.Sent(ctx, rows[1].ID, morning))
	must(t, j.Record(ctx, rows[1].ID, morning, journal.Change{State: journal.Accepted, Lone: true, Outcome: journal.Outcome{Code: "lone", Args: args}, Event: attempt}))
	must(t, j.Finish(ctx, "R", journal.End{At: morning, Code: "stopped", Args: args, Reason: "x", Left: journal.Outcome{Code: "left", Args: args}}))
	rows, err := j.RowsByID(ctx, []journal.RowID{rows[0].ID, rows[1].ID, rows[2].ID})
	must(t, err)
	for i, want := range []journal.Code{"stands", "lone", "left"} {
		is("row", rows[i].Code, rows[i].Args, want)
	}
	for i, want := range []journal.Code{"attempted", "lone"} {
		attempts, err := j.Events(ctx, rows[i].ID)
		must(t, err)
		if len(attempts) != 1 {
			t.Fatalf("%d attempts", len(attempts))
		}
		is("attempt", attempts[0].Code, attempts[0].Args, want)
	}
	run, _, err := j.Run(ctx, "R")
	must(t, err)
	is("run", run.Code, run.Args, "stopped")
	must(t, j.Resume(ctx, "R"))
	run, _, err = j.Run(ctx, "R")
	must(t, err)
	after, err := j.RowsByID(ctx, []journal.RowID{rows[2].ID})
	must(t, err)
	if run.Code != "" || run.Args != nil || after[0].Code != "" || after[0].Args != nil {
		t.Errorf("resumed: %s %q, row %s %q", run.Code, run.Args, after[0].Code, after[0].Args)
	}
}
