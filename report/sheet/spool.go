package sheet

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/flate"
	"errors"
	"hash/crc32"
	"io"
	"math"
	"os"
	"path/filepath"
)

// spool packs text while it is made, on a goroutine of its own, into a file that only the owner may read. The packed text becomes
// the middle of a part of an archive: what stands before it is known last.
//
// Full blocks go to the goroutine and come back empty. There are only a few, so that a slow disk holds up whoever fills them.
type spool struct {
	file  *os.File
	named bool // the file can still be found in its folder
	full  chan []byte
	empty chan []byte
	done  chan struct{}
	ended bool

	// Of the goroutine, until done is closed.
	size, packed int64
	crc          uint32
	err          error
}

const (
	blockSize  = 1 << 18
	blockCount = 3 // one is filled, one waits, one is packed
)

// newSpool starts one for a workbook, with its file in the same folder: there must be room for both anyway.
func newSpool(path string) (*spool, error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return nil, err
	}
	named := os.Remove(f.Name()) != nil // where an open file needs no name, a process that dies leaves nothing behind
	s := &spool{file: f, named: named, full: make(chan []byte, blockCount), empty: make(chan []byte, blockCount), done: make(chan struct{})}
	for range blockCount {
		s.empty <- make([]byte, 0, blockSize+blockSize/8)
	}
	go s.run()
	return s, nil
}

// block gives an empty one.
func (s *spool) block() []byte { return <-s.empty }

func (s *spool) run() {
	defer close(s.done)
	out := &counter{to: bufio.NewWriterSize(s.file, 1<<16)}
	pack, err := flate.NewWriter(out, packLevel)
	for b := range s.full {
		if err == nil {
			_, err = pack.Write(b)
		}
		if err != nil {
			break
		}
		s.size += int64(len(b))
		s.crc = crc32.Update(s.crc, crc32.IEEETable, b)
		s.empty <- b[:0]
	}
	if err == nil { // not closed: another piece follows
		err = errors.Join(pack.Flush(), out.to.Flush())
	}
	s.packed, s.err = out.n, err
}

// swap takes a full block and gives an empty one.
func (s *spool) swap(full []byte) (empty []byte, err error) {
	select {
	case s.full <- full:
	case <-s.done:
		return full, s.err
	}
	select {
	case empty := <-s.empty:
		return empty, nil
	case <-s.done:
		return full, s.err
	}
}

// end packs the last block, and waits until all is in the file.
func (s *spool) end(last []byte) error {
	if len(last) > 0 {
		select {
		case s.full <- last:
		case <-s.done:
		}
	}
	s.wait()
	return s.err
}

func (s *spool) wait() {
	if !s.ended {
		s.ended = true
		close(s.full)
	}
	<-s.done
}

// close waits for the goroutine and removes the file.
func (s *spool) close() error {
	s.wait()
	err := s.file.Close()
	if s.named {
		err = errors.Join(err, os.Remove(s.file.Name()))
	}
	return err
}

// join writes a part of an archive: before, then what was packed, then after.
func (s *spool) join(z *zip.Writer, name string, before, after []byte) error {
	first, err := packed(before, (*flate.Writer).Flush)
	if err != nil {
		return err
	}
	last, err := packed(after, (*flate.Writer).Close)
	if err != nil {
		return err
	}
	const sizesFollow = 0x8 // as in every part that the archive packs itself
	h := &zip.FileHeader{Name: name, Method: zip.Deflate, Flags: sizesFollow, CreatorVersion: 20, ReaderVersion: 20,
		CRC32:              joinCRC(joinCRC(crc32.ChecksumIEEE(before), s.crc, s.size), crc32.ChecksumIEEE(after), int64(len(after))),
		CompressedSize64:   uint64(int64(len(first)) + s.packed + int64(len(last))), //nolint:gosec // no length is negative
		UncompressedSize64: uint64(int64(len(before)) + s.size + int64(len(after)))} //nolint:gosec // no length is negative
	if h.UncompressedSize64 >= math.MaxUint32 {
		h.ReaderVersion = 45 // Excel takes no larger part of an earlier version
	}
	if _, err := s.file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	out, err := z.CreateRaw(h)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, io.MultiReader(bytes.NewReader(first), s.file, bytes.NewReader(last)))
	return err
}

// packed is a text as a piece of a packed one; end says whether it is the last.
func packed(text []byte, end func(*flate.Writer) error) ([]byte, error) {
	var b bytes.Buffer
	pack, err := flate.NewWriter(&b, packLevel)
	if err == nil {
		_, err = pack.Write(text)
	}
	if err == nil {
		err = end(pack)
	}
	return b.Bytes(), err
}

// counter counts the bytes that go through it.
type counter struct {
	to *bufio.Writer
	n  int64
}

func (c *counter) Write(b []byte) (int, error) {
	n, err := c.to.Write(b)
	c.n += int64(n)
	return n, err
}

// joinCRC is the CRC-32 of two texts one after the other: of that of each, and the length of the second. Behind every
// bit the remainder of the first is multiplied by x, modulo the polynomial.
func joinCRC(first, second uint32, length int64) uint32 {
	power, square := uint32(1<<31), uint32(1<<30) // x^0 and x^1: the highest bit is the lowest power
	for n := 8 * length; n > 0; n >>= 1 {
		if n&1 == 1 {
			power = multiply(power, square)
		}
		square = multiply(square, square)
	}
	return multiply(power, first) ^ second
}

// multiply multiplies two remainders of CRC-32.
func multiply(a, b uint32) (product uint32) {
	for ; a != 0; a <<= 1 {
		if a&(1<<31) != 0 {
			product ^= b
		}
		carry := b & 1
		b >>= 1
		if carry == 1 {
			b ^= crc32.IEEE
		}
	}
	return product
}
