package batch

import (
	"context"
	"time"

	"voucherbul/batch/journal"
	"voucherbul/batch/platform"
)

// lookups fetches the list of ISEE outcomes for rows in doubt: one call serves all rows that were due when
// it was made.
type lookups struct {
	platform Platform
	zone     *time.Location
	now      func() time.Time
	turn     chan struct{} // who can put an element in may use the fields below
	fetched  time.Time
	list     map[string][]platform.Voucher // by beneficiary
}

// clockSkew is how far the platform's clock may be behind ours (rules.md 3, NOK_002).
const clockSkew = 10 * time.Minute

// find looks for the voucher that a prenotazione in doubt may have made: the same beneficiary, booked no
// earlier than our first attempt.
func (l *lookups) find(ctx context.Context, token string, row journal.Row) (platform.Voucher, bool, error) {
	select {
	case l.turn <- struct{}{}:
		defer func() { <-l.turn }()
	case <-ctx.Done():
		return platform.Voucher{}, false, ctx.Err()
	}
	if l.fetched.IsZero() || l.fetched.Before(row.NotBefore) {
		at := l.now()
		list, err := l.platform.Vouchers(ctx, token, l.zone)
		if err != nil {
			return platform.Voucher{}, false, err
		}
		l.fetched, l.list = at, make(map[string][]platform.Voucher, len(list))
		for _, v := range list {
			l.list[v.Beneficiario] = append(l.list[v.Beneficiario], v)
		}
	}
	earliest := row.FirstSentAt.Add(-clockSkew)
	for _, v := range l.list[row.Beneficiario] {
		if !v.Prenotata.Before(earliest) {
			return v, true, nil
		}
	}
	return platform.Voucher{}, false, nil
}
