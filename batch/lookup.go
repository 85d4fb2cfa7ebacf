package batch

import (
	"context"
	"errors"
	"slices"
	"time"

	"voucherbul/batch/journal"
	"voucherbul/batch/platform"
	"voucherbul/mapping"
)

// clockSkew is how far the platform's clock may be behind ours (rules.md 3, NOK_002).
const clockSkew = 10 * time.Minute

// surelyOlder is how much older than a row's first sending a voucher must be to be no voucher of it, whatever
// clocks and dates without a time say.
const surelyOlder = 48 * time.Hour

// finding is what the list of ISEE outcomes says about a prenotazione in doubt.
type finding int

const (
	notAsked finding = iota
	absent           // nothing of this beneficiary that it could have made
	present          // the voucher that it made
	older            // only a voucher of an earlier prenotazione
)

// errUnreadableDate keeps a row in doubt: a voucher without a date may be the one that it made.
var errUnreadableDate = errors.New("the list of ISEE outcomes has a voucher of this beneficiary whose DATA_PRENOTAZIONE cannot be read")

// lookups fetches the list of ISEE outcomes for rows in doubt: one call serves all rows that were due when
// it was made.
type lookups struct {
	job     Job
	turn    chan struct{} // who can put an element in may use the fields below
	fetched time.Time
	list    map[string][]platform.Voucher // by beneficiary
	failed  error                         // why there was no list the last time it was asked for
	again   time.Time                     // when it may be asked for again after that: one call per pause, not one per row
}

// Serves reports whether find would answer without asking the platform: there is a list, or there was none a
// moment ago. While somebody is asking it says no.
func (l *lookups) Serves(row journal.Row) bool {
	select {
	case l.turn <- struct{}{}:
		defer func() { <-l.turn }()
		return l.serves(row) || l.job.Now().Before(l.again)
	default:
		return false
	}
}

func (l *lookups) serves(row journal.Row) bool {
	return !l.fetched.IsZero() && !l.fetched.Before(row.NotBefore)
}

// find looks for the voucher that a prenotazione in doubt may have made.
func (l *lookups) find(ctx context.Context, token string, row journal.Row) (platform.Voucher, finding, error) {
	select {
	case l.turn <- struct{}{}:
		defer func() { <-l.turn }()
	case <-ctx.Done():
		return platform.Voucher{}, notAsked, ctx.Err()
	}
	if !l.serves(row) {
		if err := l.fetch(ctx, token); err != nil {
			return platform.Voucher{}, notAsked, err
		}
	}
	history, err := l.job.Journal.History(ctx, row.Beneficiario)
	if err != nil {
		return platform.Voucher{}, notAsked, err
	}
	f := absent
	held, ok := standing(history)
	earliest := row.FirstSentAt.Add(-clockSkew)
	if ok {
		earliest = later(earliest, l.madeBy(held))
	}
	for _, v := range l.list[row.Beneficiario] {
		if v.Prenotata.IsZero() {
			return platform.Voucher{}, notAsked, errUnreadableDate
		}
		if v.Prenotata.After(earliest) {
			return v, present, nil
		}
		if ok || v.Prenotata.Before(row.FirstSentAt.Add(-surelyOlder)) {
			f = older
		}
	}
	return platform.Voucher{}, f, nil
}

func (l *lookups) fetch(ctx context.Context, token string) error {
	at := l.job.Now()
	if at.Before(l.again) {
		return l.failed
	}
	list, err := l.job.Platform.Vouchers(ctx, token, l.job.Zone)
	if err != nil {
		if !errors.Is(err, platform.ErrTokenRefused) {
			l.failed, l.again = err, l.job.Now().Add(l.job.Config.Breaker.Pause)
		}
		return err
	}
	l.fetched, l.list = at, make(map[string][]platform.Voucher, len(list))
	for _, v := range list {
		l.list[v.Beneficiario] = append(l.list[v.Beneficiario], v)
	}
	return nil
}

// madeBy is when the platform processed an earlier prenotazione of ours: a voucher that is not younger is that
// one's. The platform's own clock is best, as it dates the vouchers too.
func (l *lookups) madeBy(held journal.Held) time.Time {
	if at := platform.ParseInstant(held.DataOperazione, l.job.Zone); !at.IsZero() {
		return at
	}
	return held.SettledAt
}

// standing is the latest prenotazione of ours whose voucher may still be in the list: none where the beneficiary's
// latest request ended it.
func standing(history []journal.Held) (held journal.Held, ok bool) {
	for _, h := range slices.Backward(history) {
		switch h.Operation {
		case mapping.OperationDisdetta, mapping.OperationCessazione:
			return journal.Held{}, false
		case mapping.OperationPrenotazione:
			return h, true
		}
	}
	return journal.Held{}, false
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
