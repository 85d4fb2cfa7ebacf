package orderfile

import (
	"bytes"
	"io"
	"os"

	"voucherbul/mapping/orderfile/grid"
)

// openTable opens a file up to its header.
func openTable(file *os.File, o Options) (grid.Source, *table, error) {
	isBook, err := isWorkbook(file)
	switch {
	case err != nil:
		return nil, nil, err
	case isBook:
		return openWorkbook(file, o)
	}
	return openCSV(file, o)
}

// isWorkbook tells the format by the content of the file, never by its name: it is a workbook, or a CSV file.
func isWorkbook(file *os.File) (bool, error) {
	head := make([]byte, 4096)
	n, err := file.ReadAt(head, 0)
	if err != nil && err != io.EOF {
		return false, err
	}
	head = head[:n]
	if isZip(head) {
		return true, nil
	}
	return false, refuseForeign(file, head)
}

// isZip knows the first local header and, for an archive without parts, the end of the directory.
func isZip(head []byte) bool {
	return bytes.HasPrefix(head, []byte("PK\x03\x04")) || bytes.HasPrefix(head, []byte("PK\x05\x06"))
}
