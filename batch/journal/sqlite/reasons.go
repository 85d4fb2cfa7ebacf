package sqlite

import (
	"context"
	"database/sql"
	_ "embed"
)

//go:embed reasons.sql
var sqlReasons string

// codeReasons gives what an older release has written the codes of today. A new journal has nothing to be looked through.
func codeReasons(ctx context.Context, tx *sql.Tx) error {
	var some bool
	if err := tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM runs)`).Scan(&some); err != nil || !some {
		return err
	}
	_, err := tx.ExecContext(ctx, sqlReasons)
	return err
}
