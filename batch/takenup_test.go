package batch

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"voucherbul/batch/journal"
	"voucherbul/batch/platform/simulator"
)

// TestARunLeavesToItsRetryWhatThatHasTakenUp: a run stops, its rows are corrected in its outcome and sent, and the command
// of the first one is given again: the order is one, though nothing in the two requests says so.
func TestARunLeavesToItsRetryWhatThatHasTakenUp(t *testing.T) {
	wrong, right, other := famiglia(1), famiglia(2), famiglia(3)
	play(t, simulator.World{}, func(t *testing.T, r *rig) {
		r.before = refusing("prenotazione", http.StatusNotFound, nil)
		export := r.file(prenotazione(wrong), prenotazione(other))
		first := r.run(export)
		r.wantAll(first, journal.Pending)
		r.before = nil
		outcome := linesOf(t, r.outcome(first.Run, 1, ".csv"))
		corrected := filepath.Join(r.dir, "corrected.esiti.csv")
		for title, value := range map[string]string{"codiceFiscale": right, "cognome": right[:3], "nome": right[3:6]} {
			outcome.with(t, 1, title, value)
		}
		outcome[:2].write(t, corrected) // the other one was deleted
		r.wantAll(r.runWith(t.Context(), r.again(corrected)), journal.Accepted)

		resumed := r.run(export)
		r.wantStates(resumed, journal.Invalid, journal.Accepted)
		if !resumed.Resumed {
			t.Error("the run was not resumed")
		}
		r.wantApplied(wrong)
		r.wantApplied(right, simulator.Prenotazione)
		r.wantApplied(other, simulator.Prenotazione)
	})
}

// TestARetryThatWasNeverPlannedTakesNothingUp: its plan died half way, and the run it was of goes on as if nothing had been.
func TestARetryThatWasNeverPlannedTakesNothingUp(t *testing.T) {
	play(t, simulator.World{}, func(t *testing.T, r *rig) {
		r.before = refusing("prenotazione", http.StatusNotFound, nil)
		export := r.file(bookings(3)...)
		first := r.run(export)
		r.before = nil
		job := r.againRun(first.Run)
		job.Journal = &brokenJournal{Journal: r.journal, calls: map[string]int{}, breaks: breakage{"Planned", 1, false, false}}
		if _, err := job.Run(t.Context()); err == nil {
			t.Fatal("no error")
		}
		r.wantAll(r.run(export), journal.Accepted)
	})
}

// TestADoubtOfTheSameOrderIsFoundOut: while a retry waits, its doubt is cleared up and the voucher is withdrawn by another
// order. To send the row now would book a second time what was asked for once.
func TestADoubtOfTheSameOrderIsFoundOut(t *testing.T) {
	who := famiglia(1)
	lost := simulator.FaultRule{Service: simulator.Prenotazione, Times: 1, Fault: simulator.Fault{Kind: simulator.KindResetAfter}}
	play(t, simulator.World{Timers: atOnce, Faults: []simulator.FaultRule{lost}}, func(t *testing.T, r *rig) {
		r.config.Doubt.Wait = 0
		first := r.run(r.file(prenotazione(who)))
		r.wantAll(first, journal.Uncertain)
		again := r.againRun(first.Run)
		waits := r.runWith(t.Context(), again)
		r.wantAll(waits, journal.Uncertain)
		if _, err := r.job().Mark(t.Context(), Mark{Run: first.Run, Number: 2, Executed: true}); err != nil {
			t.Fatal(err)
		}
		r.wantAll(r.run(r.file(disdetta(who))), journal.Accepted)
		resumed := r.runWith(t.Context(), r.againRun(first.Run))
		r.wantAll(resumed, journal.Already)
		r.wantApplied(who, simulator.Prenotazione, simulator.Disdetta)
	})
}

// TestOneOutcomeTwice: the same order in two outcomes of one command goes once, and what was changed in the second one is
// not passed over in silence.
func TestOneOutcomeTwice(t *testing.T) {
	play(t, simulator.World{Faults: []simulator.FaultRule{{Service: simulator.Prenotazione, Times: 3, Fault: simulator.Fault{Kind: simulator.KindEsito, Esito: simulator.EsitoData}}}}, func(t *testing.T, r *rig) {
		first := r.run(r.file(bookings(3)...))
		r.wantAll(first, journal.Rejected)
		outcome := r.outcome(first.Run, 1, ".csv")
		correct(t, outcome, 1, "civico", "12")
		correct(t, outcome, 2, "civico", "14")
		data, err := os.ReadFile(outcome)
		if err != nil {
			t.Fatal(err)
		}
		second := filepath.Join(r.dir, "copy.esiti.csv")
		if err := os.WriteFile(second, data, 0o600); err != nil {
			t.Fatal(err)
		}
		correct(t, second, 2, "civico", "16")
		result := r.runWith(context.Background(), r.again(outcome, second))
		r.wantStates(result, journal.Accepted, journal.Accepted, journal.Rejected, journal.Already, journal.Invalid, journal.Already)
		if n := len(r.posts()); n != 5 {
			t.Errorf("%d requests, want 5", n)
		}
		r.wantStates(r.runWith(t.Context(), r.againRun(result.Run)), journal.Already, journal.Already, journal.Rejected, journal.Already, journal.Invalid, journal.Already)
	})
}
