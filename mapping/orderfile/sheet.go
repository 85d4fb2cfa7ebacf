package orderfile

import (
	"fmt"
	"io"
	"strconv"

	"voucherbul/mapping"
)

// maxRows is what a sheet can have (Excel specifications and limits).
const maxRows = 1_048_576

// sheet is one worksheet, read row by row. Rows and cells must come in ascending order, as the format
// demands: a reader that sorts, or takes the last of two, would hide that something was overwritten.
type sheet struct {
	book   *workbook
	name   string
	xml    *xmlPart
	others []string // visible sheets with orders that are not read
	row    int      // the last row that was read
	done   bool     // the part was read to its end
}

// openSheet reads up to the first row.
func (w *workbook) openSheet(entry sheetEntry) (*sheet, error) {
	x, root, err := w.archive.openXML(entry.part, maxUnpacked)
	if err != nil {
		return nil, err
	}
	s := &sheet{book: w, name: entry.name, xml: x}
	if err := s.enter(root); err != nil {
		_ = s.close()
		return nil, err
	}
	return s, nil
}

// enter passes over what comes before the rows.
func (s *sheet) enter(root element) error {
	if root.name != "worksheet" {
		return s.damage(0, "its part is a %.20q", root.name)
	}
	for {
		e, ok, err := s.xml.child()
		switch {
		case err != nil:
			return err
		case !ok:
			return s.damage(0, "it has no data")
		case e.name == "sheetData":
			return nil
		}
		if err := s.xml.skip(); err != nil {
			return err
		}
	}
}

func (s *sheet) close() error { return s.xml.part.Close() }

func (s *sheet) next() (record, error) {
	for !s.done {
		e, ok, err := s.xml.child()
		if err != nil {
			return record{}, atLine(s.row, err)
		}
		if !ok {
			if err := s.finish(); err != nil {
				return record{}, err
			}
			s.done = true
			break
		}
		if e.name == "row" {
			return s.readRow(e)
		}
		if err := s.xml.skip(); err != nil {
			return record{}, err
		}
	}
	return record{}, io.EOF
}

// finish reads what follows the rows: only the end of the part shows that it is whole.
func (s *sheet) finish() error {
	err := s.xml.each(func(e element) error {
		if e.name == "sheetData" {
			return s.damage(0, "it has its data twice")
		}
		return s.xml.skip()
	})
	if err != nil {
		return err
	}
	return s.xml.finish()
}

func (s *sheet) readRow(e element) (record, error) {
	number := s.row + 1 // the number may be left out (ECMA-376 part 1, 18.3.1.73)
	if r := e.attr("r"); r != "" {
		n, err := strconv.Atoi(r)
		if err != nil || n < 1 || n > maxRows {
			return record{}, s.damage(s.row, "the row after it has no valid number")
		}
		if n <= s.row {
			return record{}, s.damage(s.row, "row %d comes after row %d", n, s.row)
		}
		number = n
	}
	if number > maxRows {
		return record{}, s.damage(s.row, "it has more rows than a sheet can have")
	}
	s.row = number
	r := record{number: number}
	column := 0
	err := s.xml.each(func(e element) error {
		if e.name != "c" {
			return s.xml.skip()
		}
		c, err := s.readCell(e, column)
		if err != nil {
			return err
		}
		column = c.column
		return r.put(c)
	})
	return r, atLine(number, err)
}

// put adds a cell to the right of the others. Blank cells only have a format, and may stand anywhere.
func (r *record) put(c cell) error {
	if c.text == "" || c.column > maxColumns && isBlank(c.text) {
		return nil
	}
	if c.column > maxColumns {
		return &UnreadableError{Cause: "the sheet has a value in column " + columnLetters(c.column),
			Remedy: fmt.Sprintf("at most %d columns are read: remove those that are not needed", maxColumns)}
	}
	for len(r.cells) < c.column-1 {
		r.cells = append(r.cells, "")
	}
	r.cells = append(r.cells, c.text)
	return nil
}

// misfits finds values to the right of the header. They are notes, or a row that was pushed to the right:
// nobody but the clerk can tell. Rows that end early are normal: a sheet does not store empty cells.
func (s *sheet) misfits(r record, want int) []mapping.Problem {
	var problems []mapping.Problem
	for i := want; i < width(r.cells); i++ {
		if !isBlank(r.cells[i]) {
			problems = append(problems, mapping.Problem{Column: "colonna " + columnLetters(i+1), Found: r.cells[i],
				Expected: "nessun valore oltre l'intestazione", Severity: mapping.Blocks,
				Remedy: "se la riga è spostata a destra correggerla; se è una nota, dare un'intestazione alla colonna o toglierla"})
		}
	}
	return problems
}

func (s *sheet) damage(row int, format string, args ...any) error {
	return atLine(row, damaged("sheet %q: %s", s.name, fmt.Sprintf(format, args...)))
}

// columnLetters is how a spreadsheet names a column: 1 is A, 27 is AA.
func columnLetters(column int) string {
	var letters string
	for ; column > 0; column = (column - 1) / 26 {
		letters = string(rune('A'+(column-1)%26)) + letters
	}
	return letters
}

// parseReference reads the name of a cell: "AB12" is column 28, row 12.
func parseReference(ref string) (column, row int, ok bool) {
	i := 0
	for ; i < len(ref) && ref[i] >= 'A' && ref[i] <= 'Z' && i < 4; i++ {
		column = column*26 + int(ref[i]-'A') + 1
	}
	row, err := strconv.Atoi(ref[i:])
	return column, row, err == nil && ref[i] >= '1' && ref[i] <= '9' && column >= 1 && column <= 16_384
}
