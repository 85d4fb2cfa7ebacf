package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"voucherbul/batch/journal"
	"voucherbul/mapping/ourfile"
)

// drawnChart is a chart as its part tells it.
type drawnChart struct {
	kind, title, corner string
	root                element
	references          []string // in order: name, categories, values
	colours             []string // of its points, or of all of them
}

// chartsOf are the charts of a sheet.
func (p *parts) chartsOf(sheet string) (found []drawnChart) {
	for _, drawing := range p.related(p.partOf(sheet), "drawing") {
		charts := p.relations(drawing)
		for _, anchor := range p.root(drawing).Within {
			from := anchor.find("from")[0]
			id := anchor.all("chart")[0].attr("id")
			i := slices.IndexFunc(charts, func(r relation) bool { return r.id == id })
			if i < 0 {
				p.t.Fatalf("%s: nothing is related as %s", drawing, id)
			}
			c := drawnChart{root: p.root(charts[i].target)}
			column, _ := strconv.Atoi(from.find("col")[0].Text)
			row, _ := strconv.Atoi(from.find("row")[0].Text)
			c.corner = span{column, column}.letters(p.t) + strconv.Itoa(row+1)
			for _, plot := range c.root.find("chart", "plotArea")[0].Within {
				if strings.HasSuffix(plot.XMLName.Local, "Chart") {
					c.kind = plot.XMLName.Local
				}
			}
			for _, title := range c.root.find("chart", "title") {
				c.title = title.texts()
			}
			for _, series := range c.root.all("ser") {
				for _, fill := range slices.Concat(series.find("spPr", "solidFill", "srgbClr"), series.find("dPt", "spPr", "solidFill", "srgbClr")) {
					c.colours = append(c.colours, fill.attr("val"))
				}
			}
			for _, f := range c.root.all("f") {
				c.references = append(c.references, f.Text)
			}
			found = append(found, c)
		}
	}
	return found
}

// pointed are the cells that a reference of a chart names, and what stands there.
func (p *parts) pointed(reference string) (values []cell, err error) {
	sheet, where, ok := strings.Cut(reference, "!")
	if !ok || !slices.Contains(p.sheets(), strings.Trim(sheet, "'")) {
		return nil, fmt.Errorf("%s names no sheet", reference)
	}
	a, err := areaOf(where)
	if err != nil {
		return nil, err
	}
	there := p.values(strings.Trim(sheet, "'"))
	for _, name := range a.cells(p.t) {
		one, ok := there[name]
		if !ok || one.value == "" {
			return nil, fmt.Errorf("%s: %s is empty", reference, name)
		}
		values = append(values, one)
	}
	return values, nil
}

// checkCharts asserts that the charts of the summary show the lines of its tables, all and nothing else.
func (p *parts) checkCharts() {
	p.t.Helper()
	for _, c := range p.chartsOf(ourfile.SheetSummary) {
		if len(c.references) != 3 {
			p.t.Errorf("chart %q has the references %q", c.title, c.references)
			continue
		}
		var columns [3][]cell
		for i, reference := range c.references {
			var err error
			if columns[i], err = p.pointed(reference); err != nil {
				p.t.Errorf("chart %q: %v", c.title, err)
				return
			}
		}
		name, categories, values := columns[0], columns[1], columns[2]
		if len(name) != 1 || name[0].value != "Righe" {
			p.t.Errorf("chart %q is named by %q", c.title, name)
		}
		if len(categories) != len(values) {
			p.t.Errorf("chart %q has %d categories and %d values", c.title, len(categories), len(values))
			return
		}
		total := 0
		for i, v := range values {
			n, err := strconv.Atoi(v.value)
			if err != nil || n < 1 || v.kind == "s" || v.kind == "inlineStr" {
				p.t.Errorf("chart %q shows %q", c.title, v)
			}
			total += n
			if c.kind == "doughnutChart" && !isLabelOfAState(categories[i].value) {
				p.t.Errorf("chart %q shows %q, which is no state", c.title, categories[i].value)
			}
		}
		if c.kind == "doughnutChart" {
			p.checkTotal(c, total)
		}
		for _, point := range c.root.all("dPt") {
			if n, _ := strconv.Atoi(point.find("idx")[0].attr("val")); n >= len(values) {
				p.t.Errorf("chart %q colours point %d of %d", c.title, n+1, len(values))
			}
		}
	}
}

// checkTotal asserts that the line below those of the chart is their sum.
func (p *parts) checkTotal(c drawnChart, total int) {
	p.t.Helper()
	_, where, _ := strings.Cut(c.references[2], "!")
	a, err := areaOf(where)
	must(p.t, err)
	there := p.values(ourfile.SheetSummary)
	below := strconv.Itoa(a.bottom + 1)
	if there["A"+below].value != "Totale" || there["B"+below].value != strconv.Itoa(total) {
		p.t.Errorf("chart %q shows %d rows, and the line below has %q %q", c.title, total, there["A"+below].value, there["B"+below].value)
	}
}

func isLabelOfAState(label string) bool {
	return slices.ContainsFunc(journal.States(), func(s journal.State) bool { return s.Label() == label })
}

// checkNotes asserts that every note has its box, and its cell in the sheet.
func (p *parts) checkNotes(sheet string) {
	p.t.Helper()
	part := p.partOf(sheet)
	notes, boxes := p.related(part, "comments"), p.related(part, "vmlDrawing")
	if len(notes) == 0 {
		return
	}
	if len(notes) != 1 || len(boxes) != 1 || len(p.root(part).find("legacyDrawing")) != 1 {
		p.t.Errorf("%s has the notes %q and the boxes %q", sheet, notes, boxes)
		return
	}
	used := p.used(sheet)
	root := p.root(notes[0])
	authors := len(root.find("authors", "author"))
	seen := map[string]bool{}
	for _, note := range root.find("commentList", "comment") {
		where := note.attr("ref")
		a, err := areaOf(where)
		if err != nil || seen[where] || !used.contains(a) {
			p.t.Errorf("%s has a note on %q", sheet, where)
		}
		seen[where] = true
		if n := note.whole("authorId"); n < 0 || n >= authors {
			p.t.Errorf("%s: the note on %s is of author %d of %d", sheet, where, n, authors)
		}
	}
	if len(seen) > maxNotes {
		p.t.Errorf("%s has %d notes", sheet, len(seen))
	}
	if shapes := len(p.root(boxes[0]).find("shape")); shapes != len(seen) {
		p.t.Errorf("%s has %d notes and %d boxes", sheet, len(seen), shapes)
	}
}

// TestMatrixHasBothCharts asserts that the checks above have something to look at.
func TestMatrixHasBothCharts(t *testing.T) {
	path := t.TempDir() + "/x.esiti.xlsx"
	must(t, WriteOutcome(path, readCase(t, "matrix").outcome(t)))
	var kinds []string
	for _, c := range partsOf(t, path).chartsOf(ourfile.SheetSummary) {
		kinds = append(kinds, c.kind)
	}
	equal(t, "charts", kinds, []string{"doughnutChart", "barChart"})
}
