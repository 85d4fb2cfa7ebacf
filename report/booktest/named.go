package booktest

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// checkTables asserts that a table and its sheet say the same: Excel removes one whose names are not those of its header.
func (p *Parts) checkTables() {
	p.t.Helper()
	names, ids := map[string]bool{}, map[string]bool{}
	for _, sheet := range p.Sheets() {
		tables := p.Related(p.PartOf(sheet), "table")
		if uses := p.Sheet(sheet).Find("tableParts", "tablePart"); len(uses) != len(tables) {
			p.t.Errorf("%s uses %d tables of %q", sheet, len(uses), tables)
		}
		for _, part := range tables {
			table := p.Root(part)
			name := table.Attr("displayName")
			if names[strings.ToLower(name)] || ids[table.Attr("id")] || !tableName.MatchString(name) || isCell.MatchString(name) || table.Attr("name") != name {
				p.t.Errorf("%s has a table %q, %q, of ID %s", sheet, name, table.Attr("name"), table.Attr("id"))
			}
			names[strings.ToLower(name)], ids[table.Attr("id")] = true, true
			p.checkTable(sheet, table)
		}
	}
	for _, defined := range p.Root(workbookPart).Find("definedNames", "definedName") {
		if names[strings.ToLower(defined.Attr("name"))] {
			p.t.Errorf("a table is called as the name %q", defined.Attr("name"))
		}
	}
}

var (
	tableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.]{0,254}$`)
	isCell    = regexp.MustCompile(`^([A-Za-z]{1,3}[0-9]+|[RrCc])$`)
)

func (p *Parts) checkTable(sheet string, table Element) {
	p.t.Helper()
	reference := table.Attr("ref")
	for _, filter := range table.Find("autoFilter") {
		if filter.Attr("ref") != reference {
			p.t.Errorf("%s: the table is %s, and its filter %s", sheet, reference, filter.Attr("ref"))
		}
	}
	if filters := p.Sheet(sheet).Find("autoFilter"); len(filters) > 0 {
		p.t.Errorf("%s has a table, and a filter beside it", sheet)
	}
	used, err := AreaOf(reference)
	Must(p.t, err)
	if used != p.Used(sheet) {
		p.t.Errorf("%s: the table is %s, and the sheet %+v", sheet, reference, p.Used(sheet))
	}
	if used.Bottom == used.Top {
		p.t.Errorf("%s: the table %s has no row", sheet, reference)
	}
	columns := table.Find("tableColumns", "tableColumn")
	if n := used.Right - used.Left + 1; len(columns) != n || table.Find("tableColumns")[0].Whole("count") != n {
		p.t.Errorf("%s: the table %s has %d columns", sheet, reference, len(columns))
	}
	there := p.Values(sheet)
	used.Bottom = used.Top
	seen := map[string]bool{}
	for i, cell := range used.Cells(p.t) {
		if i >= len(columns) {
			break
		}
		name := columns[i].Attr("name")
		if there[cell].Value != name || there[cell].Kind != "s" && there[cell].Kind != "inlineStr" || seen[strings.ToLower(name)] || name == "" {
			p.t.Errorf("%s: column %d of the table is called %q, and %s says %q (%s)", sheet, i+1, name, cell, there[cell].Value, there[cell].Kind)
		}
		if columns[i].Whole("id") != i+1 {
			p.t.Errorf("%s: column %d of the table has the ID %s", sheet, i+1, columns[i].Attr("id"))
		}
		seen[strings.ToLower(name)] = true
	}
	for _, merged := range p.Sheet(sheet).Find("mergeCells", "mergeCell") {
		p.t.Errorf("%s: %s is merged in a sheet with a table", sheet, merged.Attr("ref"))
	}
}

// checkNames asserts that the names of the workbook are of a sheet that there is, and of cells within it.
func (p *Parts) checkNames() {
	p.t.Helper()
	sheets := p.Sheets()
	seen := map[string]bool{}
	filters := map[string]string{}
	for _, defined := range p.Root(workbookPart).Find("definedNames", "definedName") {
		name, place := defined.Attr("name"), defined.Whole("localSheetId")
		if place < 0 || place >= len(sheets) || seen[name+defined.Attr("localSheetId")] {
			p.t.Errorf("%s is of sheet %s, or twice", name, defined.Attr("localSheetId"))
			continue
		}
		seen[name+defined.Attr("localSheetId")] = true
		sheet := sheets[place]
		cells, ok := strings.CutPrefix(defined.Text, "'"+strings.ReplaceAll(sheet, "'", "''")+"'!")
		if !ok && regexp.MustCompile(`^[A-Za-z_]+$`).MatchString(sheet) { // a plain name needs no quotes
			cells, ok = strings.CutPrefix(defined.Text, sheet+"!")
		}
		if !ok {
			p.t.Errorf("%s of %q is %s", name, sheet, defined.Text)
			continue
		}
		switch name {
		case "_xlnm.Print_Titles":
			if cells != "$1:$1" {
				p.t.Errorf("on every page of %s is %s", sheet, cells)
			}
			continue
		case "_xlnm._FilterDatabase":
			filters[sheet] = strings.ReplaceAll(cells, "$", "")
		case "_xlnm.Print_Area":
		default:
			p.t.Errorf("a name that nobody needs: %s", name)
		}
		a, err := AreaOf(cells)
		if used := p.Used(sheet); err != nil || !used.Contains(a) || a.Top != 1 || a.Bottom != used.Bottom || strings.Count(cells, "$") != 4 {
			p.t.Errorf("%s of %s is %s, and the sheet %+v: %v", name, sheet, cells, used, err)
		}
	}
	for _, sheet := range sheets { // a filter has its name, and a table has none
		want := ""
		for _, filter := range p.Sheet(sheet).Find("autoFilter") {
			want = strings.ReplaceAll(filter.Attr("ref"), "$", "") // the library writes them, and Excel has always taken them
		}
		if filters[sheet] != want {
			p.t.Errorf("%s is filtered in %q, and the name says %q", sheet, want, filters[sheet])
		}
	}
	if calc := slices.ContainsFunc(p.names, func(name string) bool { return strings.HasSuffix(name, "calcChain.xml") }); calc {
		p.t.Error("there is a chain of formulas " + strconv.FormatBool(calc))
	}
}
