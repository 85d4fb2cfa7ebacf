package batch

import (
	"fmt"
	"net/http"
	"testing"
	"time"

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

// slowedTo is the part of the allowed pace that the gate never goes below.
const slowedTo = 8

// wantPace checks that the pace is kept, and not much slower than it can be slowed down to.
func wantPace(t *testing.T, posts []simulator.Entry, pace Pace) {
	t.Helper()
	wantWindows(t, posts, pace)
	slowest := time.Duration(float64(len(posts)) / pace.Rate * slowedTo * float64(time.Second))
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
