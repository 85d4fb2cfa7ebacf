package orderfile

import (
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var outcomeTitles = []string{"ID riga", "Stato"}

func TestSheetsWith(t *testing.T) {
	outcome := [][]string{{"Cognome", " stato ", "ID Riga"}, {"ROSSI", "RESPINTA", "a-1"}}
	for name, c := range map[string]struct {
		sheets []savedSheet
		want   []string
	}{
		"an export":   {[]savedSheet{{name: "Ordini", rows: [][]string{{"CF", "Stato"}, {"RSSMRA85T10H501O", "x"}}}}, nil},
		"an outcome":  {[]savedSheet{{name: "Riepilogo", rows: [][]string{{"Esiti di ordini.xlsx"}}}, {name: "Esiti", rows: outcome}, {name: "Da correggere", rows: outcome}}, []string{"Esiti", "Da correggere"}},
		"hidden":      {[]savedSheet{{name: "[Esiti]", rows: outcome}, {name: "Foglio", rows: nil}}, []string{"Esiti"}},
		"odd names":   {[]savedSheet{{name: "D'Alò & <figli>", rows: outcome}, {name: " Esiti 2", rows: outcome}}, []string{"D'Alò & <figli>", " Esiti 2"}},
		"no rows":     {[]savedSheet{{name: "Esiti", rows: outcome[:1]}}, []string{"Esiti"}},
		"in two rows": {[]savedSheet{{name: "Esiti", rows: [][]string{{"ID riga"}, {"Stato"}, {"a-1"}}}}, nil},
		"below others": {[]savedSheet{{name: "Esiti", rows: append(slices.Repeat([][]string{{"nota", "Stato"}, nil}, searchRows-1), outcome...)}},
			[]string{"Esiti"}},
		"too far below": {[]savedSheet{{name: "Esiti", rows: append(slices.Repeat([][]string{{"nota"}}, searchRows), outcome...)}}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			path := savedBook(t, c.sheets...)
			got, err := SheetsWith(path, outcomeTitles)
			must(t, err)
			if !slices.Equal(got, c.want) {
				t.Errorf("sheets %q, want %q", got, c.want)
			}
			for _, name := range got { // each of them can be asked for by that name
				f, err := Open(path, Options{Sheet: name, Column: outcomeTitles[0]})
				must(t, err)
				if f.Sheet() != name {
					t.Errorf("sheet %q is %q", name, f.Sheet())
				}
				must(t, f.Close())
			}
		})
	}
}

func TestCSVWith(t *testing.T) {
	for name, c := range map[string]struct {
		content string
		want    []string
	}{
		"an export":    {"CF;Stato\nRSSMRA85T10H501O;x\n", nil},
		"an outcome":   {"\xef\xbb\xbfCognome;Stato;ID riga\r\nROSSI;RESPINTA;a-1\r\n", []string{""}},
		"commas":       {"Cognome,\" STATO \",id riga\nROSSI,\"a;b\",a-1\n", []string{""}},
		"sep=":         {"sep=|\nCognome|Stato|ID riga\n", []string{""}},
		"Windows-1252": {"Citt\xe0;Stato;ID riga\nFORL\xcc;RESPINTA;a-1\n", []string{""}},
		"UTF-16":       {"\xff\xfe" + strings.Join(strings.Split("Stato\tID riga\n", ""), "\x00") + "\x00", []string{""}},
		"below titles": {"Esiti\n\nStato;ID riga\n", []string{""}},
		// With the delimiter that is none of its own such a file has a quote out of place.
		"quotes":       {"Cognome,Nome\n\"ROSSI; MARIO\",\"x\"\n", nil},
		"a bad record": {"CF;Cognome\nx;a\"b\n", nil},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := SheetsWith(writeFile(t, "ordini.csv", []byte(c.content)), outcomeTitles)
			must(t, err)
			if !slices.Equal(got, c.want) {
				t.Errorf("sheets %q, want %q", got, c.want)
			}
		})
	}
}

// TestSheetsWithOfWhatIsNoTable: a file that is unreadable as a whole is told in the words of Open.
func TestSheetsWithOfWhatIsNoTable(t *testing.T) {
	book := xlsxFile{sheet: exportOf(outcomeTitles), styles: testStyles, strings: testStrings}
	cut := book.bytes(t)
	badStrings, badStyles := book, book
	badStrings.strings, badStyles.styles = testStyles, testStrings
	for name, content := range map[string]string{
		"empty":              "",
		"binary":             "CF;\x00\n",
		"a PDF":              "%PDF-1.4\n",
		"sep= of nothing":    "sep=\nStato;ID riga\n",
		"a cut zip":          string(cut[:len(cut)-30]),
		"strings of no sort": string(badStrings.bytes(t)),
		"styles of no sort":  string(badStyles.bytes(t)),
		"a Word document":    string(zipped(t, map[string]string{"word/document.xml": "<x/>", "_rels/.rels": "<Relationships/>"})),
	} {
		t.Run(name, func(t *testing.T) {
			path := writeFile(t, "ordini", []byte(content))
			_, want := Open(path, Options{})
			got, err := SheetsWith(path, outcomeTitles)
			if _, ok := errors.AsType[*UnreadableError](err); !ok || want == nil || err.Error() != want.Error() || got != nil {
				t.Errorf("sheets %q, error %v\nOpen says %v", got, err, want)
			}
		})
	}
	_, err := SheetsWith(filepath.Join(t.TempDir(), "ordini.xlsx"), outcomeTitles)
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("error %v, want fs.ErrNotExist", err)
	}
}

// twoSheets is a workbook whose second sheet is as it is given.
func twoSheets(t *testing.T, first, second, strings string) string {
	t.Helper()
	book := xlsxFile{sheet: first, strings: strings,
		workbook: `<workbook ` + mainNS + ` xmlns:r="` + relNS + `"><sheets><sheet name="Uno" sheetId="1" r:id="rId1"/><sheet name="Due" sheetId="2" state="hidden" r:id="rId9"/></sheets></workbook>`,
		rels:     `<Relationship Id="rId9" Type="` + relNS + `/worksheet" Target="worksheets/sheet2.xml"/>`}
	parts := book.parts()
	parts["xl/worksheets/sheet2.xml"] = second
	return writeFile(t, "ordini.xlsx", zipped(t, parts))
}

// TestSheetsWithBesideDamage: a sheet that cannot be read keeps no export from being read, since its sheet may be
// another one; but of an outcome nobody knows whether it is not a part.
func TestSheetsWithBesideDamage(t *testing.T) {
	wide := worksheet(`<row r="1"><c r="IV1" t="str"><v>x</v></c></row>`)
	path := twoSheets(t, exportOf([]string{"CF", "Stato"}, []string{"a", "b"}), wide, "")
	if got, err := SheetsWith(path, outcomeTitles); got != nil || err != nil {
		t.Errorf("an export: %q, %v", got, err)
	}
	if _, _, err := readAll(path); err != nil {
		t.Errorf("the export itself: %v", err)
	}
	got, err := SheetsWith(twoSheets(t, exportOf(outcomeTitles), wide, ""), outcomeTitles)
	wantUnreadable(t, err, "the sheet has a value in column IV")
	if u, _ := errors.AsType[*UnreadableError](err); got != nil || u == nil || u.Sheet != "Due" {
		t.Errorf("sheets %q, error %v", got, err)
	}
}

// TestSheetsWithReadsTextsAsFarAsNeeded: damage behind the texts of the first rows is for Open to tell. That in front
// of them is told as what it is, and not as a cell without a text.
func TestSheetsWithReadsTextsAsFarAsNeeded(t *testing.T) {
	const titles = `<sst ` + mainNS + `><si><t>ID riga</t></si><si><r><t>Sta</t></r><r><t>to</t></r></si>`
	shared := func(numbers ...string) string {
		row := ""
		for _, number := range numbers {
			row += `<c t="s"><v>` + number + `</v></c>`
		}
		return worksheet("<row>" + row + "</row>")
	}
	notes := exportOf([]string{"nota"})
	for name, c := range map[string]struct {
		first, second, strings string
		want                   []string
		cause                  string
	}{
		"whole":                     {shared("0", "1"), shared("1", "0"), titles + `</sst>`, []string{"Uno", "Due"}, ""},
		"cut behind":                {shared("0", "1"), notes, titles + `<si><t>a`, []string{"Uno"}, ""},
		"cut before the others":     {shared("0", "1"), shared("0", "1", "2"), titles + `<si><t>a`, nil, "xl/sharedStrings.xml is cut short"},
		"cut before all":            {shared("0", "1", "2"), notes, titles + `<si><t>a`, nil, ""},
		"a number beyond":           {shared("0", "1", "2"), notes, titles + `</sst>`, nil, ""},
		"a number beyond elsewhere": {shared("0", "1"), shared("2"), titles + `</sst>`, nil, "points to a shared string that does not exist"},
	} {
		t.Run(name, func(t *testing.T) {
			path := twoSheets(t, c.first, c.second, c.strings)
			got, err := SheetsWith(path, outcomeTitles)
			if c.cause != "" {
				wantUnreadable(t, err, c.cause)
			} else if err != nil {
				t.Error(err)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("sheets %q, want %q", got, c.want)
			}
			if name != "whole" {
				if _, _, err := readWith(path, Options{Sheet: "Uno", Column: "ID riga"}); err == nil && strings.HasPrefix(name, "cut") {
					t.Error("Open finds nothing wrong")
				}
			}
		})
	}
}

// BenchmarkSheetsWith asks about the workbook that BenchmarkXLSX reads.
func BenchmarkSheetsWith(b *testing.B) {
	path := filepath.Join(b.TempDir(), "ordini.xlsx")
	if err := writeBenchmarkWorkbook(path, benchRows); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if got, err := SheetsWith(path, outcomeTitles); err != nil || got != nil {
			b.Fatalf("%q, %v", got, err)
		}
	}
}
