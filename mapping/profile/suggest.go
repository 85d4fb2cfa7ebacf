package profile

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"voucherbul/mapping"
)

// Suggest writes a first profile for a table: which column is which field, by the names of the columns and by
// the values in them, with the reason beside each. What is unsure is left empty, in a comment. source is the name
// of the export; columnIsDate tells the cells that are dates of the spreadsheet. The result can be parsed, and it
// holds values only where they are words of the platform or stand in a column of such words. Those are the catalogue's;
// nil = today's.
func Suggest(source string, header []string, rows [][]string, columnIsDate func(row, col int) bool, catalogue *mapping.Catalogue) []byte {
	g := newGuess(header, rows, columnIsDate, catalogue)
	var out strings.Builder
	fmt.Fprintf(&out, "# Profile suggested for %s, from %d rows. Read every line before using it: each gives its reason.\n", quoted(source), len(rows))
	out.WriteString("# Lines that begin with # say what is unsure or missing: complete them and take the # away.\n")
	out.WriteString("# Then: voucherbul profile check FILE --profile THIS\n\n")
	g.operation(&out)
	out.WriteString("\nfields:\n")
	for _, f := range catalogue.Fields() {
		if f.Name != operazione {
			g.field(&out, f)
		}
	}
	ignoring := g.rivals(&out, header)
	g.rest(&out, ignoring)
	return []byte(out.String())
}

// quoted is a text as YAML reads it in double quotes, on one line.
func quoted(text string) string { return strconv.Quote(strings.ToValidUTF8(text, "\uFFFD")) }

// operation writes the section operation, or why there is none.
func (g *guess) operation(out *strings.Builder) {
	field, _ := mapping.FieldNamed(operazione)
	if g.candidates[operazione] == nil {
		last := len(field.Format.Values) - 1
		fmt.Fprintf(out, "# operation:   # no column says it: write %s or %s, or use --operation\n", strings.Join(field.Format.Values[:last], ", "), field.Format.Values[last])
		return
	}
	g.one(out, field, "operation", "")
}

// field writes a field, or why it is empty.
func (g *guess) field(out *strings.Builder, f mapping.Field) {
	switch n := len(g.candidates[f.Name]); {
	case n == 0:
		if needed := neededFor(f); needed != "" {
			fmt.Fprintf(out, "  # %s:   # no column found; needed for %s\n", f.Name, needed)
		}
	case n > 1 && f.Name == mapping.Relatives:
		g.relatives(out)
	default:
		g.one(out, f, f.Name, "  ")
	}
}

// one writes a field of one column, under a key.
func (g *guess) one(out *strings.Builder, f mapping.Field, key, indent string) {
	chosen := g.chosen(f.Name)
	if chosen == nil {
		var could []string
		for _, c := range g.candidates[f.Name][:min(6, len(g.candidates[f.Name]))] {
			could = append(could, fmt.Sprintf("%s (%s)", quoted(c.column.header), c.reason))
			g.taken[c.column] = true
		}
		fmt.Fprintf(out, "%s# %s:   # %d columns could be it: %s\n", indent, key, len(g.candidates[f.Name]), strings.Join(could, ", "))
		return
	}
	c := chosen.column
	g.taken[c] = true
	if isDateField(f.Name) {
		g.date(out, f, *chosen)
		return
	}
	unlike := slices.DeleteFunc(slices.Clone(c.distinct), func(v string) bool { return isAllowed(v, f) })
	switch {
	case len(f.Format.Values) > 0 && len(unlike) > 0 && len(c.distinct) <= 20:
		fmt.Fprintf(out, "%s%s:  # %s\n%s  column: %s\n", indent, key, chosen.reason, indent, quoted(c.header))
		g.writeValues(out, f, c.distinct, indent+"  ")
	case key == "operation":
		fmt.Fprintf(out, "operation:  # %s\n  column: %s\n", chosen.reason, quoted(c.header))
	default:
		fmt.Fprintf(out, "%s%s: %s  # %s\n", indent, key, quoted(c.header), chosen.reason)
	}
	if len(f.Format.Values) > 0 && len(unlike) > 0 && len(c.distinct) > 20 {
		fmt.Fprintf(out, "%s# values:   # %d different ones: too many to be listed here\n", indent, len(c.distinct))
	}
}

// writeValues writes what each value of an enumeration is; the ones that nobody knows are left to fill in.
func (g *guess) writeValues(out *strings.Builder, f mapping.Field, distinct []string, indent string) {
	known := slices.ContainsFunc(distinct, func(v string) bool { _, ok := usualValue(v, f, g.catalogue); return ok })
	if known {
		fmt.Fprintf(out, "%svalues:\n", indent)
	} else {
		fmt.Fprintf(out, "%s# values:\n", indent)
	}
	for _, v := range distinct {
		value, ok := usualValue(v, f, g.catalogue)
		switch {
		case ok:
			fmt.Fprintf(out, "%s  %s: %s\n", indent, quoted(v), value)
		case isPersonal(v):
			fmt.Fprintf(out, "%s  # a value that is not shown here: one of %s\n", indent, strings.Join(f.Format.Values, ", "))
		default:
			fmt.Fprintf(out, "%s  # %s:   # one of %s\n", indent, quoted(v), strings.Join(f.Format.Values, ", "))
		}
	}
}

// date writes a date field with its format, where that is not the usual one.
func (g *guess) date(out *strings.Builder, f mapping.Field, c candidate) {
	reason := c.reason
	if n := len(c.column.values) - len(c.column.written); n > 0 {
		reason += fmt.Sprintf("; %d of %d are dates of the spreadsheet", n, len(c.column.values))
	}
	format, why := formatOf(c.column.written)
	if why != "" {
		reason += "; " + why
	}
	if format == "" {
		fmt.Fprintf(out, "  %s: %s  # %s\n", f.Name, quoted(c.column.header), reason)
		return
	}
	fmt.Fprintf(out, "  %s:  # %s\n    column: %s\n    dates: %s\n", f.Name, reason, quoted(c.column.header), quoted(format))
}

// relatives writes the columns of the relatives, which add up.
func (g *guess) relatives(out *strings.Builder) {
	fmt.Fprintf(out, "  %s:\n    columns:\n", mapping.Relatives)
	for _, c := range g.candidates[mapping.Relatives] {
		g.taken[c.column] = true
		fmt.Fprintf(out, "      - %s  # %s\n", quoted(c.column.header), c.reason)
	}
}

// neededFor names the requests that a field is required for, "" = none.
func neededFor(f mapping.Field) string {
	if all := mapping.Operations(); !slices.ContainsFunc(all, func(op mapping.Operation) bool { return !f.Required.Has(op, mapping.Famiglia) }) {
		return "every request of a family"
	} else if !slices.ContainsFunc(all, func(op mapping.Operation) bool { return !f.Required.Has(op, mapping.Impresa) }) {
		return "every request of an enterprise"
	}
	var needed []string
	for _, op := range mapping.Operations() {
		famiglia, impresa := f.Required.Has(op, mapping.Famiglia), f.Required.Has(op, mapping.Impresa)
		switch {
		case famiglia && impresa:
			needed = append(needed, string(op))
		case famiglia:
			needed = append(needed, string(op)+" of a family")
		case impresa:
			needed = append(needed, string(op)+" of an enterprise")
		}
	}
	return strings.Join(needed, ", ")
}

// rivals ignores columns whose names mean a field that comes from another column. Until somebody says what they are, no file
// with such a column fits the profile. any is false where there are none.
func (g *guess) rivals(out *strings.Builder, header []string) (any bool) {
	p, err := Parse("", []byte(out.String()), g.catalogue)
	if err != nil {
		return false // only a profile that is too long
	}
	told := map[string]bool{}
	for _, h := range header {
		fields, key := p.rivalOf(h), mapping.HeaderKey(h)
		if len(fields) == 0 || told[key] {
			continue
		}
		if len(told) == 0 {
			out.WriteString("\n# Columns whose names mean a field that comes from another column above. Use them there, or leave them here:\nignore:\n")
		}
		told[key] = true
		why := ""
		for _, c := range g.columns {
			if mapping.HeaderKey(c.header) == key {
				g.taken[c] = true
				if c.twice {
					why = "; several columns have this name, and a profile can only use one: rename those that are not meant"
				}
			}
		}
		fmt.Fprintf(out, "  - %s  # means %s%s\n", quoted(h), strings.Join(fields, " and "), why)
	}
	return len(told) > 0
}

// rest lists the columns that are no field; ignoring says that they follow columns that are ignored.
func (g *guess) rest(out *strings.Builder, ignoring bool) {
	left := slices.DeleteFunc(slices.Clone(g.columns), func(c *columnOf) bool { return g.taken[c] })
	if len(left) == 0 {
		return
	}
	out.WriteString("\n# Columns that were not understood. Those that are of no use can be ignored:\n")
	if !ignoring {
		out.WriteString("# ignore:\n")
	}
	for _, c := range left {
		fmt.Fprintf(out, "#   - %s  # %s\n", quoted(c.header), g.about(c))
	}
}

// about says what can be said of a column without telling its values.
func (g *guess) about(c *columnOf) string {
	for _, f := range mapping.Fields() {
		for _, one := range g.candidates[f.Name] {
			if one.column == c {
				return fmt.Sprintf("%s, but another column is %s by its name", one.reason, f.Name)
			}
		}
	}
	switch n := c.share(looksLikeDate); {
	case c.twice:
		return "two columns have this name: rename one of them"
	case len(c.values) == 0:
		return "all its cells are blank here"
	case n == len(c.values):
		return fmt.Sprintf("all its values are dates: one of %s?", strings.Join(dateFields, ", "))
	}
	return fmt.Sprintf("values: %d, different ones: %d", len(c.values), len(c.distinct))
}
