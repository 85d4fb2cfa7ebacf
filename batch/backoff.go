package batch

import "time"

const (
	throttleWait = 30 * time.Second // where a 429 does not say how long (RULES.md 5)
	lockFactor   = 6                // a lock is waited for longer than a hiccup: 30 s with the base of 5 s
)

// retryWait is how long a row waits after its attempt number n (from 1): exponential, with full jitter so
// that rows which failed together do not come back together. random is in [0, 1).
func (r Retry) retryWait(n int, random float64) time.Duration {
	return time.Duration(random * float64(r.doubled(r.Base, n)))
}

// lockWait is how long a row waits while the platform works on an earlier request of its beneficiary:
// 30, 60, 120, 240 s with the default base (RULES.md 3).
func (r Retry) lockWait(n int) time.Duration { return r.doubled(lockFactor*r.Base, n) }

// doubled is first, doubled n-1 times, at most the cap.
func (r Retry) doubled(first time.Duration, n int) time.Duration {
	wait := first
	for ; n > 1 && wait < r.Cap; n-- {
		wait *= 2
	}
	return min(wait, r.Cap)
}
