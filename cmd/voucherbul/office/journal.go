package office

import (
	"context"
	"errors"
	"io/fs"
	"os"

	"voucherbul/batch/journal"
	"voucherbul/batch/journal/sqlite"
)

// NoJournalError is a journal that is not there: a command that looks into one must not make a new one.
type NoJournalError string

func (e NoJournalError) Error() string {
	return "there is no journal at " + string(e) + " (key journal)"
}
func (e NoJournalError) Is(target error) bool { return target == fs.ErrNotExist }

// openExisting opens a journal that is there, to read it: also while somebody owns it.
func openExisting(ctx context.Context, path string) (journal.Journal, error) {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil, NoJournalError(absolute(path))
	}
	return sqlite.Open(ctx, path)
}

// open opens the journal, and tells where it is a new one: a wrong path would forget every earlier submission without a word.
func (o Office) open(ctx context.Context, told *notices) (journal.Journal, error) {
	if _, err := os.Stat(o.Config.Journal); errors.Is(err, fs.ErrNotExist) {
		told.add(Notice{Kind: NewJournal, Path: absolute(o.Config.Journal)})
	}
	return sqlite.Open(ctx, o.Config.Journal)
}

// own takes a journal to change it. The caller releases.
func (o Office) own(ctx context.Context, j journal.Journal) (journal.Owner, error) {
	return j.Own(ctx, o.batchConfig().Claim())
}

// look opens the journal that is there, to read it, also while somebody owns it.
func (o Office) look(ctx context.Context, find func(journal.Reader) error) error {
	j, err := openExisting(ctx, o.Config.Journal)
	if err != nil {
		return err
	}
	defer j.Close() // nothing was written to it
	return find(j)
}

// Health is what a look through the whole journal has found.
type Health struct {
	Path string // of the journal, whole
	journal.Health
}

// Verify looks through the whole journal for damage. It repairs nothing.
func (o Office) Verify(ctx context.Context) (Health, error) {
	j, err := openExisting(ctx, o.Config.Journal)
	if err != nil {
		return Health{}, err
	}
	defer j.Close() // nothing was written to it
	h, err := j.Verify(ctx)
	return Health{Path: absolute(o.Config.Journal), Health: h}, err
}

// BackupOptions say where the copy goes.
type BackupOptions struct {
	To string // a file that is not there yet
}

// Backup copies the journal as it is at one instant, also while a run writes to it, and returns the whole path of what was
// copied. It replaces no file.
func (o Office) Backup(ctx context.Context, opt BackupOptions) (path string, err error) {
	if _, err := os.Stat(o.Config.Journal); errors.Is(err, fs.ErrNotExist) {
		return "", NoJournalError(absolute(o.Config.Journal))
	}
	err = sqlite.Backup(ctx, o.Config.Journal, opt.To)
	switch {
	case errors.Is(err, fs.ErrExist):
		return "", &WriteError{Path: opt.To, Err: errors.New("there is a file of this name already: give another name")}
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrPermission):
		return "", &WriteError{Path: opt.To, Err: err}
	}
	return absolute(o.Config.Journal), err
}
