package journal

import (
	"context"
	"database/sql"
	"errors"
	"iter"
	"time"

	"voucherbul/mapping"
)

const (
	// heldRows are the requests that the platform holds, as an exchange has shown; a row that was settled because
	// the journal had it is none. The term is the one of an index, to the letter.
	heldRows = `settled_order > 0`

	sqlHeld   = `SELECT operation, key, run, number, settled_at, data_operazione FROM rows WHERE beneficiario = ? AND ` + heldRows
	sqlLatest = sqlHeld + ` ORDER BY settled_order DESC LIMIT 1`
	// Rows are numbered as they are planned: a higher number was planned later, and accepted later still.
	sqlSince   = sqlHeld + ` AND key = ? AND run <> ? AND id > ? ORDER BY settled_order DESC LIMIT 1`
	sqlHistory = sqlHeld + ` ORDER BY settled_order`
)

// Held is a request that the platform holds for a beneficiary.
type Held struct {
	Operation      mapping.Operation
	Key            string
	Run            string
	Number         int
	SettledAt      time.Time
	DataOperazione string // as the platform wrote it; "" where the answer was lost
}

// HeldFor finds out whether a planned row would repeat what the platform holds: its request is the latest one
// held of its beneficiary, or another run has had it accepted since the row was planned.
func (j *Journal) HeldFor(ctx context.Context, row Row) (held Held, ok bool, err error) {
	held, ok, err = oneHeld(j.latest.QueryRowContext(ctx, row.Beneficiario))
	if err == nil && ok && held.Key != row.Key {
		held, ok, err = oneHeld(j.since.QueryRowContext(ctx, row.Beneficiario, row.Key, row.Run, row.ID))
	}
	if err != nil {
		return Held{}, false, j.readError("looking for an accepted request", err)
	}
	return held, ok, nil
}

func oneHeld(row *sql.Row) (Held, bool, error) {
	held, err := scanHeld(row)
	if errors.Is(err, sql.ErrNoRows) {
		return Held{}, false, nil
	}
	return held, err == nil, err
}

func scanHeld(row interface{ Scan(...any) error }) (held Held, err error) {
	var settled int64
	err = row.Scan(&held.Operation, &held.Key, &held.Run, &held.Number, &settled, &held.DataOperazione)
	held.SettledAt = fromMillis(settled)
	return held, err
}

// Overlap is a beneficiary of a plan of whom the platform holds requests from earlier runs.
type Overlap struct {
	Rows    []PlannedRow    // of the plan, in file order
	History []Held          // oldest first
	Known   map[string]bool // keys that earlier runs have had, whatever became of them
}

// PlannedRow is what an Overlap says of a row.
type PlannedRow struct {
	ID     int64
	File   int64
	Number int
	Key    string

	Operation mapping.Operation
	Request   []byte // canonical
}

// Overlaps walks through the beneficiaries of a plan that have a history.
func (j *Journal) Overlaps(ctx context.Context, run string) iter.Seq2[Overlap, error] {
	return func(yield func(Overlap, error) bool) {
		fail := func(err error) { yield(Overlap{}, j.readError("comparing a plan with earlier runs", err)) }
		rows, err := j.reads.QueryContext(ctx, `SELECT r.id, r.file, r.number, r.key, r.operation, r.request, r.beneficiario FROM rows r
			WHERE r.run = ? AND r.state = 'planned' AND EXISTS (SELECT 1 FROM rows WHERE beneficiario = r.beneficiario AND `+heldRows+`)
			ORDER BY r.beneficiario, r.id`, run)
		if err != nil {
			fail(err)
			return
		}
		defer rows.Close()
		var current Overlap
		var who string
		for rows.Next() {
			var r PlannedRow
			var beneficiario string
			if err := rows.Scan(&r.ID, &r.File, &r.Number, &r.Key, &r.Operation, &r.Request, &beneficiario); err != nil {
				fail(err)
				return
			}
			if beneficiario != who {
				if len(current.Rows) > 0 && !yield(current, nil) {
					return
				}
				who, current = beneficiario, Overlap{}
				if current.History, err = j.History(ctx, who); err != nil {
					yield(Overlap{}, err)
					return
				}
				if current.Known, err = j.keysBefore(ctx, who, r.ID); err != nil {
					fail(err)
					return
				}
			}
			current.Rows = append(current.Rows, r)
		}
		if err := rows.Err(); err != nil {
			fail(err)
			return
		}
		if len(current.Rows) > 0 {
			yield(current, nil)
		}
	}
}

// keysBefore are the keys of a beneficiary's rows that were planned before the row with this ID.
func (j *Journal) keysBefore(ctx context.Context, beneficiario string, id int64) (map[string]bool, error) {
	rows, err := j.reads.QueryContext(ctx, `SELECT DISTINCT key FROM rows WHERE beneficiario = ? AND id < ?`, beneficiario, id)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	keys := map[string]bool{}
	for rows.Next() {
		var key string
		if err := rows.Scan(&key); err != nil {
			return nil, err
		}
		keys[key] = true
	}
	return keys, rows.Err()
}

// History lists what the platform holds for a beneficiary because we sent it, oldest first.
func (j *Journal) History(ctx context.Context, beneficiario string) ([]Held, error) {
	rows, err := j.reads.QueryContext(ctx, sqlHistory, beneficiario)
	if err != nil {
		return nil, j.readError("reading a history", err)
	}
	defer rows.Close()
	var history []Held
	for rows.Next() {
		held, err := scanHeld(rows)
		if err != nil {
			return nil, j.readError("reading a history", err)
		}
		history = append(history, held)
	}
	if err := rows.Err(); err != nil {
		return nil, j.readError("reading a history", err)
	}
	return history, nil
}
