package orderfile

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// savedBook is a workbook of sheets as excelize writes them; a name in brackets is that of a hidden sheet.
func savedBook(t *testing.T, sheets ...savedSheet) string {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	for i, s := range sheets {
		name := strings.Trim(s.name, "[]")
		if i == 0 {
			must(t, f.SetSheetName("Sheet1", name))
		} else {
			_, err := f.NewSheet(name)
			must(t, err)
		}
		for row, cells := range s.rows {
			must(t, f.SetSheetRow(name, fmt.Sprintf("A%d", row+1), &cells))
		}
		if s.hideRow > 0 {
			must(t, f.SetRowVisible(name, s.hideRow, false))
		}
	}
	for i, s := range sheets {
		if strings.HasPrefix(s.name, "[") {
			f.SetActiveSheet((i + 1) % len(sheets)) // the active one cannot be hidden
			must(t, f.SetSheetVisible(strings.Trim(s.name, "[]"), false))
		}
	}
	path := filepath.Join(t.TempDir(), "ordini.esiti.xlsx")
	must(t, f.SaveAs(path))
	return path
}

type savedSheet struct {
	name    string
	rows    [][]string
	hideRow int
}

// lines is what is compared of rows that are given as they are.
func lines(rows []Row) (all []string) {
	for _, row := range rows {
		all = append(all, fmt.Sprintf("%d %s", row.Number, strings.Join(row.Cells, "|")))
	}
	return all
}

// TestColumn: the header is the row that has the title, and what is below it is given as it stands there.
func TestColumn(t *testing.T) {
	for name, c := range map[string]struct {
		rows   [][]string
		column string
		header []string
		want   []string
	}{
		"the first line": {rows: [][]string{{"ID riga", "Stato"}, {"a-1", "RESPINTA"}},
			header: []string{"ID riga", "Stato"}, want: []string{"2 a-1|RESPINTA"}},
		"below titles, with orders among them": {rows: [][]string{{"Esiti di ordini.xlsx"}, nil, {"CF", "Cognome", "CAP"}, {"RSSMRA85T10H501O", "ROSSI"}, {"Stato", "ID riga"}, {"ACCETTATA", "a-1"}},
			header: []string{"Stato", "ID riga"}, want: []string{"6 ACCETTATA|a-1"}},
		"other case and blanks": {rows: [][]string{{"CF", "  id RIGA\u00a0"}, {"RSSMRA85T10H501O", "a-1"}}, column: " ID Riga ",
			header: []string{"CF", "  id RIGA\u00a0"}, want: []string{"2 RSSMRA85T10H501O|a-1"}},
		"a title in a longer one": {rows: [][]string{{"ID riga vecchio", "CF"}, {"Nuovo", "ID riga"}, {"x", "a-1"}},
			header: []string{"Nuovo", "ID riga"}, want: []string{"3 x|a-1"}},
		"the first of two": {rows: [][]string{{"ID riga", "Stato"}, {"ID riga", "CF", "Cognome", "Nome"}, {"a-1", "x"}},
			header: []string{"ID riga", "Stato"}, want: []string{"2 ID riga|CF", "3 a-1|x"}},
		"totals and repeated headers are rows": {rows: [][]string{{"CF", "ID riga"}, {"Totale", "12"}, {"CF", "ID riga"}, {"x", "a-1"}},
			header: []string{"CF", "ID riga"}, want: []string{"2 Totale|12", "3 CF|ID riga", "4 x|a-1"}},
		"notes beside the table": {rows: [][]string{{"CF", "ID riga"}, {"x", "a-1", "", "da sentire"}, {"y"}},
			header: []string{"CF", "ID riga"}, want: []string{"2 x|a-1", "3 y|"}},
		"columns that are rivals": {rows: [][]string{{"CF", "Codice fiscale", "ID riga"}, {"x", "y", "a-1"}},
			header: []string{"CF", "Codice fiscale", "ID riga"}, want: []string{"2 x|y|a-1"}},
		"verdicts of a check": {rows: [][]string{{"ID riga", "CF", "Controllo", "Problemi", "Correzioni"}, {"a-1", "x", "SALTATA", "no", ""}, {"a-2", "x", "DA RIVEDERE", "no", ""}},
			header: []string{"ID riga", "CF", "Controllo", "Problemi", "Correzioni"}, want: []string{"2 a-1|x|SALTATA|no|", "3 a-2|x|DA RIVEDERE|no|"}},
		"no rows": {rows: [][]string{{"CF", "ID riga"}}, header: []string{"CF", "ID riga"}},
		"the last row that is looked at": {rows: append(slices.Repeat([][]string{{"nota"}, nil}, searchRows-1), []string{"CF", "ID riga"}, []string{"x", "a-1"}),
			header: []string{"CF", "ID riga"}, want: []string{fmt.Sprintf("%d x|a-1", 2*searchRows)}},
	} {
		for _, format := range []string{"xlsx", "csv"} {
			t.Run(name+"/"+format, func(t *testing.T) {
				path := savedAs(t, format, c.rows)
				column := "ID riga"
				if c.column != "" {
					column = c.column
				}
				file, rows, err := readWith(path, Options{Column: column})
				must(t, err)
				if !slices.Equal(file.Header(), c.header) || len(file.Columns()) != 0 {
					t.Errorf("header %q, columns %q, want %q and none", file.Header(), file.Columns(), c.header)
				}
				if got := lines(rows); !slices.Equal(got, c.want) {
					t.Errorf("rows %q, want %q", got, c.want)
				}
				for _, row := range rows {
					if row.Skipped != "" || row.Problems != nil || len(filledFields(row.Order)) > 0 {
						t.Errorf("row %d: skipped %q, problems %q, order %+v", row.Number, row.Skipped, row.Problems, row.Order)
					}
				}
			})
		}
	}
}

// savedAs writes the rows as the only sheet of a workbook, or as a CSV file.
func savedAs(t *testing.T, format string, rows [][]string) string {
	t.Helper()
	if format == "xlsx" {
		return savedBook(t, savedSheet{name: "Esiti", rows: rows})
	}
	var text strings.Builder
	for _, row := range rows {
		text.WriteString(strings.Join(row, ";") + "\r\n")
	}
	return writeFile(t, "ordini.esiti.csv", []byte(text.String()))
}

// TestColumnOfTheSheet: the sheet that is asked for is read, a hidden one too, and otherwise the first visible one
// with the title, however many orders another one has.
func TestColumnOfTheSheet(t *testing.T) {
	orders := [][]string{{"Codice fiscale", "Cognome"}, {"RSSMRA85T10H501O", "ROSSI"}}
	path := savedBook(t, savedSheet{name: "Ordini", rows: orders},
		savedSheet{name: "[D'Alò & <figli>]", rows: [][]string{{"ID riga"}, {"nascosto"}}},
		savedSheet{name: "Esiti", rows: [][]string{{"ID riga"}, {"a-1"}}})
	for sheet, want := range map[string]string{"": "a-1", "Esiti": "a-1", "D'Alò & <figli>": "nascosto"} {
		file, rows, err := readWith(path, Options{Sheet: sheet, Column: "ID riga"})
		must(t, err)
		if len(rows) != 1 || rows[0].Cells[0] != want || sheet != "" && file.Sheet() != sheet || file.OtherSheets() != nil {
			t.Errorf("sheet %q: read %q, others %q, rows %q", sheet, file.Sheet(), file.OtherSheets(), lines(rows))
		}
	}
}

// TestNoSuchColumn: the error names the title and where it was looked for.
func TestNoSuchColumn(t *testing.T) {
	rows := [][]string{{"Codice fiscale", "Cognome"}, {"RSSMRA85T10H501O", "ROSSI"}}
	book, text := savedAs(t, "xlsx", rows), savedAs(t, "csv", rows)
	for name, c := range map[string]struct {
		path  string
		sheet string
		cause string
	}{
		"CSV":                   {text, "", `none of the first 20 rows has the column "ID riga"`},
		"workbook":              {book, "", `none of the first 20 rows of a visible sheet (sheets: "Esiti") has the column "ID riga"`},
		"sheet that is asked":   {book, "Esiti", `none of the first 20 rows has the column "ID riga"`},
		"sheet that is not one": {book, "Esito", `there is no sheet "Esito"`},
		"too far below":         {savedAs(t, "csv", append(slices.Repeat([][]string{{"nota"}}, searchRows), []string{"ID riga"})), "", "none of the first 20 rows"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Open(c.path, Options{Sheet: c.sheet, Column: "ID riga"})
			wantUnreadable(t, err, c.cause)
			if u, _ := errors.AsType[*UnreadableError](err); u != nil && (u.NoHeader || u.Sheet != "" && u.Sheet != c.sheet) {
				t.Errorf("no header %t, sheet %q", u.NoHeader, u.Sheet)
			}
		})
	}
}

// TestHiddenRowsBelowTheColumn: hidden rows are the one thing that is still asked about.
func TestHiddenRowsBelowTheColumn(t *testing.T) {
	path := savedBook(t, savedSheet{name: "Esiti", hideRow: 2, rows: [][]string{{"ID riga"}, {"Totale"}, {"a-2"}}})
	_, _, err := readWith(path, Options{Column: "ID riga"})
	wantUnreadable(t, err, "the row is hidden")
	for hidden, want := range map[Hidden]string{SendHidden: "", SkipHidden: skipHidden} {
		_, rows, err := readWith(path, Options{Column: "ID riga", Hidden: hidden})
		must(t, err)
		if len(rows) != 2 || rows[0].Skipped != want || rows[1].Skipped != "" {
			t.Errorf("hidden %q: rows %+v", hidden, rows)
		}
	}
}
