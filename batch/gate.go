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
	pace    paceState
	leaving departures
	budget  budget
	breaker breakerState
	held    time.Time     // nobody passes before: the platform asked for it
	reason  string        // what closed it last
	since   time.Time     // how long it has been held with no other answer in between; zero = it is not
	probe   bool          // the one request that may pass in an outage is under way
	changed chan struct{} // closed and made anew when a wait may have become shorter
	now     func() time.Time
}

func newGate(c Config, now func() time.Time) *gate {
	return &gate{limiter: rate.NewLimiter(limitOf(c.Pace.Rate), max(1, c.Pace.Burst)), pace: paceState{allowed: c.Pace.Rate}, leaving: newDepartures(c.Pace),
		budget: budget{each: c.Retry.Base}, breaker: breakerState{config: c.Breaker}, changed: make(chan struct{}), now: now}
}

// Pass waits until one request may go, or for the context.
func (g *gate) Pass(ctx context.Context) error {
	var place *rate.Reservation // in the pace: who waits keeps it, so that a late timer costs nobody else's time
	for {
		wait, changed := g.tryPass(&place)
		if wait <= 0 {
			return ctx.Err()
		}
		if err := pause(ctx, wait, changed); err != nil {
			if place != nil {
				place.CancelAt(g.now())
			}
			return err
		}
	}
}

// tryPass takes a place in the pace and passes when its time has come, or says how long that will be.
func (g *gate) tryPass(place **rate.Reservation) (wait time.Duration, changed <-chan struct{}) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.now()
	if wait := g.closedFor(now); wait > 0 {
		if *place != nil { // by the time it opens the place is a stale one
			(*place).CancelAt(now)
			*place = nil
		}
		return wait, g.changed
	}
	if *place == nil {
		*place = g.limiter.ReserveN(now, 1)
	}
	if wait := (*place).DelayFrom(now); wait > 0 {
		return wait, g.changed
	}
	g.probe = g.breaker.Probing()
	return 0, nil
}

// Depart waits until a request that has passed may leave, or for the context. It is short.
func (g *gate) Depart(ctx context.Context) error {
	for {
		g.mu.Lock()
		wait := g.leaving.Take(g.now())
		g.mu.Unlock()
		if wait <= 0 {
			return nil
		}
		if err := pause(ctx, wait, nil); err != nil {
			return err
		}
	}
}

// pause waits for a while, for a change, or for the context.
func pause(ctx context.Context, wait time.Duration, changed <-chan struct{}) error {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-changed:
	case <-ctx.Done():
	}
	return ctx.Err()
}

// Repeat asks for a place in the budget of repetitions, or says after what time there will be one.
func (g *gate) Repeat() (wait time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.budget.Spend(g.now())
}

// limitOf is a rate as the limiter has it; 0 = any.
func limitOf(perSecond float64) rate.Limit {
	if perSecond == 0 {
		return rate.Inf
	}
	return rate.Limit(perSecond)
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

// Release says that whoever passed has not sent a request after all.
func (g *gate) Release() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.probe = false
	if g.breaker.Probing() {
		g.wake()
	}
}

// Looked takes the end of a look-up in the list of ISEE outcomes. That service says nothing about those that take
// orders, but in an outage a failed look-up was the one probe of its pause.
func (g *gate) Looked(trouble bool, reason string) (gaveUp bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.now()
	g.probe = false
	if g.breaker.Probing() {
		if trouble {
			g.breaker.Observe(true, now)
			g.reason = reason
		}
		g.wake()
	}
	return trouble && g.breaker.GaveUp(now)
}

// Slower halves the pace: the platform was overloaded by a request that left at sent, and does not say for how long.
func (g *gate) Slower(sent time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.now()
	g.pace.Slower(sent, now)
	g.limiter.SetLimitAt(now, limitOf(g.pace.Now()))
}

// Observe takes the end of a request that has passed: whether the platform was in trouble, and why. It reports
// that the outage has lasted too long.
func (g *gate) Observe(trouble bool, reason string) (gaveUp bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.now()
	g.probe = false
	if g.breaker.Probing() { // only then a wait may become shorter
		defer g.wake()
	}
	g.breaker.Observe(trouble, now)
	if trouble {
		g.reason = reason
	} else {
		g.since = time.Time{}
		g.budget.Earn()
		before := g.pace.Now()
		if g.pace.Good(now); g.pace.Now() != before {
			g.limiter.SetLimitAt(now, limitOf(g.pace.Now()))
		}
	}
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
