package orderfile

import (
	"archive/zip"
	"bytes"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"
)

const (
	mainNS = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"`
	relNS  = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	pkgNS  = `xmlns="http://schemas.openxmlformats.org/package/2006/relationships"`
)

// What package xlsx promises, in its own numbers and words.
const (
	maxRows       = 1_048_576
	maxUnpacked   = 600 << 20 // all parts that are read
	maxPart       = 50 << 20  // any part but the sheets and the shared strings
	maxText       = 1 << 20   // of one string
	noCachedValue = "#VALORE!"
)

// xlsxFile is the smallest workbook: one sheet, with or without styles and shared strings.
type xlsxFile struct {
	sheet, styles, strings string
	workbook               string // instead of the usual one
	rels                   string // besides the usual ones
}

// worksheet wraps the rows of a sheet.
func worksheet(rows string) string {
	return `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><worksheet ` + mainNS + `><sheetData>` + rows + `</sheetData></worksheet>`
}

// exportOf is a worksheet of texts, without row numbers and cell names.
func exportOf(rows ...[]string) string {
	var s strings.Builder
	for _, row := range rows {
		s.WriteString("<row>")
		for _, cell := range row {
			s.WriteString(`<c t="inlineStr"><is><t>` + cell + `</t></is></c>`)
		}
		s.WriteString("</row>")
	}
	return worksheet(s.String())
}

func (x xlsxFile) parts() map[string]string {
	arrow := func(id, kind, target string) string {
		return `<Relationship Id="` + id + `" Type="` + relNS + "/" + kind + `" Target="` + target + `"/>`
	}
	arrows := x.rels + arrow("rId1", "worksheet", "worksheets/sheet1.xml")
	parts := map[string]string{
		"_rels/.rels": `<Relationships ` + pkgNS + `>` + arrow("rId1", "officeDocument", "xl/workbook.xml") + `</Relationships>`,
		"xl/workbook.xml": `<workbook ` + mainNS + ` xmlns:r="` + relNS + `"><sheets><sheet name="Ordini" sheetId="1" r:id="rId1"/>` +
			`</sheets></workbook>`,
		"xl/worksheets/sheet1.xml": x.sheet,
	}
	if x.workbook != "" {
		parts["xl/workbook.xml"] = x.workbook
	}
	if x.styles != "" {
		parts["xl/styles.xml"] = x.styles
		arrows += arrow("rId2", "styles", "/xl/styles.xml")
	}
	if x.strings != "" {
		parts["xl/sharedStrings.xml"] = x.strings
		arrows += arrow("rId3", "sharedStrings", "sharedStrings.xml")
	}
	parts["xl/_rels/workbook.xml.rels"] = `<Relationships ` + pkgNS + `>` + arrows + `</Relationships>`
	return parts
}

func (x xlsxFile) bytes(t *testing.T) []byte { return zipped(t, x.parts()) }

func zipped(t *testing.T, parts map[string]string) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, name := range slices.Sorted(maps.Keys(parts)) {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, parts[name]); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// unzipped is the reverse, for workbooks that another program wrote.
func unzipped(t *testing.T, content []byte) map[string]string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	parts := make(map[string]string)
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		parts[f.Name] = string(text)
	}
	return parts
}
