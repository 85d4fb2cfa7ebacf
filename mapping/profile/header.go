package profile

import (
	"fmt"
	"slices"
	"strings"

	"voucherbul/mapping"
)

// Lacks lists every column that the profile needs and the header does not have, or has twice. The errors stand
// where the profile names them. See also [Profile.Rivals].
func (p *Profile) Lacks(header []string) []*Error {
	places := placesOf(header)
	var lacks []*Error
	told := map[string]bool{}
	for i := range p.sources {
		for _, w := range p.sources[i].needs() {
			key := w.key()
			text := ""
			switch at := places[key]; {
			case told[key]:
			case len(at) == 0:
				text = fmt.Sprintf("the file has no column %q%s", w.text, nearestHeader(w.text, header))
			case len(at) > 1:
				text = fmt.Sprintf("the file has %d columns %q: rename those that are not meant", len(at), w.text)
			}
			if text != "" {
				lacks = append(lacks, &Error{File: p.file, Line: w.line, Column: w.column, Text: text})
			}
			told[key] = true
		}
	}
	return lacks
}

// Rivals lists the columns whose names mean a field that the profile takes from elsewhere, and that the profile neither
// reads nor ignores. Whoever filled in such a column may have meant it. The errors stand where the profile says the field.
func (p *Profile) Rivals(header []string) []*Error {
	var rivals []*Error
	told := map[string]bool{}
	for _, h := range header {
		key := mapping.HeaderKey(h)
		if fields := p.rivalOf(h); len(fields) > 0 && !told[key] {
			told[key] = true
			at := p.placeOf(fields[0])
			rivals = append(rivals, &Error{File: p.file, Line: at.line, Column: at.column,
				Text: fmt.Sprintf("the column %q means %s too: use it, or put it under ignore", h, strings.Join(fields, " and "))})
		}
	}
	return rivals
}

// rivalOf is the fields that a column means by its name, where all of them come from elsewhere.
func (p *Profile) rivalOf(header string) (fields []string) {
	key := mapping.HeaderKey(header)
	if p.ignored[key] || slices.ContainsFunc(p.sources, func(s source) bool { return s.reads(key) }) {
		return nil
	}
	for _, c := range mapping.Claims(header) {
		if !p.gives(c.Field) {
			return nil
		}
		fields = append(fields, c.Field)
	}
	return fields
}

// placeOf is where the profile says where a field comes from.
func (p *Profile) placeOf(field string) word {
	for i := range p.sources {
		if p.sources[i].field.Name == field {
			return p.sources[i].place
		}
	}
	return p.choice.place
}

func placesOf(header []string) map[string][]int {
	places := map[string][]int{}
	for i, h := range header {
		if key := mapping.HeaderKey(h); key != "" {
			places[key] = append(places[key], i)
		}
	}
	return places
}

func nearestHeader(name string, header []string) string {
	if nearest := mapping.Nearest(name, header); nearest != "" {
		return fmt.Sprintf(": the nearest is %q", nearest)
	}
	return ": it has " + listed(header)
}

// listed names the columns of a header, not more of them than a line takes.
func listed(header []string) string {
	var names []string
	for _, h := range header {
		if len(names) == 15 {
			names = append(names, "…")
			break
		}
		if strings.TrimSpace(h) != "" {
			names = append(names, fmt.Sprintf("%q", h))
		}
	}
	return strings.Join(names, ", ")
}
