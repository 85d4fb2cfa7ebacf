package orderfile

import (
	"bufio"
	"bytes"
	"io"
	"unicode/utf8"
)

// dialect is how a CSV file is written.
type dialect struct {
	delimiter byte
	preamble  int // lines before the header that are not data: "sep=;"
}

// sniffDialect finds the delimiter: what "sep=" says, else the one with which the best header is found among the
// first rows, by the very search that will look for it. Where several do, the header that comes first in the file
// counts, then a delimiter that stands in it, then the order ; , tab |. A file of one column has none: there ; is as
// good as any, and a value with a ; outside quotes is told as a row that is too wide.
// It takes the "sep=" line off the text and nothing else.
func sniffDialect(text *bufio.Reader, o Options) (dialect, error) {
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
	best := dialect{delimiter: ';'}
	most, header, splits := 0, 0, false
	try := bufio.NewReaderSize(nil, maxLine)
	for _, delimiter := range []byte(";,\t|") {
		d := dialect{delimiter: delimiter}
		try.Reset(bytes.NewReader(head))
		// An error is no answer: another delimiter may do, and if none does the reader will say what is wrong.
		found, _ := lookForHeader(newCSVSource(try, d), o)
		if found.known == 0 || found.known < most {
			continue
		}
		stands := len(found.rows[found.header].Cells) > 1
		if found.known > most || found.header < header || found.header == header && stands && !splits {
			best, most, header, splits = d, found.known, found.header, stands
		}
	}
	return best, nil
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
