package booktest

import (
	"archive/zip"
	"encoding/xml"
	"fmt"
	"io"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"
)

// CheckBook asserts what is to be said of any workbook of ours, whatever it is for.
func (p *Parts) CheckBook() {
	p.t.Helper()
	p.checkSheets()
	p.checkStyles()
	p.checkNames()
	p.checkTables()
	strings := 0
	for _, sheet := range p.Sheets() {
		p.checkOrder(sheet)
		p.checkFrame(sheet)
		strings += p.checkCells(sheet)
		p.checkNotes(sheet)
	}
	p.checkShared(strings)
}

// CheckArchive asserts that every part exists once and has a type, and that no part refers to a missing one.
func (p *Parts) CheckArchive() {
	p.t.Helper()
	seen := map[string]bool{}
	for _, name := range p.names {
		if key := strings.ToLower(name); seen[key] || strings.HasPrefix(name, "/") || strings.Contains(name, `\`) {
			p.t.Errorf("the archive has a part %q, once more or by a wrong name", name)
		}
		seen[strings.ToLower(name)] = true
	}
	types := p.Root("[Content_Types].xml")
	byEnding, byName := map[string]string{}, map[string]string{}
	for _, d := range types.Find("Default") {
		byEnding[strings.ToLower(d.Attr("Extension"))] = d.Attr("ContentType")
	}
	for _, o := range types.Find("Override") {
		name := strings.TrimPrefix(o.Attr("PartName"), "/")
		if _, ok := p.data[name]; !ok || byName[name] != "" {
			p.t.Errorf("a type is given to %q, which is not there, or has one", name)
		}
		byName[name] = o.Attr("ContentType")
	}
	for _, name := range p.names {
		if name != "[Content_Types].xml" && byName[name] == "" && byEnding[strings.TrimPrefix(path.Ext(name), ".")] == "" {
			p.t.Errorf("%s has no type", name)
		}
		if strings.HasSuffix(name, ".xml") && !strings.HasSuffix(name, ".rels") && name != "[Content_Types].xml" && byName[name] == "" {
			p.t.Errorf("%s has the type of any XML", name)
		}
		p.Root(name) // well-formed to its end
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
			for _, user := range p.Root(name).All(e) {
				if id := user.Attr("id"); user.XMLName.Space != "" && strings.HasPrefix(id, "rId") && !ids[id] {
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

// checkSheets asserts that Excel accepts the names of the sheets, and that exactly one sheet is selected. With several
// selected, a clerk who types into one types into all of them.
func (p *Parts) checkSheets() {
	p.t.Helper()
	names, ids := map[string]bool{}, map[string]bool{}
	var front []string
	for _, s := range p.Root(workbookPart).Find("sheets", "sheet") {
		name := s.Attr("name")
		if units := len(utf16.Encode([]rune(name))); units < 1 || units > 31 || strings.ContainsAny(name, `[]:*?/\`) || strings.Trim(name, "'") != name || names[strings.ToLower(name)] {
			p.t.Errorf("a sheet is called %q", name)
		}
		if ids[s.Attr("sheetId")] {
			p.t.Errorf("two sheets have the ID %s", s.Attr("sheetId"))
		}
		names[strings.ToLower(name)], ids[s.Attr("sheetId")] = true, true
		for _, view := range p.Sheet(name).Find("sheetViews", "sheetView") {
			if selected := view.Attr("tabSelected"); selected == "1" || selected == "true" {
				front = append(front, name)
			}
		}
	}
	active := 0
	for _, view := range p.Root(workbookPart).Find("bookViews", "workbookView") {
		active = max(active, view.Whole("activeTab"))
	}
	if len(front) != 1 || front[0] != p.Sheets()[active] || active != 0 {
		p.t.Errorf("in front are %q, and the active sheet is the one of index %d", front, active)
	}
}

// checkOrder asserts that the elements of a sheet stand in the order of the schema.
func (p *Parts) checkOrder(sheet string) {
	p.t.Helper()
	last := -1
	for _, e := range p.Sheet(sheet).Within {
		place := slices.Index(sheetSchema(), e.XMLName.Local)
		if place <= last {
			p.t.Errorf("%s: element %s has its place before the one above it, or none", sheet, e.XMLName.Local)
		}
		last = place
	}
}

// checkFrame asserts what stands around the cells of a sheet: columns, panes, merged cells, footer.
func (p *Parts) checkFrame(sheet string) {
	p.t.Helper()
	root := p.Sheet(sheet)
	last := 0
	for _, c := range root.Find("cols", "col") {
		width, err := strconv.ParseFloat(c.Attr("width"), 64)
		if c.Whole("min") <= last || c.Whole("max") < c.Whole("min") || c.Whole("max") > excelize.MaxColumns || err != nil || width <= 0 || width > 255 {
			p.t.Errorf("%s: columns %s to %s are %s wide", sheet, c.Attr("min"), c.Attr("max"), c.Attr("width"))
		}
		last = c.Whole("max")
	}
	for _, pane := range root.Find("sheetViews", "sheetView", "pane") {
		want, err := excelize.CoordinatesToCellName(max(pane.Whole("xSplit"), 0)+1, max(pane.Whole("ySplit"), 0)+1)
		Must(p.t, err)
		if pane.Attr("topLeftCell") != want || pane.Attr("state") != "frozen" {
			p.t.Errorf("%s: the pane begins in %s, want %s", sheet, pane.Attr("topLeftCell"), want)
		}
	}
	var areas []Area
	for _, merged := range root.Find("mergeCells", "mergeCell") {
		a, err := AreaOf(merged.Attr("ref"))
		Must(p.t, err)
		if slices.ContainsFunc(areas, a.Meets) || a.Left == a.Right && a.Top == a.Bottom {
			p.t.Errorf("%s: %s is merged twice, or one cell", sheet, merged.Attr("ref"))
		}
		areas = append(areas, a)
	}
	for _, merges := range root.Find("mergeCells") {
		if n := merges.Whole("count"); n != len(areas) {
			p.t.Errorf("%s says that %d areas are merged, which are %d", sheet, n, len(areas))
		}
	}
	for _, footer := range root.Find("headerFooter", "oddFooter") {
		if units := len(utf16.Encode([]rune(footer.Text))); units > 255 {
			p.t.Errorf("%s: the footer has %d characters", sheet, units)
		}
	}
}

// checkCells asserts that the cells of a sheet stand in order, within its dimension, in styles that there are, and that no
// text is too long. It gives how many shared strings it uses.
func (p *Parts) checkCells(sheet string) (shared int) {
	p.t.Helper()
	root := p.Sheet(sheet)
	styles := len(p.Root("xl/styles.xml").Find("cellXfs", "xf"))
	used := Area{Left: excelize.MaxColumns, Top: excelize.TotalRows}
	line := 0
	for _, row := range root.Find("sheetData", "row") {
		height, err := strconv.ParseFloat(row.Attr("ht"), 64)
		if row.Whole("r") <= line || row.Attr("s") != "" && row.Whole("s") >= styles || err == nil && (height <= 0 || height > 409) {
			p.t.Errorf("%s: row %s after %d, style %s, %s high", sheet, row.Attr("r"), line, row.Attr("s"), row.Attr("ht"))
		}
		line = row.Whole("r")
		column := 0
		for _, c := range row.Find("c") {
			a, err := AreaOf(c.Attr("r"))
			Must(p.t, err)
			if a.Top != line || a.Left <= column || c.Attr("s") != "" && (c.Whole("s") < 0 || c.Whole("s") >= styles) {
				p.t.Errorf("%s: cell %s in row %d after column %d, style %s of %d", sheet, c.Attr("r"), line, column, c.Attr("s"), styles)
			}
			column = a.Left
			used = Area{min(used.Left, a.Left), min(used.Top, a.Top), max(used.Right, a.Right), max(used.Bottom, a.Bottom)}
			if c.Attr("t") == "s" {
				shared++
			}
			p.checkText(sheet, c)
		}
	}
	for _, dimension := range root.Find("dimension") { // a sheet need not say it
		said, err := AreaOf(dimension.Attr("ref"))
		if err != nil || !said.Contains(used) || said.Right != used.Right || said.Bottom != max(used.Bottom, line) {
			p.t.Errorf("%s: the dimension is %+v, and the cells are in %+v: %v", sheet, said, used, err)
		}
	}
	return shared
}

// cellUnits is how many UTF-16 units Excel takes in a cell.
const cellUnits = 32767

// checkText asserts that a cell keeps its spaces, and what it may hold.
func (p *Parts) checkText(sheet string, c Element) {
	p.t.Helper()
	switch kind := c.Attr("t"); {
	case !slices.Contains([]string{"", "n", "s", "inlineStr"}, kind):
		p.t.Errorf("%s: %s is of kind %q", sheet, c.Attr("r"), kind)
	case len(c.Find("f")) > 0:
		p.t.Errorf("%s: %s is a formula", sheet, c.Attr("r"))
	case kind != "inlineStr":
		return
	}
	for _, text := range c.Find("is", "t") {
		if units := len(utf16.Encode([]rune(readAsExcel(text.Text)))); units > cellUnits {
			p.t.Errorf("%s: %s has %d units", sheet, c.Attr("r"), units)
		}
		if strings.Trim(text.Text, " \t\r\n") != text.Text && text.Attr("space") != "preserve" {
			p.t.Errorf("%s: %s loses its spaces", sheet, c.Attr("r"))
		}
	}
}

// escape is how a workbook writes a character that XML cannot have.
var escape = regexp.MustCompile(`_x[0-9a-fA-F]{4}_`)

// readAsExcel counts an escape as the character that it is.
func readAsExcel(text string) string { return escape.ReplaceAllString(text, "?") }

// checkShared asserts that the table of shared strings says how many there are, and that all are used.
func (p *Parts) checkShared(used int) {
	p.t.Helper()
	if _, ok := p.data["xl/sharedStrings.xml"]; !ok {
		return
	}
	sst := p.Root("xl/sharedStrings.xml")
	if n := len(sst.Find("si")); sst.Whole("uniqueCount") != n {
		p.t.Errorf("%s strings are said to be shared, and %d are", sst.Attr("uniqueCount"), n)
	}
	// The library counts a string that is used twice once; nobody reads that number.
	if n := sst.Whole("count"); n < sst.Whole("uniqueCount") || n > used {
		p.t.Errorf("%d uses of shared strings are said, and there are %d", n, used)
	}
}

// checkStyles asserts that a style is made of what there is.
func (p *Parts) checkStyles() {
	p.t.Helper()
	styles := p.Root("xl/styles.xml")
	formats := map[int]bool{}
	for _, f := range styles.Find("numFmts", "numFmt") {
		formats[f.Whole("numFmtId")] = true
	}
	for _, kind := range []string{"fonts", "fills", "borders", "cellXfs", "cellStyleXfs", "dxfs", "numFmts"} {
		for _, list := range styles.Find(kind) {
			if n := len(list.Within); list.Attr("count") != strconv.Itoa(n) {
				p.t.Errorf("%s %s are said, and there are %d", list.Attr("count"), kind, n)
			}
		}
	}
	fonts, fills, borders := len(styles.Find("fonts", "font")), len(styles.Find("fills", "fill")), len(styles.Find("borders", "border"))
	for i, xf := range styles.Find("cellXfs", "xf") {
		const custom = 164
		format := max(xf.Whole("numFmtId"), 0)
		if xf.Whole("fontId") >= fonts || xf.Whole("fillId") >= fills || xf.Whole("borderId") >= borders || format >= custom && !formats[format] {
			p.t.Errorf("style %d is made of what is not there: %+v", i, xf.Attrs)
		}
	}
}

// elementsOf gives the elements of a sheet in their order, without what is within them, and its rows.
func elementsOf(t *testing.T, path string, id int) (elements []string, rows int) {
	t.Helper()
	archive, err := zip.OpenReader(path)
	Must(t, err)
	defer archive.Close()
	part, err := archive.Open(fmt.Sprintf("xl/worksheets/sheet%d.xml", id))
	Must(t, err)
	defer part.Close()
	depth := 0
	for d := xml.NewDecoder(part); ; {
		token, err := d.Token()
		if err == io.EOF {
			return elements, rows
		}
		Must(t, err)
		switch token := token.(type) {
		case xml.StartElement:
			if depth++; depth == 2 {
				elements = append(elements, token.Name.Local)
			}
			if token.Name.Local == "row" {
				rows++
			}
			for _, a := range token.Attr {
				if a.Name.Local == "filterMode" {
					t.Errorf("sheet %d says that it is filtered", id)
				}
			}
		case xml.EndElement:
			depth--
		}
	}
}

// sheetSchema are the elements that a sheet may have, in their order.
func sheetSchema() []string {
	return strings.Fields(`sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr sheetProtection protectedRanges scenarios autoFilter
		sortState dataConsolidate customSheetViews mergeCells phoneticPr conditionalFormatting dataValidations hyperlinks printOptions pageMargins pageSetup
		headerFooter rowBreaks colBreaks customProperties cellWatches ignoredErrors smartTags drawing legacyDrawing legacyDrawingHF picture oleObjects
		controls webPublishItems tableParts extLst`)
}

// CheckElements asserts that a sheet has its elements in the order that Excel asks for, those that it needs, and so many rows.
func CheckElements(t *testing.T, path string, id, rows int, needs string) {
	t.Helper()
	elements, got := elementsOf(t, path, id)
	Equal(t, "rows", got, rows)
	place := -1
	for _, element := range elements {
		next := slices.Index(sheetSchema(), element)
		if next <= place {
			t.Errorf("element %s has its place before the one above it: %q", element, elements)
		}
		place = next
	}
	for _, element := range strings.Fields(needs) {
		if !slices.Contains(elements, element) {
			t.Errorf("element %s is missing: %q", element, elements)
		}
	}
}
