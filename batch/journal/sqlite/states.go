package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"voucherbul/batch/journal"
)

const (
	// A row is sent from two states only; anything else would be a second submission.
	sqlSent      = `INSERT INTO states (id, state, attempts, first_sent_at, sent_at) VALUES `
	sqlSentRow   = `(?, 'sent', 1, ?, ?)`
	sqlSentAgain = `
		ON CONFLICT (id) DO UPDATE SET state = 'sent', sent_at = excluded.sent_at, attempts = states.attempts + 1,
			first_sent_at = iif(states.first_sent_at = 0, excluded.sent_at, states.first_sent_at)
		WHERE states.state IN ('planned', 'uncertain')`
	// What is settled stays so. The attempts that are given are those that do not count: until one counts, a row was not sent.
	sqlRecord = `INSERT INTO states (id, state, not_before, in_doubt, settled_at, held, http, esito, descrizione, fase, data_operazione,
			data_response, class, code, args, advice, reason, protocollo, fields, lone, attempts) VALUES `
	sqlRecordRow   = `(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	sqlRecordAgain = `
		ON CONFLICT (id) DO UPDATE SET state = excluded.state, not_before = excluded.not_before, in_doubt = excluded.in_doubt,
			settled_at = excluded.settled_at, held = excluded.held, http = excluded.http, esito = excluded.esito,
			descrizione = excluded.descrizione, fase = excluded.fase, data_operazione = excluded.data_operazione,
			data_response = excluded.data_response, class = excluded.class, code = excluded.code, args = excluded.args,
			advice = excluded.advice, reason = excluded.reason,
			protocollo = excluded.protocollo, fields = excluded.fields, lone = excluded.lone, attempts = states.attempts - excluded.attempts,
			first_sent_at = iif(states.attempts = excluded.attempts, 0, states.first_sent_at)
		WHERE states.state NOT IN ('accepted', 'already', 'rejected', 'invalid', 'skipped')`
	sqlEvent = `INSERT INTO attempts (row, number, at, ended, kind, http, esito, wait, code, args, reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`

	// together is how many rows one statement takes where several share a commit: most of its cost is its own, not the rows'.
	together = 8

	// The terms of the index, to the letter: the database uses it for nothing less.
	doubtRows = `in_doubt = 1 AND state IN ('uncertain', 'sent')`

	settledRows = `state IN ('accepted', 'already', 'rejected', 'invalid', 'skipped')`
)

// Sent records that a row is about to be sent. It returns when that is on disk: only then may the first byte
// leave.
func (o *Owner) Sent(ctx context.Context, row journal.RowID, at time.Time) error {
	return o.writer.put(ctx, "recording a sending", write{row: row, sent: &sending{at: millis(at)}, result: make(chan error, 1)})
}

// sending is a row that is about to be sent.
type sending struct{ row, at int64 }

// recordSent records sendings.
func recordSent(ctx context.Context, t transaction, sendings []sending) error {
	return inGroups(sendings, t.sent, t.sentMany, func(some []sending, statement *sql.Stmt) error {
		args, rows := make([]any, 0, 3*together), make([]int64, 0, together)
		for _, s := range some {
			args, rows = append(args, s.row, s.at, s.at), append(rows, s.row)
		}
		result, err := statement.ExecContext(ctx, args...)
		return expect(result, err, rows)
	})
}

// Record writes down what became of a row. It returns when that is on disk: only then may anybody see it.
func (o *Owner) Record(ctx context.Context, row journal.RowID, at time.Time, c journal.Change) error {
	return o.writer.put(ctx, "recording an outcome", write{row: row, record: &recording{at: millis(at), Change: c}, result: make(chan error, 1)})
}

// recording is what became of a row.
type recording struct {
	row, at int64
	journal.Change
}

// recordAll writes down what became of rows.
func recordAll(ctx context.Context, t transaction, recordings []recording) error {
	return inGroups(recordings, t.record, t.recordMany, func(some []recording, statement *sql.Stmt) error {
		args, rows := make([]any, 0, 21*together), make([]int64, 0, together)
		for i := range some {
			var err error
			if args, err = some[i].appendArgs(ctx, t, args); err != nil {
				return err
			}
			rows = append(rows, some[i].row)
		}
		result, err := statement.ExecContext(ctx, args...)
		return expect(result, err, rows)
	})
}

// appendArgs adds the parameters of a recording, and writes down its event.
func (r *recording) appendArgs(ctx context.Context, t transaction, args []any) ([]any, error) {
	settled, free, lone, held := int64(0), 0, false, int64(0)
	if r.State.Settled() {
		settled = r.at
	}
	if r.Free {
		free = 1
	}
	// The platform holds what an exchange has shown it to hold; a row that the journal settles is no new fact.
	if a := r.Event; a != nil {
		number, err := t.number(ctx)
		if err != nil {
			return nil, err
		}
		if r.State == journal.Accepted || r.State == journal.Already {
			held = number
		}
		if lone = r.Lone && settled > 0 && !r.Free; !lone {
			args, err := cellsText(a.Args)
			if err != nil {
				return nil, err
			}
			if _, err := t.event.ExecContext(ctx, r.row, number, millis(a.At), millis(a.Ended), a.Kind, a.HTTP, a.Esito, a.Wait.Milliseconds(), string(a.Code), args, a.Reason); err != nil {
				return nil, fmt.Errorf("row %d: %w", r.row, err)
			}
		}
	}
	o := &r.Outcome
	of, err := cellsText(o.Args)
	if err != nil {
		return nil, err
	}
	return append(args, r.row, string(r.State), millis(r.NotBefore), r.InDoubt, settled, held, o.HTTP, o.Esito, o.Descrizione,
		o.FaseOperativa, o.DataOperazione, o.DataResponse, o.Class, string(o.Code), of, o.Advice, o.Reason, o.Protocollo, strings.Join(o.Fields, ","), lone, free), nil
}

// inGroups does with a statement for many rows what it can, and the rest with one for a single row.
func inGroups[T any](all []T, single, many *sql.Stmt, do func(some []T, statement *sql.Stmt) error) error {
	for len(all) > 0 {
		statement, n := single, 1
		if len(all) >= together {
			statement, n = many, together
		}
		if err := do(all[:n], statement); err != nil {
			return err
		}
		all = all[n:]
	}
	return nil
}

// Settle records several settlements together.
func (o *Owner) Settle(ctx context.Context, at time.Time, settlements []journal.Settlement) error {
	if len(settlements) == 0 {
		return nil
	}
	return o.writer.do(ctx, "settling rows", func(ctx context.Context, t transaction) error {
		orders, err := t.orders(ctx, func(yield func(journal.RowID) bool) {
			for _, s := range settlements {
				if !yield(s.Row) {
					return
				}
			}
		})
		if err != nil {
			return err
		}
		recordings := make([]recording, len(settlements))
		for i, s := range settlements {
			recordings[i] = recording{orders[i], millis(at), journal.Change{State: s.State, Outcome: s.Outcome}}
		}
		return recordAll(ctx, t, recordings)
	})
}

// expect turns a change of the wrong state into an error: it would be a bug, and money.
func expect(result sql.Result, err error, rows []int64) error {
	if err != nil {
		return fmt.Errorf("rows %v: %w", rows, err)
	}
	if n, err := result.RowsAffected(); err != nil || n != int64(len(rows)) {
		return errors.Join(err, fmt.Errorf("one of the rows %v is not in a state that permits this", rows))
	}
	return nil
}

// recover finds the rows of all runs that were on their way when a process died. Nobody knows what became of them, so lost
// replaces any earlier answer. They may go on at their sending time plus settle.
func (o *Owner) recover(ctx context.Context, settle time.Duration, lost journal.Outcome) (rows int64, err error) {
	err = o.writer.do(ctx, "recovering rows in doubt", func(ctx context.Context, t transaction) error {
		// A row is on its way in a run that has not ended, or it was in doubt before.
		spans, err := collect(ctx, t.tx, func(rows *sql.Rows) (s span, err error) {
			err = rows.Scan(&s.first, &s.last)
			return s, err
		}, `SELECT min(first_row), max(last_row) FROM files
			WHERE first_row > 0 AND run IN (SELECT id FROM runs WHERE ended_at = 0 AND planned_at > 0) GROUP BY run`)
		if err != nil {
			return err
		}
		change := func(where string, args ...any) error {
			if err := lostExchanges(ctx, t, lost, where, args...); err != nil {
				return err
			}
			result, err := t.tx.ExecContext(ctx, `UPDATE states SET state = 'uncertain', in_doubt = 1, not_before = sent_at + ?,
				http = 0, esito = '', fields = '', fase = '', data_operazione = '', data_response = '', class = ?, code = ?, args = '', descrizione = ?, advice = ?, reason = ?
				WHERE state = 'sent' AND `+where, append([]any{settle.Milliseconds(), lost.Class, string(lost.Code), lost.Descrizione, lost.Advice, lost.Reason}, args...)...)
			if err != nil {
				return err
			}
			n, err := result.RowsAffected()
			rows += n
			return err
		}
		for _, s := range spans {
			if err := change(`id BETWEEN ? AND ?`, s.first, s.last); err != nil {
				return err
			}
		}
		return change(doubtRows)
	})
	return rows, err
}

// lostExchanges writes down the exchanges whose end nobody has seen: they are part of what happened to their rows.
func lostExchanges(ctx context.Context, t transaction, outcome journal.Outcome, where string, args ...any) error {
	type exchange struct{ row, at int64 }
	lost, err := collect(ctx, t.tx, func(rows *sql.Rows) (e exchange, err error) {
		err = rows.Scan(&e.row, &e.at)
		return e, err
	}, `SELECT id, sent_at FROM states WHERE state = 'sent' AND `+where, args...)
	if err != nil {
		return err
	}
	for _, e := range lost {
		number, err := t.number(ctx)
		if err != nil {
			return err
		}
		if _, err := t.event.ExecContext(ctx, e.row, number, e.at, 0, "send", 0, "", 0, string(outcome.Code), "", outcome.Reason); err != nil {
			return err
		}
	}
	return nil
}

// Events lists what happened to a row, in order.
func (j *Journal) Events(ctx context.Context, row journal.RowID) ([]journal.Event, error) {
	order, ok, err := j.orderOf(ctx, row)
	if err != nil {
		return nil, j.readError("reading the events of a row", err)
	}
	if !ok {
		return nil, nil
	}
	events, err := collect(ctx, j.reads, func(rows *sql.Rows) (a journal.Event, err error) {
		var at, ended, wait int64
		var args string
		if err = rows.Scan(&at, &ended, &a.Kind, &a.HTTP, &a.Esito, &wait, &a.Code, &args, &a.Reason); err != nil {
			return a, err
		}
		a.At, a.Ended, a.Wait = fromMillis(at), fromMillis(ended), time.Duration(wait)*time.Millisecond
		a.Args, err = cellsOf(args)
		return a, err
	}, sqlEvents, order, order)
	if err != nil {
		return nil, j.readError("reading the events of a row", err)
	}
	return events, nil
}

// sqlEvents puts together what stands apart: a lone exchange has no event beside it.
const sqlEvents = `SELECT sent_at, settled_at, 'send', http, esito, 0, code, args, reason FROM states WHERE id = ? AND lone = 1
	UNION ALL SELECT * FROM (SELECT at, ended, kind, http, esito, wait, code, args, reason FROM attempts WHERE row = ? ORDER BY number)`
