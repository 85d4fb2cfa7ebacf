package orderfile

import (
	"fmt"
	"strings"
	"testing"
)

// hostileTexts is a workbook whose only order takes its surname from the shared strings.
func hostileTexts(t *testing.T, strings string) []byte {
	return xlsxFile{sheet: worksheet(hostileHeader + `<row r="2"><c r="A2" t="str"><v>` + hostileCF + `</v></c><c r="B2" t="s"><v>1</v></c></row>`),
		strings: strings}.bytes(t)
}

// hostileStrings are lists of shared strings that are wrong, or wrong only in what they claim.
func hostileStrings(t *testing.T) []hostileCase {
	var cases []hostileCase
	list := func(name, inside string, surname *string, causes ...string) {
		c := hostileCase{name: name, content: hostileTexts(t, "<sst "+mainNS+inside+"</sst>"), causes: causes}
		if surname != nil {
			c.cells = [][]string{{hostileCF, *surname}}
		}
		cases = append(cases, c)
	}
	rossi, empty := "ROSSI", ""
	const first, second = "<si><t>a</t></si>", "<si><t>ROSSI</t></si>"

	list("nothing wrong", ">"+first+second, &rossi)
	for _, count := range []string{"0", "1", "99999999", "-1", "x"} {
		list("a count of "+count, ` count="`+count+`" uniqueCount="`+count+`">`+first+second, &rossi, "count")
	}
	list("an empty string", ">"+first+"<si/>", &empty)
	list("a string without text", ">"+first+"<si><phoneticPr/></si>", &empty)
	list("only phonetic text", ">"+first+"<si><rPh><t>ROSSI</t></rPh></si>", &empty)
	list("10,000 runs", ">"+first+"<si>"+strings.Repeat("<r><t>a</t></r>", 10_000)+"</si>", new(strings.Repeat("a", 10_000)))
	list("half an escaped character", ">"+first+"<si><t>_xD83D_</t></si>", new("_xD83D_"))
	list("escapes that are none", ">"+first+"<si><t>_x00_ _xZZZZ_ _x0041</t></si>", new("_x00_ _xZZZZ_ _x0041"))

	list("one string too few", ">"+first, nil, "shared string")
	list("no strings", ">", nil, "shared string")
	list("an open string", ">"+first+"<si><t>ROSSI</t>", nil, noXML...)
	list("an open text", ">"+first+"<si><t>ROSSI</si>", nil, noXML...)
	list("a string in a string", ">"+first+"<si><t>ROSSI</t><si><t>b</t></si></si>", nil, "damaged")
	list("a text whose name is spoilt", ">"+first+"<si><y>ROSSI</y></si>", nil, "where it cannot be")
	list("a text without a string", ">"+first+second+"<t>b</t>", nil, "where it cannot be")
	list("a string within phonetic text", ">"+first+"<si><t>ROSSI</t><rPh><si><t>b</t></si></rPh></si>", nil, "where it cannot be")
	list("an element in a text", ">"+first+"<si><t>ROS<b>SI</b></t></si>", nil, "damaged")
	list("text outside an element", ">"+first+"<si>ROSSI</si>", nil, "damaged")
	list("a NUL", ">"+first+"<si><t>ROS\x00SI</t></si>", nil, noXML...)
	list("invalid UTF-8", ">"+first+"<si><t>ROS\xe0SI</t></si>", nil, noXML...)
	list("a string that nobody uses and that is broken", ">"+first+second+"<si><t>&x;</t></si>", nil, noXML...)
	for _, root := range []string{"styleSheet", "SST", "x"} {
		cases = append(cases, hostileCase{name: "the root " + root, content: hostileTexts(t, "<"+root+">"+first+second+"</"+root+">"), causes: []string{"sharedStrings.xml is a"}})
	}
	cases = append(cases, hostileCase{name: "no list at all", content: hostileTexts(t, ""), causes: []string{"shared string"}},
		hostileCase{name: "text behind the list", content: hostileTexts(t, "<sst>"+first+second+"</sst>\x00"), causes: append(noXML, "after", "root")},
		hostileCase{name: "two lists", content: hostileTexts(t, "<sst>"+first+second+"</sst><sst/>"), causes: []string{"second root", "not well-formed"}})
	return cases
}

// hostileStyles spoil the formats: a date that turns into a number, or the reverse, is an altered value.
func hostileStyles(t *testing.T) []hostileCase {
	var cases []hostileCase
	styled := func(name, styles, format string, shown string, causes ...string) {
		c := hostileCase{name: name, causes: causes, content: xlsxFile{styles: styles, sheet: worksheet(hostileHeader +
			`<row r="2"><c r="A2" t="str"><v>` + hostileCF + `</v></c><c r="B2" s="` + format + `"><v>46101</v></c></row>`)}.bytes(t)}
		if shown != "" {
			c.cells = [][]string{{hostileCF, shown}}
		}
		cases = append(cases, c)
	}
	sheet := func(inside string) string { return "<styleSheet " + mainNS + ">" + inside + "</styleSheet>" }
	const date = `<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>`

	styled("nothing wrong", sheet(date), "1", "20/03/2026")
	styled("a number", sheet(date), "0", "46101")
	styled("a wrong count", sheet(strings.Replace(date, `"2"`, `"99"`, 1)), "1", "20/03/2026")
	styled("a code behind the formats", sheet(`<cellXfs><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs><numFmts><numFmt numFmtId="164" formatCode="d/m/yy"/></numFmts>`), "1", "20/03/2026")
	styled("a code with an open quote", sheet(`<numFmts><numFmt numFmtId="164" formatCode="&quot;d/m"/></numFmts><cellXfs><xf/><xf numFmtId="164"/></cellXfs>`), "1", "46101")
	styled("a code with an open bracket", sheet(`<numFmts><numFmt numFmtId="164" formatCode="[d/m"/></numFmts><cellXfs><xf/><xf numFmtId="164"/></cellXfs>`), "1", "46101", "format")
	styled("one format too few", sheet(date), "2", "", "format that does not exist")
	styled("no formats, and one is used", sheet(""), "1", "", "format that does not exist")
	styled("no formats, and the first one is used", sheet(""), "0", "46101")
	styled("no styles, and one is used", "", "1", "", "format that does not exist")
	styled("a code that is given twice", sheet(`<numFmts><numFmt numFmtId="164" formatCode="0"/><numFmt numFmtId="164" formatCode="d/m/yy"/></numFmts><cellXfs><xf/><xf numFmtId="164"/></cellXfs>`), "1", "", "twice", "damaged")
	styled("a code that is given twice and is the same", sheet(strings.Repeat(`<numFmts><numFmt numFmtId="164" formatCode="d/m/yy"/></numFmts>`, 2)+`<cellXfs><xf/><xf numFmtId="164"/></cellXfs>`), "1", "20/03/2026")
	styled("formats in a format", sheet(`<cellXfs><xf/><xf numFmtId="14"><cellXfs><xf/></cellXfs></xf></cellXfs>`), "1", "", "where it cannot be")
	styled("a format whose name is spoilt", sheet(`<cellXfs><yf/><xf numFmtId="14"/><xf/></cellXfs>`), "1", "", "where it cannot be")
	styled("a code that is not there", sheet(`<cellXfs><xf/><xf numFmtId="200"/></cellXfs>`), "1", "46101", "format")
	styled("formats twice", sheet(date+`<cellXfs><xf/></cellXfs>`), "1", "", "twice", "damaged")
	for _, root := range []string{"sst", "stylesheet", "x"} {
		styled("the root "+root, "<"+root+"/>", "0", "", "styles.xml is a")
	}
	styled("a NUL", sheet("<fonts>\x00</fonts>"+date), "0", "", noXML...)
	styled("an open element", sheet("<fonts>"+date), "0", "", append(noXML, "where it cannot be")...)
	styled("an entity", sheet("<fonts>&a;</fonts>"+date), "0", "", noXML...)
	return cases
}

// hostileRelationships spoil the arrows from part to part, and the list of sheets.
func hostileRelationships(t *testing.T) []hostileCase {
	var cases []hostileCase
	changed := func(name, part, old, text string, cells [][]string, causes ...string) {
		parts := hostileSheet("").parts()
		if !strings.Contains(parts[part], old) {
			t.Fatalf("%s: there is no %s in %s", name, old, part)
		}
		parts[part] = strings.Replace(parts[part], old, text, 1)
		cases = append(cases, hostileCase{name: name, content: zipped(t, parts), causes: causes, cells: cells})
	}
	const sheet, root, end = `Target="worksheets/sheet1.xml"`, `Target="xl/workbook.xml"`, "</Relationships>"

	changed("nothing wrong", arrowsPart, sheet, sheet, hostileRows)
	changed("an absolute target", arrowsPart, sheet, `Target="/xl/worksheets/sheet1.xml"`, hostileRows)
	changed("a target in other letters", arrowsPart, sheet, `Target="WORKSHEETS/Sheet1.XML"`, hostileRows)
	changed("a target by a detour", arrowsPart, sheet, `Target="./../xl/worksheets/../worksheets/sheet1.xml"`, hostileRows)
	changed("an external picture", arrowsPart, end, `<Relationship Id="x" Type="http://x/image" Target="http://127.0.0.1/" TargetMode="External"/>`+end, hostileRows)
	for name, target := range map[string]string{"empty": "", "outside": "../../../../etc/passwd", "absolute": "/etc/passwd", "a folder": "worksheets/",
		"a URL": "http://127.0.0.1/a.xml", "a file URL": "file:///etc/passwd", "blank": " ", "not there": "worksheets/sheet2.xml", "long": strings.Repeat("a/", 30_000)} {
		changed("target "+name, arrowsPart, sheet, `Target="`+target+`"`, nil, "missing", "too long")
		changed("workbook "+name, "_rels/.rels", root, `Target="`+target+`"`, nil, "missing", "without a workbook", "too long")
	}
	changed("no target", arrowsPart, sheet, "", nil, "missing")
	changed("an external sheet", arrowsPart, sheet, `Target="http://127.0.0.1/" TargetMode="External"`, nil, "missing")
	changed("an external workbook", "_rels/.rels", root, root+` TargetMode="External"`, nil, "without a workbook")
	changed("no workbook", "_rels/.rels", "/officeDocument\"", "/other\"", nil, "without a workbook")
	changed("the workbook is its own sheet", arrowsPart, sheet, `Target="workbook.xml"`, nil, "its part is a")
	changed("the arrows are the sheet", arrowsPart, sheet, `Target="_rels/workbook.xml.rels"`, nil, "its part is a")
	changed("the sheet is the workbook", "_rels/.rels", root, `Target="xl/worksheets/sheet1.xml"`, nil, "missing", "is a")
	changed("the arrows are the workbook", "_rels/.rels", root, `Target="_rels/.rels"`, nil, "missing", "is a")
	changed("strings in the sheet's part", arrowsPart, `"sharedStrings.xml"`, `"worksheets/sheet1.xml"`, nil, "is a")
	changed("styles in the strings' part", arrowsPart, `"/xl/styles.xml"`, `"sharedStrings.xml"`, nil, "is a")
	changed("styles nowhere", arrowsPart, `"/xl/styles.xml"`, `"nowhere.xml"`, nil, "missing")
	changed("strings nowhere", arrowsPart, `"sharedStrings.xml"`, `"nowhere.xml"`, nil, "missing")
	changed("an arrow of another kind", arrowsPart, `/worksheet"`, `/chartsheet"`, nil, "no sheet", "no visible sheet")
	changed("another id", arrowsPart, `Id="rId1"`, `Id="rId77"`, nil, "missing")
	changed("an id twice", arrowsPart, end, `<Relationship Id="rId1" Type="`+relNS+`/worksheet" Target="styles.xml"/>`+end, nil, "twice", "damaged")
	changed("strings twice", arrowsPart, end, `<Relationship Id="x" Type="`+relNS+`/sharedStrings" Target="sharedStrings.xml"/>`+end, nil, "twice", "damaged")
	changed("styles twice", arrowsPart, end, `<Relationship Id="x" Type="`+relNS+`/styles" Target="styles.xml"/>`+end, nil, "twice", "damaged")
	changed("workbook twice", "_rels/.rels", end, `<Relationship Id="x" Type="`+relNS+`/officeDocument" Target="xl/styles.xml"/>`+end, nil, "twice", "damaged")
	changed("an arrow in an arrow", arrowsPart, end, `<Relationship Id="x" Type="x" Target="x"><Relationship Id="y" Type="`+relNS+`/sharedStrings" Target="x"/></Relationship>`+end, nil, "where it cannot be")
	changed("arrows with another root", arrowsPart, "<Relationships", "<x/><Relationships", nil, "is a", "not well-formed")

	const entry = `<sheet name="Ordini" sheetId="1" r:id="rId1"/>`
	changed("no sheets", workbookPart, entry, "", nil, "no sheet", "no visible sheet")
	changed("no list of sheets", workbookPart, "<sheets>"+entry+"</sheets>", "", nil, "no sheet", "no visible sheet")
	changed("a sheet without an arrow", workbookPart, ` r:id="rId1"`, "", nil, "missing")
	changed("an arrow without a namespace", workbookPart, "r:id", "id", nil, "missing", "not well-formed")
	changed("a hidden sheet", workbookPart, entry, strings.Replace(entry, "/>", ` state="hidden"/>`, 1), nil, "no visible sheet")
	changed("a very hidden sheet", workbookPart, entry, strings.Replace(entry, "/>", ` state="veryHidden"/>`, 1), nil, "no visible sheet")
	changed("a state that does not exist", workbookPart, entry, strings.Replace(entry, "/>", ` state="x"/>`, 1), hostileRows, "damaged", "state")
	changed("a sheet twice", workbookPart, entry, entry+strings.Replace(entry, "Ordini", "Copia", 1), hostileRows, "twice", "damaged")
	changed("two sheets of one name", workbookPart, entry, entry+entry, hostileRows, "twice", "damaged")
	changed("a list in a list", workbookPart, entry, "<sheets>"+entry+"</sheets>", nil, "missing", "damaged", "no visible sheet")
	changed("something else in the list", workbookPart, entry, `<x r:id="rId9"/>`+entry, hostileRows)
	changed("a list in another element", workbookPart, "<sheets>", "<x><sheets>"+entry+"</sheets></x><sheets>", nil, "where it cannot be")
	changed("days counted in two ways", workbookPart, "<sheets>", `<workbookPr date1904="1"/><workbookPr/><sheets>`, nil, "twice")
	changed("a name for a terminal", workbookPart, `"Ordini" sheetId="1" r:id="rId1"`, `"a&#10;b&#9;c\u202e" sheetId="1" r:id="rId9"`, nil, "missing")
	changed("a name of 60 KB", workbookPart, `"Ordini" sheetId="1" r:id="rId1"`, `"`+strings.Repeat("a", 60_000)+`" sheetId="1" r:id="rId9"`, nil, "missing", "too long")
	var many strings.Builder
	for i := range 2000 {
		fmt.Fprintf(&many, `<sheet name="Foglio %d" sheetId="%d" state="hidden" r:id="rId1"/>`, i, i+1)
	}
	changed("2,000 hidden sheets", workbookPart, entry, many.String(), nil, "more than 1000 sheets")
	few, _, _ := strings.Cut(many.String(), `<sheet name="Foglio 900"`)
	changed("900 hidden sheets", workbookPart, entry, few, nil, "no visible sheet")
	changed("another root", workbookPart, "<workbook", "<x/><workbook", nil, "is a", "not well-formed")
	return cases
}
