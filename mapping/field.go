package mapping

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Field is one thing a column of an export can hold.
type Field struct {
	Name     string   // as the API spells it; also the canonical header
	Label    string   // what the template calls it, in Italian
	Synonyms []string // other headers met in exports; case, accents and punctuation do not count
	Required Uses     // where a row without it cannot be sent
	Optional Uses     // where it is sent if filled in
	Format   Format   // what a right value looks like, and how it is read
	Example  string   // a right value, synthetic
	Hint     string   // what a clerk should know, in Italian; "" where the format says it all
	of       func(*Order) *string
}

// Used is every use of the field, required or not.
func (f Field) Used() Uses { return f.Required | f.Optional }

// In is the text that the order has for the field.
func (f Field) In(o *Order) string { return *f.of(o) }

// Set gives the order its text for the field.
func (f Field) Set(o *Order, text string) { *f.of(o) = text }

// Fields is the whole table, in the order of the template. The slice is the caller's own.
func Fields() []Field { return slices.Clone(table[:]) }

// FieldNamed finds a field by its API name.
func FieldNamed(name string) (Field, bool) {
	for i := range table {
		if table[i].Name == name {
			return table[i], true
		}
	}
	return Field{}, false
}

// FieldsOf lists the fields a header stands for: usually one, none where the header is unknown, several
// where one column serves different operations ("Tecnologia" is the booked one or the activated one).
func FieldsOf(header string) []Field {
	key := headerKey(header)
	if key == "" {
		return nil
	}
	var found []Field
	for _, f := range table {
		if headerKey(f.Name) == key || headerKey(f.Label) == key ||
			slices.ContainsFunc(f.Synonyms, func(s string) bool { return headerKey(s) == key }) {
			found = append(found, f)
		}
	}
	return found
}

// headerKey is a header without what people change freely: case, accents, spaces, punctuation.
func headerKey(header string) string {
	var key strings.Builder
	for _, r := range norm.NFKD.String(header) {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			key.WriteRune(unicode.ToLower(r))
		}
	}
	return key.String()
}
