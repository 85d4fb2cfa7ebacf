package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"voucherbul/batch/journal"
)

const (
	sqlInsert    = `INSERT INTO orders (id, file, number, cells, operation, beneficiario, who, key, request, problems, corrections, dates) VALUES `
	sqlInsertRow = `(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
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
		orders, err := t.orders(ctx, func(yield func(journal.RowID) bool) {
			for _, w := range warnings {
				if !yield(w.Row) {
					return
				}
			}
		})
		if err != nil {
			return err
		}
		for i, w := range warnings {
			id := orders[i]
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
