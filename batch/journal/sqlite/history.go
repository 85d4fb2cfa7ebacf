package sqlite

import (
	"context"
	"database/sql"
	"errors"

	"voucherbul/batch/journal"
)

const (
	// acquiredRows are the requests that the platform holds, as an exchange has shown; a row that was settled because
	// the journal had it is none.
	acquiredRows = `s.held > 0`

	// acquiredColumns are what a [Acquired] is read from.
	acquiredColumns = rowID + `, o.operation, o.key, o.number, s.settled_at, s.data_operazione, s.fase, o.request`

	sqlAcquired = `SELECT ` + acquiredColumns + ` FROM people p
		JOIN orders o ON o.id = p.id JOIN states s ON s.id = p.id JOIN files f ON f.id = o.file
		WHERE p.who = ? AND o.beneficiario = ? AND ` + acquiredRows
	sqlLatest = sqlAcquired + ` ORDER BY s.held DESC LIMIT 1`
	// Rows are numbered as they are planned: a higher number was planned later, and accepted later still.
	sqlSince = sqlAcquired + ` AND o.key = ? AND f.run <> ? AND o.id > ? ORDER BY s.held DESC LIMIT 1`
	// What was accepted later than a row was planned may have been planned before it, where it was in doubt.
	sqlSameOrder = `SELECT ` + acquiredColumns + `
		FROM again m JOIN again e ON e.root = m.root JOIN orders o ON o.id = e.id JOIN states s ON s.id = e.id JOIN files f ON f.id = o.file
		WHERE m.id = ? AND ` + acquiredRows + ` ORDER BY s.held DESC LIMIT 1`
	sqlHistory = sqlAcquired + ` ORDER BY s.held`
)

// AcquiredFor finds out whether a planned row would repeat a request that the platform has. There are three cases: the request
// is the latest acquired one of its beneficiary, another run has had it accepted since the row was planned, or an earlier
// attempt at the same order turned out to be accepted.
func (j *Journal) AcquiredFor(ctx context.Context, row journal.Row) (acquired journal.Acquired, ok bool, err error) {
	acquired, ok, err = oneAcquired(j.asked.latest.QueryRowContext(ctx, hashOf(row.Beneficiario), row.Beneficiario))
	if err == nil && ok && acquired.Key != row.Key {
		var order int64
		if order, err = j.mustBe(ctx, row.ID); err == nil {
			acquired, ok, err = oneAcquired(j.asked.since.QueryRowContext(ctx, hashOf(row.Beneficiario), row.Beneficiario, row.Key, row.ID.Run, order))
		}
		if err == nil && !ok {
			acquired, ok, err = oneAcquired(j.asked.sameOrder.QueryRowContext(ctx, order))
		}
	}
	if err != nil {
		return journal.Acquired{}, false, j.readError("looking for an accepted request", err)
	}
	return acquired, ok, nil
}

func oneAcquired(row *sql.Row) (journal.Acquired, bool, error) {
	acquired, err := scanAcquired(row)
	if errors.Is(err, sql.ErrNoRows) {
		return journal.Acquired{}, false, nil
	}
	return acquired, err == nil, err
}

// scanAcquired reads acquiredColumns, and what a query has behind them.
func scanAcquired(row interface{ Scan(...any) error }, behind ...any) (acquired journal.Acquired, err error) {
	var settled int64
	run, file, place := target(&acquired.ID)
	err = row.Scan(append([]any{run, file, place, &acquired.Operation, &acquired.Key, &acquired.Number, &settled, &acquired.DataOperazione,
		&acquired.FaseOperativa, &acquired.Request}, behind...)...)
	acquired.SettledAt = fromMillis(settled)
	return acquired, err
}

// History lists what the platform holds for a beneficiary because we sent it, oldest first.
func (j *Journal) History(ctx context.Context, beneficiario string) ([]journal.Acquired, error) {
	rows, err := j.asked.history.QueryContext(ctx, hashOf(beneficiario), beneficiario)
	history, err := linesOf(rows, err, func(rows *sql.Rows) (journal.Acquired, error) { return scanAcquired(rows) })
	if err != nil {
		return nil, j.readError("reading a history", err)
	}
	return history, nil
}
