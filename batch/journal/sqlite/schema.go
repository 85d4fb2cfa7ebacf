package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"path"
	"slices"
)

// migrations/N.sql brings a journal from version N-1 to N. A published one never changes: a new one is added.
//
//go:embed migrations/*.sql
var migrationFiles embed.FS

// migration is one step, in a transaction of its own: statements, then what SQL alone cannot do.
type migration struct {
	statements string
	then       func(context.Context, *sql.Tx) error
}

// migrations are all steps, in their order.
func migrations() ([]migration, error) {
	entries, err := migrationFiles.ReadDir("migrations")
	if err != nil {
		return nil, err
	}
	steps := make([]migration, len(entries))
	for i := range steps {
		text, err := migrationFiles.ReadFile(path.Join("migrations", fmt.Sprint(i+1)+".sql"))
		if err != nil {
			return nil, err
		}
		steps[i].statements = string(text)
	}
	if len(steps) >= 2 {
		steps[1].then = fillPeople
	}
	if len(steps) >= 5 {
		steps[4].then = codeReasons
	}
	return steps, nil
}

// migrate brings the file to the newest version.
func migrate(ctx context.Context, db *sql.DB) error {
	var version int
	if err := db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return err
	}
	steps, err := migrations()
	if err != nil {
		return err
	}
	if version > len(steps) {
		return fmt.Errorf("it was written by a newer release (version %d, this one knows %d): install that release", version, len(steps))
	}
	for ; version < len(steps); version++ {
		if err := steps[version].run(ctx, db, version+1); err != nil {
			return fmt.Errorf("migrating it to version %d: %w", version+1, err)
		}
	}
	return nil
}

func (m migration) run(ctx context.Context, db *sql.DB, version int) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() // after a failed step nothing of it is kept; after a commit it does nothing
	if _, err := tx.ExecContext(ctx, m.statements); err != nil {
		return err
	}
	if m.then != nil {
		if err := m.then(ctx, tx); err != nil {
			return err
		}
	}
	if _, err := tx.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", version)); err != nil {
		return err
	}
	return tx.Commit()
}

// fillPeople enters the orders of an older release among the people; those of a plan that was never finished will be
// removed, and their numbers used again.
func fillPeople(ctx context.Context, tx *sql.Tx) error {
	const page = 10_000
	for after := int64(0); ; {
		found, err := collect(ctx, tx, func(rows *sql.Rows) (p person, err error) {
			var beneficiario string
			err = rows.Scan(&p.id, &beneficiario)
			p.who = hashOf(beneficiario)
			return p, err
		}, `SELECT o.id, o.beneficiario FROM orders o JOIN files f ON f.id = o.file JOIN runs r ON r.id = f.run
			WHERE r.planned_at > 0 AND o.id > ? ORDER BY o.id LIMIT ?`, after, page)
		if err != nil {
			return err
		}
		for _, p := range found {
			if _, err := tx.ExecContext(ctx, `UPDATE orders SET who = ? WHERE id = ?`, p.who, p.id); err != nil {
				return err
			}
			after = p.id
		}
		if err := enter(ctx, tx, slices.DeleteFunc(slices.Clone(found), func(p person) bool { return p.who == nobody })); err != nil {
			return err
		}
		if len(found) < page {
			return nil
		}
	}
}
