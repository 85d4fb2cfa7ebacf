package sqlite

import (
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
	fresh, err := j.ToSend(ctx, "R", 0, 10)
	must(t, err)
	for _, r := range fresh {
		if !r.Fresh {
			t.Errorf("row %d was never sent", r.Number)
		}
	}
	id := func(i int) int64 { return fresh[i].ID }
	send := func(i int, at time.Time, c journal.Change) {
		t.Helper()
		must(t, j.Sent(ctx, id(i), at))
		c.Attempt = &journal.Attempt{At: at, Ended: at.Add(time.Second), Kind: "send", HTTP: c.Outcome.HTTP, Esito: c.Outcome.Esito, Reason: c.Outcome.Reason}
		must(t, j.Record(ctx, id(i), at.Add(time.Second), c))
	}
	ok := journal.Outcome{HTTP: 200, Esito: "OK", Reason: "OK"}
	send(0, morning, journal.Change{State: journal.Accepted, Lone: true, Outcome: ok})
	send(1, morning, journal.Change{State: journal.Planned, Free: true, Lone: true, Outcome: journal.Outcome{HTTP: 429, Reason: "too fast"}})
	send(1, morning.Add(time.Minute), journal.Change{State: journal.Accepted, Outcome: ok})
	send(2, morning, journal.Change{State: journal.Accepted, Outcome: ok}) // nobody said that it was the first
	for i, want := range [][]int{{200}, {429, 200}, {200}} {
		attempts, err := j.Attempts(ctx, id(i))
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
	again, err := j.ToSend(ctx, "R", 0, 10)
	if err != nil || len(again) != 0 {
		t.Errorf("%d rows to send, %v", len(again), err)
	}
}
