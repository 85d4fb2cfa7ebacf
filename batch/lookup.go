package batch

import (
	"context"
	"errors"
	"sync"
	"time"

	"voucherbul/batch/booking"
	"voucherbul/batch/history"
	"voucherbul/batch/journal"
	"voucherbul/batch/platform"
	"voucherbul/batch/platform/esito"
)

// finding is what the list of ISEE outcomes says about a prenotazione in doubt.
type finding int

const (
	notAsked finding = iota
	absent           // nothing of this beneficiary that it could have made
	present          // the voucher that it made
	older            // only a voucher of an earlier prenotazione
	unclear          // a voucher that is too old for it by a little: one of the two clocks may be wrong
)

// errNoList says that the latest call brought none.
var errNoList = errors.New("there is no list of ISEE outcomes")

// errUnreadableDate keeps a row in doubt: a voucher without a date may be the one that it made.
var errUnreadableDate = errors.New("the list of ISEE outcomes has a voucher of this beneficiary whose DATA_PRENOTAZIONE cannot be read")

// errNamesNobody keeps every row in doubt: a voucher of nobody may be anybody's.
var errNamesNobody = errors.New("the list of ISEE outcomes has a voucher without CODICE_FISCALE_BENEFICIARIO")

// lookups keeps the list of ISEE outcomes for rows in doubt. One call serves all rows that were due at that time. A failed
// call is not repeated before a pause is over. The list may take minutes (RULES.md 2.12): one row asks, the others come back
// later, and nobody waits.
type lookups struct {
	job     Job
	clock   steady
	mu      sync.Mutex
	claimed bool // somebody makes the next call
	fetched time.Time
	list    map[string][]platform.Voucher // by beneficiary
	failed  error                         // of the last call, nil where there was a list
	pause   time.Time                     // until when it is not called again after that
}

// claim is what a row in doubt may do.
type claim int

const (
	ask   claim = iota // call the service, then end the claim with Fetch or Abandon
	ready              // Find answers without a call
	busy               // another row is asking
)

// Claim says what a row may do if it needs a list that was requested after an instant. An older list says nothing about the
// row.
func (l *lookups) Claim(since time.Time) claim {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case !l.fetched.IsZero() && !l.fetched.Before(since), l.clock.Now().Before(l.pause):
		return ready
	case l.claimed:
		return busy
	}
	l.claimed = true
	return ask
}

// Abandon ends a claim without a call.
func (l *lookups) Abandon() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.claimed = false
}

// Fetch calls the service, keeps its list in the journal, and ends the claim.
func (l *lookups) Fetch(ctx context.Context, token string) error {
	at, wall := l.clock.Now(), l.job.Now()
	list, err := l.job.Platform.Vouchers(ctx, token, l.job.Zone)
	if err == nil {
		err = l.job.Journal.KeepVouchers(context.WithoutCancel(ctx), wall, Kept(list, l.job.Config.Catalogue))
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.claimed = false
	if l.failed = err; err != nil {
		if !errors.Is(err, platform.ErrTokenRefused) {
			pause := l.job.Config.Breaker.Pause
			if refused := (*platform.ListError)(nil); errors.As(err, &refused) {
				pause = max(pause, refused.Wait)
			}
			l.pause = l.clock.Now().Add(pause)
		}
		return err
	}
	l.fetched, l.list = at, make(map[string][]platform.Voucher, len(list))
	for _, v := range list {
		l.list[v.Beneficiario] = append(l.list[v.Beneficiario], v)
	}
	return nil
}

// Find looks for the voucher that a prenotazione in doubt may have made.
func (l *lookups) Find(ctx context.Context, row journal.Row) (platform.Voucher, finding, error) {
	l.mu.Lock()
	vouchers, failed := l.list[row.Beneficiario], l.failed
	if failed != nil {
		failed = errors.Join(errNoList, failed)
	}
	if failed == nil && len(l.list[""]) > 0 {
		failed = errNamesNobody
	}
	l.mu.Unlock()
	if failed != nil {
		return platform.Voucher{}, notAsked, failed
	}
	sent, err := l.job.Journal.History(ctx, row.Beneficiario)
	if err != nil {
		return platform.Voucher{}, notAsked, err
	}
	f := absent
	acquired, ok := history.Standing(sent)
	earliest := row.FirstSentAt.Add(-booking.ClockSkew)
	if ok {
		earliest = later(earliest, l.madeBy(acquired))
	}
	for _, v := range vouchers {
		if v.Prenotata.IsZero() {
			return platform.Voucher{}, notAsked, errUnreadableDate
		}
		if v.Prenotata.After(earliest) {
			return v, present, nil
		}
		switch surely := ok || v.Prenotata.Before(row.FirstSentAt.Add(-booking.SurelyOlder)); {
		case !surely:
			f = unclear
		case f == absent:
			f = older
		}
	}
	return platform.Voucher{}, f, nil
}

// madeBy is when the platform processed an earlier prenotazione of ours: a voucher that is not younger is that
// one's. The platform's own clock is best, as it dates the vouchers too.
func (l *lookups) madeBy(acquired journal.Acquired) time.Time {
	if at := esito.ParseInstant(acquired.DataOperazione, l.job.Zone); !at.IsZero() {
		return at
	}
	return acquired.SettledAt
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
