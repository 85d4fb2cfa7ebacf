package orderfile

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// FuzzOpen: whatever is in a file, it is read or refused; numbers ascend and rows are as wide as the header,
// whose titles are found again.
func FuzzOpen(f *testing.F) {
	seeds, err := filepath.Glob("testdata/*.csv")
	if err != nil {
		f.Fatal(err)
	}
	for _, path := range seeds {
		content, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(content)
	}
	f.Fuzz(func(t *testing.T, content []byte) { checkAnyFile(t, content) })
}

// FuzzSheet does the same for the XML of a sheet, which no fuzzer would reach through a zip file.
func FuzzSheet(f *testing.F) {
	f.Add(worksheet(`<row r="1"><c r="A1" t="s"><v>0</v></c></row><row r="2"><c r="A2" s="1"><v>46101.5</v></c></row>`))
	f.Add(exportOf([]string{"CF", "Nome"}, []string{"a", "_x0041_"}))
	f.Add(worksheet(`<row><c t="b"><v>1</v></c><c t="e"><f>A1</f></c></row>`))
	f.Add(strings.Replace(worksheet(sheetHeader+`<row hidden="1"/>`+textRow(3, "A", "B")), "</sheetData>", `</sheetData><mergeCells><mergeCell ref="A3:A4"/></mergeCells>`, 1))
	f.Fuzz(func(t *testing.T, sheet string) {
		checkAnyFile(t, xlsxFile{sheet: sheet, styles: testStyles, strings: testStrings}.bytes(t))
	})
}

func checkAnyFile(t *testing.T, content []byte) {
	t.Helper()
	path := writeFile(t, "file", content)
	file, rows, err := readAll(path)
	if err != nil {
		checkMutant(t, err, path, "any file")
		if _, err := SheetsWith(path, outcomeTitles); err != nil {
			checkMutant(t, err, path, "any file")
		}
		return
	}
	if names, err := SheetsWith(path, file.Header()); err != nil || !slices.Contains(names, file.Sheet()) {
		t.Fatalf("the header %q is on the sheets %q, not on %q; error %v", file.Header(), names, file.Sheet(), err)
	}
	checkRows(t, file.Header(), rows)
}

// checkRows: the numbers ascend, and every row is as wide as the header.
func checkRows(t *testing.T, header []string, rows []Row) {
	t.Helper()
	last := 0
	for _, row := range rows {
		if row.Number <= last || row.Order.Row != row.Number || len(row.Cells) != len(header) {
			t.Fatalf("row %d after row %d has %d cells of %d", row.Number, last, len(row.Cells), len(header))
		}
		last = row.Number
	}
}
