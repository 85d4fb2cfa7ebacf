package sqlite

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"voucherbul/batch/journal"
	"voucherbul/batch/journal/journaltest"
)

// TestPromises: SQLite keeps what a journal promises.
func TestPromises(t *testing.T) {
	journaltest.Run(t, func(t journaltest.T) journaltest.Open { return memory(t, nil) })
}

// memory is a file of the test's own; broken may put something before its journal.
func memory(t journaltest.T, broken func(journal.Journal) journal.Journal) journaltest.Open {
	path := filepath.Join(folder(t), "journal.db")
	return func(t journaltest.T) journal.Journal {
		j, err := Open(t.Context(), path)
		if err != nil {
			t.Fatalf("%v", err)
		}
		t.Cleanup(func() { _ = j.Close() })
		if broken != nil {
			return broken(j)
		}
		return j
	}
}

func folder(t journaltest.T) string { return t.(interface{ TempDir() string }).TempDir() }

// TestBrokenPromisesAreFound: a journal that breaks a promise does not pass.
func TestBrokenPromisesAreFound(t *testing.T) {
	for name, c := range map[string]struct {
		broken  func(journal.Journal) journal.Journal
		promise string // that is not kept
	}{
		"everybody may own it": {func(j journal.Journal) journal.Journal { return openHouse{j} }, "a second owner is refused"},
		"a new owner looks for nothing": {func(j journal.Journal) journal.Journal {
			return wrapped{j, func(o journal.Owner) journal.Owner { return forgetful{o} }}
		}, "what is settled stays so"},
		"a list of vouchers is kept by half": {func(j journal.Journal) journal.Journal {
			return wrapped{j, func(o journal.Owner) journal.Owner { return half{o} }}
		}, "a list of vouchers is kept whole"},
		"doubts come newest first": {func(j journal.Journal) journal.Journal {
			return wrapped{j, func(o journal.Owner) journal.Owner { return newest{o} }}
		}, "doubts of every run come oldest first"},
		"rows come in the order they were asked for": {func(j journal.Journal) journal.Journal {
			return wrapped{j, func(o journal.Owner) journal.Owner { return obliging{o} }}
		}, "rows are found from every side"},
		"a row of the first file answers for one of the second": {func(j journal.Journal) journal.Journal {
			return wrapped{j, func(o journal.Owner) journal.Owner { return narrow{o} }}
		}, "rows are found from every side"},
	} {
		t.Run(name, func(t *testing.T) {
			i := slices.IndexFunc(journaltest.Promises(), func(p journaltest.Promise) bool { return p.Name == c.promise })
			if i < 0 {
				t.Fatalf("no promise %q", c.promise)
			}
			if said := hear(t, journaltest.Promises()[i], c.broken); len(said) == 0 {
				t.Error("nobody notices")
			}
		})
	}
}

// openHouse lets everybody own it.
type openHouse struct{ journal.Journal }

func (j openHouse) Own(ctx context.Context, c journal.Claim) (journal.Owner, error) {
	o, err := j.Journal.Own(ctx, c)
	if err != nil {
		return &pretender{}, nil
	}
	return o, nil
}

// pretender owns nothing.
type pretender struct{ journal.Owner }

func (p *pretender) Release() error { return nil }

// wrapped puts something before the owner.
type wrapped struct {
	journal.Journal
	before func(journal.Owner) journal.Owner
}

func (j wrapped) Own(ctx context.Context, c journal.Claim) (journal.Owner, error) {
	o, err := j.Journal.Own(ctx, c)
	if err != nil {
		return nil, err
	}
	return j.before(o), nil
}

// forgetful says that all went well.
type forgetful struct{ journal.Owner }

func (f forgetful) Record(ctx context.Context, row journal.RowID, at time.Time, c journal.Change) error {
	if c.State == journal.Rejected {
		return nil
	}
	return f.Owner.Record(ctx, row, at, c)
}

type half struct{ journal.Owner }

func (h half) KeepVouchers(ctx context.Context, at time.Time, list []journal.Voucher) error {
	return h.Owner.KeepVouchers(ctx, at, list[:len(list)/2])
}

type newest struct{ journal.Owner }

func (n newest) InDoubt(ctx context.Context) ([]journal.Row, error) {
	rows, err := n.Owner.InDoubt(ctx)
	slices.Reverse(rows)
	return rows, err
}

// obliging gives rows as they are asked for.
type obliging struct{ journal.Owner }

func (o obliging) RowsByID(ctx context.Context, ids []journal.RowID) (rows []journal.Row, err error) {
	for _, id := range ids {
		one, err := o.Owner.RowsByID(ctx, []journal.RowID{id})
		if err != nil {
			return nil, err
		}
		rows = append(rows, one...)
	}
	return rows, nil
}

// narrow knows the first file of a run only.
type narrow struct{ journal.Owner }

func (n narrow) Located(ctx context.Context, ids []journal.RowID) ([]journal.Located, error) {
	ids = slices.Clone(ids)
	for i := range ids {
		ids[i].File = min(ids[i].File, 1)
	}
	return n.Owner.Located(ctx, ids)
}

// hear checks a promise and returns what it complains of.
func hear(t *testing.T, p journaltest.Promise, broken func(journal.Journal) journal.Journal) (said []string) {
	ear := &listener{T: t}
	defer func() {
		said = ear.said
		if stopped := recover(); stopped != nil && !strings.HasPrefix(fmt.Sprint(stopped), "stopped: ") {
			panic(stopped)
		}
	}()
	journaltest.Check(ear, p, memory(ear, broken))
	return nil
}

// listener keeps what a promise complains of, and the test green.
type listener struct {
	*testing.T
	said []string
}

func (l *listener) Errorf(format string, args ...any) {
	l.said = append(l.said, fmt.Sprintf(format, args...))
}
func (l *listener) Fatalf(format string, args ...any) {
	l.Errorf(format, args...)
	panic("stopped: " + l.said[len(l.said)-1])
}
