package sqlite

import (
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"unsafe"

	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"
)

// faultVFS is the operating system as SQLite sees it, with a fault where a test wants one and a disk that can lose power. It
// goes in between: what it does not know, it leaves to SQLite's own VFS. Only a sync never reaches the operating system: the
// model of the disk decides what a sync is worth, and thousands of syncs would wear a real disk.
//
// SQLite calls it through structures laid out as in C. They are allocated outside Go's heap, as SQLite keeps
// their addresses.
type faultVFS struct {
	Name   string // for the parameter vfs of the database's name
	tls    *libc.TLS
	inner  *sqlite3.Tsqlite3_vfs
	handle uintptr // of this VFS
	// The collector does not look for functions in C memory; here they are kept for it.
	functions []any
	tables    map[uintptr]uintptr // our methods, by the address of those they replace

	mu     sync.Mutex
	open   map[uintptr]*openFile
	counts map[ioCall]int
	disk   disk
	fail   func(c ioCall, n int) int32 // is asked before the n-th call of its kind; 0 lets it pass
	watch  func(c ioCall)              // is told of a call that is about to be made
}

// ioCall is a kind of call: what is done, to which of the files.
type ioCall struct{ op, file string }

func (c ioCall) String() string { return c.op + " " + c.file }

// errorOf is how the operating system's VFS reports that a call has failed.
func (c ioCall) errorOf() int32 {
	return map[string]int32{"open": sqlite3.SQLITE_CANTOPEN, "read": sqlite3.SQLITE_IOERR_READ, "write": sqlite3.SQLITE_IOERR_WRITE,
		"sync": sqlite3.SQLITE_IOERR_FSYNC, "truncate": sqlite3.SQLITE_IOERR_TRUNCATE, "size": sqlite3.SQLITE_IOERR_FSTAT,
		"delete": sqlite3.SQLITE_IOERR_DELETE, "map": sqlite3.SQLITE_IOERR_SHMMAP}[c.op]
}

// openFile is what the VFS knows of a file that SQLite has open.
type openFile struct {
	methods *sqlite3.Tsqlite3_io_methods // of SQLite's own VFS
	path    string
	kind    string
	image   *image
	dirSync bool // its first sync makes the names in its folder durable too
}

// newFaultVFS registers a VFS until the test ends; by then every journal on it has to be closed.
func newFaultVFS(t testing.TB) *faultVFS {
	t.Helper()
	v := &faultVFS{tls: libc.NewTLS(), tables: map[uintptr]uintptr{}}
	v.Name = "fault-" + strings.ReplaceAll(t.Name(), "/", "-")
	v.Reset()
	standard := sqlite3.Xsqlite3_vfs_find(v.tls, 0)
	v.inner = at[sqlite3.Tsqlite3_vfs](standard)

	name, err := libc.CString(v.Name)
	must(t, err)
	v.handle = v.alloc(unsafe.Sizeof(*v.inner))
	own := at[sqlite3.Tsqlite3_vfs](v.handle)
	*own = *v.inner
	own.FpNext, own.FzName = 0, name
	own.FxOpen = v.function(v.xOpen)
	own.FxDelete = v.function(v.xDelete)
	if code := sqlite3.Xsqlite3_vfs_register(v.tls, v.handle, 0); code != sqlite3.SQLITE_OK {
		t.Fatalf("registering %s: %d", v.Name, code)
	}
	t.Cleanup(func() {
		if len(v.open) > 0 {
			t.Errorf("%d files are still open", len(v.open))
			return // SQLite would call what is gone
		}
		sqlite3.Xsqlite3_vfs_unregister(v.tls, v.handle)
		for _, p := range append(slices.Collect(maps.Values(v.tables)), name, v.handle) {
			libc.Xfree(v.tls, p)
		}
		v.tls.Close()
	})
	return v
}

// Reset forgets the faults, the counts and the disk: the next journal is on a new one.
func (v *faultVFS) Reset() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.open, v.counts, v.disk = map[uintptr]*openFile{}, map[ioCall]int{}, disk{}
	v.fail, v.watch = nil, nil
}

// Fail decides which calls fail from now on, and with what; nil lets all pass.
func (v *faultVFS) Fail(fail func(c ioCall, n int) int32) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.fail = fail
}

// Watch is called before every call that follows. It runs inside the VFS: it may look at the disk by v.disk,
// and must not use the journal.
func (v *faultVFS) Watch(watch func(c ioCall)) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.watch = watch
}

// Counts says how many calls of each kind there have been.
func (v *faultVFS) Counts() map[ioCall]int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return maps.Clone(v.counts)
}

// PowerLoss is what the disk may have of a journal's files if the power fails now, by name.
func (v *faultVFS) PowerLoss(random *rand.Rand) map[string][]byte {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.disk.Lose(random)
}

// once lets the n-th call of a kind fail.
func once(c ioCall, n int) func(ioCall, int) int32 {
	return func(now ioCall, k int) int32 {
		if now == c && k == n {
			return c.errorOf()
		}
		return sqlite3.SQLITE_OK
	}
}

// count notes a call that is about to be made and returns what it has to fail with, or 0.
func (v *faultVFS) count(op, kind string) int32 {
	c := ioCall{op, kind}
	if v.watch != nil {
		v.watch(c)
	}
	v.counts[c]++
	if v.fail == nil {
		return sqlite3.SQLITE_OK
	}
	return v.fail(c, v.counts[c])
}

func (v *faultVFS) xOpen(tls *libc.TLS, _, path, file uintptr, flags int32, outFlags uintptr) int32 {
	inner := call[func(*libc.TLS, uintptr, uintptr, uintptr, int32, uintptr) int32](v.inner.FxOpen)
	standard := sqlite3.Xsqlite3_vfs_find(tls, 0)
	if path == 0 { // a temporary file: nothing has to outlive the process
		return inner(tls, standard, path, file, flags, outFlags)
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	f := &openFile{path: libc.GoString(path)}
	f.kind = kindOf(f.path)
	f.dirSync = f.kind != "db" && flags&sqlite3.SQLITE_OPEN_CREATE != 0
	if code := v.count("open", f.kind); code != 0 {
		*at[uintptr](file) = 0 // no methods: it is not to be closed
		return code
	}
	before, err := os.ReadFile(f.path)
	code := inner(tls, standard, path, file, flags, outFlags)
	if code != sqlite3.SQLITE_OK {
		return code
	}
	f.image = v.disk.Open(f.path, before, err == nil)
	methods := at[uintptr](file) // the first field of an open file
	f.methods = at[sqlite3.Tsqlite3_io_methods](*methods)
	*methods = v.table(*methods)
	v.open[file] = f
	return code
}

func kindOf(path string) string {
	for _, kind := range []string{"wal", "journal"} {
		if strings.HasSuffix(path, "-"+kind) {
			return kind
		}
	}
	return "db"
}

// table is a copy of methods of SQLite's own VFS in which ours take the place of some. The files stay the
// other VFS's: its methods find in them what they need.
func (v *faultVFS) table(methods uintptr) uintptr {
	if own, ok := v.tables[methods]; ok {
		return own
	}
	address := v.alloc(unsafe.Sizeof(sqlite3.Tsqlite3_io_methods{}))
	own := at[sqlite3.Tsqlite3_io_methods](address)
	*own = *at[sqlite3.Tsqlite3_io_methods](methods)
	own.FiVersion = min(own.FiVersion, 2) // 3 would read the database through a mapping
	own.FxClose = v.function(v.xClose)
	own.FxRead = v.function(v.xRead)
	own.FxWrite = v.function(v.xWrite)
	own.FxTruncate = v.function(v.xTruncate)
	own.FxSync = v.function(v.xSync)
	own.FxFileSize = v.function(v.xFileSize)
	own.FxShmMap = v.function(v.xShmMap)
	v.tables[methods] = address
	return address
}

func (v *faultVFS) xClose(tls *libc.TLS, file uintptr) int32 {
	v.mu.Lock()
	defer v.mu.Unlock()
	f := v.open[file]
	delete(v.open, file)
	return call[func(*libc.TLS, uintptr) int32](f.methods.FxClose)(tls, file)
}

func (v *faultVFS) xRead(tls *libc.TLS, file, buffer uintptr, n int32, offset int64) int32 {
	v.mu.Lock()
	defer v.mu.Unlock()
	f := v.open[file]
	if code := v.count("read", f.kind); code != 0 {
		return code
	}
	return call[func(*libc.TLS, uintptr, uintptr, int32, int64) int32](f.methods.FxRead)(tls, file, buffer, n, offset)
}

// A write that fails has written a part, as on a disk that fills.
func (v *faultVFS) xWrite(tls *libc.TLS, file, buffer uintptr, n int32, offset int64) int32 {
	v.mu.Lock()
	defer v.mu.Unlock()
	f := v.open[file]
	failure := v.count("write", f.kind)
	if failure != 0 {
		n /= 2
	}
	if code := call[func(*libc.TLS, uintptr, uintptr, int32, int64) int32](f.methods.FxWrite)(tls, file, buffer, n, offset); code != 0 {
		return code
	}
	f.image.Write(slices.Clone(unsafe.Slice(at[byte](buffer), n)), offset)
	return failure
}

func (v *faultVFS) xTruncate(tls *libc.TLS, file uintptr, size int64) int32 {
	v.mu.Lock()
	defer v.mu.Unlock()
	f := v.open[file]
	if code := v.count("truncate", f.kind); code != 0 {
		return code
	}
	if code := call[func(*libc.TLS, uintptr, int64) int32](f.methods.FxTruncate)(tls, file, size); code != 0 {
		return code
	}
	f.image.Truncate(size)
	return sqlite3.SQLITE_OK
}

func (v *faultVFS) xSync(_ *libc.TLS, file uintptr, _ int32) int32 {
	v.mu.Lock()
	defer v.mu.Unlock()
	f := v.open[file]
	if code := v.count("sync", f.kind); code != 0 {
		f.image.FailSync()
		return code
	}
	f.image.Sync()
	if f.dirSync {
		f.dirSync = false
		v.disk.SyncNames(f.path)
	}
	return sqlite3.SQLITE_OK
}

func (v *faultVFS) xFileSize(tls *libc.TLS, file, size uintptr) int32 {
	v.mu.Lock()
	defer v.mu.Unlock()
	f := v.open[file]
	if code := v.count("size", f.kind); code != 0 {
		return code
	}
	return call[func(*libc.TLS, uintptr, uintptr) int32](f.methods.FxFileSize)(tls, file, size)
}

func (v *faultVFS) xShmMap(tls *libc.TLS, file uintptr, page, size, extend int32, to uintptr) int32 {
	v.mu.Lock()
	defer v.mu.Unlock()
	f := v.open[file]
	if code := v.count("map", "shm"); code != 0 {
		*at[uintptr](to) = 0
		return code
	}
	return call[func(*libc.TLS, uintptr, int32, int32, int32, uintptr) int32](f.methods.FxShmMap)(tls, file, page, size, extend, to)
}

func (v *faultVFS) xDelete(tls *libc.TLS, _, path uintptr, dirSync int32) int32 {
	v.mu.Lock()
	defer v.mu.Unlock()
	name := libc.GoString(path)
	if code := v.count("delete", kindOf(name)); code != 0 {
		return code
	}
	code := call[func(*libc.TLS, uintptr, uintptr, int32) int32](v.inner.FxDelete)(tls, sqlite3.Xsqlite3_vfs_find(tls, 0), path, 0)
	if code == sqlite3.SQLITE_OK {
		v.disk.Delete(name, dirSync != 0)
	}
	return code
}

// function is the address that a function has in C's eyes, as the translated SQLite calls functions.
func (v *faultVFS) function(f any) uintptr {
	v.functions = append(v.functions, f)
	return (*[2]uintptr)(unsafe.Pointer(&f))[1]
}

func (v *faultVFS) alloc(size uintptr) uintptr { return libc.Xcalloc(v.tls, 1, libc.Tsize_t(size)) }

// call is the function at an address: function's inverse.
func call[F any](address uintptr) F { return *(*F)(unsafe.Pointer(&struct{ uintptr }{address})) }

// at is what C memory holds at an address. The detour tells the compiler that this is no Go pointer.
func at[T any](address uintptr) *T { return (*T)(*(*unsafe.Pointer)(unsafe.Pointer(&address))) }
