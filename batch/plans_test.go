package batch

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"voucherbul/batch/journal"
	"voucherbul/batch/platform/simulator"
)

var (
	plans   = flag.Int("plans", 300, "how many fault plans TestFaultPlans plays; from 2704 on it is thorough: every pair of faults must have been met by every kind of request")
	onePlan = flag.Int("plan", -1, "play this fault plan only")
)

// planCount is how many plans there are: a few with -short, unless somebody has said how many. The race detector makes the
// journal fifteen times as slow.
func planCount() int {
	if *plans == 300 && testing.Short() {
		return 8
	}
	return *plans
}

// thorough reports that there is time to try everything.
func thorough() bool { return *plans*meetingsPerPlan >= meetings() }

// TestFaultPlans plays random files against random faults, interrupts and kills some runs, clears up doubts between them,
// and goes on until everything is settled. By the ledger of the platform nothing is lost, applied twice, or out of order.
// A failing test names its plan: go test ./batch -run TestFaultPlans -plan N plays it again.
func TestFaultPlans(t *testing.T) {
	if *onePlan >= 0 {
		newFaultPlan(*onePlan).play(t)
		return
	}
	const players = 4 // waiting for each other and for the disk costs nothing then
	var mu sync.Mutex
	met := map[int]bool{}
	t.Run("plans", func(t *testing.T) {
		for player := range players {
			t.Run(fmt.Sprint("player ", player), func(t *testing.T) {
				t.Parallel()
				for number := player; number < planCount(); number += players {
					t.Run(fmt.Sprint(number), func(t *testing.T) {
						seen := newFaultPlan(number).play(t)
						mu.Lock()
						defer mu.Unlock()
						for _, m := range seen {
							met[m.id] = true
						}
					})
				}
			})
		}
	})
	t.Logf("%d plans: %d of %d pairs of faults, each with every kind of request", planCount(), len(met), meetings())
	if want := min(meetings(), planCount()*meetingsPerPlan); len(met) < want {
		t.Errorf("%d pairs of faults and kinds of request were met, want %d", len(met), want)
	}
}

// play plays a plan to its end and returns the meetings that took place.
func (p *faultPlan) play(t *testing.T) (seen []meeting) {
	t.Helper()
	play(t, p.world, func(t *testing.T, r *rig) {
		r.config = p.config
		var files []string
		for _, orders := range p.files {
			files = append(files, r.file(orders...))
		}
		result := p.playRuns(t, r, files)
		rows := r.allRows(result)
		for who, problem := range r.audit(rows) {
			t.Errorf("%s: %s", who, problem)
		}
		seen = slices.DeleteFunc(slices.Clone(p.meetings), func(m meeting) bool { return !r.met(m) })
		if !t.Failed() && !slices.ContainsFunc(rows, func(row journal.Row) bool { return row.State == journal.Rejected }) {
			sent := len(r.posts())
			if err := r.journal.Reported(t.Context(), result.Run, time.Now()); err != nil { // who was killed last has told nobody
				t.Fatal(err)
			}
			r.wantAll(r.run(files...), journal.Already)
			if again := len(r.posts()) - sent; again > 0 {
				t.Errorf("the same files again: %d requests", again)
			}
		}
		if t.Failed() {
			p.tell(t, r, rows)
		}
	})
	if t.Failed() {
		t.Logf("play it again: go test ./batch -run TestFaultPlans -plan %d", p.number)
	}
	return seen
}

// playRuns gives the same command until every row is settled.
func (p *faultPlan) playRuns(t *testing.T, r *rig, files []string) (result Result) {
	t.Helper()
	open := func() bool {
		return slices.ContainsFunc(r.states(result), func(s journal.State) bool { return !s.Settled() })
	}
	for round := range 40 {
		switch what := p.random.IntN(6); {
		case round > 25: // all that may disturb has done so
			result = r.run(files...)
		case what == 0:
			result, _ = r.kill(p.random, fmt.Sprintf("killed-%d.db", round), r.job(files...))
		case what == 1 && round > 0:
			p.resolve(t, r)
		case what <= 3:
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(time.Minute+time.Duration(1+p.random.IntN(60_000))*time.Millisecond, cancel)
			result = r.runWith(ctx, r.job(files...))
			cancel()
		default:
			result = r.run(files...)
		}
		if !open() {
			return result
		}
		time.Sleep(time.Duration(p.random.IntN(1000)) * time.Second)
	}
	t.Error("it comes to no end")
	return result
}

// resolve clears up what is in doubt.
func (p *faultPlan) resolve(t *testing.T, r *rig) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Duration(1+p.random.IntN(1_200_000))*time.Millisecond)
	defer cancel()
	resolved, err := r.job().Resolve(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range resolved.Open {
		if row.State != journal.Uncertain {
			t.Errorf("row %d is left %s", row.Number, row.State)
		}
	}
	r.last = Progress{}
}

// kill copies the journal at a random request, before it reaches the platform or after it was answered. The job goes on from
// the copy, as if the process had done nothing after that instant. killed is false if the job had ended before.
func (r *rig) kill(random *rand.Rand, copied string, job Job) (result Result, killed bool) {
	r.t.Helper()
	last, arrives := 1+random.IntN(12), random.IntN(2) == 0
	ctx, end := context.WithCancel(r.t.Context())
	defer end()
	dead, lock := false, make(chan struct{}, 1)
	r.before = func(request *http.Request) (*http.Response, error) {
		lock <- struct{}{}
		defer func() { <-lock }()
		if dead {
			return nil, errKilled
		}
		if last--; last > 0 {
			return nil, nil
		}
		dead = true
		end()
		if arrives {
			if response, err := r.Transport().RoundTrip(request.WithContext(context.WithoutCancel(ctx))); err == nil {
				_ = response.Body.Close()
			}
		}
		return nil, errors.Join(errKilled, copyJournal(r.journal.Path(), filepath.Join(r.dir, copied)))
	}
	time.Sleep(time.Minute)
	result, err := job.Run(ctx)
	if err != nil {
		r.t.Fatal(err)
	}
	r.before, r.last = nil, Progress{}
	if dead {
		r.close()
		r.open(copied)
	}
	return result, dead
}

var errKilled = errors.New("killed")

// allRows are the rows of a run, in the order of its files.
func (r *rig) allRows(result Result) []journal.Row {
	r.t.Helper()
	var rows []journal.Row
	for _, f := range result.Files {
		rows = append(rows, r.rows(f.ID)...)
	}
	return rows
}

// met reports whether the first two requests of the beneficiary met the two faults. One with a token that another's fault had
// made invalid was turned away before it met anything.
func (r *rig) met(m meeting) bool {
	requests := slices.DeleteFunc(r.requestsOf(m.who), func(e simulator.Entry) bool { return e.HTTP == http.StatusUnauthorized && e.Fault == "" })
	return len(requests) >= 2 && requests[0].Fault == m.fault[0].Kind && requests[1].Fault == m.fault[1].Kind && requests[0].Service == simulator.Service(m.op)
}

// tell says everything that is known of a plan that failed.
func (p *faultPlan) tell(t *testing.T, r *rig, rows []journal.Row) {
	t.Helper()
	for _, m := range p.meetings {
		t.Log(m)
	}
	for _, rule := range p.world.Faults {
		t.Logf("%s every %d: %s", rule.Service, rule.Every, told(rule.Fault))
	}
	t.Logf("%+v", p.config)
	for _, row := range rows {
		t.Logf("row %d %s of %s: %s, %d attempts, HTTP %d %s %s (%s)", row.Number, row.Operation, row.Beneficiario, row.State, row.Attempts, row.HTTP, row.Esito, row.Descrizione, row.Reason)
	}
	for _, e := range r.Ledger() {
		t.Logf("%v %s %s HTTP %d %s applied %v %s", e.Time.Sub(start), e.Service, e.Beneficiario, e.HTTP, e.Esito, e.Applied, e.Fault)
	}
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
