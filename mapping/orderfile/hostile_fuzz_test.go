package orderfile

import (
	"strings"
	"testing"
)

// checkTwice asks of any file that it is read or refused, in the same way each time.
func checkTwice(t *testing.T, content []byte) {
	t.Helper()
	path := writeFile(t, "ordini", content)
	first, second := hostileWalk(path), hostileWalk(path)
	if !first.equal(second) {
		t.Fatalf("walked twice: %v and %v, %d and %d rows", first.err, second.err, len(first.rows), len(second.rows))
	}
	if first.err != nil {
		checkMutant(t, first.err, path, "any file")
		return
	}
	checkRows(t, first.header, first.rows)
}

// FuzzSheetTwice makes the text the sheet of a good workbook. Its seeds are the hostile ones that are known.
func FuzzSheetTwice(f *testing.F) {
	good := hostileSheet("").sheet
	for _, seed := range []string{good, hostileSheet(hostileRow(3, "a&amp;b")).sheet, good[:len(good)/2], good + "x", "<!DOCTYPE x>" + good,
		strings.Replace(good, "ROSSI", "<![CDATA[a]]>&#65;", 1), strings.ReplaceAll(good, ` r="`, ` s="`), strings.ReplaceAll(good, "<v>", "<f>A1</f><v>")} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, sheet string) {
		book := hostileSheet("")
		book.sheet = sheet
		checkTwice(t, book.bytes(t))
	})
}

// FuzzSharedStrings makes the text the list that the surname of the only order points to.
func FuzzSharedStrings(f *testing.F) {
	for _, seed := range []string{testStrings, "<sst><si><t>a</t></si><si><r><t>b</t></r><rPh><t>c</t></rPh></si></sst>",
		"<sst><si/><si><t>_x0041__xD83D__xDE00_</t></si></sst>", "<sst><si>", "<sst count='9'/>", "<sst><si><t><![CDATA[<]]></t></si></sst>"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, list string) { checkTwice(t, hostileTexts(t, list)) })
}

// FuzzStyles makes the text the styles of a workbook with numbers in every format.
func FuzzStyles(f *testing.F) {
	for _, seed := range []string{testStyles, "<styleSheet/>", `<styleSheet><cellXfs><xf numFmtId="14"/></cellXfs></styleSheet>`,
		`<styleSheet><numFmts><numFmt numFmtId="1" formatCode="[h"/></numFmts><cellXfs><xf numFmtId="1"/><xf/></cellXfs></styleSheet>`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, styles string) {
		rows := `<row r="2"><c r="A2" s="0"><v>46101.5</v></c><c r="B2" s="1"><v>-1</v></c></row><row r="3"><c r="A3" s="4"><v>1e300</v></c></row>`
		checkTwice(t, xlsxFile{sheet: worksheet(hostileHeader + rows), styles: styles}.bytes(t))
	})
}

// FuzzRelationships makes the texts the list of sheets and the arrows to their parts.
func FuzzRelationships(f *testing.F) {
	good := hostileSheet("").parts()
	f.Add(good[workbookPart], good[arrowsPart], good["_rels/.rels"])
	f.Add("<workbook/>", "<Relationships/>", "<Relationships/>")
	f.Add(strings.Replace(good[workbookPart], "Ordini", "a&#10;", 1), strings.Replace(good[arrowsPart], "worksheets/", "../../", 1), good["_rels/.rels"])
	f.Fuzz(func(t *testing.T, workbook, arrows, root string) {
		parts := hostileSheet("").parts()
		parts[workbookPart], parts[arrowsPart], parts["_rels/.rels"] = workbook, arrows, root
		checkTwice(t, zipped(t, parts))
	})
}

// FuzzText makes the bytes a file: a CSV file, unless they begin like something else.
func FuzzText(f *testing.F) {
	for _, seed := range []string{"CF;Cognome\na;b\n", "sep=|\nCF|Cognome\n\"a\n\"\"|b\"|c\n", "\ufeff" + "CF,Cognome\r\n=\"001\",b", "\xff\xfeC\x00F\x00\n\x00a\x00\n\x00",
		"CF\tCognome\n\n \nTotale\t3\n", "CF;Cognome\nNiccol\xf2;x\n", "CF;Cognome\na;b;c;d\ne\n", "titolo\n\nCF;Cognome\n\"", "\xfe\xff\x00C\x00F\x00\n\x00a"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, content []byte) { checkTwice(t, content) })
}
