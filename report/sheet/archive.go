package sheet

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"errors"
	"fmt"
	"io"
	"slices"
)

// packLevel takes half the time of the usual one, for files that are a third larger.
const packLevel = 2

// archive is the file of a workbook while the library writes its parts. The library writes a long sheet with its header at most,
// and the archive puts the rows in.
type archive struct {
	*zip.Writer
	long    []*Long      // not written yet
	open    *Long        // that is being written; nil = none
	pending bytes.Buffer // what the library has written of it
	err     error        // the first; the library may pass over one
}

func newArchive(f io.Writer, long []*Long) *archive {
	z := zip.NewWriter(f)
	z.RegisterCompressor(zip.Deflate, func(out io.Writer) (io.WriteCloser, error) { return flate.NewWriter(out, packLevel) })
	return &archive{Writer: z, long: slices.Clone(long)}
}

// Create begins a part.
func (a *archive) Create(name string) (io.Writer, error) {
	if err := a.finish(); err != nil {
		return nil, err
	}
	i := slices.IndexFunc(a.long, func(l *Long) bool { return l.part == name })
	if i < 0 {
		return a.Writer.Create(name)
	}
	a.open = a.long[i]
	a.long = slices.Delete(a.long, i, i+1)
	return &a.pending, nil
}

// finish writes the part of a long sheet that the library has given.
func (a *archive) finish() error {
	if a.open == nil || a.err != nil {
		return a.err
	}
	// The library says of every sheet with arrows that it is filtered, and spreadsheets tell that to the clerk.
	part := bytes.Replace(a.pending.Bytes(), []byte(` filterMode="true"`), nil, 1)
	place := bytes.Index(part, []byte("</sheetData>"))
	if place >= 0 {
		a.err = a.open.spool.join(a.Writer, a.open.part, part[:place], part[place:])
	} else {
		a.err = fmt.Errorf("the library writes %s without a place for its rows", a.open.part)
	}
	a.open = nil
	a.pending.Reset()
	return a.err
}

// Close ends the archive.
func (a *archive) Close() error {
	err := a.finish()
	if err == nil && len(a.long) > 0 {
		err = fmt.Errorf("the library has not written %s", a.long[0].part)
	}
	return errors.Join(err, a.Writer.Close())
}
