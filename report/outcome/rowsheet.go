package outcome

import (
	"path/filepath"
	"slices"

	"voucherbul/batch/journal"
	"voucherbul/mapping/ourfile"
	"voucherbul/report"
	"voucherbul/report/sheet"
)

// rowSheet is the sheet of all rows: the export's own columns as they came, then ours, coloured by state.
type rowSheet struct {
	*sheet.Series
	book    *sheet.Workbook
	o       *Outcome
	columns []resultColumn
	marker  *report.Marker
	looks   map[journal.State]rowLook
	cells   []string
	styles  []int
}

// rowLook is how the rows of a state look.
type rowLook struct {
	styles []int // of every column
	bad    int   // of a cell that keeps the row from being accepted
	long   []sheet.Wrapped
}

func (o *Outcome) newRowSheet(w *sheet.Workbook, path string) (*rowSheet, error) {
	s := &rowSheet{book: w, o: o, columns: resultColumns(), looks: map[journal.State]rowLook{}}
	header := o.resultHeader(s.columns)
	own := len(o.header)
	var err error
	s.Series, err = w.Series(ourfile.SheetRows, path, header, func(i int) float64 {
		if i < own {
			return report.SourceWidth(header[i])
		}
		return s.columns[i-own].width
	})
	if err != nil {
		return nil, err
	}
	printed := slices.IndexFunc(s.columns, func(c resultColumn) bool { return !c.prints })
	s.Before, s.Table, s.Print, s.Footer = ourfile.SheetToDo, "Esiti", sheet.Span{First: own, Last: own + printed - 1}, "Esiti di "+filepath.Base(o.File.Path)
	s.Own = sheet.Span{First: 0, Last: own - 1}
	if o.capacity > 0 {
		s.Capacity = o.capacity
	}
	s.marker = report.NewMarker(w, o.own, o.File.Columns)
	return s, nil
}

// add writes a row.
func (s *rowSheet) add(r *journal.Row) error {
	to, err := s.Sheet()
	if err != nil {
		return err
	}
	look, err := s.look(r.State)
	if err != nil {
		return err
	}
	s.cells = s.o.own.Fit(s.cells, r.Cells)
	for _, c := range s.columns {
		s.cells = append(s.cells, c.value(s.o, r))
	}
	styles := look.styles
	if isCorrectable(*r) {
		styles = append(s.styles[:0], styles...)
		for _, m := range s.marker.Explain(r) {
			if m.Blocks() {
				styles[m.Column] = look.bad
			}
		}
		s.styles = styles
	}
	s.Measure(s.cells)
	to.Height = sheet.HeightOf(s.cells, look.long...)
	return to.Write(s.cells, styles)
}

// look is how the rows of a state look; it is made once.
func (s *rowSheet) look(state journal.State) (l rowLook, err error) {
	if l, ok := s.looks[state]; ok {
		return l, nil
	}
	colour, own := report.ColoursOf(state), len(s.o.header)
	plain, err := s.book.Style(sheet.Look{Fill: colour.Row})
	if err != nil {
		return l, err
	}
	wrap, err := s.book.Style(sheet.Look{Fill: colour.Row, Wrap: true})
	if err != nil {
		return l, err
	}
	word, err := s.book.Style(sheet.Look{Fill: colour.Cell, Bold: true})
	if err != nil {
		return l, err
	}
	if l.bad, err = s.book.Style(sheet.Look{Fill: "FF9B9B", Bold: true}); err != nil {
		return l, err
	}
	for i := range s.Header {
		style := plain
		if i >= own {
			switch c := s.columns[i-own]; {
			case c.name == ourfile.ColumnState:
				style = word
			case c.wraps:
				style = wrap
				l.long = append(l.long, sheet.Wrap(i, c.width))
			}
		}
		l.styles = append(l.styles, style)
	}
	s.looks[state] = l
	return l, nil
}
