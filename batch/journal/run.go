package journal

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// Run is one run of the program over some files.
type Run struct {
	ID          string
	Fingerprint string
	StartedAt   time.Time
	EndedAt     time.Time // zero while it runs, or where it was killed
	Reason      string    // why it ended early
}

// File is one export within a run.
type File struct {
	ID      int64
	Run     string
	Path    string
	SHA256  string
	Header  []string
	Unread  []string // columns that no field knows
	Remarks []string // Italian sentences about the file as a whole
}

// Unfinished finds the latest run with this fingerprint that still has rows to send or to clear up, or whose
// outcome nobody has been told: the same command again takes it up. ok is false where there is none.
func (j *Journal) Unfinished(ctx context.Context, fingerprint string) (run Run, ok bool, err error) {
	var started int64
	err = j.reads.QueryRowContext(ctx, `SELECT id, fingerprint, started_at FROM runs
		WHERE fingerprint = ? AND planned_at > 0 AND (reported_at = 0 OR EXISTS (SELECT 1 FROM rows
			WHERE rows.run = runs.id AND `+openRows+`))
		ORDER BY started_at DESC LIMIT 1`, fingerprint).Scan(&run.ID, &run.Fingerprint, &started)
	if errors.Is(err, sql.ErrNoRows) {
		return Run{}, false, nil
	}
	if err != nil {
		return Run{}, false, j.readError("looking for an unfinished run", err)
	}
	run.StartedAt = fromMillis(started)
	return run, true, nil
}

// Begin starts a run. Runs whose plan was never finished are removed: nothing of them was sent.
func (j *Journal) Begin(ctx context.Context, run Run) error {
	return j.writer.do(ctx, "starting a run", func(ctx context.Context, t transaction) error {
		for _, query := range []string{
			`DELETE FROM rows WHERE run IN (SELECT id FROM runs WHERE planned_at = 0)`,
			`DELETE FROM files WHERE run IN (SELECT id FROM runs WHERE planned_at = 0)`,
			`DELETE FROM runs WHERE planned_at = 0`,
		} {
			if _, err := t.tx.ExecContext(ctx, query); err != nil {
				return err
			}
		}
		_, err := t.tx.ExecContext(ctx, `INSERT INTO runs (id, fingerprint, started_at) VALUES (?, ?, ?)`,
			run.ID, run.Fingerprint, millis(run.StartedAt))
		return err
	})
}

// AddFile adds a file to a run that is being planned and returns its ID.
func (j *Journal) AddFile(ctx context.Context, f File) (id int64, err error) {
	err = j.writer.do(ctx, "adding a file", func(ctx context.Context, t transaction) error {
		header, err := list(f.Header)
		if err != nil {
			return err
		}
		unread, err := list(f.Unread)
		if err != nil {
			return err
		}
		result, err := t.tx.ExecContext(ctx, `INSERT INTO files (run, path, sha256, header, unread) VALUES (?, ?, ?, ?, ?)`,
			f.Run, f.Path, f.SHA256, header, unread)
		if err != nil {
			return err
		}
		id, err = result.LastInsertId()
		return err
	})
	return id, err
}

// Remark keeps what is to be said of a file of a run that is being planned.
func (j *Journal) Remark(ctx context.Context, file int64, remarks []string) error {
	return j.writer.do(ctx, "adding remarks", func(ctx context.Context, t transaction) error {
		text, err := list(remarks)
		if err != nil {
			return err
		}
		_, err = t.tx.ExecContext(ctx, `UPDATE files SET remarks = ? WHERE id = ?`, text, file)
		return err
	})
}

// Planned says that every row of the run is in the journal: from here on rows may be sent.
func (j *Journal) Planned(ctx context.Context, run string, at time.Time) error {
	return j.writer.do(ctx, "finishing a plan", func(ctx context.Context, t transaction) error {
		_, err := t.tx.ExecContext(ctx, `UPDATE runs SET planned_at = ? WHERE id = ?`, millis(at), run)
		return err
	})
}

// Resume makes a run ready to go on: rows that were held back are planned again.
func (j *Journal) Resume(ctx context.Context, run string) error {
	return j.writer.do(ctx, "resuming a run", func(ctx context.Context, t transaction) error {
		if _, err := t.tx.ExecContext(ctx, `UPDATE runs SET ended_at = 0, reason = '' WHERE id = ?`, run); err != nil {
			return err
		}
		_, err := t.tx.ExecContext(ctx, `UPDATE rows SET state = 'planned', reason = '', descrizione = '', advice = '' WHERE run = ? AND state = 'pending'`, run)
		return err
	})
}

// Recover finds the rows, of whatever run, that were on their way when a process died: nobody knows what
// became of them, so nothing is left of an earlier answer but what lost says. They may go on at their sending
// time plus settle.
func (j *Journal) Recover(ctx context.Context, settle time.Duration, lost Outcome) (rows int64, err error) {
	err = j.writer.do(ctx, "recovering rows in doubt", func(ctx context.Context, t transaction) error {
		result, err := t.tx.ExecContext(ctx, `UPDATE rows SET state = 'uncertain', in_doubt = 1, not_before = sent_at + ?,
			http = 0, esito = '', fase = '', data_operazione = '', data_response = '', class = ?, descrizione = ?, advice = ?, reason = ? WHERE `+doubtRows+` AND state = 'sent'`, settle.Milliseconds(),
			lost.Class, lost.Descrizione, lost.Advice, lost.Reason)
		if err != nil {
			return err
		}
		rows, err = result.RowsAffected()
		return err
	})
	return rows, err
}

// Finish ends a run: what was not sent stays for the next time, and left says why. reason is why the whole run
// ended early, "" where it did not.
func (j *Journal) Finish(ctx context.Context, run string, at time.Time, reason string, left Outcome) error {
	return j.writer.do(ctx, "ending a run", func(ctx context.Context, t transaction) error {
		if _, err := t.tx.ExecContext(ctx, `UPDATE rows SET state = 'pending', reason = ?, descrizione = ?, advice = ?
			WHERE run = ? AND state = 'planned'`, left.Reason, left.Descrizione, left.Advice, run); err != nil {
			return err
		}
		_, err := t.tx.ExecContext(ctx, `UPDATE runs SET ended_at = ?, reason = ? WHERE id = ?`, millis(at), reason, run)
		return err
	})
}

// Reported says that the outcomes of a run have been written.
func (j *Journal) Reported(ctx context.Context, run string, at time.Time) error {
	return j.writer.do(ctx, "noting a report", func(ctx context.Context, t transaction) error {
		_, err := t.tx.ExecContext(ctx, `UPDATE runs SET reported_at = ? WHERE id = ?`, millis(at), run)
		return err
	})
}

// Files lists the files of a run in the order they were given.
func (j *Journal) Files(ctx context.Context, run string) ([]File, error) {
	rows, err := j.reads.QueryContext(ctx, `SELECT id, run, path, sha256, header, unread, remarks FROM files WHERE run = ? ORDER BY id`, run)
	if err != nil {
		return nil, j.readError("listing files", err)
	}
	defer rows.Close()
	var files []File
	for rows.Next() {
		var f File
		var header, unread, remarks string
		if err := rows.Scan(&f.ID, &f.Run, &f.Path, &f.SHA256, &header, &unread, &remarks); err != nil {
			return nil, j.readError("listing files", err)
		}
		for _, l := range []struct {
			text string
			to   *[]string
		}{{header, &f.Header}, {unread, &f.Unread}, {remarks, &f.Remarks}} {
			if *l.to, err = fromList[string](l.text); err != nil {
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
func (j *Journal) Counts(ctx context.Context, file int64) (map[State]int, error) {
	rows, err := j.reads.QueryContext(ctx, `SELECT state, count(*) FROM rows WHERE file = ? GROUP BY state`, file)
	if err != nil {
		return nil, j.readError("counting rows", err)
	}
	defer rows.Close()
	counts := map[State]int{}
	for rows.Next() {
		var state State
		var n int
		if err := rows.Scan(&state, &n); err != nil {
			return nil, j.readError("counting rows", err)
		}
		counts[state] = n
	}
	if err := rows.Err(); err != nil {
		return nil, j.readError("counting rows", err)
	}
	return counts, nil
}

func (j *Journal) readError(op string, err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err // the caller has lost interest: nothing is wrong with the journal
	}
	return &Error{Path: j.path, Op: op, Err: err}
}
