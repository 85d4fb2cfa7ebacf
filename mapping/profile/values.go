package profile

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"voucherbul/mapping"
)

// valueMap says what the values of an export are called by the platform.
type valueMap struct {
	to      map[string]string // by valueKey
	written []string          // as the profile writes them, in its order
}

// values reads a map of values. Each one leads to a right value of the field, or to "" for none.
func (d document) values(e entry, field mapping.Field) (*valueMap, error) {
	pairs, err := d.entries(e.value, "values of "+field.Name, nil)
	if err != nil {
		return nil, err
	}
	m := &valueMap{to: map[string]string{}}
	for _, pair := range pairs {
		key := valueKey(pair.key.text)
		if key == "" {
			return nil, d.errorf(pair.key, "a blank cell has no value: use default")
		}
		if _, again := m.to[key]; again {
			return nil, d.errorf(pair.key, "the value %q stands here twice: case and spaces do not count", pair.key.text)
		}
		to, ok := scalar(pair.value)
		if !ok {
			return nil, d.errorf(to, "%q needs a value of %s%s", pair.key.text, field.Name, found(pair.value))
		}
		if to.text != "" {
			if err := d.allowed(to, field); err != nil {
				return nil, err
			}
		}
		m.to[key] = to.text
		m.written = append(m.written, pair.key.text)
	}
	return m, nil
}

// valueKey is a value without what people change freely: case and spaces. Accents and punctuation stay:
// "FTTH" and "FTTH+" are two products.
func valueKey(text string) string {
	return strings.Map(func(r rune) rune {
		if isNothing(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFC.String(text))
}

// isNothing is a character that nobody sees, as package mapping takes it: it does not make a cell a filled one.
func isNothing(r rune) bool {
	switch r {
	case '\u200b', '\u200c', '\u200d', '\u2060', '\ufeff', '\u00ad':
		return true
	}
	return unicode.IsSpace(r)
}

func isBlank(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return !isNothing(r) }) < 0
}

// of is what a text of a cell stands for. A text that is a right value already needs no entry; ok is false for
// any other that has none. A field of free text has any other value as it is.
func (m *valueMap) of(text string, field mapping.Field) (value string, ok bool) {
	if value, ok := m.to[valueKey(text)]; ok {
		return value, true
	}
	return text, len(field.Format.Values) == 0 || isAllowed(text, field)
}

// expected is the Italian list of what a cell may hold.
func (m *valueMap) expected(field mapping.Field) string {
	var known []string
	for _, v := range append(m.written[:len(m.written):len(m.written)], field.Format.Values...) {
		if len(known) == 25 {
			known = append(known, "…")
			break
		}
		known = append(known, v)
	}
	return "uno tra " + strings.Join(known, ", ")
}
