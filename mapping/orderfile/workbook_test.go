package orderfile

import (
	"bytes"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"voucherbul/mapping"
	"voucherbul/mapping/orderfile/xlsx"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// written is what another program wrote, with the texts that a person reads in it.
var written = []struct {
	header string
	value  any
	format int // built-in number format, 0 = general
	want   string
}{
	{"Codice fiscale", "RSSMRA85T10H501O", 0, "RSSMRA85T10H501O"},
	{"Cognome", "D’ALÒ & <FIGLI>  ", 0, "D’ALÒ & <FIGLI>  "},
	{"CAP", "00184", 0, "00184"},
	{"Telefono", 3330000000, 0, "3330000000"},
	{"Velocità", 1000, 3, "1000"},
	{"Sconto", 0.1, 9, "0.1"},
	{"Grande", 12345678903.0, 11, "12345678903"},
	{"Data di nascita", time.Date(1985, 12, 10, 0, 0, 0, 0, time.UTC), 14, "10/12/1985"},
	{"Data attivazione", time.Date(2026, 3, 20, 10, 30, 0, 0, time.UTC), 22, "20/03/2026 10:30:00"},
	{"Attivo", true, 0, "VERO"},
	{"Sospeso", false, 0, "FALSO"},
	{"Via", "VIA ROMA\n10\ttab", 0, "VIA ROMA\n10\ttab"},
	{"Vuota", "", 0, ""},
	{"Civico", " ", 0, " "},
	{"Interno", "=3", 0, "=3"},
	{"Nome", strings.Repeat("È", 3_000), 0, strings.Repeat("È", 3_000)},
}

// TestReadsWhatExcelizeWrote compares cell for cell, with shared and with inline strings, in more than one batch.
func TestReadsWhatExcelizeWrote(t *testing.T) {
	const rows = batchRows + 50
	writers := map[string]func(*testing.T, *excelize.File, int, []any, []int){
		"SetCellValue": func(t *testing.T, f *excelize.File, row int, values []any, styles []int) {
			for i, value := range values {
				name := fmt.Sprintf("%s%d", xlsx.ColumnLetters(i+1), row)
				must(t, f.SetCellValue("Sheet1", name, value))
				if styles != nil && styles[i] != 0 {
					must(t, f.SetCellStyle("Sheet1", name, name, styles[i]))
				}
			}
		},
		"StreamWriter": nil,
	}
	for name, write := range writers {
		t.Run(name, func(t *testing.T) {
			f := excelize.NewFile()
			defer f.Close()
			var header, values []any
			var styles []int
			var want []string
			for _, w := range written {
				style := 0
				if w.format != 0 {
					var err error
					style, err = f.NewStyle(&excelize.Style{NumFmt: w.format})
					must(t, err)
				}
				header, values, styles, want = append(header, w.header), append(values, w.value), append(styles, style), append(want, w.want)
			}
			if write != nil {
				write(t, f, 1, header, nil)
				for row := range rows {
					write(t, f, row+2, values, styles)
				}
			} else {
				stream, err := f.NewStreamWriter("Sheet1")
				must(t, err)
				must(t, stream.SetRow("A1", header))
				cells := make([]any, len(values))
				for i := range values {
					cells[i] = excelize.Cell{StyleID: styles[i], Value: values[i]}
				}
				for row := range rows {
					must(t, stream.SetRow(fmt.Sprintf("A%d", row+2), cells))
				}
				must(t, stream.Flush())
			}
			path := filepath.Join(t.TempDir(), "ordini.xlsx")
			must(t, f.SaveAs(path))

			file, got, err := readAll(path)
			must(t, err)
			if len(got) != rows || !slices.Equal(Unknown(file.Header(), mapping.Claims), []string{"Sconto", "Grande", "Attivo", "Sospeso", "Vuota"}) {
				t.Errorf("%d rows, unknown %q", len(got), Unknown(file.Header(), mapping.Claims))
			}
			for i, row := range got {
				if row.Number != i+2 || !slices.Equal(row.Cells, want) || row.Problems != nil {
					t.Fatalf("row %d: %.300q\nwant %.300q", row.Number, row.Cells, want)
				}
			}
			if o := got[0].Order; o.Cap != "00184" || o.DataDiNascita != "10/12/1985" || o.NumeroDiTelefono != "3330000000" {
				t.Errorf("order %+v", o)
			}
		})
	}
}

func TestDate1904(t *testing.T) {
	yes := true
	f := excelize.NewFile()
	defer f.Close()
	must(t, f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &yes}))
	must(t, f.SetSheetRow("Sheet1", "A1", &[]any{"CF", "Data attivazione"}))
	must(t, f.SetSheetRow("Sheet1", "A2", &[]any{"RSSMRA85T10H501O", time.Date(2026, 3, 20, 0, 0, 0, 0, time.UTC)}))
	path := filepath.Join(t.TempDir(), "ordini.xlsx")
	must(t, f.SaveAs(path))
	_, rows, err := readAll(path)
	must(t, err)
	if rows[0].Order.DataAttivazione != "20/03/2026" {
		t.Errorf("row %+v", rows[0])
	}
}

// TestChoosesTheSheet: hidden sheets, notes, empty sheets and charts are passed over.
func TestChoosesTheSheet(t *testing.T) {
	f := excelize.NewFile()
	defer f.Close()
	for _, name := range []string{"Note", "Vuoto", "Ordini"} {
		_, err := f.NewSheet(name)
		must(t, err)
	}
	must(t, f.SetSheetRow("Sheet1", "A1", &[]any{"CF"}))
	must(t, f.SetSheetRow("Sheet1", "A2", &[]any{"NASCOSTO"}))
	must(t, f.SetSheetRow("Note", "A1", &[]any{"Istruzioni"}))
	must(t, f.SetSheetRow("Ordini", "B3", &[]any{"CF", "Cognome"}))
	must(t, f.SetSheetRow("Ordini", "B5", &[]any{"RSSMRA85T10H501O", "ROSSI"}))
	must(t, f.SetSheetRow("Ordini", "B9", &[]any{"FOXNNA90A41F205E"}))
	f.SetActiveSheet(3)
	must(t, f.SetSheetVisible("Sheet1", false))
	path := filepath.Join(t.TempDir(), "ordini.xlsx")
	must(t, f.SaveAs(path))
	file, rows, err := readAll(path)
	must(t, err)
	if !slices.Equal(file.Header(), []string{"", "CF", "Cognome"}) || len(rows) != 2 ||
		rows[0].Number != 5 || rows[1].Number != 9 || !slices.Equal(rows[1].Cells, []string{"", "FOXNNA90A41F205E", ""}) {
		t.Errorf("header %q, rows %+v", file.Header(), rows)
	}
}

// TestStrictNamespaces reads a workbook of the other OOXML dialect.
func TestStrictNamespaces(t *testing.T) {
	parts := xlsxFile{sheet: exportOf([]string{"codiceFiscale"}, []string{"RSSMRA85T10H501O"}), styles: testStyles, strings: testStrings}.parts()
	for name, text := range parts {
		text = strings.ReplaceAll(text, "http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main")
		parts[name] = strings.ReplaceAll(text, relNS, "http://purl.oclc.org/ooxml/officeDocument/relationships")
	}
	_, rows, err := readAll(writeFile(t, "ordini.xlsx", zipped(t, parts)))
	must(t, err)
	if len(rows) != 1 || rows[0].Order.CodiceFiscale != "RSSMRA85T10H501O" {
		t.Errorf("rows %+v", rows)
	}
}

// TestContentCountsNotTheName: a workbook named .csv is a workbook, a CSV file named .xlsx a CSV file.
func TestContentCountsNotTheName(t *testing.T) {
	book := xlsxFile{sheet: exportOf([]string{"CF"}, []string{"RSSMRA85T10H501O"})}.bytes(t)
	for name, content := range map[string][]byte{"ordini.csv": book, "ordini.xlsx": []byte("CF\nRSSMRA85T10H501O\n")} {
		_, rows, err := readAll(writeFile(t, name, content))
		must(t, err)
		if len(rows) != 1 || rows[0].Order.CodiceFiscale != "RSSMRA85T10H501O" || rows[0].Number != 2 {
			t.Errorf("%s: %+v", name, rows)
		}
	}
}

func TestSheetRows(t *testing.T) {
	header := `<row r="1"><c r="A1" t="str"><v>CF</v></c><c r="B1" t="str"><v>nome</v></c><c r="D1" s="0"/></row>`
	t.Run("values beyond the header are a problem", func(t *testing.T) {
		sheet := worksheet(header + `<row r="2"><c r="A2" t="str"><v>a</v></c><c r="AB2" t="str"><v>nota</v></c></row><row r="3"><c r="A3" t="str"><v>b</v></c></row>`)
		_, rows, err := readAll(writeFile(t, "ordini.xlsx", xlsxFile{sheet: sheet}.bytes(t)))
		must(t, err)
		if len(rows) != 2 || len(rows[0].Problems) != 1 || len(rows[0].Cells) != 2 || rows[1].Problems != nil {
			t.Fatalf("rows %+v", rows)
		}
		if p := rows[0].Problems[0]; p.Column != "colonna AB" || p.Found != "nota" || p.Severity != mapping.Blocks || p.Remedy == "" {
			t.Errorf("problem %+v", p)
		}
	})
	t.Run("formats far to the right are nothing", func(t *testing.T) {
		sheet := worksheet(header + `<row r="2"><c r="A2" t="str"><v>a</v></c><c r="XFC2" s="0"/><c r="XFD2" t="str"><v> </v></c></row><row r="1048576"><c r="A1048576" t="str"><v>z</v></c></row>`)
		_, rows, err := readAll(writeFile(t, "ordini.xlsx", xlsxFile{sheet: sheet}.bytes(t)))
		must(t, err)
		if len(rows) != 2 || rows[0].Problems != nil || rows[1].Number != 1_048_576 {
			t.Errorf("rows %+v", rows)
		}
	})
	t.Run("rows without numbers and elements of others", func(t *testing.T) {
		sheet := `<worksheet ` + mainNS + `><sheetPr/><cols><col/></cols><sheetData>` +
			`<row><c t="str"><v>CF</v><extLst><ext><v xmlns="u">no</v></ext></extLst></c></row><ext/><row r="4"><ext/><c t="str"><v>a</v></c></row>` +
			`<row><c t="str"><v>b</v></c></row></sheetData><mergeCells/></worksheet>`
		_, rows, err := readAll(writeFile(t, "ordini.xlsx", xlsxFile{sheet: sheet}.bytes(t)))
		must(t, err)
		if len(rows) != 2 || rows[0].Number != 4 || rows[1].Number != 5 || rows[1].Cells[0] != "b" {
			t.Errorf("rows %+v", rows)
		}
	})
}

// thousand is what excelize writes for 1,000 orders: the file that it reads half of when it is cut.
func thousand(t *testing.T) map[string]string {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	must(t, f.SetSheetRow("Sheet1", "A1", &[]any{"CF", "Cognome"}))
	for i := range 1000 {
		must(t, f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+2), &[]any{fmt.Sprintf("CF%d", i), "ROSSI"}))
	}
	var out bytes.Buffer
	must(t, f.Write(&out))
	return unzipped(t, out.Bytes())
}
