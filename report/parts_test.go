package report

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// parts are the parts of a workbook as they stand in its archive: no library has put anything right in them.
type parts struct {
	t     *testing.T
	names []string // in the order of the archive, twice where they are there twice
	data  map[string][]byte
	roots map[string]element // of the parts that were read
}

func partsOf(t *testing.T, file string) *parts {
	t.Helper()
	archive, err := zip.OpenReader(file)
	must(t, err)
	defer archive.Close()
	p := &parts{t: t, data: map[string][]byte{}, roots: map[string]element{}}
	for _, f := range archive.File {
		part, err := f.Open()
		must(t, err)
		data, err := io.ReadAll(part)
		must(t, err)
		must(t, part.Close())
		p.names = append(p.names, f.Name)
		p.data[f.Name] = data
	}
	return p
}

// element is an element of a part and all that is within it.
type element struct {
	XMLName xml.Name
	Attrs   []xml.Attr `xml:",any,attr"`
	Text    string     `xml:",chardata"`
	Within  []element  `xml:",any"`
}

// root reads a part to its end.
func (p *parts) root(name string) element {
	p.t.Helper()
	if e, ok := p.roots[name]; ok {
		return e
	}
	data, ok := p.data[name]
	if !ok {
		p.t.Fatalf("%s is missing", name)
	}
	var e element
	d := xml.NewDecoder(bytes.NewReader(data))
	if err := d.Decode(&e); err != nil {
		p.t.Fatalf("%s: %v", name, err)
	}
	for {
		token, err := d.Token()
		if err == io.EOF {
			p.roots[name] = e
			return e
		}
		must(p.t, err)
		if text, ok := token.(xml.CharData); !ok || len(bytes.TrimSpace(text)) > 0 {
			p.t.Fatalf("%s goes on behind its root: %v", name, token)
		}
	}
}

// attr is an attribute by its local name; "" = it has none.
func (e element) attr(name string) string {
	for _, a := range e.Attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// whole is an attribute that is a number; -1 = it is none.
func (e element) whole(name string) int {
	n, err := strconv.Atoi(e.attr(name))
	if err != nil {
		return -1
	}
	return n
}

// find gives the elements below this one that lie on the way of names.
func (e element) find(way ...string) (found []element) {
	for _, inner := range e.Within {
		if inner.XMLName.Local != way[0] {
			continue
		}
		if len(way) == 1 {
			found = append(found, inner)
			continue
		}
		found = append(found, inner.find(way[1:]...)...)
	}
	return found
}

// all gives every element of a name, at any depth.
func (e element) all(name string) (found []element) {
	for _, inner := range e.Within {
		if inner.XMLName.Local == name {
			found = append(found, inner)
		}
		found = append(found, inner.all(name)...)
	}
	return found
}

// texts is all text within an element.
func (e element) texts() string {
	var b strings.Builder
	b.WriteString(e.Text)
	for _, inner := range e.Within {
		b.WriteString(inner.texts())
	}
	return b.String()
}

// relation is what a part says about another.
type relation struct{ id, kind, target string }

// relations are those of a part; "" = of the archive itself.
func (p *parts) relations(part string) (found []relation) {
	name := path.Join(path.Dir(part), "_rels", path.Base(part)+".rels")
	if part == "" {
		name = "_rels/.rels"
	}
	if _, ok := p.data[name]; !ok {
		return nil
	}
	for _, r := range p.root(name).find("Relationship") {
		target := r.attr("Target")
		switch {
		case r.attr("TargetMode") == "External":
			continue
		case strings.HasPrefix(target, "/"):
			target = target[1:]
		default:
			target = path.Join(path.Dir(part), target)
		}
		found = append(found, relation{r.attr("Id"), path.Base(r.attr("Type")), target})
	}
	return found
}

// related are the parts of a kind that a part speaks of.
func (p *parts) related(part, kind string) (found []string) {
	for _, r := range p.relations(part) {
		if r.kind == kind {
			found = append(found, r.target)
		}
	}
	return found
}

const workbookPart = "xl/workbook.xml"

// sheets are the names of the sheets in their order.
func (p *parts) sheets() (names []string) {
	for _, s := range p.root(workbookPart).find("sheets", "sheet") {
		names = append(names, s.attr("name"))
	}
	return names
}

// partOf is the part of a sheet.
func (p *parts) partOf(sheet string) string {
	p.t.Helper()
	for _, s := range p.root(workbookPart).find("sheets", "sheet") {
		if s.attr("name") != sheet {
			continue
		}
		relations := p.relations(workbookPart)
		if i := slices.IndexFunc(relations, func(r relation) bool { return r.id == s.attr("id") }); i >= 0 {
			return relations[i].target
		}
	}
	p.t.Fatalf("there is no sheet %q", sheet)
	return ""
}

func (p *parts) sheet(name string) element { return p.root(p.partOf(name)) }

// cell is a cell as a part has it.
type cell struct{ kind, value string }

// values are the cells of a sheet by their names.
func (p *parts) values(sheet string) map[string]cell {
	var shared []element
	if _, ok := p.data["xl/sharedStrings.xml"]; ok {
		shared = p.root("xl/sharedStrings.xml").find("si")
	}
	found := map[string]cell{}
	for _, c := range p.sheet(sheet).find("sheetData", "row", "c") {
		one := cell{kind: c.attr("t")}
		for _, v := range slices.Concat(c.find("v"), c.find("is")) {
			one.value = v.texts()
		}
		if one.kind == "s" {
			n, err := strconv.Atoi(one.value)
			if err != nil || n < 0 || n >= len(shared) {
				p.t.Errorf("%s: %s has shared string %q", sheet, c.attr("r"), one.value)
				continue
			}
			one.value = shared[n].texts()
		}
		found[c.attr("r")] = one
	}
	return found
}

// used is the area from A1 to the last column and row of a sheet.
func (p *parts) used(sheet string) area {
	p.t.Helper()
	a := area{1, 1, 1, 1}
	for _, row := range p.sheet(sheet).find("sheetData", "row") {
		a.bottom = max(a.bottom, row.whole("r"))
		for _, c := range row.find("c") {
			one, err := areaOf(c.attr("r"))
			must(p.t, err)
			a.right = max(a.right, one.right)
		}
	}
	return a
}

// area is a range of cells, from 1.
type area struct{ left, top, right, bottom int }

// areaOf reads "A1:B2", "$A$1:$B$2" or "A1".
func areaOf(reference string) (a area, err error) {
	first, last, ok := strings.Cut(strings.ReplaceAll(reference, "$", ""), ":")
	if !ok {
		last = first
	}
	if a.left, a.top, err = excelize.CellNameToCoordinates(first); err != nil {
		return a, err
	}
	if a.right, a.bottom, err = excelize.CellNameToCoordinates(last); err != nil {
		return a, err
	}
	if a.right < a.left || a.bottom < a.top {
		err = fmt.Errorf("%s goes backwards", reference)
	}
	return a, err
}

func (a area) contains(b area) bool {
	return a.left <= b.left && a.top <= b.top && b.right <= a.right && b.bottom <= a.bottom
}

func (a area) meets(b area) bool {
	return a.left <= b.right && b.left <= a.right && a.top <= b.bottom && b.top <= a.bottom
}

// cells are the names of the cells of an area, line by line.
func (a area) cells(t *testing.T) (names []string) {
	t.Helper()
	for line := a.top; line <= a.bottom; line++ {
		for column := a.left; column <= a.right; column++ {
			name, err := excelize.CoordinatesToCellName(column, line)
			must(t, err)
			names = append(names, name)
		}
	}
	return names
}
