package orderfile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"voucherbul/mapping/orderfile/csv"
)

func writeFile(t *testing.T, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestMissingFile(t *testing.T) {
	_, err := Open(filepath.Join(t.TempDir(), "ordini.csv"), Options{})
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("error %v, want fs.ErrNotExist", err)
	}
}

func TestDirectoryIsNotContent(t *testing.T) {
	_, err := Open(t.TempDir(), Options{})
	if _, ok := errors.AsType[*UnreadableError](err); err == nil || ok {
		t.Errorf("error %v, want the one of the operating system", err)
	}
}

func TestUnreadableErrorTellsTheStory(t *testing.T) {
	err := &UnreadableError{Path: "ordini.csv", Line: 3, Cause: "the text is not UTF-8", Remedy: "save it again"}
	if got, want := err.Error(), "ordini.csv: line 3: the text is not UTF-8; save it again"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestLongFile crosses many batches: every row comes once, in order, and is the caller's own.
func TestLongFile(t *testing.T) {
	const n = 3*batchRows + 7
	var text strings.Builder
	text.WriteString("codiceFiscale;cognome\n")
	for i := range n {
		fmt.Fprintf(&text, "CF%d;C%d\n", i, i)
	}
	_, rows, err := readAll(writeFile(t, "ordini.csv", []byte(text.String())))
	if err != nil || len(rows) != n {
		t.Fatalf("%d rows, error %v; want %d", len(rows), err, n)
	}
	for i, row := range rows {
		if cf := fmt.Sprintf("CF%d", i); row.Number != i+2 || row.Cells[0] != cf || row.Order.CodiceFiscale != cf {
			t.Fatalf("row %d is %+v", i, row)
		}
	}
}

// TestDamageLasts: after damage there are no rows any more, and never an io.EOF that looks like success.
func TestDamageLasts(t *testing.T) {
	text := "codiceFiscale;cognome\n" + strings.Repeat("CF;ROSSI\n", 2*batchRows) + "CF;a\"b\n" + strings.Repeat("CF;ROSSI\n", 10)
	f, err := Open(writeFile(t, "ordini.csv", []byte(text)), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for err == nil {
		_, err = f.Next()
	}
	for range 3 {
		wantUnreadable(t, err, "a quote is out of place")
		_, err = f.Next()
	}
}

func TestCSVLimits(t *testing.T) {
	const head = "codiceFiscale;cognome\nCF;ROSSI\n"
	for name, c := range map[string]struct {
		text, cause string
		line        int
	}{
		"line":         {head + "CF;" + strings.Repeat("x", csv.MaxLine) + "\n", "line is longer than 1 MiB", 3},
		"record":       {head + "CF;\"" + strings.Repeat(strings.Repeat("x", 99)+"\n", 20_000), "record is longer than 1 MiB", 0},
		"header":       {"codiceFiscale;\"" + strings.Repeat(strings.Repeat("x", 99)+"\n", 20_000), "record is longer than 1 MiB", 0},
		"binary":       {"codiceFiscale;cognome\nCF;\x00\n", "NUL", 2},
		"broken UTF-8": {head + strings.Repeat("CF;NICOLÒ\n", 50_000) + "CF;\xc3\x28\n", "some of its bytes are not", 50_003},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := readAll(writeFile(t, "ordini.csv", []byte(c.text)))
			wantUnreadable(t, err, c.cause)
			if u, ok := errors.AsType[*UnreadableError](err); ok && c.line != 0 && u.Line != c.line {
				t.Errorf("line %d, want %d", u.Line, c.line)
			}
		})
	}
	t.Run("blank lines are no record", func(t *testing.T) {
		_, rows, err := readAll(writeFile(t, "ordini.csv", []byte(head+strings.Repeat("\n", 2*csv.MaxRecord)+"CF;BIANCHI\n")))
		if err != nil || len(rows) != 2 || rows[1].Number != 3+2*csv.MaxRecord {
			t.Errorf("rows %+v, error %v", rows, err)
		}
	})
	t.Run("a long record is a record", func(t *testing.T) {
		long := strings.Repeat("x", csv.MaxLine-10_000)
		_, rows, err := readAll(writeFile(t, "ordini.csv", []byte(head+strings.Repeat("CF;"+long+"\n", 3))))
		if err != nil || len(rows) != 4 || rows[3].Order.Cognome != long {
			t.Errorf("%d rows, error %v", len(rows), err)
		}
	})
}

// TestLongRowsMakeSmallBatches bounds what is read ahead.
func TestLongRowsMakeSmallBatches(t *testing.T) {
	const length = batchBytes / 4
	text := "codiceFiscale;cognome\n" + strings.Repeat("CF;"+strings.Repeat("x", length)+"\n", 40)
	f, err := Open(writeFile(t, "ordini.csv", []byte(text)), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if n := len(f.ahead); n == 0 || n > 4 {
		t.Errorf("%d rows of %d bytes are read ahead", n, length)
	}
}

// TestConstantMemory reads a file of 100 MB and looks at the heap on the way.
func TestConstantMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("writes 100 MB")
	}
	path := filepath.Join(t.TempDir(), "ordini.csv")
	out, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	line := "CF;" + strings.Repeat("x", 1000) + "\n"
	_, err = io.WriteString(out, "codiceFiscale;cognome\n")
	for range 100 {
		if err == nil {
			_, err = io.WriteString(out, strings.Repeat(line, 1000))
		}
	}
	if err := errors.Join(err, out.Close()); err != nil {
		t.Fatal(err)
	}
	f, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var most uint64
	n := 0
	for ; ; n++ {
		if _, err := f.Next(); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		if n%20_000 == 0 {
			var m runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapAlloc)
		}
	}
	if n != 100_000 || most > 20<<20 {
		t.Errorf("%d rows, %d MB of heap", n, most>>20)
	}
}
