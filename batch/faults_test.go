package batch

import (
	"fmt"
	"testing"
	"time"

	"voucherbul/batch/journal"
	"voucherbul/batch/platform/esito"
	"voucherbul/batch/platform/simulator"
	"voucherbul/mapping"
)

// course is what has to become of one row that meets a fault once.
type course struct {
	state    journal.State
	sends    int // requests that reach the platform
	attempts int // that count
	applied  int // changes the platform made
	stop     Cause
}

// What follows a fault. A prenotazione in doubt is looked up, the other kinds are sent again and the reply is
// read with the doubt in mind.
func courseOf(f simulator.Fault, op mapping.Operation) course {
	accepted := func(sends, attempts int) course { return course{journal.Accepted, sends, attempts, 1, ""} }
	lost := accepted(2, 2) // not applied: it goes again
	if f.Applied {
		f.Kind = simulator.KindBadGatewayApplied
	}
	switch f.Kind {
	case simulator.KindDelay:
		if f.Delay < 120*time.Second {
			return accepted(1, 1)
		}
	case simulator.KindUpperKeys:
		return accepted(1, 1)
	case simulator.KindRateLimit, simulator.KindQuota, simulator.KindUnauthorized, simulator.KindRevoke, simulator.KindUnavailable:
		return accepted(2, 1)
	case simulator.KindForbidden, simulator.KindNotFound:
		return course{journal.Pending, 1, 0, 0, Unavailable}
	case simulator.KindResetBefore, simulator.KindInternalError, simulator.KindProcessing, simulator.KindBadGateway, simulator.KindGatewayTimeout:
		return lost
	case simulator.KindLock:
		return accepted(2, 2)
	case simulator.KindEsito:
		return course{journal.Rejected, 1, 1, 0, ""}
	}
	// Applied, and the answer lost.
	if op == mapping.OperationPrenotazione {
		return accepted(1, 1)
	}
	return course{journal.Already, 2, 2, 1, ""}
}

// faults are all kinds, some of them in several forms.
func faults() []simulator.Fault {
	var all []simulator.Fault
	for _, kind := range simulator.Kinds() {
		f := simulator.Fault{Kind: kind}
		switch kind {
		case simulator.KindDelay:
			all = append(all, simulator.Fault{Kind: kind, Delay: 100 * time.Second})
			f.Delay = 125 * time.Second // longer than the client waits
		case simulator.KindGatewayTimeout:
			all = append(all, simulator.Fault{Kind: kind, Applied: true})
		case simulator.KindSlowApply:
			all = append(all, simulator.Fault{Kind: kind, Delay: 290 * time.Second, NoLock: true})
			f.Delay = 60 * time.Second
		case simulator.KindEsito:
			f.Esito = simulator.EsitoData
		}
		all = append(all, f)
	}
	return all
}

func TestEveryFault(t *testing.T) {
	for i, f := range faults() {
		for k, op := range mapping.Operations() {
			for n, who := range []string{famiglia(1), impresa(1)} {
				if testing.Short() && (i+k+n)%8 != 0 {
					continue
				}
				t.Run(fmt.Sprintf("%s %v applied %v/%s/%d", f.Kind, f.Delay, f.Applied, op, len(who)), func(t *testing.T) {
					meet(t, f, op, who, courseOf(f, op))
				})
			}
		}
	}
}

// meet sends a row that meets a fault, between two that do not, and the same file again.
func meet(t *testing.T, f simulator.Fault, op mapping.Operation, who string, want course) {
	world := simulator.World{Latency: 20 * time.Millisecond, Faults: []simulator.FaultRule{{Service: simulator.Service(op), Beneficiario: who, Times: 1, Fault: f}}}
	others := []string{famiglia(2), famiglia(3)}
	booked := map[mapping.Operation]simulator.Stato{mapping.OperationAttivazione: simulator.StatoPrenotata,
		mapping.OperationDisdetta: simulator.StatoPrenotata, mapping.OperationCessazione: simulator.StatoAttivata}[op]
	if booked != "" {
		for _, b := range append(others, who) {
			world.Vouchers = append(world.Vouchers, simulator.InitialVoucher{Beneficiario: b, Stato: booked, DataPrenotazione: "-48h"})
		}
	}
	play(t, world, func(t *testing.T, r *rig) {
		r.config.Pace.InFlight = 1 // those behind a stop are not sent
		file := r.file(newOrder(op, others[0]), newOrder(op, who), newOrder(op, others[1]))
		result := r.run(file)
		r.wantStop(result, want.stop)
		last := journal.Accepted
		if want.stop != "" {
			last = journal.Pending
		}
		r.wantStates(result, journal.Accepted, want.state, last)
		row := r.rows(result.Files[0].ID)[1]
		sends := 0
		for _, p := range r.posts() {
			if p.Beneficiario == who {
				sends++
			}
		}
		if sends != want.sends || row.Attempts != want.attempts || len(r.applied(who)) != want.applied {
			t.Errorf("%d requests, %d attempts, %d applied; want %d, %d, %d", sends, row.Attempts, len(r.applied(who)), want.sends, want.attempts, want.applied)
		}
		r.wantPatience(who)

		// The same file again finishes what a stop has left, and repeats nothing.
		again := r.run(file)
		r.wantStop(again, "")
		switch want.state {
		case journal.Accepted, journal.Already:
			r.wantAll(again, journal.Already)
		case journal.Pending:
			r.wantAll(again, journal.Accepted)
		case journal.Rejected: // a final esito is no promise: the row may go again, and is accepted now
			r.wantStates(again, journal.Already, journal.Accepted, journal.Already)
		}
		for _, b := range append(others, who) {
			if n := len(r.applied(b)); n != 1 {
				t.Errorf("%s: %d changes, want 1", b, n)
			}
		}
	})
}

// wantPatience checks that nothing went again before the platform must have settled it, unless the answer
// said that it was not processed.
func (r *rig) wantPatience(who string) {
	r.t.Helper()
	var before *simulator.Entry
	for _, p := range r.posts() {
		if p.Beneficiario != who {
			continue
		}
		if before != nil && (before.HTTP == 0 || before.HTTP == 200 || before.HTTP >= 500 && before.HTTP != 503) {
			if wait := p.Time.Sub(before.Time); wait < r.config.Doubt.Settle {
				r.t.Errorf("it went again after %v in doubt, want %v", wait, r.config.Doubt.Settle)
			}
		}
		before = &p
	}
}

// TestDoubtThatStays: the answer is lost every time. The other kinds go again once in a run, a prenotazione
// as often as any row.
func TestDoubtThatStays(t *testing.T) {
	for _, test := range []struct {
		op    mapping.Operation
		kind  simulator.Kind
		sends int
		state journal.State
	}{
		{mapping.OperationPrenotazione, simulator.KindBadGateway, 4, journal.Rejected},
		{mapping.OperationPrenotazione, simulator.KindBadGatewayApplied, 1, journal.Accepted},
		{mapping.OperationAttivazione, simulator.KindBadGateway, 2, journal.Uncertain},
		{mapping.OperationDisdetta, simulator.KindResetBefore, 2, journal.Uncertain},
		{mapping.OperationCessazione, simulator.KindWrongJSON, 2, journal.Uncertain},
	} {
		t.Run(fmt.Sprint(test.op, " ", test.kind), func(t *testing.T) {
			who := famiglia(1)
			world := simulator.World{Faults: []simulator.FaultRule{{Service: simulator.Service(test.op), Fault: simulator.Fault{Kind: test.kind}}}}
			if test.op != mapping.OperationPrenotazione {
				world.Vouchers = []simulator.InitialVoucher{{Beneficiario: who, Stato: simulator.StatoPrenotata, DataPrenotazione: "-48h"}}
			}
			if test.op == mapping.OperationCessazione {
				world.Vouchers[0].Stato = simulator.StatoAttivata
			}
			play(t, world, func(t *testing.T, r *rig) {
				r.config.Doubt.Wait = 10 * time.Hour // the limit is the number, not the time
				r.rules.Duplicate = mapping.ToWarn
				later := attivazione(who).with("dataAttivazione", "01/03/2026")
				if test.op != mapping.OperationAttivazione {
					later = disdetta(who).with("partitaIvaOperatore", operatore)
				}
				file := r.file(newOrder(test.op, who), prenotazione(famiglia(2)))
				if test.state == journal.Uncertain {
					file = r.file(newOrder(test.op, who), later)
				}
				result := r.run(file)
				r.wantStop(result, "")
				if got := r.states(result)[0]; got != test.state || len(r.posts()) < test.sends {
					t.Errorf("%s after %d requests, want %s", got, len(r.posts()), test.state)
				}
				sends := 0
				for _, p := range r.posts() {
					if p.Beneficiario == who {
						sends++
					}
				}
				if sends != test.sends {
					t.Errorf("%d requests, want %d", sends, test.sends)
				}
				if test.state == journal.Uncertain && r.states(result)[1] != journal.Pending {
					t.Errorf("the row behind the one in doubt is %s, want pending", r.states(result)[1])
				}
				if n := len(r.applied(who)); n > 1 {
					t.Errorf("%d changes", n)
				}
			})
		})
	}
}

// TestAnAnswerInDoubtWithoutEsito: a 400 nobody can read says nothing about the earlier sending.
func TestAnAnswerInDoubtWithoutEsito(t *testing.T) {
	who := famiglia(1)
	world := simulator.World{Vouchers: []simulator.InitialVoucher{{Beneficiario: who, Stato: simulator.StatoAttivata, DataPrenotazione: "-48h"}},
		Faults: []simulator.FaultRule{{Service: simulator.Cessazione, Fault: simulator.Fault{Kind: simulator.KindNoEsito}}}}
	play(t, world, func(t *testing.T, r *rig) {
		r.wantStates(r.run(r.file(cessazione(who))), journal.Uncertain)
		r.wantApplied(who, simulator.Cessazione)
	})
}

// TestOneResendingInDoubt: what interrupts it does not start the count anew.
func TestOneResendingInDoubt(t *testing.T) {
	for _, kind := range []simulator.Kind{simulator.KindUnauthorized, simulator.KindUnavailable, simulator.KindLock, simulator.KindRateLimit} {
		t.Run(string(kind), func(t *testing.T) {
			who := famiglia(1)
			world := simulator.World{
				Vouchers: []simulator.InitialVoucher{{Beneficiario: who, Stato: simulator.StatoPrenotata, DataPrenotazione: "-48h"}},
				Faults: []simulator.FaultRule{
					{Service: simulator.Attivazione, Nth: []int{1, 3, 4, 5, 6}, Fault: simulator.Fault{Kind: simulator.KindBadGateway}},
					{Service: simulator.Attivazione, Nth: []int{2}, Fault: simulator.Fault{Kind: kind}},
				}}
			play(t, world, func(t *testing.T, r *rig) {
				r.config.Doubt.Wait = 10 * time.Hour
				result := r.run(r.file(attivazione(who)))
				r.wantStates(result, journal.Uncertain)
				if n := len(r.posts()); n != 3 {
					t.Errorf("%d requests, want 3: lost, refused, and once more", n)
				}
			})
		})
	}
}

// TestALookupFindsOnlyItsOwn: the voucher in the list was made by an earlier row of the same beneficiary.
func TestALookupFindsOnlyItsOwn(t *testing.T) {
	who := famiglia(1)
	world := simulator.World{Faults: []simulator.FaultRule{{Service: simulator.Prenotazione, Nth: []int{2}, Fault: simulator.Fault{Kind: simulator.KindResetBefore}}}}
	play(t, world, func(t *testing.T, r *rig) {
		result := r.run(r.file(prenotazione(who), prenotazione(who).with("email", "another@example.it")))
		r.wantApplied(who, simulator.Prenotazione)
		if got := r.states(result)[1]; got == journal.Accepted {
			t.Error("a row is accepted that the platform never applied")
		}
	})
}

// TestLookupsShareOneList: many rows in doubt, one call.
func TestLookupsShareOneList(t *testing.T) {
	world := simulator.World{Faults: []simulator.FaultRule{{Service: simulator.Prenotazione, Times: 6, Fault: simulator.Fault{Kind: simulator.KindWrongJSON}}}}
	play(t, world, func(t *testing.T, r *rig) {
		orders := bookings(12)
		r.wantAll(r.run(r.file(orders...)), journal.Accepted)
		r.wantEachAppliedOnce(orders)
		if n := r.count(simulator.Isee); n != 1 {
			t.Errorf("%d lists fetched, want 1", n)
		}
		if len(r.posts()) != 12 {
			t.Errorf("%d requests, want 12", len(r.posts()))
		}
	})
}

// TestALookupNeverUsesAnOldList: a row that comes into doubt half a minute later is not in the list that was
// fetched for the first.
func TestALookupNeverUsesAnOldList(t *testing.T) {
	lost, lock := simulator.Fault{Kind: simulator.KindResetAfter}, simulator.Fault{Kind: simulator.KindLock}
	world := simulator.World{Faults: []simulator.FaultRule{
		{Service: simulator.Prenotazione, Beneficiario: famiglia(0), Times: 1, Fault: lost},
		{Service: simulator.Prenotazione, Beneficiario: famiglia(1), Nth: []int{1, 2, 3, 4}, Fault: lock},
		{Service: simulator.Prenotazione, Beneficiario: famiglia(1), Nth: []int{5}, Fault: lost}}}
	play(t, world, func(t *testing.T, r *rig) {
		r.config.Retry.Attempts = 9 // the second is applied after 450 s, the list fetched after 330 s
		r.wantAll(r.run(r.file(bookings(2)...)), journal.Accepted)
		if len(r.posts()) != 6 || r.count(simulator.Isee) != 2 {
			t.Errorf("%d requests and %d lists, want 6 and 2", len(r.posts()), r.count(simulator.Isee))
		}
	})
}

// TestLookupsThatFail leave the row in doubt, and end.
func TestLookupsThatFail(t *testing.T) {
	for _, kind := range []simulator.Kind{simulator.KindUnauthorized, simulator.KindNotFound, simulator.KindUnavailable, simulator.KindHalfBody, simulator.KindWrongJSON} {
		for _, times := range []int{1, 1000} {
			t.Run(fmt.Sprint(kind, " ", times), func(t *testing.T) {
				world := simulator.World{Faults: []simulator.FaultRule{
					{Service: simulator.Prenotazione, Beneficiario: famiglia(0), Times: 1, Fault: simulator.Fault{Kind: simulator.KindResetAfter}},
					{Service: simulator.Isee, Times: times, Fault: simulator.Fault{Kind: kind}}}}
				play(t, world, func(t *testing.T, r *rig) {
					file := r.file(bookings(3)...)
					result := r.run(file)
					r.wantStop(result, "")
					first := journal.Accepted
					if times > 1 {
						first = journal.Uncertain
					}
					r.wantStates(result, first, journal.Accepted, journal.Accepted)
					if len(r.posts()) != 3 || r.count(simulator.Isee) > 20 {
						t.Errorf("%d requests and %d lists", len(r.posts()), r.count(simulator.Isee))
					}
					if took := time.Since(start); took > 30*time.Minute {
						t.Errorf("it took %v to end", took)
					}
				})
			})
		}
	}
}

// TestEveryFormOfTheList is about rows in doubt that are found whatever the list looks like.
func TestEveryFormOfTheList(t *testing.T) {
	for _, list := range []simulator.IseeList{{}, {Wrapper: "vouchers"}, {Wrapper: "-"}, {Keys: "lower"}, {Dates: "offset"}, {Dates: "utc"}, {Dates: "fraction"}} {
		t.Run(fmt.Sprintf("%+v", list), func(t *testing.T) {
			world := simulator.World{IseeList: list, Faults: []simulator.FaultRule{{Service: simulator.Prenotazione, Times: 1, Fault: simulator.Fault{Kind: simulator.KindResetAfter}}}}
			play(t, world, func(t *testing.T, r *rig) {
				result := r.run(r.file(prenotazione(impresa(7))))
				r.wantStates(result, journal.Accepted)
				row := r.rows(result.Files[0].ID)[0]
				if len(r.posts()) != 1 || row.Protocollo == "" || row.Class != string(esito.OK) {
					t.Errorf("%d requests, protocollo %q, class %s", len(r.posts()), row.Protocollo, row.Class)
				}
			})
		})
	}
}

// TestLocksUsedUp: four lock texts are final, with the waits of RULES.md 3.
func TestLocksUsedUp(t *testing.T) {
	play(t, simulator.World{Faults: []simulator.FaultRule{{Service: simulator.Prenotazione, Fault: simulator.Fault{Kind: simulator.KindLock}}}}, func(t *testing.T, r *rig) {
		result := r.run(r.file(prenotazione(famiglia(1))))
		r.wantStates(result, journal.Rejected)
		var waits []time.Duration
		posts := r.posts()
		for i := 1; i < len(posts); i++ {
			waits = append(waits, posts[i].Time.Sub(posts[i-1].Time))
		}
		if fmt.Sprint(waits) != "[30s 1m0s 2m0s]" {
			t.Errorf("waits %v", waits)
		}
		attempts, err := r.journal.Events(t.Context(), result.Files[0].ID.Row(1))
		if err != nil || len(attempts) != 4 || attempts[1].Wait != time.Minute || attempts[3].Wait != 0 {
			t.Errorf("attempts %+v, %v", attempts, err)
		}
	})
}
