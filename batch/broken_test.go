package batch

import (
	"context"
	"errors"
	"iter"
	"sync"
	"time"

	"voucherbul/batch/journal"
)

// breakage says which call of a journal fails: the n-th of a method, before anything was done or after it was on disk, and
// whether that is the end of the journal or one bad moment.
type breakage struct {
	method string
	n      int
	after  bool
	lasts  bool
}

// brokenJournal is a journal that breaks once. It counts the calls of every method.
type brokenJournal struct {
	Journal
	breaks breakage

	mu     sync.Mutex
	calls  map[string]int
	broken time.Time // when it broke; zero = it has not
}

var errBroken = errors.New("input/output error")

// call does what a method does, and fails where it has to.
func (b *brokenJournal) call(method string, do func() error) error {
	b.mu.Lock()
	b.calls[method]++
	fails := method == b.breaks.method && b.calls[method] == b.breaks.n
	gone := !b.broken.IsZero() && b.breaks.lasts
	if fails {
		b.broken = time.Now()
	}
	b.mu.Unlock()
	err := &journal.Error{Path: "broken.db", Op: method, Err: errBroken}
	if gone || fails && !b.breaks.after {
		return err
	}
	if done := do(); done != nil || !fails {
		return done
	}
	return err
}

// asked is call for methods with an answer.
func asked[T any](b *brokenJournal, method string, do func() (T, error)) (answer T, err error) {
	err = b.call(method, func() (err error) {
		answer, err = do()
		return err
	})
	return answer, err
}

func (b *brokenJournal) Unfinished(ctx context.Context, fingerprint string) (run journal.Run, ok bool, err error) {
	err = b.call("Unfinished", func() (err error) {
		run, ok, err = b.Journal.Unfinished(ctx, fingerprint)
		return err
	})
	return run, ok, err
}

func (b *brokenJournal) Resume(ctx context.Context, run string) error {
	return b.call("Resume", func() error { return b.Journal.Resume(ctx, run) })
}

func (b *brokenJournal) Begun(ctx context.Context, run string) (bool, error) {
	return asked(b, "Begun", func() (bool, error) { return b.Journal.Begun(ctx, run) })
}

func (b *brokenJournal) Resent(ctx context.Context, run string) ([]journal.RowID, error) {
	return asked(b, "Resent", func() ([]journal.RowID, error) { return b.Journal.Resent(ctx, run) })
}

func (b *brokenJournal) Begin(ctx context.Context, run journal.Run) error {
	return b.call("Begin", func() error { return b.Journal.Begin(ctx, run) })
}

func (b *brokenJournal) AddFile(ctx context.Context, f journal.File) (journal.FileID, error) {
	return asked(b, "AddFile", func() (journal.FileID, error) { return b.Journal.AddFile(ctx, f) })
}

func (b *brokenJournal) Plan(ctx context.Context, rows []journal.Row) error {
	return b.call("Plan", func() error { return b.Journal.Plan(ctx, rows) })
}

func (b *brokenJournal) Remark(ctx context.Context, file journal.FileID, remarks []string) error {
	return b.call("Remark", func() error { return b.Journal.Remark(ctx, file, remarks) })
}

func (b *brokenJournal) Overlaps(ctx context.Context, run string) iter.Seq2[journal.Overlap, error] {
	return func(yield func(journal.Overlap, error) bool) {
		stopped := false
		err := b.call("Overlaps", func() error {
			for o, err := range b.Journal.Overlaps(ctx, run) {
				if stopped = !yield(o, err); stopped {
					return nil
				}
			}
			return nil
		})
		if err != nil && !stopped {
			yield(journal.Overlap{}, err)
		}
	}
}

func (b *brokenJournal) Settle(ctx context.Context, at time.Time, settlements []journal.Settlement) error {
	return b.call("Settle", func() error { return b.Journal.Settle(ctx, at, settlements) })
}

func (b *brokenJournal) Warn(ctx context.Context, warnings []journal.Warning) error {
	return b.call("Warn", func() error { return b.Journal.Warn(ctx, warnings) })
}

func (b *brokenJournal) Planned(ctx context.Context, run string, at time.Time) error {
	return b.call("Planned", func() error { return b.Journal.Planned(ctx, run, at) })
}

func (b *brokenJournal) InDoubt(ctx context.Context) ([]journal.Row, error) {
	return asked(b, "InDoubt", func() ([]journal.Row, error) { return b.Journal.InDoubt(ctx) })
}

func (b *brokenJournal) ToSend(ctx context.Context, run string, after journal.RowID, limit int) ([]journal.Row, error) {
	return asked(b, "ToSend", func() ([]journal.Row, error) { return b.Journal.ToSend(ctx, run, after, limit) })
}

func (b *brokenJournal) AcquiredFor(ctx context.Context, row journal.Row) (acquired journal.Acquired, ok bool, err error) {
	err = b.call("AcquiredFor", func() (err error) {
		acquired, ok, err = b.Journal.AcquiredFor(ctx, row)
		return err
	})
	return acquired, ok, err
}

func (b *brokenJournal) History(ctx context.Context, beneficiario string) ([]journal.Acquired, error) {
	return asked(b, "History", func() ([]journal.Acquired, error) { return b.Journal.History(ctx, beneficiario) })
}

func (b *brokenJournal) KeepVouchers(ctx context.Context, at time.Time, list []journal.Voucher) error {
	return b.call("KeepVouchers", func() error { return b.Journal.KeepVouchers(ctx, at, list) })
}

func (b *brokenJournal) LastFetch(ctx context.Context) (fetch journal.Fetch, ok bool, err error) {
	err = b.call("LastFetch", func() (err error) {
		fetch, ok, err = b.Journal.LastFetch(ctx)
		return err
	})
	return fetch, ok, err
}

func (b *brokenJournal) VoucherOf(ctx context.Context, beneficiario string) (v journal.Voucher, ok bool, err error) {
	err = b.call("VoucherOf", func() (err error) {
		v, ok, err = b.Journal.VoucherOf(ctx, beneficiario)
		return err
	})
	return v, ok, err
}

func (b *brokenJournal) Sent(ctx context.Context, row journal.RowID, at time.Time) error {
	return b.call("Sent", func() error { return b.Journal.Sent(ctx, row, at) })
}

func (b *brokenJournal) Record(ctx context.Context, row journal.RowID, at time.Time, c journal.Change) error {
	return b.call("Record", func() error { return b.Journal.Record(ctx, row, at, c) })
}

func (b *brokenJournal) Files(ctx context.Context, run string) ([]journal.File, error) {
	return asked(b, "Files", func() ([]journal.File, error) { return b.Journal.Files(ctx, run) })
}

func (b *brokenJournal) RowsByID(ctx context.Context, ids []journal.RowID) ([]journal.Row, error) {
	return asked(b, "RowsByID", func() ([]journal.Row, error) { return b.Journal.RowsByID(ctx, ids) })
}

func (b *brokenJournal) Groups(ctx context.Context, ids []journal.RowID) (map[journal.RowID]journal.Group, error) {
	return asked(b, "Groups", func() (map[journal.RowID]journal.Group, error) { return b.Journal.Groups(ctx, ids) })
}

func (b *brokenJournal) Find(ctx context.Context, run string, number int) ([]journal.Row, error) {
	return asked(b, "Find", func() ([]journal.Row, error) { return b.Journal.Find(ctx, run, number) })
}

func (b *brokenJournal) Counts(ctx context.Context, file journal.FileID) (map[journal.State]int, error) {
	return asked(b, "Counts", func() (map[journal.State]int, error) { return b.Journal.Counts(ctx, file) })
}

func (b *brokenJournal) Finish(ctx context.Context, run string, end journal.End) error {
	return b.call("Finish", func() error { return b.Journal.Finish(ctx, run, end) })
}
