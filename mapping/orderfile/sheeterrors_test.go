package orderfile

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode"
)

func TestErrorsSayRowOfSheets(t *testing.T) {
	sheets := func(name string) string {
		return fmt.Sprintf(`<workbook %s xmlns:r="%s"><sheets><sheet name="%s" sheetId="1" r:id="rId1"/></sheets></workbook>`, mainNS, relNS, name)
	}
	for name, want := range map[string]string{"Ordini": `sheet "Ordini", row 2: `, "": `sheet "(without a name)", row 2: `, strings.Repeat("a", 60_000): `aaa…", row 2: `} {
		book := xlsxFile{sheet: worksheet(sheetHeader + `<row r="2"><c r="A2"><v>x</v></c></row>`), workbook: sheets(name)}
		_, _, err := readAll(writeFile(t, "ordini.xlsx", book.bytes(t)))
		wantUnreadable(t, err, "cell A2 is not a number")
		if !strings.Contains(err.Error(), want) || len(err.Error()) > 1000 {
			t.Errorf("%.500v, want %s", err, want)
		}
	}
}

// TestErrorsNameTheSheet: whatever it is in a sheet, and whenever it is found.
func TestErrorsNameTheSheet(t *testing.T) {
	for name, sheet := range map[string]string{
		"the root":        "<chartsheet/>",
		"the first rows":  worksheet(`<row r="2"/><row r="1"/>`),
		"the header":      worksheet(strings.Replace(sheetHeader, "Cognome", "Codice fiscale", 1) + textRow(2, "A")),
		"merged cells":    strings.Replace(worksheet(sheetHeader+textRow(2, "A")+textRow(3, "A")), "</sheetData>", `</sheetData><mergeCells><mergeCell ref="A2:A3"/></mergeCells>`, 1),
		"no rows":         worksheet(sheetHeader),
		"the last row":    worksheet(sheetHeader + textRow(2, "A") + strings.Repeat("<row/>", 500) + `<row r="3"/>`),
		"behind the rows": worksheet(sheetHeader+textRow(2, "A")) + "<x/>",
	} {
		_, _, err := readAll(writeFile(t, "ordini.xlsx", xlsxFile{sheet: sheet}.bytes(t)))
		if u, ok := errors.AsType[*UnreadableError](err); !ok || u.Sheet != "Ordini" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestRemarksAboutManySheets: a remark about other sheets is a sentence, however many they are.
func TestRemarksAboutManySheets(t *testing.T) {
	var sheets strings.Builder
	for i := range 500 {
		fmt.Fprintf(&sheets, `<sheet name="Ordini &#x202e;%d" sheetId="%d" r:id="rId1"/>`, i, i+1)
	}
	f, _, err := readAll(writeFile(t, "ordini.xlsx", xlsxFile{sheet: worksheet(sheetHeader + textRow(2, "A")),
		workbook: `<workbook ` + mainNS + ` xmlns:r="` + relNS + `"><sheets>` + sheets.String() + `</sheets></workbook>`}.bytes(t)))
	must(t, err)
	remarks := strings.Join(f.Remarks(), "\n")
	if len(f.OtherSheets()) != 499 || len(remarks) > 1000 || !strings.Contains(remarks, " e altri 4") ||
		strings.ContainsFunc(remarks, func(r rune) bool { return !unicode.IsPrint(r) }) {
		t.Errorf("%d other sheets, %d bytes: %.300q", len(f.OtherSheets()), len(remarks), remarks)
	}
}
