package journal

import (
	"errors"
	"path/filepath"
	"testing"
)

// TestLook reads a journal that a process writes to, and changes nothing in it.
func TestLook(t *testing.T) {
	ctx := t.Context()
	path := filepath.Join(t.TempDir(), "journal.db")
	j := openAt(t, path)
	file := plan(t, j, "R", many(2)...)
	looking, err := Look(ctx, path)
	must(t, err)
	t.Cleanup(func() { must(t, looking.Close()) })
	if !looking.InUse() {
		t.Error("nobody has it")
	}
	must(t, j.Sent(ctx, all(t, j, file)[0].ID, morning))
	if rows := all(t, looking, file); len(rows) != 2 || rows[0].State != Sent {
		t.Errorf("%+v", rows)
	}
	if err := looking.Sent(ctx, 2, morning); !errors.Is(err, errClosed) {
		t.Errorf("a reader was let to write: %v", err)
	}
	must(t, j.Close())
	again, err := Look(ctx, path)
	must(t, err)
	if again.InUse() {
		t.Error("it is nobody's any more")
	}
	must(t, again.Close())
}

// TestLookAtAnotherRelease does not read tables that it does not know.
func TestLookAtAnotherRelease(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	j := openAt(t, path)
	_, err := j.writer.db.ExecContext(t.Context(), "PRAGMA user_version = 1")
	must(t, err)
	var failed *Error
	if _, err := Look(t.Context(), path); !errors.As(err, &failed) {
		t.Errorf("%v", err)
	}
}
