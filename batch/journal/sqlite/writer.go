package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"runtime"
	"strings"
	"sync"

	"voucherbul/batch/journal"
)

// batchLimit is how many changes share one commit at most: what 64 rows in flight can ask for, and more.
const batchLimit = 512

var errClosed = errors.New("the journal is closed")

// writer owns the only connection that writes. Changes that come while a commit is under way go into the
// next one together.
type writer struct {
	path   string
	db     *sql.DB
	queue  chan write
	closed chan struct{} // no more changes are taken
	ending sync.Once
	done   chan struct{} // the goroutine has ended

	numbers numbers                 // of events
	files   map[journal.FileID]span // that changes were about, where their runs have a plan

	mu     sync.Mutex
	broken error // the first failure; no change is tried after it

	statements statements
}

// write is one change: it runs in the transaction of its batch, and learns whether that was committed.
type write struct {
	change func(context.Context, transaction) error
	row    journal.RowID
	sent   *sending // of the row, instead of a change: these two are for every row that is sent
	record *recording
	result chan error
}

// transaction is what a change may use: prepared statements, bound to the batch.
type transaction struct {
	tx *sql.Tx
	statements
	numbers *numbers
	files   map[journal.FileID]span
}

type statements struct {
	sent, sentMany, record, recordMany, event, insert, insertMany *sql.Stmt
}

// in binds the statements to a transaction.
func (s statements) in(ctx context.Context, tx *sql.Tx) statements {
	for _, statement := range []**sql.Stmt{&s.sent, &s.sentMany, &s.record, &s.recordMany, &s.event, &s.insert, &s.insertMany} {
		*statement = tx.StmtContext(ctx, *statement)
	}
	return s
}

// numbers hands out rising numbers, which go on rising in the next process: they are set aside a thousand at a time.
type numbers struct{ next, end int64 }

func (t transaction) number(ctx context.Context) (int64, error) {
	const aside = 1000
	n := t.numbers
	if n.next == n.end {
		if err := t.tx.QueryRowContext(ctx, `UPDATE numbers SET next = next + ? RETURNING next`, aside).Scan(&n.end); err != nil {
			return 0, err
		}
		n.next = n.end - aside
	}
	n.next++
	return n.next - 1, nil
}

func startWriter(ctx context.Context, path string, db *sql.DB) (*writer, error) {
	w := &writer{path: path, db: db, queue: make(chan write, batchLimit), closed: make(chan struct{}), done: make(chan struct{}), files: map[journal.FileID]span{}}
	many := func(insert, row, again string) string {
		return insert + row + strings.Repeat(`, `+row, together-1) + again
	}
	for query, stmt := range map[string]**sql.Stmt{
		sqlSent + sqlSentRow + sqlSentAgain:           &w.statements.sent,
		many(sqlSent, sqlSentRow, sqlSentAgain):       &w.statements.sentMany,
		sqlRecord + sqlRecordRow + sqlRecordAgain:     &w.statements.record,
		many(sqlRecord, sqlRecordRow, sqlRecordAgain): &w.statements.recordMany,
		sqlEvent:                          &w.statements.event,
		sqlInsert + sqlInsertRow:          &w.statements.insert,
		many(sqlInsert, sqlInsertRow, ``): &w.statements.insertMany,
	} {
		prepared, err := db.PrepareContext(ctx, query)
		if err != nil {
			return nil, err
		}
		*stmt = prepared
	}
	go w.run()
	return w, nil
}

// do runs a change and returns when it is on disk, or with the reason why it may not be.
func (w *writer) do(ctx context.Context, op string, change func(context.Context, transaction) error) error {
	return w.put(ctx, op, write{change: change, result: make(chan error, 1)})
}

func (w *writer) put(ctx context.Context, op string, item write) error {
	if err := w.failure(); err != nil {
		return fault(w.path, op, err)
	}
	select {
	case w.queue <- item:
	case <-w.closed:
		return fault(w.path, op, errClosed)
	case <-ctx.Done():
		return ctx.Err()
	}
	// Once queued, the change happens whatever becomes of the context: wait and know.
	if err := w.outcome(item); err != nil {
		return fault(w.path, op, err)
	}
	return nil
}

// outcome waits for a queued change. One that was queued while the writer ended may never have been seen.
func (w *writer) outcome(item write) error {
	select {
	case err := <-item.result:
		return err
	case <-w.done:
	}
	select {
	case err := <-item.result:
		return err
	default:
		return errClosed
	}
}

func (w *writer) run() {
	defer close(w.done)
	for {
		select {
		case first := <-w.queue:
			w.commit(w.gather(first))
		case <-w.closed:
			for { // what was queued before the end is still done
				select {
				case first := <-w.queue:
					w.commit(w.gather(first))
				default:
					return
				}
			}
		}
	}
}

// gather takes what is waiting, and what is about to be: whoever can run now runs first. A commit costs as much for one
// change as for fifty.
func (w *writer) gather(first write) []write {
	batch := []write{first}
	for yielded := false; len(batch) < batchLimit; {
		select {
		case next := <-w.queue:
			batch = append(batch, next)
			continue
		default:
		}
		if yielded {
			break
		}
		runtime.Gosched()
		yielded = true
	}
	return batch
}

// commit runs a batch in one transaction. Where anything fails nothing of the batch counts as done, and the
// journal takes no more changes: after a failed commit only the file itself knows what is in it.
func (w *writer) commit(batch []write) {
	err := w.failure()
	if err == nil {
		if err = w.transact(batch); err != nil {
			w.mu.Lock()
			w.broken = err
			w.mu.Unlock()
		}
	}
	for _, item := range batch {
		item.result <- err
	}
}

func (w *writer) transact(batch []write) error {
	// The writer outlives the contexts of its callers: a commit is never cut short.
	ctx := context.Background()
	tx, err := w.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	bound := transaction{tx: tx, numbers: &w.numbers, files: w.files, statements: w.statements.in(ctx, tx)}
	// No other change of the batch is about the same row: each caller waits for his.
	var sendings []sending
	var recordings []recording
	for _, item := range batch {
		if err := item.take(ctx, bound, &sendings, &recordings); err != nil {
			return errors.Join(err, tx.Rollback())
		}
	}
	if err := recordSent(ctx, bound, sendings); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	if err := recordAll(ctx, bound, recordings); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

// take makes a change, or adds it to those that are made together.
func (w write) take(ctx context.Context, t transaction, sendings *[]sending, recordings *[]recording) error {
	if w.change != nil {
		return w.change(ctx, t)
	}
	order, err := t.order(ctx, w.row)
	if err != nil {
		return err
	}
	if w.sent != nil {
		*sendings = append(*sendings, sending{order, w.sent.at})
		return nil
	}
	*recordings = append(*recordings, recording{order, w.record.at, w.record.Change})
	return nil
}

func (w *writer) failure() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.broken
}

func (w *writer) close() error {
	w.ending.Do(func() { close(w.closed) })
	<-w.done
	if w.db == nil {
		return nil
	}
	return w.db.Close()
}
