package sqlite

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"voucherbul/batch/journal"
)

// TestGroupCommit sends and settles rows from 64 goroutines, which share commits, and reads them from a
// journal opened anew.
func TestGroupCommit(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	j := openAt(t, path)
	const submitters, each = 64, 8
	file := plan(t, j, "R", many(submitters*each)...)
	rows := all(t, j, file)
	var submitter sync.WaitGroup
	for n := range submitters {
		submitter.Go(func() {
			for i := n * each; i < (n+1)*each; i++ {
				if err := j.Sent(context.Background(), rows[i].ID, morning); err != nil {
					t.Error(err)
				}
				if err := j.Record(context.Background(), rows[i].ID, morning, journal.Change{State: journal.Accepted,
					Outcome: journal.Outcome{Esito: fmt.Sprint(i)}, Event: &journal.Event{At: morning, Kind: "send"}}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	submitter.Wait()
	must(t, j.Close())
	j = openAt(t, path)
	for i, r := range all(t, j, file) {
		attempts, err := j.Events(t.Context(), r.ID)
		must(t, err)
		if r.State != journal.Accepted || r.Esito != fmt.Sprint(i) || r.Attempts != 1 || len(attempts) != 1 {
			t.Errorf("row %d after reopening: %s %q, %d attempts, %d written down", i, r.State, r.Esito, r.Attempts, len(attempts))
		}
	}
}

// batch holds the writer while changes are queued, so that they share one commit, and returns their errors.
func batch(t testing.TB, j *Owner, changes ...func(context.Context, transaction) error) []error {
	t.Helper()
	hold, held := make(chan struct{}), make(chan struct{})
	first := make(chan error, 1)
	go func() {
		first <- j.writer.do(context.Background(), "holding", func(context.Context, transaction) error {
			close(held)
			<-hold
			return nil
		})
	}()
	<-held
	errs := make([]error, len(changes))
	var callers sync.WaitGroup
	for i, change := range changes {
		callers.Go(func() { errs[i] = j.writer.do(context.Background(), "changing", change) })
		for len(j.writer.queue) <= i {
			time.Sleep(time.Millisecond)
		}
	}
	close(hold)
	must(t, <-first)
	callers.Wait()
	return errs
}

func insertRun(id string) func(context.Context, transaction) error {
	return func(ctx context.Context, tx transaction) error {
		_, err := tx.tx.ExecContext(ctx, `INSERT INTO runs (id, fingerprint, started_at) VALUES (?, '', 1)`, id)
		return err
	}
}

func TestAFailingChangeBreaksTheJournal(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	j := openAt(t, path)
	plan(t, j, "before", many(1)...)
	bad := errors.New("bad change")
	errs := batch(t, j, insertRun("with it"), func(context.Context, transaction) error { return bad }, insertRun("after it"))
	for i, err := range errs {
		if broken := (*journal.Error)(nil); !errors.As(err, &broken) || !errors.Is(err, bad) || broken.Path != path || broken.Op != "changing" {
			t.Errorf("change %d of the batch: %v, want the failure", i, err)
		}
	}
	for range 3 {
		if err := j.Begin(t.Context(), journal.Run{ID: "later", StartedAt: morning}); !errors.Is(err, bad) {
			t.Fatalf("a later change: %v, want the first failure", err)
		}
	}
	runs := func(j *Owner) string {
		rows, err := j.reads.Query("SELECT id FROM runs ORDER BY id")
		must(t, err)
		defer rows.Close()
		var ids []string
		for rows.Next() {
			var id string
			must(t, rows.Scan(&id))
			ids = append(ids, id)
		}
		return strings.Join(ids, ", ")
	}
	if got := runs(j); got != "before" {
		t.Errorf("runs: %s, want only the one of the earlier commit", got)
	}
	if err := j.Close(); err != nil {
		t.Errorf("closing a broken journal: %v", err)
	}
	j = openAt(t, path) // started again, it goes on
	plan(t, j, "anew", many(1)...)
	if got := runs(j); got != "anew, before" {
		t.Errorf("runs after reopening: %s", got)
	}
}

func TestAStickyFailureIsAnError(t *testing.T) {
	j := open(t)
	row := all(t, j, plan(t, j, "R", many(1)...))[0].ID
	must(t, j.Record(t.Context(), row, morning, journal.Change{State: journal.Accepted}))
	if err := j.Sent(t.Context(), row, morning); err == nil {
		t.Fatal("a settled row was sent")
	}
	err := j.Record(t.Context(), row, morning, journal.Change{State: journal.Rejected})
	if broken := (*journal.Error)(nil); !errors.As(err, &broken) || broken.Path != j.path {
		t.Errorf("%T %v, want an *Error after the first failure too: exit code 74 depends on it", err, err)
	}
}

func TestChangesOfOneBatchShareOneCommit(t *testing.T) {
	j := open(t)
	var commits atomic.Int64
	var last *any
	changes := make([]func(context.Context, transaction) error, 50)
	for i := range changes {
		changes[i] = func(_ context.Context, tx transaction) error {
			if now := any(tx.tx); last == nil || *last != now {
				commits.Add(1)
				last = &now
			}
			return nil
		}
	}
	for _, err := range batch(t, j, changes...) {
		must(t, err)
	}
	if commits.Load() != 1 {
		t.Errorf("%d commits, want 1", commits.Load())
	}
}

// model is what a row may do, told apart from the journal's own SQL.
type model struct {
	state    journal.State
	attempts int
	inDoubt  bool
	reason   string
}

var settled = map[journal.State]bool{journal.Accepted: true, journal.Already: true, journal.Rejected: true, journal.Invalid: true}

// TestStateMachine drives rows by random calls; a forbidden one is refused, and leaves everything as it was.
func TestStateMachine(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		path := filepath.Join(t.TempDir(), "test.db")
		j := openAt(t, path)
		defer func() { shut(t, j) }()
		const n = 3
		file := plan(t, j, "R", many(n)...)
		var ids [n]journal.RowID
		var models [n]model
		for i, r := range all(t, j, file) {
			ids[i], models[i] = r.ID, model{state: journal.Planned}
		}
		ended := false // a run that has ended shows what it has left as pending; nobody sends it before it is resumed
		ctx := t.Context()
		compare := func(rt *rapid.T) {
			for i, r := range all(t, j, file) {
				got := model{state: r.State, attempts: r.Attempts, inDoubt: r.InDoubt, reason: r.Reason}
				want := models[i]
				if ended && want.state == journal.Planned {
					want.state, want.reason = journal.Pending, "stopped"
				}
				if got != want {
					rt.Fatalf("row %d is %+v, want %+v", i, got, want)
				}
				if r.SettledAt.IsZero() != !settled[r.State] {
					rt.Fatalf("row %d is %s, settled at %v", i, r.State, r.SettledAt)
				}
			}
		}
		// refused checks that a forbidden call fails for good, and opens the journal anew.
		refused := func(rt *rapid.T, err error) {
			if err == nil {
				rt.Fatal("a forbidden transition was made")
			}
			if err := j.Finish(ctx, "R", journal.End{At: morning, Reason: "after it", Left: journal.Outcome{}}); err == nil {
				rt.Fatal("the journal goes on after a forbidden transition")
			}
			must(t, j.Close())
			j = openAt(t, path)
		}
		row := rapid.IntRange(0, n-1)
		rt.Repeat(map[string]func(*rapid.T){
			"": compare,
			"sent": func(rt *rapid.T) {
				i := row.Draw(rt, "row")
				err := j.Sent(ctx, ids[i], morning)
				if m := &models[i]; m.state == journal.Planned || m.state == journal.Uncertain {
					must(t, err)
					m.state, m.attempts = journal.Sent, m.attempts+1
				} else {
					refused(rt, err)
				}
			},
			"record": func(rt *rapid.T) {
				i := row.Draw(rt, "row")
				m := &models[i]
				c := journal.Change{State: rapid.SampledFrom([]journal.State{journal.Accepted, journal.Already, journal.Rejected, journal.Uncertain, journal.Planned, journal.Pending}).Draw(rt, "state"),
					InDoubt: rapid.Bool().Draw(rt, "in doubt"), Free: m.state == journal.Sent && rapid.Bool().Draw(rt, "free"),
					Outcome: journal.Outcome{Reason: rapid.SampledFrom([]string{"one", "two"}).Draw(rt, "reason")}}
				err := j.Record(ctx, ids[i], morning, c)
				if settled[m.state] {
					refused(rt, err)
					return
				}
				must(t, err)
				m.state, m.inDoubt, m.reason = c.State, c.InDoubt, c.Outcome.Reason
				if c.Free {
					m.attempts--
				}
			},
			"recover": func(*rapid.T) {
				if ended {
					return // nothing is on its way in a run that has ended, but rows that were in doubt
				}
				_, err := j.recover(ctx, time.Minute, journal.Outcome{Reason: "died"})
				must(t, err)
				for i := range models {
					if m := &models[i]; m.state == journal.Sent {
						m.state, m.inDoubt, m.reason = journal.Uncertain, true, "died"
					}
				}
			},
			"finish": func(*rapid.T) {
				must(t, j.Finish(ctx, "R", journal.End{At: morning, Reason: "stopped", Left: journal.Outcome{Reason: "stopped"}}))
				ended = true
			},
			"resume": func(*rapid.T) {
				must(t, j.Resume(ctx, "R"))
				ended = false
				for i := range models {
					if m := &models[i]; m.state == journal.Pending {
						m.state, m.reason = journal.Planned, ""
					}
				}
			},
			"reopen": func(*rapid.T) {
				must(t, j.Close())
				j = openAt(t, path)
			},
		})
	})
}

func TestUnknownRow(t *testing.T) {
	for name, call := range map[string]func(*Owner) error{
		"sent": func(j *Owner) error {
			return j.Sent(t.Context(), journal.RowID{Run: "R", File: 1, Place: 4711}, morning)
		},
		"record": func(j *Owner) error {
			return j.Record(t.Context(), journal.RowID{Run: "R", File: 1, Place: 4711}, morning, journal.Change{State: journal.Accepted})
		},
	} {
		if err := call(open(t)); err == nil || !strings.Contains(err.Error(), "4711") {
			t.Errorf("%s of a row that is none: %v", name, err)
		}
	}
}

// BenchmarkJournal measures rows that are sent and settled by 64 submitters, each change on disk before the
// call returns.
func BenchmarkJournal(b *testing.B) {
	j := open(b)
	file := plan(b, j, "R", many(b.N)...)
	ids := make([]journal.RowID, 0, b.N)
	for _, r := range all(b, j, file) {
		ids = append(ids, r.ID)
	}
	var next atomic.Int64
	var submitters sync.WaitGroup
	b.ResetTimer()
	for range 64 {
		submitters.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(ids)); i = next.Add(1) - 1 {
				err := j.Sent(b.Context(), ids[i], morning)
				if err == nil {
					err = j.Record(b.Context(), ids[i], morning, journal.Change{State: journal.Accepted, Outcome: journal.Outcome{HTTP: 200, Esito: "OK"},
						Event: &journal.Event{At: morning, Ended: morning, Kind: "send", HTTP: 200, Esito: "OK"}})
				}
				if err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	submitters.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
