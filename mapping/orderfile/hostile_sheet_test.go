package orderfile

import (
	"fmt"
	"strings"
	"testing"
)

// hostileSheets are well-formed, and break what a sheet must be. A value may not get lost between two elements.
func hostileSheets(t *testing.T) []hostileCase {
	var cases []hostileCase
	rows := func(name, after string, causes ...string) {
		cases = append(cases, hostileCase{name: name, content: hostileSheet(after).bytes(t), causes: causes})
	}
	cell := func(name, c string, causes ...string) { rows(name, `<row r="3">`+c+`</row>`, causes...) }
	reads := func(name, after string, more ...[]string) {
		cases = append(cases, hostileCase{name: name, content: hostileSheet(after).bytes(t), cells: append([][]string{hostileRows[0]}, more...)})
	}
	readsOr := func(name, after, cause string, more ...[]string) {
		reads(name, after, more...)
		cases[len(cases)-1].causes = []string{cause}
	}
	whole := func(name, sheet string, cells [][]string, causes ...string) {
		cases = append(cases, hostileCase{name: name, content: xlsxFile{sheet: sheet}.bytes(t), causes: causes, cells: cells})
	}
	const a = `<v>1</v></c>`

	reads("nothing wrong", "")
	rows("rows out of order", `<row r="4"/><row r="3"/>`, "row 3 comes after row 4")
	rows("a row twice", `<row r="2"/>`, "row 2 comes after row 2")
	rows("the header twice", hostileHeader, "row 1 comes after row 2")
	for _, number := range []string{"0", "-1", "1048577", "99999999999999999999", "x", "3.0", "3e0", "0x3", " ", "Ⅲ", "3 4"} {
		rows("row number "+number, `<row r="`+number+`"><c t="str"><v>ROSSI</v></c></row>`, "no valid number", "comes after")
	}
	rows("a row behind the last", `<row r="1048576"/><row/>`, "more rows than")
	reads("a gap of a million rows", `<row r="1048576"><c r="A1048576" t="str"><v>a</v></c></row>`, []string{"a", ""})
	reads("rows without numbers", `<row><c t="str"><v>a</v></c></row><row/><row><c t="str"><v>b</v></c></row>`, []string{"a", ""}, []string{"b", ""})

	cell("cells out of order", `<c r="B3">`+a+`<c r="A3">`+a, "A3 comes after")
	cell("a cell twice", `<c r="A3">`+a+`<c r="A3">`+a, "A3 comes after")
	cell("a cell that is there by its place", `<c>`+a+`<c r="A3">`+a, "A3 comes after")
	cell("a cell of the row above", `<c r="A2">`+a, "has the name")
	cell("a cell of the row below", `<c r="A4">`+a, "has the name")
	for _, ref := range []string{"XFE3", "AAAA3", "ZZZZZZZZZZZZ3", "3", "A", "A0", "A-3", "A03", "a3", "$A$3", "A3:B3", "R3C1", "Ａ3", "A3 "} {
		cell("a cell called "+ref, `<c r="`+ref+`">`+a, "has the name")
	}
	cell("a value in XFD", `<c r="XFD3">`+a, "column XFD")
	cell("a value in GS, the 201st column", `<c r="GS3">`+a, "column GS")
	cell("201 values by their place", strings.Repeat(`<c t="str">`+a, 201), "column GS")
	reads("a format in XFD", `<row r="3"><c r="A3" t="str"><v>a</v></c><c r="XFD3" s="1"/></row>`, []string{"a", ""})
	whole("a header of 16,384 columns", exportOf(append([]string{"CF"}, make16K()...), []string{"a"}), nil, "column")
	whole("a header of 201 columns", exportOf(append([]string{"CF"}, make16K()[:200]...), []string{"a"}), nil, "column")

	for _, kind := range []string{"x", "S", "inlinestr", "number", " ", "s n"} {
		cell("type "+kind, `<c r="A3" t="`+kind+`">`+a, "unknown type")
	}
	for _, index := range []string{"5", "-1", "99999999999999999999", "", " ", "a", "1.0", "1e0", "0x1", "1 2"} {
		cell("shared string "+index, `<c r="A3" t="s"><v>`+index+`</v></c>`, "shared string")
	}
	for _, format := range []string{"9", "-1", "99999999999999999999", "a", "1.0", " "} {
		cell("format "+format, `<c r="A3" s="`+format+`">`+a, "format that does not exist")
	}
	for _, value := range []string{"2", "-1", "", "vero", "TRUE!"} {
		cell("boolean "+value, `<c r="A3" t="b"><v>`+value+`</v></c>`, "neither true nor false")
	}
	for _, value := range []string{"abc", "NaN", "INF", "-Inf", "0x10", "1_000", "1,5", "1.2.3", "1e", "e5", "--1", "1 000", "½", "٣", "."} {
		cell("number "+value, `<c r="A3"><v>`+value+`</v></c>`, "not a number")
	}
	for _, value := range []string{"1e999", "-1e999", "1e99999999999999999999"} {
		cell("number "+value, `<c r="A3"><v>`+value+`</v></c>`, "beyond all bounds")
	}
	reads("a date that is none", `<row r="3"><c r="A3" t="d"><v>domani</v></c></row>`, []string{"domani", ""})
	reads("an error", `<row r="3"><c r="A3" t="e"><v>#REF!</v></c></row>`, []string{"#REF!", ""})
	reads("a formula without value", `<row r="3"><c r="A3"><f>B3</f></c></row>`, []string{noCachedValue, ""})
	reads("a formula for text without value", `<row r="3"><c r="A3" t="str"><f>B3</f></c></row>`, []string{noCachedValue, ""})
	reads("a formula for a number with an empty value", `<row r="3"><c r="A3"><f>B3</f><v></v></c><c r="B3" t="str"><v>a</v></c></row>`, []string{noCachedValue, "a"})
	reads("a formula for a number with a value that closes itself", `<row r="3"><c r="A3" t="n"><f>B3</f><v/></c><c r="B3" t="str"><v>a</v></c></row>`, []string{noCachedValue, "a"})
	reads("a formula with an empty text", `<row r="3"><c r="A3" t="str"><f>B3</f><v></v></c><c r="B3" t="str"><v>a</v></c></row>`, []string{"", "a"})

	// Values where no reader looks: what is skipped would be lost.
	cell("two values", `<c r="A3" t="str"><v>ROSSI</v><v>BIANCHI</v></c>`, "twice", "two", "damaged")
	cell("two inline texts", `<c r="A3" t="inlineStr"><is><t>ROSSI</t></is><is><t>BIANCHI</t></is></c>`, "twice", "two", "damaged")
	readsOr("inline type with a plain value", `<row r="3"><c r="A3" t="inlineStr"><v>a</v></c></row>`, "damaged", []string{"a", ""})
	readsOr("an inline text without its type", `<row r="3"><c r="A3"><is><t>a</t></is></c></row>`, "damaged", []string{"a", ""})
	cell("text without element", `<c r="A3" t="str">ROSSI</c>`, "damaged")
	rows("text between rows", "ROSSI", "damaged")
	rows("text in a row", `<row r="3">ROSSI</row>`, "damaged")
	cell("a cell in a cell", `<c r="A3" t="str"><v>a</v><c r="B3" t="str"><v>ROSSI</v></c></c>`, "damaged")
	rows("a row in a row", `<row r="3"><row r="4"><c r="A4" t="str"><v>ROSSI</v></c></row></row>`, "damaged")
	rows("a cell without a row", `<c r="A3" t="str"><v>ROSSI</v></c>`, "damaged")
	cell("a value in an element of others", `<ext><c r="A3" t="str"><v>ROSSI</v></c></ext>`, "damaged")
	rows("a row in an element of others", `<g>`+hostileRow(3, "VERDI")+`</g>`, "damaged")
	cell("a value beyond a cell's own elements", `<c r="A3" t="str"><v>a</v><extLst><ext><v>ROSSI</v></ext></extLst></c>`, "where it cannot be")
	cell("a value without a cell", `<v>ROSSI</v>`, "where it cannot be")
	rows("a value without a row", `<v>ROSSI</v>`, "where it cannot be")
	cell("a value whose name is spoilt", `<c r="A3" t="str"><w>ROSSI</w></c>`, "where it cannot be")
	cell("a formula in an element of others", `<c r="A3"><x:g xmlns:x="x"><f>B3</f></x:g></c>`, "where it cannot be")
	cell("an inline text in a run in a run", `<c r="A3" t="inlineStr"><is><r><t>a</t><r><t>b</t></r></r></is></c>`, "where it cannot be")
	rows("a row without a namespace in an element of others", `<x:g xmlns:x="x" xmlns="">`+hostileRow(3, "VERDI")+`</x:g>`, "where it cannot be")
	rows("a row of the strict dialect in an element of others", `<x:g xmlns:x="x" xmlns:s="http://purl.oclc.org/ooxml/spreadsheetml/main"><s:row/></x:g>`, "where it cannot be")
	const choice = `<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><mc:Choice Requires="x14">`
	rows("a row to choose", choice+hostileRow(3, "VERDI")+`</mc:Choice></mc:AlternateContent>`, "where it cannot be")
	good := hostileSheet("").sheet
	whole("the rows of others", strings.Replace(good, "</sheetData>", "</sheetData>"+choice+`<controls><control shapeId="1"><controlPr><anchor xmlns:xdr="xdr"><from><xdr:row>5</xdr:row>`+
		`</from></anchor></controlPr></control></controls></mc:Choice></mc:AlternateContent><extLst><ext xmlns:xm="xm"><xm:f>A1</xm:f><row xmlns="x14"><c><v>1</v></c></row></ext></extLst>`, 1), hostileRows)
	whole("a row before the data", strings.Replace(good, "<sheetData>", hostileRow(3, "VERDI")+"<sheetData>", 1), nil, "where it cannot be")
	whole("a text before the data", strings.Replace(good, "<sheetData>", "<is><t>VERDI</t></is><v>a</v><sheetData>", 1), nil, "where it cannot be")
	whole("a value before the data", strings.Replace(good, "<sheetData>", "<v>a</v><sheetData>", 1), nil, "where it cannot be")
	whole("a value behind the data", strings.Replace(good, "</sheetData>", "</sheetData><v>a</v>", 1), nil, "where it cannot be")
	whole("a row within the views", strings.Replace(good, "<sheetData>", "<sheetViews>"+hostileRow(3, "VERDI")+"</sheetViews><sheetData>", 1), nil, "where it cannot be")
	whole("a row behind the data", strings.Replace(good, "</sheetData>", "</sheetData>"+hostileRow(3, "VERDI"), 1), nil, "damaged")

	whole("data twice", strings.Replace(good, "</sheetData>", "</sheetData><sheetData>"+hostileRow(3, "VERDI")+"</sheetData>", 1), nil, "twice")
	whole("data in data", strings.Replace(good, "</sheetData>", "<sheetData>"+hostileRow(3, "VERDI")+"</sheetData></sheetData>", 1), nil, "twice", "damaged")
	whole("no data", "<worksheet "+mainNS+"><cols/></worksheet>", nil, "no data")
	whole("empty data", "<worksheet "+mainNS+"><sheetData/></worksheet>", nil, "no visible sheet")
	whole("rows without data", "<worksheet "+mainNS+">"+hostileHeader+hostileOrder+"</worksheet>", nil, "where it cannot be")
	whole("data called otherwise", strings.ReplaceAll(good, "sheetData", "SheetData"), nil, "no data", "where it cannot be")
	whole("a header alone", worksheet(hostileHeader), nil, "no rows below")
	whole("a wrong dimension", strings.Replace(good, "<sheetData>", `<dimension ref="A1:A1"/><sheetData>`, 1), hostileRows)
	whole("merged cells", strings.Replace(good, "</sheetData>", `</sheetData><mergeCells count="9"><mergeCell ref="A2:XFD1048576"/></mergeCells>`, 1), hostileRows, "merged")
	whole("parts of programs to come", strings.Replace(good, "</sheetData>", `</sheetData><extLst><ext uri="x"><y:z xmlns:y="y">1</y:z></ext></extLst>`, 1), hostileRows)
	return cases
}

// make16K is more headers than a sheet may have beside CF, each with a name of its own.
func make16K() []string {
	names := make([]string, 16_383)
	for i := range names {
		names[i] = fmt.Sprintf("colonna %d", i)
	}
	return names
}
