package batch

import "time"

// steady is a clock that never jumps: it began with the wall clock's time, and goes on by itself. All waits use it, so that
// neither a changed clock nor summer time affects a decision. Recorded times are those of the wall clock.
type steady struct {
	begin time.Time // of the wall clock
	began time.Time // the same instant, with the reading of the machine's monotonic clock
}

func newSteady(wall time.Time) steady { return steady{begin: wall, began: time.Now()} }

// Now is the time by this clock.
func (s steady) Now() time.Time { return s.begin.Add(time.Since(s.began)) }

// due is when a row may go that an earlier process wrote down for notBefore. The wall clock may have been set since: a row
// never waits for longer than anything makes it wait.
func (s steady) due(notBefore, wall time.Time, longest time.Duration) time.Time {
	if notBefore.IsZero() {
		return time.Time{}
	}
	return s.Now().Add(min(notBefore.Sub(wall), longest))
}
