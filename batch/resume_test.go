package batch

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"voucherbul/batch/journal"
	"voucherbul/batch/platform/simulator"
	"voucherbul/mapping"
)

// TestRowsLeftSent is the journal of a process that was killed: rows on their way, their requests applied or
// not. The next run settles each of them, and sends nothing before the settle time.
func TestRowsLeftSent(t *testing.T) {
	world := simulator.World{}
	var orders []order
	for i, op := range mapping.Operations() {
		for _, who := range []string{famiglia(10 + i), impresa(10 + i)} { // the enterprises' requests are applied
			if stato := map[mapping.Operation]simulator.Stato{mapping.OperationAttivazione: simulator.StatoPrenotata,
				mapping.OperationDisdetta: simulator.StatoPrenotata, mapping.OperationCessazione: simulator.StatoAttivata}[op]; stato != "" {
				world.Vouchers = append(world.Vouchers, simulator.InitialVoucher{Beneficiario: who, Stato: stato, DataPrenotazione: "-48h"})
			}
			orders = append(orders, newOrder(op, who))
		}
	}
	orders = append(orders, prenotazione(famiglia(50)))
	play(t, world, func(t *testing.T, r *rig) {
		file := r.file(orders...)
		killed := r.job(file)
		planned, err := killed.Plan(t.Context())
		run := planned.Run
		if err != nil {
			t.Fatal(err)
		}
		token, err := killed.Platform.Token(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		at := time.Now()
		for _, row := range r.rows(journal.FileID{Run: run, File: 1})[:len(orders)-1] {
			if err := r.journal.Sent(t.Context(), row.ID, at); err != nil {
				t.Fatal(err)
			}
			if len(row.Beneficiario) == 11 {
				stamp := r.config.Stamp
				stamp.At = at.In(r.rome)
				body, err := mapping.Body(row.Operation, row.Request, stamp)
				if err != nil {
					t.Fatal(err)
				}
				if reply := killed.Platform.Send(t.Context(), token, row.Operation, body); reply.Esito != "OK" {
					t.Fatalf("%s: %+v", row.Operation, reply)
				}
			}
		}
		r.close()
		r.open("journal.db")
		before := len(r.posts())

		result := r.run(file)
		r.wantStop(result, "")
		if result.Run != run || !result.Resumed {
			t.Errorf("run %s, resumed %v, want %s taken up", result.Run, result.Resumed, run)
		}
		for i, state := range r.states(result) {
			want := journal.Accepted
			if who := orders[i]["partitaIva"]; who != "" && orders[i]["operazione"] != "prenotazione" {
				want = journal.Already // sent again, and told so
			}
			if state != want {
				t.Errorf("%s of %s: %s, want %s", orders[i]["operazione"], orders[i]["codiceFiscale"]+orders[i]["partitaIva"], state, want)
			}
		}
		for _, p := range r.posts()[before:] {
			if early := p.Time.Sub(at) < r.config.Doubt.Settle; early && p.Beneficiario != famiglia(50) {
				t.Errorf("%s of %s goes %v after it was sent", p.Service, p.Beneficiario, p.Time.Sub(at))
			}
		}
		r.wantEachAppliedOnce(orders)
	})
}

// TestRowsInDoubtOfAnotherRun come first, whatever is sent next.
func TestRowsInDoubtOfAnotherRun(t *testing.T) {
	who := famiglia(1)
	world := simulator.World{Timers: atOnce, Faults: []simulator.FaultRule{{Service: simulator.Prenotazione, Times: 1, Fault: simulator.Fault{Kind: simulator.KindResetBefore}}}}
	play(t, world, func(t *testing.T, r *rig) {
		r.config.Doubt.Wait = time.Minute // too short to clear it up
		first := r.run(r.file(prenotazione(who)))
		r.wantStates(first, journal.Uncertain)
		r.config.Doubt.Wait = time.Hour
		second := r.run(r.file(attivazione(who)))
		r.wantStates(second, journal.Accepted)
		r.wantStates(first, journal.Accepted)
		r.wantApplied(who, simulator.Prenotazione, simulator.Attivazione)
	})
}

// TestADoubtLongerThanTheRunWaits ends with the row uncertain, and the rows behind it not sent.
func TestADoubtLongerThanTheRunWaits(t *testing.T) {
	who := famiglia(1)
	world := simulator.World{Timers: atOnce, Faults: []simulator.FaultRule{{Service: simulator.Prenotazione, Times: 1, Fault: simulator.Fault{Kind: simulator.KindResetAfter}}}}
	play(t, world, func(t *testing.T, r *rig) {
		r.config.Doubt.Wait = time.Minute
		file := r.file(prenotazione(who), attivazione(who))
		result := r.run(file)
		r.wantStop(result, "")
		r.wantStates(result, journal.Uncertain, journal.Pending)
		if took := time.Since(start); took > 5*time.Minute {
			t.Errorf("it took %v, want it to end at once", took)
		}
		r.config.Doubt.Wait = 10 * time.Minute
		r.wantAll(r.run(file), journal.Accepted)
		r.wantApplied(who, simulator.Prenotazione, simulator.Attivazione)
	})
}

// TestARowBehindADoubtSaysWhy: the back office has to know why it was not sent.
func TestARowBehindADoubtSaysWhy(t *testing.T) {
	who := famiglia(1)
	world := simulator.World{Timers: atOnce, Faults: []simulator.FaultRule{{Service: simulator.Prenotazione, Times: 1, Fault: simulator.Fault{Kind: simulator.KindResetAfter}}}}
	play(t, world, func(t *testing.T, r *rig) {
		r.config.Doubt.Wait = time.Minute
		result := r.run(r.file(prenotazione(who), attivazione(who)))
		if row := r.rows(result.Files[0].ID)[1]; row.State != journal.Pending || row.Reason == "" || row.Advice == "" {
			t.Errorf("%s, reason %q, advice %q", row.State, row.Reason, row.Advice)
		}
	})
}

// TestKilledAtEveryRequest copies the journal at the moment of a request, before it reaches the platform or
// after it was applied, ends everything, and goes on from the copy: nothing lost, nothing twice, in order.
func TestKilledAtEveryRequest(t *testing.T) {
	for k := 1; k <= 14; k++ {
		for _, applied := range []bool{false, true} {
			t.Run(fmt.Sprint(k, " applied ", applied), func(t *testing.T) {
				play(t, simulator.World{Timers: atOnce, Latency: 100 * time.Millisecond}, func(t *testing.T, r *rig) {
					var orders []order
					for _, make := range []func(string) order{prenotazione, attivazione, cessazione, prenotazione} {
						for i := range 4 {
							orders = append(orders, make(famiglia(i)))
						}
					}
					file := r.file(orders...)
					ctx, kill := context.WithCancel(t.Context())
					defer kill()
					n, dead := 0, false
					lock := make(chan struct{}, 1)
					r.before = func(request *http.Request) (*http.Response, error) {
						lock <- struct{}{}
						defer func() { <-lock }()
						if dead {
							return nil, errors.New("killed")
						}
						if !strings.Contains(request.URL.Path, "/v1/") {
							return nil, nil
						}
						if n++; n < k {
							return nil, nil
						}
						dead = true
						kill()
						if applied {
							response, err := r.Transport().RoundTrip(request)
							if err == nil {
								_ = response.Body.Close()
							}
						}
						return nil, errors.Join(errors.New("killed"), copyJournal(r.journal.Path(), filepath.Join(r.dir, "copy.db")))
					}
					r.config.Pace.InFlight = 3
					if _, err := r.job(file).Run(ctx); err != nil {
						t.Fatal(err)
					}
					r.close()
					r.before = nil
					r.open("copy.db")
					result := r.run(file)
					r.wantStop(result, "")
					if !result.Resumed {
						t.Error("the run was not taken up")
					}
					for _, state := range r.states(result) {
						if state != journal.Accepted && state != journal.Already {
							t.Errorf("states %v", r.states(result))
							break
						}
					}
					for i := range 4 {
						r.wantApplied(famiglia(i), simulator.Prenotazione, simulator.Attivazione, simulator.Cessazione, simulator.Prenotazione)
					}
				})
			})
		}
	}
}

// TestTheSameFileOfAWholeLifeAgain sends nothing, whatever its rows did to each other.
func TestTheSameFileOfAWholeLifeAgain(t *testing.T) {
	play(t, simulator.World{Timers: atOnce}, func(t *testing.T, r *rig) {
		who := famiglia(1)
		orders := []order{prenotazione(who), disdetta(who), prenotazione(who), attivazione(who), cessazione(who)}
		file := r.file(orders...)
		r.wantAll(r.run(file), journal.Accepted)
		for range 2 {
			r.wantAll(r.run(file), journal.Already)
		}
		r.wantAll(r.run(r.file(orders[:3]...)), journal.Accepted) // without what came last, it is a new beginning
		if n := len(r.applied(who)); n != 8 {
			t.Errorf("%d changes, want 8", n)
		}
	})
}
