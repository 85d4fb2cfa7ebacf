package xlsx

import (
	"bytes"
	"io"

	"voucherbul/mapping"
	"voucherbul/mapping/orderfile/grid"
)

// maxRows is what a sheet can have (Excel specifications and limits).
const maxRows = 1_048_576

// maxRow bounds the text of one row, as that of a record of a CSV file is.
const maxRow = 1 << 20

// maxTexts bounds the text of all cells that are read. A cell points to a long text with a few bytes, and whoever gets the
// text looks through it: without a bound a file of some MB is work for hours. A sheet of maxUnpacked has room for 15
// million cells, with 140 characters each.
const maxTexts = 2 << 30

// Sheet is one worksheet, read row by row. Rows and cells must come in ascending order, as the format
// demands: a reader that sorts, or takes the last of two, would hide that something was overwritten.
type Sheet struct {
	book       *Workbook
	Name       string
	xml        *xmlPart
	totals     []area // rows of totals, as the tables of the sheet declare them
	header     int    // number of the header row; 0 = not known yet
	row        int    // the last row that was read
	filled     int    // the last row with a text
	merged     area   // the lowest of the cells that are merged over several rows
	mergedName string
	done       bool // the part was read to its end

	// Of the row that is being read; they are used again for the next one.
	cell  cell
	cells []string
	texts []byte    // of the cells that have their own
	own   []ownText // where in texts
	size  int       // bytes of all cells
}

// ownText is the text of a cell that is no shared string.
type ownText struct{ column, from, to int }

// OpenSheet reads up to the first row. The caller closes the sheet.
func (w *Workbook) OpenSheet(entry Entry) (*Sheet, error) {
	totals, err := w.archive.tableTotals(entry.part)
	if err != nil {
		return nil, err
	}
	x, root, err := w.archive.openXML(entry.part, maxUnpacked)
	if err != nil {
		return nil, err
	}
	s := &Sheet{book: w, Name: entry.Name, xml: x, totals: totals}
	if err := s.enter(root); err != nil {
		_ = s.Close()
		return nil, err
	}
	return s, nil
}

// enter passes over what comes before the rows.
func (s *Sheet) enter(root element) error {
	if string(root.name) != "worksheet" {
		return s.damage(0, "its part is a %.20q", root.name)
	}
	for {
		e, ok, err := s.xml.child()
		switch {
		case err != nil:
			return err
		case !ok:
			return s.damage(0, "it has no data")
		case string(e.name) == "sheetData":
			return nil
		}
		if err := s.xml.pass(e); err != nil {
			return err
		}
	}
}

// Close lets go of the part that the sheet is read from.
func (s *Sheet) Close() error { return s.xml.close() }

// Next gives the next row. A sheet does not store blank rows: numbers may be left out.
func (s *Sheet) Next() (grid.Record, error) {
	for !s.done {
		e, ok, err := s.xml.child()
		if err != nil {
			return grid.Record{}, grid.AtLine(s.row, err)
		}
		if !ok {
			if err := s.finish(); err != nil {
				return grid.Record{}, err
			}
			s.done = true
			break
		}
		if string(e.name) == "row" {
			return s.readRow(e)
		}
		if err := s.xml.pass(e); err != nil {
			return grid.Record{}, grid.AtLine(s.row, err)
		}
	}
	return grid.Record{}, io.EOF
}

// finish reads what follows the rows: only the end of the part shows that it is whole.
func (s *Sheet) finish() error {
	err := s.xml.each(func(e element) error {
		switch string(e.name) {
		case "sheetData":
			return s.damage(0, "it has its data twice")
		case "mergeCells":
			return s.xml.each(s.readMerged)
		}
		return s.xml.pass(e)
	})
	if err == nil {
		err = s.xml.finish()
	}
	if err == nil {
		err = s.checkMerged()
	}
	return err
}

// readMerged keeps the lowest of the merged ranges that span several rows with texts.
func (s *Sheet) readMerged(e element) error {
	if string(e.name) == "mergeCell" {
		ref := e.attr("ref")
		merged, ok := parseRange(ref)
		if !ok {
			return s.damage(0, "a merged range has the name %.20q", ref)
		}
		if merged.top < merged.bottom && merged.top <= s.filled && merged.left <= grid.MaxColumns && merged.bottom > s.merged.bottom {
			s.merged, s.mergedName = merged, ref
		}
	}
	return s.xml.skip()
}

// checkMerged refuses merged cells that span several rows of orders: the sheet shows a value for all of them
// and stores it in the first one, and nobody but the clerk knows whether the others have it too.
func (s *Sheet) checkMerged() error {
	if s.header == 0 || s.merged.bottom <= s.header {
		return nil
	}
	return &grid.UnreadableError{Line: s.merged.top, Cause: "the cells " + s.mergedName + " are merged over several rows: which of them the value is for cannot be told",
		Remedy: "unmerge them, and fill in every cell"}
}

// SetHeader tells the sheet which row is the header. A short sheet is read to its end by then.
func (s *Sheet) SetHeader(row int) error {
	s.header = row
	return s.checkMerged()
}

func (s *Sheet) readRow(e element) (grid.Record, error) {
	number := s.row + 1 // the number may be left out (ECMA-376 part 1, 18.3.1.73)
	r := grid.Record{}
	for _, a := range e.tag.Attrs {
		switch {
		case a.Prefix != nil:
		case string(a.Name) == "r":
			n, ok := wholeNumber(a.Value)
			if !ok || n < 1 || n > maxRows {
				return grid.Record{}, s.damage(s.row, "the row after it has no valid number")
			}
			if n <= s.row {
				return grid.Record{}, s.damage(s.row, "row %d comes after row %d", n, s.row)
			}
			number = n
		case string(a.Name) == "hidden":
			r.Hidden = r.Hidden || isTrue(string(a.Value))
		case string(a.Name) == "ht": // a row of no height is as invisible as a hidden one
			r.Hidden = r.Hidden || len(a.Value) > 0 && len(bytes.Trim(a.Value, "0.")) == 0
		}
	}
	if number > maxRows {
		return grid.Record{}, s.damage(s.row, "it has more rows than a sheet can have")
	}
	s.row, r.Number = number, number
	s.cells, s.texts, s.own, s.size = s.cells[:0], s.texts[:0], s.own[:0], 0
	for column := 0; ; {
		e, ok, err := s.xml.child()
		switch {
		case err != nil:
		case !ok:
			if s.book.texts += int64(s.size); s.book.texts <= maxTexts {
				s.complete(&r)
				return r, nil
			}
			err = &grid.UnreadableError{Cause: "the cells have more than 2 GB of text", Remedy: "remove what is not orders, or split the file"}
		case string(e.name) != "c":
			err = s.xml.pass(e)
		default:
			if err = s.readCell(e, column); err == nil {
				column = s.cell.column
				err = s.put(&r)
			}
		}
		if err != nil {
			return grid.Record{}, grid.AtLine(number, err)
		}
	}
}

// complete gives the record its cells. Their texts are the caller's to keep: one string for all of the row.
func (s *Sheet) complete(r *grid.Record) {
	texts := string(s.texts)
	for _, own := range s.own {
		s.cells[own.column] = texts[own.from:own.to]
	}
	r.Cells = s.cells
	if r.Blank = r.IsBlank(); !r.Blank {
		s.filled = r.Number
	}
	r.Total = isTotal(r, s.totals)
}

// Misfits finds values to the right of the header. They are notes, or a row that was pushed to the right:
// nobody but the clerk can tell. Rows that end early are normal: a sheet does not store empty cells.
func (s *Sheet) Misfits(r grid.Record, want int) []mapping.Problem {
	var problems []mapping.Problem
	for i := want; i < grid.Width(r.Cells); i++ {
		if !grid.IsBlank(r.Cells[i]) {
			problems = append(problems, mapping.Problem{Code: mapping.CodeBeyond, Column: "colonna " + ColumnLetters(i+1), Found: r.Cells[i],
				Expected: "nessun valore oltre l'intestazione", Severity: mapping.Blocks,
				Remedy: "se la riga è spostata a destra correggerla; se è una nota, dare un'intestazione alla colonna o toglierla"})
		}
	}
	return problems
}

func (s *Sheet) damage(row int, format string, args ...any) error {
	return grid.AtLine(row, damaged(format, args...))
}
