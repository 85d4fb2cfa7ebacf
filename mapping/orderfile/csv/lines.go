package csv

import (
	"bufio"
	"bytes"
	"io"
	"unicode/utf8"

	"voucherbul/mapping/orderfile/grid"
)

// Limits of a CSV file, in bytes of UTF-8. Without the second one a quote that is never closed would make one record
// of the rest of the file, in memory.
const (
	MaxLine   = 1 << 20
	MaxRecord = 1 << 20
)

// lineReader is the text of a CSV file on its way to encoding/csv, checked line by line.
type lineReader struct {
	in        *bufio.Reader // of size MaxLine
	delimiter byte
	line      int    // lines taken so far
	quoted    bool   // the last line ended inside a quoted cell
	rest      []byte // of the last line
	blank     bool   // the last line is blank, and no part of a record
	record    int    // bytes given since the last record ended
}

// Read gives the rest of a line, or of the next one.
func (l *lineReader) Read(p []byte) (int, error) {
	for len(l.rest) == 0 {
		if err := l.take(); err != nil {
			return 0, err
		}
	}
	n := copy(p, l.rest)
	l.rest = l.rest[n:]
	if !l.blank {
		l.record += n
	}
	if l.record > MaxRecord {
		return 0, &grid.UnreadableError{Line: l.line, Cause: "a record is longer than 1 MiB",
			Remedy: "look for a quote that is opened and never closed above this line"}
	}
	return n, nil
}

// endRecord is told whenever encoding/csv has completed a record. encoding/csv reads a few KiB ahead: the
// limit is that much too strict at worst.
func (l *lineReader) endRecord() { l.record = 0 }

func (l *lineReader) take() error {
	line, err := l.in.ReadSlice('\n')
	if err == bufio.ErrBufferFull {
		return &grid.UnreadableError{Line: l.line + 1, Cause: "the line is longer than 1 MiB", Remedy: "check that the file is a CSV export"}
	}
	if len(line) == 0 {
		return err // io.EOF, or a fault of the disk that ends the file; after a last line it comes again
	}
	if err != nil && err != io.EOF {
		return err
	}
	l.line++
	if err := checkText(line, l.line); err != nil {
		return err
	}
	l.blank = !l.quoted && len(bytes.TrimSpace(line)) == 0
	if l.rest, err = l.clean(line); err != nil {
		return err
	}
	return nil
}

// checkText refuses what findEncoding has seen to be no text. Only a file that changes under way gets here.
func checkText(line []byte, number int) error {
	cause := ""
	switch {
	case bytes.IndexByte(line, 0) >= 0:
		cause = nulCause
	case !utf8.Valid(line):
		cause = "the text is not UTF-8"
	default:
		return nil
	}
	return &grid.UnreadableError{Line: number, Cause: cause, Remedy: saveAsUTF8}
}

// clean keeps encoding/csv from what it would refuse or let pass, and knows which line ends inside a quoted
// cell. Most lines need nothing: they are only looked through for it.
func (l *lineReader) clean(line []byte) ([]byte, error) {
	if i := bytes.IndexByte(line, '\r'); i >= 0 && len(bytes.TrimLeft(line[i:], "\r\n")) > 0 || bytes.Contains(line, []byte(`="`)) {
		return l.cleanCells(line)
	}
	if bytes.Count(line, []byte(`"`))%2 == 1 { // a doubled quote toggles twice
		l.quoted = !l.quoted
	}
	if l.quoted {
		return line, nil
	}
	return endLine(line), nil
}

// cleanCells takes the = from ="00118" at the start of a cell: strict quotes would refuse it. No valid
// record is changed by that, since a quote inside a cell without quotes is not valid CSV.
// It works in place: line is this reader's own until the next one is taken.
func (l *lineReader) cleanCells(line []byte) ([]byte, error) {
	out := line[:0]
	start := !l.quoted
	returned := false
	for i, c := range line {
		if returned && c != '\r' && c != '\n' {
			return nil, errReturn(l.line)
		}
		switch {
		case c == '"':
			l.quoted = !l.quoted
		case l.quoted:
		case c == l.delimiter:
			out = append(out, c)
			start = true
			continue
		case c == '=' && start && i+1 < len(line) && line[i+1] == '"':
			continue
		case c == '\r':
			returned = true
		}
		start = false
		out = append(out, c)
	}
	if l.quoted {
		return out, nil
	}
	return endLine(out), nil
}

// endLine makes one end of a line of "\r\r\n", which programs write that translate line ends twice.
func endLine(line []byte) []byte {
	if end := bytes.TrimRight(line, "\n"); bytes.HasSuffix(end, []byte("\r\r")) {
		return append(bytes.TrimRight(end, "\r"), '\n')
	}
	return line
}

// errReturn refuses a line end that some programs see and others do not: it would glue two rows together.
func errReturn(line int) error {
	return &grid.UnreadableError{Line: line, Cause: "a carriage return alone stands outside quotes, and other lines end with a line feed",
		Remedy: saveAsUTF8}
}
