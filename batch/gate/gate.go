// Package gate is the one door through which every request goes: pace, departures, the waits that the platform asks for,
// the breaker, and the budget of retries.
//
// It must not know a row, a journal or a request: times and outcomes come in, waits come out. It imports nothing of ours.
package gate

import (
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Gate lets requests pass at the allowed pace. Everything that concerns all rows at once is here: the rate,
// the waits the platform asks for, and the breaker. It guards itself.
type Gate struct {
	mu      sync.Mutex
	limiter *rate.Limiter
	pace    paceState
	leaving departures
	budget  budget
	breaker breakerState
	shut    time.Time     // nobody passes before: the platform asked for it
	why     []string      // nobody passes, as it was said last: the gate does not read it
	since   time.Time     // since when it has been shut with no other answer in between; zero = it is not
	probe   bool          // the one request that may pass in an outage is under way
	changed chan struct{} // closed and made anew when a wait may have become shorter
	now     func() time.Time
}

// New makes an open gate. each is the time in which one retry comes back to the budget by itself. now is the clock that all
// waits are reckoned by: it must never jump.
func New(p Pace, b Breaker, each time.Duration, now func() time.Time) *Gate {
	return &Gate{limiter: rate.NewLimiter(limitOf(p.Rate), max(1, p.Burst)), pace: paceState{allowed: p.Rate}, leaving: newDepartures(p),
		budget: budget{each: each}, breaker: breakerState{config: b}, changed: make(chan struct{}), now: now}
}

// Pass waits until one request may go, or for the context.
func (g *Gate) Pass(ctx context.Context) error {
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
func (g *Gate) tryPass(place **rate.Reservation) (wait time.Duration, changed <-chan struct{}) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.now()
	if wait := g.shutFor(now); wait > 0 {
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
func (g *Gate) Depart(ctx context.Context) error {
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

// Retry takes a place in the budget of retries (0), or says after what time there will be one.
func (g *Gate) Retry() (wait time.Duration) {
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

// shutFor is how long nothing may pass at all, whatever the pace.
func (g *Gate) shutFor(now time.Time) time.Duration {
	wait := g.shut.Sub(now)
	if until, open := g.breaker.Open(now); open {
		wait = max(wait, until.Sub(now))
	} else if g.breaker.Probing() && g.probe {
		wait = max(wait, g.breaker.config.Pause) // the probe's end says how it goes on
	}
	return wait
}

// Release says that whoever passed has not sent a request after all.
func (g *Gate) Release() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.probe = false
	if g.breaker.Probing() {
		g.wake()
	}
}

// Looked takes the end of a look-up in the list of ISEE outcomes. That service says nothing about those that take
// orders, but in an outage a failed look-up was the one probe of its pause.
func (g *Gate) Looked(trouble bool, why []string) (gaveUp bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.now()
	g.probe = false
	if g.breaker.Probing() {
		if trouble {
			g.breaker.Observe(true, now)
			g.why = why
		}
		g.wake()
	}
	return trouble && g.breaker.GaveUp(now)
}

// Slower halves the pace: the platform was overloaded by a request that left at sent, and does not say for how long.
func (g *Gate) Slower(sent time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.now()
	g.pace.Slower(sent, now)
	g.limiter.SetLimitAt(now, limitOf(g.pace.Now()))
}

// Observe takes the end of a request that has passed: whether the platform was in trouble, and why. It reports
// that the outage has lasted too long.
func (g *Gate) Observe(trouble bool, why []string) (gaveUp bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.now()
	g.probe = false
	if g.breaker.Probing() { // only then a wait may become shorter
		defer g.wake()
	}
	g.breaker.Observe(trouble, now)
	if trouble {
		g.why = why
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

// Shut lets nobody pass for a while: the platform asked for it. It reports that the platform has asked for
// nothing else for too long.
func (g *Gate) Shut(d time.Duration, why []string) (gaveUp bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.now()
	if until := now.Add(d); until.After(g.shut) {
		g.shut, g.why = until, why
	}
	if g.since.IsZero() {
		g.since = now
	}
	return now.Sub(g.since) >= g.breaker.config.GiveUp
}

// ShutUntil reports until when nothing passes and why, for those who watch; zero where the gate is open.
func (g *Gate) ShutUntil() (until time.Time, why []string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.now()
	if wait := g.shutFor(now); wait > 0 {
		return now.Add(wait), g.why
	}
	return time.Time{}, nil
}

func (g *Gate) wake() {
	close(g.changed)
	g.changed = make(chan struct{})
}
