package report

import (
	"archive/zip"
	"encoding/xml"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// elementsOf gives the elements of a sheet in their order, without what is within them, and its rows.
func elementsOf(t *testing.T, path string, id int) (elements []string, rows int) {
	t.Helper()
	archive, err := zip.OpenReader(path)
	must(t, err)
	defer archive.Close()
	part, err := archive.Open(fmt.Sprintf("xl/worksheets/sheet%d.xml", id))
	must(t, err)
	defer part.Close()
	depth := 0
	for d := xml.NewDecoder(part); ; {
		token, err := d.Token()
		if err == io.EOF {
			return elements, rows
		}
		must(t, err)
		switch token := token.(type) {
		case xml.StartElement:
			if depth++; depth == 2 {
				elements = append(elements, token.Name.Local)
			}
			if token.Name.Local == "row" {
				rows++
			}
			for _, a := range token.Attr {
				if a.Name.Local == "filterMode" {
					t.Errorf("sheet %d says that it is filtered", id)
				}
			}
		case xml.EndElement:
			depth--
		}
	}
}

// sheetSchema are the elements that a sheet may have, in their order.
func sheetSchema() []string {
	return strings.Fields(`sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr sheetProtection protectedRanges scenarios autoFilter
		sortState dataConsolidate customSheetViews mergeCells phoneticPr conditionalFormatting dataValidations hyperlinks printOptions pageMargins pageSetup
		headerFooter rowBreaks colBreaks customProperties cellWatches ignoredErrors smartTags drawing legacyDrawing legacyDrawingHF picture oleObjects
		controls webPublishItems tableParts extLst`)
}

// TestElementsOfASheet asserts the order that Excel asks for; LibreOffice and the library would read any.
func TestElementsOfASheet(t *testing.T) {
	folder := t.TempDir()
	must(t, WriteOutcome(filepath.Join(folder, "esiti"), outcome(t, "ordini.csv")))
	_, err := WriteControl(filepath.Join(folder, "controllo"), sampleControl())
	must(t, err)
	for name, test := range map[string]struct {
		id, rows int
		needs    string
	}{"esiti": {2, 8, "dimension sheetViews cols sheetData pageSetup"}, "controllo": {1, 5, "dimension sheetViews cols sheetData autoFilter pageSetup legacyDrawing"}} {
		elements, rows := elementsOf(t, filepath.Join(folder, name), test.id)
		equal(t, name+": rows", rows, test.rows)
		place := -1
		for _, element := range elements {
			next := slices.Index(sheetSchema(), element)
			if next <= place {
				t.Errorf("%s: element %s has its place before the one above it: %q", name, element, elements)
			}
			place = next
		}
		for _, element := range strings.Fields(test.needs) {
			if !slices.Contains(elements, element) {
				t.Errorf("%s: element %s is missing: %q", name, element, elements)
			}
		}
	}
}
