package batch

import (
	"slices"
	"testing"
	"time"

	"voucherbul/batch/journal"
	"voucherbul/batch/platform/simulator"
)

func TestEverythingAccepted(t *testing.T) {
	world := simulator.World{Latency: 50 * time.Millisecond, Vouchers: []simulator.InitialVoucher{
		{Beneficiario: famiglia(100), Stato: simulator.StatoPrenotata},
		{Beneficiario: impresa(101), Stato: simulator.StatoAttivata},
		{Beneficiario: famiglia(102), Stato: simulator.StatoPrenotata},
	}}
	play(t, world, func(t *testing.T, r *rig) {
		orders := append(bookings(40), prenotazione(impresa(1)), attivazione(famiglia(100)), cessazione(impresa(101)), disdetta(famiglia(102)))
		result := r.run(r.file(orders...))
		r.wantStop(result, "")
		r.wantAll(result, journal.Accepted)
		r.wantEachAppliedOnce(orders)
		if n := len(r.posts()); n != len(orders) {
			t.Errorf("%d requests, want %d", n, len(orders))
		}
		if r.TokensIssued() != 1 || r.count(simulator.Isee) != 0 {
			t.Errorf("%d tokens, %d lists fetched, want 1 and 0", r.TokensIssued(), r.count(simulator.Isee))
		}
		for _, row := range r.rows(result.Files[0].ID) {
			attempts, err := r.journal.Events(t.Context(), row.ID)
			if err != nil || len(attempts) != 1 || attempts[0].Ended.Sub(attempts[0].At) != 50*time.Millisecond || attempts[0].HTTP != 200 {
				t.Errorf("row %d: attempts %+v, %v", row.Number, attempts, err)
			}
			if row.HTTP != 200 || row.Esito != "OK" || row.DataOperazione == "" || row.Attempts != 1 || !row.SettledAt.After(row.SentAt) {
				t.Errorf("row %d: %+v", row.Number, row)
			}
		}
	})
}

func TestInvalidRowsAreNotSent(t *testing.T) {
	play(t, simulator.World{}, func(t *testing.T, r *rig) {
		result := r.run(r.file(prenotazione("RSSMRA85T10H501X"), prenotazione(famiglia(1)), prenotazione(famiglia(2)).with("cap", "1")))
		r.wantStates(result, journal.Invalid, journal.Accepted, journal.Invalid)
		if n := len(r.posts()); n != 1 {
			t.Errorf("%d requests, want 1", n)
		}
	})
}

func TestNothingToSend(t *testing.T) {
	play(t, simulator.World{}, func(t *testing.T, r *rig) {
		result := r.run(r.file(prenotazione("wrong")))
		r.wantStates(result, journal.Invalid)
		if n := len(r.Ledger()); n != 0 {
			t.Errorf("%d requests, want none, not even for a token", n)
		}
	})
}

// TestManyRows reads more than one page, and has more rows than the lanes hold at once.
func TestManyRows(t *testing.T) {
	play(t, simulator.World{}, func(t *testing.T, r *rig) {
		orders := bookings(window + 2*page + 7)
		r.config.Pace.InFlight = 64
		result := r.run(r.file(orders...))
		r.wantStop(result, "")
		if n := result.Files[0].Counts[journal.Accepted]; n != len(orders) || len(r.posts()) != len(orders) {
			t.Errorf("%d accepted with %d requests, want %d", n, len(r.posts()), len(orders))
		}
		numbers := 0
		for _, row := range r.rows(result.Files[0].ID) {
			if numbers++; row.Number != numbers+1 {
				t.Fatalf("row %d at place %d", row.Number, numbers)
			}
		}
	})
}

// TestSeveralFiles shares one run, and one beneficiary, between two files.
func TestSeveralFiles(t *testing.T) {
	play(t, simulator.World{Timers: atOnce}, func(t *testing.T, r *rig) {
		who := famiglia(1)
		result := r.run(r.file(prenotazione(who)), r.file(attivazione(who), prenotazione(famiglia(2))))
		r.wantAll(result, journal.Accepted)
		if len(result.Files) != 2 || result.Files[0].Rows != 1 || result.Files[1].Rows != 2 {
			t.Errorf("files %+v", result.Files)
		}
		r.wantApplied(who, simulator.Prenotazione, simulator.Attivazione)
	})
}

// TestOrderPerBeneficiary sends a voucher's whole life for many, while answers are slow, late and lost.
func TestOrderPerBeneficiary(t *testing.T) {
	world := simulator.World{Timers: atOnce, Latency: 300 * time.Millisecond, Faults: onEveryService(
		simulator.FaultRule{Every: 7, Fault: simulator.Fault{Kind: simulator.KindLock}},
		simulator.FaultRule{Every: 11, Fault: simulator.Fault{Kind: simulator.KindUnavailable}},
		simulator.FaultRule{Every: 13, Fault: simulator.Fault{Kind: simulator.KindDelay, Delay: 20 * time.Second}},
		simulator.FaultRule{Every: 17, Fault: simulator.Fault{Kind: simulator.KindBadGateway}},
		simulator.FaultRule{Every: 19, Fault: simulator.Fault{Kind: simulator.KindRateLimit, RetryAfter: 3}},
	)}
	play(t, world, func(t *testing.T, r *rig) {
		var orders []order
		const n = 20
		for _, make := range []func(string) order{prenotazione, attivazione, cessazione, prenotazione, disdetta} {
			for i := range n {
				orders = append(orders, make(famiglia(i)))
			}
		}
		r.config.Doubt.Wait = 4 * time.Hour
		r.config.Retry.Attempts = 10
		r.config.Breaker.Failures = 50
		result := r.run(r.file(orders...))
		r.wantStop(result, "")
		for i := range n {
			r.wantApplied(famiglia(i), simulator.Prenotazione, simulator.Attivazione, simulator.Cessazione, simulator.Prenotazione, simulator.Disdetta)
		}
	})
}

// TestARowThatWaitsHoldsItsOwnOnly: a lock text of 30 s on one family, and all others pass.
func TestARowThatWaitsHoldsItsOwnOnly(t *testing.T) {
	slow := famiglia(0)
	world := simulator.World{Timers: atOnce, Latency: 10 * time.Millisecond, Faults: []simulator.FaultRule{
		{Beneficiario: slow, Times: 1, Fault: simulator.Fault{Kind: simulator.KindLock}}}}
	play(t, world, func(t *testing.T, r *rig) {
		orders := append(bookings(30), attivazione(slow))
		result := r.run(r.file(orders...))
		r.wantAll(result, journal.Accepted)
		r.wantApplied(slow, simulator.Prenotazione, simulator.Attivazione)
		posts := r.posts()
		var late []string
		for _, p := range posts {
			if p.Time.Sub(posts[0].Time) > 20*time.Second {
				late = append(late, p.Beneficiario)
			}
		}
		if !slices.Equal(late, []string{slow, slow}) {
			t.Errorf("%v went late, want the two that had to wait", late)
		}
		if row := r.rows(result.Files[0].ID)[0]; row.Attempts != 2 {
			t.Errorf("%d attempts, want 2: the lock counts", row.Attempts)
		}
	})
}

// TestFamiliesThatShareARelative never have requests under way together: the simulator would answer both.
func TestFamiliesThatShareARelative(t *testing.T) {
	child := famiglia(99)
	play(t, simulator.World{Latency: time.Second}, func(t *testing.T, r *rig) {
		result := r.run(r.file(prenotazione(famiglia(1)).withRelatives(child), prenotazione(famiglia(2)).withRelatives(child), prenotazione(famiglia(3))))
		r.wantStates(result, journal.Accepted, journal.Rejected, journal.Accepted)
		posts := r.posts()
		if len(posts) != 3 || posts[2].Beneficiario != famiglia(2) || posts[2].Time.Sub(posts[0].Time) < time.Second {
			t.Errorf("requests %+v, want the second family's after the answer to the first", posts)
		}
		if esito := r.rows(result.Files[0].ID)[1].Esito; esito != string(simulator.EsitoFamigliari) {
			t.Errorf("%s, want NOK_003", esito)
		}
	})
}
