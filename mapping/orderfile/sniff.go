package orderfile

import (
	"bytes"
	"io"
	"os"
)

// openTable tells the format by the content of the file, never by its name, and opens it up to its header.
func openTable(file *os.File, o Options) (source, *table, error) {
	head := make([]byte, 4096)
	n, err := file.ReadAt(head, 0)
	if err != nil && err != io.EOF {
		return nil, nil, err
	}
	head = head[:n]
	if isZip(head) {
		return openWorkbook(file, o)
	}
	if err := refuseForeign(file, head); err != nil {
		return nil, nil, err
	}
	return openCSV(file, o)
}

// isZip knows the first local header and, for an archive without parts, the end of the directory.
func isZip(head []byte) bool {
	return bytes.HasPrefix(head, []byte("PK\x03\x04")) || bytes.HasPrefix(head, []byte("PK\x05\x06"))
}
