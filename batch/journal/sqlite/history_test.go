package sqlite

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"voucherbul/batch/journal"
	"voucherbul/mapping"
)

func TestHeldFor(t *testing.T) {
	j := open(t)
	ctx := t.Context()
	const mario = "RSSMRA85T10H501O"
	book, cancel, again := planned(mario, "book"), planned(mario, "cancel"), planned(mario, "book")
	cancel.Operation = mapping.OperationDisdetta
	rows := all(t, j, plan(t, j, "R", book, cancel, again, planned(mario, "refused"), planned("another", "book")))
	settle := func(row journal.Row, at time.Time, state journal.State) {
		t.Helper()
		must(t, j.Sent(ctx, row.ID, at))
		must(t, j.Record(ctx, row.ID, at, journal.Change{State: state, Event: &journal.Event{Kind: "send"}}))
	}
	check := func(row journal.Row, want bool) {
		t.Helper()
		acquired, ok, err := j.AcquiredFor(ctx, row)
		must(t, err)
		if ok != want || ok && (acquired.Key != row.Key || acquired.ID.Run == "" || acquired.Number == 0 || acquired.SettledAt.IsZero()) {
			t.Errorf("%s: acquired %v (%+v), want %v", row.Key, ok, acquired, want)
		}
	}
	check(book, false)
	settle(rows[4], morning, journal.Accepted) // of another beneficiary
	check(rows[0], false)
	settle(rows[0], morning, journal.Accepted)
	check(rows[2], true)
	settle(rows[1], morning, journal.Accepted) // of the same instant: the later row counts
	check(rows[1], true)
	check(rows[2], false)
	settle(rows[3], morning.Add(time.Second), journal.Rejected) // holds nothing
	check(rows[3], false)
	must(t, j.Sent(ctx, rows[2].ID, morning.Add(time.Second))) // not known yet
	check(rows[1], true)
	check(rows[2], false)
	must(t, j.Record(ctx, rows[2].ID, morning.Add(2*time.Second), journal.Change{State: journal.Already, Event: &journal.Event{Kind: "send"}}))
	check(rows[2], true)
	check(rows[1], false)

	// A row that was settled without being sent is no new fact.
	copied := all(t, j, plan(t, j, "copy", planned(mario, "cancel")))[0]
	must(t, j.Settle(ctx, morning.Add(time.Hour), []journal.Settlement{{Row: copied.ID, State: journal.Already}}))
	check(rows[2], true)
	check(rows[1], false)
}

// TestHeldForARowThatWasPlannedLongAgo: another run has booked and cancelled since, and the row would book again.
func TestHeldForARowThatWasPlannedLongAgo(t *testing.T) {
	j := open(t)
	ctx := t.Context()
	waiting := all(t, j, plan(t, j, "waiting", planned("B", "book"), planned("B", "other")))
	for i, r := range all(t, j, plan(t, j, "since", planned("B", "book"), planned("B", "cancel"))) {
		must(t, j.Sent(ctx, r.ID, morning.Add(time.Duration(i)*time.Minute)))
		must(t, j.Record(ctx, r.ID, morning.Add(time.Duration(i)*time.Minute), journal.Change{State: journal.Accepted, Event: &journal.Event{Kind: "send"}}))
	}
	if acquired, ok, err := j.AcquiredFor(ctx, waiting[0]); err != nil || !ok || acquired.ID.Run != "since" || acquired.Number != 2 {
		t.Errorf("%+v, %v, %v, want the booking of the other run", acquired, ok, err)
	}
	if _, ok, err := j.AcquiredFor(ctx, waiting[1]); err != nil || ok {
		t.Errorf("a request nobody has sent is held: %v", err)
	}
}

// TestHeldForAfterTheClockWentBack: rows are settled one after the other, whatever the clock says.
func TestHeldForAfterTheClockWentBack(t *testing.T) {
	j := open(t)
	ctx := t.Context()
	rows := all(t, j, plan(t, j, "R", planned("B", "book"), planned("B", "cancel"), planned("B", "book")))
	for i, at := range []time.Time{morning, morning.Add(-time.Hour)} {
		must(t, j.Sent(ctx, rows[i].ID, at))
		must(t, j.Record(ctx, rows[i].ID, at, journal.Change{State: journal.Accepted, Event: &journal.Event{Kind: "send"}}))
	}
	if acquired, ok, err := j.AcquiredFor(ctx, rows[2]); err != nil || ok {
		t.Errorf("%+v, %v: the booking was cancelled since, and is acquired all the same", acquired, err)
	}
}

func TestOverlaps(t *testing.T) {
	j := open(t)
	ctx := t.Context()
	for i, r := range all(t, j, plan(t, j, "old", planned("A", "a1"), planned("B", "b1"), planned("A", "a2"), planned("C", "c1"), planned("A", "a3"))) {
		must(t, j.Sent(ctx, r.ID, morning))
		state := journal.Accepted
		if i == 4 {
			state = journal.Rejected
		}
		must(t, j.Record(ctx, r.ID, morning.Add(time.Duration(i)*time.Second), journal.Change{State: state, Event: &journal.Event{Kind: "send"}}))
	}
	draftOf(t, j, "new", planned("D", "d1"), planned("A", "a9"), planned("B", "b1"), planned("A", "a1"))
	var got []string
	for overlap, err := range j.Overlaps(ctx, "new") {
		must(t, err)
		text := ""
		for _, r := range overlap.Rows {
			text += fmt.Sprint(r.Number, r.Key, " ")
		}
		for _, h := range overlap.History {
			text += h.ID.Run + h.Key + " "
		}
		got = append(got, text)
	}
	if want := []string{"3a9 5a1 olda1 olda2 ", "4b1 oldb1 "}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	for range j.Overlaps(ctx, "new") {
		break // the reader may leave at any time
	}
	ended, cancel := context.WithCancel(ctx)
	cancel()
	for _, err := range j.Overlaps(ended, "new") {
		if err == nil {
			t.Error("a cancelled walk goes on")
		}
	}
}

func TestSettle(t *testing.T) {
	j := open(t)
	ctx := t.Context()
	file := plan(t, j, "R", many(3)...)
	rows := all(t, j, file)
	must(t, j.Settle(ctx, morning, nil))
	must(t, j.Settle(ctx, morning, []journal.Settlement{{Row: rows[0].ID, State: journal.Already, Outcome: journal.Outcome{Reason: "first"}}, {Row: rows[2].ID, State: journal.Invalid}}))
	after := all(t, j, file)
	if after[0].State != journal.Already || after[0].Reason != "first" || !after[0].SettledAt.Equal(morning) || after[0].Attempts != 0 ||
		after[1].State != journal.Planned || after[2].State != journal.Invalid {
		t.Errorf("%+v", after)
	}
	if err := j.Settle(ctx, morning, []journal.Settlement{{Row: rows[1].ID, State: journal.Already}, {Row: rows[2].ID, State: journal.Accepted}}); err == nil {
		t.Error("a settled row was settled again")
	}
	if after := all(t, j, file); after[1].State != journal.Planned {
		t.Error("half of a refused change was kept")
	}
}
