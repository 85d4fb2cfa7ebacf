package booktest

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

// Parts are the parts of a workbook as they stand in its archive: no library has put anything right in them.
type Parts struct {
	t     *testing.T
	names []string // in the order of the archive, twice where they are there twice
	data  map[string][]byte
	roots map[string]Element // of the parts that were read
}

func PartsOf(t *testing.T, file string) *Parts {
	t.Helper()
	archive, err := zip.OpenReader(file)
	Must(t, err)
	defer archive.Close()
	p := &Parts{t: t, data: map[string][]byte{}, roots: map[string]Element{}}
	for _, f := range archive.File {
		part, err := f.Open()
		Must(t, err)
		data, err := io.ReadAll(part)
		Must(t, err)
		Must(t, part.Close())
		p.names = append(p.names, f.Name)
		p.data[f.Name] = data
	}
	return p
}

// Element is an element of a part and all that is within it.
type Element struct {
	XMLName xml.Name
	Attrs   []xml.Attr `xml:",any,attr"`
	Text    string     `xml:",chardata"`
	Within  []Element  `xml:",any"`
}

// Root reads a part to its end.
func (p *Parts) Root(name string) Element {
	p.t.Helper()
	if e, ok := p.roots[name]; ok {
		return e
	}
	data, ok := p.data[name]
	if !ok {
		p.t.Fatalf("%s is missing", name)
	}
	var e Element
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
		Must(p.t, err)
		if text, ok := token.(xml.CharData); !ok || len(bytes.TrimSpace(text)) > 0 {
			p.t.Fatalf("%s goes on behind its root: %v", name, token)
		}
	}
}

// Attr is an attribute by its local name; "" = it has none.
func (e Element) Attr(name string) string {
	for _, a := range e.Attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// Whole is an attribute that is a number; -1 = it is none.
func (e Element) Whole(name string) int {
	n, err := strconv.Atoi(e.Attr(name))
	if err != nil {
		return -1
	}
	return n
}

// Find gives the elements below this one that lie on the way of names.
func (e Element) Find(way ...string) (found []Element) {
	for _, inner := range e.Within {
		if inner.XMLName.Local != way[0] {
			continue
		}
		if len(way) == 1 {
			found = append(found, inner)
			continue
		}
		found = append(found, inner.Find(way[1:]...)...)
	}
	return found
}

// All gives every element of a name, at any depth.
func (e Element) All(name string) (found []Element) {
	for _, inner := range e.Within {
		if inner.XMLName.Local == name {
			found = append(found, inner)
		}
		found = append(found, inner.All(name)...)
	}
	return found
}

// Texts is all text within an element.
func (e Element) Texts() string {
	var b strings.Builder
	b.WriteString(e.Text)
	for _, inner := range e.Within {
		b.WriteString(inner.Texts())
	}
	return b.String()
}

// relation is what a part says about another.
type relation struct{ id, kind, target string }

// relations are those of a part; "" = of the archive itself.
func (p *Parts) relations(part string) (found []relation) {
	name := path.Join(path.Dir(part), "_rels", path.Base(part)+".rels")
	if part == "" {
		name = "_rels/.rels"
	}
	if _, ok := p.data[name]; !ok {
		return nil
	}
	for _, r := range p.Root(name).Find("Relationship") {
		target := r.Attr("Target")
		switch {
		case r.Attr("TargetMode") == "External":
			continue
		case strings.HasPrefix(target, "/"):
			target = target[1:]
		default:
			target = path.Join(path.Dir(part), target)
		}
		found = append(found, relation{r.Attr("Id"), path.Base(r.Attr("Type")), target})
	}
	return found
}

// Related are the parts of a kind that a part speaks of.
func (p *Parts) Related(part, kind string) (found []string) {
	for _, r := range p.relations(part) {
		if r.kind == kind {
			found = append(found, r.target)
		}
	}
	return found
}

const workbookPart = "xl/workbook.xml"

// Sheets are the names of the sheets in their order.
func (p *Parts) Sheets() (names []string) {
	for _, s := range p.Root(workbookPart).Find("sheets", "sheet") {
		names = append(names, s.Attr("name"))
	}
	return names
}

// PartOf is the part of a sheet.
func (p *Parts) PartOf(sheet string) string {
	p.t.Helper()
	for _, s := range p.Root(workbookPart).Find("sheets", "sheet") {
		if s.Attr("name") != sheet {
			continue
		}
		relations := p.relations(workbookPart)
		if i := slices.IndexFunc(relations, func(r relation) bool { return r.id == s.Attr("id") }); i >= 0 {
			return relations[i].target
		}
	}
	p.t.Fatalf("there is no sheet %q", sheet)
	return ""
}

func (p *Parts) Sheet(name string) Element { return p.Root(p.PartOf(name)) }

// Cell is a cell as a part has it.
type Cell struct{ Kind, Value string }

// Values are the cells of a sheet by their names.
func (p *Parts) Values(sheet string) map[string]Cell {
	var shared []Element
	if _, ok := p.data["xl/sharedStrings.xml"]; ok {
		shared = p.Root("xl/sharedStrings.xml").Find("si")
	}
	found := map[string]Cell{}
	for _, c := range p.Sheet(sheet).Find("sheetData", "row", "c") {
		one := Cell{Kind: c.Attr("t")}
		for _, v := range slices.Concat(c.Find("v"), c.Find("is")) {
			one.Value = v.Texts()
		}
		if one.Kind == "s" {
			n, err := strconv.Atoi(one.Value)
			if err != nil || n < 0 || n >= len(shared) {
				p.t.Errorf("%s: %s has shared string %q", sheet, c.Attr("r"), one.Value)
				continue
			}
			one.Value = shared[n].Texts()
		}
		found[c.Attr("r")] = one
	}
	return found
}

// Used is the area from A1 to the last column and row of a sheet.
func (p *Parts) Used(sheet string) Area {
	p.t.Helper()
	a := Area{1, 1, 1, 1}
	for _, row := range p.Sheet(sheet).Find("sheetData", "row") {
		a.Bottom = max(a.Bottom, row.Whole("r"))
		for _, c := range row.Find("c") {
			one, err := AreaOf(c.Attr("r"))
			Must(p.t, err)
			a.Right = max(a.Right, one.Right)
		}
	}
	return a
}

// Area is a range of cells, from 1.
type Area struct{ Left, Top, Right, Bottom int }

// AreaOf reads "A1:B2", "$A$1:$B$2" or "A1".
func AreaOf(reference string) (a Area, err error) {
	first, last, ok := strings.Cut(strings.ReplaceAll(reference, "$", ""), ":")
	if !ok {
		last = first
	}
	if a.Left, a.Top, err = excelize.CellNameToCoordinates(first); err != nil {
		return a, err
	}
	if a.Right, a.Bottom, err = excelize.CellNameToCoordinates(last); err != nil {
		return a, err
	}
	if a.Right < a.Left || a.Bottom < a.Top {
		err = fmt.Errorf("%s goes backwards", reference)
	}
	return a, err
}

func (a Area) Contains(b Area) bool {
	return a.Left <= b.Left && a.Top <= b.Top && b.Right <= a.Right && b.Bottom <= a.Bottom
}

func (a Area) Meets(b Area) bool {
	return a.Left <= b.Right && b.Left <= a.Right && a.Top <= b.Bottom && b.Top <= a.Bottom
}

// Cells are the names of the cells of an area, line by line.
func (a Area) Cells(t *testing.T) (names []string) {
	t.Helper()
	for line := a.Top; line <= a.Bottom; line++ {
		for column := a.Left; column <= a.Right; column++ {
			name, err := excelize.CoordinatesToCellName(column, line)
			Must(t, err)
			names = append(names, name)
		}
	}
	return names
}
