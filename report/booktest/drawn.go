package booktest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// Chart is a chart as its part tells it.
type Chart struct {
	Kind, Title, Corner string
	Root                Element
	References          []string // in order: name, categories, values
	Colours             []string // of its points, or of all of them
}

// ChartsOf are the charts of a sheet.
func (p *Parts) ChartsOf(sheet string) (found []Chart) {
	for _, drawing := range p.Related(p.PartOf(sheet), "drawing") {
		charts := p.relations(drawing)
		for _, anchor := range p.Root(drawing).Within {
			from := anchor.Find("from")[0]
			id := anchor.All("chart")[0].Attr("id")
			i := slices.IndexFunc(charts, func(r relation) bool { return r.id == id })
			if i < 0 {
				p.t.Fatalf("%s: nothing is related as %s", drawing, id)
			}
			c := Chart{Root: p.Root(charts[i].target)}
			column, _ := strconv.Atoi(from.Find("col")[0].Text)
			row, _ := strconv.Atoi(from.Find("row")[0].Text)
			c.Corner = Letters(p.t, column, column) + strconv.Itoa(row+1)
			for _, plot := range c.Root.Find("chart", "plotArea")[0].Within {
				if strings.HasSuffix(plot.XMLName.Local, "Chart") {
					c.Kind = plot.XMLName.Local
				}
			}
			for _, title := range c.Root.Find("chart", "title") {
				c.Title = title.Texts()
			}
			for _, series := range c.Root.All("ser") {
				for _, fill := range slices.Concat(series.Find("spPr", "solidFill", "srgbClr"), series.Find("dPt", "spPr", "solidFill", "srgbClr")) {
					c.Colours = append(c.Colours, fill.Attr("val"))
				}
			}
			for _, f := range c.Root.All("f") {
				c.References = append(c.References, f.Text)
			}
			found = append(found, c)
		}
	}
	return found
}

// Pointed are the cells that a reference of a chart names, and what stands there.
func (p *Parts) Pointed(reference string) (values []Cell, err error) {
	sheet, where, ok := strings.Cut(reference, "!")
	if !ok || !slices.Contains(p.Sheets(), strings.Trim(sheet, "'")) {
		return nil, fmt.Errorf("%s names no sheet", reference)
	}
	a, err := AreaOf(where)
	if err != nil {
		return nil, err
	}
	there := p.Values(strings.Trim(sheet, "'"))
	for _, name := range a.Cells(p.t) {
		one, ok := there[name]
		if !ok || one.Value == "" {
			return nil, fmt.Errorf("%s: %s is empty", reference, name)
		}
		values = append(values, one)
	}
	return values, nil
}

// mostNotes is how many notes the library can give a sheet: Excel numbers their boxes in blocks of 1,024.
const mostNotes = 1000

// checkNotes asserts that every note has its box, and its cell in the sheet.
func (p *Parts) checkNotes(sheet string) {
	p.t.Helper()
	part := p.PartOf(sheet)
	notes, boxes := p.Related(part, "comments"), p.Related(part, "vmlDrawing")
	if len(notes) == 0 {
		return
	}
	if len(notes) != 1 || len(boxes) != 1 || len(p.Root(part).Find("legacyDrawing")) != 1 {
		p.t.Errorf("%s has the notes %q and the boxes %q", sheet, notes, boxes)
		return
	}
	used := p.Used(sheet)
	root := p.Root(notes[0])
	authors := len(root.Find("authors", "author"))
	seen := map[string]bool{}
	for _, note := range root.Find("commentList", "comment") {
		where := note.Attr("ref")
		a, err := AreaOf(where)
		if err != nil || seen[where] || !used.Contains(a) {
			p.t.Errorf("%s has a note on %q", sheet, where)
		}
		seen[where] = true
		if n := note.Whole("authorId"); n < 0 || n >= authors {
			p.t.Errorf("%s: the note on %s is of author %d of %d", sheet, where, n, authors)
		}
	}
	if len(seen) > mostNotes {
		p.t.Errorf("%s has %d notes", sheet, len(seen))
	}
	if shapes := len(p.Root(boxes[0]).Find("shape")); shapes != len(seen) {
		p.t.Errorf("%s has %d notes and %d boxes", sheet, len(seen), shapes)
	}
}

// Letters are columns, from 0, as "A" or "B:D".
func Letters(t *testing.T, from, to int) string {
	first, err := excelize.ColumnNumberToName(from + 1)
	Must(t, err)
	last, err := excelize.ColumnNumberToName(to + 1)
	Must(t, err)
	if first == last {
		return first
	}
	return first + ":" + last
}
