package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// queryer is a connection or a transaction.
type queryer interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// collect reads all that a query gives.
func collect[T any](ctx context.Context, from queryer, scan func(*sql.Rows) (T, error), query string, args ...any) ([]T, error) {
	rows, err := from.QueryContext(ctx, query, args...)
	return linesOf(rows, err, scan)
}

// linesOf reads the lines of an answer.
func linesOf[T any](rows *sql.Rows, err error, scan func(*sql.Rows) (T, error)) ([]T, error) {
	return linesInto(rows, err, func(rows *sql.Rows, to *T) (err error) {
		*to, err = scan(rows)
		return err
	})
}

// collectInto is collect for large lines: they are read where they stay.
func collectInto[T any](ctx context.Context, from queryer, scan func(*sql.Rows, *T) error, query string, args ...any) ([]T, error) {
	rows, err := from.QueryContext(ctx, query, args...)
	return linesInto(rows, err, scan)
}

// linesInto is linesOf for them.
func linesInto[T any](rows *sql.Rows, err error, scan func(*sql.Rows, *T) error) ([]T, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var found []T
	for rows.Next() {
		var none T
		found = append(found, none)
		if err := scan(rows, &found[len(found)-1]); err != nil {
			return nil, err
		}
	}
	return found, rows.Err()
}

// one reads a single value.
func one[T any](rows *sql.Rows) (value T, err error) {
	err = rows.Scan(&value)
	return value, err
}

// readError names what was being read. A caller who has lost interest gets his own error: nothing is wrong then.
func (j *Journal) readError(op string, err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return fault(j.path, op, err)
}

// millis is how the journal writes an instant: UTC, 0 for none.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func fromMillis(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}
