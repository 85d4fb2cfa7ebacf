package report

import (
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"

	"voucherbul/batch/journal"
)

// TestStructure asserts of every case what Excel is strict about: where it does not hold, Excel offers to repair the
// workbook, and that is the first thing a clerk would see. LibreOffice and the library read nearly anything.
func TestStructure(t *testing.T) {
	for _, name := range goldenCases(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), name+".esiti.xlsx")
			must(t, Write(path, readCase(t, name).outcome(t)))
			p := partsOf(t, path)
			p.checkArchive()
			p.checkBook()
			p.checkCharts()
			p.checkSigned(readCase(t, name).Run)
		})
	}
}

// checkBook asserts what is to be said of any workbook of ours, whatever it is for.
func (p *parts) checkBook() {
	p.t.Helper()
	p.checkSheets()
	p.checkStyles()
	p.checkNames()
	p.checkTables()
	strings := 0
	for _, sheet := range p.sheets() {
		p.checkOrder(sheet)
		p.checkFrame(sheet)
		strings += p.checkCells(sheet)
		p.checkNotes(sheet)
	}
	p.checkShared(strings)
}

// checkArchive asserts that every part is there once, has a type, and that no part speaks of one that is not there.
func (p *parts) checkArchive() {
	p.t.Helper()
	seen := map[string]bool{}
	for _, name := range p.names {
		if key := strings.ToLower(name); seen[key] || strings.HasPrefix(name, "/") || strings.Contains(name, `\`) {
			p.t.Errorf("the archive has a part %q, once more or by a wrong name", name)
		}
		seen[strings.ToLower(name)] = true
	}
	types := p.root("[Content_Types].xml")
	byEnding, byName := map[string]string{}, map[string]string{}
	for _, d := range types.find("Default") {
		byEnding[strings.ToLower(d.attr("Extension"))] = d.attr("ContentType")
	}
	for _, o := range types.find("Override") {
		name := strings.TrimPrefix(o.attr("PartName"), "/")
		if _, ok := p.data[name]; !ok || byName[name] != "" {
			p.t.Errorf("a type is given to %q, which is not there, or has one", name)
		}
		byName[name] = o.attr("ContentType")
	}
	for _, name := range p.names {
		if name != "[Content_Types].xml" && byName[name] == "" && byEnding[strings.TrimPrefix(path.Ext(name), ".")] == "" {
			p.t.Errorf("%s has no type", name)
		}
		if strings.HasSuffix(name, ".xml") && !strings.HasSuffix(name, ".rels") && name != "[Content_Types].xml" && byName[name] == "" {
			p.t.Errorf("%s has the type of any XML", name)
		}
		p.root(name) // well-formed to its end
	}
	spoken := map[string]bool{"[Content_Types].xml": true}
	for _, name := range append([]string{""}, p.names...) {
		ids := map[string]bool{}
		for _, r := range p.relations(name) {
			if _, ok := p.data[r.target]; !ok || r.id == "" || ids[r.id] {
				p.t.Errorf("%q is related to %q as %q: not there, or not by an ID of its own", name, r.target, r.id)
			}
			ids[r.id], spoken[r.target] = true, true
		}
		if name == "" || strings.HasSuffix(name, ".rels") {
			continue
		}
		for _, e := range []string{"drawing", "legacyDrawing", "tablePart", "sheet", "chart"} {
			for _, user := range p.root(name).all(e) {
				if id := user.attr("id"); user.XMLName.Space != "" && strings.HasPrefix(id, "rId") && !ids[id] {
					p.t.Errorf("%s uses %s, which is related to nothing", name, id)
				}
			}
		}
	}
	for _, name := range p.names {
		if !spoken[name] && !strings.HasSuffix(name, ".rels") {
			p.t.Errorf("no part speaks of %s", name)
		}
	}
}

// checkSheets asserts that the sheets have names that Excel takes, and that one of them is in front: where several are, a
// clerk who writes into one writes into all of them.
func (p *parts) checkSheets() {
	p.t.Helper()
	names, ids := map[string]bool{}, map[string]bool{}
	var front []string
	for _, s := range p.root(workbookPart).find("sheets", "sheet") {
		name := s.attr("name")
		if units := len(utf16.Encode([]rune(name))); units < 1 || units > 31 || strings.ContainsAny(name, `[]:*?/\`) || strings.Trim(name, "'") != name || names[strings.ToLower(name)] {
			p.t.Errorf("a sheet is called %q", name)
		}
		if ids[s.attr("sheetId")] {
			p.t.Errorf("two sheets have the ID %s", s.attr("sheetId"))
		}
		names[strings.ToLower(name)], ids[s.attr("sheetId")] = true, true
		for _, view := range p.sheet(name).find("sheetViews", "sheetView") {
			if selected := view.attr("tabSelected"); selected == "1" || selected == "true" {
				front = append(front, name)
			}
		}
	}
	active := 0
	for _, view := range p.root(workbookPart).find("bookViews", "workbookView") {
		active = max(active, view.whole("activeTab"))
	}
	if len(front) != 1 || front[0] != p.sheets()[active] || active != 0 {
		p.t.Errorf("in front are %q, and the active sheet is the one of index %d", front, active)
	}
}

// checkOrder asserts that the elements of a sheet stand in the order of the schema.
func (p *parts) checkOrder(sheet string) {
	p.t.Helper()
	last := -1
	for _, e := range p.sheet(sheet).Within {
		place := slices.Index(sheetSchema(), e.XMLName.Local)
		if place <= last {
			p.t.Errorf("%s: element %s has its place before the one above it, or none", sheet, e.XMLName.Local)
		}
		last = place
	}
}

// checkFrame asserts what stands around the cells of a sheet: columns, panes, merged cells, footer.
func (p *parts) checkFrame(sheet string) {
	p.t.Helper()
	root := p.sheet(sheet)
	last := 0
	for _, c := range root.find("cols", "col") {
		width, err := strconv.ParseFloat(c.attr("width"), 64)
		if c.whole("min") <= last || c.whole("max") < c.whole("min") || c.whole("max") > excelize.MaxColumns || err != nil || width <= 0 || width > 255 {
			p.t.Errorf("%s: columns %s to %s are %s wide", sheet, c.attr("min"), c.attr("max"), c.attr("width"))
		}
		last = c.whole("max")
	}
	for _, pane := range root.find("sheetViews", "sheetView", "pane") {
		want, err := excelize.CoordinatesToCellName(max(pane.whole("xSplit"), 0)+1, max(pane.whole("ySplit"), 0)+1)
		must(p.t, err)
		if pane.attr("topLeftCell") != want || pane.attr("state") != "frozen" {
			p.t.Errorf("%s: the pane begins in %s, want %s", sheet, pane.attr("topLeftCell"), want)
		}
	}
	var areas []area
	for _, merged := range root.find("mergeCells", "mergeCell") {
		a, err := areaOf(merged.attr("ref"))
		must(p.t, err)
		if slices.ContainsFunc(areas, a.meets) || a.left == a.right && a.top == a.bottom {
			p.t.Errorf("%s: %s is merged twice, or one cell", sheet, merged.attr("ref"))
		}
		areas = append(areas, a)
	}
	for _, merges := range root.find("mergeCells") {
		if n := merges.whole("count"); n != len(areas) {
			p.t.Errorf("%s says that %d areas are merged, which are %d", sheet, n, len(areas))
		}
	}
	for _, footer := range root.find("headerFooter", "oddFooter") {
		if units := len(utf16.Encode([]rune(footer.Text))); units > 255 {
			p.t.Errorf("%s: the footer has %d characters", sheet, units)
		}
	}
}

// checkCells asserts that the cells of a sheet stand in order, within its dimension, in styles that there are, and that no
// text is too long. It gives how many shared strings it uses.
func (p *parts) checkCells(sheet string) (shared int) {
	p.t.Helper()
	root := p.sheet(sheet)
	styles := len(p.root("xl/styles.xml").find("cellXfs", "xf"))
	used := area{left: excelize.MaxColumns, top: excelize.TotalRows}
	line := 0
	for _, row := range root.find("sheetData", "row") {
		height, err := strconv.ParseFloat(row.attr("ht"), 64)
		if row.whole("r") <= line || row.attr("s") != "" && row.whole("s") >= styles || err == nil && (height <= 0 || height > 409) {
			p.t.Errorf("%s: row %s after %d, style %s, %s high", sheet, row.attr("r"), line, row.attr("s"), row.attr("ht"))
		}
		line = row.whole("r")
		column := 0
		for _, c := range row.find("c") {
			a, err := areaOf(c.attr("r"))
			must(p.t, err)
			if a.top != line || a.left <= column || c.attr("s") != "" && (c.whole("s") < 0 || c.whole("s") >= styles) {
				p.t.Errorf("%s: cell %s in row %d after column %d, style %s of %d", sheet, c.attr("r"), line, column, c.attr("s"), styles)
			}
			column = a.left
			used = area{min(used.left, a.left), min(used.top, a.top), max(used.right, a.right), max(used.bottom, a.bottom)}
			if c.attr("t") == "s" {
				shared++
			}
			p.checkText(sheet, c)
		}
	}
	for _, dimension := range root.find("dimension") { // a sheet need not say it
		said, err := areaOf(dimension.attr("ref"))
		if err != nil || !said.contains(used) || said.right != used.right || said.bottom != max(used.bottom, line) {
			p.t.Errorf("%s: the dimension is %+v, and the cells are in %+v: %v", sheet, said, used, err)
		}
	}
	return shared
}

// checkText asserts that a cell keeps its spaces, and what it may hold.
func (p *parts) checkText(sheet string, c element) {
	p.t.Helper()
	switch kind := c.attr("t"); {
	case !slices.Contains([]string{"", "n", "s", "inlineStr"}, kind):
		p.t.Errorf("%s: %s is of kind %q", sheet, c.attr("r"), kind)
	case len(c.find("f")) > 0:
		p.t.Errorf("%s: %s is a formula", sheet, c.attr("r"))
	case kind != "inlineStr":
		return
	}
	for _, text := range c.find("is", "t") {
		if units := len(utf16.Encode([]rune(readAsExcel(text.Text)))); units > cellLimit {
			p.t.Errorf("%s: %s has %d units", sheet, c.attr("r"), units)
		}
		if strings.Trim(text.Text, " \t\r\n") != text.Text && text.attr("space") != "preserve" {
			p.t.Errorf("%s: %s loses its spaces", sheet, c.attr("r"))
		}
	}
}

// escape is how a workbook writes a character that XML cannot have.
var escape = regexp.MustCompile(`_x[0-9a-fA-F]{4}_`)

// readAsExcel counts an escape as the character that it is.
func readAsExcel(text string) string { return escape.ReplaceAllString(text, "?") }

// checkShared asserts that the table of shared strings says how many there are, and that all are used.
func (p *parts) checkShared(used int) {
	p.t.Helper()
	if _, ok := p.data["xl/sharedStrings.xml"]; !ok {
		return
	}
	sst := p.root("xl/sharedStrings.xml")
	if n := len(sst.find("si")); sst.whole("uniqueCount") != n {
		p.t.Errorf("%s strings are said to be shared, and %d are", sst.attr("uniqueCount"), n)
	}
	// The library counts a string that is used twice once; nobody reads that number.
	if n := sst.whole("count"); n < sst.whole("uniqueCount") || n > used {
		p.t.Errorf("%d uses of shared strings are said, and there are %d", n, used)
	}
}

// checkStyles asserts that a style is made of what there is.
func (p *parts) checkStyles() {
	p.t.Helper()
	styles := p.root("xl/styles.xml")
	formats := map[int]bool{}
	for _, f := range styles.find("numFmts", "numFmt") {
		formats[f.whole("numFmtId")] = true
	}
	for _, kind := range []string{"fonts", "fills", "borders", "cellXfs", "cellStyleXfs", "dxfs", "numFmts"} {
		for _, list := range styles.find(kind) {
			if n := len(list.Within); list.attr("count") != strconv.Itoa(n) {
				p.t.Errorf("%s %s are said, and there are %d", list.attr("count"), kind, n)
			}
		}
	}
	fonts, fills, borders := len(styles.find("fonts", "font")), len(styles.find("fills", "fill")), len(styles.find("borders", "border"))
	for i, xf := range styles.find("cellXfs", "xf") {
		const custom = 164
		format := max(xf.whole("numFmtId"), 0)
		if xf.whole("fontId") >= fonts || xf.whole("fillId") >= fills || xf.whole("borderId") >= borders || format >= custom && !formats[format] {
			p.t.Errorf("style %d is made of what is not there: %+v", i, xf.Attrs)
		}
	}
}

// checkSigned asserts that the workbook says what it is of, and who has made it and when.
func (p *parts) checkSigned(run journal.Run) {
	p.t.Helper()
	core := p.root("docProps/core.xml")
	said := func(name string) string {
		found := core.find(name)
		if len(found) != 1 {
			p.t.Errorf("docProps say %d times what is their %s", len(found), name)
			return ""
		}
		return found[0].Text
	}
	equal(p.t, "docProps", []string{said("creator"), said("lastModifiedBy"), said("identifier")}, []string{maker, maker, run.ID})
	for _, name := range []string{"created", "modified"} {
		if _, err := time.Parse(time.RFC3339, said(name)); err != nil {
			p.t.Errorf("docProps: %v", err)
		}
	}
	equal(p.t, "application", p.root("docProps/app.xml").find("Application")[0].Text, maker)
}

// TestStructureOfOtherWorkbooks asserts the same of what else a clerk opens.
func TestStructureOfOtherWorkbooks(t *testing.T) {
	for name, write := range map[string]func(path string) error{
		"check": func(path string) error { _, err := WriteControl(path, sampleControl()); return err },
		"isee": func(path string) error {
			_, err := WriteIsee(path, isee(t, []journal.Voucher{daysAgo(t, "A", "Prenotata", 80)}))
			return err
		},
		"template": func(path string) error { return WriteTemplate(path, "") },
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), name+".xlsx")
			must(t, write(path))
			p := partsOf(t, path)
			p.checkArchive()
			p.checkBook()
		})
	}
}
