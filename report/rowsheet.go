package report

import (
	"path/filepath"
	"slices"

	"voucherbul/batch/journal"
	"voucherbul/mapping/ourfile"
)

// rowSheet is the sheet of all rows: the export's own columns as they came, then ours, coloured by state.
type rowSheet struct {
	*series
	o       *Outcome
	columns []resultColumn
	marker  *marker
	looks   map[journal.State]rowLook
	cells   []string
	styles  []int
}

// rowLook is how the rows of a state look.
type rowLook struct {
	styles []int // of every column
	bad    int   // of a cell that keeps the row from being accepted
	long   []wrapped
}

func (o *Outcome) newRowSheet(w *workbook, path string) (*rowSheet, error) {
	s := &rowSheet{o: o, columns: resultColumns(), looks: map[journal.State]rowLook{}}
	header := o.resultHeader(s.columns)
	own := len(o.header)
	var err error
	s.series, err = newSeries(w, path, ourfile.SheetRows, header, func(i int) float64 {
		if i < own {
			return sourceWidth(header[i])
		}
		return s.columns[i-own].width
	})
	if err != nil {
		return nil, err
	}
	printed := slices.IndexFunc(s.columns, func(c resultColumn) bool { return !c.prints })
	s.before, s.table, s.print, s.footer = ourfile.SheetToDo, "Esiti", span{own, own + printed - 1}, "Esiti di "+filepath.Base(o.File.Path)
	s.own = span{0, own - 1}
	if o.capacity > 0 {
		s.capacity = o.capacity
	}
	s.marker = newMarker(w, o.own, o.File.Columns)
	return s, nil
}

// add writes a row.
func (s *rowSheet) add(r *journal.Row) error {
	sheet, err := s.sheet()
	if err != nil {
		return err
	}
	look, err := s.look(r.State)
	if err != nil {
		return err
	}
	s.cells = s.o.own.fit(s.cells, r.Cells)
	for _, c := range s.columns {
		s.cells = append(s.cells, c.value(s.o, r))
	}
	styles := look.styles
	if isCorrectable(*r) {
		s.marker.explain(r)
		styles = append(s.styles[:0], styles...)
		for _, m := range s.marker.marks {
			if m.weight == blocks {
				styles[m.column] = look.bad
			}
		}
		s.styles = styles
	}
	s.measure(s.cells)
	sheet.height = heightOf(s.cells, look.long...)
	return sheet.write(s.cells, styles)
}

// look is how the rows of a state look; it is made once.
func (s *rowSheet) look(state journal.State) (l rowLook, err error) {
	if l, ok := s.looks[state]; ok {
		return l, nil
	}
	colour, own := coloursOf(state), len(s.o.header)
	plain, err := s.w.style(look{fill: colour.row})
	if err != nil {
		return l, err
	}
	wrap, err := s.w.style(look{fill: colour.row, wrap: true})
	if err != nil {
		return l, err
	}
	word, err := s.w.style(look{fill: colour.cell, bold: true})
	if err != nil {
		return l, err
	}
	if l.bad, err = s.w.style(look{fill: "FF9B9B", bold: true}); err != nil {
		return l, err
	}
	for i := range s.header {
		style := plain
		if i >= own {
			switch c := s.columns[i-own]; {
			case c.name == ourfile.ColumnState:
				style = word
			case c.wraps:
				style = wrap
				l.long = append(l.long, wrapped{i, c.width})
			}
		}
		l.styles = append(l.styles, style)
	}
	s.looks[state] = l
	return l, nil
}
