package xlsx

import (
	"archive/zip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"voucherbul/mapping/orderfile/grid"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestUnpackedSize: what counts is the bytes that come out, of one part and of all that are read.
func TestUnpackedSize(t *testing.T) {
	path := filepath.Join(t.TempDir(), "two.zip")
	out, err := os.Create(path)
	must(t, err)
	z := zip.NewWriter(out)
	for _, part := range []string{"a", "b"} {
		w, err := z.Create(part)
		must(t, err)
		_, err = io.WriteString(w, strings.Repeat("x", 1000))
		must(t, err)
	}
	must(t, errors.Join(z.Close(), out.Close()))
	for name, c := range map[string]struct {
		part, all int64
		fails     string
	}{
		"exactly":      {1000, 2000, ""},
		"a part":       {999, 2000, "a"},
		"all together": {1000, 1999, "b"},
	} {
		t.Run(name, func(t *testing.T) {
			file, err := os.Open(path)
			must(t, err)
			defer file.Close()
			a, err := openArchive(file)
			must(t, err)
			if left := a.left.Load(); left != maxUnpacked {
				t.Errorf("a workbook may unpack to %d bytes", left)
			}
			a.left.Store(c.all)
			failed := ""
			for _, part := range []string{"a", "b"} {
				p, err := a.open(part, c.part)
				must(t, err)
				n, err := io.Copy(io.Discard, p)
				if err != nil {
					failed = part
					if u, ok := errors.AsType[*grid.UnreadableError](err); !ok || !strings.Contains(u.Cause, "too much data (part "+part+")") {
						t.Errorf("error %v", err)
					}
					break
				}
				if n != 1000 {
					t.Errorf("part %s has %d bytes", part, n)
				}
			}
			if failed != c.fails {
				t.Errorf("refused at part %q, want %q", failed, c.fails)
			}
		})
	}
}
