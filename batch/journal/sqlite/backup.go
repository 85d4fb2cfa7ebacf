package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Backup copies the journal at path to a new file, as it is at one instant: also while a run writes to it, whose commits
// up to then are all in the copy. The copy is on disk when it returns. A file that is there already is never replaced.
func Backup(ctx context.Context, path, target string) error {
	fail := func(err error) error { return fault(path, "copying it to "+target, err) }
	if _, err := os.Stat(path); err != nil {
		return err
	}
	if _, err := os.Lstat(target); !errors.Is(err, fs.ErrNotExist) {
		return errors.Join(fmt.Errorf("%s: %w", target, fs.ErrExist), err)
	}
	// What is half written must not look like a copy.
	private, err := os.MkdirTemp(filepath.Dir(target), ".voucherbul-backup-")
	if err != nil {
		return fail(err)
	}
	defer os.RemoveAll(private) // empty after a success
	part := filepath.Join(private, "journal.db")
	db, err := sql.Open("sqlite", dsn(path))
	if err != nil {
		return fail(err)
	}
	_, err = db.ExecContext(ctx, `VACUUM INTO ?`, part)
	if err = errors.Join(err, db.Close()); err != nil {
		return fail(err)
	}
	if err := errors.Join(os.Chmod(part, 0o600), syncPath(part)); err != nil {
		return fail(err)
	}
	place, err := os.OpenFile(target, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600) // a file that was made meanwhile is not replaced
	if err != nil {
		return fail(err)
	}
	if err := errors.Join(place.Close(), os.Rename(part, target)); err != nil {
		return fail(errors.Join(err, os.Remove(target)))
	}
	if err := syncPath(filepath.Dir(target)); err != nil {
		return fail(err)
	}
	return nil
}

// syncPath makes a file, or what a folder lists, durable.
func syncPath(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
