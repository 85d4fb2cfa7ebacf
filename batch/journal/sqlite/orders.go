package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"strings"

	"voucherbul/batch/journal"
	"voucherbul/mapping"
)

const (
	sqlInsert    = `INSERT INTO orders (id, file, number, cells, operation, beneficiario, who, key, request, problems, corrections, dates) VALUES `
	sqlInsertRow = `(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`

	// What an order is, and what has become of it; one without a line in states is as it was planned.
	sqlRows = `SELECT o.id, ` + rowID + `, o.number, o.cells, o.operation, o.beneficiario, o.key, o.request, o.problems, o.corrections, o.dates, ` + sqlState
	// The rows that are sent need less: their cells have been read, their problems do not keep them, and what they were told
	// before does not count any more.
	sqlToSend = `SELECT o.id, o.number, o.operation, o.beneficiario, o.key, o.request,
		EXISTS (SELECT 1 FROM people p WHERE p.who = o.who AND p.id <> o.id), s.id IS NULL, coalesce(s.not_before, 0), coalesce(s.attempts, 0),
		coalesce(s.in_doubt, 0), coalesce(s.first_sent_at, 0), coalesce(s.sent_at, 0) FROM orders o LEFT JOIN states s ON s.id = o.id `
	sqlState = `coalesce(s.state, 'planned'), coalesce(s.not_before, 0), coalesce(s.attempts, 0), coalesce(s.in_doubt, 0),
		coalesce(s.first_sent_at, 0), coalesce(s.sent_at, 0), coalesce(s.settled_at, 0), coalesce(s.http, 0), coalesce(s.esito, ''),
		coalesce(s.descrizione, ''), coalesce(s.fase, ''), coalesce(s.data_operazione, ''), coalesce(s.data_response, ''),
		coalesce(s.class, ''), coalesce(s.code, ''), coalesce(s.args, ''), coalesce(s.advice, ''), coalesce(s.reason, ''), coalesce(s.protocollo, ''),
		coalesce(s.fields, '')
		FROM orders o JOIN files f ON f.id = o.file LEFT JOIN states s ON s.id = o.id `
)

// Plan adds rows to a run that is being planned, in the order given: all of a file, then all of the next.
func (o *Owner) Plan(ctx context.Context, rows []journal.Row) error {
	if len(rows) == 0 {
		return nil
	}
	if err := o.planning(rows[0].ID.Run); err != nil {
		return err
	}
	return o.writer.do(ctx, "planning rows", func(ctx context.Context, t transaction) error {
		first := o.plan.last + 1
		err := inGroups(rows, t.insert, t.insertMany, func(some []journal.Row, statement *sql.Stmt) error {
			args := make([]any, 0, 12*together)
			for i := range some {
				var err error
				if args, err = o.plan.appendArgs(&some[i], args); err != nil {
					return err
				}
			}
			_, err := statement.ExecContext(ctx, args...)
			return err
		})
		if err != nil {
			return err
		}
		var known []recording // what is known of a row without sending it
		for i := range rows {
			if r := &rows[i]; r.State != journal.Planned {
				known = append(known, recording{row: first + int64(i), Change: journal.Change{State: r.State, Outcome: r.Outcome}})
			}
		}
		if err := recordAll(ctx, t, known); err != nil {
			return err
		}
		if err := o.joinGroups(ctx, t.tx, first, rows); err != nil {
			return err
		}
		return o.plan.stretchFiles(ctx, t.tx, first, rows)
	})
}

// stretchFiles notes which orders the files of the plan have now.
func (d *draft) stretchFiles(ctx context.Context, tx *sql.Tx, first int64, rows []journal.Row) error {
	for begin := 0; begin < len(rows); {
		end := begin + 1
		for end < len(rows) && rows[end].ID.File == rows[begin].ID.File {
			end++
		}
		if _, err := tx.ExecContext(ctx, `UPDATE files SET first_row = iif(first_row = 0, ?, first_row), last_row = ? WHERE id = ?`,
			first+int64(begin), first+int64(end)-1, d.files[rows[begin].ID.File-1]); err != nil {
			return err
		}
		begin = end
	}
	return nil
}

// appendArgs numbers an order, and adds the parameters of its line.
func (d *draft) appendArgs(r *journal.Row, args []any) ([]any, error) {
	if r.ID.Run != d.run || r.ID.File != len(d.files) {
		return nil, fmt.Errorf("a row of file %d of run %s: rows are planned behind their file, and before the next one", r.ID.File, r.ID.Run)
	}
	cells, err := cellsText(r.Cells)
	if err != nil {
		return nil, err
	}
	problems, err := list(r.Problems)
	if err != nil {
		return nil, err
	}
	corrections, err := list(r.Corrections)
	if err != nil {
		return nil, err
	}
	d.last++
	who := hashOf(r.Beneficiario)
	d.people = append(d.people, person{who: who, id: d.last})
	return append(args, d.last, d.files[r.ID.File-1], r.Number, cells, string(r.Operation), r.Beneficiario, who, r.Key, r.Request, problems, corrections, numbersText(r.Dates)), nil
}

// Warn adds to what is known to be doubtful in rows that are being planned.
func (o *Owner) Warn(ctx context.Context, warnings []journal.Warning) error {
	if len(warnings) == 0 {
		return nil
	}
	return o.writer.do(ctx, "adding warnings", func(ctx context.Context, t transaction) error {
		for _, w := range warnings {
			id, err := o.spans.mustBe(ctx, t.tx, w.Row)
			if err != nil {
				return err
			}
			var text string
			if err := t.tx.QueryRowContext(ctx, `SELECT problems FROM orders WHERE id = ?`, id).Scan(&text); err != nil {
				return err
			}
			problems, err := fromList[json.RawMessage](text)
			if err != nil {
				return err
			}
			added, err := json.Marshal(w.Problem)
			if err != nil {
				return err
			}
			if text, err = list(append(problems, added)); err != nil {
				return err
			}
			if _, err := t.tx.ExecContext(ctx, `UPDATE orders SET problems = ? WHERE id = ?`, text, id); err != nil {
				return err
			}
		}
		return nil
	})
}

// ToSend implements [journal.Reader].
func (j *Journal) ToSend(ctx context.Context, run string, after journal.RowID, limit int) ([]journal.Row, error) {
	files, err := spansOf(ctx, j.reads, run)
	var behind int64
	if err == nil && after != (journal.RowID{}) {
		behind, err = j.spans.mustBe(ctx, j.reads, after)
	}
	var ids []int64
	if err == nil && len(files) > 0 {
		ids, err = j.idsToSend(ctx, span{files[0].first, files[len(files)-1].last}, behind, limit)
	}
	if err != nil {
		return nil, j.readError("listing rows to send", err)
	}
	if len(ids) == 0 {
		return nil, nil
	}
	which, args := `o.id BETWEEN ? AND ?`, []any{ids[0], ids[len(ids)-1]}
	if ids[len(ids)-1]-ids[0] >= int64(len(ids)) { // others stand between them
		list, err := json.Marshal(ids)
		if err != nil {
			return nil, err
		}
		which, args = `o.id IN (SELECT value FROM json_each(?))`, []any{string(list)}
	}
	name := nameIn(files)
	rows, err := collect(ctx, j.reads, func(rows *sql.Rows) (journal.Row, error) {
		r := journal.Row{State: journal.Planned}
		var id, notBefore, firstSent, sent int64
		err := rows.Scan(&id, &r.Number, &r.Operation, &r.Beneficiario, &r.Key, &r.Request, &r.Shared, &r.Fresh, &notBefore, &r.Attempts,
			&r.InDoubt, &firstSent, &sent)
		r.ID, r.NotBefore, r.FirstSentAt, r.SentAt = name(id), fromMillis(notBefore), fromMillis(firstSent), fromMillis(sent)
		return r, err
	}, sqlToSend+`WHERE `+which+` ORDER BY o.id`, args...)
	if err != nil {
		return nil, j.readError("listing rows to send", err)
	}
	return rows, nil
}

// idsToSend walks through the states, which are narrow: what is not among them is to be sent too.
func (j *Journal) idsToSend(ctx context.Context, all span, after int64, limit int) (ids []int64, err error) {
	next := max(after+1, all.first)
	untouched := func(end int64) { // those below end that have no line
		for ; next < end && len(ids) < limit; next++ {
			ids = append(ids, next)
		}
	}
	rows, err := j.reads.QueryContext(ctx, `SELECT id, state = 'planned' FROM states WHERE id BETWEEN ? AND ? ORDER BY id`, next, all.last)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for len(ids) < limit && rows.Next() {
		var id int64
		var planned bool
		if err := rows.Scan(&id, &planned); err != nil {
			return nil, err
		}
		untouched(id)
		if planned && len(ids) < limit {
			ids = append(ids, id)
		}
		next = max(next, id+1)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	untouched(all.last + 1)
	return ids, nil
}

// InDoubt lists the uncertain rows of every run, oldest first: they come before anything new of the same beneficiary.
func (j *Journal) InDoubt(ctx context.Context) ([]journal.Row, error) {
	rows, err := collect(ctx, j.reads, scan, sqlRows+`WHERE s.id IN (SELECT id FROM states WHERE `+doubtRows+` AND state = 'uncertain') ORDER BY o.id`)
	if err != nil {
		return nil, j.readError("listing rows in doubt", err)
	}
	for i := range rows {
		rows[i].Shared = true
	}
	return rows, nil
}

// Find reads the rows of a run that have this number in their file: one in each of its files.
func (j *Journal) Find(ctx context.Context, run string, number int) ([]journal.Row, error) {
	all, err := spanOf(ctx, j.reads, run)
	if err != nil {
		return nil, j.readError("looking for a row", err)
	}
	rows, err := collect(ctx, j.reads, scan, sqlRows+`WHERE o.id BETWEEN ? AND ? AND o.number = ? ORDER BY o.id`, all.first, all.last, number)
	if err != nil {
		return nil, j.readError("looking for a row", err)
	}
	return rows, nil
}

// Rows walks through the rows of a file in file order. The next page is read while one is being used.
func (j *Journal) Rows(ctx context.Context, file journal.FileID) iter.Seq2[journal.Row, error] {
	const page = 1000
	return func(yield func(journal.Row, error) bool) {
		left, err := j.leftOf(ctx, file)
		if err != nil {
			yield(journal.Row{}, j.readError("reading rows", err))
			return
		}
		type read struct {
			rows []journal.Row
			err  error
		}
		fetch := func(next int64) <-chan read {
			got := make(chan read, 1)
			go func() {
				rows, err := collect(ctx, j.reads, scan, sqlRows+`WHERE o.id BETWEEN ? AND ? ORDER BY o.id LIMIT ?`, next, left.orders.last, page)
				if err == nil {
					err = j.addEarlier(ctx, rows, next)
				}
				got <- read{rows, err}
			}()
			return got
		}
		next := left.orders.first
		coming := fetch(next)
		for coming != nil {
			r := <-coming
			coming = nil
			if r.err != nil {
				yield(journal.Row{}, j.readError("reading rows", r.err))
				return
			}
			if len(r.rows) == page {
				next += page
				coming = fetch(next)
			}
			for i := range r.rows {
				left.explain(&r.rows[i])
				shareDoubt(&r.rows[i])
				if !yield(r.rows[i], nil) {
					if coming != nil {
						<-coming // nothing of ours goes on when the reader has left
					}
					return
				}
			}
		}
	}
}

// left is what is said of the rows that a run has left.
type left struct {
	orders  span
	ended   bool
	outcome journal.Outcome
}

func (j *Journal) leftOf(ctx context.Context, file journal.FileID) (l left, err error) {
	var args string
	err = j.reads.QueryRowContext(ctx, `SELECT f.first_row, f.last_row, r.ended_at > 0, r.left_descrizione, r.left_advice, r.left_code, r.left_args, r.left_reason
		FROM files f JOIN runs r ON r.id = f.run WHERE f.run = ? AND f.place = ?`, file.Run, file.File).
		Scan(&l.orders.first, &l.orders.last, &l.ended, &l.outcome.Descrizione, &l.outcome.Advice, &l.outcome.Code, &args, &l.outcome.Reason)
	if errors.Is(err, sql.ErrNoRows) {
		return left{orders: span{0, -1}}, nil
	}
	if err == nil {
		l.outcome.Args, err = cellsOf(args)
	}
	return l, err
}

// explain makes a row that its run has left a pending one: ending a run writes nothing into a million rows.
func (l left) explain(r *journal.Row) {
	if l.ended && r.State == journal.Planned {
		r.State = journal.Pending
		r.Descrizione, r.Advice, r.Code, r.Args, r.Reason = l.outcome.Descrizione, l.outcome.Advice, l.outcome.Code, l.outcome.Args, l.outcome.Reason
	}
}

// scan reads what sqlRows selects.
func scan(rows *sql.Rows) (journal.Row, error) {
	_, r, err := scanOrder(rows)
	return r, err
}

// scanOrder is scan for those who need the order's number too.
func scanOrder(rows *sql.Rows) (id int64, r journal.Row, err error) {
	run, file, place := target(&r.ID)
	var cells, problems, corrections, dates, args, fields string
	var notBefore, firstSent, sent, settled int64
	err = rows.Scan(&id, run, file, place, &r.Number, &cells, &r.Operation, &r.Beneficiario, &r.Key, &r.Request, &problems,
		&corrections, &dates, &r.State, &notBefore, &r.Attempts, &r.InDoubt, &firstSent, &sent, &settled, &r.HTTP, &r.Esito,
		&r.Descrizione, &r.FaseOperativa, &r.DataOperazione, &r.DataResponse, &r.Class, &r.Code, &args, &r.Advice, &r.Reason, &r.Protocollo, &fields)
	if err != nil {
		return 0, journal.Row{}, err
	}
	r.NotBefore, r.FirstSentAt, r.SentAt, r.SettledAt = fromMillis(notBefore), fromMillis(firstSent), fromMillis(sent), fromMillis(settled)
	if r.Cells, err = cellsOf(cells); err != nil {
		return 0, journal.Row{}, err
	}
	if r.Problems, err = fromList[mapping.Problem](problems); err != nil {
		return 0, journal.Row{}, err
	}
	if r.Corrections, err = fromList[mapping.Correction](corrections); err != nil {
		return 0, journal.Row{}, err
	}
	if r.Args, err = cellsOf(args); err != nil {
		return 0, journal.Row{}, err
	}
	if fields != "" {
		r.Fields = strings.Split(fields, ",")
	}
	r.Dates, err = numbersOf(dates)
	return id, r, err
}
