package profile

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"voucherbul/mapping"
	"voucherbul/mapping/ourfile"
)

// operazione is the field that says which request a row is.
const operazione = "operazione"

// choice is an operation that the sheet or the name of the file says.
type choice struct {
	place  word
	byFile bool // else by sheet
	names  []word
	means  []mapping.Operation // for each name
}

// readOperation reads the section operation: a constant, or where it comes from.
func (p *Profile) readOperation(d document, e entry) error {
	field, _ := mapping.FieldNamed(operazione)
	if _, isMapping := e.value.(*ast.MappingNode); !isMapping {
		value, err := d.rightValue(e, field)
		if err != nil {
			return err
		}
		p.sources = append(p.sources, source{field: field, place: e.key, constant: value.text})
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
		value, err := d.rightValue(pair, field)
		if err != nil {
			return nil, err
		}
		op, _ := mapping.ParseOperation(value.text)
		c.names, c.means = append(c.names, pair.key), append(c.means, op)
	}
	return c, nil
}

// of is the operation of a file and its sheet: the first name that fits. The fault says what would be right.
func (c *choice) of(sheet, file string) (op mapping.Operation, fault string) {
	if c.byFile {
		return c.ofFile(file)
	}
	if op, ok := c.first(func(name string) bool { return strings.EqualFold(strings.TrimSpace(name), strings.TrimSpace(sheet)) }); ok {
		return op, ""
	}
	if sheet == "" {
		return "", "the operation comes from the sheet, and this file has none: use another profile for CSV files"
	}
	return "", fmt.Sprintf("the sheet %q has no operation%s", sheet, meant(sheet, c.known()))
}

// ofFile looks at every name that the export may have had: where they say two operations, nobody can tell.
func (c *choice) ofFile(file string) (op mapping.Operation, fault string) {
	names := ourfile.ExportNames(file)
	said := ""
	for _, name := range names {
		other, ok := c.first(func(pattern string) bool {
			fits, _ := path.Match(strings.ToLower(pattern), strings.ToLower(name))
			return fits
		})
		switch {
		case !ok:
		case op == "":
			op, said = other, name
		case op != other:
			return "", fmt.Sprintf("the patterns of operation say two things of the workbook of a check %q: %s as %q, and %s as %q; write patterns that fit all its names alike, such as ATT_*",
				names[0], op, said, other, name)
		}
	}
	if op == "" {
		return "", fmt.Sprintf("no pattern of operation fits the file %q: it has %s", names[0], strings.Join(c.known(), ", "))
	}
	return op, ""
}

// first is the operation of the first name that fits.
func (c *choice) first(fits func(name string) bool) (op mapping.Operation, ok bool) {
	for i, name := range c.names {
		if fits(name.text) {
			return c.means[i], true
		}
	}
	return "", false
}

func (c *choice) known() []string {
	var known []string
	for _, name := range c.names {
		known = append(known, name.text)
	}
	return known
}

// OperationOf is the operation of a file, whose name may have folders, where the profile chooses it by the name of
// the file and the name says it; else "". Two files of the same contents may be different requests by it.
func (p *Profile) OperationOf(file string) string {
	if p.choice == nil || !p.choice.byFile {
		return ""
	}
	op, _ := p.choice.ofFile(file)
	return string(op)
}
