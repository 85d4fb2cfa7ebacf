package batch

import "time"

const (
	throttleWait = 30 * time.Second // where a 429 does not say how long (rules.md 5)
	lockFactor   = 6                // a lock is waited for longer than a hiccup: 30 s with the base of 5 s
)

// retryWait is how long a row waits after its attempt number n (from 1): exponential, with full jitter so
// that rows which failed together do not come back together. random is in [0, 1).
func (r Retry) retryWait(n int, random float64) time.Duration {
	return time.Duration(random * float64(r.doubled(r.Base, n)))
}

// lockWait is how long a row waits while the platform works on an earlier request of its beneficiary:
// 30, 60, 120, 240 s with the default base (rules.md 3).
func (r Retry) lockWait(n int) time.Duration { return r.doubled(lockFactor*r.Base, n) }

// doubled is first, doubled n-1 times, at most the cap.
func (r Retry) doubled(first time.Duration, n int) time.Duration {
	wait := first
	for ; n > 1 && wait < r.Cap; n-- {
		wait *= 2
	}
	return min(wait, r.Cap)
}

// How many of the requests of a run may be repetitions: the numbers of AWS's standard mode, 500 tokens and 14 a retry.
const (
	budgetSize = 35.0     // repetitions at once
	budgetEarn = 1.0 / 14 // that a good answer pays for
)

// budget keeps repetitions from multiplying the load of a platform that answers every second request with a failure,
// which no breaker sees. What it has spent comes back with good answers, and slowly by itself. Pure.
type budget struct {
	spent float64
	at    time.Time     // when spent was reckoned
	each  time.Duration // in which one repetition comes back by itself
}

// Spend takes one repetition, or says after what time there will be one.
func (b *budget) Spend(now time.Time) (wait time.Duration) {
	if b.each > 0 {
		b.spent = max(0, b.spent-float64(now.Sub(b.at))/float64(b.each))
	}
	b.at = now
	if over := b.spent + 1 - budgetSize; over > 1e-9 {
		return max(time.Millisecond, time.Duration(over*float64(b.each)))
	}
	b.spent++
	return 0
}

// Earn takes a good answer.
func (b *budget) Earn() { b.spent = max(0, b.spent-budgetEarn) }
