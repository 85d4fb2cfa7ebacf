package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"iter"
	"strings"

	"voucherbul/batch/journal"
	"voucherbul/mapping"
)

const (
	sqlRows = `SELECT ` + sqlRow + `, ` + rowID + ` FROM orders o JOIN files f ON f.id = o.file LEFT JOIN states s ON s.id = o.id `
	// Those of one file need not ask for it with each row.
	sqlRowsOfFile = `SELECT ` + sqlRow + ` FROM orders o LEFT JOIN states s ON s.id = o.id WHERE o.id BETWEEN ? AND ? ORDER BY o.id LIMIT ?`
	// What an order is, and what has become of it; one without a line in states is as it was planned.
	sqlRow = `o.id, o.number, o.cells, o.operation, o.beneficiario, o.key, o.request, o.problems, o.corrections, o.dates,
		coalesce(s.state, 'planned'), coalesce(s.not_before, 0), coalesce(s.attempts, 0), coalesce(s.in_doubt, 0),
		coalesce(s.first_sent_at, 0), coalesce(s.sent_at, 0), coalesce(s.settled_at, 0), coalesce(s.http, 0), coalesce(s.esito, ''),
		coalesce(s.descrizione, ''), coalesce(s.fase, ''), coalesce(s.data_operazione, ''), coalesce(s.data_response, ''),
		coalesce(s.class, ''), coalesce(s.code, ''), coalesce(s.args, ''), coalesce(s.advice, ''), coalesce(s.reason, ''), coalesce(s.protocollo, ''),
		coalesce(s.fields, '')`
)

// Find reads the rows of a run that have this number in their file: one in each of its files.
func (j *Journal) Find(ctx context.Context, run string, number int) ([]journal.Row, error) {
	all, err := spanOf(ctx, j.reads, run)
	if err != nil {
		return nil, j.readError("looking for a row", err)
	}
	rows, err := collectInto(ctx, j.reads, scan, sqlRows+`WHERE o.id BETWEEN ? AND ? AND o.number = ? ORDER BY o.id`, all.first, all.last, number)
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
				rows, err := collectInto(ctx, j.reads, func(line *sql.Rows, row *journal.Row) error {
					order, err := scanRow(line, row)
					row.ID = file.Row(left.orders.place(order))
					return err
				}, sqlRowsOfFile, next, left.orders.last, page)
				if err == nil {
					err = j.addEarlier(ctx, rows, left.orders)
				}
				got <- read{rows, err}
			}()
			return got
		}
		coming := fetch(left.orders.first)
		for coming != nil {
			r := <-coming
			coming = nil
			if r.err != nil {
				yield(journal.Row{}, j.readError("reading rows", r.err))
				return
			}
			if len(r.rows) == page {
				coming = fetch(left.orders.order(r.rows[page-1]) + 1)
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
func scan(rows *sql.Rows, r *journal.Row) error {
	_, err := scanOrder(rows, r)
	return err
}

// scanOrder is scan for those who need the order's number too.
func scanOrder(rows *sql.Rows, r *journal.Row) (order int64, err error) {
	run, file, place := target(&r.ID)
	return scanRow(rows, r, run, file, place)
}

// scanRow reads sqlRow, and what a query has behind it.
func scanRow(rows *sql.Rows, r *journal.Row, behind ...any) (order int64, err error) {
	var cells, problems, corrections, dates, args, fields string
	var notBefore, firstSent, sent, settled int64
	err = rows.Scan(append([]any{&order, &r.Number, &cells, &r.Operation, &r.Beneficiario, &r.Key, &r.Request, &problems,
		&corrections, &dates, &r.State, &notBefore, &r.Attempts, &r.InDoubt, &firstSent, &sent, &settled, &r.HTTP, &r.Esito,
		&r.Descrizione, &r.FaseOperativa, &r.DataOperazione, &r.DataResponse, &r.Class, &r.Code, &args, &r.Advice, &r.Reason, &r.Protocollo, &fields}, behind...)...)
	if err != nil {
		return 0, err
	}
	r.NotBefore, r.FirstSentAt, r.SentAt, r.SettledAt = fromMillis(notBefore), fromMillis(firstSent), fromMillis(sent), fromMillis(settled)
	if r.Cells, err = cellsOf(cells); err != nil {
		return 0, err
	}
	if r.Problems, err = fromList[mapping.Problem](problems); err != nil {
		return 0, err
	}
	if r.Corrections, err = fromList[mapping.Correction](corrections); err != nil {
		return 0, err
	}
	if r.Args, err = cellsOf(args); err != nil {
		return 0, err
	}
	if fields != "" {
		r.Fields = strings.Split(fields, ",")
	}
	r.Dates, err = numbersOf(dates)
	return order, err
}
