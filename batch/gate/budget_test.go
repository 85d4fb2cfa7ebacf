package gate

import (
	"testing"
	"time"
)

// TestBudget: a storm of retries is cut down to what good answers and time pay for.
func TestBudget(t *testing.T) {
	b := budget{each: 5 * time.Second}
	n := 0
	for b.Spend(start) == 0 {
		n++
	}
	if n != budgetSize {
		t.Errorf("%d retries at once, want %v", n, budgetSize)
	}
	for range 28 {
		b.Earn()
	}
	for n = 0; b.Spend(start) == 0; n++ {
	}
	if n != 2 {
		t.Errorf("28 good answers pay for %d retries, want 2", n)
	}
	now := start
	for n = 0; now.Before(start.Add(time.Minute)); n++ {
		wait := b.Spend(now)
		if wait == 0 {
			continue
		}
		now = now.Add(wait)
	}
	if n < 12 || n > 25 {
		t.Errorf("asked %d times in a minute", n)
	}
}
