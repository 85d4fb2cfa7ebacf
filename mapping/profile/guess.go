package profile

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"voucherbul/mapping"
)

// How sure it is that a column is a field.
const (
	byValues = iota + 1 // its values look like it
	byNear              // its name is near to one of the field
	byName              // its name is one of the field
)

// guess is what is known of a table.
type guess struct {
	catalogue  *mapping.Catalogue
	columns    []*columnOf
	candidates map[string][]candidate // by field
	taken      map[*columnOf]bool
}

// columnOf is one column of the table.
type columnOf struct {
	header   string
	values   []string // those that are not blank, without outer spaces
	distinct []string // in the order of their first row
	written  []string // the values that are no dates of the spreadsheet
	twice    bool     // another column has the same name: neither can be said in a profile
}

type candidate struct {
	column *columnOf
	sure   int
	reason string
}

func newGuess(header []string, rows [][]string, isDate func(row, col int) bool, catalogue *mapping.Catalogue) *guess {
	g := &guess{catalogue: catalogue, candidates: map[string][]candidate{}, taken: map[*columnOf]bool{}}
	places := placesOf(header)
	for i, h := range header {
		key := mapping.HeaderKey(h)
		if key == "" || len([]rune(h)) > 100 {
			continue
		}
		c := &columnOf{header: h, twice: len(places[key]) > 1}
		seen := map[string]bool{}
		for r, cells := range rows {
			if i >= len(cells) || strings.TrimSpace(cells[i]) == "" {
				continue
			}
			v := strings.TrimSpace(cells[i])
			c.values = append(c.values, v)
			if !seen[valueKey(v)] {
				seen[valueKey(v)] = true
				c.distinct = append(c.distinct, v)
			}
			if !isDate(r, i) {
				c.written = append(c.written, v)
			}
		}
		g.columns = append(g.columns, c)
	}
	all := evidences(catalogue)
	for _, c := range g.columns {
		if !c.twice {
			g.judge(c, all)
		}
	}
	return g
}

// share is how many values a test holds for.
func (c *columnOf) share(holds func(string) bool) int {
	n := 0
	for _, v := range c.values {
		if holds(v) {
			n++
		}
	}
	return n
}

// judge finds the fields that a column may be.
func (g *guess) judge(c *columnOf, all []evidence) {
	claims, sure, how := mapping.Claims(c.header), byName, "the name says so"
	if claims == nil {
		claims, how = nearClaims(c.header)
		sure = byNear
	}
	named := false
	for _, claim := range claims {
		reason := how
		if isDateField(claim.Field) && sure == byNear && c.share(looksLikeDate)*2 < len(c.values) {
			continue
		}
		if e, ok := evidenceFor(claim.Field, all); ok && len(c.values) > 0 {
			n := c.share(e.holds)
			if sure == byNear && n*2 < len(c.values) {
				continue // its name is near, its values are not
			}
			reason += fmt.Sprintf("; %d of %d values %s", n, len(c.values), e.says)
		} else if len(c.values) == 0 {
			reason += "; all its cells are blank here"
		}
		g.add(claim.Field, candidate{c, sure, reason})
		named = true
	}
	if named || len(c.values) == 0 {
		return
	}
	for _, e := range all {
		n := c.share(e.holds)
		if e.words && (n*2 < len(c.values) || len(c.distinct) > 20 || slices.ContainsFunc(c.distinct, isPersonal)) || !e.words && n*10 < len(c.values)*9 {
			continue
		}
		reason := fmt.Sprintf("%d of %d values %s", n, len(c.values), e.says)
		fields := e.fields
		switch {
		case fields[0] == "codiceFiscale" && isOfRelatives(c.header):
			fields = []string{mapping.Relatives}
		case fields[0] == "partitaIva" && len(c.distinct) == 1 && len(c.values) > 2:
			fields, reason = []string{"partitaIvaOperatore"}, reason+", and all are the same one"
		}
		for _, field := range fields {
			g.add(field, candidate{c, byValues, reason})
		}
		return
	}
	if n := c.share(func(v string) bool { return between(strconv.Itoa(yearOf(v)), 1900, 2012) }); n == len(c.values) {
		g.add("dataDiNascita", candidate{c, byValues, fmt.Sprintf("%d of %d values are dates before 2013", n, n)})
	}
}

func (g *guess) add(field string, c candidate) {
	g.candidates[field] = append(g.candidates[field], c)
}

// isOfRelatives reports whether a column of codici fiscali is not that of the beneficiary.
func isOfRelatives(header string) bool {
	key := mapping.HeaderKey(header)
	return slices.ContainsFunc([]string{"famil", "famigl", "coniug", "figli", "parent", "component"}, func(part string) bool { return strings.Contains(key, part) })
}

// whose are the words that exports add to a name.
var whose = []string{"cliente", "intestatario", "beneficiario", "utente", "titolare", "sottoscrittore", "contraente", "richiedente"}

// nearClaims is what a name stands for that is not one of ours, but near to one.
func nearClaims(header string) (claims []mapping.Claim, how string) {
	left := strings.FieldsFunc(header, func(r rune) bool { return r == ' ' || r == '_' || r == '-' || r == '(' || r == ')' })
	words := len(left)
	left = slices.DeleteFunc(left, func(w string) bool { return slices.Contains(whose, mapping.HeaderKey(w)) })
	if short := strings.Join(left, " "); len(left) < words && mapping.Claims(short) != nil {
		return mapping.Claims(short), fmt.Sprintf("the name says %s", quoted(short))
	}
	if len(mapping.HeaderKey(header)) < 5 {
		return nil, "" // one letter makes another word of a short one
	}
	var names []string
	for _, f := range mapping.Fields() {
		for _, n := range append([]string{f.Name, f.Label}, f.Synonyms...) {
			if len(mapping.HeaderKey(n)) >= 5 {
				names = append(names, n)
			}
		}
	}
	if nearest := mapping.Nearest(header, names); nearest != "" {
		return mapping.Claims(nearest), fmt.Sprintf("the name is near to %s", quoted(nearest))
	}
	return nil, ""
}

// chosen is the one column that a field can be; nil where there is none, or more than one.
func (g *guess) chosen(field string) *candidate {
	all := g.candidates[field]
	named := slices.DeleteFunc(slices.Clone(all), func(c candidate) bool { return c.sure != byName })
	switch {
	case len(named) == 1:
		return &named[0]
	case len(named) == 0 && len(all) == 1:
		return &all[0]
	}
	return nil
}
