package report

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"voucherbul/report/booktest"
)

// TestElementsOfASheet asserts the order that Excel asks for; LibreOffice and the library would read any.
func TestElementsOfASheet(t *testing.T) {
	folder := t.TempDir()
	booktest.Must(t, WriteOutcome(filepath.Join(folder, "esiti"), outcome(t, "ordini.csv")))
	_, err := WriteControl(filepath.Join(folder, "controllo"), sampleControl())
	booktest.Must(t, err)
	for name, test := range map[string]struct {
		id, rows int
		needs    string
	}{"esiti": {2, 8, "dimension sheetViews cols sheetData pageSetup"}, "controllo": {1, 5, "dimension sheetViews cols sheetData autoFilter pageSetup legacyDrawing"}} {
		elements, rows := booktest.ElementsOf(t, filepath.Join(folder, name), test.id)
		booktest.Equal(t, name+": rows", rows, test.rows)
		place := -1
		for _, element := range elements {
			next := slices.Index(booktest.SheetSchema(), element)
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
