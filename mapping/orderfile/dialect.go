package orderfile

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"io"
	"unicode/utf8"
)

// dialect is how a CSV file is written.
type dialect struct {
	delimiter byte
	preamble  int // lines before the header that are not data: "sep=;"
}

// sniffDialect finds the delimiter: what "sep=" says, else the one that makes the most known columns of the
// header, in this order where several do. It takes the "sep=" line off the text and nothing else.
func sniffDialect(text *bufio.Reader, claims Claims) (dialect, error) {
	head, err := text.Peek(maxLine)
	if err != nil && err != io.EOF {
		return dialect{}, err
	}
	first, _, _ := bytes.Cut(head, []byte("\n"))
	if declared, ok := declaredDelimiter(first); ok {
		if declared == 0 {
			return dialect{}, &UnreadableError{Line: 1, Cause: "the sep= line names no delimiter", Remedy: "write sep=; or remove the line"}
		}
		_, err := text.Discard(min(len(first)+1, len(head)))
		return dialect{delimiter: declared, preamble: 1}, err
	}
	header, line := firstRecord(head)
	if checkText(header, line) != nil {
		return dialect{delimiter: ';'}, nil // reading it will name the line
	}
	if bytes.Contains(bytes.ReplaceAll(header, []byte("\r\n"), nil), []byte("\r")) {
		return dialect{}, &UnreadableError{Line: line, Cause: "the lines end with a carriage return alone, as on old Macs",
			Remedy: `save the file as "CSV UTF-8" or as .xlsx`}
	}
	best, most := byte(';'), 0
	for _, delimiter := range []byte(";,\t|") {
		if n := known(splitHeader(header, delimiter), claims); n > most {
			best, most = delimiter, n
		}
	}
	return dialect{delimiter: best}, nil
}

// declaredDelimiter reads the first line that Excel takes as an instruction. 0 = it names none.
func declaredDelimiter(line []byte) (byte, bool) {
	line = bytes.TrimSuffix(line, []byte("\r"))
	line = bytes.TrimSuffix(bytes.TrimPrefix(line, []byte(`"`)), []byte(`"`))
	if len(line) < 4 || !bytes.EqualFold(line[:4], []byte("sep=")) {
		return 0, false
	}
	if rest := line[4:]; len(rest) == 1 && rest[0] < utf8.RuneSelf && rest[0] != '"' && rest[0] != 0 {
		return rest[0], true
	}
	return 0, true
}

// firstRecord is the first line that is not blank, and those that belong to it by quotes.
func firstRecord(text []byte) (header []byte, line int) {
	for line = 1; len(text) > 0; line++ {
		first, rest, _ := bytes.Cut(text, []byte("\n"))
		if len(bytes.Trim(first, " \t\r;,|\"")) > 0 {
			break
		}
		text = rest
	}
	quoted := false
	for i, c := range text {
		switch {
		case c == '"':
			quoted = !quoted
		case c == '\n' && !quoted:
			return text[:i+1], line
		}
	}
	return text, line
}

// splitHeader is the header as that delimiter would have it; nothing where it cannot be.
func splitHeader(header []byte, delimiter byte) []string {
	r := csv.NewReader(bytes.NewReader(header))
	r.Comma = rune(delimiter)
	cells, err := r.Read()
	if err != nil {
		return nil // another delimiter may do, and if none does the reader will say what is wrong
	}
	return cells
}
