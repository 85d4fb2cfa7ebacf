package batch

import (
	"context"
	"strings"
	"time"

	"voucherbul/batch/journal"
	"voucherbul/batch/platform"
	"voucherbul/batch/platform/esito"
	"voucherbul/mapping"
)

// BookingOf finds the booking of ours that made a voucher. No reply of the platform has the PROTOCOLLO (RULES.md A21), so it
// compares dates: among the bookings of the beneficiary ([journal.Voucher.Ours]) it takes the one whose dataOperazione is
// nearest to DATA_PRENOTAZIONE. The two may be 48 hours apart, and the voucher must not be older than our first sending.
// zone is the time zone of dates without one.
func BookingOf(v journal.Voucher, zone *time.Location) (found journal.Prenotazione, ok bool) {
	nearest := surelyOlder
	for _, p := range v.Ours {
		switch {
		case v.Protocollo != "" && p.Protocollo == v.Protocollo: // the list has been asked about this row already
			return p, true
		case v.Protocollo != "" && p.Protocollo != "", v.Prenotata.IsZero():
			continue
		}
		earliest := p.FirstSentAt.Add(-clockSkew)
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
	byRow := map[int64]string{}
	for v, err := range j.Vouchers(ctx) {
		if err != nil {
			return nil, err
		}
		if booking, ok := BookingOf(v, zone); ok && v.Protocollo != "" {
			byRow[booking.Row] = v.Protocollo
		}
	}
	return func(r journal.Row) string {
		for _, e := range r.Earlier {
			if p := byRow[e.Row]; p != "" {
				return p
			}
		}
		return byRow[r.ID]
	}, nil
}

// Kept is a list of ISEE outcomes as the journal keeps it: phases of the catalogue are written as it writes them,
// so that a change of letters is no change. A nil catalogue is today's.
func Kept(list []platform.Voucher, catalogue *mapping.Catalogue) []journal.Voucher {
	kept := make([]journal.Voucher, len(list))
	for i, v := range list {
		kept[i] = journal.Voucher{Beneficiario: v.Beneficiario, Protocollo: v.Protocollo, PartitaIvaOperatore: v.PartitaIvaOperatore,
			DataPrenotazione: v.DataPrenotazione, Prenotata: v.Prenotata, Fase: esito.FaseOf(catalogue, v.FaseOperativa).Name}
	}
	return kept
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
