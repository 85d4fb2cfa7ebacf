package orderfile

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"voucherbul/mapping"
	"voucherbul/mapping/orderfile/grid"
)

// maxCells is the widest record, as wide as a sheet can be: some bytes of delimiters would make MiBs of cells.
const maxCells = 16_384

// csvSource is a CSV file. It is read with strict quotes: a reader that forgives a stray quote swallows the
// rows up to the next one.
type csvSource struct {
	lines    *lineReader
	reader   *csv.Reader
	before   int // lines before the text that reader sees
	encoding encoding
	file     *os.File
	opened   os.FileInfo
}

// openCSV finds out the encoding, the dialect and the header.
func openCSV(file *os.File, o Options) (grid.Source, *table, error) {
	if o.Sheet != "" {
		return nil, nil, &grid.UnreadableError{Cause: "a CSV file has no sheet " + grid.Quoted(o.Sheet), Remedy: "leave out --sheet"}
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
func beginCSV(file *os.File, o Options) (*csvSource, error) {
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	e, err := findEncoding(file, info.Size())
	if err != nil {
		return nil, err
	}
	text := bufio.NewReaderSize(e.text(file), maxLine)
	d, err := sniffDialect(text, o)
	if err != nil {
		return nil, err
	}
	s := newCSVSource(text, d)
	s.encoding, s.file, s.opened = e, file, info
	return s, nil
}

func newCSVSource(text *bufio.Reader, d dialect) *csvSource {
	s := &csvSource{lines: &lineReader{in: text, delimiter: d.delimiter, line: d.preamble}, before: d.preamble}
	s.reader = csv.NewReader(s.lines)
	s.reader.Comma = rune(d.delimiter)
	s.reader.FieldsPerRecord = -1 // a ragged row is a Problem of that row
	s.reader.ReuseRecord = true
	return s
}

func (s *csvSource) Next() (grid.Record, error) {
	cells, err := s.reader.Read()
	s.lines.endRecord()
	if err == io.EOF {
		return grid.Record{}, s.ended()
	}
	if err != nil {
		return grid.Record{}, s.explain(err)
	}
	line, _ := s.reader.FieldPos(0)
	if len(cells) > maxCells {
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

// ended gives io.EOF unless the file is another one than at its opening: an export that is still being
// written has rows that nobody would miss.
func (s *csvSource) ended() error {
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

// encodingName tells in what the text was written: "UTF-8", "UTF-16" or "Windows-1252".
func (s *csvSource) encodingName() string { return s.encoding.name }

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
	return &grid.UnreadableError{Line: s.before + wrong.StartLine, Cause: cause,
		Remedy: `a cell with a delimiter, a line break or a quote must stand in quotes, and quotes inside it be doubled ("")`}
}

// misfits finds a row with too few or too many cells: its values may stand in the wrong columns.
// Empty cells at the end of a long row are what a spreadsheet leaves behind, and harmless.
func (s *csvSource) Misfits(r grid.Record, want int) []mapping.Problem {
	found := max(grid.Width(r.Cells), min(len(r.Cells), want))
	if found == want {
		return nil
	}
	remedy := "controllare separatori e virgolette della riga"
	if found > want { // no value may get lost, not even one that has no column
		remedy += "; oltre l'intestazione: «" + strings.Join(r.Cells[want:found], "», «") + "»"
	}
	return []mapping.Problem{{Column: "riga", Found: fmt.Sprintf("%d celle", found),
		Expected: fmt.Sprintf("%d celle come l'intestazione", want), Remedy: remedy, Severity: mapping.Blocks}}
}

func (s *csvSource) Close() error { return nil }

// unwrapFormula reads ="00118", the way exports keep a spreadsheet from cutting leading zeros. The other way, an
// apostrophe before the digits, stays as it is: Excel shows that one too when it opens a CSV file, and a number
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
