package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"testing"

	"pgregory.net/rapid"

	"voucherbul/report/booktest"
)

func TestJoinCRC(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		first, second := rapid.SliceOf(rapid.Byte()).Draw(t, "first"), rapid.SliceOf(rapid.Byte()).Draw(t, "second")
		got := joinCRC(crc32.ChecksumIEEE(first), crc32.ChecksumIEEE(second), int64(len(second)))
		if want := crc32.ChecksumIEEE(append(first, second...)); got != want {
			t.Fatalf("got %08x, want %08x", got, want)
		}
	})
	zeros := make([]byte, 5_000_000)
	if got, want := joinCRC(crc32.ChecksumIEEE([]byte("a")), crc32.ChecksumIEEE(zeros), int64(len(zeros))), crc32.ChecksumIEEE(append([]byte("a"), zeros...)); got != want {
		t.Errorf("a long text: got %08x, want %08x", got, want)
	}
}

// TestSpool writes parts of several sizes and reads them from the archive, whose reader checks sizes and CRC.
func TestSpool(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		folder := t.TempDir()
		s, err := newSpool(filepath.Join(folder, "x.xlsx"))
		booktest.Must(t, err)
		want := []byte("before ")
		block := s.block()
		for _, size := range rapid.SliceOfN(rapid.IntRange(0, 100_000), 0, 9).Draw(r, "sizes") {
			for i := range size {
				block = append(block, byte(i*i>>3))
			}
			want = append(want, block...)
			block, err = s.swap(block)
			booktest.Must(t, err)
			if len(block) != 0 {
				t.Fatal("a block is not empty")
			}
		}
		booktest.Must(t, s.end(append(block, "last"...)))
		var file bytes.Buffer
		z := zip.NewWriter(&file)
		booktest.Must(t, s.join(z, "part", []byte("before "), []byte(" after")))
		booktest.Must(t, errors.Join(z.Close(), s.close()))
		archive, err := zip.NewReader(bytes.NewReader(file.Bytes()), int64(file.Len()))
		booktest.Must(t, err)
		part, err := archive.Open("part")
		booktest.Must(t, err)
		got, err := io.ReadAll(part)
		booktest.Must(t, err)
		if !bytes.Equal(got, append(want, "last after"...)) {
			t.Fatal("the part is not what was written")
		}
		if left, _ := os.ReadDir(folder); len(left) != 0 {
			t.Fatalf("something was left behind: %v", left)
		}
	})
}

// TestSpoolOfMoreThan4GB asserts what Excel asks of the header of such a part, without one: that of its size.
func TestSpoolOfMoreThan4GB(t *testing.T) {
	s, err := newSpool(filepath.Join(t.TempDir(), "x.xlsx"))
	booktest.Must(t, err)
	booktest.Must(t, s.end(nil))
	s.size = 5 << 30
	var file bytes.Buffer
	z := zip.NewWriter(&file)
	booktest.Must(t, s.join(z, "part", nil, nil))
	booktest.Must(t, errors.Join(z.Close(), s.close()))
	if version := file.Bytes()[4]; version != 45 {
		t.Errorf("the part says that it is of version %d", version)
	}
	archive, err := zip.NewReader(bytes.NewReader(file.Bytes()), int64(file.Len()))
	booktest.Must(t, err)
	if h := archive.File[0]; h.UncompressedSize64 != 5<<30 || h.ReaderVersion != 45 {
		t.Errorf("%+v", h.FileHeader)
	}
}

// TestSpoolIsPrivate asserts that nobody else may read what is on its way.
func TestSpoolIsPrivate(t *testing.T) {
	s, err := newSpool(filepath.Join(t.TempDir(), "x.xlsx"))
	booktest.Must(t, err)
	info, err := s.file.Stat()
	booktest.Must(t, err)
	if info.Mode().Perm() != 0o600 {
		t.Errorf("the file is %v", info.Mode())
	}
	booktest.Must(t, s.close())
}
