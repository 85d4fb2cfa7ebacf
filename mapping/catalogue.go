package mapping

import (
	"fmt"
	"slices"
	"strings"
)

// Catalogue is the platform's enumerations, and what the rules have to know of each value. It is read only; nil stands for
// today's. Make another one with [NewCatalogue].
type Catalogue struct {
	tipologie []Tipologia
	fasi      []Fase
	others    []Fase // of fasi, those that the specification does not have, or not so
	fields    [fieldCount]Field
	added     string

	suggestions map[string]map[string]string // values by field and spelling
}

// today is the catalogue of the specification.
var today = NewCatalogue(Entries{})

// NewCatalogue is today's catalogue with the entries of a configuration, which [Entries.Validate] has found right. An entry
// whose value is there already takes the place of that one.
func NewCatalogue(e Entries) *Catalogue {
	c := &Catalogue{fields: table, fasi: with(fasi(), e.Fasi), others: e.Fasi, tipologie: with(tipologie(), e.Tipologie), added: e.fingerprint(),
		suggestions: map[string]map[string]string{}}
	technologies, documents := with(tecnologie(), e.Tecnologie), with(tipiDocumento(), e.TipiDocumento)
	for i, t := range c.tipologie {
		c.tipologie[i].Kind = t.kind()
	}
	for id, words := range map[int][]Word{idTipologia: wordsOf(c.tipologie), idTipoDocumento: documents, idTecnologiaPrenotata: technologies, idTecnologiaAttivata: technologies} {
		c.fields[id].Format, c.suggestions[c.fields[id].Name] = enumerationOf(words), suggestionsOf(words)
	}
	c.fields[idTipologia].Hint = fmt.Sprintf("%s per le famiglie, %s per le imprese.", orList(c.tipologieOf(Famiglia)), orList(c.tipologieOf(Impresa)))
	c.fields[idTipoDocumento].Hint, c.fields[idTecnologiaPrenotata].Hint, c.fields[idTecnologiaAttivata].Hint = labels(documents), labels(technologies), labels(technologies)
	return c
}

// with is a list whose entries are replaced by those of the same value, and followed by the new ones.
func with[E interface{ key() string }](list, more []E) []E {
	for _, e := range more {
		if i := slices.IndexFunc(list, func(old E) bool { return old.key() == e.key() }); i >= 0 {
			list[i] = e
		} else {
			list = append(list, e)
		}
	}
	return list
}

// labels explains values: "CI carta d'identità, PP passaporto."
func labels(words []Word) string {
	var parts []string
	for _, w := range words {
		if w.Label != "" {
			parts = append(parts, w.Value+" "+w.Label)
		}
	}
	if parts == nil {
		return ""
	}
	return strings.Join(parts, ", ") + "."
}

// orList is a choice as people write it: "FAM1, FAM2 o FAM3".
func orList(values []string) string {
	last := len(values) - 1
	if last <= 0 {
		return strings.Join(values, "")
	}
	return strings.Join(values[:last], ", ") + " o " + values[last]
}

func (c *Catalogue) orToday() *Catalogue {
	if c == nil {
		return today
	}
	return c
}

// Fields is the table of [Fields], with the values of this catalogue. The slice is the caller's own.
func (c *Catalogue) Fields() []Field { return slices.Clone(c.orToday().fields[:]) }

// FieldNamed finds a field by its API name.
func (c *Catalogue) FieldNamed(name string) (Field, bool) {
	fields := &c.orToday().fields
	for i := range fields {
		if fields[i].Name == name {
			return fields[i], true
		}
	}
	return Field{}, false
}

// Fasi are the phases that the platform may write.
func (c *Catalogue) Fasi() []Fase { return slices.Clone(c.orToday().fasi) }

// Fase is the phase of a name, whatever its case.
func (c *Catalogue) Fase(name string) (f Fase, ok bool) { return named(c.orToday().fasi, name) }

// AddedFase is the phase of a name, where it comes from the configuration: it goes before what the specification says of states.
func (c *Catalogue) AddedFase(name string) (f Fase, ok bool) { return named(c.orToday().others, name) }

func named(fasi []Fase, name string) (f Fase, ok bool) {
	for _, f := range fasi {
		if strings.EqualFold(name, f.Name) {
			return f, true
		}
	}
	return f, false
}

// Suggestion is the value of a field that a text usually stands for elsewhere. It is for a person to confirm: no row is
// read by it. Case and spaces do not count. ok is false where nothing is suggested.
func (c *Catalogue) Suggestion(field, text string) (value string, ok bool) {
	value, ok = c.orToday().suggestions[field][suggestionKey(text)]
	return value, ok
}

func suggestionKey(text string) string { return strings.ToLower(without(clean(text), " ")) }

// Fingerprint is the text that stands for the catalogue in the fingerprint of a run, see [Rules.Fingerprint]: "" for today's, so
// that a run of a release without catalogues is known again. Phases are no part of it: no request is made of them.
func (c *Catalogue) Fingerprint() string { return c.orToday().added }

func (c *Catalogue) values(id int) []string { return c.fields[id].Format.Values }

func (c *Catalogue) tipologia(value string) (t Tipologia, ok bool) {
	if i := slices.IndexFunc(c.tipologie, func(t Tipologia) bool { return t.Value == value }); i >= 0 {
		return c.tipologie[i], true
	}
	return t, false
}

func (c *Catalogue) tipologieOf(kind Kind) (values []string) {
	for _, t := range c.tipologie {
		if t.Kind == kind {
			values = append(values, t.Value)
		}
	}
	return values
}
