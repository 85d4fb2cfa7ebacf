// Package booking says which booking of ours made a voucher, and what is known of a booking: whether it can be activated.
// Nobody but the list of ISEE outcomes names a voucher's PROTOCOLLO, and it names no order of ours.
//
// The package is pure but for what it reads from a journal. It must not ask the platform, and must not settle anything.
package booking

import (
	"context"
	"strings"
	"time"

	"voucherbul/batch/journal"
	"voucherbul/batch/platform/esito"
)

// ClockSkew is how far the platform's clock may be behind ours (RULES.md 3, NOK_002).
const ClockSkew = 10 * time.Minute

// SurelyOlder is how much older than a row's first sending a voucher must be to be no voucher of it, whatever
// clocks and dates without a time say.
const SurelyOlder = 48 * time.Hour

// Of finds the booking of ours that made a voucher. No reply of the platform has the PROTOCOLLO (RULES.md A21), so it
// compares dates: among the bookings of the beneficiary ([journal.Voucher.Ours]) it takes the one whose dataOperazione is
// nearest to DATA_PRENOTAZIONE. The two may be 48 hours apart, and the voucher must not be older than our first sending.
// zone is the time zone of dates without one.
func Of(v journal.Voucher, zone *time.Location) (found journal.Prenotazione, ok bool) {
	nearest := SurelyOlder
	for _, p := range v.Ours {
		switch {
		case v.Protocollo != "" && p.Protocollo == v.Protocollo: // the list has been asked about this row already
			return p, true
		case v.Protocollo != "" && p.Protocollo != "", v.Prenotata.IsZero():
			continue
		}
		earliest := p.FirstSentAt.Add(-ClockSkew)
		if isDay(v.DataPrenotazione) {
			earliest = earliest.Add(-24 * time.Hour)
		}
		if distance := v.Prenotata.Sub(processed(p, zone)).Abs(); distance <= nearest && !v.Prenotata.Before(earliest) {
			found, ok, nearest = p, true, distance
		}
	}
	return found, ok
}

// Protocolli finds the PROTOCOLLO of rows that booked a voucher, or whose order an earlier row booked. It is "" where no
// fetched list of ISEE outcomes has one.
func Protocolli(ctx context.Context, j journal.Reader, zone *time.Location) (func(journal.Row) string, error) {
	if _, ok, err := j.LastFetch(ctx); err != nil || !ok {
		return nil, err
	}
	byRow := map[journal.RowID]string{}
	for v, err := range j.Vouchers(ctx) {
		if err != nil {
			return nil, err
		}
		if made, ok := Of(v, zone); ok && v.Protocollo != "" {
			byRow[made.ID] = v.Protocollo
		}
	}
	return func(r journal.Row) string {
		for _, e := range r.Earlier {
			if p := byRow[e.ID]; p != "" {
				return p
			}
		}
		return byRow[r.ID]
	}, nil
}

// processed is when the platform took a booking: by its own clock, which dates the vouchers too, where it has said so.
func processed(p journal.Prenotazione, zone *time.Location) time.Time {
	if at := esito.ParseInstant(p.DataOperazione, zone); !at.IsZero() {
		return at
	}
	return p.SentAt
}

// isDay reports a date without a time: the voucher is of any time of that day.
func isDay(date string) bool { return len(strings.TrimSpace(date)) == len(time.DateOnly) }
