package batch

import (
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"voucherbul/batch/journal"
	"voucherbul/batch/platform/simulator"
)

// outage is a time in which nothing reaches the platform. It keeps when somebody tried.
type outage struct {
	mu       sync.Mutex
	from, to time.Time
	fail     func(*http.Request) (*http.Response, error)
	tries    []time.Time
	failures []time.Time // when they ended
}

func (o *outage) before(request *http.Request) (*http.Response, error) {
	now := time.Now()
	if now.Before(o.from) || !now.Before(o.to) || strings.Contains(request.URL.Path, "/token") {
		return nil, nil
	}
	o.mu.Lock()
	o.tries = append(o.tries, now)
	o.mu.Unlock()
	defer func() {
		o.mu.Lock()
		defer o.mu.Unlock()
		o.failures = append(o.failures, time.Now())
	}()
	return o.fail(request)
}

// TestOutage is away for ten minutes: at most one request per pause, and all rows accepted when the platform is back.
func TestOutage(t *testing.T) {
	for name, fail := range failures() {
		t.Run(name, func(t *testing.T) {
			play(t, simulator.World{Latency: 100 * time.Millisecond}, func(t *testing.T, r *rig) {
				r.config.Pace = Pace{Rate: 5, Burst: 1, InFlight: 8}
				r.config.Doubt.Wait = time.Hour
				o := &outage{from: after(time.Minute + 3*time.Second), to: after(11*time.Minute + 3*time.Second), fail: fail}
				r.before = o.before
				orders := bookings(60)
				result := r.run(r.file(orders...))
				r.wantStop(result, "")
				r.wantAll(result, journal.Accepted)
				r.wantEachAppliedOnce(orders)
				wantProbes(t, o, r.config)
			})
		})
	}
}

// failures are the ways in which a platform is away.
func failures() map[string]func(*http.Request) (*http.Response, error) {
	return map[string]func(*http.Request) (*http.Response, error){
		"503": func(r *http.Request) (*http.Response, error) {
			return answer(r, http.StatusServiceUnavailable, ""), nil
		},
		"502":                   func(r *http.Request) (*http.Response, error) { return answer(r, http.StatusBadGateway, ""), nil },
		"connections break off": func(*http.Request) (*http.Response, error) { return nil, io.ErrUnexpectedEOF },
		"no answer": func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		},
	}
}

// wantProbes checks the cost of an outage: the failures that open the breaker, the requests under way by then, and one
// request per pause after that.
func wantProbes(t *testing.T, o *outage, c Config) {
	t.Helper()
	if len(o.failures) <= c.Breaker.Failures {
		t.Fatalf("%d requests in the outage: the test has missed it", len(o.failures))
	}
	opened := o.failures[c.Breaker.Failures-1] // they are in the order of time
	before, probes := opened, 0
	for _, at := range o.tries {
		if !at.After(opened) {
			continue
		}
		if probes++; at.Sub(before) < c.Breaker.Pause {
			t.Errorf("a request %v after the one before, or the opening of the breaker; want a pause of %v", at.Sub(before), c.Breaker.Pause)
		}
		before = at
	}
	if most := int(o.to.Sub(opened) / c.Breaker.Pause); probes == 0 || probes > most {
		t.Errorf("%d requests in the outage after the breaker opened, want %d at most", probes, most)
	}
}

func TestOutageForLongerThanARunWaits(t *testing.T) {
	for name, fail := range failures() {
		t.Run(name, func(t *testing.T) {
			play(t, simulator.World{Latency: 100 * time.Millisecond}, func(t *testing.T, r *rig) {
				r.config.Pace = Pace{Rate: 5, Burst: 1, InFlight: 8}
				o := &outage{from: after(time.Minute + 3*time.Second), to: after(10 * time.Hour), fail: fail}
				r.before = o.before
				orders := bookings(60)
				file := r.file(orders...)
				result := r.run(file)
				r.wantStop(result, Unavailable, "15m0s")
				if took := time.Since(start); took < 15*time.Minute || took > 25*time.Minute {
					t.Errorf("it gave up after %v, want about 15 minutes", took)
				}
				wantProbes(t, o, r.config)
				counts := result.Files[0].Counts
				if counts[journal.Rejected] > 0 || counts[journal.Accepted]+counts[journal.Pending]+counts[journal.Uncertain] != 60 || counts[journal.Pending] < 20 {
					t.Errorf("%v, want no row spoiled", counts)
				}
				if name == "503" && counts[journal.Uncertain] > 0 {
					t.Errorf("%d rows in doubt that were turned away at the door", counts[journal.Uncertain])
				}
				time.Sleep(10 * time.Hour)
				result = r.run(file)
				r.wantStop(result, "")
				r.wantAll(result, journal.Accepted)
				r.wantEachAppliedOnce(orders)
			})
		})
	}
}

// TestOutageOfTheTokenEndpoint touches no row.
func TestOutageOfTheTokenEndpoint(t *testing.T) {
	unavailable := simulator.Fault{Kind: simulator.KindUnavailable}
	for name, test := range map[string]struct {
		times int
		stop  Cause
		state journal.State
	}{"short": {8, "", journal.Accepted}, "long": {1000, Unavailable, journal.Pending}} {
		t.Run(name, func(t *testing.T) {
			play(t, simulator.World{Faults: []simulator.FaultRule{{Service: simulator.Token, Times: test.times, Fault: unavailable}}}, func(t *testing.T, r *rig) {
				result := r.run(r.file(bookings(20)...))
				r.wantStop(result, test.stop)
				r.wantAll(result, test.state)
				if n := r.count(simulator.Token); n > 5+8+16 {
					t.Errorf("%d requests for a token in an outage", n)
				}
			})
		})
	}
}

// TestATokenThatIsCutOff is a broken line, not a refusal of the credentials.
func TestATokenThatIsCutOff(t *testing.T) {
	for _, kind := range []simulator.Kind{simulator.KindHalfBody, simulator.KindResetAfter, simulator.KindBadGateway, simulator.KindGatewayTimeout} {
		t.Run(string(kind), func(t *testing.T) {
			play(t, simulator.World{Faults: []simulator.FaultRule{{Service: simulator.Token, Times: 1, Fault: simulator.Fault{Kind: kind}}}}, func(t *testing.T, r *rig) {
				result := r.run(r.file(bookings(3)...))
				r.wantStop(result, "")
				r.wantAll(result, journal.Accepted)
			})
		})
	}
}
