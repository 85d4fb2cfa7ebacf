// Package csv reads the rows of a CSV file, strictly. It finds the encoding, the ends of lines and records, and the cells.
// encoding/csv splits the records; this package first refuses what encoding/csv would let pass.
//
// The package must not know a field of an order or find a header: which delimiter a file has is told by its header,
// and therefore asked above. It must not guess: bytes that are no certain text, a quote out of place, a file that
// changes while it is read are a [grid.UnreadableError].
package csv

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"voucherbul/mapping"
	"voucherbul/mapping/orderfile/grid"
)

// MaxCells is the widest record, as wide as a sheet can be: without a bound a few bytes of delimiters make MiBs of cells.
const MaxCells = 16_384

// Source gives the rows of a CSV file as [grid.Source] says. It is strict about quotes: a reader that forgives a stray
// quote swallows the rows up to the next one.
type Source struct {
	lines    *lineReader
	reader   *csv.Reader
	before   int // lines before the text that reader sees
	encoding encoding
	file     *os.File // nil where only a part of a text is tried
	opened   os.FileInfo
}

// Dialect is how a CSV file is written.
type Dialect struct {
	Delimiter byte
	Preamble  int // lines before the header that are not data, such as "sep=;", and that are taken off the text already
}

// Text is what is written in a CSV file, as UTF-8 with lines that end with a line feed. Its buffer holds [MaxLine] bytes:
// as many can be looked at before anything is read.
type Text struct {
	*bufio.Reader
	encoding encoding
	file     *os.File
	opened   os.FileInfo
}

// Open reads the whole file once to find out its encoding. A file that no encoding makes certain text of gives a
// [grid.UnreadableError]. The file stays the caller's.
func Open(file *os.File) (*Text, error) {
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	e, err := findEncoding(file, info.Size())
	if err != nil {
		return nil, err
	}
	return &Text{Reader: bufio.NewReaderSize(e.text(file), MaxLine), encoding: e, file: file, opened: info}, nil
}

// Source gives the rows of the text, once. It refuses at the end a file that was changed meanwhile.
func (t *Text) Source(d Dialect) *Source {
	s := NewSource(t.Reader, d)
	s.encoding, s.file, s.opened = t.encoding, t.file, t.opened
	return s
}

// NewSource gives the rows of a text that may be a part of a file, to try a dialect. Its buffer must hold [MaxLine] bytes.
func NewSource(text *bufio.Reader, d Dialect) *Source {
	s := &Source{lines: &lineReader{in: text, delimiter: d.Delimiter, line: d.Preamble}, before: d.Preamble}
	s.reader = csv.NewReader(s.lines)
	s.reader.Comma = rune(d.Delimiter)
	s.reader.FieldsPerRecord = -1 // a ragged row is a Problem of that row
	s.reader.ReuseRecord = true
	return s
}

// Next gives the next record; its number is that of its first line.
func (s *Source) Next() (grid.Record, error) {
	cells, err := s.reader.Read()
	s.lines.endRecord()
	if err == io.EOF {
		return grid.Record{}, s.ended()
	}
	if err != nil {
		return grid.Record{}, s.explain(err)
	}
	line, _ := s.reader.FieldPos(0)
	if len(cells) > MaxCells {
		return grid.Record{}, &grid.UnreadableError{Line: s.before + line, Cause: fmt.Sprintf("the record has %d cells", len(cells)),
			Remedy: "check that the file is a CSV export of orders"}
	}
	for i, cell := range cells {
		if len(cell) > 0 && cell[0] == '=' {
			cells[i] = unwrapFormula(cell)
		}
	}
	return grid.Record{Number: s.before + line, Cells: cells}, nil
}

// ended returns io.EOF unless the file has changed since it was opened. An export that is still being written may lack rows,
// and nobody would notice.
func (s *Source) ended() error {
	if s.file == nil {
		return io.EOF
	}
	now, err := s.file.Stat()
	if err != nil {
		return err
	}
	if now.Size() != s.opened.Size() || !now.ModTime().Equal(s.opened.ModTime()) {
		return &grid.UnreadableError{Cause: "the file was changed while it was read", Remedy: "wait until the export is complete and start again"}
	}
	return io.EOF
}

// Encoding is in what the text was written: [UTF8], [UTF16] or [Windows1252].
func (s *Source) Encoding() string { return s.encoding.name }

// explain turns an error of encoding/csv into one with the line to look at. That is the first line of the record, because
// encoding/csv notices a missing quote only far below.
func (s *Source) explain(err error) error {
	wrong, ok := errors.AsType[*csv.ParseError](err)
	if !ok {
		return err
	}
	cause := "a quote is out of place or not doubled"
	if wrong.Line > wrong.StartLine {
		cause = fmt.Sprintf("a quote is opened in this record and not closed properly up to line %d", s.before+wrong.Line)
	}
	return &grid.UnreadableError{Line: s.before + wrong.StartLine, Cause: cause,
		Remedy: `a cell with a delimiter, a line break or a quote must stand in quotes, and quotes inside it be doubled ("")`}
}

// Misfits finds a row with too few or too many cells: its values may stand in the wrong columns.
// Empty cells at the end of a long row are what a spreadsheet leaves behind, and harmless.
func (s *Source) Misfits(r grid.Record, want int) []mapping.Problem {
	found := max(grid.Width(r.Cells), min(len(r.Cells), want))
	if found == want {
		return nil
	}
	remedy := "controllare separatori e virgolette della riga"
	if found > want { // no value may get lost, not even one that has no column
		remedy += "; oltre l'intestazione: «" + strings.Join(r.Cells[want:found], "», «") + "»"
	}
	return []mapping.Problem{{Code: mapping.CodeCells, Arg: strconv.Itoa(want), Column: "riga", Found: fmt.Sprintf("%d celle", found),
		Expected: fmt.Sprintf("%d celle come l'intestazione", want), Remedy: remedy, Severity: mapping.Blocks}}
}

// Close has nothing to do: the file is the caller's.
func (s *Source) Close() error { return nil }

// unwrapFormula reads ="00118", which exports write to keep a spreadsheet from cutting leading zeros. Some write an
// apostrophe before the digits instead. That stays as it is: Excel shows that one too when it opens a CSV file, and a number
// cannot be told from a text that begins with an apostrophe ('00118 against 'NTONI).
func unwrapFormula(cell string) string {
	inner, ok := strings.CutPrefix(cell, `="`)
	if !ok {
		return cell
	}
	if inner, ok = strings.CutSuffix(inner, `"`); !ok || strings.Contains(inner, `"`) {
		return cell
	}
	return inner
}
