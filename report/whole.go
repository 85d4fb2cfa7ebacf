package report

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// writeWhole writes a file whole or not at all: under a temporary name, synced, then renamed. An error of
// write comes back as it is, any other as a [WriteError].
func writeWhole(path string, permissions fs.FileMode, write func(io.Writer) error) error {
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

// permissionsOf are those of an export, without any to execute; the owner's alone where it is gone. Who may
// read the export may read what is said about it.
func permissionsOf(source string) fs.FileMode {
	info, err := os.Stat(source)
	if err != nil {
		return 0o600
	}
	return info.Mode().Perm()&0o666 | 0o600
}

// syncFolder makes a rename durable.
func syncFolder(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
