package plan

import (
	"context"
	"iter"
	"time"

	"voucherbul/batch/journal"
)

// Journal is the part of a [journal.Owner] that a plan needs: all of it is written, or nothing counts.
type Journal interface {
	Unfinished(ctx context.Context, fingerprint string) (run journal.Run, ok bool, err error)
	Resume(ctx context.Context, run string) error
	Begun(ctx context.Context, run string) (bool, error)
	Resent(ctx context.Context, run string) (ids []journal.RowID, err error)
	Begin(ctx context.Context, run journal.Run) error
	AddFile(ctx context.Context, f journal.File) (id journal.FileID, err error)
	Plan(ctx context.Context, rows []journal.Row) error
	Remark(ctx context.Context, file journal.FileID, remarks []string) error
	Overlaps(ctx context.Context, run string) iter.Seq2[journal.Overlap, error]
	Settle(ctx context.Context, at time.Time, settlements []journal.Settlement) error
	History(ctx context.Context, beneficiario string) ([]journal.Acquired, error)
	Files(ctx context.Context, run string) ([]journal.File, error)
	RowsByID(ctx context.Context, ids []journal.RowID) ([]journal.Row, error)
	Groups(ctx context.Context, ids []journal.RowID) (map[journal.RowID]journal.Group, error)
	Warn(ctx context.Context, warnings []journal.Warning) error
	Planned(ctx context.Context, run string, at time.Time) error
}
