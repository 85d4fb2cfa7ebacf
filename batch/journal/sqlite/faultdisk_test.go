package sqlite

import (
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// sector is what a disk writes whole or not at all; but see image.Lose.
const sector = 512

// disk is what would be on a disk if the power failed now. Names and contents become durable apart: those of
// a new file are known to the folder only once that has been synced.
type disk struct {
	live    map[string]*image // as the running system sees the folders
	durable map[string]*image // as the disk has them
}

// image is a file: its durable content, and the later changes, which a disk may have made in any order or not at all.
type image struct {
	stable  []byte
	pending []ioChange
}

// ioChange is a write, or the cutting or lengthening to a size where data is nil.
type ioChange struct {
	at     int64
	data   []byte
	synced bool
	doomed bool // a sync of it has failed: the system forgets that it is to be written, and no later sync helps
}

// Open is the image of a file that has been opened. One that the disk did not know until now has the content
// it had before; an empty one was made just now, and nobody has synced its folder.
func (d *disk) Open(path string, content []byte, existed bool) *image {
	if d.live == nil {
		d.live, d.durable = map[string]*image{}, map[string]*image{}
	}
	if d.live[path] == nil {
		d.live[path] = &image{stable: content}
		if existed && len(content) > 0 {
			d.durable[path] = d.live[path]
		}
	}
	return d.live[path]
}

// Delete removes a name; with sync the disk knows at once.
func (d *disk) Delete(path string, sync bool) {
	delete(d.live, path)
	if sync {
		d.SyncNames(path)
	}
}

// SyncNames makes durable which files there are in the folder of a file.
func (d *disk) SyncNames(path string) {
	for _, names := range []map[string]*image{d.live, d.durable} {
		for name := range names {
			if filepath.Dir(name) == filepath.Dir(path) {
				if d.durable[name] = d.live[name]; d.live[name] == nil {
					delete(d.durable, name)
				}
			}
		}
	}
}

// Lose is what the disk may have after the power has failed now, by base name.
func (d *disk) Lose(random *rand.Rand) map[string][]byte {
	files := map[string][]byte{}
	for _, path := range d.names() {
		found := d.live[path]
		if d.durable[path] != found && random.IntN(2) == 0 {
			found = d.durable[path]
		}
		if found != nil {
			files[filepath.Base(path)] = found.Lose(random)
		}
	}
	return files
}

// Outlive moves everything into a new folder as the running system has it, with what the disk has of it: the
// process was killed, and another one goes on.
func (d *disk) Outlive(dir string) error {
	moved := disk{map[string]*image{}, map[string]*image{}}
	copies := map[*image]*image{}
	for _, names := range []struct{ from, to map[string]*image }{{d.live, moved.live}, {d.durable, moved.durable}} {
		for path, f := range names.from {
			if copies[f] == nil {
				copies[f] = &image{slices.Clone(f.stable), slices.Clone(f.pending)}
			}
			names.to[filepath.Join(dir, filepath.Base(path))] = copies[f]
		}
	}
	var errs []error
	for path, f := range moved.live {
		content := slices.Clone(f.stable)
		for _, c := range f.pending {
			content = c.do(content)
		}
		errs = append(errs, os.WriteFile(path, content, 0o600))
	}
	*d = moved
	return errors.Join(errs...)
}

// names are sorted: the same seed has to lose the same.
func (d *disk) names() []string {
	var names []string
	for _, of := range []map[string]*image{d.live, d.durable} {
		for name := range of {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func (f *image) Write(data []byte, at int64) {
	f.pending = append(f.pending, ioChange{at: at, data: data})
}

func (f *image) Truncate(size int64) { f.pending = append(f.pending, ioChange{at: size}) }

// Sync makes durable what no sync has failed for.
func (f *image) Sync() {
	for i := range f.pending {
		c := &f.pending[i]
		c.synced = c.synced || !c.doomed
	}
	for len(f.pending) > 0 && f.pending[0].synced {
		f.stable = f.pending[0].do(f.stable)
		f.pending = f.pending[1:]
	}
}

// FailSync is a sync that has failed, as Linux has it: the program is told once, and what was to be written
// then never is, unless it is written anew.
func (f *image) FailSync() {
	for i := range f.pending {
		c := &f.pending[i]
		c.doomed = !c.synced
	}
}

// Lose returns what may be left of the file after a power loss. Everything up to the last sync is left. Each later write is
// left whole, or not at all, or with some of its sectors, or up to some byte; that is worse than a real disk.
func (f *image) Lose(random *rand.Rand) []byte {
	content := slices.Clone(f.stable)
	for _, c := range f.pending {
		switch part := random.IntN(4); {
		case c.synced || part == 0:
			content = c.do(content)
		case part == 1 || c.data == nil:
		case part == 2:
			for from := int64(0); from < int64(len(c.data)); {
				to := min(int64(len(c.data)), from+sector-(c.at+from)%sector)
				if random.IntN(2) == 0 {
					content = ioChange{at: c.at + from, data: c.data[from:to]}.do(content)
				}
				from = to
			}
		default:
			content = ioChange{at: c.at, data: c.data[:random.IntN(len(c.data)+1)]}.do(content)
		}
	}
	return content
}

// do makes a change; what is skipped reads as zeros.
func (c ioChange) do(content []byte) []byte {
	end := int(c.at) + len(c.data)
	if grow := end - len(content); grow > 0 {
		content = append(content, make([]byte, grow)...)
	}
	if c.data == nil {
		return content[:end]
	}
	copy(content[c.at:], c.data)
	return content
}

// restore writes what a power loss has left into a new folder and returns the path of the journal there.
func restore(t testing.TB, files map[string][]byte, dir string) string {
	t.Helper()
	must(t, os.Mkdir(dir, 0o700))
	for file, content := range files {
		must(t, os.WriteFile(filepath.Join(dir, file), content, 0o600))
	}
	return filepath.Join(dir, "test.db")
}
