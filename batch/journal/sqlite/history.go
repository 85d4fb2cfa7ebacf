package sqlite

import (
	"context"
	"database/sql"
	"errors"

	"voucherbul/batch/journal"
)

const (
	// heldRows are the requests that the platform holds, as an exchange has shown; a row that was settled because
	// the journal had it is none.
	heldRows = `s.held > 0`

	// heldColumns are what a [Held] is read from.
	heldColumns = rowID + `, o.operation, o.key, o.number, s.settled_at, s.data_operazione, s.fase, o.request`

	sqlHeld = `SELECT ` + heldColumns + ` FROM people p
		JOIN orders o ON o.id = p.id JOIN states s ON s.id = p.id JOIN files f ON f.id = o.file
		WHERE p.who = ? AND o.beneficiario = ? AND ` + heldRows
	sqlLatest = sqlHeld + ` ORDER BY s.held DESC LIMIT 1`
	// Rows are numbered as they are planned: a higher number was planned later, and accepted later still.
	sqlSince = sqlHeld + ` AND o.key = ? AND f.run <> ? AND o.id > ? ORDER BY s.held DESC LIMIT 1`
	// What was accepted later than a row was planned may have been planned before it, where it was in doubt.
	sqlSameOrder = `SELECT ` + heldColumns + `
		FROM again m JOIN again e ON e.root = m.root JOIN orders o ON o.id = e.id JOIN states s ON s.id = e.id JOIN files f ON f.id = o.file
		WHERE m.id = ? AND ` + heldRows + ` ORDER BY s.held DESC LIMIT 1`
	sqlHistory = sqlHeld + ` ORDER BY s.held`
)

// HeldFor finds out whether a planned row would repeat a request that the platform has. There are three cases: the request
// is the latest acquired one of its beneficiary, another run has had it accepted since the row was planned, or an earlier
// attempt at the same order turned out to be accepted.
func (j *Journal) HeldFor(ctx context.Context, row journal.Row) (held journal.Held, ok bool, err error) {
	held, ok, err = oneHeld(j.asked.latest.QueryRowContext(ctx, hashOf(row.Beneficiario), row.Beneficiario))
	if err == nil && ok && held.Key != row.Key {
		var order int64
		if order, err = j.spans.mustBe(ctx, j.reads, row.ID); err == nil {
			held, ok, err = oneHeld(j.asked.since.QueryRowContext(ctx, hashOf(row.Beneficiario), row.Beneficiario, row.Key, row.ID.Run, order))
		}
		if err == nil && !ok {
			held, ok, err = oneHeld(j.asked.sameOrder.QueryRowContext(ctx, order))
		}
	}
	if err != nil {
		return journal.Held{}, false, j.readError("looking for an accepted request", err)
	}
	return held, ok, nil
}

func oneHeld(row *sql.Row) (journal.Held, bool, error) {
	held, err := scanHeld(row)
	if errors.Is(err, sql.ErrNoRows) {
		return journal.Held{}, false, nil
	}
	return held, err == nil, err
}

// scanHeld reads heldColumns, and what a query has behind them.
func scanHeld(row interface{ Scan(...any) error }, behind ...any) (held journal.Held, err error) {
	var settled int64
	run, file, place := target(&held.ID)
	err = row.Scan(append([]any{run, file, place, &held.Operation, &held.Key, &held.Number, &settled, &held.DataOperazione,
		&held.FaseOperativa, &held.Request}, behind...)...)
	held.SettledAt = fromMillis(settled)
	return held, err
}

// History lists what the platform holds for a beneficiary because we sent it, oldest first.
func (j *Journal) History(ctx context.Context, beneficiario string) ([]journal.Held, error) {
	rows, err := j.asked.history.QueryContext(ctx, hashOf(beneficiario), beneficiario)
	history, err := linesOf(rows, err, func(rows *sql.Rows) (journal.Held, error) { return scanHeld(rows) })
	if err != nil {
		return nil, j.readError("reading a history", err)
	}
	return history, nil
}
