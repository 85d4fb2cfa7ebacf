package batch

import (
	"context"
	"time"

	"voucherbul/batch/journal"
	"voucherbul/batch/plan"
)

// Journal is the part of a [journal.Owner] that a job needs; whoever runs the job has taken the journal with [Config.Claim]. A
// call that changes something returns when the change is on disk.
type Journal interface {
	plan.Journal
	sendJournal

	Find(ctx context.Context, run string, number int) ([]journal.Row, error)
	Counts(ctx context.Context, file journal.FileID) (map[journal.State]int, error)
	Finish(ctx context.Context, run string, end journal.End) error
}

// sendJournal is for the submit loop.
type sendJournal interface {
	InDoubt(ctx context.Context) ([]journal.Row, error)
	ToSend(ctx context.Context, run string, after journal.RowID, limit int) ([]journal.Row, error)
	AcquiredFor(ctx context.Context, row journal.Row) (acquired journal.Acquired, ok bool, err error)
	History(ctx context.Context, beneficiario string) ([]journal.Acquired, error)
	KeepVouchers(ctx context.Context, at time.Time, list []journal.Voucher) error
	LastFetch(ctx context.Context) (fetch journal.Fetch, ok bool, err error)
	VoucherOf(ctx context.Context, beneficiario string) (v journal.Voucher, ok bool, err error)
	Sent(ctx context.Context, row journal.RowID, at time.Time) error
	Record(ctx context.Context, row journal.RowID, at time.Time, c journal.Change) error
}
