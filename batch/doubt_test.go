package batch

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"voucherbul/batch/journal"
	"voucherbul/batch/platform/simulator"
)

// refusing answers every request to a service whose path has the word with this status.
func refusing(word string, status int, header map[string]string) func(*http.Request) (*http.Response, error) {
	return func(req *http.Request) (*http.Response, error) {
		if !strings.Contains(req.URL.Path, word) {
			return nil, nil
		}
		r := answer(req, status, "")
		r.Body = io.NopCloser(strings.NewReader("<html>down</html>"))
		for name, value := range header {
			r.Header.Set(name, value)
		}
		return r, nil
	}
}

// doubtful leaves the bookings of n families uncertain in the journal, none of them applied.
func (r *rig) doubtful(n int) {
	r.t.Helper()
	wait, failures := r.config.Doubt.Wait, r.config.Breaker.Failures
	r.config.Doubt.Wait, r.config.Breaker.Failures = 0, 10*n
	r.before = func(req *http.Request) (*http.Response, error) {
		if strings.Contains(req.URL.Path, "prenotazione") {
			return nil, errors.New("reset")
		}
		return nil, nil
	}
	result := r.run(r.file(bookings(n)...))
	if got := result.Files[0].Counts[journal.Uncertain]; got != n {
		r.t.Fatalf("%d rows in doubt, want %d", got, n)
	}
	r.before, r.config.Doubt.Wait, r.config.Breaker.Failures = nil, wait, failures
	time.Sleep(time.Hour)
}

// TestADoubtOfAnotherRunIsNeverOrphaned: a run that takes it up and meets a 503 leaves it in doubt, for the next.
func TestADoubtOfAnotherRunIsNeverOrphaned(t *testing.T) {
	who := famiglia(1)
	world := simulator.World{Timers: atOnce, Vouchers: []simulator.InitialVoucher{{Beneficiario: who, Stato: simulator.StatoPrenotata}},
		Faults: []simulator.FaultRule{{Service: simulator.Attivazione, Times: 1, Fault: simulator.Fault{Kind: simulator.KindResetBefore}}}}
	play(t, world, func(t *testing.T, r *rig) {
		r.config.Doubt.Wait = 0
		first := r.run(r.file(attivazione(who)))
		time.Sleep(time.Hour)
		r.before = refusing("attivazione", http.StatusServiceUnavailable, nil)
		r.run(r.file(prenotazione(famiglia(2))))
		if row := r.rows(first.Files[0].ID)[0]; row.State != journal.Uncertain || row.Advice != adviceDoubt || strings.Contains(row.Descrizione, "<") {
			t.Errorf("after a 503 it is %s, %q, %q", row.State, row.Descrizione, row.Advice)
		}
		r.before = nil
		time.Sleep(time.Hour)
		r.run(r.file(prenotazione(famiglia(3))))
		if row := r.rows(first.Files[0].ID)[0]; row.State != journal.Accepted {
			t.Errorf("a later run leaves it %s", row.State)
		}
		if got := r.applied(who); len(got) != 1 {
			t.Errorf("applied %v", got)
		}
	})
}

// TestAVoucherOfSomebodyElseProvesNothing: the customer had one before our first attempt, which was not applied.
func TestAVoucherOfSomebodyElseProvesNothing(t *testing.T) {
	who := famiglia(1)
	world := simulator.World{Vouchers: []simulator.InitialVoucher{{Beneficiario: who, Stato: simulator.StatoPrenotata, DataPrenotazione: "-480h"}},
		Faults: []simulator.FaultRule{{Service: simulator.Prenotazione, Times: 1, Fault: simulator.Fault{Kind: simulator.KindProcessing}}}}
	play(t, world, func(t *testing.T, r *rig) {
		result := r.run(r.file(prenotazione(who)))
		if row := r.rows(result.Files[0].ID)[0]; row.State != journal.Rejected || row.Esito != "REQUEST_BUSINESS_NOK_002" {
			t.Errorf("%s %s, want the refusal", row.State, row.Esito)
		}
	})
}

// TestABrokenListStopsNobody: rows in doubt stay so, all others are sent, and the list is asked for once a pause.
func TestABrokenListStopsNobody(t *testing.T) {
	play(t, simulator.World{}, func(t *testing.T, r *rig) {
		r.doubtful(20)
		asked := 0
		broken := refusing("getprenotazioni", http.StatusNotFound, nil)
		r.before = func(req *http.Request) (*http.Response, error) {
			if strings.Contains(req.URL.Path, "getprenotazioni") {
				asked++
			}
			return broken(req)
		}
		orders := make([]order, 300)
		for i := range orders {
			orders[i] = prenotazione(impresa(i))
		}
		r.config.Doubt.Wait = 0
		began := time.Now()
		result := r.run(r.file(orders...))
		r.wantStop(result, "")
		r.wantAll(result, journal.Accepted)
		if most := 2 + int(time.Since(began)/r.config.Breaker.Pause); asked > most {
			t.Errorf("the list was asked for %d times in %v, want one a pause", asked, time.Since(began))
		}
	})
}

// TestASlowListHoldsUpNobody: the service has no timeout of its own (RULES.md 2.12).
func TestASlowListHoldsUpNobody(t *testing.T) {
	play(t, simulator.World{}, func(t *testing.T, r *rig) {
		r.doubtful(20)
		posts := len(r.posts())
		r.before = func(req *http.Request) (*http.Response, error) {
			if strings.Contains(req.URL.Path, "getprenotazioni") {
				time.Sleep(280 * time.Second)
			}
			return nil, nil
		}
		began := time.Now()
		r.run(r.file(prenotazione(impresa(1))))
		if after := r.posts()[posts].Time.Sub(began); after > 70*time.Second { // the rig itself waits a minute
			t.Errorf("the first row left after %v", after)
		}
	})
}

// TestAKilledAttemptShowsNoOlderAnswer: what an earlier attempt was told would be the wrong advice now.
func TestAKilledAttemptShowsNoOlderAnswer(t *testing.T) {
	play(t, simulator.World{}, func(t *testing.T, r *rig) {
		file := r.file(prenotazione(famiglia(1)))
		planned, err := r.job(file).Plan(t.Context())
		run := planned.Run
		if err != nil {
			t.Fatal(err)
		}
		rows, err := r.journal.ToSend(t.Context(), run, journal.RowID{}, 1)
		if err != nil {
			t.Fatal(err)
		}
		locked := journal.Outcome{HTTP: 400, Esito: "REQUEST_VALIDATION_NOK", Descrizione: "Stiamo gia' elaborando", Advice: "inviare di nuovo"}
		for _, err := range []error{
			r.journal.Sent(t.Context(), rows[0].ID, time.Now()),
			r.journal.Record(t.Context(), rows[0].ID, time.Now(), journal.Change{State: journal.Planned, Outcome: locked}),
			r.journal.Sent(t.Context(), rows[0].ID, time.Now()),
		} {
			if err != nil {
				t.Fatal(err)
			}
		}
		r.config.Doubt.Wait = 0
		result := r.run(file)
		row := r.rows(result.Files[0].ID)[0]
		if row.State != journal.Uncertain || row.HTTP != 0 || row.Esito != "" || !strings.Contains(row.Descrizione, "interrotto") || row.Advice != adviceDoubt {
			t.Errorf("%s, HTTP %d, %q, %q, %q", row.State, row.HTTP, row.Esito, row.Descrizione, row.Advice)
		}
	})
}

// TestAVoucherThatIsThereAlready: a booking whose answer was lost is not in the list, goes again, and is told that the
// customer has a voucher. Only the list can tell whose voucher it is: the row's own, made too late for the first look-up, or
// an older one that the list does not show.
func TestAVoucherThatIsThereAlready(t *testing.T) {
	who := famiglia(1)
	late := simulator.Fault{Kind: simulator.KindSlowApply, Delay: 331*time.Second + 500*time.Millisecond, NoLock: true}
	for name, test := range map[string]struct {
		world simulator.World
		fault simulator.Fault
		want  journal.State
		esito string
	}{
		"somebody's": {simulator.World{Vouchers: []simulator.InitialVoucher{{Beneficiario: who, Stato: simulator.StatoAttivata, DataPrenotazione: "-480h"}}},
			simulator.Fault{Kind: simulator.KindResetBefore}, journal.Rejected, "REQUEST_BUSINESS_NOK_002"},
		"its own": {simulator.World{}, late, journal.Accepted, "OK"},
	} {
		t.Run(name, func(t *testing.T) {
			test.world.Latency = time.Second // the list of the first look is from before the change
			test.world.Faults = []simulator.FaultRule{{Service: simulator.Prenotazione, Times: 1, Fault: test.fault}}
			play(t, test.world, func(t *testing.T, r *rig) {
				result := r.run(r.file(prenotazione(who)))
				row := r.rows(result.Files[0].ID)[0]
				if row.State != test.want || row.Esito != test.esito || row.Attempts != 2 || row.Advice == adviceDoubt {
					t.Errorf("%s, esito %q, %d attempts, %q; want %s, %q, 2", row.State, row.Esito, row.Attempts, row.Advice, test.want, test.esito)
				}
				if len(r.posts()) != 2 || r.count(simulator.Isee) != 2 {
					t.Errorf("%d requests and %d lists, want 2 and 2", len(r.posts()), r.count(simulator.Isee))
				}
			})
		})
	}
}
