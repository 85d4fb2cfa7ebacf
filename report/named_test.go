package report

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// checkTables asserts that a table and its sheet say the same: Excel removes one whose names are not those of its header.
func (p *parts) checkTables() {
	p.t.Helper()
	names, ids := map[string]bool{}, map[string]bool{}
	for _, sheet := range p.sheets() {
		tables := p.related(p.partOf(sheet), "table")
		if uses := p.sheet(sheet).find("tableParts", "tablePart"); len(uses) != len(tables) {
			p.t.Errorf("%s uses %d tables of %q", sheet, len(uses), tables)
		}
		for _, part := range tables {
			table := p.root(part)
			name := table.attr("displayName")
			if names[strings.ToLower(name)] || ids[table.attr("id")] || !tableName.MatchString(name) || isCell.MatchString(name) || table.attr("name") != name {
				p.t.Errorf("%s has a table %q, %q, of ID %s", sheet, name, table.attr("name"), table.attr("id"))
			}
			names[strings.ToLower(name)], ids[table.attr("id")] = true, true
			p.checkTable(sheet, table)
		}
	}
	for _, defined := range p.root(workbookPart).find("definedNames", "definedName") {
		if names[strings.ToLower(defined.attr("name"))] {
			p.t.Errorf("a table is called as the name %q", defined.attr("name"))
		}
	}
}

var (
	tableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.]{0,254}$`)
	isCell    = regexp.MustCompile(`^([A-Za-z]{1,3}[0-9]+|[RrCc])$`)
)

func (p *parts) checkTable(sheet string, table element) {
	p.t.Helper()
	reference := table.attr("ref")
	for _, filter := range table.find("autoFilter") {
		if filter.attr("ref") != reference {
			p.t.Errorf("%s: the table is %s, and its filter %s", sheet, reference, filter.attr("ref"))
		}
	}
	if filters := p.sheet(sheet).find("autoFilter"); len(filters) > 0 {
		p.t.Errorf("%s has a table, and a filter beside it", sheet)
	}
	used, err := areaOf(reference)
	must(p.t, err)
	if used != p.used(sheet) {
		p.t.Errorf("%s: the table is %s, and the sheet %+v", sheet, reference, p.used(sheet))
	}
	if used.bottom == used.top {
		p.t.Errorf("%s: the table %s has no row", sheet, reference)
	}
	columns := table.find("tableColumns", "tableColumn")
	if n := used.right - used.left + 1; len(columns) != n || table.find("tableColumns")[0].whole("count") != n {
		p.t.Errorf("%s: the table %s has %d columns", sheet, reference, len(columns))
	}
	there := p.values(sheet)
	used.bottom = used.top
	seen := map[string]bool{}
	for i, cell := range used.cells(p.t) {
		if i >= len(columns) {
			break
		}
		name := columns[i].attr("name")
		if there[cell].value != name || there[cell].kind != "s" && there[cell].kind != "inlineStr" || seen[strings.ToLower(name)] || name == "" {
			p.t.Errorf("%s: column %d of the table is called %q, and %s says %q (%s)", sheet, i+1, name, cell, there[cell].value, there[cell].kind)
		}
		if columns[i].whole("id") != i+1 {
			p.t.Errorf("%s: column %d of the table has the ID %s", sheet, i+1, columns[i].attr("id"))
		}
		seen[strings.ToLower(name)] = true
	}
	for _, merged := range p.sheet(sheet).find("mergeCells", "mergeCell") {
		p.t.Errorf("%s: %s is merged in a sheet with a table", sheet, merged.attr("ref"))
	}
}

// checkNames asserts that the names of the workbook are of a sheet that there is, and of cells within it.
func (p *parts) checkNames() {
	p.t.Helper()
	sheets := p.sheets()
	seen := map[string]bool{}
	filters := map[string]string{}
	for _, defined := range p.root(workbookPart).find("definedNames", "definedName") {
		name, place := defined.attr("name"), defined.whole("localSheetId")
		if place < 0 || place >= len(sheets) || seen[name+defined.attr("localSheetId")] {
			p.t.Errorf("%s is of sheet %s, or twice", name, defined.attr("localSheetId"))
			continue
		}
		seen[name+defined.attr("localSheetId")] = true
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
		a, err := areaOf(cells)
		if used := p.used(sheet); err != nil || !used.contains(a) || a.top != 1 || a.bottom != used.bottom || strings.Count(cells, "$") != 4 {
			p.t.Errorf("%s of %s is %s, and the sheet %+v: %v", name, sheet, cells, used, err)
		}
	}
	for _, sheet := range sheets { // a filter has its name, and a table has none
		want := ""
		for _, filter := range p.sheet(sheet).find("autoFilter") {
			want = strings.ReplaceAll(filter.attr("ref"), "$", "") // the library writes them, and Excel has always taken them
		}
		if filters[sheet] != want {
			p.t.Errorf("%s is filtered in %q, and the name says %q", sheet, want, filters[sheet])
		}
	}
	if calc := slices.ContainsFunc(p.names, func(name string) bool { return strings.HasSuffix(name, "calcChain.xml") }); calc {
		p.t.Error("there is a chain of formulas " + strconv.FormatBool(calc))
	}
}
