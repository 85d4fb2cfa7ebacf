package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"time"

	"voucherbul/mapping"
)

const (
	sqlInsert = `INSERT INTO rows (run, file, number, cells, operation, beneficiario, key, request, problems, corrections,
		state, class, descrizione, advice, reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	// A row is sent from two states only; anything else would be a second submission.
	sqlSent = `UPDATE rows SET state = 'sent', sent_at = ?, first_sent_at = iif(first_sent_at = 0, ?, first_sent_at),
		attempts = attempts + 1 WHERE id = ? AND state IN ('planned', 'uncertain')`
	sqlRecord = `UPDATE rows SET state = ?, not_before = ?, in_doubt = ?, attempts = attempts - ?, settled_at = ?,
		first_sent_at = iif(attempts = ?, 0, first_sent_at), -- until an attempt counts, it was not sent
		settled_order = iif(?, 1 + (SELECT coalesce(max(h.settled_order), 0) FROM rows h
			WHERE h.beneficiario = rows.beneficiario AND h.settled_order > 0), 0), http = ?,
		esito = ?, descrizione = ?, fase = ?, data_operazione = ?, data_response = ?, class = ?, advice = ?, reason = ?,
		protocollo = ? WHERE id = ? AND state NOT IN ('accepted', 'already', 'rejected', 'invalid')`
	sqlAttempt = `INSERT INTO attempts (row, at, ended, kind, http, esito, wait, reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`

	// The terms of the indexes, to the letter: the database uses them for nothing less.
	openRows  = `state IN ('planned', 'pending', 'uncertain', 'sent')`
	doubtRows = `state IN ('uncertain', 'sent')`

	columns = `id, run, file, number, cells, operation, beneficiario, key, request, problems, corrections, state,
		not_before, attempts, in_doubt, first_sent_at, sent_at, settled_at, http, esito, descrizione, fase,
		data_operazione, data_response, class, advice, reason, protocollo`
)

// Plan adds rows to a run that is being planned, in the order given.
func (j *Journal) Plan(ctx context.Context, rows []Row) error {
	return j.writer.do(ctx, "planning rows", func(ctx context.Context, t transaction) error {
		for i := range rows {
			if err := insert(ctx, t, &rows[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

func insert(ctx context.Context, t transaction, r *Row) error {
	cells, err := list(r.Cells)
	if err != nil {
		return err
	}
	problems, err := list(r.Problems)
	if err != nil {
		return err
	}
	corrections, err := list(r.Corrections)
	if err != nil {
		return err
	}
	_, err = t.insert.ExecContext(ctx, r.Run, r.File, r.Number, cells, string(r.Operation), r.Beneficiario, r.Key, r.Request,
		problems, corrections, string(r.State), r.Class, r.Descrizione, r.Advice, r.Reason)
	return err
}

// Sent records that a row is about to be sent. It returns when that is on disk: only then may the first byte
// leave.
func (j *Journal) Sent(ctx context.Context, row int64, at time.Time) error {
	return j.writer.do(ctx, "recording a sending", func(ctx context.Context, t transaction) error {
		result, err := t.sent.ExecContext(ctx, millis(at), millis(at), row)
		return expectOne(result, err, row)
	})
}

// Record writes down what became of a row. It returns when that is on disk: only then may anybody see it.
func (j *Journal) Record(ctx context.Context, row int64, at time.Time, c Change) error {
	return j.writer.do(ctx, "recording an outcome", func(ctx context.Context, t transaction) error {
		return record(ctx, t, row, at, c)
	})
}

func record(ctx context.Context, t transaction, row int64, at time.Time, c Change) error {
	settled := time.Time{}
	if c.State.Settled() {
		settled = at
	}
	free := 0
	if c.Free {
		free = 1
	}
	// The platform holds what an exchange has shown it to hold; a row that the journal settles is no new fact.
	held := (c.State == Accepted || c.State == Already) && c.Attempt != nil
	o := c.Outcome
	result, err := t.record.ExecContext(ctx, string(c.State), millis(c.NotBefore), c.InDoubt, free, millis(settled), free, held, o.HTTP,
		o.Esito, o.Descrizione, o.FaseOperativa, o.DataOperazione, o.DataResponse, o.Class, o.Advice, o.Reason, o.Protocollo, row)
	if err := expectOne(result, err, row); err != nil {
		return err
	}
	if a := c.Attempt; a != nil {
		_, err = t.attempt.ExecContext(ctx, row, millis(a.At), millis(a.Ended), a.Kind, a.HTTP, a.Esito, a.Wait.Milliseconds(), a.Reason)
	}
	return err
}

// Settlement settles a row without an exchange.
type Settlement struct {
	Row     int64
	State   State
	Outcome Outcome
}

// Settle records several settlements together.
func (j *Journal) Settle(ctx context.Context, at time.Time, settlements []Settlement) error {
	if len(settlements) == 0 {
		return nil
	}
	return j.writer.do(ctx, "settling rows", func(ctx context.Context, t transaction) error {
		for _, s := range settlements {
			if err := record(ctx, t, s.Row, at, Change{State: s.State, Outcome: s.Outcome}); err != nil {
				return err
			}
		}
		return nil
	})
}

// expectOne turns a change of the wrong state into an error: it would be a bug, and money.
func expectOne(result sql.Result, err error, row int64) error {
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n != 1 {
		return errors.Join(err, fmt.Errorf("row %d is not in a state that permits this", row))
	}
	return nil
}

// ToSend lists rows of a run that wait to be sent, after the row with ID after, in file order.
func (j *Journal) ToSend(ctx context.Context, run string, after int64, limit int) ([]Row, error) {
	return j.query(ctx, `run = ? AND id > ? AND `+openRows+` AND state = 'planned' ORDER BY id LIMIT ?`, run, after, limit)
}

// InDoubt lists the uncertain rows of every run, oldest first: they come before anything new of the same
// beneficiary.
func (j *Journal) InDoubt(ctx context.Context) ([]Row, error) {
	return j.query(ctx, doubtRows+` AND state = 'uncertain' ORDER BY id`)
}

// Rows walks through the rows of a file in file order.
func (j *Journal) Rows(ctx context.Context, file int64) iter.Seq2[Row, error] {
	const page = 1000
	return func(yield func(Row, error) bool) {
		for after := int64(0); ; {
			rows, err := j.query(ctx, `file = ? AND id > ? ORDER BY id LIMIT ?`, file, after, page)
			if err != nil {
				yield(Row{}, err)
				return
			}
			for _, r := range rows {
				if !yield(r, nil) {
					return
				}
				after = r.ID
			}
			if len(rows) < page {
				return
			}
		}
	}
}

// Attempts lists what was tried for a row, in order.
func (j *Journal) Attempts(ctx context.Context, row int64) ([]Attempt, error) {
	rows, err := j.reads.QueryContext(ctx, `SELECT at, ended, kind, http, esito, wait, reason FROM attempts WHERE row = ? ORDER BY id`, row)
	if err != nil {
		return nil, j.readError("reading attempts", err)
	}
	defer rows.Close()
	var attempts []Attempt
	for rows.Next() {
		var a Attempt
		var at, ended, wait int64
		if err := rows.Scan(&at, &ended, &a.Kind, &a.HTTP, &a.Esito, &wait, &a.Reason); err != nil {
			return nil, j.readError("reading attempts", err)
		}
		a.At, a.Ended, a.Wait = fromMillis(at), fromMillis(ended), time.Duration(wait)*time.Millisecond
		attempts = append(attempts, a)
	}
	return attempts, rows.Err()
}

func (j *Journal) query(ctx context.Context, where string, args ...any) ([]Row, error) {
	rows, err := j.reads.QueryContext(ctx, `SELECT `+columns+` FROM rows WHERE `+where, args...)
	if err != nil {
		return nil, j.readError("reading rows", err)
	}
	defer rows.Close()
	var found []Row
	for rows.Next() {
		r, err := scan(rows)
		if err != nil {
			return nil, j.readError("reading rows", err)
		}
		found = append(found, r)
	}
	if err := rows.Err(); err != nil {
		return nil, j.readError("reading rows", err)
	}
	return found, nil
}

func scan(rows *sql.Rows) (Row, error) {
	var r Row
	var cells, problems, corrections string
	var notBefore, firstSent, sent, settled int64
	err := rows.Scan(&r.ID, &r.Run, &r.File, &r.Number, &cells, &r.Operation, &r.Beneficiario, &r.Key, &r.Request, &problems,
		&corrections, &r.State, &notBefore, &r.Attempts, &r.InDoubt, &firstSent, &sent, &settled, &r.HTTP, &r.Esito,
		&r.Descrizione, &r.FaseOperativa, &r.DataOperazione, &r.DataResponse, &r.Class, &r.Advice, &r.Reason, &r.Protocollo)
	if err != nil {
		return Row{}, err
	}
	r.NotBefore, r.FirstSentAt, r.SentAt, r.SettledAt = fromMillis(notBefore), fromMillis(firstSent), fromMillis(sent), fromMillis(settled)
	if r.Cells, err = fromList[string](cells); err != nil {
		return Row{}, err
	}
	if r.Problems, err = fromList[mapping.Problem](problems); err != nil {
		return Row{}, err
	}
	r.Corrections, err = fromList[mapping.Correction](corrections)
	return r, err
}
