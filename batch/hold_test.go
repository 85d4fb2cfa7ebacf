package batch

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"voucherbul/batch/journal"
	"voucherbul/batch/platform/simulator"
)

// slowIsee is a world in which a booking waits a day for its ISEE check.
var slowIsee = simulator.Timers{Inviata: 0, Isee: 24 * time.Hour, Scadenza: 2000 * time.Hour}

// TestAnActivationWaitsForItsBooking: held while the platform is still working on the booking, sent when it is ready.
func TestAnActivationWaitsForItsBooking(t *testing.T) {
	who := famiglia(1)
	play(t, simulator.World{Timers: slowIsee}, func(t *testing.T, r *rig) {
		file := r.file(prenotazione(who), attivazione(who), prenotazione(famiglia(2)))
		result := r.run(file)
		r.wantStop(result, "")
		r.wantStates(result, journal.Accepted, journal.Pending, journal.Accepted)
		row := r.rows(result.Files[0].ID)[1]
		if row.Attempts != 0 || !strings.Contains(row.Descrizione, "Attesa controllo ISEE") || row.Advice == "" || !strings.HasPrefix(row.Reason, "held") {
			t.Errorf("%d attempts, %q, %q, %q", row.Attempts, row.Descrizione, row.Advice, row.Reason)
		}
		r.wantApplied(who, simulator.Prenotazione)

		time.Sleep(time.Hour) // still waiting: a list is asked for, and says so
		result = r.run(file)
		r.wantStates(result, journal.Accepted, journal.Pending, journal.Accepted)
		if n := r.count(simulator.Isee); n != 2 {
			t.Errorf("%d lists, want one a run", n)
		}
		if row := r.rows(result.Files[0].ID)[1]; !strings.Contains(row.Descrizione, "02/03/2026 10:") {
			t.Errorf("it does not say of when the list is: %q", row.Descrizione)
		}
		time.Sleep(24 * time.Hour)
		r.wantAll(r.run(file), journal.Accepted)
		r.wantApplied(who, simulator.Prenotazione, simulator.Attivazione)
	})
}

// TestManyHeldActivationsAskOnce: one list for all, and nobody else waits for it.
func TestManyHeldActivationsAskOnce(t *testing.T) {
	play(t, simulator.World{Timers: slowIsee}, func(t *testing.T, r *rig) {
		var orders []order
		for i := range 20 {
			orders = append(orders, prenotazione(famiglia(i)))
		}
		r.run(r.file(orders...))
		for i := range orders {
			orders[i] = attivazione(famiglia(i))
		}
		lists, posts := r.count(simulator.Isee), len(r.posts())
		time.Sleep(time.Hour)
		result := r.run(r.file(append(orders, prenotazione(famiglia(50)))...))
		if c := result.Files[0].Counts; c[journal.Pending] != 20 || c[journal.Accepted] != 1 {
			t.Errorf("%v, want the activations held", c)
		}
		if l, p := r.count(simulator.Isee)-lists, len(r.posts())-posts; l != 1 || p != 1 {
			t.Errorf("%d lists and %d requests, want one of each", l, p)
		}
	})
}

// TestNoHold sends it, and the platform says what it thinks of it.
func TestNoHold(t *testing.T) {
	who := famiglia(1)
	play(t, simulator.World{Timers: slowIsee}, func(t *testing.T, r *rig) {
		r.run(r.file(prenotazione(who)))
		job := r.job(r.file(attivazione(who)))
		job.Config.NoHold = true
		result := r.runWith(t.Context(), job)
		r.wantStates(result, journal.Rejected)
		if row := r.rows(result.Files[0].ID)[0]; row.Esito != "REQUEST_BUSINESS_NOK_007" {
			t.Errorf("esito %s", row.Esito)
		}
	})
}

// TestWhatIsNotKnownIsNotHeld: a booking of the portal, one that was refused, one that the list has lost.
func TestWhatIsNotKnownIsNotHeld(t *testing.T) {
	portal, refused, activated := famiglia(1), famiglia(2), famiglia(3)
	world := simulator.World{Timers: slowIsee, IseeOutcomes: map[string]simulator.Stato{refused: simulator.StatoNonPrenotabile},
		Vouchers: []simulator.InitialVoucher{{Beneficiario: portal, Stato: simulator.StatoPrenotata, DataPrenotazione: "-48h"}}}
	play(t, world, func(t *testing.T, r *rig) {
		r.wantStates(r.run(r.file(attivazione(portal))), journal.Accepted)
		if n := r.count(simulator.Isee); n != 0 {
			t.Errorf("%d lists for a booking that nobody knows", n)
		}
		r.run(r.file(prenotazione(refused), prenotazione(activated)))
		time.Sleep(25 * time.Hour)
		r.wantStates(r.run(r.file(attivazione(refused))), journal.Rejected)
		r.wantStates(r.run(r.file(attivazione(activated))), journal.Accepted)
		r.wantStates(r.run(r.file(attivazione(activated).with("dataAttivazione", time.Now().Format("02/01/2006")))), journal.Already)
	})
}

// TestAListThatFailsHoldsByWhatIsKnown: the reply to the booking said that it waits.
func TestAListThatFailsHoldsByWhatIsKnown(t *testing.T) {
	who := famiglia(1)
	play(t, simulator.World{Timers: slowIsee}, func(t *testing.T, r *rig) {
		r.run(r.file(prenotazione(who)))
		r.before = refusing("getprenotazioni", http.StatusInternalServerError, nil)
		file := r.file(attivazione(who), prenotazione(famiglia(2)))
		result := r.run(file)
		r.wantStop(result, "")
		r.wantStates(result, journal.Pending, journal.Accepted)
		r.before = nil
		time.Sleep(25 * time.Hour)
		r.wantAll(r.run(file), journal.Accepted)
	})
}
