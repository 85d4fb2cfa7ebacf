package orderfile

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"
)

// noXML is said of text that is no XML; the tokenizer may know more.
var noXML = []string{"not well-formed", "not XML 1.0 in UTF-8", "UTF-16", "UTF-8"}

// hostileXML breaks the rules of XML itself, in the sheet unless it says otherwise.
func hostileXML(t *testing.T) []hostileCase {
	var cases []hostileCase
	part := func(name, sheet string, cells [][]string, causes ...string) {
		book := hostileSheet("")
		book.sheet = sheet
		cases = append(cases, hostileCase{name: name, content: book.bytes(t), causes: causes, cells: cells})
	}
	good := hostileSheet("").sheet
	cell := func(name, inside string, causes ...string) {
		part(name, hostileSheet(`<row r="3"><c r="A3" t="str"><v>`+inside+`</v></c></row>`).sheet, nil, causes...)
	}
	markup := func(name, row string, causes ...string) {
		part(name, hostileSheet(row).sheet, nil, causes...)
	}

	part("nothing wrong", good, hostileRows)
	part("byte order mark", "\ufeff"+good, hostileRows)
	part("no declaration", good[strings.Index(good, "<worksheet"):], hostileRows)
	part("comments and instructions", strings.ReplaceAll(good, "<c ", "<!-- a > b --><?x y?><c "), hostileRows)
	part("CDATA", strings.ReplaceAll(good, "ROSSI", "<![CDATA[ROS]]>SI"), hostileRows)
	part("character references", strings.ReplaceAll(good, "ROSSI", "&#82;&#x4f;SSI"), hostileRows)
	part("attributes in single quotes", strings.ReplaceAll(good, `"str"`, `'str'`), hostileRows)

	for name, c := range map[string]string{"NUL": "\x00", "bell": "\x07", "escape": "\x1b[2J", "U+FFFE": "\ufffe",
		"byte FF": "\xff", "half a character": "\xc3", "overlong character": "\xc0\xaf", "surrogate": "\xed\xa0\x80", "beyond Unicode": "\xf5\x80\x80\x80",
		"reference to NUL": "&#0;", "reference to a bell": "&#7;", "reference beyond Unicode": "&#x110000;", "reference to a surrogate": "&#xD800;",
		"reference without number": "&#;", "reference without end": "&#65", "Latin-1": "Niccol\xf2"} {
		cell(name+" in a text", "a"+c+"b", noXML...)
		part(name+" in an attribute", strings.Replace(good, "<sheetData>", `<sheetPr codeName="a`+c+`b"/><sheetData>`, 1), nil, noXML...)
	}
	cell("undefined entity", "&egrave;", noXML...)
	cell("bare ampersand", "ROSSI & FIGLI", noXML...)
	cell("ampersand at the end", "ROSSI &", noXML...)
	cell("end of CDATA", "a]]>b", noXML...)
	cell("open CDATA", "<![CDATA[ROSSI", append(noXML, "cut short")...)
	cell("open comment", "<!-- ROSSI", append(noXML, "cut short")...)
	cell("two hyphens in a comment", "<!-- a -- b -->", noXML...)
	cell("open instruction", "<?x ROSSI", append(noXML, "cut short")...)
	markup("< in an attribute", `<row r="3" spans="<1"/>`, noXML...)
	markup("attribute without quotes", `<row r=3/>`, noXML...)
	markup("attribute without value", `<row r/>`, noXML...)
	markup("attribute with one quote", `<row r="3/>`, append(noXML, "cut short")...)
	markup("attributes without a space", `<row r="3"ht="5"/>`, noXML...)
	markup("attribute twice", `<row r="3" r="4"/>`, append(noXML, "twice")...)
	markup("cell named twice", `<row r="3"><c r="A3" r="B3" t="str"><v>a</v></c></row>`, append(noXML, "twice")...)
	markup("end without start", `</row>`, noXML...)
	markup("start without end", `<row r="3">`, noXML...)
	markup("crossed elements", `<row r="3"><c r="A3"></row></c>`, noXML...)
	markup("end in other letters", `<row r="3"></Row>`, noXML...)
	markup("name that begins with a digit", `<1row/>`, noXML...)
	markup("empty name", `< row r="3"/>`, noXML...)
	markup("end with attributes", `<row r="3"></row r="3">`, noXML...)
	markup("nested 1,000 deep", strings.Repeat("<x>", 1000)+strings.Repeat("</x>", 1000), "nested")
	markup("nested 100,000 deep and never closed", strings.Repeat("<x>", 100_000), "nested")
	markup("a second declaration", `<?xml version="1.0"?>`, noXML...)

	for name, doctype := range map[string]string{
		"empty":            `<!DOCTYPE worksheet>`,
		"entity":           `<!DOCTYPE worksheet [<!ENTITY a "b">]>`,
		"external":         `<!DOCTYPE worksheet SYSTEM "file:///etc/passwd">`,
		"external entity":  `<!DOCTYPE worksheet [<!ENTITY a SYSTEM "http://127.0.0.1/">]>`,
		"parameter entity": `<!DOCTYPE worksheet [<!ENTITY % a SYSTEM "http://127.0.0.1/"> %a;]>`,
		"billion laughs": `<!DOCTYPE worksheet [<!ENTITY a "` + strings.Repeat("ha", 50) + `"><!ENTITY b "` + strings.Repeat("&a;", 100) +
			`"><!ENTITY c "` + strings.Repeat("&b;", 100) + `"><!ENTITY d "` + strings.Repeat("&c;", 100) + `">]>`,
		"never closed": `<!DOCTYPE worksheet [<!ENTITY a "`,
	} {
		part("DOCTYPE "+name, strings.Replace(good, "<worksheet", doctype+"<worksheet", 1), nil, "DOCTYPE", "cut short")
		for _, other := range []string{workbookPart, arrowsPart, stringsPart, "xl/styles.xml", "_rels/.rels"} {
			parts := hostileSheet("").parts()
			parts[other] = doctype + parts[other]
			cases = append(cases, hostileCase{name: "DOCTYPE " + name + " in " + other, content: zipped(t, parts), causes: []string{"DOCTYPE", "cut short"}})
		}
	}
	part("DOCTYPE below the root", strings.Replace(good, "<sheetData>", "<!DOCTYPE x><sheetData>", 1), nil, append(noXML, "DOCTYPE")...)
	part("another declaration", strings.Replace(good, "<worksheet", "<!ELEMENT x (y)><worksheet", 1), nil, append(noXML, "DOCTYPE")...)

	for _, label := range []string{"ISO-8859-1", "windows-1252", "UTF-7", "UTF-16", "x"} {
		part("encoding "+label, strings.Replace(good, `encoding="UTF-8"`, `encoding="`+label+`"`, 1), nil, noXML...)
	}
	part("XML 1.1", strings.Replace(good, `version="1.0"`, `version="1.1"`, 1), nil, noXML...)
	for _, little := range []bool{true, false} {
		wide := []byte{}
		for _, unit := range utf16.Encode([]rune("\ufeff" + good)) {
			if little {
				wide = append(wide, byte(unit), byte(unit>>8))
			} else {
				wide = append(wide, byte(unit>>8), byte(unit))
			}
		}
		part(fmt.Sprintf("UTF-16, little endian %t", little), string(wide), nil, noXML...)
	}
	part("empty", "", nil, "empty", "cut short")
	part("blanks", " \n\t ", nil, "empty", "cut short")
	part("a declaration alone", `<?xml version="1.0" encoding="UTF-8"?>`, nil, "empty", "cut short")
	part("text alone", "CF;Cognome\n", nil, append(noXML, "empty", "cut short")...)
	part("JSON", `{"CF": "x"}`, nil, append(noXML, "empty", "cut short")...)
	part("another root", strings.ReplaceAll(good, "worksheet", "foglio"), nil, "its part is a")
	part("HTML", "<html><body><table><tr><td>CF</td></tr></table></body></html>", nil, "its part is a")
	part("a second root", good+"<worksheet/>", nil, "second root", "not well-formed", "after")
	part("the same root again", good+good[strings.Index(good, "<worksheet"):], nil, "second root", "not well-formed", "after")
	part("text behind the root", good+"ROSSI", nil, append(noXML, "after", "root")...)
	part("NUL behind the root", good+"\x00\x00", nil, append(noXML, "after", "root")...)
	part("text before the root", strings.Replace(good, "<worksheet", "ROSSI<worksheet", 1), nil, append(noXML, "root")...)
	part("an open tag behind the root", good+"<row", nil, append(noXML, "after", "root", "cut short")...)
	part("an end behind the root", good+"</worksheet>", nil, noXML...)
	return cases
}

// hostileCutXML ends the sheet too early in a zip file that is sound. A cut must never pass for fewer orders.
func hostileCutXML(t *testing.T) []hostileCase {
	var rows strings.Builder
	for number := 3; number < 40; number++ {
		rows.WriteString(hostileRow(number, "BIANCHI"))
	}
	book := hostileSheet(rows.String())
	var cases []hostileCase
	cut := func(name string, at int) {
		short := book
		short.sheet = book.sheet[:at]
		cases = append(cases, hostileCase{name: name, content: short.bytes(t), causes: []string{"cut short", "not well-formed", "empty", "no data"}})
	}
	for number := 1; number < 40; number += 3 {
		at := strings.Index(book.sheet, fmt.Sprintf(`<row r="%d"`, number))
		cut(fmt.Sprintf("before row %d", number), at)
		cut(fmt.Sprintf("in the tag of row %d", number), at+5)
		cut(fmt.Sprintf("in a text of row %d", number), at+strings.Index(book.sheet[at:], "<v>")+5)
		cut(fmt.Sprintf("at the end of row %d", number), at+strings.Index(book.sheet[at:], "</row>")+3)
	}
	for back := 1; back <= len("</sheetData></worksheet>"); back += 4 {
		cut(fmt.Sprintf("%d bytes before the end", back), len(book.sheet)-back)
	}
	for name, text := range hostileSheet("").parts() {
		if name == sheetPart {
			continue
		}
		for _, at := range []int{1, len(text) / 3, len(text) / 2, len(text) - 1} {
			parts := hostileSheet("").parts()
			parts[name] = text[:at]
			cases = append(cases, hostileCase{name: fmt.Sprintf("%s at byte %d", name, at), content: zipped(t, parts),
				causes: []string{"cut short", "not well-formed", "empty"}})
		}
	}
	return cases
}
