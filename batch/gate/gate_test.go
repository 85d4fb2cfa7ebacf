package gate

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"
)

// start is when the tests of pure parts begin.
var start = time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)

// usual is a breaker as configurations have it.
var usual = Breaker{Failures: 5, Pause: time.Minute, GiveUp: 15 * time.Minute}

func TestBreaker(t *testing.T) {
	b := breakerState{config: Breaker{Failures: 3, Pause: time.Minute, GiveUp: 5 * time.Minute}}
	type state struct{ open, probing, gaveUp bool }
	for i, step := range []struct {
		at      time.Duration
		observe string // "", "trouble" or "well"
		want    state
	}{
		{0, "", state{}},
		{0, "trouble", state{}},
		{1 * time.Second, "trouble", state{}},
		{2 * time.Second, "well", state{}}, // in a row: the count starts again
		{3 * time.Second, "trouble", state{}},
		{4 * time.Second, "trouble", state{}},
		{5 * time.Second, "trouble", state{open: true, probing: true}},
		{64 * time.Second, "", state{open: true, probing: true}},
		{65 * time.Second, "", state{probing: true}}, // the pause is over
		{66 * time.Second, "trouble", state{open: true, probing: true}},
		{126 * time.Second, "", state{probing: true}},
		{127 * time.Second, "well", state{}},
		{128 * time.Second, "trouble", state{}}, // closed for good
		{129 * time.Second, "trouble", state{}},
		{130 * time.Second, "trouble", state{open: true, probing: true}},
		{429 * time.Second, "trouble", state{open: true, probing: true}}, // 299 s open
		{430 * time.Second, "trouble", state{open: true, probing: true, gaveUp: true}},
		{431 * time.Second, "well", state{}},
	} {
		now := start.Add(step.at)
		if step.observe != "" {
			b.Observe(step.observe == "trouble", now)
		}
		until, open := b.Open(now)
		if got := (state{open, b.Probing(), b.GaveUp(now)}); got != step.want {
			t.Errorf("step %d, %v %s: %+v, want %+v", i, step.at, step.observe, got, step.want)
		}
		if open && (until.Before(now) || until.Sub(now) > time.Minute) {
			t.Errorf("step %d: open until %v", i, until)
		}
	}
}

// passes lets n goroutines through a gate, and returns when each of them passed, after the start.
func passes(t *testing.T, g *Gate, n int, begin time.Time) []time.Duration {
	var mu sync.Mutex
	var at []time.Duration
	var all sync.WaitGroup
	for range n {
		all.Go(func() {
			if err := g.Pass(t.Context()); err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			at = append(at, time.Since(begin))
		})
	}
	all.Wait()
	slices.Sort(at)
	return at
}

func TestGatePace(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		rate, burst := rapid.IntRange(1, 20).Draw(rt, "rate"), rapid.IntRange(0, 5).Draw(rt, "burst")
		n := rapid.IntRange(1, 60).Draw(rt, "rows")
		var at []time.Duration
		synctest.Test(t, func(t *testing.T) {
			g := New(Pace{Rate: float64(rate), Burst: burst}, usual, 0, time.Now)
			at = passes(t, g, n, time.Now())
		})
		for i := range at {
			inWindow := 0
			for _, other := range at[i:] {
				if other < at[i]+time.Second {
					inWindow++
				}
			}
			if inWindow > rate+max(1, burst) {
				rt.Fatalf("%d passed within a second, want at most %d + %d", inWindow, rate, burst)
			}
		}
		if slowest := time.Duration(float64(n)/float64(rate)*float64(time.Second)) + time.Second; at[len(at)-1] > slowest {
			rt.Fatalf("the last one passed after %v, want %v at most", at[len(at)-1], slowest)
		}
	})
}

func TestGateShut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := New(Pace{}, usual, 0, time.Now)
		begin := time.Now()
		g.Shut(time.Minute, []string{"asked to"})
		g.Shut(time.Second, []string{"asked to"}) // a shorter wait does not shorten
		go func() {
			time.Sleep(30 * time.Second)
			g.Shut(time.Minute, []string{"asked to"}) // until 90 s: those who wait already wait longer
		}()
		if shut, _ := g.ShutUntil(); !shut.Equal(begin.Add(time.Minute)) {
			t.Errorf("shut until %v, want a minute", shut.Sub(begin))
		}
		for _, at := range passes(t, g, 5, begin) {
			if at != 90*time.Second {
				t.Errorf("passed after %v, want 90 s", at)
			}
		}
		if shut, _ := g.ShutUntil(); !shut.IsZero() {
			t.Error("shut though the wait is over")
		}
	})
}

func TestGateProbes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := New(Pace{}, Breaker{Failures: 2, Pause: time.Minute, GiveUp: time.Hour}, 0, time.Now)
		begin := time.Now()
		for range 2 {
			if err := g.Pass(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		g.Observe(true, []string{"trouble"})
		g.Observe(true, []string{"trouble"})
		var passed []time.Duration
		go func() {
			passed = append(passed, passes(t, g, 4, begin)...)
		}()
		time.Sleep(90 * time.Second) // one probe is under way and takes its time
		synctest.Wait()
		if shut, _ := g.ShutUntil(); shut.IsZero() {
			t.Error("the gate is open while a probe is under way")
		}
		time.Sleep(200 * time.Second)
		g.Observe(true, []string{"trouble"}) // after 290 s
		time.Sleep(61 * time.Second)
		g.Observe(false, []string{"trouble"}) // the second probe, after 351 s: everybody may go
		synctest.Wait()
		want := []time.Duration{time.Minute, 350 * time.Second, 351 * time.Second, 351 * time.Second}
		if !slices.Equal(passed, want) {
			t.Errorf("passed after %v, want %v", passed, want)
		}
	})
}

func TestGateGivesUpWaitingWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := New(Pace{}, usual, 0, time.Now)
		g.Shut(time.Hour, []string{"asked to"})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := g.Pass(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%v, want the context's error", err)
		}
		if err := New(Pace{}, usual, 0, time.Now).Pass(ctx); err == nil {
			t.Error("an open gate lets a run pass that has ended")
		}
	})
}
