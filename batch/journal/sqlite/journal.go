// Package sqlite keeps the journal in one SQLite file on a local disk, for one machine.
//
// Changes of many goroutines share one commit, which syncs its log before anybody hears of it. A lock beside the file says who
// owns it; readers need none. It is the only package that speaks SQL, and it must not decide anything: states and times are
// the caller's.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"modernc.org/sqlite" // the driver "sqlite", in Go: the binary stays static
	sqlite3 "modernc.org/sqlite/lib"

	"voucherbul/batch/journal"
)

// readers is how many reads run at once.
const readers = 4

// Journal is one journal file, opened to be read. It is safe for use by several goroutines.
type Journal struct {
	path   string
	params string // of the database's name, see openWith
	reads  *sql.DB
	asked  asked // for every row or person
	spans  spans // of the files that rows were asked of
}

var _ journal.Journal = (*Journal)(nil)

// asked are the questions that are asked for every row or person: to prepare one costs more than to answer it.
type asked struct{ latest, since, sameOrder, history, keys, corrected *sql.Stmt }

// Open opens the journal at path to read it, making it where there is none, and brings one of an older release to this one.
// Others may own it meanwhile; [journal.ErrBusy] means that one of them is making it just now. Any other error is a
// [*journal.Error]. The caller closes.
func Open(ctx context.Context, path string) (*Journal, error) { return openWith(ctx, path, "") }

// openWith opens with further parameters of the database's name, each with an & before it: tests put a file
// system that fails below the journal. They win over those of dsn.
func openWith(ctx context.Context, path, params string) (*Journal, error) {
	fail := func(op string, err error) (*Journal, error) {
		if errors.Is(err, journal.ErrBusy) {
			return nil, err
		}
		return nil, fault(path, op, err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fail("creating its folder", err)
	}
	if name := networkFilesystem(filepath.Dir(path)); name != "" {
		return fail("opening it", fmt.Errorf("it is on a network file system (%s), where neither its lock nor its commits can be trusted: put it on a local disk", name))
	}
	if err := touch(path); err != nil {
		return fail("creating it", err)
	}
	j := &Journal{path: path, params: params}
	err := j.renew(ctx)
	if err == nil {
		err = j.openReads(ctx)
	}
	if err != nil {
		_ = j.Close() // the first error says why
		return fail("opening it", err)
	}
	return j, nil
}

// renewal is how long somebody else may take to make the tables, or to bring them to this release.
const renewal = 5 * time.Second

// renew makes the tables of a new journal, and brings those of an older release to this one. That writes, so whoever owns the
// journal has to let go of it; who does the same at this moment is waited for.
func (j *Journal) renew(ctx context.Context) error {
	steps, err := migrations()
	if err != nil {
		return err
	}
	patience, cancel := context.WithTimeout(ctx, renewal)
	defer cancel()
	for {
		version, err := j.version(ctx)
		if err != nil || version == len(steps) {
			return err
		}
		lock, err := j.lock(ctx)
		if err == nil {
			writes, err := j.openWrites(ctx)
			if err == nil {
				err = writes.Close()
			}
			return errors.Join(err, lock.Unlock())
		}
		if !errors.Is(err, journal.ErrBusy) {
			return err
		}
		if patience.Err() == nil {
			continue // to take the lock has lasted a while
		}
		if version > 0 {
			return fmt.Errorf("it is of another release (version %d, this one knows %d), which is using it now: wait for that to end", version, len(steps))
		}
		return err
	}
}

// version is the number of the release that the tables are of; 0 = there are none yet.
func (j *Journal) version(ctx context.Context) (version int, err error) {
	if info, err := os.Stat(j.path); err != nil || info.Size() == 0 {
		return 0, err
	}
	db, err := sql.Open("sqlite", dsn(j.path)+j.params+"&_pragma=query_only(1)")
	if err != nil {
		return 0, err
	}
	err = db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version)
	return version, errors.Join(err, db.Close())
}

func (j *Journal) openReads(ctx context.Context) (err error) {
	if j.reads, err = sql.Open("sqlite", dsn(j.path)+j.params+"&_pragma=query_only(1)"); err != nil {
		return err
	}
	j.reads.SetMaxOpenConns(readers)
	j.reads.SetMaxIdleConns(readers) // opening one costs more than a read
	for query, stmt := range map[string]**sql.Stmt{sqlLatest: &j.asked.latest, sqlSince: &j.asked.since, sqlSameOrder: &j.asked.sameOrder, sqlHistory: &j.asked.history,
		sqlKeys: &j.asked.keys, sqlCorrected: &j.asked.corrected} {
		if *stmt, err = j.reads.PrepareContext(ctx, query); err != nil {
			return err
		}
	}
	return nil
}

// Close lets go of the file. An owner has to be released before.
func (j *Journal) Close() error {
	if j.reads == nil {
		return nil
	}
	return j.reads.Close()
}

// Path is where the journal is.
func (j *Journal) Path() string { return j.path }

// touch makes the file readable by its owner only: it holds personal data. That there is one outlives a loss of power.
func touch(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(f.Chmod(0o600), f.Close(), syncPath(filepath.Dir(path)))
}

// dsn asks for a durable commit: FULL syncs the log at every one. The log is moved into the database when it has 32 MB: lines
// of states are written again and again while they are young.
func dsn(path string) string {
	pragmas := url.Values{"_pragma": {"journal_mode(WAL)", "wal_autocheckpoint(8000)", "synchronous(FULL)", "busy_timeout(5000)", "foreign_keys(1)"}}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + pragmas.Encode()
}

// fault says what could not be done with a journal.
func fault(path, op string, err error) error {
	// The database tells a disk without room for its index from a broken one by this number only.
	if failed := (*sqlite.Error)(nil); errors.As(err, &failed) && failed.Code() == sqlite3.SQLITE_IOERR_SHMSIZE {
		err = fmt.Errorf("%w: the disk is full", err)
	}
	return &journal.Error{Path: path, Op: op, Err: err}
}
