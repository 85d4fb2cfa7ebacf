package outcome

import (
	"path/filepath"
	"testing"
	"time"

	"voucherbul/batch/journal"
	"voucherbul/report/booktest"
	"voucherbul/report/shelf"
)

// TestStructure asserts the rules that Excel is strict about, for every case. If one is broken, Excel offers to repair the
// workbook, and that is the first thing a clerk would see. LibreOffice and the library read nearly anything.
func TestStructure(t *testing.T) {
	for _, name := range goldenCases(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), name+".esiti.xlsx")
			booktest.Must(t, Write(path, readCase(t, name).outcome(t)))
			p := booktest.PartsOf(t, path)
			p.CheckArchive()
			p.CheckBook()
			checkCharts(t, p)
			checkSigned(t, p, readCase(t, name).Run)
		})
	}
}

// checkSigned asserts that the workbook says what it is of, and who has made it and when.
func checkSigned(t *testing.T, p *booktest.Parts, run journal.Run) {
	t.Helper()
	core := p.Root("docProps/core.xml")
	said := func(name string) string {
		found := core.Find(name)
		if len(found) != 1 {
			t.Errorf("docProps say %d times what is their %s", len(found), name)
			return ""
		}
		return found[0].Text
	}
	booktest.Equal(t, "docProps", []string{said("creator"), said("lastModifiedBy"), said("identifier")}, []string{shelf.Maker, shelf.Maker, run.ID})
	for _, name := range []string{"created", "modified"} {
		if _, err := time.Parse(time.RFC3339, said(name)); err != nil {
			t.Errorf("docProps: %v", err)
		}
	}
	booktest.Equal(t, "application", p.Root("docProps/app.xml").Find("Application")[0].Text, shelf.Maker)
}

// TestElementsOfASheet asserts the order that Excel asks for; LibreOffice and the library would read any.
func TestElementsOfASheet(t *testing.T) {
	path := filepath.Join(t.TempDir(), "esiti")
	booktest.Must(t, Write(path, outcome(t, "ordini.csv")))
	booktest.CheckElements(t, path, 2, 8, "dimension sheetViews cols sheetData pageSetup")
}
