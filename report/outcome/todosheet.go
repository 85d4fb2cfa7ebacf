package outcome

import (
	"path/filepath"
	"strconv"

	"voucherbul/batch/journal"
	"voucherbul/mapping/ourfile"
	"voucherbul/report"
	"voucherbul/report/sheet"
)

// toDoSheet has the rows that a person can correct: what to do first and always in sight, then the export's columns with
// the bad cells coloured. Corrected there, the workbook is sent again.
type toDoSheet struct {
	*sheet.Series
	book   *sheet.Workbook
	o      *Outcome
	ours   int // columns before the export's own
	marker *report.Marker
	cells  []string
	styles []int
	wrap   int
	long   []sheet.Wrapped
}

// toDoColumn is a column of ours before the export's own.
type toDoColumn struct {
	name  string
	width float64 // in characters
}

func toDoColumns() []toDoColumn {
	return []toDoColumn{{ourfile.ColumnRow, 7}, {ourfile.ColumnToDo, 50}, {ourfile.ColumnBeneficiary, 19}, {ourfile.ColumnAnswer, 31}, {ourfile.ColumnDescription, 52}}
}

func (o *Outcome) newToDoSheet(w *sheet.Workbook, path string) (*toDoSheet, error) {
	first := toDoColumns()
	s := &toDoSheet{book: w, o: o, ours: len(first)}
	var header []string
	for _, c := range first {
		header = append(header, ourfile.OwnTitle(c.name, o.header))
	}
	header = append(append(header, o.header...), ourfile.OwnTitle(ourfile.IDColumn, o.header))
	var err error
	s.Series, err = w.Series(ourfile.SheetToDo, path, header, func(i int) float64 {
		switch {
		case i < s.ours:
			return first[i].width
		case i == len(header)-1:
			return 32
		}
		return report.SourceWidth(header[i])
	})
	if err != nil {
		return nil, err
	}
	s.Before, s.Table, s.Frozen, s.Print = ourfile.SheetDoubts, "DaCorreggere", 2, sheet.Span{First: 0, Last: s.ours - 1}
	s.Footer = "Da correggere di " + filepath.Base(o.File.Path)
	s.Own = sheet.Span{First: s.ours, Last: s.ours + len(o.header) - 1}
	if o.capacity > 0 {
		s.Capacity = o.capacity
	}
	s.marker = report.NewMarker(w, o.own, o.File.Columns)
	s.wrap, err = w.Style(sheet.Look{Wrap: true})
	s.long = []sheet.Wrapped{sheet.Wrap(1, first[1].width), sheet.Wrap(4, first[4].width)}
	return s, err
}

// add writes a row, if somebody can correct it.
func (s *toDoSheet) add(r *journal.Row) error {
	if !isCorrectable(*r) {
		return nil
	}
	to, err := s.Sheet()
	if err != nil {
		return err
	}
	answer := r.Esito
	if answer == "" {
		answer = r.State.Label()
	}
	s.cells = append(s.cells[:0], strconv.Itoa(r.Number), r.Advice, r.Beneficiario, answer, description(*r))
	s.cells = append(append(s.cells, s.o.own.Fit(nil, r.Cells)...), r.ID.String())
	s.styles = append(s.styles[:0], make([]int, len(s.cells))...)
	s.styles[1], s.styles[4] = s.wrap, s.wrap
	if s.styles[3], err = s.book.Style(sheet.Look{Bold: true, Fill: report.FillOf(r.State)}); err != nil {
		return err
	}
	for _, m := range s.marker.Explain(r) {
		if s.styles[s.ours+m.Column], err = s.book.Style(sheet.Look{Fill: m.Fill}); err != nil {
			return err
		}
		s.Notes().Add(s.ours+m.Column, to.Last()+1, m.Note, m.IsMinor())
	}
	s.Measure(s.cells)
	to.Height = sheet.HeightOf(s.cells, s.long...)
	return to.Write(s.cells, s.styles)
}
