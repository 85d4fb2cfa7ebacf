package profile

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"voucherbul/mapping"
)

// Binding is a profile that has met the header of a file: it knows where each column is. Only [Binding.Assume]
// changes it, before the first row.
type Binding struct {
	header  []string
	sources []bound
	usual   []bound // date fields that the profile does not mention, where it says how dates are written
	columns map[string]string
	assumed mapping.Operation
}

// bound is a source and the places of its columns.
type bound struct {
	*source
	from []int
	name string // of its columns, as the file writes them; "" for a constant
}

// Bind finds the columns of the profile in a header. sheet is "" for a CSV file; file may have a folder. Three things are an
// [*Error]: a missing column, a column whose name means a field that the profile takes from elsewhere, and an operation that
// neither sheet nor file name tells.
func (p *Profile) Bind(header []string, sheet, file string) (*Binding, error) {
	lacks := p.Lacks(header)
	if lacks == nil { // with its own column missing, a rival is the column that was meant
		lacks = p.Rivals(header)
	}
	if len(lacks) > 0 {
		first := *lacks[0]
		for _, other := range lacks[1:] {
			first.Text += "; " + other.Text
		}
		return nil, &first
	}
	b := &Binding{header: slices.Clone(header)}
	places := placesOf(header)
	for i := range p.sources {
		s := &p.sources[i]
		one := bound{source: s}
		var written []string
		for _, w := range s.needs() {
			place := places[w.key()][0]
			one.from = append(one.from, place)
			written = append(written, header[place])
		}
		one.name = strings.Join(written, ", ")
		b.sources = append(b.sources, one)
	}
	if p.choice != nil {
		op, fault := p.choice.of(sheet, file)
		if fault != "" {
			return nil, &Error{File: p.file, Line: p.choice.place.line, Column: p.choice.place.column, Text: fault}
		}
		field, _ := mapping.FieldNamed(operazione)
		b.sources = append(b.sources, bound{source: &source{field: field, constant: string(op)}})
	}
	b.bindUsual(p)
	return b, nil
}

// bindUsual finds what the other headers stand for by their names, as the reader of the file does.
func (b *Binding) bindUsual(p *Profile) {
	b.columns = map[string]string{}
	alone := map[string]bool{}
	for _, h := range b.header {
		if claims := p.Claims(h); len(claims) == 1 {
			alone[claims[0].Field] = true
		}
	}
	for i, h := range b.header {
		claims := p.Claims(h)
		for _, c := range claims {
			if p.gives(c.Field) || len(claims) > 1 && alone[c.Field] {
				continue
			}
			if before := b.columns[c.Field]; before != "" {
				b.columns[c.Field] = before + ", " + h
			} else {
				b.columns[c.Field] = h
			}
			if field, _ := mapping.FieldNamed(c.Field); p.dates != nil && isDateField(c.Field) {
				b.usual = append(b.usual, bound{source: &source{field: field, dates: p.dates}, from: []int{i}, name: h})
			}
		}
	}
	for _, s := range b.sources {
		if s.name != "" {
			b.columns[s.field.Name] = s.name
		}
	}
}

// Columns is the header as written by field name, for the Problems of [mapping.Mapper]: the columns of the
// profile and those that go by their usual names. Columns of one field are named together; constants have none.
func (b *Binding) Columns() map[string]string {
	return maps.Clone(b.columns)
}

// Feeds reports whether a field has a source: a column, an expression or a constant.
func (b *Binding) Feeds(field string) bool {
	return b.columns[field] != "" || slices.ContainsFunc(b.sources, func(s bound) bool { return s.field.Name == field })
}

// Assume says the operation of rows without one, as [mapping.Mapper.Operation] does: a row has no Problem with
// fields that its request does not have.
func (b *Binding) Assume(op mapping.Operation) { b.assumed = op }

// Apply fills in the fields of the profile, after the columns of usual names were decoded into the order. isDate tells the
// cells that are dates of the spreadsheet: those are given as dd/mm/yyyy, whatever the profile says. A field with a Problem
// keeps the text of its cell. A computed field with a Problem has no text, except those that tell which request the row is:
// a failed expression must not turn a row into another request. The Problem says more than the one that [mapping.Mapper] may
// add for the same field.
func (b *Binding) Apply(cells []string, isDate func(column int) bool, o *mapping.Order) []mapping.Problem {
	var problems []mapping.Problem
	for _, list := range [][]bound{b.sources, b.usual} {
		for i := range list {
			text, problem := list[i].text(cells, isDate)
			list[i].field.Set(o, text)
			if problem != nil {
				problems = append(problems, *problem)
			}
		}
	}
	if len(problems) == 0 || slices.ContainsFunc(problems, func(p mapping.Problem) bool { return saysRequest(p.Field) }) {
		return problems
	}
	op, ok := mapping.ParseOperation(o.Operazione)
	if !ok && isBlank(o.Operazione) {
		op = b.assumed
	}
	kind := mapping.KindOf(o)
	if op == "" || kind == "" {
		return problems // without operation or beneficiary the row is not sent, and nobody knows what it needs
	}
	return slices.DeleteFunc(problems, func(p mapping.Problem) bool {
		field, ok := mapping.FieldNamed(p.Field)
		return ok && !field.Used().Has(op, kind)
	})
}

// saysRequest is a field that tells which request a row becomes.
func saysRequest(field string) bool {
	return field == operazione || field == "codiceFiscale" || field == "partitaIva"
}

// text is what the row has for the field.
func (s *bound) text(cells []string, isDate func(column int) bool) (string, *mapping.Problem) {
	if s.constant != "" {
		return s.constant, nil
	}
	text, date, err := s.raw(cells, isDate)
	if err != nil {
		kept := ""
		if saysRequest(s.field.Name) {
			kept = s.cells(cells)
		}
		return kept, s.problem(mapping.CodeExpression, "", s.cells(cells), fmt.Sprintf("un valore calcolato dalle colonne %s", s.name),
			fmt.Sprintf("l'espressione del profilo (riga %d) non riesce su questa riga: controllare le sue celle (%v)", s.place.line, err))
	}
	if isBlank(text) {
		return s.blank, nil
	}
	if s.values != nil {
		value, ok := s.values.of(text, s.field)
		if !ok {
			return text, s.problem(mapping.CodeValues, s.field.Name, s.cells(cells), s.values.expected(s.field), "correggere la cella, o dire nel profilo che cosa vale"+s.made(cells, text))
		}
		if text = value; text == "" {
			return s.blank, nil
		}
	}
	if s.dates == nil || date {
		return text, nil
	}
	iso, ok := s.dates.iso(text)
	if !ok {
		return text, s.problem(mapping.CodeDates, s.dates.text, s.cells(cells), "una data che esiste, scritta "+s.dates.text+" come dice il profilo",
			"correggere la cella, o il formato nel profilo"+s.made(cells, text))
	}
	return iso, nil
}

// raw is the text before anything is made of it. date says that it is a date which must not be read again.
func (s *bound) raw(cells []string, isDate func(column int) bool) (text string, date bool, err error) {
	switch {
	case s.formula != nil:
		seen := make([]string, len(s.from))
		anyDate := false
		for i, column := range s.from {
			seen[i] = cells[column]
			// The result is read in the profile's format, in which a date of the sheet is not written: an ISO date
			// cannot be taken for one in any format.
			if s.dates != nil && isDate(column) {
				seen[i], anyDate = isoOfSheet(cells[column]), true
			}
		}
		text, err = s.formula.apply(seen)
		return text, anyDate && isISO(strings.TrimSpace(text)), err
	case s.several:
		var filled []string
		for _, column := range s.from {
			if !isBlank(cells[column]) {
				filled = append(filled, cells[column])
			}
		}
		return strings.Join(filled, ";"), false, nil
	}
	return cells[s.from[0]], isDate(s.from[0]), nil
}

// cells are the texts of the columns that feed the field, as they stand in the file; blank ones say nothing.
func (s *bound) cells(cells []string) string {
	if len(s.from) == 1 {
		return cells[s.from[0]]
	}
	var texts []string
	for _, column := range s.from {
		if !isBlank(cells[column]) {
			texts = append(texts, cells[column])
		}
	}
	return strings.Join(texts, " | ")
}

// made tells what an expression gives where its cells do not show it.
func (s *bound) made(cells []string, text string) string {
	if s.formula == nil || strings.Contains(s.cells(cells), strings.TrimSpace(text)) {
		return ""
	}
	return fmt.Sprintf(" (l'espressione alla riga %d del profilo ne ricava «%s»)", s.place.line, text)
}

// CellText is the original text of the cells from which the profile makes a field, joined by " | " where there are several.
// ok is false where the profile does not mention the field, or gives it a constant.
func (b *Binding) CellText(field string, cells []string) (text string, ok bool) {
	for _, list := range [][]bound{b.sources, b.usual} {
		for i := range list {
			if s := &list[i]; s.field.Name == field && len(s.from) > 0 {
				return s.cells(cells), true
			}
		}
	}
	return "", false
}

func (s *bound) problem(code mapping.Code, arg, found, expected, remedy string) *mapping.Problem {
	return &mapping.Problem{Code: code, Arg: arg, Field: s.field.Name, Column: s.name, Found: found, Expected: expected, Remedy: remedy, Severity: mapping.Blocks}
}
