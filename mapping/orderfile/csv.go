package orderfile

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"

	"voucherbul/mapping"
)

// csvSource is a CSV file. It is read with strict quotes: a reader that forgives a stray quote swallows the
// rows up to the next one.
type csvSource struct {
	lines  *lineReader
	reader *csv.Reader
	before int // lines before the text that reader sees
}

// openCSV finds out the dialect and the header.
func openCSV(in io.Reader, o Options) (source, *table, error) {
	if o.Sheet != "" {
		return nil, nil, &UnreadableError{Cause: fmt.Sprintf("a CSV file has no sheet %q", o.Sheet), Remedy: "leave out --sheet"}
	}
	text := bufio.NewReaderSize(in, maxLine)
	if start, err := text.Peek(len(utf8BOM)); err == nil && bytes.Equal(start, []byte(utf8BOM)) {
		if _, err := text.Discard(len(utf8BOM)); err != nil {
			return nil, nil, err
		}
	}
	d, err := sniffDialect(text, o.Claims)
	if err != nil {
		return nil, nil, err
	}
	s := &csvSource{lines: &lineReader{in: text, delimiter: d.delimiter, line: d.preamble}, before: d.preamble}
	s.reader = csv.NewReader(s.lines)
	s.reader.Comma = rune(d.delimiter)
	s.reader.FieldsPerRecord = -1 // a ragged row is a Problem of that row
	t, err := findTable(s, o)
	if err == nil && t == nil {
		err = noKnownColumn(fmt.Sprintf("no column of the first %d rows is known", searchRows))
	}
	return s, t, err
}

func (s *csvSource) next() (record, error) {
	cells, err := s.reader.Read()
	s.lines.endRecord()
	if err != nil {
		return record{}, s.explain(err)
	}
	for i, cell := range cells {
		cells[i] = unwrapFormula(cell)
	}
	line, _ := s.reader.FieldPos(0)
	return record{number: s.before + line, cells: cells}, nil
}

// explain turns a complaint of encoding/csv into one that names the line where to look: the start of the
// record, since a quote that was opened there may be missed only far below.
func (s *csvSource) explain(err error) error {
	wrong, ok := errors.AsType[*csv.ParseError](err)
	if !ok {
		return err
	}
	cause := "a quote is out of place or not doubled"
	if wrong.Line > wrong.StartLine {
		cause = fmt.Sprintf("a quote is opened in this record and not closed properly up to line %d", s.before+wrong.Line)
	}
	return &UnreadableError{Line: s.before + wrong.StartLine, Cause: cause,
		Remedy: `a cell with a delimiter, a line break or a quote must stand in quotes, and quotes inside it be doubled ("")`}
}

// misfits finds a row with too few or too many cells: its values may stand in the wrong columns.
// Empty cells at the end of a long row are what a spreadsheet leaves behind, and harmless.
func (s *csvSource) misfits(r record, want int) []mapping.Problem {
	found := max(width(r.cells), min(len(r.cells), want))
	if found == want {
		return nil
	}
	remedy := "controllare separatori e virgolette della riga"
	if found > want { // no value may get lost, not even one that has no column
		remedy += "; oltre l'intestazione: «" + strings.Join(r.cells[want:found], "», «") + "»"
	}
	return []mapping.Problem{{Column: "riga", Found: fmt.Sprintf("%d celle", found),
		Expected: fmt.Sprintf("%d celle come l'intestazione", want), Remedy: remedy, Severity: mapping.Blocks}}
}

func (s *csvSource) close() error { return nil }

// unwrapFormula reads ="00118", the way exports keep a spreadsheet from cutting leading zeros.
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
