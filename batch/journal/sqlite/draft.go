package sqlite

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"voucherbul/batch/journal"
)

// draft is what is known of the run that is being planned. Only changes use it, which come one after the other.
type draft struct {
	run    string
	before int64    // the last order of earlier runs
	last   int64    // the last order so far
	files  []int64  // the numbers of its files, in their order
	people []person // of its orders
}

// Begin starts a run. Runs whose plan was never finished are removed: nothing of them was sent. One run is planned at a time.
func (o *Owner) Begin(ctx context.Context, run journal.Run) error {
	if err := o.beginPlan(run.ID); err != nil {
		return err
	}
	err := o.writer.do(ctx, "starting a run", func(ctx context.Context, t transaction) error {
		if err := dropUnplanned(ctx, t); err != nil {
			return err
		}
		o.plan = draft{run: run.ID}
		if err := t.tx.QueryRowContext(ctx, `SELECT coalesce(max(id), 0) FROM orders`).Scan(&o.plan.before); err != nil {
			return err
		}
		o.plan.last = o.plan.before
		_, err := t.tx.ExecContext(ctx, `INSERT INTO runs (id, fingerprint, started_at, environment, rate) VALUES (?, ?, ?, ?, ?)`,
			run.ID, run.Fingerprint, millis(run.StartedAt), run.Environment, run.Rate)
		return err
	})
	if err != nil {
		o.endPlan()
	}
	return err
}

// beginPlan notes that a run is being planned.
func (o *Owner) beginPlan(run string) error {
	if err := o.writer.failure(); err != nil {
		return fault(o.path, "beginning a plan", err)
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.underWay != "" {
		return fmt.Errorf("run %s: %w", o.underWay, journal.ErrPlanning)
	}
	o.underWay = run
	return nil
}

func (o *Owner) endPlan() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.underWay = ""
}

// planning refuses what is to be added to a run that is not being planned.
func (o *Owner) planning(run string) error {
	if err := o.writer.failure(); err != nil {
		return fault(o.path, "adding to a plan", err)
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.underWay != run || run == "" {
		return fmt.Errorf("run %s: %w", run, journal.ErrNoPlan)
	}
	return nil
}

// dropUnplanned removes the runs whose plan was never finished.
func dropUnplanned(ctx context.Context, t transaction) error {
	const unplanned = `(SELECT id FROM runs WHERE planned_at = 0)`
	for _, query := range []string{
		`DELETE FROM again WHERE id IN (SELECT o.id FROM orders o JOIN files f ON o.id BETWEEN f.first_row AND f.last_row WHERE f.run IN ` + unplanned + `)`,
		`DELETE FROM states WHERE id IN (SELECT o.id FROM orders o JOIN files f ON o.id BETWEEN f.first_row AND f.last_row WHERE f.run IN ` + unplanned + `)`,
		`DELETE FROM orders WHERE id IN (SELECT o.id FROM orders o JOIN files f ON o.id BETWEEN f.first_row AND f.last_row WHERE f.run IN ` + unplanned + `)`,
		`DELETE FROM files WHERE run IN ` + unplanned,
		`DELETE FROM runs WHERE planned_at = 0`,
	} {
		if _, err := t.tx.ExecContext(ctx, query); err != nil {
			return err
		}
	}
	return nil
}

// AddFile implements [journal.Owner].
func (o *Owner) AddFile(ctx context.Context, f journal.File) (id journal.FileID, err error) {
	if err := o.planning(f.ID.Run); err != nil {
		return journal.FileID{}, err
	}
	err = o.writer.do(ctx, "adding a file", func(ctx context.Context, t transaction) error {
		header, err := list(f.Header)
		if err != nil {
			return err
		}
		unread, err := list(f.Unread)
		if err != nil {
			return err
		}
		columns := ""
		if f.Columns != nil {
			text, err := json.Marshal(f.Columns)
			if err != nil {
				return err
			}
			columns = string(text)
		}
		result, err := t.tx.ExecContext(ctx, `INSERT INTO files (run, place, path, sha256, sheet, header, columns, unread) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
			o.plan.run, len(o.plan.files)+1, f.Path, f.SHA256, f.Sheet, header, columns, unread)
		if err != nil {
			return err
		}
		number, err := result.LastInsertId()
		if err != nil {
			return err
		}
		o.plan.files = append(o.plan.files, number)
		id = journal.FileID{Run: o.plan.run, File: len(o.plan.files)}
		return nil
	})
	return id, err
}

// Remark keeps what is to be said of a file of a run that is being planned.
func (o *Owner) Remark(ctx context.Context, file journal.FileID, remarks []string) error {
	return o.writer.do(ctx, "adding remarks", func(ctx context.Context, t transaction) error {
		text, err := list(remarks)
		if err != nil {
			return err
		}
		_, err = t.tx.ExecContext(ctx, `UPDATE files SET remarks = ? WHERE run = ? AND place = ?`, text, file.Run, file.File)
		return err
	})
}

// Planned says that every row of the run is in the journal: from here on rows may be sent.
func (o *Owner) Planned(ctx context.Context, run string, at time.Time) error {
	if err := o.planning(run); err != nil {
		return err
	}
	if len(o.plan.files) == 0 {
		return fmt.Errorf("run %s has no file: %w", run, journal.ErrNoPlan)
	}
	defer o.endPlan()
	return o.writer.do(ctx, "finishing a plan", func(ctx context.Context, t transaction) error {
		if err := enter(ctx, t.tx, slices.DeleteFunc(o.plan.people, func(p person) bool { return p.who == nobody })); err != nil {
			return err
		}
		o.plan = draft{} // whoever compares the run again finds its people where those of other runs are
		_, err := t.tx.ExecContext(ctx, `UPDATE runs SET planned_at = ? WHERE id = ?`, millis(at), run)
		return err
	})
}
