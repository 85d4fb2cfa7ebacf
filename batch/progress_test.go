package batch

import (
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"voucherbul/batch/journal"
	"voucherbul/batch/platform/simulator"
	"voucherbul/report"
)

// TestProgress: what is shown is in the journal, and never goes back.
func TestProgress(t *testing.T) {
	world := simulator.World{Latency: 100 * time.Millisecond, Faults: []simulator.FaultRule{{Service: simulator.Prenotazione, Nth: []int{3}, Fault: simulator.Fault{Kind: simulator.KindBadGatewayApplied}}}}
	play(t, world, func(t *testing.T, r *rig) {
		var calls atomic.Int64
		var before, doubts int
		job := r.job(r.file(bookings(20)...))
		job.Progress = func(p Progress) {
			if calls.Add(1); p.Rows != 20 {
				t.Errorf("%d rows, want 20", p.Rows)
			}
			stored, err := r.journal.Counts(t.Context(), journal.FileID{Run: p.Run, File: 1})
			if err != nil {
				t.Error(err)
			}
			if n := p.Counts[journal.Accepted]; n < before || n > stored[journal.Accepted] {
				t.Errorf("%d accepted after %d, the journal has %d", n, before, stored[journal.Accepted])
			}
			before = p.Counts[journal.Accepted]
			doubts = max(doubts, p.InDoubt)
		}
		r.wantAll(r.runWith(t.Context(), job), journal.Accepted)
		if calls.Load() < 20 || before != 20 || doubts != 1 {
			t.Errorf("%d calls, %d accepted at the end, %d in doubt at most", calls.Load(), before, doubts)
		}
	})
}

// TestProgressIsTheWatchersOwn: a page that shows it reads it while the run goes on.
func TestProgressIsTheWatchersOwn(t *testing.T) {
	play(t, simulator.World{}, func(t *testing.T, r *rig) {
		var kept []Progress
		job := r.job(r.file(bookings(5)...))
		job.Progress = func(p Progress) { kept = append(kept, p) }
		r.runWith(t.Context(), job)
		if kept[0].Counts[journal.Accepted] == kept[len(kept)-1].Counts[journal.Accepted] {
			t.Error("the first progress has become the last one")
		}
	})
}

// TestProgressSaysWhyNothingIsSent is about the field that exists for it.
func TestProgressSaysWhyNothingIsSent(t *testing.T) {
	play(t, simulator.World{Faults: []simulator.FaultRule{{Service: simulator.Prenotazione, Nth: []int{2}, Fault: simulator.Fault{Kind: simulator.KindRateLimit, RetryAfter: 60}}}}, func(t *testing.T, r *rig) {
		r.config.Pace.InFlight = 1
		waited := ""
		job := r.job(r.file(bookings(5)...))
		job.Progress = func(p Progress) {
			if !p.Until.IsZero() {
				waited += report.TroubleReason(p.Trouble)
			}
		}
		r.runWith(t.Context(), job)
		if !strings.Contains(waited, "HTTP 429") {
			t.Errorf("no reason: %q", waited)
		}
	})
}
