package profile

import (
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"voucherbul/mapping"
)

// source is where the profile takes one field from: a constant, one column or several, or an expression.
type source struct {
	field    mapping.Field
	place    word     // of the field's key
	constant string   // "" where it comes from the row
	columns  []word   // as the profile writes them
	several  bool     // columns is a list, whose parts are joined
	formula  *formula // nil where it comes as it is
	values   *valueMap
	blank    string      // what a blank cell stands for
	fixed    word        // constant or blank, as the profile writes it
	dates    *dateFormat // nil = as mapping reads dates
}

// needs are the columns without which the source gives nothing.
func (s *source) needs() []word {
	if s.formula != nil {
		return s.formula.columns
	}
	return s.columns
}

func (s *source) reads(key string) bool {
	return slices.ContainsFunc(s.needs(), func(w word) bool { return w.key() == key })
}

// member says which part of the field a column is, "" for the whole; ok is false where it is none.
func (s *source) member(key string) (member string, ok bool) {
	for i, w := range s.columns {
		if w.key() == key {
			if s.several {
				member = "#" + strconv.Itoa(i+1)
			}
			return member, true
		}
	}
	return "", false
}

// readFields reads the section fields.
func (p *Profile) readFields(d document, e entry) error {
	if _, ok := e.value.(*ast.NullNode); ok {
		return nil // all its lines are comments
	}
	fields, err := d.entries(e.value, "fields", nil)
	if err != nil {
		return err
	}
	for _, one := range fields {
		field, err := d.field(one.key)
		if err != nil {
			return err
		}
		if p.gives(field.Name) {
			return d.errorf(one.key, "%s has a source already: leave one of the two", field.Name)
		}
		if err := p.readSource(d, one, field); err != nil {
			return err
		}
	}
	return nil
}

// field is what a key of fields means: an API name, a label or a synonym.
func (d document) field(key word) (mapping.Field, error) {
	if f, ok := d.catalogue.FieldNamed(key.text); ok {
		return f, nil
	}
	claims := mapping.Claims(key.text)
	if len(claims) == 1 && claims[0].Member == "" {
		f, _ := d.catalogue.FieldNamed(claims[0].Field)
		return f, nil
	}
	if len(claims) > 1 {
		return mapping.Field{}, d.errorf(key, "%q can be %s or %s: write which one", key.text, claims[0].Field, claims[1].Field)
	}
	var names []string
	for _, f := range mapping.Fields() {
		names = append(append(names, f.Name, f.Label), f.Synonyms...)
	}
	hint := ": `voucherbul template` writes a workbook with all of them"
	if nearest := mapping.Nearest(key.text, names); nearest != "" {
		hint = ": did you mean " + nearest + "?"
	}
	return mapping.Field{}, d.errorf(key, "there is no field %q%s", key.text, hint)
}

var sourceKeys = []string{"column", "columns", "value", "expr", "values", "default", "dates"}

// readSource reads where a field comes from, a column in the simplest case.
func (p *Profile) readSource(d document, e entry, field mapping.Field) error {
	s := source{field: field, place: e.key}
	if _, isMapping := e.value.(*ast.MappingNode); !isMapping {
		w, err := d.column(e)
		if err != nil {
			return err
		}
		s.columns = []word{w}
	} else {
		parts, err := d.entries(e.value, field.Name, sourceKeys)
		if err != nil {
			return err
		}
		if err := s.read(d, parts); err != nil {
			return err
		}
	}
	if s.dates == nil && isDateField(field.Name) {
		s.dates = p.dates
	}
	if err := s.fix(d); err != nil {
		return err
	}
	p.sources = append(p.sources, s)
	return nil
}

// fix reads the text that the profile itself gives to rows as a date, once, where the field is one.
func (s *source) fix(d document) error {
	if !isDateField(s.field.Name) || s.fixed.text == "" {
		return nil
	}
	iso, err := s.dates.fixed(d, s.fixed)
	if s.constant != "" {
		s.constant = iso
	} else {
		s.blank = iso
	}
	return err
}

// read takes the parts of a source. Exactly one of them says where it comes from.
func (s *source) read(d document, parts []entry) (err error) {
	var origin, extra []entry
	for _, e := range parts {
		switch e.key.text {
		case "column", "columns", "value", "expr":
			origin = append(origin, e)
		default:
			extra = append(extra, e)
		}
	}
	if len(origin) != 1 {
		at := s.place
		if len(origin) > 1 {
			at = origin[1].key
		}
		return d.errorf(at, "%s needs one of column, columns, value and expr, and not %d of them", s.field.Name, len(origin))
	}
	if err := s.readOrigin(d, origin[0]); err != nil {
		return err
	}
	for _, e := range extra {
		if s.constant != "" || s.several {
			return d.errorf(e.key, "%s cannot stand beside %s", e.key.text, origin[0].key.text)
		}
		switch e.key.text {
		case "values":
			s.values, err = d.values(e, s.field)
		case "default":
			s.fixed, err = d.fixedValue(e, s.field)
			s.blank = s.fixed.text
		case "dates":
			if !isDateField(s.field.Name) {
				return d.errorf(e.key, "%s is no date: dates is for %s", s.field.Name, strings.Join(dateFields, ", "))
			}
			s.dates, err = d.dateFormat(e)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *source) readOrigin(d document, e entry) (err error) {
	switch e.key.text {
	case "column":
		var w word
		w, err = d.column(e)
		s.columns = []word{w}
	case "columns":
		if s.field.Name != mapping.Relatives {
			return d.errorf(e.key, "several columns are joined only into %s; use expr for %s", mapping.Relatives, s.field.Name)
		}
		s.several = true
		if s.columns, err = d.columns(e); err == nil && len(s.columns) == 0 {
			err = d.errorf(at(e.value), "columns is empty: name them, or leave the field out")
		}
	case "value":
		s.fixed, err = d.fixedValue(e, s.field)
		s.constant = s.fixed.text
	case "expr":
		s.formula, err = d.formula(e)
	}
	return err
}

// personal are the fields that are of one person or enterprise: the same text in every row is never right.
var personal = []string{"codiceFiscale", "partitaIva", mapping.Relatives, "cognome", "nome", "ragioneSociale", "numeroDocumento", "dataDiNascita"}

// fixedValue is a text that rows have from the profile and not from the file.
func (d document) fixedValue(e entry, field mapping.Field) (word, error) {
	if slices.Contains(personal, field.Name) {
		return word{}, d.errorf(e.key, "%s is of one person or enterprise: the profile cannot give it to rows by %s", field.Name, e.key.text)
	}
	return d.rightValue(e, field)
}

// rightValue is a text that the field can have in every row. Only enumerations are compared here: package
// mapping judges everything else, row by row.
func (d document) rightValue(e entry, field mapping.Field) (word, error) {
	w, err := d.text(e)
	if err != nil {
		return w, err
	}
	return w, d.allowed(w, field)
}

func (d document) allowed(w word, field mapping.Field) error {
	if len(field.Format.Values) == 0 || isAllowed(w.text, field) {
		return nil
	}
	return d.errorf(w, "%q is no value of %s%s", w.text, field.Name, meant(w.text, field.Format.Values))
}

// isAllowed reports whether a text is one of the values of an enumeration, in any case.
func isAllowed(text string, field mapping.Field) bool {
	if field.Name == operazione {
		_, ok := mapping.ParseOperation(text)
		return ok
	}
	return slices.ContainsFunc(field.Format.Values, func(v string) bool { return strings.EqualFold(v, strings.TrimSpace(text)) })
}
