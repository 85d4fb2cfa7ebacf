package batch

import (
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// gate lets requests pass at the allowed pace. Everything that concerns all rows at once is here: the rate,
// the waits the platform asks for, and the breaker.
type gate struct {
	mu      sync.Mutex
	limiter *rate.Limiter
	breaker breakerState
	held    time.Time     // nobody passes before: the platform asked for it
	reason  string        // what closed it last
	since   time.Time     // how long it has been held with no other answer in between; zero = it is not
	probe   bool          // the one request that may pass in an outage is under way
	changed chan struct{} // closed and made anew when a wait may have become shorter
	now     func() time.Time
}

func newGate(c Config, now func() time.Time) *gate {
	limit, burst := rate.Limit(c.Pace.Rate), max(1, c.Pace.Burst)
	if c.Pace.Rate == 0 {
		limit = rate.Inf
	}
	return &gate{limiter: rate.NewLimiter(limit, burst), breaker: breakerState{config: c.Breaker},
		changed: make(chan struct{}), now: now}
}

// Pass waits until one request may go, or for the context.
func (g *gate) Pass(ctx context.Context) error {
	for {
		wait, changed := g.tryPass()
		if wait <= 0 {
			return ctx.Err()
		}
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-changed:
		case <-ctx.Done():
		}
		timer.Stop()
		if err := ctx.Err(); err != nil {
			return err
		}
	}
}

// tryPass takes a token of the pace, or says how long there will be none.
func (g *gate) tryPass() (wait time.Duration, changed <-chan struct{}) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.now()
	if wait := g.closedFor(now); wait > 0 {
		return wait, g.changed
	}
	reservation := g.limiter.ReserveN(now, 1)
	if wait := reservation.DelayFrom(now); wait > 0 {
		reservation.CancelAt(now)
		return wait, g.changed
	}
	g.probe = g.breaker.Probing()
	return 0, nil
}

// closedFor is how long nothing may pass at all, whatever the pace.
func (g *gate) closedFor(now time.Time) time.Duration {
	wait := g.held.Sub(now)
	if until, open := g.breaker.Open(now); open {
		wait = max(wait, until.Sub(now))
	} else if g.breaker.Probing() && g.probe {
		wait = max(wait, g.breaker.config.Pause) // the probe's end says how it goes on
	}
	return wait
}

// Release gives a place back that was not used for a request.
func (g *gate) Release() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.probe = false
	g.wake()
}

// Looked takes the end of a look-up in the list of ISEE outcomes. That service says nothing about those that take
// orders, but in an outage a failed look-up was the one probe of its pause.
func (g *gate) Looked(trouble bool, reason string) (gaveUp bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.now()
	g.probe = false
	if trouble && g.breaker.Probing() {
		g.breaker.Observe(true, now)
		g.reason = reason
	}
	g.wake()
	return g.breaker.GaveUp(now)
}

// Observe takes the end of a request that has passed: whether the platform was in trouble, and why. It reports
// that the outage has lasted too long.
func (g *gate) Observe(trouble bool, reason string) (gaveUp bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.now()
	g.probe = false
	g.breaker.Observe(trouble, now)
	if !trouble {
		g.since = time.Time{}
	}
	if trouble {
		g.reason = reason
	}
	g.wake()
	return g.breaker.GaveUp(now)
}

// Hold closes the gate for a while: the platform asked for it. It reports that the platform has asked for
// nothing else for too long.
func (g *gate) Hold(d time.Duration, reason string) (gaveUp bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.now()
	if until := now.Add(d); until.After(g.held) {
		g.held, g.reason = until, reason
	}
	if g.since.IsZero() {
		g.since = now
	}
	return now.Sub(g.since) >= g.breaker.config.GiveUp
}

// Closed reports until when nothing passes and why, for those who watch; zero where the gate is open.
func (g *gate) Closed() (until time.Time, reason string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.now()
	if wait := g.closedFor(now); wait > 0 {
		return now.Add(wait), g.reason
	}
	return time.Time{}, ""
}

func (g *gate) wake() {
	close(g.changed)
	g.changed = make(chan struct{})
}
