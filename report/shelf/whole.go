// Package shelf is the place where reports lie. It writes each report whole or not at all, sets an earlier one aside if a
// person may have changed it, and finds the reports of a run again.
//
// The package must not know what a report says. It never overwrites the work of a person, and never takes a name that another
// file has.
package shelf

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// WriteError says that a report could not be written. It can be made again: nothing else was lost.
type WriteError struct {
	Path string
	Err  error
	Sent bool // it is the outcome of what was sent, which the journal still has
}

func (e *WriteError) Error() string {
	sent := ""
	if e.Sent {
		sent = " (what was sent is in the journal)"
	}
	return fmt.Sprintf("cannot write %s: %v%s", e.Path, e.Err, sent)
}
func (e *WriteError) Unwrap() error { return e.Err }

// WriteWhole writes a file whole or not at all: under a temporary name, synced, then renamed. An error of
// write comes back as it is, any other as a [WriteError].
func WriteWhole(path string, permissions fs.FileMode, write func(io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return &WriteError{Path: path, Err: err}
	}
	if err := write(f); err != nil {
		return errors.Join(err, f.Close(), os.Remove(f.Name()))
	}
	err = errors.Join(f.Chmod(permissions), f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return &WriteError{Path: path, Err: errors.Join(err, os.Remove(f.Name()))}
	}
	if err := syncFolder(filepath.Dir(path)); err != nil {
		return &WriteError{Path: path, Err: err}
	}
	return nil
}

// PermissionsOf are the permissions for a report on an export: those of the export, without any to execute, for who may read it may
// read what is said about it. Where the export is gone they are the owner's alone.
func PermissionsOf(source string) fs.FileMode {
	info, err := os.Stat(source)
	if err != nil {
		return 0o600
	}
	return info.Mode().Perm()&0o666 | 0o600
}

// SetTime gives a workbook the time that it says of itself: when it is newer, somebody has changed it. Where that cannot be, the
// workbook is set aside once more than it need be.
func SetTime(path string, made time.Time) { _ = os.Chtimes(path, time.Time{}, made) }

// syncFolder makes a rename durable.
func syncFolder(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
