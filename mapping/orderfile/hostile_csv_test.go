package orderfile

import (
	"fmt"
	"strings"
	"testing"
)

// hostileCSV are texts that a forgiving reader takes, with fewer or other orders than they hold.
func hostileCSV(t *testing.T) []hostileCase {
	var cases []hostileCase
	text := func(name, content string, cells [][]string, causes ...string) {
		cases = append(cases, hostileCase{name: name, content: []byte(content), causes: causes, cells: cells})
	}
	const head, order = "CF;Cognome\n", hostileCF + ";ROSSI\n"
	good := func(n int) [][]string {
		var rows [][]string
		for range n {
			rows = append(rows, hostileRows[0])
		}
		return rows
	}
	row := func(name, line string, causes ...string) { text(name, head+order+line, nil, causes...) }

	text("nothing wrong", head+order, hostileRows)
	text("no line end", strings.TrimSpace(head+order), hostileRows)
	text("a million empty lines in front", strings.Repeat("\n", 1_000_000)+head+order, hostileRows, "header", "known")
	text("a million empty lines between", head+order+strings.Repeat("\r\n", 1_000_000)+order, good(2))
	text("100,000 blank records behind", head+order+strings.Repeat(" ; \n", 100_000), hostileRows)
	text("control characters", head+order+"\x01\x1b[2J;\x7f\n", append(good(1), []string{"\x01\x1b[2J", "\x7f"}), "control")
	text("a BOM within", head+order+"\ufeffa;b\n", append(good(1), []string{"\ufeffa", "b"}))
	text("Unicode line separators", head+order+"a\u2028b;c\u0085d\n", append(good(1), []string{"a\u2028b", "c\u0085d"}))

	for name, line := range map[string]string{
		"in a text":                 `ROS"SI;a`,
		"at the end of a text":      `ROSSI";a`,
		"behind a quoted text":      `"ROSSI" ;a`,
		"a blank before it":         ` "ROSSI";a`,
		"not doubled":               `"VIA "ROMA" 1";a`,
		"alone in the last cell":    `a;ROSSI"`,
		"within a number":           `1"2;a`,
		"escaped with a backslash":  `"ROS\"SI";a`,
		"three of them":             `"""ROSSI;a`,
		"a letter after the quote":  `"ROSSI"x;a`,
		"a formula that never ends": `="00118;a`,
	} {
		row("quote "+name, line+"\n"+order, "quote")
	}
	for _, size := range []int{1, 2, 100, 10_000} {
		row(fmt.Sprintf("quote never closed, %d rows", size), "\"ROSSI;a\n"+strings.Repeat(order, size), "quote", "longer than")
		row(fmt.Sprintf("quote closed %d rows below", size), "\"ROSSI;a\n"+strings.Repeat(order, size)+"b;\"c\"\n", "quote", "longer than")
	}
	row("a lone quote as the last byte", `"`, "quote")
	text("a lone quote as the first byte", `"`+head+order, nil, "quote", "known")
	text("a quote in the header", "CF;Cog\"nome\n"+order, nil, "quote", "known")
	text("a header whose quote is never closed", "CF;\"Cognome\n"+strings.Repeat(order, 100), nil, "quote", "known")
	text("two bytes", `""`, nil, "known", "empty")

	for name, bad := range map[string]string{"byte FF": "\xff", "half a character": "\xc3", "overlong": "\xc0\xaf", "surrogate": "\xed\xa0\x80"} {
		// With another character that is UTF-8: it is not Windows-1252 either.
		row("not UTF-8: "+name, "NICCOLÒ;a"+bad+"b\n"+order, "UTF-8", "encoding", "Windows-1252")
		row("not UTF-8 after 1 MB: "+name, "NICCOLÒ;a\n"+strings.Repeat(order, 1<<20/len(order))+"a;"+bad+"b\n", "UTF-8", "encoding", "Windows-1252")
	}
	row("NUL in a cell", "a;b\x00c\n", "NUL")
	row("NUL for a line", "\x00\n", "NUL")
	row("NULs at the end, as after a power loss", strings.Repeat("\x00", 4096), "NUL")
	text("NULs alone", strings.Repeat("\x00", 4096), nil, "NUL", "empty", "known", "UTF-16")
	text("NUL in the header", "CF;Cog\x00nome\n"+order, nil, "NUL", "UTF-16")

	wide := func(order binaryOrder, text string) string {
		var out []byte
		for _, r := range text {
			out = order(out, uint16(r))
		}
		return string(out)
	}
	for name, bytes := range map[string]binaryOrder{"LE": littleEndian, "BE": bigEndian} {
		whole := wide(bytes, "\ufeff"+head+order)
		text("UTF-16 "+name, whole, hostileRows, "UTF-16")
		text("UTF-16 "+name+" with an odd byte", whole+"\n", nil, "UTF-16")
		text("UTF-16 "+name+" cut in a character", whole[:len(whole)-5], nil, "UTF-16")
		text("UTF-16 "+name+" with half a character", wide(bytes, "\ufeff"+head+order+"a;b")+string(bytes(nil, 0xd83d))+wide(bytes, "c\n"), nil, "UTF-16")
		text("UTF-16 "+name+" with the other half", wide(bytes, "\ufeff"+head+order+"a;b")+string(bytes(nil, 0xde00))+wide(bytes, "c\n"), nil, "UTF-16")
		text("UTF-16 "+name+" with NUL", wide(bytes, "\ufeff"+head+order+"a;\x00\n"), nil, "UTF-16", "NUL")
		text("UTF-16 "+name+", only a BOM", wide(bytes, "\ufeff"), nil, "empty", "UTF-16")
		text("UTF-16 "+name+" without BOM", wide(bytes, head+order), hostileRows, "UTF-16", "NUL")
	}
	text("UTF-32", "\xff\xfe\x00\x00C\x00\x00\x00F\x00\x00\x00", nil, "UTF-16", "UTF-32", "NUL")
	text("UTF-8 and then UTF-16", head+order+wide(littleEndian, order), nil, "NUL", "UTF-16")

	text("nothing", "", nil, "empty")
	text("only a BOM", "\ufeff", nil, "empty")
	text("only blanks", " \n\t\r\n", nil, "empty")
	text("only blanks, 1 MB", strings.Repeat(" \n", 1<<19), nil, "empty", "known")
	text("only delimiters", strings.Repeat(";;;\n", 1000), nil, "known", "empty")
	text("a header alone", head, nil, "no rows")
	text("a header without line end", strings.TrimSpace(head), nil, "no rows")
	text("a header and blanks", head+" ; \n\n", nil, "no rows")
	text("sep= alone", "sep=;\n", nil, "known", "empty", "no rows")
	text("sep= without a delimiter", "sep=\n"+head+order, nil, "sep=")
	text("sep= with a quote", "sep=\"\n"+head+order, nil, "sep=")
	text("sep= with two", "sep=;;\n"+head+order, nil, "sep=")
	text("sep= with the line end", "sep=\r\n"+head+order, nil, "sep=")
	text("old Mac", strings.ReplaceAll(head+order, "\n", "\r"), hostileRows, "carriage return")
	text("an unknown header", "rosso;verde\n1;2\n", nil, "known")
	text("one field twice", "CF;Codice fiscale\na;b\n", nil, "two columns")
	text("one field twice, in long headers", "CF"+strings.Repeat(".", 60_000)+";Codice fiscale\na;b\n", nil, "two columns", "known")
	text("the header below an order", order+head+order, nil, "above the header")
	for _, columns := range []int{201, 5_000, 500_000} {
		text(fmt.Sprintf("%d columns", columns), "CF"+strings.Repeat(";x", columns-1)+"\n"+order, nil, "columns", "cells")
	}
	text("a line of 1 MiB", head+order+"a;"+strings.Repeat("x", 1<<20)+"\n", nil, "longer than 1 MiB")
	text("a first line of 1 MiB", strings.Repeat("x", 1<<20)+";"+head+order, nil, "longer than 1 MiB", "known")
	text("a record of 1 MiB", head+order+"a;\""+strings.Repeat(strings.Repeat("x", 999)+"\n", 1100)+"\"\n", nil, "longer than 1 MiB")
	return cases
}

// binaryOrder appends a unit of UTF-16.
type binaryOrder func([]byte, uint16) []byte

func littleEndian(out []byte, unit uint16) []byte { return append(out, byte(unit), byte(unit>>8)) }

func bigEndian(out []byte, unit uint16) []byte { return append(out, byte(unit>>8), byte(unit)) }

// hostileForeign are other things under the name of an export.
func hostileForeign(t *testing.T) []hostileCase {
	var cases []hostileCase
	for name, c := range map[string]struct{ content, cause string }{
		"encrypted or .xls":   {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 504), "password"},
		"cut OLE":             {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "password"},
		"PDF":                 {"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "PDF"},
		"RTF":                 {`{\rtf1\ansi CF}`, "RTF"},
		"HTML":                {"<html><table><tr><td>CF</td></tr></table></html>", "HTML"},
		"HTML with DOCTYPE":   {"\n <!DOCTYPE html><html>", "HTML"},
		"HTML table":          {"<TABLE><TR><TD>CF", "HTML"},
		"HTML with BOM":       {"\ufeff" + "<html>", "HTML"},
		"XML spreadsheet":     {`<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>`, "XML"},
		"XML bomb":            {`<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol">]><lolz>&lol;</lolz>`, "XML"},
		"JSON":                {`[{"CF":"x"}]`, "quote"},
		"gzip":                {"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03", "NUL"},
		"PNG":                 {"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "known"},
		"ELF":                 {"\x7fELF\x02\x01\x01\x00\x00", "NUL"},
		"RAR":                 {"Rar!\x1a\x07\x01\x00", "NUL"},
		"7z":                  {"7z\xbc\xaf\x27\x1c\x00\x04", "NUL"},
		"a single byte":       {"P", "known"},
		"half a signature":    {"PK\x03", "known"},
		"a signature":         {"PK\x03\x04", "not whole"},
		"a signature and CSV": {"PK\x03\x04CF;Cognome\na;b\n", "not whole"},
		"spanned zip":         {"PK\x07\x08PK\x03\x04\x14\x00", "NUL"},
		"SQLite":              {"SQLite format 3\x00", "NUL"},
		"tar":                 {"ordini.csv" + strings.Repeat("\x00", 90) + "0000644\x00", "NUL"},
	} {
		cases = append(cases, hostileCase{name: name, content: []byte(c.content), causes: []string{c.cause, "UTF-8", "not text", "known", "binary", "picture", "archive", "database", "JSON"}})
	}
	for name, part := range map[string]string{"docx": "word/document.xml", "xlsb": "xl/workbook.bin", "pptx": "ppt/presentation.xml",
		"Numbers": "Index/Document.iwa", "OpenDocument": "content.xml", "jar": "META-INF/MANIFEST.MF", "epub": "mimetype"} {
		cases = append(cases, hostileCase{name: name, content: newZip(map[string]string{part: "<x/>"}).bytes(), causes: []string{map[string]string{
			"docx": "Word", "xlsb": "xlsb", "pptx": "presentation", "Numbers": "Numbers", "OpenDocument": "OpenDocument"}[name], "without a workbook"}})
	}
	return cases
}

// hostileLimits are just beyond a limit that costs nothing to reach; those that cost are bombs.
func hostileLimits(t *testing.T) []hostileCase {
	crowd := func(n int) []byte {
		z := newZip(hostileSheet("").parts())
		for i := range n {
			z.members = append(z.members, &zipMember{name: fmt.Sprintf("a%d", i)})
		}
		return z.bytes()
	}
	long := strings.Repeat("x", 40_000)
	var deep strings.Builder
	for range 20 {
		deep.WriteString("<row><c><f>" + strings.Repeat("(", 100_000) + "</f></c></row>")
	}
	return []hostileCase{
		{name: "9,000 parts", content: crowd(9000), cells: hostileRows, causes: []string{"parts"}},
		{name: "10,001 parts", content: crowd(10_001), causes: []string{"parts"}},
		{name: "65,000 parts", content: crowd(65_000), causes: []string{"parts"}},
		{name: "a cell of 40,000 characters, which Excel cannot hold", content: hostileSheet(hostileRow(3, long)).bytes(t),
			cells: [][]string{hostileRows[0], {hostileCF, long}}, causes: []string{"long"}},
		{name: "a number of 40,000 digits", content: hostileSheet(`<row r="3"><c r="A3"><v>` + strings.Repeat("1", 40_000) + `</v></c></row>`).bytes(t),
			cells: [][]string{hostileRows[0], {strings.Repeat("1", 40_000), ""}}, causes: []string{"long", "beyond", "not a number"}},
		{name: "formulas of 100,000 brackets", content: hostileSheet(deep.String()).bytes(t),
			cells: append([][]string{hostileRows[0]}, slicesRepeat([]string{noCachedValue, ""}, 20)...), causes: []string{"long"}},
		{name: "a row number of 40,000 digits", content: hostileSheet(`<row r="` + strings.Repeat("1", 40_000) + `"/>`).bytes(t), causes: []string{"no valid number", "long"}},
		{name: "a cell name of 40,000 letters", content: hostileSheet(`<row r="3"><c r="` + strings.Repeat("A", 40_000) + `3"/></row>`).bytes(t), causes: []string{"has the name", "long"}},
		{name: "an element name of 40,000 letters", content: hostileSheet("<" + long + "/>").bytes(t), cells: hostileRows, causes: []string{"long", "damaged"}},
		{name: "a root of 40,000 letters", content: xlsxFile{sheet: "<" + long + "/>"}.bytes(t), causes: []string{"its part is a", "long"}},
		{name: "10,000 attributes", content: hostileSheet("<row" + strings.Join(slicesNumbered(" a%d=''", 10_000), "") + "/>").bytes(t), cells: hostileRows, causes: []string{"attributes", "long"}},
		{name: "10,000 namespaces", content: hostileSheet("<row" + strings.Join(slicesNumbered(" xmlns:a%d='x'", 10_000), "") + "/>").bytes(t), cells: hostileRows, causes: []string{"attributes", "long"}},
	}
}

func slicesRepeat(row []string, n int) [][]string {
	rows := make([][]string, n)
	for i := range rows {
		rows[i] = row
	}
	return rows
}

func slicesNumbered(format string, n int) []string {
	texts := make([]string, n)
	for i := range texts {
		texts[i] = fmt.Sprintf(format, i)
	}
	return texts
}
