package gate

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestPaceState halves once for an overload that many answers tell, and grows back to what is allowed.
func TestPaceState(t *testing.T) {
	p := paceState{allowed: 8}
	now := start
	want := func(rate float64) {
		t.Helper()
		if got := p.Now(); math.Abs(got-rate) > 1e-9 {
			t.Errorf("after %v: %v requests per second, want %v", now.Sub(start), got, rate)
		}
	}
	want(8)
	p.Slower(now, now)
	want(4)
	now = now.Add(10 * time.Second)
	p.Slower(start.Add(-time.Second), now) // it left before the pace was halved
	want(4)
	p.Slower(now, now)
	want(2)
	for range 5 {
		now = now.Add(3 * time.Second)
		p.Slower(now, now)
	}
	want(1)
	for range paceCalm - 1 {
		now = now.Add(100 * time.Millisecond)
		p.Good(now)
	}
	want(1)
	p.Good(now)
	want(1.1)
	now = now.Add(paceRest)
	p.Good(now)
	want(1.21)
	for range 20 * paceCalm {
		p.Good(now)
	}
	want(8)
	if p.rate != 0 {
		t.Error("grown back, it is still slowed down")
	}

	p = paceState{} // unlimited: half of what was answered
	for range 301 {
		now = now.Add(10 * time.Millisecond)
		p.Good(now)
	}
	want(0)
	p.Slower(now, now)
	if rate := p.Now(); rate < 45 || rate > 55 {
		t.Errorf("%v requests per second, want half of the 100 there were", rate)
	}
	p = paceState{} // a refusal in the first second: what there was in that time
	for range 51 {
		now = now.Add(10 * time.Millisecond)
		p.Good(now)
	}
	p.Slower(now, now)
	if rate := p.Now(); rate < 45 || rate > 60 {
		t.Errorf("%v requests per second, want half of the 100 there were", rate)
	}
	for range 10 * paceCalm {
		p.Good(now)
	}
	want(0) // grown back to what it was, anything is allowed again
}

// TestDepartures: bunched as they may be, no window has more than it may.
func TestDepartures(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pace := Pace{Rate: rapid.Float64Range(0.2, 50).Draw(t, "rate"), Burst: rapid.IntRange(0, 5).Draw(t, "burst")}
		d, now := newDepartures(pace), start
		var left []time.Time
		for range 200 {
			now = now.Add(time.Duration(rapid.IntRange(0, 30).Draw(t, "ms")) * time.Millisecond)
			for wait := d.Take(now); wait > 0; wait = d.Take(now) {
				now = now.Add(wait)
			}
			left = append(left, now)
		}
		for i := range left {
			n := 0
			for _, at := range left[i:] {
				if at.Sub(left[i]) < time.Second {
					n++
				}
			}
			if most := max(1, pace.Rate+float64(max(1, pace.Burst))); float64(n) > most {
				t.Fatalf("%d left within a second, want %v at most", n, most)
			}
		}
	})
}
