package orderfile

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"unicode/utf8"

	"voucherbul/mapping/orderfile/csv"
	"voucherbul/mapping/orderfile/grid"
)

// openCSV opens a CSV file up to its header.
func openCSV(file *os.File, o Options) (grid.Source, *table, error) {
	if o.Sheet != "" {
		return nil, nil, &UnreadableError{Cause: "a CSV file has no sheet " + grid.Quoted(o.Sheet), Remedy: "leave out --sheet"}
	}
	s, err := beginCSV(file, o)
	if err != nil {
		return nil, nil, err
	}
	t, err := findTable(s, o)
	switch {
	case err != nil || t != nil:
	case len(o.titles) > 0:
		err = noTitles(o.titles, "")
	default:
		err = noKnownColumn(fmt.Sprintf("no column of the first %d rows is known", searchRows))
	}
	return s, t, err
}

// beginCSV reads no row yet.
func beginCSV(file *os.File, o Options) (*csv.Source, error) {
	text, err := csv.Open(file)
	if err != nil {
		return nil, err
	}
	d, err := sniffDialect(text.Reader, o)
	if err != nil {
		return nil, err
	}
	return text.Source(d), nil
}

// sniffDialect finds the delimiter. A line "sep=" at the beginning names it, and is taken off the text. Else each of ; , tab
// | is tried, by the search that will look for the header later, and the one with the best header counts. Among equals, the
// delimiter whose header comes first in the file counts; then one that stands in its header; then the first in the order
// above. A file of one column has no delimiter: there ; is as good as any, and a value with a ; outside quotes is told as a
// row that is too wide.
func sniffDialect(text *bufio.Reader, o Options) (csv.Dialect, error) {
	head, err := text.Peek(csv.MaxLine)
	if err != nil && err != io.EOF {
		return csv.Dialect{}, err
	}
	first, _, _ := bytes.Cut(head, []byte("\n"))
	if declared, ok := declaredDelimiter(first); ok {
		if declared == 0 {
			return csv.Dialect{}, &UnreadableError{Line: 1, Cause: "the sep= line names no delimiter", Remedy: "write sep=; or remove the line"}
		}
		_, err := text.Discard(min(len(first)+1, len(head)))
		return csv.Dialect{Delimiter: declared, Preamble: 1}, err
	}
	best := csv.Dialect{Delimiter: ';'}
	most, header, splits := 0, 0, false
	try := bufio.NewReaderSize(nil, csv.MaxLine)
	for _, delimiter := range []byte(";,\t|") {
		d := csv.Dialect{Delimiter: delimiter}
		try.Reset(bytes.NewReader(head))
		// An error is no answer: another delimiter may do, and if none does the reader will say what is wrong.
		found, _ := lookForHeader(csv.NewSource(try, d), o)
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
