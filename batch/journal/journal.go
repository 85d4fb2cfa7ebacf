// Package journal is the durable memory of every row: what was planned, what was sent, what came back. It is
// the truth that reports are rendered from, and what makes a killed run resumable.
//
// A call that changes something returns when the change is on disk. Changes of many goroutines share one
// commit. It is the only package that speaks SQL; callers must not lean on the database behind it. It
// decides nothing: states and times are the caller's.
package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"

	"github.com/gofrs/flock"
	"modernc.org/sqlite" // the driver "sqlite", in Go: the binary stays static
	sqlite3 "modernc.org/sqlite/lib"
)

// ErrBusy says that another process has the journal open.
var ErrBusy = errors.New("another voucherbul is running with this journal")

// readers is how many reads run at once.
const readers = 4

// Error says that the journal could not be read or written. After a failed commit nobody knows whether it is
// on disk: nothing more is written, and the run has to stop and be started again.
type Error struct {
	Path string
	Op   string
	Err  error
}

func (e *Error) Error() string {
	hint := ""
	// The database tells a disk without room for its index from a broken one by this number only.
	if failed := (*sqlite.Error)(nil); errors.As(e.Err, &failed) && failed.Code() == sqlite3.SQLITE_IOERR_SHMSIZE {
		hint = ": the disk is full"
	}
	return fmt.Sprintf("journal %s: %s: %v%s", e.Path, e.Op, e.Err, hint)
}

func (e *Error) Unwrap() error { return e.Err }

// Journal is one journal file, opened by one process. It is safe for use by several goroutines.
type Journal struct {
	path   string
	lock   *flock.Flock
	reads  *sql.DB
	asked  asked // for every row or person
	writer *writer
	plan   draft // of the run that is being planned; the writer's own
	inUse  bool  // another process has it: it is only read
}

// asked are the questions that are asked for every row or person: to prepare one costs more than to answer it.
type asked struct{ latest, since, sameOrder, history, keys, corrected *sql.Stmt }

// Open opens the journal at path, making it where there is none. It returns [ErrBusy] where another process
// has it, and an [*Error] where it cannot be used. The caller closes.
func Open(ctx context.Context, path string) (*Journal, error) { return openWith(ctx, path, "") }

// openWith opens with further parameters of the database's name, each with an & before it: tests put a file
// system that fails below the journal. They win over those of dsn.
func openWith(ctx context.Context, path, params string) (*Journal, error) {
	fail := func(op string, err error) (*Journal, error) { return nil, &Error{Path: path, Op: op, Err: err} }
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fail("creating its folder", err)
	}
	if name := networkFilesystem(filepath.Dir(path)); name != "" {
		return fail("opening it", fmt.Errorf("it is on a network file system (%s), where neither its lock nor its commits can be trusted: put it on a local disk", name))
	}
	if err := touch(path); err != nil {
		return fail("creating it", err)
	}
	lock := flock.New(path+".lock", flock.SetPermissions(0o600))
	locked, err := lock.TryLock()
	if err != nil {
		return fail("locking it", err)
	}
	if !locked {
		return nil, ErrBusy
	}
	j := &Journal{path: path, lock: lock}
	if err := j.open(ctx, dsn(path)+params); err != nil {
		_ = j.Close() // the first error says why
		return fail("opening it", err)
	}
	return j, nil
}

// Look opens a journal to read it, also while another process writes to it: what that has committed is seen. The caller closes,
// and changes nothing.
func Look(ctx context.Context, path string) (*Journal, error) {
	j, err := Open(ctx, path)
	if !errors.Is(err, ErrBusy) {
		return j, err
	}
	j = &Journal{path: path, writer: endedWriter(path), inUse: true}
	err = j.openReads(ctx, dsn(path))
	if err == nil {
		err = current(ctx, j.reads)
	}
	if err != nil {
		_ = j.Close() // the first error says why
		return nil, &Error{Path: path, Op: "opening it to read", Err: err}
	}
	return j, nil
}

// InUse reports that another process has the journal: a run without an end may be under way there.
func (j *Journal) InUse() bool { return j.inUse }

func (j *Journal) open(ctx context.Context, name string) error {
	writes, err := sql.Open("sqlite", name)
	if err != nil {
		return err
	}
	writes.SetMaxOpenConns(1)
	var mode string
	if err := writes.QueryRowContext(ctx, "PRAGMA journal_mode").Scan(&mode); err != nil || mode != "wal" {
		if err == nil { // the database falls back without a word
			err = fmt.Errorf("this file system cannot keep a write-ahead log (journal_mode is %s): put it on a local disk", mode)
		}
		return errors.Join(err, writes.Close())
	}
	// If a process was killed after a failed sync, its log can be read but is not on the disk, and no later sync writes it
	// there. What this process adds behind it would be lost with it when the power fails. Moving it into the database writes
	// it anew.
	if _, err := writes.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		return errors.Join(err, writes.Close())
	}
	if err := migrate(ctx, writes); err != nil {
		return errors.Join(err, writes.Close())
	}
	if j.writer, err = startWriter(ctx, j.path, writes); err != nil {
		return errors.Join(err, writes.Close())
	}
	return j.openReads(ctx, name)
}

func (j *Journal) openReads(ctx context.Context, name string) (err error) {
	if j.reads, err = sql.Open("sqlite", name+"&_pragma=query_only(1)"); err != nil {
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

// Close waits for the writer and gives the lock back.
func (j *Journal) Close() error {
	var errs []error
	if j.writer != nil {
		errs = append(errs, j.writer.close())
	}
	if j.reads != nil {
		errs = append(errs, j.reads.Close())
	}
	if j.lock != nil {
		errs = append(errs, j.lock.Unlock())
	}
	return errors.Join(errs...)
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
