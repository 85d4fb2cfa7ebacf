package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/gofrs/flock"

	"voucherbul/batch/journal"
)

// Owner is who changes a journal file: the lock beside it, and the only connection that writes. It is safe for use by several
// goroutines, but a plan is made by one.
type Owner struct {
	*Journal
	lockfile *flock.Flock
	writer   *writer
	plan     draft // of the run that is being planned; the writer's own

	mu       sync.Mutex
	underWay string // the run that is being planned; "" = none is

	ending   sync.Once
	released error
}

var _ journal.Owner = (*Owner)(nil)

// Own implements [journal.Journal].
func (j *Journal) Own(ctx context.Context, c journal.Claim) (journal.Owner, error) {
	o, err := j.own(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := o.recover(ctx, c.Settle, c.Lost); err != nil {
		return nil, errors.Join(err, o.Release())
	}
	return o, nil
}

// own takes the journal as it is.
func (j *Journal) own(ctx context.Context) (*Owner, error) {
	fail := func(op string, err error) (*Owner, error) {
		if errors.Is(err, journal.ErrBusy) {
			return nil, err
		}
		return nil, fault(j.path, op, err)
	}
	lock, err := j.lock(ctx)
	if err != nil {
		return fail("locking it", err)
	}
	o := &Owner{Journal: j, lockfile: lock}
	writes, err := j.openWrites(ctx)
	if err == nil {
		if o.writer, err = startWriter(ctx, j.path, writes); err != nil {
			err = errors.Join(err, writes.Close())
		}
	}
	if err != nil {
		_ = lock.Unlock() // the first error says why
		return fail("opening it", err)
	}
	return o, nil
}

// Release waits for the writer and gives the lock back. It may be called again.
func (o *Owner) Release() error {
	o.ending.Do(func() { o.released = errors.Join(o.writer.close(), o.lockfile.Unlock()) })
	return o.released
}

// probe is how long a lock is waited for: whoever only asks whether somebody has it takes it for a moment.
const probe = 250 * time.Millisecond

// lock takes the lock of the journal, or returns [journal.ErrBusy].
func (j *Journal) lock(ctx context.Context) (*flock.Flock, error) {
	lock := flock.New(j.path+".lock", flock.SetPermissions(0o600))
	short, cancel := context.WithTimeout(ctx, probe)
	defer cancel()
	locked, err := lock.TryLockContext(short, probe/20)
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case errors.Is(err, context.DeadlineExceeded), err == nil && !locked:
		return nil, journal.ErrBusy
	case err != nil:
		return nil, err
	}
	return lock, nil
}

// InUse implements [journal.Reader].
func (j *Journal) InUse(context.Context) bool {
	lock := flock.New(j.path+".lock", flock.SetPermissions(0o600))
	locked, err := lock.TryLock()
	if locked {
		err = lock.Unlock()
	}
	return err == nil && !locked
}

// openWrites opens the connection that writes; the caller has the lock.
func (j *Journal) openWrites(ctx context.Context) (*sql.DB, error) {
	writes, err := sql.Open("sqlite", dsn(j.path)+j.params)
	if err != nil {
		return nil, err
	}
	writes.SetMaxOpenConns(1)
	var mode string
	if err := writes.QueryRowContext(ctx, "PRAGMA journal_mode").Scan(&mode); err != nil || mode != "wal" {
		if err == nil { // the database falls back without a word
			err = fmt.Errorf("this file system cannot keep a write-ahead log (journal_mode is %s): put it on a local disk", mode)
		}
		return nil, errors.Join(err, writes.Close())
	}
	// Where a process was killed after a sync had failed, its log can be read and is not on the disk, nor would
	// any later sync bring it there: what this process adds behind it would go with it when the power fails.
	// Moving it into the database writes it anew. Whoever reads for longer than the busy timeout, a backup say, keeps the log
	// as it is; he must not keep a run from beginning, and a sync that failed just before is the rarer of the two.
	if _, err := writes.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		return nil, errors.Join(err, writes.Close())
	}
	if err := migrate(ctx, writes); err != nil {
		return nil, errors.Join(err, writes.Close())
	}
	return writes, nil
}

// Close releases the journal and lets go of its file.
func (o *Owner) Close() error { return errors.Join(o.Release(), o.Journal.Close()) }
