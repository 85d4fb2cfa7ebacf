package batch

import (
	"context"
	"time"

	"voucherbul/batch/booking"
	"voucherbul/batch/journal"
	"voucherbul/batch/platform/esito"
	"voucherbul/mapping"
)

// listAge is how old a list of ISEE outcomes may be that holds an activation: a booking waits for days, and a run does not
// ask for the whole list again for every row.
const listAge = 10 * time.Minute

// hold holds an activation whose booking is not ready. done = it is not to be sent now.
func (s *sender) hold(running context.Context, e *entry) (d decision, done bool, err error) {
	k, err := s.knownFor(running, e.row)
	if err != nil || !k.Holds() {
		return decision{}, false, err
	}
	// It may be ready by now: a list says so, one for all of them.
	answered, d, err := s.list(running, e, s.clock.Now().Add(-listAge))
	if err != nil || !answered {
		return d, true, err
	}
	if k, err = s.knownFor(running, e.row); err != nil || !k.Holds() {
		return decision{}, false, err
	}
	d = decision{state: journal.Pending, inDoubt: e.row.InDoubt}
	return d, true, s.record(running, e, d, s.job.heldOutcome(k), nil)
}

func (s *sender) knownFor(ctx context.Context, row journal.Row) (booking.Known, error) {
	ctx = context.WithoutCancel(ctx) // short
	fetch, _, err := s.job.Journal.LastFetch(ctx)
	if err != nil {
		return booking.Known{}, err
	}
	voucher, listed, err := s.job.Journal.VoucherOf(ctx, row.Beneficiario)
	if err != nil {
		return booking.Known{}, err
	}
	sent, err := s.job.Journal.History(ctx, row.Beneficiario)
	if err != nil {
		return booking.Known{}, err
	}
	return booking.KnownOf(s.job.Config.Catalogue, voucher, listed, fetch, sent), nil
}

// heldOutcome says why an activation waits.
func (j Job) heldOutcome(k booking.Known) journal.Outcome {
	return journal.Outcome{Class: string(esito.Attendere), FaseOperativa: k.Fase.Name,
		Code: journal.AwaitsBooking, Args: append([]string{k.Fase.Name, k.At.UTC().Format(time.RFC3339)}, j.Config.readyFasi()...)}
}

// readyFasi names the phases from which a voucher can be activated.
func (c Config) readyFasi() (names []string) {
	for _, f := range c.Catalogue.Fasi() {
		if f.Class == esito.FaseReady {
			names = append(names, f.Name)
		}
	}
	return names
}

// mayHold reports whether a row is one that waits for its booking.
func (s *sender) mayHold(row journal.Row) bool {
	return row.Operation == mapping.OperationAttivazione && row.State == journal.Planned && !s.job.Config.NoHold
}
