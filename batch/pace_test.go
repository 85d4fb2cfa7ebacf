package batch

import (
	"fmt"
	"math"
	"net/http"
	"testing"
	"time"

	"pgregory.net/rapid"

	"voucherbul/batch/journal"
	"voucherbul/batch/platform/simulator"
)

func TestPaceIsNeverExceeded(t *testing.T) {
	for _, pace := range []Pace{{Rate: 2, Burst: 1, InFlight: 8}, {Rate: 5, Burst: 3, InFlight: 8}, {Rate: 0.5, Burst: 1, InFlight: 2}, {Rate: 20, Burst: 1, InFlight: 64}} {
		t.Run(fmt.Sprint(pace), func(t *testing.T) {
			world := simulator.World{Latency: 700 * time.Millisecond, Faults: []simulator.FaultRule{
				{Service: simulator.Prenotazione, Every: 9, Fault: simulator.Fault{Kind: simulator.KindRateLimit, RetryAfter: 5}},
				{Service: simulator.Prenotazione, Every: 16, Fault: simulator.Fault{Kind: simulator.KindUnavailable}},
			}}
			play(t, world, func(t *testing.T, r *rig) {
				r.config.Pace = pace
				result := r.run(r.file(bookings(80)...))
				r.wantAll(result, journal.Accepted)
				wantPace(t, r.posts(), pace)
			})
		})
	}
}

// TestPaceWithASlowToken: rows that wait for one token must not leave together when it comes.
func TestPaceWithASlowToken(t *testing.T) {
	world := simulator.World{Faults: []simulator.FaultRule{{Service: simulator.Token, Fault: simulator.Fault{Kind: simulator.KindDelay, Delay: 10 * time.Second}}}}
	play(t, world, func(t *testing.T, r *rig) {
		r.config.Pace = Pace{Rate: 2, Burst: 1, InFlight: 8}
		r.wantAll(r.run(r.file(bookings(20)...)), journal.Accepted)
		wantPace(t, r.posts(), r.config.Pace)
	})
}

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

// TestBudget: a storm of repetitions is cut down to what good answers and time pay for.
func TestBudget(t *testing.T) {
	b := budget{each: 5 * time.Second}
	n := 0
	for b.Spend(start) == 0 {
		n++
	}
	if n != budgetSize {
		t.Errorf("%d repetitions at once, want %v", n, budgetSize)
	}
	for range 28 {
		b.Earn()
	}
	for n = 0; b.Spend(start) == 0; n++ {
	}
	if n != 2 {
		t.Errorf("28 good answers pay for %d repetitions, want 2", n)
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

// wantPace checks that the pace is kept, and not much slower than it can be slowed down to.
func wantPace(t *testing.T, posts []simulator.Entry, pace Pace) {
	t.Helper()
	wantWindows(t, posts, pace)
	slowest := time.Duration(float64(len(posts)) / pace.Rate * paceFloor * float64(time.Second))
	if took := posts[len(posts)-1].Time.Sub(posts[0].Time); took > slowest+2*time.Minute {
		t.Errorf("it took %v, want %v at most", took, slowest)
	}
}

// wantWindows checks every window of one second.
func wantWindows(t *testing.T, posts []simulator.Entry, pace Pace) {
	t.Helper()
	for first, last := 0, 0; first < len(posts); first++ {
		for last < len(posts) && posts[last].Time.Sub(posts[first].Time) < time.Second {
			last++
		}
		if n := last - first; float64(n) > pace.Rate+float64(pace.Burst) {
			t.Fatalf("%d requests within a second, want %v + %d at most", n, pace.Rate, pace.Burst)
		}
	}
}

// TestRetryAfter: nobody sends before the time the platform asked for, and nothing of it is an attempt.
func TestRetryAfter(t *testing.T) {
	for name, fault := range map[string]simulator.Fault{
		"429 in Retry-After":            {Kind: simulator.KindRateLimit, RetryAfter: 90},
		"429 in the message":            {Kind: simulator.KindRateLimit, RetryAfter: 90, RetryAfterHeader: "-"},
		"429 under another header name": {Kind: simulator.KindRateLimit, RetryAfter: 90, RetryAfterHeader: "X-Wait"},
		"quota":                         {Kind: simulator.KindQuota, RetryAfter: 90},
		"quota in the message":          {Kind: simulator.KindQuota, RetryAfter: 90, RetryAfterHeader: "-"},
	} {
		t.Run(name, func(t *testing.T) {
			play(t, simulator.World{Latency: 100 * time.Millisecond, Faults: []simulator.FaultRule{{Service: simulator.Prenotazione, Nth: []int{5, 9}, Fault: fault}}}, func(t *testing.T, r *rig) {
				r.config.Pace = Pace{Rate: 2, Burst: 1, InFlight: 8}
				result := r.run(r.file(bookings(15)...))
				r.wantAll(result, journal.Accepted)
				posts := r.posts()
				if len(posts) != 17 {
					t.Fatalf("%d requests, want 17", len(posts))
				}
				for _, i := range []int{4, 8} {
					if wait := posts[i+1].Time.Sub(posts[i].Time); wait < 90*time.Second || wait > 92*time.Second {
						t.Errorf("the next request comes %v after the refusal, want 90 s", wait)
					}
				}
				for _, row := range r.rows(result.Files[0].ID) {
					if row.Attempts != 1 {
						t.Errorf("row %d: %d attempts, want 1", row.Number, row.Attempts)
					}
				}
			})
		})
	}
}

func TestTheGatewaysOwnLimits(t *testing.T) {
	play(t, simulator.World{RateLimit: &simulator.Limit{Requests: 10, Per: 20 * time.Second}}, func(t *testing.T, r *rig) {
		orders := bookings(55)
		r.wantAll(r.run(r.file(orders...)), journal.Accepted)
		r.wantEachAppliedOnce(orders)
	})
}

func TestQuotaForLongerThanARunWaits(t *testing.T) {
	play(t, simulator.World{Quota: &simulator.Limit{Requests: 4, Per: 5 * time.Hour}}, func(t *testing.T, r *rig) {
		r.config.Pace.InFlight = 1
		orders := bookings(7)
		file := r.file(orders...)
		result := r.run(file)
		r.wantStop(result, Unavailable, "quota")
		r.wantStates(result, journal.Accepted, journal.Accepted, journal.Accepted, journal.Accepted, journal.Pending, journal.Pending, journal.Pending)
		for _, row := range r.rows(result.Files[0].ID)[4:] {
			if row.Attempts != 0 || row.Reason == "" {
				t.Errorf("row %d: %d attempts, reason %q", row.Number, row.Attempts, row.Reason)
			}
		}
		time.Sleep(5 * time.Hour)
		result = r.run(file)
		r.wantStop(result, "")
		if !result.Resumed {
			t.Error("the run was not taken up")
		}
		r.wantAll(result, journal.Accepted)
		r.wantEachAppliedOnce(orders)
	})
}

func TestATokenRefusedMidRun(t *testing.T) {
	for _, kind := range []simulator.Kind{simulator.KindRevoke, simulator.KindUnauthorized} {
		t.Run(string(kind), func(t *testing.T) {
			world := simulator.World{Latency: 100 * time.Millisecond, Faults: []simulator.FaultRule{{Service: simulator.Prenotazione, Nth: []int{10}, Fault: simulator.Fault{Kind: kind}}}}
			play(t, world, func(t *testing.T, r *rig) {
				orders := bookings(40)
				result := r.run(r.file(orders...))
				r.wantAll(result, journal.Accepted)
				r.wantEachAppliedOnce(orders)
				if n := r.TokensIssued(); n != 2 {
					t.Errorf("%d tokens, want 2", n)
				}
				for _, row := range r.rows(result.Files[0].ID) {
					if row.Attempts != 1 {
						t.Errorf("row %d: %d attempts, want 1", row.Number, row.Attempts)
					}
				}
			})
		})
	}
}

func TestTokensThatExpire(t *testing.T) {
	play(t, simulator.World{TokenLifetime: 20 * time.Minute, Latency: time.Second}, func(t *testing.T, r *rig) {
		r.config.Pace = Pace{Rate: 0.05, Burst: 1, InFlight: 8}
		result := r.run(r.file(bookings(120)...)) // 40 minutes
		r.wantAll(result, journal.Accepted)
		if n := r.TokensIssued(); n != 3 {
			t.Errorf("%d tokens, want 3", n)
		}
		if len(r.posts()) != 120 {
			t.Errorf("%d requests, want none with an expired token", len(r.posts()))
		}
	})
}

func TestEveryNewTokenRefused(t *testing.T) {
	play(t, simulator.World{Faults: []simulator.FaultRule{{Service: simulator.Prenotazione, Fault: simulator.Fault{Kind: simulator.KindUnauthorized}}}}, func(t *testing.T, r *rig) {
		r.config.Pace.InFlight = 1
		result := r.run(r.file(bookings(5)...))
		r.wantStop(result, Credentials)
		r.wantAll(result, journal.Pending)
		if n := len(r.posts()); n > 5+1 || r.TokensIssued() != 2 {
			t.Errorf("%d requests and %d tokens, want the second refusal to end it", n, r.TokensIssued())
		}
	})
}

// TestAPlatformThatAsksForTooMuch: a run never waits for longer than give_up, whatever asks it to.
func TestAPlatformThatAsksForTooMuch(t *testing.T) {
	for name, before := range map[string]func(*http.Request) (*http.Response, error){
		"503 for a week":   refusing("prenotazione", http.StatusServiceUnavailable, map[string]string{"Retry-After": "604800"}),
		"429 for ever":     refusing("prenotazione", http.StatusTooManyRequests, map[string]string{"Retry-After": "30"}),
		"503 now and then": refusing("prenotazione", http.StatusServiceUnavailable, map[string]string{"Retry-After": "45"}),
	} {
		t.Run(name, func(t *testing.T) {
			play(t, simulator.World{}, func(t *testing.T, r *rig) {
				r.before = before
				began := time.Now()
				result := r.run(r.file(bookings(3)...))
				r.wantStop(result, Unavailable)
				r.wantAll(result, journal.Pending)
				if took := time.Since(began); took > 2*r.config.Breaker.GiveUp {
					t.Errorf("it gave up after %v", took)
				}
			})
		})
	}
}

// TestPaceIsUsed: with slow answers and faults in 2 of 100, which keep their own rows waiting, nobody else waits: the rate that
// is allowed is used while there are rows to send, and never more.
func TestPaceIsUsed(t *testing.T) {
	for _, pace := range []Pace{{Rate: 5, Burst: 1, InFlight: 8}, {Rate: 50, Burst: 1, InFlight: 32}, {Rate: 500, Burst: 1, InFlight: 256}} {
		t.Run(fmt.Sprint(pace.Rate), func(t *testing.T) {
			var faults []simulator.FaultRule
			for i, kind := range []simulator.Kind{simulator.KindProcessing, simulator.KindLock, simulator.KindResetAfter} {
				faults = append(faults, simulator.FaultRule{Service: simulator.Prenotazione, Every: 150 + 5*i, Fault: simulator.Fault{Kind: kind}})
			}
			play(t, simulator.World{Latency: 300 * time.Millisecond, Faults: faults}, func(t *testing.T, r *rig) {
				r.config.Pace = pace
				n := min(4000, int(pace.Rate)*20)
				if testing.Short() {
					n = 100
				}
				result := r.run(r.file(bookings(n)...))
				if c := result.Files[0].Counts; c[journal.Accepted]+c[journal.Uncertain] != n { // a fault may meet the second sending too
					t.Errorf("%v", c)
				}
				wantWindows(t, r.posts(), pace)
				seen, last := map[string]bool{}, 0
				posts := r.posts()
				for i, p := range posts {
					if !seen[p.Beneficiario] {
						seen[p.Beneficiario], last = true, i
					}
				}
				took := posts[last].Time.Sub(posts[0].Time)
				if used := float64(last) / took.Seconds() / pace.Rate; used < 0.99 {
					t.Errorf("%.2f %% of the rate is used over %v", 100*used, took)
				} else {
					t.Logf("%.2f %% of the rate is used over %v", 100*used, took)
				}
			})
		})
	}
}
