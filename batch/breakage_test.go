package batch

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"

	"voucherbul/batch/journal"
	"voucherbul/batch/platform/simulator"
)

// TestEveryCallOfTheJournalFails lets every call of a scenario fail once, in four ways where the run is a thorough one. The
// run ends with that error, does nothing more, and has shown nothing that is not on disk. The same command with a working
// journal finishes the run.
func TestEveryCallOfTheJournalFails(t *testing.T) {
	counted := map[string]int{}
	play(t, breakageWorld(), func(t *testing.T, r *rig) {
		b := &brokenJournal{Journal: r.journal, calls: counted}
		r.breakage(b)
		r.wantAllOfIt()
	})
	if t.Failed() {
		return
	}
	for method := range reflect.TypeFor[Journal]().Methods() {
		if counted[method.Name] == 0 {
			t.Errorf("the scenario never calls %s", method.Name)
		}
	}
	for _, method := range sortedKeys(counted) {
		for n := 1; n <= counted[method]; n++ {
			for i, after := range []bool{false, true} {
				for k, lasts := range []bool{false, true} {
					if !thorough() && ((n+2*i+k)%4 != 0 || testing.Short() && n%40 != 1) {
						continue // every call fails in one of the ways
					}
					t.Run(fmt.Sprintf("%s %d after %v lasts %v", method, n, after, lasts), func(t *testing.T) {
						play(t, breakageWorld(), func(t *testing.T, r *rig) {
							b := &brokenJournal{Journal: r.journal, calls: map[string]int{}, breaks: breakage{method, n, after, lasts}}
							r.breakage(b)
							if b.broken.IsZero() && n < counted[method] { // which goroutine comes first may change the number by one
								t.Errorf("it was not called: %v", b.calls)
							}
							r.wantAllOfIt()
						})
					})
				}
			}
		}
	}
}

// breakageWorld loses answers of every operation, one of them applied late.
func breakageWorld() simulator.World {
	once := func(who string, f simulator.Fault) simulator.FaultRule {
		return simulator.FaultRule{Beneficiario: who, Times: 1, Fault: f}
	}
	return simulator.World{Timers: atOnce, Latency: 100 * time.Millisecond,
		Vouchers: []simulator.InitialVoucher{{Beneficiario: famiglia(3), Stato: simulator.StatoPrenotata, DataPrenotazione: "-48h"}},
		Faults: []simulator.FaultRule{
			once(famiglia(3), simulator.Fault{Kind: simulator.KindResetAfter}),
			once(famiglia(4), simulator.Fault{Kind: simulator.KindBadGatewayApplied}),
			once(famiglia(5), simulator.Fault{Kind: simulator.KindLock}),
			once(famiglia(6), simulator.Fault{Kind: simulator.KindSlowApply, Delay: 200 * time.Second, NoLock: true}),
			once(famiglia(7), simulator.Fault{Kind: simulator.KindResetBefore}),
		}}
}

// earlier and breakageOrders are the files of the scenario.
func earlier() []order { return []order{prenotazione(famiglia(1)), prenotazione(famiglia(2))} }

func breakageOrders() []order {
	return []order{prenotazione(famiglia(1)), prenotazione(famiglia(2)).with("email", "another@example.it"), attivazione(famiglia(3)), prenotazione(famiglia(4)),
		disdetta(famiglia(4)), prenotazione(famiglia(5)), prenotazione(famiglia(6)), prenotazione(famiglia(7)), attivazione(famiglia(7))}
}

// breakage plays the scenario. A file is sent, then another one that overlaps with it and leaves doubts, then the same
// again. A row is marked by hand, and all doubts are cleared up. A refused row is corrected in the outcome. Where the
// journal breaks, the same command is given again with one that works.
func (r *rig) breakage(b *brokenJournal) {
	r.t.Helper()
	r.config.Pace = Pace{Rate: 4, Burst: 1, InFlight: 3} // somebody always waits
	first, second := r.file(earlier()...), r.file(breakageOrders()...)
	run := func(wait time.Duration, file string) (result Result) {
		r.t.Helper()
		r.config.Doubt.Wait = wait
		r.attempt(b, func(job Job) (err error) {
			job.Files = []string{file}
			if result, err = job.Run(r.t.Context()); err == nil {
				err = r.journal.Reported(r.t.Context(), result.Run, time.Now())
			}
			return err
		})
		return result
	}
	run(0, first)
	result := run(0, second)
	r.attempt(b, func(job Job) error {
		known := Mark{Run: result.Run, Number: 8, Executed: len(r.applied(famiglia(6))) > 0, Note: "vista"}
		_, err := job.Mark(r.t.Context(), known)
		if refused := (*MarkError)(nil); errors.As(err, &refused) {
			return nil // what failed the first time was on disk
		}
		return err
	})
	run(time.Hour, second)
	r.attempt(b, func(job Job) error {
		_, err := job.Resolve(r.t.Context())
		return err
	})
	run(time.Hour, second)
	outcome := linesOf(r.t, r.outcome(result.Run, 1, ".csv"))[:3] // a row that has its voucher, and one that was refused for that
	corrected := filepath.Join(r.dir, "corrected.esiti.csv")
	outcome.with(r.t, 2, "email", "a.third@example.it").write(r.t, corrected)
	run(time.Hour, corrected)
}

// attempt does something with a journal that may break, and once more where it has.
func (r *rig) attempt(b *brokenJournal, do func(Job) error) {
	r.t.Helper()
	time.Sleep(time.Hour)
	job := r.job()
	if b.broken.IsZero() {
		job.Journal = b
	}
	was := b.broken
	err := do(job)
	if b.broken.Equal(was) {
		if err != nil {
			r.t.Fatal(err)
		}
		r.last = Progress{}
		return
	}
	if !errors.Is(err, errBroken) {
		r.t.Errorf("%v, want the error of the journal", err)
	}
	for _, e := range r.Ledger() {
		if e.Time.After(b.broken) {
			r.t.Errorf("a request for %s %v after the journal broke", e.Service, e.Time.Sub(b.broken))
		}
	}
	shown := r.last
	r.last = Progress{}
	r.close()
	r.open("journal.db")
	r.wantShownOnDisk(shown)
	time.Sleep(time.Minute)
	if err := do(r.job(job.Files...)); err != nil {
		r.t.Fatal(err)
	}
	r.last = Progress{}
}

// wantShownOnDisk checks that the journal has every settled row that was counted.
func (r *rig) wantShownOnDisk(shown Progress) {
	r.t.Helper()
	onDisk := map[journal.State]int{}
	runs, err := r.journal.Runs(context.Background(), 0)
	if err != nil {
		r.t.Error(err)
	}
	for _, run := range runs {
		files, err := r.journal.Files(context.Background(), run.ID)
		if err != nil {
			r.t.Error(err)
		}
		for _, f := range files {
			for _, row := range r.rows(f.ID) {
				onDisk[row.State]++
			}
		}
	}
	for state, n := range shown.Counts {
		if n > onDisk[state] {
			r.t.Errorf("%d rows shown %s, %d on disk", n, state, onDisk[state])
		}
	}
}

// wantAllOfIt checks that everything is done, once and in order.
func (r *rig) wantAllOfIt() {
	r.t.Helper()
	p, a, d := simulator.Prenotazione, simulator.Attivazione, simulator.Disdetta
	for n, want := range [][]simulator.Service{1: {p}, 2: {p}, 3: {a}, 4: {p, d}, 5: {p}, 6: {p}, 7: {p, a}} {
		if got := r.applied(famiglia(n)); !slices.Equal(got, want) {
			r.t.Errorf("family %d: the platform applied %v, want %v", n, got, want)
		}
	}
	health, err := r.journal.Verify(r.t.Context())
	if err != nil || len(health.Faults) > 0 || health.States[journal.Uncertain]+health.States[journal.Sent]+health.States[journal.Pending]+health.States[journal.Planned] > 0 {
		r.t.Errorf("%+v, %v", health, err)
	}
}
