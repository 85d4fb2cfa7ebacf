package profile

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"voucherbul/mapping"
)

// operazione is the field that says which request a row is.
const operazione = "operazione"

// choice is an operation that the sheet or the name of the file says.
type choice struct {
	place  word
	byFile bool // else by sheet
	names  []word
	means  []string // the operation, for each name
}

// readOperation reads the section operation: a constant, or where it comes from.
func (p *Profile) readOperation(d document, e entry) error {
	field, _ := mapping.FieldNamed(operazione)
	if _, isMapping := e.value.(*ast.MappingNode); !isMapping {
		value, err := d.rightValue(e, field)
		if err != nil {
			return err
		}
		p.sources = append(p.sources, source{field: field, place: e.key, constant: value})
		return nil
	}
	parts, err := d.entries(e.value, "operation", append([]string{"sheet", "file"}, slices.DeleteFunc(slices.Clone(sourceKeys), func(key string) bool {
		return key == "columns" || key == "dates"
	})...))
	if err != nil {
		return err
	}
	for _, part := range parts {
		if by := part.key.text; by == "sheet" || by == "file" {
			if len(parts) > 1 {
				return d.errorf(part.key, "%s has to stand alone: an operation has one source", by)
			}
			p.choice, err = d.choice(part, field)
			return err
		}
	}
	return p.readSource(d, e, field)
}

func (d document) choice(e entry, field mapping.Field) (*choice, error) {
	pairs, err := d.entries(e.value, e.key.text, nil)
	if err != nil {
		return nil, err
	}
	c := &choice{place: e.key, byFile: e.key.text == "file"}
	if len(pairs) == 0 {
		return nil, d.errorf(e.key, "%s names no %s", e.key.text, e.key.text)
	}
	for _, pair := range pairs {
		if _, err := path.Match(strings.ToLower(pair.key.text), ""); c.byFile && err != nil {
			return nil, d.errorf(pair.key, "%q is no pattern of file names: * stands for any letters, ? for one", pair.key.text)
		}
		op, err := d.rightValue(pair, field)
		if err != nil {
			return nil, err
		}
		c.names, c.means = append(c.names, pair.key), append(c.means, op)
	}
	return c, nil
}

// of is the operation of a file and its sheet: the first name that fits. The error says what would be right.
func (c *choice) of(sheet, file string) (op string, fault string) {
	base := path.Base(strings.ReplaceAll(file, `\`, "/"))
	var known []string
	for i, name := range c.names {
		known = append(known, name.text)
		fits := strings.EqualFold(strings.TrimSpace(name.text), strings.TrimSpace(sheet))
		if c.byFile {
			fits, _ = path.Match(strings.ToLower(name.text), strings.ToLower(base))
		}
		if fits {
			return c.means[i], ""
		}
	}
	if c.byFile {
		return "", fmt.Sprintf("no pattern of operation fits the file %q: it has %s", base, strings.Join(known, ", "))
	}
	if sheet == "" {
		return "", "the operation comes from the sheet, and this file has none: use another profile for CSV files"
	}
	return "", fmt.Sprintf("the sheet %q has no operation%s", sheet, meant(sheet, known))
}
