package orderfile

import (
	"bufio"
	"bytes"
	"io"
	"unicode/utf8"
)

// Limits of a CSV file. Without the second one a quote that is never closed would make one record of the
// rest of the file, in memory.
const (
	maxLine   = 1 << 20
	maxRecord = 1 << 20
)

// lineReader is the text of a CSV file on its way to encoding/csv, checked line by line.
type lineReader struct {
	in        *bufio.Reader // of size maxLine
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
	if l.record > maxRecord {
		return 0, &UnreadableError{Line: l.line, Cause: "a record is longer than 1 MiB",
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
		return &UnreadableError{Line: l.line + 1, Cause: "the line is longer than 1 MiB", Remedy: "check that the file is a CSV export"}
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
	l.rest = l.unwrapFormulas(line)
	return nil
}

// checkText refuses what is no UTF-8 text, before a decoder replaces it silently.
func checkText(line []byte, number int) error {
	if bytes.IndexByte(line, 0) >= 0 {
		return &UnreadableError{Line: number, Cause: "the text has NUL characters: it is UTF-16 or damaged",
			Remedy: `save the file as "CSV UTF-8" or as .xlsx`}
	}
	if !utf8.Valid(line) {
		return &UnreadableError{Line: number, Cause: "the text is not UTF-8",
			Remedy: `save the file as "CSV UTF-8" or as .xlsx`}
	}
	return nil
}

// unwrapFormulas takes the = from ="00118" at the start of a cell: strict quotes would refuse it. No valid
// record is changed by that, since a quote inside a cell without quotes is not valid CSV.
// It works in place: line is this reader's own until the next one is taken.
func (l *lineReader) unwrapFormulas(line []byte) []byte {
	out := line[:0]
	start := !l.quoted
	for i, c := range line {
		switch {
		case c == '"':
			l.quoted = !l.quoted // a doubled quote toggles twice
		case l.quoted:
		case c == l.delimiter:
			out = append(out, c)
			start = true
			continue
		case c == '=' && start && i+1 < len(line) && line[i+1] == '"':
			continue
		}
		start = false
		out = append(out, c)
	}
	return out
}
