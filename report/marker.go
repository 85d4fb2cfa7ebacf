package report

import (
	"slices"
	"strings"
	"unicode"

	"voucherbul/batch/journal"
	"voucherbul/mapping"
	"voucherbul/mapping/ourfile"
	"voucherbul/report/sheet"
)

// Marker finds the cells of a row that a Problem, a Correction or an answer speaks of, and gives them a colour and a note.
type Marker struct {
	Notes sheet.Notes // of the rows that [Marker.Mark] was given

	w       *sheet.Workbook
	own     OwnColumns
	header  []string          // the own one
	fed     map[string]string // header by field name; nil = unknown
	columns map[string][]int  // by the Column of a Problem; only what was asked for
	styles  []int             // of the row at hand, in the workbook of a check
	marks   []Mark            // of the row at hand
}

// Mark says something about one cell.
type Mark struct {
	Column int // of the own columns, from 0
	Fill   string
	Note   sheet.Note
	weight int // a Problem that blocks outweighs a warning, and that a correction
}

// Blocks reports that the cell keeps the row from being accepted.
func (m Mark) Blocks() bool { return m.weight == blocks }

// IsMinor reports that nobody need do anything about the cell.
func (m Mark) IsMinor() bool { return m.weight == corrects }

// Weights of a mark.
const (
	corrects = iota
	warns
	blocks
)

// NewMarker starts one for the rows of an export. fed is the header by the field that it feeds; nil = nobody knows.
func NewMarker(w *sheet.Workbook, own OwnColumns, fed map[string]string) *Marker {
	return &Marker{w: w, own: own, header: own.Header, fed: fed, columns: map[string][]int{}, styles: make([]int, len(own.Header)+len(ourfile.CheckColumns()))}
}

// noCell, given as the column of the reasons, leaves a Problem that no cell shows without a mark.
const noCell = -1

// Explain marks the cells that keep, or may keep, a row from being accepted: those that break our rules, and those that the
// platform's answer names. They are valid until the next row.
func (m *Marker) Explain(r *journal.Row) []Mark {
	m.marks = m.marks[:0]
	for _, p := range r.Problems {
		m.problem(p, noCell)
	}
	for _, c := range r.Corrections {
		m.correction(c)
	}
	if r.State == journal.Rejected {
		named := codesIn(r.Descrizione)
		for _, field := range fieldsOf(r) {
			for _, column := range m.answered(r, field, named) {
				m.add(Mark{Column: column, Fill: ProblemFill(mapping.Blocks), weight: blocks, Note: answerNote(r)})
			}
		}
	}
	return m.marks
}

// fieldsOf are the fields that an answer speaks of, without those that a beneficiary of this kind has not: a family has no partita
// IVA, and its empty cell is no mistake. Where that leaves none, it gives all of them.
func fieldsOf(r *journal.Row) []string {
	var kind mapping.Kind
	switch {
	case mapping.ValidCodiceFiscale(r.Beneficiario):
		kind = mapping.Famiglia
	case mapping.ValidPartitaIva(r.Beneficiario):
		kind = mapping.Impresa
	}
	found := slices.DeleteFunc(slices.Clone(r.Fields), func(name string) bool {
		f, ok := mapping.FieldNamed(name)
		return ok && !f.Used().Has(r.Operation, kind)
	})
	if len(found) == 0 {
		return r.Fields
	}
	return found
}

// answered are the columns of a field that an answer speaks of: where it names people, those of the cells that name them.
func (m *Marker) answered(r *journal.Row, field string, named []string) []int {
	column := m.fed[field]
	if m.fed == nil { // a journal of an earlier release does not say
		f, _ := mapping.FieldNamed(field)
		column = f.Label
	}
	columns := m.find(column)
	if field != mapping.Relatives || len(named) == 0 {
		return columns
	}
	found := slices.DeleteFunc(slices.Clone(columns), func(column int) bool {
		from := m.own.inExport(column)
		return from >= len(r.Cells) || !slices.ContainsFunc(named, func(code string) bool { return strings.Contains(strings.ToUpper(r.Cells[from]), code) })
	})
	if len(found) == 0 {
		return columns
	}
	return found
}

// codesIn are the words of a text that may be codici fiscali.
func codesIn(text string) []string {
	const length = 16
	words := strings.FieldsFunc(strings.ToUpper(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return slices.DeleteFunc(words, func(word string) bool {
		return len(word) != length || !strings.ContainsAny(word, "0123456789LMNPQRSTUV")
	})
}

// Mark gives the styles of a row in the workbook of a check, which are valid until the next one, and keeps its notes. The row
// will stand in line, from 1.
func (m *Marker) Mark(row CheckedRow, line int) (styles []int, err error) {
	v := row.Verdict()
	clear(m.styles)
	m.marks = m.marks[:0]
	reasons := len(m.header) + 1
	if m.styles[len(m.header)], err = m.w.Style(sheet.Look{Bold: true, Fill: v.fill()}); err != nil {
		return nil, err
	}
	for _, column := range []int{reasons, reasons + 1} {
		if m.styles[column], err = m.w.Style(sheet.Look{Wrap: true}); err != nil {
			return nil, err
		}
	}
	if v == Skipped || row.IsDate != nil {
		if err := m.plain(row, v); err != nil {
			return nil, err
		}
	}
	if v == Skipped {
		return m.styles, nil
	}
	for _, p := range row.Problems {
		m.problem(p, reasons)
	}
	for _, c := range row.Corrections {
		m.correction(c)
	}
	for _, one := range m.marks {
		how := sheet.Look{Fill: one.Fill, Wrap: one.Column == reasons}
		if one.Column < len(m.header) {
			how = asDate(how, row, m.own.inExport(one.Column))
		}
		if m.styles[one.Column], err = m.w.Style(how); err != nil {
			return nil, err
		}
		if one.Column != reasons {
			m.Notes.Add(one.Column, line, one.Note, one.IsMinor())
		}
	}
	return m.styles, nil
}

// plain gives the cells of the export the look that they have when nothing is said about them.
func (m *Marker) plain(row CheckedRow, v Verdict) (err error) {
	for i := range m.header {
		how := sheet.Look{}
		if v == Skipped {
			how.Fill = FillSkipped
		}
		if how = asDate(how, row, m.own.inExport(i)); how != (sheet.Look{}) {
			if m.styles[i], err = m.w.Style(how); err != nil {
				return err
			}
		}
	}
	return nil
}

// asDate is the look of a cell of the export that is a date of the spreadsheet: as a text it could be read in another
// order when the workbook comes back with a profile.
func asDate(l sheet.Look, row CheckedRow, column int) sheet.Look {
	if row.IsDate == nil || column >= len(row.Cells) || !row.IsDate(column) {
		return l
	}
	if _, ok := sheet.SerialOf(row.Cells[column]); ok {
		l.Moment = strings.Contains(row.Cells[column], " ")
		l.Day = !l.Moment
	}
	return l
}

// problem marks the cells of a Problem; one without a cell marks the reasons.
func (m *Marker) problem(p mapping.Problem, reasons int) {
	one := Mark{Fill: ProblemFill(p.Severity), weight: blocks, Note: problemNote(p)}
	if p.Severity == mapping.Warns {
		one.weight = warns
	}
	var columns []int
	if p.Field != "" { // what is said of the whole row is said of no cell, whatever a column is called
		columns = m.cells(p.Field, p.Column)
	}
	if len(columns) == 0 {
		if reasons == noCell {
			return
		}
		columns = []int{reasons}
	}
	for _, one.Column = range columns {
		m.add(one)
	}
}

func (m *Marker) correction(c mapping.Correction) {
	for _, column := range m.cells(c.Field, c.Column) {
		m.add(Mark{Column: column, Fill: FillCorrected, weight: corrects, Note: correctionNote(c)})
	}
}

// add joins what is said about the same cell: the graver colour stays.
func (m *Marker) add(one Mark) {
	i := slices.IndexFunc(m.marks, func(other Mark) bool { return other.Column == one.Column })
	if i < 0 {
		m.marks = append(m.marks, one)
		return
	}
	m.marks[i].Note = append(m.marks[i].Note[:len(m.marks[i].Note):len(m.marks[i].Note)], one.Note...)
	if one.weight > m.marks[i].weight {
		m.marks[i].Fill, m.marks[i].weight = one.Fill, one.weight
	}
}

// cells gives the columns of what is said about a field. One that no column feeds, but a constant of a profile, has
// none, though a column may be called like it.
func (m *Marker) cells(field, column string) []int {
	if m.fed != nil && m.fed[field] == "" {
		return nil
	}
	return m.find(column)
}

// find gives the columns that a Problem names: one header, or several that feed one field ("CF 1, CF 2"). It
// gives none where the name is not of the header, or of two columns: which of them is meant cannot be known.
func (m *Marker) find(name string) []int {
	if found, ok := m.columns[name]; ok {
		return found
	}
	found := m.joined(name, 0)
	m.columns[name] = found
	return found
}

// joined reads a list of headers, in their order from the first on; a header may have a comma itself.
func (m *Marker) joined(name string, first int) []int {
	for i := first; i < len(m.header); i++ {
		rest, ok := strings.CutPrefix(name, m.header[i])
		if !ok || m.header[i] == "" || m.isTwice(m.header[i]) {
			continue
		}
		if rest == "" {
			return []int{i}
		}
		if rest, ok = strings.CutPrefix(rest, ", "); ok {
			if others := m.joined(rest, i+1); others != nil {
				return append([]int{i}, others...)
			}
		}
	}
	return nil
}

func (m *Marker) isTwice(name string) bool {
	first := slices.Index(m.header, name)
	return slices.Contains(m.header[first+1:], name)
}
