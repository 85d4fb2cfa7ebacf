package batch

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"voucherbul/batch/journal"
	"voucherbul/batch/platform/simulator"
	"voucherbul/mapping"
)

// wallClock is a clock that somebody sets, as a machine has it: what it shows says nothing of what has passed.
type wallClock struct {
	mu    sync.Mutex
	jumps []jump
	wrong time.Duration
}

// jump is a change of the clock at an instant.
type jump struct {
	at time.Time
	by time.Duration
}

// set changes the clock now.
func (c *wallClock) set(by time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.wrong += by
}

// Now is what the clock shows.
func (c *wallClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Now().Round(0) // without the reading of the monotonic clock, which does not jump
	shown := now.Add(c.wrong)
	for _, j := range c.jumps {
		if !now.Before(j.at) {
			shown = shown.Add(j.by)
		}
	}
	return shown
}

// clockWorld loses answers, locks beneficiaries and asks for waits: everything that is waited for. It takes no dates of the
// program's clock.
func clockWorld() simulator.World {
	once := func(who string, f simulator.Fault) simulator.FaultRule {
		return simulator.FaultRule{Beneficiario: who, Times: 1, Fault: f}
	}
	return simulator.World{Timers: simulator.Timers{Scadenza: -1}, Latency: 100 * time.Millisecond, DateFields: simulator.DatesRejected, Faults: []simulator.FaultRule{
		once(famiglia(1), simulator.Fault{Kind: simulator.KindSlowApply, Delay: 290 * time.Second, NoLock: true}),
		once(famiglia(2), simulator.Fault{Kind: simulator.KindResetBefore}),
		once(famiglia(3), simulator.Fault{Kind: simulator.KindLock}),
		once(famiglia(4), simulator.Fault{Kind: simulator.KindUnavailable}),
		once(famiglia(5), simulator.Fault{Kind: simulator.KindRateLimit, RetryAfter: 60}),
		{Service: simulator.Disdetta, Times: 1, Fault: simulator.Fault{Kind: simulator.KindBadGatewayApplied}},
	}}
}

// clockOrders are bookings, some of them withdrawn again.
func clockOrders() []order {
	orders := bookings(8)
	for n := range 4 {
		orders = append(orders, disdetta(famiglia(n)))
	}
	return orders
}

// playClock plays a test with a clock that may be set.
func playClock(t *testing.T, test func(t *testing.T, r *rig, clock *wallClock)) {
	t.Helper()
	play(t, clockWorld(), func(t *testing.T, r *rig) {
		r.config.Stamp.DataPrenotazione, r.config.Stamp.DataDisdetta = false, false
		r.config.Doubt.Wait = 20 * time.Minute // a disdetta may come into doubt behind a booking that was
		test(t, r, &wallClock{})
	})
}

// runBy runs with a clock, and returns how long it took.
func (r *rig) runBy(ctx context.Context, clock *wallClock, files ...string) (Result, time.Duration) {
	r.t.Helper()
	job := r.job(files...)
	job.Now = clock.Now
	began := time.Now()
	result := r.runWith(ctx, job)
	return result, time.Since(began)
}

// wantAllByTheLedger checks a run that came to its end with every row done.
func (r *rig) wantAllByTheLedger(result Result) {
	r.t.Helper()
	r.wantStop(result, "")
	rows := r.allRows(result)
	for who, problem := range r.audit(rows) {
		r.t.Errorf("%s: %s", who, problem)
	}
	for _, row := range rows {
		if row.State != journal.Accepted && row.State != journal.Already {
			r.t.Errorf("row %d ends %s (%s)", row.Number, row.State, row.Reason)
		}
	}
}

// longestRun is what the waits of clockWorld come to: a minute of the rig, two doubts one after the other, and a hold.
const longestRun = time.Minute + 2*330*time.Second + time.Minute + 30*time.Second

// TestTheClockJumpsInTheMiddle: whatever somebody sets it to, nothing goes earlier and nothing waits for longer.
func TestTheClockJumpsInTheMiddle(t *testing.T) {
	for _, by := range []time.Duration{0, time.Hour, -time.Hour, 26 * time.Hour, -26 * time.Hour, -40 * 24 * time.Hour} {
		for _, at := range []time.Duration{60*time.Second + 50*time.Millisecond, 61 * time.Second, 2 * time.Minute, 6*time.Minute + 29*time.Second} {
			t.Run(fmt.Sprint(by, " after ", at), func(t *testing.T) {
				playClock(t, func(t *testing.T, r *rig, clock *wallClock) {
					clock.jumps = []jump{{after(at), by}}
					result, took := r.runBy(t.Context(), clock, r.file(clockOrders()...))
					r.wantAllByTheLedger(result)
					if took > longestRun {
						t.Errorf("it took %v, want %v at most", took, longestRun)
					}
				})
			})
		}
	}
}

// TestTheClockJumpsAgainAndAgain has a clock that somebody plays with.
func TestTheClockJumpsAgainAndAgain(t *testing.T) {
	playClock(t, func(t *testing.T, r *rig, clock *wallClock) {
		for i := range 200 {
			clock.jumps = append(clock.jumps, jump{after(time.Minute + time.Duration(i)*5*time.Second), time.Duration(1-2*(i%2)) * 20 * time.Hour})
		}
		result, took := r.runBy(t.Context(), clock, r.file(clockOrders()...))
		r.wantAllByTheLedger(result)
		if took > longestRun {
			t.Errorf("it took %v, want %v at most", took, longestRun)
		}
	})
}

// TestTheClockJumpsBetweenRuns: the doubts of the first were written down by another clock. One that was set back must not
// make them wait until it shows the old time again.
func TestTheClockJumpsBetweenRuns(t *testing.T) {
	for _, by := range []time.Duration{0, -time.Hour, -26 * time.Hour, -40 * 24 * time.Hour, time.Hour, 26 * time.Hour} {
		for _, killed := range []bool{false, true} {
			t.Run(fmt.Sprint(by, " killed ", killed), func(t *testing.T) {
				playClock(t, func(t *testing.T, r *rig, clock *wallClock) {
					file := r.file(clockOrders()...)
					r.config.Doubt.Wait = 0
					if killed {
						r.leaveSent(clock, file)
					} else {
						r.runBy(t.Context(), clock, file)
					}
					if by > 0 {
						time.Sleep(r.config.Doubt.Settle) // of a clock set ahead meanwhile nobody can know that nothing has passed
					}
					clock.set(by)
					r.config.Doubt.Wait = 10 * time.Minute // as it is by default: longer than the settle time, and no longer than needed
					result, took := r.runBy(t.Context(), clock, file)
					if took > longestRun {
						t.Errorf("it took %v, want %v at most", took, longestRun)
					}
					r.wantAllByTheLedger(result)
				})
			})
		}
	}
}

// leaveSent plans a file and leaves its first two rows as a process does that dies when they were sent.
func (r *rig) leaveSent(clock *wallClock, file string) {
	r.t.Helper()
	job := r.job(file)
	job.Now = clock.Now
	planned, err := job.Plan(r.t.Context())
	if err != nil {
		r.t.Fatal(err)
	}
	token, err := job.Platform.Token(r.t.Context())
	if err != nil {
		r.t.Fatal(err)
	}
	for _, row := range r.rows(journal.FileID{Run: planned.Run, File: 1})[:2] {
		if err := r.journal.Sent(r.t.Context(), row.ID, clock.Now()); err != nil {
			r.t.Fatal(err)
		}
		stamp := r.config.Stamp
		stamp.At = clock.Now()
		body, err := mapping.Body(row.Operation, row.Request, stamp)
		if err != nil {
			r.t.Fatal(err)
		}
		job.Platform.Send(r.t.Context(), token, row.Operation, body)
	}
	r.close()
	r.open("journal.db")
}

// TestTheHourThatComesTwice, and the one that does not come: doubts over both changes of Italian time. The list of ISEE
// outcomes has Italian times without a zone, of which some can mean two instants.
func TestTheHourThatComesTwice(t *testing.T) {
	for name, change := range map[string]time.Time{
		"spring": time.Date(2026, 3, 29, 1, 0, 0, 0, time.UTC),
		"autumn": time.Date(2026, 10, 25, 1, 0, 0, 0, time.UTC),
	} {
		for _, before := range []time.Duration{61 * time.Minute, 30 * time.Minute, 3 * time.Minute, 61 * time.Second, -20 * time.Minute, -58 * time.Minute} {
			for _, twoRuns := range []bool{false, true} {
				t.Run(fmt.Sprint(name, " ", before, " two runs ", twoRuns), func(t *testing.T) {
					playClock(t, func(t *testing.T, r *rig, clock *wallClock) {
						time.Sleep(time.Until(change.Add(-before)))
						file := r.file(clockOrders()...)
						if twoRuns {
							r.config.Doubt.Wait = 0
							r.runBy(t.Context(), clock, file)
							r.config.Doubt.Wait = 20 * time.Minute
						}
						result, took := r.runBy(t.Context(), clock, file)
						r.wantAllByTheLedger(result)
						if took > longestRun {
							t.Errorf("it took %v, want %v at most", took, longestRun)
						}
						for _, e := range r.posts() {
							if e.Service == simulator.Prenotazione && e.Fault == simulator.KindSlowApply && !e.Applied {
								t.Error("the booking that is applied late was not")
							}
						}
						for _, row := range r.allRows(result) {
							if strings.Contains(row.Reason, "attempts used up") {
								t.Errorf("row %d: %s", row.Number, row.Reason)
							}
						}
					})
				})
			}
		}
	}
}
