package sqlite

import (
	"context"
	"errors"
	"path/filepath"
	"testing"

	"voucherbul/batch/journal"
)

// take opens a journal and owns it, as a process does that runs.
func take(ctx context.Context, path string) (*Owner, error) { return ownWith(ctx, path, "") }

func ownWith(ctx context.Context, path, params string) (*Owner, error) {
	j, err := openWith(ctx, path, params)
	if err != nil {
		return nil, err
	}
	o, err := j.own(ctx)
	if err != nil {
		return nil, errors.Join(err, j.Close())
	}
	return o, nil
}

// TestLookingNeedsNoOwnership: whoever looks sees what the owner has committed, changes nothing, and keeps nobody from owning.
func TestLookingNeedsNoOwnership(t *testing.T) {
	ctx := t.Context()
	path := filepath.Join(t.TempDir(), "journal.db")
	j := openAt(t, path)
	file := plan(t, j, "R", many(2)...)
	looking, err := Open(ctx, path)
	must(t, err)
	t.Cleanup(func() { must(t, looking.Close()) })
	if !looking.InUse(ctx) {
		t.Error("nobody has it")
	}
	must(t, j.Sent(ctx, all(t, j, file)[0].ID, morning))
	n := 0
	for row, err := range looking.Rows(ctx, file) {
		must(t, err)
		if n++; n == 1 && row.State != journal.Sent {
			t.Errorf("%+v", row)
		}
	}
	if n != 2 {
		t.Errorf("%d rows", n)
	}
	must(t, j.Close())
	if looking.InUse(ctx) {
		t.Error("it is nobody's any more")
	}
	next, err := looking.Own(ctx, journal.Claim{})
	must(t, err)
	must(t, next.Release())
	must(t, next.Release())
}

// TestProbingDisturbsNobody: to ask whether somebody has the journal takes its lock for a moment.
func TestProbingDisturbsNobody(t *testing.T) {
	ctx := t.Context()
	path := filepath.Join(t.TempDir(), "journal.db")
	looking, err := Open(ctx, path)
	must(t, err)
	defer looking.Close()
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for {
			select {
			case <-stop:
				return
			default:
				looking.InUse(ctx)
			}
		}
	}()
	for range 50 {
		o, err := take(ctx, path)
		must(t, err)
		must(t, o.Close())
	}
	close(stop)
	<-done
}

// TestAnotherReleaseInUse is not read: its tables are not known, and they cannot be brought to this release now.
func TestAnotherReleaseInUse(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	j := openAt(t, path)
	_, err := j.writer.db.ExecContext(t.Context(), "PRAGMA user_version = 1")
	must(t, err)
	var failed *journal.Error
	if _, err := Open(t.Context(), path); !errors.As(err, &failed) {
		t.Errorf("%v", err)
	}
}

// TestPlansNeedABegin: nothing is added to a plan that nobody has begun, and no second one begins.
func TestPlansNeedABegin(t *testing.T) {
	ctx, j := t.Context(), open(t)
	if err := j.Planned(ctx, "R", morning); !errors.Is(err, journal.ErrNoPlan) {
		t.Errorf("planned: %v", err)
	}
	if _, err := j.AddFile(ctx, journal.File{ID: journal.FileID{Run: "R"}}); !errors.Is(err, journal.ErrNoPlan) {
		t.Errorf("a file: %v", err)
	}
	if err := j.Plan(ctx, many(1)); !errors.Is(err, journal.ErrNoPlan) {
		t.Errorf("rows: %v", err)
	}
	must(t, j.Begin(ctx, journal.Run{ID: "R"}))
	if err := j.Planned(ctx, "R", morning); !errors.Is(err, journal.ErrNoPlan) {
		t.Errorf("planned without a file: %v", err)
	}
	if err := j.Begin(ctx, journal.Run{ID: "S"}); !errors.Is(err, journal.ErrPlanning) {
		t.Errorf("a second plan: %v", err)
	}
	_, err := j.AddFile(ctx, journal.File{ID: journal.FileID{Run: "R"}})
	must(t, err)
	must(t, j.Planned(ctx, "R", morning))
	must(t, j.Begin(ctx, journal.Run{ID: "S"}))
}

// nextOwner takes the journal from whoever has it, as a process does that comes after one that was killed.
func nextOwner(t *testing.T, j *Owner) *Owner {
	t.Helper()
	must(t, j.Release())
	next, err := j.own(t.Context())
	must(t, err)
	t.Cleanup(func() { must(t, next.Release()) })
	return next
}

// TestAReaderKeepsNobodyFromOwning: a backup and a look through the whole journal read for a while, and a run may begin then.
func TestAReaderKeepsNobodyFromOwning(t *testing.T) {
	ctx := t.Context()
	path := filepath.Join(t.TempDir(), "journal.db")
	j := openAt(t, path)
	file := plan(t, j, "R", many(3000)...)
	must(t, j.Release())
	looking, err := Open(ctx, path)
	must(t, err)
	defer looking.Close()
	rows, err := looking.reads.QueryContext(ctx, `SELECT id FROM orders`)
	must(t, err)
	defer rows.Close()
	if !rows.Next() {
		t.Fatal("there is nothing to read")
	}
	next, err := take(ctx, path)
	must(t, err)
	must(t, next.Sent(ctx, all(t, next, file)[0].ID, morning))
	must(t, next.Close())
}
