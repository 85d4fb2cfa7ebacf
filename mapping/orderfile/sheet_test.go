package orderfile

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"voucherbul/mapping"
	"voucherbul/mapping/orderfile/grid"
)

// readRecords reads the sheet of a workbook to its end. The cells are kept as they are given: the texts of a
// row must outlive it.
func readRecords(t *testing.T, parts map[string]string, o Options) ([]grid.Record, error) {
	t.Helper()
	o.Claims = mapping.Claims
	file, err := os.Open(writeFile(t, "ordini.xlsx", zipped(t, parts)))
	must(t, err)
	defer file.Close()
	s, table, err := openWorkbook(file, o)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	var records []grid.Record
	for {
		r, err := table.next()
		if err == io.EOF {
			return records, nil
		}
		if err != nil {
			return records, err
		}
		r.Cells = slices.Clone(r.Cells)
		records = append(records, r)
	}
}

const sheetHeader = `<row r="1"><c r="A1" t="str"><v>CF</v></c><c r="B1" t="str"><v>Cognome</v></c><c r="C1" t="str"><v>CAP</v></c></row>`

// textRow is a row of the sheet with one text in each column that is named.
func textRow(row int, columns ...string) string {
	var s strings.Builder
	fmt.Fprintf(&s, `<row r="%d">`, row)
	for _, column := range columns {
		fmt.Fprintf(&s, `<c r="%s%d" t="str"><v>%s%d</v></c>`, column, row, strings.ToLower(column), row)
	}
	return s.String() + "</row>"
}

func TestHiddenRowsAreTold(t *testing.T) {
	rows := sheetHeader
	for i, hidden := range []string{`hidden="1"`, `hidden="true"`, `hidden="0"`, ``, `x:hidden="1"`, `collapsed="1"`, `ht="0" customHeight="1"`, `ht="0.0"`, `ht="0.5"`, `ht="15"`, `hidden="1" ht="15"`, `ht="0" hidden="0"`} {
		rows += strings.Replace(textRow(i+2, "A"), "<row ", `<row xmlns:x="u" `+hidden+` `, 1)
	}
	records, err := readRecords(t, xlsxFile{sheet: worksheet(rows)}.parts(), Options{})
	must(t, err)
	var hidden []int
	for _, r := range records {
		if r.Hidden {
			hidden = append(hidden, r.Number)
		}
	}
	if !slices.Equal(hidden, []int{2, 3, 8, 9, 12, 13}) {
		t.Errorf("hidden rows %d of %d", hidden, len(records))
	}
}

func TestDatesOfTheSheet(t *testing.T) {
	rows := sheetHeader + `<row r="2"><c r="A2" s="1"><v>46101</v></c><c r="B2" t="str"><v>20/03/2026</v></c><c r="C2" t="d"><v>2026-03-20</v></c></row>` +
		`<row r="3"><c r="A3" s="3"><v>0.5</v></c><c r="B3" t="d"><v>T10:00</v></c><c r="C3" s="7"><v>1</v></c></row>`
	records, err := readRecords(t, xlsxFile{sheet: worksheet(rows), styles: testStyles}.parts(), Options{})
	must(t, err)
	for i, want := range [][]bool{{true, false, true}, {false, false, false}} {
		for column, date := range want {
			if records[i].Dates.Has(column) != date {
				t.Errorf("row %d, column %d: date %t, want %t (%q)", records[i].Number, column, !date, date, records[i].Cells)
			}
		}
	}
}

// withTable adds a table to the sheet.
func withTable(parts map[string]string, attrs string) map[string]string {
	parts["xl/worksheets/_rels/sheet1.xml.rels"] = `<Relationships ` + pkgNS + `><Relationship Id="rId1" Type="` + relNS + `/table" Target="../tables/table1.xml"/>` +
		`<Relationship Id="rId2" Type="` + relNS + `/hyperlink" Target="https://example.org/" TargetMode="External"/></Relationships>`
	parts["xl/tables/table1.xml"] = `<table ` + mainNS + ` id="1" name="T" displayName="T" ` + attrs + `><autoFilter ref="A1:C4"/><tableColumns count="3"/></table>`
	return parts
}

func TestTotalsOfTables(t *testing.T) {
	for name, c := range map[string]struct {
		table string
		last  string
		want  []int
	}{
		"one":                     {`ref="A1:C4" totalsRowCount="1"`, textRow(4, "A", "C"), []int{4}},
		"two":                     {`ref="A1:C4" totalsRowCount="2"`, textRow(4, "A"), []int{3, 4}},
		"none":                    {`ref="A1:C4"`, textRow(4, "A"), nil},
		"shown once":              {`ref="A1:C4" totalsRowShown="1"`, textRow(4, "A"), nil},
		"beside the orders":       {`ref="E1:F4" totalsRowCount="1"`, textRow(4, "A", "E"), nil},
		"another value beside it": {`ref="A1:B4" totalsRowCount="1"`, textRow(4, "A", "C"), nil},
	} {
		t.Run(name, func(t *testing.T) {
			parts := withTable(xlsxFile{sheet: worksheet(sheetHeader + textRow(2, "A") + textRow(3, "A") + c.last)}.parts(), c.table)
			records, err := readRecords(t, parts, Options{})
			must(t, err)
			var totals []int
			for _, r := range records {
				if r.Total {
					totals = append(totals, r.Number)
				}
			}
			if len(records) != 3 || !slices.Equal(totals, c.want) {
				t.Errorf("totals %d, want %d", totals, c.want)
			}
		})
	}
	parts := withTable(xlsxFile{sheet: worksheet(sheetHeader + textRow(2, "A"))}.parts(), `ref="A1:C2"`)
	parts["xl/tables/table1.xml"] = "<tableau/>"
	if _, err := readRecords(t, parts, Options{}); err == nil || !strings.Contains(err.Error(), `the part xl/tables/table1.xml is a "tableau"`) {
		t.Errorf("no table: %v", err)
	}
	for attrs, cause := range map[string]string{
		`totalsRowCount="1"`:              "has no valid range",
		`ref="A1:C4" totalsRowCount="x"`:  "no valid number of rows of totals",
		`ref="A1:C4" totalsRowCount="4"`:  "no valid number of rows of totals",
		`ref="A4:C1"`:                     "has no valid range",
		`ref="A1:C4" totalsRowCount="-1"`: "no valid number of rows of totals",
	} {
		_, err := readRecords(t, withTable(xlsxFile{sheet: worksheet(sheetHeader + textRow(2, "A"))}.parts(), attrs), Options{})
		if err == nil || !strings.Contains(err.Error(), cause) {
			t.Errorf("%s: %v, want %q", attrs, err, cause)
		}
	}
}

func TestMergedCells(t *testing.T) {
	for name, c := range map[string]struct {
		merged  string
		refused string
	}{
		"a title":                  {"A1:C2", ""},
		"a header of two rows":     {"A3:A4", "A3:A4"},
		"above and the header":     {"B1:B3", ""},
		"within one row":           {"A5:C5", ""},
		"two rows":                 {"B5:B6", "B5:B6"},
		"many columns":             {"A5:C7", "A5:C7"},
		"one cell":                 {"A5", ""},
		"below all texts":          {"A90:C95", ""},
		"far to the right":         {"GS5:GS6", ""},
		"a title over all that is": {"A1:A9", "A1:A9"},
	} {
		for size, rows := range map[string]int{"short": 10, "long": 60} { // a short sheet ends before its header is known
			t.Run(name+" "+size, func(t *testing.T) {
				sheet := strings.NewReplacer(`r="1"`, `r="3"`, "A1", "A3", "B1", "B3", "C1", "C3").Replace(sheetHeader)
				for row := 4; row <= rows; row++ {
					sheet += textRow(row, "A", "B")
				}
				sheet = strings.Replace(worksheet(sheet), "</sheetData>", `</sheetData><mergeCells count="2"><mergeCell ref="A1:C1"/><mergeCell ref="`+c.merged+`"/></mergeCells>`, 1)
				_, rowsRead, err := readAll(writeFile(t, "ordini.xlsx", xlsxFile{sheet: sheet}.bytes(t)))
				if c.refused != "" {
					wantUnreadable(t, err, `the cells `+c.refused+` are merged over several rows`)
				} else if err != nil || len(rowsRead) != rows-3 {
					t.Errorf("%d rows, %v", len(rowsRead), err)
				}
			})
		}
	}
	sheet := strings.Replace(worksheet(sheetHeader+textRow(2, "A")), "</sheetData>", `</sheetData><mergeCells><mergeCell ref="A2:"/></mergeCells>`, 1)
	_, _, err := readAll(writeFile(t, "ordini.xlsx", xlsxFile{sheet: sheet}.bytes(t)))
	wantUnreadable(t, err, "a merged range has the name")
}

func TestSheetIsAskedFor(t *testing.T) {
	book := `<workbook ` + mainNS + ` xmlns:r="` + relNS + `"><sheets><sheet name="Note" sheetId="1" r:id="rId1"/><sheet name="Ordini marzo" sheetId="2" r:id="rId1"/>` +
		`<sheet name="Voce" sheetId="3" r:id="rId1"/><sheet name="VOCE" sheetId="4" state="hidden" r:id="rId1"/></sheets></workbook>`
	for asked, want := range map[string]string{"Ordini marzo": "Ordini marzo", "ordini  MARZO ": "Ordini marzo", "Voce": "Voce", "VOCE": "VOCE"} {
		f, err := Open(writeFile(t, "ordini.xlsx", xlsxFile{sheet: exportOf([]string{"CF"}, []string{"a"}), workbook: book}.bytes(t)), Options{Sheet: asked})
		if err != nil || f.Sheet() != want {
			t.Errorf("%q: %v", asked, err)
			continue
		}
		must(t, f.Close())
	}
	_, err := Open(writeFile(t, "ordini.xlsx", xlsxFile{sheet: exportOf([]string{"rosso"}), workbook: book}.bytes(t)), Options{Sheet: "note"})
	wantUnreadable(t, err, `no column in the first 20 rows of the sheet "Note" is known`)
	for asked, want := range map[string]string{
		"ordine Marzo": `there is no sheet "ordine Marzo"; did you mean "Ordini marzo"? the workbook has "Note", "Ordini marzo", "Voce", "VOCE"`,
		"Ordini mazro": `did you mean "Ordini marzo"?`,
		"xyz":          `there is no sheet "xyz"; the workbook has "Note"`,
		"voce":         `several sheets are called "voce"; write the name just as it is`,
	} {
		_, err := Open(writeFile(t, "ordini.xlsx", xlsxFile{sheet: exportOf([]string{"CF"}, []string{"a"}), workbook: book}.bytes(t)), Options{Sheet: asked})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", asked, err, want)
		}
	}
}

// TestPrefixedParts reads a workbook whose every element has a prefix, as some libraries write it.
func TestPrefixedParts(t *testing.T) {
	prefixed := strings.NewReplacer("<?", "<?", "</", "</x:", "<", "<x:", "xmlns=", "xmlns:x=")
	parts := xlsxFile{sheet: exportOf([]string{"CF"}, []string{"RSSMRA85T10H501O"}), styles: testStyles, strings: testStrings}.parts()
	for name, text := range parts {
		parts[name] = "\ufeff" + prefixed.Replace(text)
	}
	records, err := readRecords(t, parts, Options{})
	must(t, err)
	if len(records) != 1 || records[0].Cells[0] != "RSSMRA85T10H501O" {
		t.Errorf("%+v", records)
	}
}

// TestTextsOutliveTheirRow: the buffers of a row are used again, its texts are not.
func TestTextsOutliveTheirRow(t *testing.T) {
	rows := sheetHeader
	for row := 2; row <= 200; row++ {
		rows += textRow(row, "A", "C")
	}
	records, err := readRecords(t, xlsxFile{sheet: worksheet(rows)}.parts(), Options{})
	must(t, err)
	for _, r := range records {
		if want := []string{fmt.Sprintf("a%d", r.Number), "", fmt.Sprintf("c%d", r.Number)}; !slices.Equal(r.Cells, want) {
			t.Fatalf("row %d: %q", r.Number, r.Cells)
		}
	}
}
