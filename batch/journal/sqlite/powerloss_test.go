package sqlite

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"voucherbul/batch/journal"
)

var (
	powerLosses = flag.Int("power-losses", 400, "how many power losses TestPowerLoss tries")
	powerSeed   = flag.Uint64("power-seed", 0, "seed of the power losses, 0 = a new one")
)

// loss is what a disk had at one instant, and what had been confirmed by then.
type loss struct {
	before ioCall // that was about to be made
	acked  int
	files  map[string][]byte
}

func powerRandom(t testing.TB) *rand.Rand {
	t.Helper()
	seed := *powerSeed
	if seed == 0 {
		seed = rand.Uint64()
	}
	t.Logf("-power-seed=%d", seed)
	return rand.New(rand.NewPCG(seed, 0))
}

// lossesDuring tells the story and takes the power away, in thought, before n of its calls: before every sync
// where n is enough for that, when the most is at stake, and before others at random.
func (s *story) lossesDuring(t *testing.T, v *faultVFS, random *rand.Rand, params string, n int) []loss {
	t.Helper()
	params += "&vfs=" + v.Name
	tell := func(watch func(*ending, ioCall)) {
		v.Reset()
		end := &ending{}
		v.Watch(func(c ioCall) { watch(end, c) })
		j, err := ownWith(t.Context(), filepath.Join(quickDir(t), "test.db"), params)
		must(t, err)
		must(t, s.Tell(t.Context(), j, end))
		must(t, end.first)
		must(t, j.Close())
	}
	var calls, syncs []int // numbers of calls that are still to be chosen
	all := 0
	tell(func(_ *ending, c ioCall) {
		switch c.op {
		case "sync":
			syncs = append(syncs, all)
		case "write", "truncate", "delete":
			calls = append(calls, all)
		}
		all++
	})
	shuffle := func(numbers []int) {
		random.Shuffle(len(numbers), func(i, j int) { numbers[i], numbers[j] = numbers[j], numbers[i] })
	}
	shuffle(syncs)
	shuffle(calls)
	instants := append(syncs, calls...)
	times := map[int]int{} // how often each is taken: where n is large, the same instant loses something else
	for i := range n {
		times[instants[i%len(instants)]]++
	}
	var losses []loss
	now := 0
	tell(func(end *ending, c ioCall) {
		for range times[now] {
			losses = append(losses, loss{before: c, acked: int(end.acked.Load()), files: v.disk.Lose(random)})
		}
		now++
	})
	if len(losses) != n {
		t.Fatalf("%d losses, want %d: the story was not told twice alike", len(losses), n)
	}
	return losses
}

// after checks what a loss has left.
func (s *story) after(t *testing.T, v *faultVFS, l loss) error {
	t.Helper()
	v.Reset()
	path := restore(t, l.files, filepath.Join(quickDir(t), "left"))
	if err := s.Check(t.Context(), path, "&vfs="+v.Name, l.acked); err != nil {
		return fmt.Errorf("the power failed before %s, after %d changes: %w", l.before, l.acked, err)
	}
	return nil
}

// TestPowerLoss takes the power away at every sync and at other instants, and finds everything confirmed.
func TestPowerLoss(t *testing.T) {
	v, random := newFaultVFS(t), powerRandom(t)
	s := newStory(t, 20)
	const atOnce = 500 // what is lost is kept until the story has been told
	for left := *powerLosses / oneIn(); left > 0; left -= atOnce {
		for _, l := range s.lossesDuring(t, v, random, smallLog, min(left, atOnce)) {
			if err := s.after(t, v, l); err != nil {
				t.Error(err)
			}
		}
	}
}

// TestPowerLossTellsTheDifference shows that FULL is needed, and that TestPowerLoss can fail: with less, the
// same losses take away what was confirmed. Killing the process shows neither.
func TestPowerLossTellsTheDifference(t *testing.T) {
	v, random := newFaultVFS(t), powerRandom(t)
	s := newStory(t, 8)
	n, many := 60, 15
	if oneIn() > 1 {
		n, many = 16, 1 // so few may all miss
	}
	for _, level := range []string{"FULL", "NORMAL", "OFF"} {
		harm := 0
		var last error
		for _, l := range s.lossesDuring(t, v, random, "&_pragma=synchronous("+level+")", n) {
			if err := s.after(t, v, l); err != nil {
				harm++
				last = err
			}
		}
		t.Logf("synchronous=%s: %d of %d power losses did harm; the last: %.200v", level, harm, n, last)
		if level == "FULL" && harm > 0 || level != "FULL" && harm < many {
			t.Errorf("synchronous=%s: %d of %d power losses did harm, want none with FULL and many with less", level, harm, n)
		}
	}
}

// TestPowerLossWithManySubmitters loses the power while commits are shared: a change that shares a commit is as
// durable as one that has its own.
func TestPowerLossWithManySubmitters(t *testing.T) {
	v, random := newFaultVFS(t), powerRandom(t)
	const submitters, each = 8, 12
	path := filepath.Join(quickDir(t), "test.db")
	j, err := ownWith(t.Context(), path, "&vfs="+v.Name+smallLog)
	must(t, err)
	file := plan(t, j, "R", many(submitters*each)...)
	rows := all(t, j, file)
	// What has been confirmed of each row: 1 = its sending, 2 = its outcome.
	var confirmed [submitters * each]atomic.Int32
	type snapshot struct {
		confirmed [submitters * each]int32
		files     map[string][]byte
	}
	var snapshots []snapshot
	v.Watch(func(c ioCall) {
		if len(snapshots) > 0 && (random.IntN(oneIn()) > 0 || c.op != "sync" && random.IntN(20) > 0) { // the first is always one
			return
		}
		var s snapshot
		for i := range confirmed { // first: what is confirmed meanwhile is on the disk anyway
			s.confirmed[i] = confirmed[i].Load()
		}
		s.files = v.disk.Lose(random)
		snapshots = append(snapshots, s)
	})
	var submitter sync.WaitGroup
	for n := range submitters {
		submitter.Go(func() {
			for i := n * each; i < (n+1)*each; i++ {
				err := j.Sent(context.Background(), rows[i].ID, morning)
				if err == nil {
					confirmed[i].Store(1)
					err = j.Record(context.Background(), rows[i].ID, morning, journal.Change{State: journal.Accepted,
						Outcome: journal.Outcome{Esito: fmt.Sprint(i)}, Event: &journal.Event{At: morning, Ended: morning.Add(time.Second), Kind: "send"}})
				}
				if err != nil {
					t.Error(err)
					return
				}
				confirmed[i].Store(2)
			}
		})
	}
	submitter.Wait()
	v.Watch(nil)
	must(t, j.Close())
	for at, s := range snapshots {
		v.Reset()
		j, err := ownWith(t.Context(), restore(t, s.files, filepath.Join(quickDir(t), "left")), "&vfs="+v.Name)
		must(t, err)
		for i, r := range all(t, j, file) {
			attempts, err := j.Events(t.Context(), r.ID)
			must(t, err)
			stage := map[journal.State]int32{journal.Planned: 0, journal.Sent: 1, journal.Accepted: 2}[r.State]
			if stage < s.confirmed[i] {
				t.Errorf("loss %d: row %d is %s, %d was confirmed", at, i, r.State, s.confirmed[i])
			}
			if whole := r.Attempts == min(int(stage), 1) && len(attempts) == int(stage/2); !whole {
				t.Errorf("loss %d: row %d is %s with %d attempts, %d written down: half a change", at, i, r.State, r.Attempts, len(attempts))
			}
		}
		must(t, j.Close())
	}
	t.Logf("%d power losses among %d submitters", len(snapshots), submitters)
	if len(snapshots) == 0 {
		t.Error("no power loss was tried")
	}
}

// TestPowerLossAfterAFailedSync has a sync fail, the process killed, another one go on, and the power fail. What
// could not be synced is still there for the second process to read, and no later sync makes it durable: it
// must not build on that.
func TestPowerLossAfterAFailedSync(t *testing.T) {
	v, random := newFaultVFS(t), powerRandom(t)
	s := newStory(t, 8)
	kind := ioCall{"sync", "wal"}
	syncs := s.WithoutFault(t, v)[kind]
	tried := 0
	for n := 1; n <= syncs; n += oneIn() {
		v.Reset()
		v.Fail(once(kind, n))
		first := &ending{}
		params := "&vfs=" + v.Name
		j, err := ownWith(t.Context(), filepath.Join(quickDir(t), "test.db"), params)
		if err != nil {
			continue
		}
		must(t, s.Tell(t.Context(), j, first))
		dir := quickDir(t)
		v.mu.Lock()
		killed := v.disk
		err = killed.Outlive(dir)
		v.mu.Unlock()
		must(t, err)
		_ = j.Close()
		v.Reset()
		v.disk = killed

		path := filepath.Join(dir, "test.db")
		j, err = ownWith(t.Context(), path, params)
		must(t, err)
		state, err := contents(t.Context(), j)
		must(t, err)
		second := &ending{}
		_, planned, err := j.Run(t.Context(), "R")
		must(t, err)
		found := slices.Index(s.states, state)
		if !planned || found == len(s.states)-1 {
			must(t, j.Close())
			continue // another process makes a plan anew, or nothing is left that could be confirmed
		}
		tried++
		second.acked.Store(int64(found))
		must(t, s.Tell(t.Context(), j, second))
		must(t, second.first)
		left := v.PowerLoss(random)
		must(t, j.Close())
		if err := s.after(t, v, loss{before: kind, acked: int(second.acked.Load()), files: left}); err != nil {
			t.Errorf("after failed sync %d and %d changes: %v", n, first.acked.Load(), err)
		}
	}
	t.Logf("%d failed syncs that a process was killed after", tried)
	if tried == 0 {
		t.Error("it was never tried")
	}
}
