package orderfile

import (
	"bytes"
	"io"
	"os"
)

const utf8BOM = "\xef\xbb\xbf"

// openTable tells the format by the content of the file, never by its name, and opens it up to its header.
func openTable(file *os.File, o Options) (source, *table, error) {
	head := make([]byte, 4096)
	n, err := file.ReadAt(head, 0)
	if err != nil && err != io.EOF {
		return nil, nil, err
	}
	head = head[:n]
	if len(bytes.TrimSpace(bytes.TrimPrefix(head, []byte(utf8BOM)))) == 0 && n < 4096 {
		return nil, nil, &UnreadableError{Cause: "the file is empty", Remedy: "check that the export is complete"}
	}
	if isZip(head) {
		return openWorkbook(file, o)
	}
	if err := refuseForeign(head); err != nil {
		return nil, nil, err
	}
	return openCSV(file, o)
}

// isZip knows the first local header and, for an archive without parts, the end of the directory.
func isZip(head []byte) bool {
	return bytes.HasPrefix(head, []byte("PK\x03\x04")) || bytes.HasPrefix(head, []byte("PK\x05\x06"))
}

// refuseForeign names the formats that people hand in under the name of a workbook or a CSV file.
// An encrypted workbook is an OLE file, not a zip file: Excel wraps it.
func refuseForeign(head []byte) error {
	foreign := func(what, remedy string) error { return &UnreadableError{Cause: "the file is " + what, Remedy: remedy} }
	switch {
	case bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
		return foreign("a password-protected or old .xls workbook", "save it as .xlsx without password")
	case bytes.HasPrefix(head, []byte("%PDF")):
		return foreign("a PDF document", "export the orders as .xlsx or CSV")
	case bytes.HasPrefix(head, []byte("{\\rtf")):
		return foreign("an RTF document", "export the orders as .xlsx or CSV")
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")):
		return foreign("UTF-16 text", `save it as "CSV UTF-8" or as .xlsx`)
	}
	text := bytes.ToLower(bytes.TrimSpace(bytes.TrimPrefix(head, []byte(utf8BOM))))
	for _, tag := range []string{"<html", "<!doctype", "<table", "<head", "<body"} {
		if bytes.HasPrefix(text, []byte(tag)) {
			return foreign("an HTML page, whatever its name says", "open it in Excel or LibreOffice and save it as .xlsx")
		}
	}
	if bytes.HasPrefix(text, []byte("<?xml")) {
		return foreign("an XML document", "open it in Excel or LibreOffice and save it as .xlsx")
	}
	return nil
}
