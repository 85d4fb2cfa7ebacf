package xlsx

import (
	"archive/zip"
	"compress/flate"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"io"
	"os"
	"strings"
	"sync/atomic"

	"voucherbul/mapping/orderfile/grid"
)

// Limits of what a workbook may unpack to: the real bytes are counted, since the declared sizes are only a
// claim. Excel's own limits allow no honest order export to come near them.
const (
	maxUnpacked = 600 << 20 // all parts that are read
	maxPart     = 50 << 20  // any part but the sheets and the shared strings
	maxParts    = 10_000
)

// archive is the zip file that a workbook is.
type archive struct {
	disk  *disk
	parts map[string]*zip.File // by lower-case name: OPC names ignore case (ECMA-376 part 2, 6.2.2)
	left  atomic.Int64         // bytes that may still be unpacked
}

func openArchive(file *os.File) (*archive, error) {
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	a := &archive{disk: &disk{file: file, size: info.Size()}}
	return a, a.list()
}

// list reads the directory.
func (a *archive) list() error {
	z, err := zip.NewReader(a.disk, a.disk.size)
	if err != nil {
		return a.explain("the zip file", err)
	}
	if len(z.File) > maxParts {
		return damaged("it has %d parts", len(z.File))
	}
	if err := a.checkStart(z.File); err != nil {
		return err
	}
	a.parts = make(map[string]*zip.File, len(z.File))
	a.left.Store(maxUnpacked)
	for _, f := range z.File {
		name := partKey(f.Name)
		if _, twice := a.parts[name]; twice {
			return damaged("it has the part %s twice", partName(f.Name))
		}
		a.parts[name] = f
	}
	return nil
}

// partKey makes names equal that mean the same part. Some writers use backslashes.
func partKey(name string) string {
	return strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(name, `\`, "/"), "/"))
}

func (a *archive) has(name string) bool {
	_, ok := a.parts[partKey(name)]
	return ok
}

// open starts reading a part. Only the end of the part shows whether it is whole: read it up to io.EOF.
func (a *archive) open(name string, limit int64) (*part, error) {
	f, ok := a.parts[partKey(name)]
	if !ok {
		return nil, damaged("the part %s is missing", partName(name))
	}
	if f.Flags&1 != 0 {
		return nil, &grid.UnreadableError{Cause: "the zip file is encrypted", Remedy: "save the workbook as .xlsx without password"}
	}
	r, err := f.Open()
	if err != nil {
		return nil, a.explain("the part "+partName(name), err)
	}
	return &part{archive: a, name: partName(name), in: r, left: limit, sum: crc32.NewIEEE(), want: f.CRC32}, nil
}

// part is one file inside the workbook, unpacked as it is read.
type part struct {
	archive *archive
	name    string // as an error shows it
	in      io.ReadCloser
	left    int64
	sum     hash.Hash32
	want    uint32
}

// Read counts the bytes against both limits. The checksum is compared here too: archive/zip takes a zero in
// the directory for "not known".
func (p *part) Read(b []byte) (int, error) {
	n, err := p.in.Read(b)
	p.left -= int64(n)
	if p.archive.left.Add(-int64(n)) < 0 || p.left < 0 {
		return 0, &grid.UnreadableError{Cause: fmt.Sprintf("the workbook unpacks to too much data (part %s)", p.name),
			Remedy: "remove what is not orders, or split the file"}
	}
	_, _ = p.sum.Write(b[:n]) // a hash never fails
	if err == io.EOF && p.sum.Sum32() != p.want {
		err = zip.ErrChecksum
	}
	if err != nil && err != io.EOF {
		return 0, p.archive.explain("the part "+p.name, err)
	}
	return n, err
}

func (p *part) Close() error { return p.in.Close() }

// explain says which damage an error means. Errors of the disk stay what they are.
func (a *archive) explain(what string, err error) error {
	if a.disk.failed != nil {
		return a.disk.failed
	}
	var corrupt flate.CorruptInputError
	switch {
	case errors.Is(err, zip.ErrChecksum):
		return damaged("the checksum of %s is wrong", what)
	case errors.Is(err, zip.ErrFormat):
		return damaged("%s is not whole, as after a broken copy or download", what)
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return damaged("%s is cut short", what)
	case errors.Is(err, zip.ErrAlgorithm):
		return damaged("%s is packed in a way that workbooks do not use", what)
	case errors.As(err, &corrupt):
		return damaged("the packed data of %s is corrupt", what)
	}
	return damaged("%s is not whole: it cannot be unpacked", what)
}
