package batch

import (
	"context"
	"errors"
	"testing"
	"time"

	"voucherbul/batch/journal"
	"voucherbul/batch/platform/simulator"
)

// TestInterrupted drains what is under way, sends nothing more, and the same command goes on.
func TestInterrupted(t *testing.T) {
	play(t, simulator.World{Latency: 2 * time.Second}, func(t *testing.T, r *rig) {
		orders := bookings(40)
		file := r.file(orders...)
		ctx, cancel := context.WithCancel(t.Context())
		var cancelled time.Time
		go func() {
			time.Sleep(time.Minute + 5*time.Second)
			cancelled = time.Now()
			cancel()
		}()
		result := r.runWith(ctx, r.job(file))
		r.wantStop(result, Interrupted)
		if drained := time.Since(cancelled); drained > 2*time.Second {
			t.Errorf("it took %v to drain, want what is under way only", drained)
		}
		for _, p := range r.posts() {
			if p.Time.After(cancelled) {
				t.Errorf("a request %v after the signal", p.Time.Sub(cancelled))
			}
		}
		counts := result.Files[0].Counts
		if counts[journal.Accepted] != len(r.posts()) || counts[journal.Accepted]+counts[journal.Pending] != 40 || counts[journal.Pending] == 0 {
			t.Errorf("%v with %d requests", counts, len(r.posts()))
		}
		result = r.run(file)
		if !result.Resumed {
			t.Error("the run was not taken up")
		}
		r.wantAll(result, journal.Accepted)
		r.wantEachAppliedOnce(orders)
		if len(r.posts()) != 40 {
			t.Errorf("%d requests, want 40", len(r.posts()))
		}
	})
}

// TestInterruptedWithAnAnswerThatDoesNotCome cuts it off after 25 s: the rows are in doubt, and found later.
func TestInterruptedWithAnAnswerThatDoesNotCome(t *testing.T) {
	play(t, simulator.World{Latency: time.Minute}, func(t *testing.T, r *rig) {
		orders := bookings(20)
		file := r.file(orders...)
		ctx, cancel := context.WithTimeout(t.Context(), 65*time.Second)
		defer cancel()
		result := r.runWith(ctx, r.job(file))
		r.wantStop(result, Interrupted)
		if took := time.Since(start); took != 90*time.Second {
			t.Errorf("it ended after %v, want 25 s after the signal", took)
		}
		if c := result.Files[0].Counts; c[journal.Uncertain] != 8 || c[journal.Pending] != 12 {
			t.Errorf("%v, want the eight under way in doubt", c)
		}
		result = r.run(file)
		r.wantAll(result, journal.Accepted)
		r.wantEachAppliedOnce(orders)
		if len(r.posts()) != 20 {
			t.Errorf("%d requests, want 20: what was applied is found, not sent again", len(r.posts()))
		}
	})
}

// TestInterruptedWhileRowsAreLeftToRead ends in order too, wherever the signal comes.
func TestInterruptedWhileRowsAreLeftToRead(t *testing.T) {
	play(t, simulator.World{}, func(t *testing.T, r *rig) {
		file := r.file(bookings(window + 2*page)...)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		job := r.job(file)
		job.Progress = func(p Progress) {
			if p.Counts[journal.Accepted] >= 5*page-window+1 { // the lanes have room, and the file has rows
				cancel()
			}
		}
		result := r.runWith(ctx, job)
		r.wantStop(result, Interrupted)
	})
}

// TestInterruptedBeforeTheFirstRow has a signal that comes while the platform asks everybody to wait, and
// one that came before the run.
func TestInterruptedBeforeTheFirstRow(t *testing.T) {
	play(t, simulator.World{Faults: []simulator.FaultRule{{Service: simulator.Prenotazione, Times: 1, Fault: simulator.Fault{Kind: simulator.KindRateLimit, RetryAfter: 600}}}}, func(t *testing.T, r *rig) {
		file := r.file(bookings(20)...)
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := r.job(file).Run(ended); !errors.Is(err, context.Canceled) {
			t.Errorf("%v, want nothing done", err)
		}
		if len(r.Ledger()) != 0 {
			t.Error("something was sent")
		}
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
		defer cancel()
		r.config.Pace = Pace{Rate: 1, Burst: 1, InFlight: 4}
		result := r.runWith(ctx, r.job(file))
		r.wantStop(result, Interrupted)
		r.wantAll(result, journal.Pending)
		time.Sleep(time.Hour)
		r.wantAll(r.run(file), journal.Accepted)
	})
}
