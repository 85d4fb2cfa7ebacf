package sqlite

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"voucherbul/batch/journal"
)

// TestDiskFills tells a story on a real file system of 2 MB that has less and less room left. The faults of the
// other tests are what we think a full disk does; this is what it does.
func TestDiskFills(t *testing.T) {
	dir := smallDisk(t)
	s := newStory(t, 8)
	path := filepath.Join(dir, "test.db")
	disks, changes := 0, 0
	for _, isNew := range []bool{true, false} { // most of a small journal is its tables: where they are there, the story is what fills the disk
		for free := int64(0); ; free += int64(min(oneIn(), 2)) * 8 << 10 {
			clearDisk(t, dir)
			if !isNew {
				must(t, openAt(t, path).Close())
			}
			fill(t, dir, free)
			end := &ending{}
			j, err := take(t.Context(), path)
			end.first = err
			if err == nil {
				if err := s.Tell(t.Context(), j, end); err != nil {
					t.Errorf("%d bytes free: %v", free, err)
				}
				_ = j.Close() // what it cannot move into the database stays in the log
			}
			acked := int(end.acked.Load())
			changes += acked
			if end.first != nil {
				wantFull(t, end.first)
			}
			must(t, os.Remove(filepath.Join(dir, "filler"))) // somebody makes room
			if err := s.Check(t.Context(), path, "", acked); err != nil {
				t.Errorf("%d bytes free: with room again: %v", free, err)
			}
			if end.first == nil && acked == len(s.states)-1 {
				break
			}
			disks++
		}
	}
	t.Logf("%d disks too small, %d changes confirmed on them", disks, changes)
	if disks < 10 || changes < 60 {
		t.Errorf("only %d disks too small with %d changes: the story fits everywhere", disks, changes)
	}
}

// TestOpenOnAFullDisk is the command given again before anybody has made room.
func TestOpenOnAFullDisk(t *testing.T) {
	dir := smallDisk(t)
	s := newStory(t, 8)
	path := filepath.Join(dir, "test.db")
	refused := 0
	for free := int64(0); free <= 64<<10; free += 4 << 10 {
		clearDisk(t, dir)
		j, err := take(t.Context(), path)
		must(t, err)
		end := &ending{}
		must(t, s.Tell(t.Context(), j, end))
		must(t, errors.Join(end.first, j.Close()))
		fill(t, dir, free)
		if j, err = take(t.Context(), path); err != nil {
			refused++
			wantFull(t, err)
		} else {
			must(t, j.Close())
		}
		must(t, os.Remove(filepath.Join(dir, "filler")))
		if err := s.Check(t.Context(), path, "", len(s.states)-1); err != nil {
			t.Errorf("%d bytes free: with room again: %v", free, err)
		}
	}
	if refused == 0 {
		t.Error("it opened on every full disk")
	}
}

// wantFull checks that a person sees why.
func wantFull(t *testing.T, err error) {
	t.Helper()
	if broken := (*journal.Error)(nil); !errors.As(err, &broken) || !strings.Contains(err.Error(), "full") {
		t.Errorf("%T %q, want an *Error that says that the disk is full", err, err)
	}
}

// smallDisk mounts a file system of 2 MB. Where that is not permitted the test is skipped, unless CI_REQUIRE is
// set: CI has to run everything.
func smallDisk(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=2m"); err != nil {
		if os.Getenv("CI_REQUIRE") != "" {
			t.Fatalf("CI_REQUIRE is set, and a tmpfs cannot be mounted: %v", err)
		}
		t.Skipf("needs a file system of its own, and a tmpfs cannot be mounted: %v", err)
	}
	t.Cleanup(func() { must(t, syscall.Unmount(dir, 0)) })
	return dir
}

func clearDisk(t *testing.T, dir string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	must(t, err)
	for _, e := range entries {
		must(t, os.RemoveAll(filepath.Join(dir, e.Name())))
	}
}

// fill takes all room but some.
func fill(t *testing.T, dir string, free int64) {
	t.Helper()
	f, err := os.Create(filepath.Join(dir, "filler"))
	must(t, err)
	size, page := int64(0), make([]byte, 4<<10)
	for err == nil {
		var n int
		n, err = f.Write(page)
		size += int64(n)
	}
	if !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("filling the disk: %v", err)
	}
	must(t, errors.Join(f.Truncate(max(0, size-free)), f.Close()))
}
