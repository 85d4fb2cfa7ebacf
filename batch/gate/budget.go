package gate

import "time"

// How many of the requests of a run may be retries: the numbers of AWS's standard mode, 500 tokens and 14 a retry.
const (
	budgetSize = 35.0     // retries at once
	budgetEarn = 1.0 / 14 // that a good answer pays for
)

// budget keeps retries from multiplying the load of a platform that answers every second request with a failure,
// which no breaker sees. What it has spent comes back with good answers, and slowly by itself. Pure.
type budget struct {
	spent float64
	at    time.Time     // when spent was reckoned
	each  time.Duration // in which one retry comes back by itself
}

// Spend takes one retry, or says after what time there will be one.
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
