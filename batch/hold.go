package batch

import (
	"context"
	"fmt"
	"strings"
	"time"

	"voucherbul/batch/journal"
	"voucherbul/batch/platform/esito"
	"voucherbul/mapping"
)

// listAge is how old a list of ISEE outcomes may be that holds an activation: a booking waits for days, and a run does not
// ask for the whole list again for every row.
const listAge = 10 * time.Minute

// known is the latest that is known of a beneficiary's booking.
type known struct {
	fase esito.Fase
	at   time.Time // when it was so, by the wall clock; zero = nothing is known
}

// holds reports whether an activation must wait: its booking is known, and the platform is still working on it (RULES.md
// 2.12, 3.3). What cannot be activated any more is sent all the same: the answer says it with authority.
func (k known) holds() bool { return k.fase.Class == esito.FaseWait }

// knownOf returns the latest knowledge about a booking: from the latest list of ISEE outcomes, or from the answer when we
// made the booking. voucher comes from the kept lists and listed says that there is one; history holds what we have sent for
// the beneficiary.
func knownOf(catalogue *mapping.Catalogue, voucher journal.Voucher, listed bool, fetch journal.Fetch, history []journal.Held) known {
	held, ours := standing(history)
	if ours && held.SettledAt.After(fetch.At) { // booked since: no list can have it
		return known{esito.FaseOf(catalogue, held.FaseOperativa), held.SettledAt}
	}
	if listed && voucher.Listed {
		return known{esito.FaseOf(catalogue, voucher.Fase), fetch.At}
	}
	return known{}
}

// hold holds an activation whose booking is not ready. done = it is not to be sent now.
func (s *submission) hold(running context.Context, e *entry) (d decision, done bool, err error) {
	k, err := s.knownFor(running, e.row)
	if err != nil || !k.holds() {
		return decision{}, false, err
	}
	// It may be ready by now: a list says so, one for all of them.
	answered, d, err := s.list(running, e, s.clock.Now().Add(-listAge))
	if err != nil || !answered {
		return d, true, err
	}
	if k, err = s.knownFor(running, e.row); err != nil || !k.holds() {
		return decision{}, false, err
	}
	d = decision{state: journal.Pending, inDoubt: e.row.InDoubt}
	return d, true, s.record(running, e, d, s.job.heldOutcome(k), nil)
}

func (s *submission) knownFor(ctx context.Context, row journal.Row) (known, error) {
	ctx = context.WithoutCancel(ctx) // short
	fetch, _, err := s.job.Journal.LastFetch(ctx)
	if err != nil {
		return known{}, err
	}
	voucher, listed, err := s.job.Journal.VoucherOf(ctx, row.Beneficiario)
	if err != nil {
		return known{}, err
	}
	history, err := s.job.Journal.History(ctx, row.Beneficiario)
	if err != nil {
		return known{}, err
	}
	return knownOf(s.job.Config.Catalogue, voucher, listed, fetch, history), nil
}

// heldOutcome says why an activation waits.
func (j Job) heldOutcome(k known) journal.Outcome {
	return journal.Outcome{
		Class:         string(esito.Attendere),
		FaseOperativa: k.fase.Name,
		Descrizione: fmt.Sprintf("Non inviata: la prenotazione è nello stato «%s» (al %s). Si può attivare solo da %s.",
			k.fase.Name, k.at.In(j.Zone).Format("02/01/2006 15:04"), j.Config.readyFasi()),
		Advice: "Nessuna azione: inviare di nuovo il file tra qualche giorno, parte da sola appena la prenotazione è confermata.",
		Reason: "held: its booking is in phase " + k.fase.Name,
	}
}

// readyFasi names the phases from which a voucher can be activated.
func (c Config) readyFasi() string {
	var names []string
	for _, f := range c.Catalogue.Fasi() {
		if f.Class == esito.FaseReady {
			names = append(names, "«"+f.Name+"»")
		}
	}
	return strings.Join(names, " o ")
}

// mayHold reports whether a row is one that waits for its booking.
func (s *submission) mayHold(row journal.Row) bool {
	return row.Operation == mapping.OperationAttivazione && row.State == journal.Planned && !s.job.Config.NoHold
}
