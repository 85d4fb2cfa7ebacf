package sqlite

import (
	"context"
	"database/sql"
	"fmt"

	"voucherbul/batch/journal"
	"voucherbul/mapping"
)

// faultLimit is how many faults are told; more say nothing new.
const faultLimit = 100

func note(h *journal.Health, format string, args ...any) {
	if len(h.Faults) < faultLimit {
		h.Faults = append(h.Faults, fmt.Sprintf(format, args...))
	}
}

// Verify looks through the whole journal: whether the file is sound, and whether what it says holds together. It changes
// nothing. The error is of a journal that could not be read to its end.
func (j *Journal) Verify(ctx context.Context) (journal.Health, error) {
	h := journal.Health{States: map[journal.State]int{}}
	for _, look := range []func(context.Context, *journal.Health) error{j.verifyFile, j.verifyFiles, j.verifyOrders, j.verifyStates} {
		if err := look(ctx, &h); err != nil {
			return h, j.readError("verifying it", err)
		}
	}
	return h, nil
}

// verifyFile asks the database about its file.
func (j *Journal) verifyFile(ctx context.Context, h *journal.Health) error {
	if err := j.reads.QueryRowContext(ctx, `PRAGMA user_version`).Scan(&h.Version); err != nil {
		return err
	}
	answers, err := collect(ctx, j.reads, one[string], fmt.Sprintf(`PRAGMA integrity_check(%d)`, faultLimit))
	if err != nil {
		return err
	}
	for _, answer := range answers {
		if answer != "ok" {
			note(h, "the file is damaged: %s", answer)
		}
	}
	return j.eachFault(ctx, h, `SELECT 'a line of ' || "table" || ' belongs to nothing' FROM pragma_foreign_key_check`)
}

// eachFault takes every line of a query as a fault.
func (j *Journal) eachFault(ctx context.Context, h *journal.Health, query string) error {
	found, err := collect(ctx, j.reads, one[string], query+fmt.Sprintf(` LIMIT %d`, faultLimit))
	for _, f := range found {
		note(h, "%s", f)
	}
	return err
}

// verifyFiles counts the rows of every file.
func (j *Journal) verifyFiles(ctx context.Context, h *journal.Health) error {
	if err := j.reads.QueryRowContext(ctx, `SELECT count(*) FROM runs WHERE planned_at > 0`).Scan(&h.Runs); err != nil {
		return err
	}
	type file struct {
		number, found int64
		id            journal.FileID
		orders        span
	}
	files, err := collect(ctx, j.reads, func(rows *sql.Rows) (f file, err error) {
		err = rows.Scan(&f.number, &f.id.Run, &f.id.File, &f.orders.first, &f.orders.last)
		return f, err
	}, `SELECT f.id, f.run, f.place, f.first_row, f.last_row FROM files f JOIN runs r ON r.id = f.run WHERE r.planned_at > 0 ORDER BY f.run, f.place`)
	if err != nil {
		return err
	}
	h.Files = len(files)
	before := file{}
	for _, f := range files {
		if f.id.Run != before.id.Run {
			before = file{}
		}
		if f.id.File != before.id.File+1 || f.number <= before.number {
			note(h, "file %d of run %s is not in its place: the IDs in its outcome are of other rows", f.id.File, f.id.Run)
		}
		before = f
		if err := j.reads.QueryRowContext(ctx, `SELECT count(*) FROM orders WHERE file = ? AND id BETWEEN ? AND ?`, f.number, f.orders.first, f.orders.last).Scan(&f.found); err != nil {
			return err
		}
		h.Rows += int(f.found)
		if f.found != f.orders.size() {
			note(h, "file %d of run %s has %d rows, it was planned with %d", f.id.File, f.id.Run, f.found, f.orders.size())
		}
		counts, err := j.counts(ctx, f.id)
		if err != nil {
			return err
		}
		for state, n := range counts {
			h.States[state] += n
		}
	}
	return nil
}

// verifyOrders makes the key of every request anew: what would be sent is what was planned.
func (j *Journal) verifyOrders(ctx context.Context, h *journal.Health) error {
	rows, err := j.reads.QueryContext(ctx, `SELECT o.id, o.number, f.run, o.operation, o.beneficiario, o.who, o.key, o.request,
		o.who = 0 OR r.planned_at = 0 OR EXISTS (SELECT 1 FROM people p WHERE p.who = o.who AND p.id = o.id)
		FROM orders o JOIN files f ON f.id = o.file JOIN runs r ON r.id = f.run ORDER BY o.id`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id, who int64
		var number int
		var run, operation, beneficiario, key string
		var request []byte
		var listed bool
		if err := rows.Scan(&id, &number, &run, &operation, &beneficiario, &who, &key, &request, &listed); err != nil {
			return err
		}
		if key != "" && mapping.Key(mapping.Operation(operation), beneficiario, request) != key {
			note(h, "row %d of run %s: its request is not the one that was planned", number, run)
		}
		if !listed || who != hashOf(beneficiario) {
			note(h, "row %d of run %s is not found by its beneficiary", number, run)
		}
	}
	return rows.Err()
}

// verifyStates looks for what no run can have left behind.
func (j *Journal) verifyStates(ctx context.Context, h *journal.Health) error {
	const row = `'row ' || o.number || ' of run ' || f.run || `
	const from = ` FROM states s JOIN orders o ON o.id = s.id JOIN files f ON f.id = o.file WHERE `
	for _, query := range []string{
		`SELECT ` + row + `' is in a state that nobody knows: ' || s.state` + from + `s.state NOT IN ('planned', 'sent', 'uncertain', 'accepted', 'already', 'rejected', 'invalid', 'pending', 'skipped')`,
		`SELECT ` + row + `' is held by the platform and is ' || s.state` + from + `s.held > 0 AND s.state NOT IN ('accepted', 'already')`,
		`SELECT ` + row + `' is accepted, and no exchange says so'` + from + `s.state = 'accepted' AND s.held = 0`,
		`SELECT ` + row + `' was sent, and has no time of it'` + from + `s.attempts > 0 AND s.sent_at = 0`,
		`SELECT ` + row + `' is uncertain, and not in doubt'` + from + `s.state = 'uncertain' AND s.in_doubt = 0`,
		`SELECT ` + row + `' repeats a later one'` + ` FROM again a JOIN orders o ON o.id = a.id JOIN files f ON f.id = o.file WHERE a.root > a.id`,
		`SELECT 'row ' || a.id || ', which goes again or is repeated, is not there' FROM again a WHERE NOT EXISTS (SELECT 1 FROM orders o WHERE o.id = a.id) OR NOT EXISTS (SELECT 1 FROM orders o WHERE o.id = a.root)`,
		`SELECT ` + row + `' has a negative number of attempts'` + from + `s.attempts < 0`,
	} {
		if err := j.eachFault(ctx, h, query); err != nil {
			return err
		}
	}
	return nil
}
