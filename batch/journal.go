package batch

import (
	"context"
	"iter"
	"time"

	"voucherbul/batch/journal"
)

// Journal is the part of [journal.Owner] that a job needs: who runs it has taken the journal with [Config.Claim]. Any other memory with the same promises would do, such as one
// that several machines share. A call that changes something returns when the change is on disk.
type Journal interface {
	planJournal
	sendJournal

	Find(ctx context.Context, run string, number int) ([]journal.Row, error)
	Counts(ctx context.Context, file int64) (map[journal.State]int, error)
	Finish(ctx context.Context, run string, end journal.End) error
}

// planJournal is for a plan: all of it, or nothing.
type planJournal interface {
	Unfinished(ctx context.Context, fingerprint string) (run journal.Run, ok bool, err error)
	Resume(ctx context.Context, run string) error
	Begun(ctx context.Context, run string) (bool, error)
	Repeated(ctx context.Context, run string) (ids []int64, err error)
	Begin(ctx context.Context, run journal.Run) error
	AddFile(ctx context.Context, f journal.File) (id int64, err error)
	Plan(ctx context.Context, rows []journal.Row) error
	Remark(ctx context.Context, file int64, remarks []string) error
	Overlaps(ctx context.Context, run string) iter.Seq2[journal.Overlap, error]
	Settle(ctx context.Context, at time.Time, settlements []journal.Settlement) error
	History(ctx context.Context, beneficiario string) ([]journal.Held, error)
	Files(ctx context.Context, run string) ([]journal.File, error)
	RowsByID(ctx context.Context, ids []int64) ([]journal.Row, error)
	Groups(ctx context.Context, ids []int64) (map[int64]journal.Group, error)
	Warn(ctx context.Context, warnings []journal.Warning) error
	Planned(ctx context.Context, run string, at time.Time) error
}

// sendJournal is for the submit loop.
type sendJournal interface {
	InDoubt(ctx context.Context) ([]journal.Row, error)
	ToSend(ctx context.Context, run string, after int64, limit int) ([]journal.Row, error)
	HeldFor(ctx context.Context, row journal.Row) (held journal.Held, ok bool, err error)
	History(ctx context.Context, beneficiario string) ([]journal.Held, error)
	KeepVouchers(ctx context.Context, at time.Time, list []journal.Voucher) error
	LastFetch(ctx context.Context) (fetch journal.Fetch, ok bool, err error)
	VoucherOf(ctx context.Context, beneficiario string) (v journal.Voucher, ok bool, err error)
	Sent(ctx context.Context, row int64, at time.Time) error
	Record(ctx context.Context, row int64, at time.Time, c journal.Change) error
}
