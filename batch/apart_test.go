package batch

import (
	"errors"
	"testing"

	"voucherbul/batch/journal"
	"voucherbul/batch/platform/simulator"
)

// TestPlanAndSendApart: one process plans, another sends by the run's ID, and knows no file.
func TestPlanAndSendApart(t *testing.T) {
	play(t, simulator.World{}, func(t *testing.T, r *rig) {
		orders := bookings(3)
		planned := r.plan(r.file(orders...))
		if len(r.posts()) > 0 {
			t.Errorf("a plan has sent %d requests", len(r.posts()))
		}
		again := r.plan(r.file(orders...))
		if again.Run != planned.Run || !again.Resumed {
			t.Errorf("planned again: %+v, want run %s", again, planned.Run)
		}
		result := r.send(planned.Run)
		r.wantAll(result, journal.Accepted)
		r.wantEachAppliedOnce(orders)
		if result.Run != planned.Run {
			t.Errorf("%+v", result)
		}
	})
}

// TestWhatHappensBetweenPlanAndSend: a run is planned, and before it is sent others send the same order and withdraw it. The
// planned rows lie in the past then, whoever planned first.
func TestWhatHappensBetweenPlanAndSend(t *testing.T) {
	who := famiglia(1)
	play(t, simulator.World{Timers: atOnce}, func(t *testing.T, r *rig) {
		first := r.plan(r.file(prenotazione(who)))
		planned := r.plan(r.file(prenotazione(who), disdetta(who)))
		r.wantAll(r.send(first.Run), journal.Accepted)
		r.wantAll(r.run(r.file(disdetta(who))), journal.Accepted)
		r.wantAll(r.send(planned.Run), journal.Already)
		r.wantApplied(who, simulator.Prenotazione, simulator.Disdetta)
	})
}

// TestASecondOwnerIsRefused: beside a process that owns the journal nobody plans, and who looks is not kept from it.
func TestASecondOwnerIsRefused(t *testing.T) {
	play(t, simulator.World{}, func(t *testing.T, r *rig) {
		if _, err := r.journal.Journal.Own(t.Context(), r.config.Claim()); !errors.Is(err, journal.ErrBusy) {
			t.Errorf("%v, want ErrBusy", err)
		}
		r.wantAll(r.run(r.file(bookings(1)...)), journal.Accepted)
	})
}

// plan plans files as a process of its own does, and ends.
func (r *rig) plan(files ...string) Planned {
	r.t.Helper()
	r.nextProcess()
	p, err := r.job(files...).Plan(r.t.Context())
	if err != nil {
		r.t.Fatal(err)
	}
	return p
}

// send sends a run as a process of its own does that has never heard of its files.
func (r *rig) send(run string) Result {
	r.t.Helper()
	r.nextProcess()
	result, err := r.job().Send(r.t.Context(), Planned{Run: run})
	if err != nil {
		r.t.Fatal(err)
	}
	r.reconcile(result)
	return result
}
