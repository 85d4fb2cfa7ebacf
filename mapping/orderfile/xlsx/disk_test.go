package xlsx

import (
	"errors"
	"io"
	"os"
	"testing"
)

// failing is a disk that fails after some reads.
type failing struct {
	file *os.File
	left *int
}

var errDisk = errors.New("input/output error")

func (f failing) ReadAt(b []byte, offset int64) (int, error) {
	if *f.left--; *f.left < 0 {
		return 0, errDisk
	}
	return f.file.ReadAt(b, offset)
}

// TestDiskThatFails: no file is called damaged because the disk is, whichever read it is that fails.
func TestDiskThatFails(t *testing.T) {
	file, err := os.Open("../testdata/foreign/perl-table-with-totals.xlsx") // it has every kind of part that is read
	must(t, err)
	defer file.Close()
	info, err := file.Stat()
	must(t, err)
	for reads := range 1000 {
		left := reads
		err := readThrough(&archive{disk: &disk{file: failing{file, &left}, size: info.Size()}})
		if err == nil {
			if reads < 10 {
				t.Errorf("%d reads are enough", reads)
			}
			return
		}
		if err != errDisk {
			t.Fatalf("a disk that fails after %d reads: %v", reads, err)
		}
	}
	t.Error("it never ends")
}

// readThrough reads all that is in a workbook.
func readThrough(a *archive) error {
	if err := a.list(); err != nil {
		return err
	}
	w, err := readWorkbook(a)
	if err != nil {
		return err
	}
	s, err := w.OpenSheet(w.Sheets[0])
	if err != nil {
		return err
	}
	defer s.Close()
	for {
		if _, err := s.Next(); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
	}
}
