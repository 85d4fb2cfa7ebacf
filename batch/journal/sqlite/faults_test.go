package sqlite

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"testing"

	sqlite3 "modernc.org/sqlite/lib"
)

var everyFault = flag.Bool("every-fault", false, "have several times as many calls to the operating system fail, and all of them")

// smallLog makes SQLite move the log into the database every few commits, so that a short story has that too.
const smallLog = "&_pragma=wal_autocheckpoint(8)"

// faultRows is how many rows the stories have that are told once for every fault.
func faultRows() int {
	if *everyFault {
		return 24
	}
	return 5
}

// oneIn says which share of its cases a test plays: all of them, or few with -short or the race detector. The race detector
// makes SQLite fifteen times slower, and finds nothing in stories of one goroutine.
func oneIn() int {
	info, ok := debug.ReadBuildInfo()
	race := ok && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"})
	if !*everyFault && (race || testing.Short()) {
		return 15
	}
	return 1
}

// TestEveryCallFailsOnce lets every call that SQLite makes to the operating system fail once, each in a story
// of its own.
func TestEveryCallFailsOnce(t *testing.T) {
	v := newFaultVFS(t)
	s := newStory(t, faultRows())
	counts := s.WithoutFault(t, v)
	faults, broken := 0, 0
	for _, kind := range kindsOf(counts) {
		stopped := 0
		for n := 1; n <= counts[kind]; n += oneIn() {
			faults++
			end := s.OnFaults(t, v, fmt.Sprintf("%s number %d fails", kind, n), once(kind, n))
			if end.first != nil {
				stopped++
			}
			if v.Counts()[kind] < n {
				t.Errorf("%s number %d was never called", kind, n)
			}
		}
		t.Logf("%-14s %4d calls, %4d stopped the journal when they failed", kind, counts[kind], stopped)
		broken += stopped
	}
	t.Logf("%d faults, %d stopped the journal", faults, broken)
	for _, c := range []ioCall{{"write", "wal"}, {"write", "db"}, {"sync", "wal"}, {"sync", "db"}, {"open", "wal"}, {"map", "shm"}, {"truncate", "db"}} {
		if counts[c] == 0 {
			t.Errorf("the story has no %s", c)
		}
	}
	if broken == 0 || broken == faults {
		t.Error("some faults have to be seen, and some are SQLite's own affair")
	}
}

// TestDiskFullFromSomeWriteOn lets the disk be full from some write on.
func TestDiskFullFromSomeWriteOn(t *testing.T) {
	v := newFaultVFS(t)
	s := newStory(t, faultRows())
	writes, every := 0, 3*oneIn()
	if *everyFault {
		every = 1
	}
	for c, n := range s.WithoutFault(t, v) {
		if c.op == "write" {
			writes += n
		}
	}
	disks, stopped := 0, 0
	for n := 1; n <= writes; n += every {
		disks++
		seen := 0
		end := s.OnFaults(t, v, fmt.Sprintf("the disk is full from write %d on", n), func(c ioCall, _ int) int32 {
			if c.op == "write" {
				if seen++; seen >= n {
					return sqlite3.SQLITE_FULL
				}
			}
			return sqlite3.SQLITE_OK
		})
		if end.first == nil {
			continue // what Close writes is in the log as well
		}
		stopped++
		if !strings.Contains(end.first.Error(), "full") {
			t.Errorf("full from write %d on: %q does not say that the disk is full", n, end.first)
		}
	}
	t.Logf("%d disks were full, from as many of %d writes on; %d stopped the journal", disks, writes, stopped)
	if stopped < disks/2 {
		t.Errorf("only %d of %d full disks were noticed", stopped, disks)
	}
}

// WithoutFault tells the story on a disk without faults and returns what calls it made.
func (s *story) WithoutFault(t *testing.T, v *faultVFS) map[ioCall]int {
	t.Helper()
	end := s.OnFaults(t, v, "nothing fails", nil)
	if end.first != nil || int(end.acked.Load()) != len(s.states)-1 {
		t.Fatalf("without a fault: %v after %d changes", end.first, end.acked.Load())
	}
	return v.Counts()
}

// OnFaults tells the story on a new disk and checks what is left of it twice: as the operating system has the
// files, and as a disk may have them if the power fails before the journal is closed.
func (s *story) OnFaults(t *testing.T, v *faultVFS, what string, fail func(ioCall, int) int32) *ending {
	t.Helper()
	dir := quickDir(t)
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "test.db")
	v.Reset()
	v.Fail(fail)
	end := &ending{}
	j, err := ownWith(t.Context(), path, "&vfs="+v.Name+smallLog)
	end.first = err
	if err == nil {
		if err := s.Tell(t.Context(), j, end); err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	left := v.PowerLoss(rand.New(rand.NewPCG(1, 1)))
	if j != nil {
		_ = j.Close() // it says what failed once more, or it does not: everything confirmed is in the log
	}
	counts := v.Counts()
	v.Fail(nil)
	acked := int(end.acked.Load())
	params := "&vfs=" + v.Name // without faults; it saves the syncs
	if err := s.Check(t.Context(), path, params, acked); err != nil {
		t.Errorf("%s: opened again: %v", what, err)
	}
	if err := s.Check(t.Context(), restore(t, left, filepath.Join(dir, "later")), params, acked); err != nil {
		t.Errorf("%s, then the power: %v", what, err)
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.counts = counts // of the story alone
	return end
}

// quickDir is a folder in memory where there is one: the disk is a model, and the files below it are many.
func quickDir(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "journal-test-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

func kindsOf(counts map[ioCall]int) []ioCall {
	var kinds []ioCall
	for c := range counts {
		kinds = append(kinds, c)
	}
	slices.SortFunc(kinds, func(a, b ioCall) int { return strings.Compare(a.String(), b.String()) })
	return kinds
}
