package sqlite

import (
	"context"
	"reflect"
	"slices"
	"testing"
	"time"

	"voucherbul/batch/journal"
)

func TestRuns(t *testing.T) {
	j := open(t)
	ctx := t.Context()
	if runs, err := j.Runs(ctx, 20); err != nil || len(runs) != 0 {
		t.Fatalf("%v, %v, want none of a new journal", runs, err)
	}
	for i, id := range []string{"third", "first", "second"} {
		must(t, j.Begin(ctx, journal.Run{ID: id, StartedAt: morning.Add([]time.Duration{3, 1, 2}[i] * time.Hour), Environment: journal.Test, Rate: 2}))
		_, err := j.AddFile(ctx, journal.File{ID: journal.FileID{Run: id}})
		must(t, err)
		must(t, j.Planned(ctx, id, morning.Add(4*time.Hour)))
	}
	must(t, j.Finish(ctx, "second", journal.End{At: morning.Add(5 * time.Hour), Reason: "out of quota"}))
	must(t, j.Begin(ctx, journal.Run{ID: "no plan", StartedAt: morning.Add(9 * time.Hour)}))
	for limit, want := range map[int][]string{0: {"third", "second", "first"}, 2: {"third", "second"}, 20: {"third", "second", "first"}} {
		runs, err := j.Runs(ctx, limit)
		must(t, err)
		var ids []string
		for _, r := range runs {
			ids = append(ids, r.ID)
		}
		if !slices.Equal(ids, want) {
			t.Errorf("limit %d: %v, want %v", limit, ids, want)
		}
		if r := runs[1]; r.Reason != "out of quota" || !r.EndedAt.Equal(morning.Add(5*time.Hour)) || r.Environment != journal.Test || r.Rate != 2 {
			t.Errorf("%+v, want all that is known of it", r)
		}
	}
}

// TestTraffic adds up a run whose rows were answered at once, after waits, by a list, by hand, and not at all.
func TestTraffic(t *testing.T) {
	j := open(t)
	ctx := t.Context()
	at := func(seconds int) time.Time { return morning.Add(time.Duration(seconds) * time.Second) }
	file := plan(t, j, "before", many(2)...)
	must(t, j.Record(ctx, all(t, j, file)[0].ID, at(1), journal.Change{State: journal.Rejected, Outcome: journal.Outcome{Esito: "other run"}}))
	rows := all(t, j, plan(t, j, "R", many(7)...))
	exchange := func(row, seconds int, kind string, c journal.Change, wait time.Duration) {
		t.Helper()
		if kind == journal.KindSend {
			must(t, j.Sent(ctx, rows[row].ID, at(seconds)))
		}
		c.Event = &journal.Event{At: at(seconds), Ended: at(seconds + 1), Kind: kind, Wait: wait, Code: c.Outcome.Code, HTTP: c.Outcome.HTTP, Reason: c.Outcome.Reason}
		must(t, j.Record(ctx, rows[row].ID, at(seconds+1), c))
	}
	ok := journal.Outcome{Esito: "OK"}
	exchange(0, 1, journal.KindSend, journal.Change{State: journal.Accepted, Lone: true, Outcome: ok}, 0)
	exchange(1, 2, journal.KindSend, journal.Change{State: journal.Accepted, Lone: true, Outcome: ok}, 0)
	exchange(2, 3, journal.KindSend, journal.Change{State: journal.Planned, Free: true, Outcome: journal.Outcome{Code: "not_reached", Reason: "not reached: refused"}}, time.Second)
	exchange(2, 5, journal.KindSend, journal.Change{State: journal.Planned, Outcome: journal.Outcome{Code: "not_reached", Reason: "not reached: reset", Esito: "NOK"}}, 4*time.Second)
	exchange(3, 6, journal.KindSend, journal.Change{State: journal.Uncertain, InDoubt: true, Outcome: journal.Outcome{Code: "no_answer", Reason: "no answer"}}, 3*time.Second)
	exchange(4, 7, journal.KindSend, journal.Change{State: journal.Pending, Outcome: journal.Outcome{Esito: "NOK"}}, 0)
	must(t, j.Sent(ctx, rows[5].ID, at(8)))

	running, err := j.Traffic(ctx, journal.Run{ID: "R"})
	must(t, err)
	want := journal.Traffic{Requests: 7, SentRequests: 7, SentRows: 6,
		Waits: []journal.Waits{{Kind: journal.KindSend, Code: "not_reached", Reason: "not reached: reset", Exchanges: 2, Total: 5 * time.Second, Longest: 4 * time.Second}, {Kind: journal.KindSend, Code: "no_answer", Reason: "no answer", Exchanges: 1, Total: 3 * time.Second, Longest: 3 * time.Second}},
		Esiti: []journal.Esiti{{Esito: "NOK", State: journal.Pending, Rows: 1}, {Esito: "NOK", State: journal.Planned, Rows: 1}, {Esito: "OK", State: journal.Accepted, Rows: 2}}}
	if !reflect.DeepEqual(running, want) {
		t.Errorf("before its end\n%+v, want\n%+v", running, want)
	}

	must(t, j.Finish(ctx, "R", journal.End{At: at(20)}))
	exchange(3, 30, journal.KindLookup, journal.Change{State: journal.Uncertain, InDoubt: true, Outcome: journal.Outcome{Reason: "not there"}}, 0)
	exchange(3, 40, journal.KindSend, journal.Change{State: journal.Uncertain, InDoubt: true, Outcome: journal.Outcome{Code: "no_answer", Reason: "no answer: reset"}}, time.Second)
	exchange(3, 50, journal.KindMark, journal.Change{State: journal.Accepted, Outcome: journal.Outcome{Reason: "seen"}}, 0)
	run, _, err := j.Run(ctx, "R")
	must(t, err)
	ended, err := j.Traffic(ctx, run)
	must(t, err)
	want.Requests, want.Lookups, want.Marks = 8, 1, 1
	want.Waits[1] = journal.Waits{Kind: journal.KindSend, Code: "no_answer", Reason: "no answer", Exchanges: 2, Total: 4 * time.Second, Longest: 3 * time.Second}
	want.Esiti = []journal.Esiti{{Esito: "NOK", State: journal.Pending, Rows: 2}, {Esito: "OK", State: journal.Accepted, Rows: 2}} // what it has left is pending
	if !reflect.DeepEqual(ended, want) {
		t.Errorf("after its end\n%+v, want\n%+v", ended, want)
	}
	if none, err := j.Traffic(ctx, journal.Run{ID: "no such run"}); err != nil || !reflect.DeepEqual(none, journal.Traffic{}) {
		t.Errorf("of no run: %+v, %v", none, err)
	}
}

// BenchmarkRuns looks into a run of 1,000,000 rows as the commands do.
func BenchmarkRuns(b *testing.B) {
	const n = 1_000_000
	j := open(b)
	ctx := context.Background()
	file := plan(b, j, "R", many(n)...)
	must(b, j.writer.do(ctx, "filling", func(ctx context.Context, t transaction) error {
		_, err := t.tx.ExecContext(ctx, `INSERT INTO states (id, state, attempts, first_sent_at, sent_at, settled_at, held, http, esito, descrizione, lone)
			SELECT id, 'accepted', 1, ?1, ?1, ?1, id, 200, 'OK', 'Operazione eseguita correttamente', 1 FROM orders`, millis(morning))
		return err
	}))
	for name, look := range map[string]func() error{
		"list": func() error { _, err := j.Runs(ctx, 20); return err },
		"counts": func() error {
			counts, err := j.Counts(ctx, file)
			if counts[journal.Accepted] != n {
				b.Fatal(counts)
			}
			return err
		},
		"traffic": func() error { _, err := j.Traffic(ctx, journal.Run{ID: "R"}); return err },
		"row":     func() error { _, err := j.RowsNumbered(ctx, "R", 987_654); return err },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				must(b, look())
			}
		})
	}
}
