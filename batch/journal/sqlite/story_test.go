package sqlite

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"voucherbul/batch/journal"
)

// story is a sequence of calls like those of a run, and what a journal without faults holds after each change.
// It knows the journal by its exported calls only, so that whatever they are built on can change.
type story struct {
	steps  []step
	states []string // after so many changes; states[0] is a new journal
}

type step struct {
	name  string
	reads bool // it changes nothing
	do    func(context.Context, *Owner) error
}

// newStory plans rows in three pages, sends and settles all but two, and ends the run; then the run goes on,
// one row is lost on its way and found again, and the last one is settled. The rows have the IDs that the
// journal without faults gave them.
func newStory(t testing.TB, rows int) *story {
	t.Helper()
	s := &story{}
	var file journal.FileID
	var ids []journal.RowID
	change := func(name string, do func(context.Context, *Owner) error) {
		s.steps = append(s.steps, step{name: name, do: do})
	}
	read := func(name string, do func(context.Context, *Owner) error) {
		s.steps = append(s.steps, step{name: name, reads: true, do: do})
	}
	change("Begin", func(ctx context.Context, j *Owner) error {
		return j.Begin(ctx, journal.Run{ID: "R", Fingerprint: "print", StartedAt: morning})
	})
	change("AddFile", func(ctx context.Context, j *Owner) (err error) {
		id, err := j.AddFile(ctx, journal.File{ID: journal.FileID{Run: "R"}, Path: "R.csv", SHA256: "sum", Header: []string{"Operazione", "Codice fiscale"}})
		if id.File > file.File {
			file = id
		}
		return err
	})
	number := 1
	for page := range slices.Chunk(many(rows), (rows+2)/3) {
		for i := range page {
			number++
			page[i].Number = number
		}
		change("Plan", func(ctx context.Context, j *Owner) error {
			for i := range page {
				page[i].ID = file.Row(0)
			}
			return j.Plan(ctx, page)
		})
	}
	change("Planned", func(ctx context.Context, j *Owner) error { return j.Planned(ctx, "R", morning) })
	read("ToSend", func(ctx context.Context, j *Owner) error {
		rows, err := j.ToSend(ctx, "R", journal.RowID{}, 1000)
		for _, r := range rows[:max(0, len(rows)-len(ids))] {
			ids = append(ids, r.ID)
		}
		return err
	})
	send := func(i int, c journal.Change) {
		at := morning.Add(time.Duration(i) * time.Second)
		c.Event = &journal.Event{At: at, Ended: at.Add(time.Second), Kind: "send", HTTP: c.Outcome.HTTP, Esito: c.Outcome.Esito}
		change("Sent", func(ctx context.Context, j *Owner) error { return j.Sent(ctx, ids[i], at) })
		change("Record", func(ctx context.Context, j *Owner) error { return j.Record(ctx, ids[i], at.Add(time.Second), c) })
	}
	for i := range rows - 2 {
		read("AcquiredFor", func(ctx context.Context, j *Owner) error {
			_, _, err := j.AcquiredFor(ctx, journal.Row{ID: ids[i], Beneficiario: fmt.Sprintf("BENEFICIARIO%04d", i), Key: "another"})
			return err
		})
		switch i % 3 {
		case 0:
			send(i, journal.Change{State: journal.Accepted, Outcome: journal.Outcome{HTTP: 200, Esito: "OK"}})
		case 1:
			send(i, journal.Change{State: journal.Rejected, Outcome: journal.Outcome{HTTP: 200, Esito: "KO", Descrizione: strings.Repeat("long ", 200)}})
		case 2:
			send(i, journal.Change{State: journal.Uncertain, InDoubt: true, NotBefore: morning.Add(time.Hour), Outcome: journal.Outcome{HTTP: 504, Reason: "lost"}})
			send(i, journal.Change{State: journal.Already, Outcome: journal.Outcome{HTTP: 200, Esito: "GIA"}})
		}
	}
	change("Finish", func(ctx context.Context, j *Owner) error {
		return j.Finish(ctx, "R", journal.End{At: morning.Add(time.Hour), Reason: "stopped", Left: journal.Outcome{Reason: "stopped"}})
	})
	change("Resume", func(ctx context.Context, j *Owner) error { return j.Resume(ctx, "R") })
	change("Sent", func(ctx context.Context, j *Owner) error { return j.Sent(ctx, ids[rows-2], morning) })
	change("Recover", func(ctx context.Context, j *Owner) error {
		_, err := j.recover(ctx, time.Minute, journal.Outcome{Reason: "died"})
		return err
	})
	change("Record", func(ctx context.Context, j *Owner) error {
		return j.Record(ctx, ids[rows-2], morning.Add(time.Hour), journal.Change{State: journal.Accepted})
	})
	change("Settle", func(ctx context.Context, j *Owner) error {
		return j.Settle(ctx, morning.Add(time.Hour), []journal.Settlement{{Row: ids[rows-1], State: journal.Already}})
	})
	change("Reported", func(ctx context.Context, j *Owner) error { return j.Reported(ctx, "R", morning.Add(2*time.Hour)) })

	j := open(t)
	note := func() {
		state, err := contents(t.Context(), j)
		must(t, err)
		s.states = append(s.states, state)
	}
	note()
	for _, st := range s.steps {
		if err := st.do(t.Context(), j); err != nil {
			t.Fatalf("%s, without a fault: %v", st.name, err)
		}
		if !st.reads {
			note()
			if n := len(s.states); s.states[n-1] == s.states[n-2] && st.name != "Begin" {
				t.Fatalf("%s shows in nothing that the journal tells: its loss would not be seen", st.name)
			}
		}
	}
	return s
}

// ending is how a story went on a journal that had faults.
type ending struct {
	acked atomic.Int64 // changes that were confirmed
	first error        // what a change or the opening failed with
	step  string
	later int // changes tried after it
}

// Tell runs the story, from where end says that it got to. What it returns besides the ending is a broken
// promise.
func (s *story) Tell(ctx context.Context, j *Owner, end *ending) error {
	told := end.acked.Load()
	for _, st := range s.steps {
		if told > 0 {
			if !st.reads {
				told--
			}
			continue
		}
		err := st.do(ctx, j)
		if broken := (*journal.Error)(nil); err != nil && !errors.As(err, &broken) {
			return fmt.Errorf("%s: %T %w, want an *Error", st.name, err, err)
		}
		switch {
		case st.reads:
		case end.first != nil:
			if end.later++; err == nil {
				return fmt.Errorf("%s was accepted after %s had failed with: %w", st.name, end.step, end.first)
			}
		case err != nil:
			end.first, end.step = err, st.name
		default:
			end.acked.Add(1)
		}
	}
	return nil
}

// Check opens a journal on a working file system, with params as for openWith, and reports which promise is broken. Every
// confirmed change has to be there. Of the changes after those, at most the next one may be there, and only whole.
func (s *story) Check(ctx context.Context, path, params string, acked int) (err error) {
	j, err := ownWith(ctx, path, params)
	if err != nil {
		return fmt.Errorf("opening it again: %w", err)
	}
	defer func() { err = errors.Join(err, j.Close()) }()
	var verdict string
	if err := j.reads.QueryRowContext(ctx, "PRAGMA integrity_check").Scan(&verdict); err != nil {
		return fmt.Errorf("integrity_check: %w", err)
	}
	if verdict != "ok" {
		return fmt.Errorf("integrity_check: %s", verdict)
	}
	state, err := contents(ctx, j)
	if err != nil {
		return err
	}
	found := slices.Index(s.states, state)
	for i := acked; i < len(s.states) && found < acked; i++ { // a change that shows in nothing equals the state before
		if s.states[i] == state {
			found = i
		}
	}
	switch {
	case found < 0:
		return fmt.Errorf("after %d changes it holds what it never held:\n%s", acked, state)
	case found < acked:
		return fmt.Errorf("%d of %d confirmed changes are lost", acked-found, acked)
	case found > acked+1:
		return fmt.Errorf("%d changes are there, %d were confirmed", found, acked)
	}
	return nil
}

// contents is all that a journal tells of the run R, as text.
func contents(ctx context.Context, j *Owner) (string, error) {
	var text strings.Builder
	run, ok, err := j.Unfinished(ctx, "print")
	if err != nil {
		return "", err
	}
	fmt.Fprintln(&text, ok, run)
	files, err := j.Files(ctx, "R")
	if err != nil {
		return "", err
	}
	for _, f := range files {
		fmt.Fprintf(&text, "%+v\n", f)
		for r, err := range j.Rows(ctx, f.ID) {
			if err != nil {
				return "", err
			}
			attempts, err := j.Events(ctx, r.ID)
			if err != nil {
				return "", err
			}
			fmt.Fprintf(&text, "%+v %+v\n", r, attempts)
		}
	}
	return text.String(), nil
}
