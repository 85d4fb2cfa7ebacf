package gate

import "time"

// Breaker is when sending pauses because the platform is in trouble.
type Breaker struct {
	Failures int           // in a row until it opens
	Pause    time.Duration // between two probes while it is open
	GiveUp   time.Duration // open for so long, the run stops
}

// breakerState follows the health of the platform: closed, it lets everything pass; after a number of
// failures in a row it opens, and lets one probe pass per pause; open for too long, it gives up. Pure: times
// come in, decisions go out.
type breakerState struct {
	config   Breaker
	failures int
	opened   time.Time // of this outage; zero = closed
	retry    time.Time // when the next probe may go
}

// Observe takes the end of an exchange: whether the platform was in trouble.
func (b *breakerState) Observe(trouble bool, now time.Time) {
	if !trouble {
		b.failures, b.opened = 0, time.Time{}
		return
	}
	if b.failures++; b.failures < b.config.Failures {
		return
	}
	if b.opened.IsZero() {
		b.opened = now
	}
	b.retry = now.Add(b.config.Pause)
}

// Open reports whether sending pauses, and until when.
func (b *breakerState) Open(now time.Time) (until time.Time, open bool) {
	return b.retry, !b.opened.IsZero() && now.Before(b.retry)
}

// Probing reports that one request at a time may go: the pause is over, the outage perhaps not.
func (b *breakerState) Probing() bool { return !b.opened.IsZero() }

// GaveUp reports that the outage has lasted too long for this run.
func (b *breakerState) GaveUp(now time.Time) bool {
	return !b.opened.IsZero() && now.Sub(b.opened) >= b.config.GiveUp
}
