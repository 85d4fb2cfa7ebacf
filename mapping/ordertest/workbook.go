package ordertest

import (
	"archive/zip"
	"bufio"
	"encoding/xml"
	"io"
	"iter"
	"strconv"
	"strings"

	"voucherbul/mapping"
)

// The parts of a workbook that are the same in every one.
const (
	contentTypes = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>`
	rootRels = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`
	workbookPart = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Ordini" sheetId="1" r:id="rId1"/></sheets></workbook>`
	workbookRels = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>`
	mainNamespace = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"`
)

// WriteWorkbook writes orders as Excel saves an export with every column: each text a shared string.
func WriteWorkbook(w io.Writer, orders iter.Seq[mapping.Order]) error {
	z := zip.NewWriter(w)
	for _, part := range []struct{ name, text string }{
		{"[Content_Types].xml", contentTypes}, {"_rels/.rels", rootRels}, {"xl/workbook.xml", workbookPart}, {"xl/_rels/workbook.xml.rels", workbookRels},
	} {
		if err := writePart(z, part.name, func(out *bufio.Writer) { out.WriteString(part.text) }); err != nil {
			return err
		}
	}
	fields := mapping.Fields()
	index := map[string]int{}
	var texts []string
	err := writePart(z, "xl/worksheets/sheet1.xml", func(out *bufio.Writer) {
		line := 0
		row := func(text func(mapping.Field) string) {
			line++
			number := strconv.Itoa(line)
			out.WriteString(`<row r="` + number + `" spans="1:` + strconv.Itoa(len(fields)) + `">`)
			for column, f := range fields {
				t := text(f)
				if t == "" {
					continue
				}
				i, ok := index[t]
				if !ok {
					i = len(texts)
					index[t], texts = i, append(texts, t)
				}
				out.WriteString(`<c r="` + letters26(column) + number + `" t="s"><v>` + strconv.Itoa(i) + `</v></c>`)
			}
			out.WriteString(`</row>`)
		}
		out.WriteString(xml.Header + `<worksheet ` + mainNamespace + `><sheetData>`)
		row(func(f mapping.Field) string { return f.Label })
		for o := range orders {
			row(func(f mapping.Field) string { return f.In(&o) })
		}
		out.WriteString(`</sheetData></worksheet>`)
	})
	if err != nil {
		return err
	}
	err = writePart(z, "xl/sharedStrings.xml", func(out *bufio.Writer) {
		out.WriteString(xml.Header + `<sst ` + mainNamespace + `>`)
		escape := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
		for _, t := range texts {
			out.WriteString(`<si><t xml:space="preserve">` + escape.Replace(t) + `</t></si>`)
		}
		out.WriteString(`</sst>`)
	})
	if err != nil {
		return err
	}
	return z.Close()
}

// writePart writes one part; what a bufio.Writer cannot write it says at the end.
func writePart(z *zip.Writer, name string, write func(*bufio.Writer)) error {
	part, err := z.Create(name)
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(part, 1<<16)
	write(out)
	return out.Flush()
}

// letters26 is the name of a column below 702, from 0.
func letters26(column int) string {
	if column >= 26 {
		return string(rune('A'+column/26-1)) + string(rune('A'+column%26))
	}
	return string(rune('A' + column))
}
