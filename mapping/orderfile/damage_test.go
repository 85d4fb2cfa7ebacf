package orderfile

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"io"
	"maps"
	"strings"
	"testing"
)

// TestCutFileIsRefused: of 1,000 rows in a part that is cut, none may be used. The zip file itself is
// sound, as after a program that was killed while it wrote.
func TestCutFileIsRefused(t *testing.T) {
	whole := thousand(t)
	_, rows, err := readAll(writeFile(t, "ordini.xlsx", zipped(t, whole)))
	if err != nil || len(rows) != 1000 {
		t.Fatalf("the whole file: %d rows, %v", len(rows), err)
	}
	const sheet = "xl/worksheets/sheet1.xml"
	text := whole[sheet]
	cuts := map[string]int{
		"in the middle":       len(text) / 2,
		"after a row":         strings.Index(text, `<row r="502"`),
		"after the last row":  strings.Index(text, "</sheetData>"),
		"after the data":      strings.Index(text, "</sheetData>") + len("</sheetData>"),
		"at the last element": strings.LastIndex(text, "</worksheet>"),
	}
	for name, at := range cuts {
		t.Run(name, func(t *testing.T) {
			if at <= 0 {
				t.Fatal("the cut is nowhere")
			}
			parts := maps.Clone(whole)
			parts[sheet] = text[:at]
			_, _, err := readAll(writeFile(t, "ordini.xlsx", zipped(t, parts)))
			wantUnreadable(t, err, "xl/worksheets/sheet1.xml is cut short")
		})
	}
}

func TestDamagedWorkbooks(t *testing.T) {
	header := `<row r="1"><c r="A1" t="str"><v>codiceFiscale</v></c></row>`
	sheet := func(rows string) xlsxFile {
		return xlsxFile{sheet: worksheet(header + rows), strings: testStrings, styles: testStyles}
	}
	good := `<row r="2"><c r="A2" t="str"><v>a</v></c></row>`
	for name, c := range map[string]struct {
		book  xlsxFile
		cause string
	}{
		"rows out of order":       {sheet(good + `<row r="4"/><row r="3"><c r="A3"><v>1</v></c></row>`), "row 3 comes after row 4"},
		"a row twice":             {sheet(good + good), "row 2 comes after row 2"},
		"cells out of order":      {sheet(`<row r="2"><c r="B2"><v>1</v></c><c r="A2"><v>1</v></c></row>`), "cell A2 comes after a cell of column B"},
		"a cell twice":            {sheet(`<row r="2"><c r="A2"><v>1</v></c><c r="A2"><v>2</v></c></row>`), "cell A2 comes after"},
		"a cell of another row":   {sheet(`<row r="2"><c r="A3"><v>1</v></c></row>`), `a cell of the row has the name "A3"`},
		"a cell without a column": {sheet(`<row r="2"><c r="2"><v>1</v></c></row>`), "a cell of the row has the name"},
		"a row beyond all sheets": {sheet(`<row r="1048577"/>`), "has no valid number"},
		"a row without number":    {sheet(`<row r="x"/>`), "has no valid number"},
		"one row too many":        {sheet(`<row r="1048576"/><row/>`), "more rows than a sheet can have"},
		"column 201":              {sheet(`<row r="2"><c r="GS2"><v>1</v></c></row>`), "a value in column GS"},
		"shared string 5 of 5":    {sheet(`<row r="2"><c r="A2" t="s"><v>5</v></c></row>`), "cell A2 points to a shared string that does not exist"},
		"shared string -1":        {sheet(`<row r="2"><c r="A2" t="s"><v>-1</v></c></row>`), "cell A2 points to a shared string"},
		"shared string nowhere":   {sheet(`<row r="2"><c r="A2" t="s"><v/></c></row>`), "cell A2 points to a shared string"},
		"a format nowhere":        {sheet(`<row r="2"><c r="A2" s="9"><v>1</v></c></row>`), "cell A2 has a format that does not exist"},
		"no number":               {sheet(`<row r="2"><c r="A2"><v>abc</v></c></row>`), "cell A2 is not a number"},
		"a hexadecimal number":    {sheet(`<row r="2"><c r="A2" s="1"><v>0x10</v></c></row>`), "cell A2 is not a number"},
		"infinity":                {sheet(`<row r="2"><c r="A2"><v>1E999</v></c></row>`), "cell A2 is a number beyond all bounds"},
		"no boolean":              {sheet(`<row r="2"><c r="A2" t="b"><v>2</v></c></row>`), "cell A2 is neither true nor false"},
		"an unknown type":         {sheet(`<row r="2"><c r="A2" t="x"><v>2</v></c></row>`), "cell A2 has an unknown type"},
		"two values":              {sheet(`<row r="2"><c r="A2"><v>1</v><v>2</v></c></row>`), "cell A2 has two values"},
		"a text and a value":      {sheet(`<row r="2"><c r="A2" t="inlineStr"><v>1</v><is><t>2</t></is></c></row>`), "cell A2 holds its value where"},
		"a value for inline":      {sheet(`<row r="2"><c r="A2" t="inlineStr"><v>abc</v></c></row>`), "cell A2 holds its value where"},
		"an inline text untold":   {sheet(`<row r="2"><c r="A2"><is><t>abc</t></is></c></row>`), "cell A2 holds its value where"},
		"a text in a row":         {sheet(`<row r="2">abc<c r="A2"><v>1</v></c></row>`), "has a text between elements"},
		"an element in a value":   {sheet(`<row r="2"><c r="A2" t="str"><v>a<b/>c</v></c></row>`), "has an element within a text"},
		"a format that is none":   {sheet(`<row r="2"><c r="A2" s="x"><v>1</v></c></row>`), "cell A2 has a format that does not exist"},
		"an undeclared prefix":    {sheet(`<row r="2" x:y="1"/>`), "not well-formed XML at its line 1: a namespace prefix"},
		"an attribute twice":      {sheet(`<row r="2" r="3"/>`), "an attribute is given twice"},
		"a UTF-16 part":           {xlsxFile{sheet: "\xff\xfe<\x00w\x00"}, "sheet1.xml is not XML 1.0 in UTF-8"},
		"a row of books":          {sheet("<row>" + strings.Repeat(`<c t="str"><v>`+strings.Repeat("x", 10_000)+`</v></c>`, 105) + "</row>"), "the row has more than 1 MiB of text"},
		"a sheet with two parts":  {xlsxFile{sheet: worksheet(header + good), rels: `<Relationship Id="rId1" Type="x" Target="x"/>`}, "has an id twice"},
		"an endless attribute":    {sheet(`<row x="` + strings.Repeat("x", maxText) + `"/>`), "a text of more than 1 MiB"},
		"an endless value":        {sheet(`<row><c t="str"><v>` + strings.Repeat("x<!---->", maxText) + `x</v></c></row>`), "a text of more than 1 MiB"},
		"a table that is none":    {xlsxFile{sheet: worksheet(header + good), strings: testStrings, styles: "<x/>"}, `the part xl/styles.xml is a "x"`},
		"data twice": {xlsxFile{sheet: strings.Replace(worksheet(header+good), "</sheetData>", "</sheetData><sheetData>"+good+"</sheetData>", 1)},
			"it has its data twice"},
		"no data":              {xlsxFile{sheet: "<worksheet " + mainNS + "/>"}, "it has no data"},
		"a sheet that is none": {xlsxFile{sheet: "<chartsheet/>"}, "its part is a"},
		"DOCTYPE":              {xlsxFile{sheet: `<!DOCTYPE worksheet [<!ENTITY a "b">]>` + worksheet(header+good)}, "has a DOCTYPE"},
		"DOCTYPE in styles":    {xlsxFile{sheet: worksheet(header + good), styles: "<!DOCTYPE x>" + testStyles}, "xl/styles.xml has a DOCTYPE"},
		"undefined entity":     {sheet(`<row r="2"><c r="A2" t="str"><v>&egrave;</v></c></row>`), "not well-formed XML"},
		"NUL":                  {sheet("<row r=\"2\"><c r=\"A2\" t=\"str\"><v>a\x00</v></c></row>"), "not well-formed XML"},
		"invalid UTF-8":        {sheet("<row r=\"2\"><c r=\"A2\" t=\"str\"><v>a\xff</v></c></row>"), "not well-formed XML"},
		"wrong end":            {sheet(`<row r="2"></c></row>`), "not well-formed XML"},
		"another encoding":     {xlsxFile{sheet: strings.Replace(worksheet(header+good), "UTF-8", "ISO-8859-1", 1)}, "not XML 1.0 in UTF-8"},
		"two roots":            {xlsxFile{sheet: worksheet(header+good) + "<worksheet/>"}, "has a second root element"},
		"an empty part":        {xlsxFile{sheet: " "}, "sheet1.xml is empty"},
		"nesting":              {sheet(strings.Repeat("<x>", 100) + strings.Repeat("</x>", 100)), "nested too deep"},
		"cut shared strings":   {xlsxFile{sheet: worksheet(header + good), strings: testStrings[:len(testStrings)-10]}, "xl/sharedStrings.xml is cut short"},
		"strings that are no strings": {xlsxFile{sheet: worksheet(header + good), strings: testStyles},
			`the part xl/sharedStrings.xml is a "styleSheet"`},
		"a sheet without a part": {xlsxFile{sheet: worksheet(header + good), workbook: `<workbook ` + mainNS + ` xmlns:r="` + relNS +
			`"><sheets><sheet name="Ordini" sheetId="1" r:id="rId9"/></sheets></workbook>`}, `the part of the sheet "Ordini" is missing`},
		"all sheets hidden": {xlsxFile{sheet: worksheet(header + good), workbook: `<workbook ` + mainNS + ` xmlns:r="` + relNS +
			`"><sheets><sheet name="Ordini" sheetId="1" state="veryHidden" r:id="rId1"/></sheets></workbook>`}, "no visible sheet"},
		"no rows":        {sheet(""), "no rows below its header"},
		"no header":      {xlsxFile{sheet: worksheet("")}, `no visible sheet has a known column in its first rows (sheets: "Ordini")`},
		"unknown header": {xlsxFile{sheet: exportOf([]string{"rosso"}, []string{"verde"})}, "no visible sheet has a known column"},
		"two columns":    {xlsxFile{sheet: exportOf([]string{"CF", "", "Codice fiscale"}, []string{"a"})}, `"CF" (column A) and "Codice fiscale" (column C)`},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := readAll(writeFile(t, "ordini.xlsx", c.book.bytes(t)))
			wantUnreadable(t, err, c.cause)
			if strings.Contains(err.Error(), "abc") {
				t.Errorf("the error tells the value of a cell: %v", err)
			}
		})
	}
}

// TestGoodTwinOfTheDamaged shows that the tests above fail for their own reason.
func TestGoodTwinOfTheDamaged(t *testing.T) {
	sheet := worksheet(`<row r="1"><c r="A1" t="str"><v>codiceFiscale</v></c></row><row r="2"><c r="A2" t="str"><v>a</v></c></row>`)
	_, rows, err := readAll(writeFile(t, "ordini.xlsx", xlsxFile{sheet: sheet, styles: testStyles, strings: testStrings}.bytes(t)))
	if err != nil || len(rows) != 1 {
		t.Errorf("%d rows, %v", len(rows), err)
	}
}

func TestForeignZipFiles(t *testing.T) {
	for name, c := range map[string]struct {
		parts map[string]string
		cause string
	}{
		"docx":  {map[string]string{"word/document.xml": "<x/>", "_rels/.rels": "<Relationships/>"}, "a Word document"},
		"ods":   {map[string]string{"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<x/>"}, "an OpenDocument file"},
		"xlsb":  {map[string]string{"xl/workbook.bin": "x"}, "a binary workbook"},
		"pptx":  {map[string]string{"ppt/presentation.xml": "<x/>"}, "a presentation"},
		"other": {map[string]string{"ordini.csv": "CF\na\n"}, "a zip file without a workbook"},
		"none":  {nil, "a zip file without a workbook"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Open(writeFile(t, "ordini.xlsx", zipped(t, c.parts)), Options{})
			wantUnreadable(t, err, c.cause)
		})
	}
}

// TestZipDamage flips what only the zip file itself can tell.
func TestZipDamage(t *testing.T) {
	good := xlsxFile{sheet: worksheet(`<row><c t="str"><v>CF</v></c></row>` + strings.Repeat(`<row><c t="str"><v>a</v></c></row>`, 500)), styles: testStyles}
	const part = "xl/worksheets/sheet1.xml"
	for name, c := range map[string]struct {
		damage func(t *testing.T, content []byte) []byte
		cause  string
	}{
		"wrong checksum":       {overwriteDirectory(part, 16, 0x12345678), "checksum of the part " + part},
		"checksum zero":        {zeroChecksum(good.parts(), part), "checksum of the part " + part},
		"declared too small":   {overwriteDirectory(part, 24, 100), "the part " + part + " is not whole"},
		"declared too large":   {overwriteDirectory(part, 24, 1<<20), "the part " + part + " is cut short"},
		"cut file":             {func(_ *testing.T, content []byte) []byte { return content[:len(content)/2] }, "the zip file is not whole"},
		"encrypted":            {overwriteDirectory(part, 8, 1), "encrypted"},
		"corrupt deflate data": {corruptData(part), "the part " + part},
		"a part twice": {func(t *testing.T, _ []byte) []byte {
			parts := good.parts()
			parts["xl/worksheets/SHEET1.xml"] = good.sheet
			return zipped(t, parts)
		}, "it has the part " + part + " twice"},
		"missing sheet": {func(t *testing.T, _ []byte) []byte {
			parts := good.parts()
			delete(parts, part)
			return zipped(t, parts)
		}, "the part " + part + " is missing"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := readAll(writeFile(t, "ordini.xlsx", c.damage(t, good.bytes(t))))
			wantUnreadable(t, err, c.cause)
		})
	}
}

// overwriteDirectory changes a field of the entry of a part in the central directory.
func overwriteDirectory(part string, offset int, value uint32) func(*testing.T, []byte) []byte {
	return func(t *testing.T, content []byte) []byte {
		at := bytes.LastIndex(content, []byte(part)) - 46
		if at < 0 || !bytes.HasPrefix(content[at:], []byte("PK\x01\x02")) {
			t.Fatal("no entry in the directory")
		}
		if offset == 8 {
			binary.LittleEndian.PutUint16(content[at+offset:], uint16(value))
		} else {
			binary.LittleEndian.PutUint32(content[at+offset:], value)
		}
		return content
	}
}

// zeroChecksum writes a part with a checksum of zero in both places, which archive/zip does not compare.
func zeroChecksum(parts map[string]string, part string) func(*testing.T, []byte) []byte {
	return func(t *testing.T, _ []byte) []byte {
		text := parts[part]
		delete(parts, part)
		var out bytes.Buffer
		z := zip.NewWriter(&out)
		whole, err := zip.NewReader(bytes.NewReader(zipped(t, parts)), int64(len(zipped(t, parts))))
		must(t, err)
		for _, f := range whole.File {
			must(t, z.Copy(f))
		}
		w, err := z.CreateRaw(&zip.FileHeader{Name: part, CompressedSize64: uint64(len(text)), UncompressedSize64: uint64(len(text))})
		must(t, err)
		_, err = io.WriteString(w, text)
		must(t, err)
		must(t, z.Close())
		return out.Bytes()
	}
}

// corruptData overwrites the packed bytes of a part with a block type that does not exist.
func corruptData(part string) func(*testing.T, []byte) []byte {
	return func(t *testing.T, content []byte) []byte {
		z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
		must(t, err)
		for _, f := range z.File {
			if f.Name == part {
				at, err := f.DataOffset()
				must(t, err)
				content[at] = 0xff
				return content
			}
		}
		t.Fatal("no such part")
		return nil
	}
}
