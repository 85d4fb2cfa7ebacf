package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"maps"
	"time"

	"voucherbul/batch/journal"
)

// Unfinished finds the latest run with this fingerprint that is not finished: rows are still to be sent or cleared up, or
// nobody has seen its outcome. The same command takes it up. ok is false where there is none.
func (j *Journal) Unfinished(ctx context.Context, fingerprint string) (run journal.Run, ok bool, err error) {
	type candidate struct {
		journal.Run
		reported bool
	}
	candidates, err := collect(ctx, j.reads, func(rows *sql.Rows) (c candidate, err error) {
		var started int64
		err = rows.Scan(&c.ID, &c.Fingerprint, &started, &c.reported)
		c.StartedAt = fromMillis(started)
		return c, err
	}, `SELECT id, fingerprint, started_at, reported_at > 0 FROM runs
		WHERE fingerprint = ? AND planned_at > 0 ORDER BY started_at DESC, rowid DESC`, fingerprint)
	if err != nil {
		return journal.Run{}, false, j.readError("looking for an unfinished run", err)
	}
	for _, c := range candidates {
		open := !c.reported
		if !open {
			if open, err = j.hasOpenRows(ctx, c.ID); err != nil {
				return journal.Run{}, false, j.readError("looking for an unfinished run", err)
			}
		}
		if open {
			return c.Run, true, nil
		}
	}
	return journal.Run{}, false, nil
}

// Begun implements [journal.Reader].
func (j *Journal) Begun(ctx context.Context, run string) (begun bool, err error) {
	all, err := spanOf(ctx, j.reads, run)
	if err == nil {
		err = j.reads.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM states WHERE id BETWEEN ? AND ? AND sent_at > 0)`, all.first, all.last).Scan(&begun)
	}
	if err != nil {
		return false, j.readError("asking whether a run has begun", err)
	}
	return begun, nil
}

// hasOpenRows reports whether rows of a run are not settled.
func (j *Journal) hasOpenRows(ctx context.Context, run string) (bool, error) {
	all, err := spanOf(ctx, j.reads, run)
	if err != nil {
		return false, err
	}
	var settled int64
	err = j.reads.QueryRowContext(ctx, `SELECT count(*) FROM states WHERE id BETWEEN ? AND ? AND `+settledRows, all.first, all.last).Scan(&settled)
	return settled < all.size(), err
}

// Resume makes a run ready to go on: rows that were kept back are planned again. Runs whose plan was never finished are
// removed, so that none of their rows passes for a later attempt.
func (o *Owner) Resume(ctx context.Context, run string) error {
	if err := o.beginPlan(run); err != nil { // it would remove the plan that is under way
		return err
	}
	defer o.endPlan()
	return o.writer.do(ctx, "resuming a run", func(ctx context.Context, t transaction) error {
		if err := dropUnplanned(ctx, t); err != nil {
			return err
		}
		all, err := spanOf(ctx, t.tx, run)
		if err != nil {
			return err
		}
		if _, err := t.tx.ExecContext(ctx, `UPDATE runs SET ended_at = 0, reported_at = 0, code = '', args = '', reason = '', motivo = '',
			left_descrizione = '', left_advice = '', left_code = '', left_args = '', left_reason = '' WHERE id = ?`, run); err != nil {
			return err
		}
		_, err = t.tx.ExecContext(ctx, `UPDATE states SET state = 'planned', code = '', args = '', reason = '', descrizione = '', advice = '', class = '', fase = '', http = 0, esito = '' WHERE id BETWEEN ? AND ? AND state = 'pending'`,
			all.first, all.last)
		return err
	})
}

// Finish ends a run: what was not sent stays for the next time as pending.
func (o *Owner) Finish(ctx context.Context, run string, end journal.End) error {
	return o.writer.do(ctx, "ending a run", func(ctx context.Context, t transaction) error {
		args, err := cellsText(end.Args)
		if err != nil {
			return err
		}
		leftArgs, err := cellsText(end.Left.Args)
		if err != nil {
			return err
		}
		_, err = t.tx.ExecContext(ctx, `UPDATE runs SET ended_at = ?, code = ?, args = ?, reason = ?, motivo = ?,
			left_descrizione = ?, left_advice = ?, left_code = ?, left_args = ?, left_reason = ? WHERE id = ?`,
			millis(end.At), string(end.Code), args, end.Reason, end.Motivo,
			end.Left.Descrizione, end.Left.Advice, string(end.Left.Code), leftArgs, end.Left.Reason, run)
		return err
	})
}

// sqlRuns are the runs that have a plan; a condition may follow.
const sqlRuns = `SELECT id, fingerprint, started_at, planned_at, ended_at, code, args, reason, motivo, environment, rate FROM runs WHERE planned_at > 0 `

func scanRun(rows *sql.Rows) (r journal.Run, err error) {
	var started, planned, ended int64
	var args string
	if err = rows.Scan(&r.ID, &r.Fingerprint, &started, &planned, &ended, &r.Code, &args, &r.Reason, &r.Motivo, &r.Environment, &r.Rate); err != nil {
		return r, err
	}
	r.StartedAt, r.PlannedAt, r.EndedAt = fromMillis(started), fromMillis(planned), fromMillis(ended)
	r.Args, err = cellsOf(args)
	return r, err
}

// Run finds a run; ok is false where there is none.
func (j *Journal) Run(ctx context.Context, id string) (run journal.Run, ok bool, err error) {
	found, err := collect(ctx, j.reads, scanRun, sqlRuns+`AND id = ?`, id)
	if err != nil {
		return journal.Run{}, false, j.readError("looking for a run", err)
	}
	if len(found) == 0 {
		return journal.Run{}, false, nil
	}
	return found[0], true, nil
}

// Reported says that the outcomes of a run have been written.
func (o *Owner) Reported(ctx context.Context, run string, at time.Time) error {
	return o.writer.do(ctx, "noting a report", func(ctx context.Context, t transaction) error {
		_, err := t.tx.ExecContext(ctx, `UPDATE runs SET reported_at = ? WHERE id = ?`, millis(at), run)
		return err
	})
}

// Files lists the files of a run in the order they were given.
func (j *Journal) Files(ctx context.Context, run string) ([]journal.File, error) {
	rows, err := j.reads.QueryContext(ctx, `SELECT place, path, sha256, sheet, header, columns, unread, remarks, first_row, last_row FROM files WHERE run = ? ORDER BY place`, run)
	if err != nil {
		return nil, j.readError("listing files", err)
	}
	defer rows.Close()
	var files []journal.File
	for rows.Next() {
		f := journal.File{ID: journal.FileID{Run: run}}
		var header, columns, unread, remarks string
		var orders span
		if err := rows.Scan(&f.ID.File, &f.Path, &f.SHA256, &f.Sheet, &header, &columns, &unread, &remarks, &orders.first, &orders.last); err != nil {
			return nil, j.readError("listing files", err)
		}
		f.Rows = int(orders.size())
		for _, l := range []struct {
			text string
			to   *[]string
		}{{header, &f.Header}, {unread, &f.Unread}, {remarks, &f.Remarks}} {
			if *l.to, err = fromList[string](l.text); err != nil {
				return nil, j.readError("listing files", err)
			}
		}
		if columns != "" {
			if err := json.Unmarshal([]byte(columns), &f.Columns); err != nil {
				return nil, j.readError("listing files", err)
			}
		}
		files = append(files, f)
	}
	if err := rows.Err(); err != nil {
		return nil, j.readError("listing files", err)
	}
	return files, nil
}

// Counts says how many rows of a file stand in each state.
func (j *Journal) Counts(ctx context.Context, file journal.FileID) (map[journal.State]int, error) {
	counts, err := j.counts(ctx, file)
	if err != nil {
		return nil, j.readError("counting rows", err)
	}
	return counts, nil
}

func (j *Journal) counts(ctx context.Context, file journal.FileID) (map[journal.State]int, error) {
	left, err := j.leftOf(ctx, file)
	if err != nil {
		return nil, err
	}
	states := journal.States()
	query := `SELECT count(*)`
	numbers, into := make([]int64, len(states)+1), make([]any, len(states)+1)
	into[0] = &numbers[0]
	for i, s := range states {
		query += `, coalesce(sum(state = '` + string(s) + `'), 0)`
		into[i+1] = &numbers[i+1]
	}
	if err := j.reads.QueryRowContext(ctx, query+` FROM states WHERE id BETWEEN ? AND ?`, left.orders.first, left.orders.last).Scan(into...); err != nil {
		return nil, err
	}
	counts := map[journal.State]int{}
	untouched := journal.Row{State: journal.Planned}
	left.explain(&untouched)
	for i, s := range states {
		if s == journal.Planned {
			s = untouched.State
		}
		counts[s] += int(numbers[i+1])
	}
	counts[untouched.State] += int(left.orders.size() - numbers[0])
	if untouched.State == journal.Pending {
		var shared int
		if err := j.reads.QueryRowContext(ctx, sqlSharedDoubts, left.orders.first, left.orders.last).Scan(&shared); err != nil {
			return nil, err
		}
		counts[journal.Pending] -= shared
		counts[journal.Uncertain] += shared
	}
	maps.DeleteFunc(counts, func(_ journal.State, n int) bool { return n == 0 })
	return counts, nil
}
