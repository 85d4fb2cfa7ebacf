package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"voucherbul/batch/journal"
	"voucherbul/batch/platform/esito"
	"voucherbul/mapping"
	"voucherbul/mapping/export"
	"voucherbul/mapping/ourfile"
)

const samplesFolder = "../../samples"

// expectedRow is what a sample's row ends in.
type expectedRow struct {
	Row    int    `json:"row"`
	Status string `json:"status"`
	Esito  string `json:"esito"`
	Why    string `json:"why"`
}

// TestSamples runs every export of samples/ through the embedded simulator and compares status and esito of
// every row with the expectations beside it.
func TestSamples(t *testing.T) {
	expectations, err := filepath.Glob(filepath.Join(samplesFolder, "*.expected.json"))
	if err != nil || len(expectations) < 3 {
		t.Fatalf("samples/ has %d expectations, %v", len(expectations), err)
	}
	for _, path := range expectations {
		name := strings.TrimSuffix(path, ".expected.json")
		for _, source := range []string{name + ".csv", name + ".xlsx"} {
			if _, err := os.Stat(source); err != nil {
				continue
			}
			t.Run(filepath.Base(source), func(t *testing.T) {
				t.Parallel()
				checkSample(t, source, expectationsIn(t, path))
			})
		}
	}
}

func checkSample(t *testing.T, source string, want []expectedRow) {
	out := t.TempDir()
	code, stdout, stderr := command(t, "run", "--simulator", "--json", "--out", out, source)
	if wantCode := codeFor(want); code != wantCode {
		t.Errorf("exit code %d, want %d\n%s", code, wantCode, stderr)
	}
	var result jsonResult
	if err := json.Unmarshal([]byte(stdout), &result); err != nil || len(result.Files) != 1 {
		t.Fatalf("stdout is no result: %v\n%s", err, stdout)
	}
	f := result.Files[0]
	if sum := f.Accepted + f.Already + f.Rejected + f.Invalid + f.Uncertain + f.Pending; f.Rows != len(want) || sum != f.Rows {
		t.Errorf("%d rows, which add up to %d; the export has %d", f.Rows, sum, len(want))
	}
	lines := sheetRows(t, f.Outcome, ourfile.SheetRows)
	status, esito := slices.Index(lines[0], "Stato"), slices.Index(lines[0], "Esito")
	if len(lines)-1 != len(want) {
		t.Fatalf("the outcome has %d lines, the export %d rows", len(lines)-1, len(want))
	}
	for i, w := range want {
		line := append(lines[i+1], make([]string, 60)...)
		if got := line[status]; got != journal.State(w.Status).Label() {
			t.Errorf("row %d (%s): status %s, want %s; %v", w.Row, w.Why, got, w.Status, line[status:status+6])
		}
		if got := line[esito]; got != w.Esito {
			t.Errorf("row %d (%s): esito %q, want %q", w.Row, w.Why, got, w.Esito)
		}
	}
}

// codeFor is the exit code that the statuses of a sample ask for (samples/ADMIN.md, Exit codes).
func codeFor(rows []expectedRow) int {
	code := 0
	for _, r := range rows {
		switch r.Status {
		case "rejected", "invalid", "pending":
			code = max(code, 1)
		case "uncertain":
			code = max(code, 2)
		}
	}
	return code
}

// TestSamplesCoverEverything keeps the samples showing every status of an order and every esito of Appendice A.
func TestSamplesCoverEverything(t *testing.T) {
	statuses, esiti := map[string]bool{}, map[string]bool{}
	paths, _ := filepath.Glob(filepath.Join(samplesFolder, "*.expected.json"))
	for _, path := range paths {
		for _, r := range expectationsIn(t, path) {
			statuses[r.Status], esiti[r.Esito] = true, true
		}
	}
	for _, s := range journal.States() {
		if s != journal.Planned && s != journal.Sent && s != journal.Skipped && !statuses[string(s)] {
			t.Errorf("no sample row ends as %s", s)
		}
	}
	for _, e := range esito.Esiti() {
		if !esiti[e.Code] {
			t.Errorf("no sample row ends with %s", e.Code)
		}
	}
	for _, name := range []string{"ordini", "ordini-con-errori"} {
		if n := len(expectationsIn(t, filepath.Join(samplesFolder, name+".expected.json"))); n < 40 {
			t.Errorf("%s has %d rows, it should have 40 at least", name, n)
		}
	}
}

// TestSampleWorkbook keeps ordini.xlsx the same orders as ordini.csv, with cells as Excel would type them.
// Run with -update after a change of the CSV.
func TestSampleWorkbook(t *testing.T) {
	source, workbook := filepath.Join(samplesFolder, "ordini.csv"), filepath.Join(samplesFolder, "ordini.xlsx")
	if *update {
		writeSampleWorkbook(t, source, workbook)
	}
	fromCSV, fromXLSX := requestsOf(t, source), requestsOf(t, workbook)
	if len(fromCSV) < 40 || !slices.Equal(fromCSV, fromXLSX) {
		t.Errorf("ordini.csv and ordini.xlsx are not the same orders: run this test with -update")
		for i := range min(len(fromCSV), len(fromXLSX)) {
			if fromCSV[i] != fromXLSX[i] {
				t.Errorf("row %d:\ncsv  %s\nxlsx %s", i+2, fromCSV[i], fromXLSX[i])
			}
		}
	}
}

// TestSamplesUseEveryField keeps every field of the table in use in ordini.csv.
func TestSamplesUseEveryField(t *testing.T) {
	all := strings.Join(requestsOf(t, filepath.Join(samplesFolder, "ordini.csv")), "\n")
	for _, f := range mapping.Fields() {
		if f.Name != "operazione" && !strings.Contains(all, `"`+f.Name+`":`) {
			t.Errorf("no order uses %s", f.Name)
		}
	}
}

func requestsOf(t *testing.T, path string) []string {
	t.Helper()
	export, err := export.Reading{Mapper: mapping.Mapper{Operator: "12345678903", Now: time.Now()}}.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	var requests []string
	for row, err := range export.Rows() {
		if err != nil {
			t.Fatal(err)
		}
		if row.Request == nil {
			t.Errorf("%s row %d: %v", path, row.Number, row.Problems)
		}
		canonical, err := mapping.Canonical(row.Request)
		if err != nil {
			t.Fatal(err)
		}
		requests = append(requests, string(canonical))
	}
	return requests
}

// writeSampleWorkbook gives cells the types a person's workbook has: dates as dates, speeds as numbers, the
// rest as text.
func writeSampleWorkbook(t *testing.T, source, workbook string) {
	t.Helper()
	export, err := export.Reading{Mapper: mapping.Mapper{Now: time.Now()}}.Open(source)
	if err != nil {
		t.Fatal(err)
	}
	header := export.Header()
	book := excelize.NewFile()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(book.SetSheetName("Sheet1", "Ordini"))
	bold, err := book.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	must(err)
	day, err := book.NewStyle(&excelize.Style{NumFmt: 14})
	must(err)
	moment, err := book.NewStyle(&excelize.Style{NumFmt: 22})
	must(err)
	must(book.SetSheetRow("Ordini", "A1", &header))
	must(book.SetRowStyle("Ordini", 1, 1, bold))
	line := 1
	for row, err := range export.Rows() {
		must(err)
		line++
		for i, value := range row.Cells {
			cell, err := excelize.CoordinatesToCellName(i+1, line)
			must(err)
			if value == "" {
				continue
			}
			if at, err := time.Parse("02/01/2006", value); err == nil {
				must(book.SetCellValue("Ordini", cell, at))
				must(book.SetCellStyle("Ordini", cell, cell, day))
			} else if at, err := time.Parse("02/01/2006 15:04", value); err == nil {
				must(book.SetCellValue("Ordini", cell, at))
				must(book.SetCellStyle("Ordini", cell, cell, moment))
			} else if n, err := strconv.Atoi(value); err == nil && strings.Contains(header[i], "Velocità") {
				must(book.SetCellInt("Ordini", cell, int64(n)))
			} else {
				must(book.SetCellStr("Ordini", cell, value))
			}
		}
	}
	for i := range header {
		letter, err := excelize.ColumnNumberToName(i + 1)
		must(err)
		must(book.SetColWidth("Ordini", letter, letter, 18))
	}
	must(book.SaveAs(workbook))
	must(book.Close())
}

func expectationsIn(t *testing.T, path string) []expectedRow {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var rows []expectedRow
	if err := json.Unmarshal(data, &rows); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return rows
}

func sheetRows(t *testing.T, path, sheet string) [][]string {
	t.Helper()
	book, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	rows, err := book.GetRows(sheet)
	if err != nil {
		t.Fatal(err)
	}
	return rows
}
