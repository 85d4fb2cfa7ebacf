package xlsx

import (
	"archive/zip"
	"encoding/binary"
	"io"
)

// disk is the file of a workbook. It tells a failing disk, which is not the file's fault, from a file that points to a place
// beyond its end.
type disk struct {
	file   io.ReaderAt
	size   int64
	failed error // of the disk
}

func (d *disk) ReadAt(b []byte, offset int64) (int, error) {
	if offset < 0 || offset > d.size {
		return 0, zip.ErrFormat
	}
	n, err := d.file.ReadAt(b, offset)
	if err != nil && err != io.EOF {
		d.failed = err
	}
	return n, err
}

// checkStart refuses a zip file whose directory does not name its first part. Two workbooks in one file have that: only the
// directory of the last one counts, and the orders of the first would be lost.
func (a *archive) checkStart(parts []*zip.File) error {
	if len(parts) == 0 {
		return nil
	}
	const size = 30 // of a local header, without name and extra field
	var header [size]byte
	if _, err := a.disk.ReadAt(header[:], 0); err != nil {
		return a.explain("the zip file", err)
	}
	if string(header[:4]) == "PK\x03\x04" {
		data := size + int64(binary.LittleEndian.Uint16(header[26:])) + int64(binary.LittleEndian.Uint16(header[28:]))
		for _, part := range parts {
			if at, err := part.DataOffset(); err == nil && at == data {
				return nil
			}
		}
	}
	if a.disk.failed != nil {
		return a.disk.failed
	}
	return damaged("the zip file is not whole, or two are joined: its directory does not name the part that it begins with")
}
