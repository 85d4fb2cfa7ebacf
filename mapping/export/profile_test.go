package export

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"voucherbul/mapping"
	"voucherbul/mapping/ordertest"
	"voucherbul/mapping/profile"
)

// readWith reads a file with a profile, as a check does.
func readWith(t *testing.T, path, text string) []Row {
	t.Helper()
	p, err := profile.Parse("p.yaml", []byte(text), nil)
	if err != nil {
		t.Fatal(err)
	}
	r := Reading{Profile: p}
	r.Mapper.Now = time.Date(2026, 4, 1, 12, 0, 0, 0, time.UTC)
	export, err := r.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	var rows []Row
	for row, err := range export.Rows() {
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, row)
	}
	return rows
}

// foundIn is what the Problems and Corrections of a row say that stands in the file.
func foundIn(r Row) string {
	var all []string
	for _, p := range r.Problems {
		all = append(all, p.Field+"="+p.Found)
	}
	for _, c := range r.Corrections {
		all = append(all, c.Field+"="+c.From+">"+c.To)
	}
	slices.Sort(all)
	return strings.Join(all, ", ")
}

// A clerk is told what stands in a cell, not what the profile has made of it. A value that the profile has translated is no
// correction.
func TestProfileQuotesCells(t *testing.T) {
	const text = `
operation: {column: Pratica, values: {ATT: attivazione, PRE: prenotazione}}
dates: MM/dd/yyyy
fields:
  codiceFiscale: {expr: 'split(col("Soggetto"), "/")[1]'}
  tecnologiaAttivata: {column: Linea, values: {Fibra: FTTH}}
  dataAttivazione: Fatto
  codiciFiscaliFamigliari: {columns: [F1, F2]}
  via: {expr: 'col("Toponimo") + "  " + col("Strada")'}
  tipologia: {value: IMP1}
  codiceUnivocoOfferta: {expr: 'col("Offerta") + " "'}
`
	rows := readWith(t, exportFile(t, "Pratica;Soggetto;Linea;Fatto;F1;F2;Toponimo;Strada;Data di nascita;Offerta\n"+
		"ATT;1/RSSMRA85T10H501O;Fibra;03/20/2026;;;;;;x\n"+ // nothing to say
		"ATT;1/RSSMRA85T10H50;Fibra;12/31/2026;;;;;;\n"+
		"ATT;1/RSSMRA85T10 H501O;Fibra;03/20/2026;;;;;;\n"+
		"PRE;1/RSSMRA85T10H501O;;;rssmra85t10h501o;FOXNNA90A41F205E;via;roma;12/31/2030;\n"+
		"PRE;1/RSSMRA85T10H501O;;;RSSMRA85T10H501X;FOXNNA90A41F205E;via;roma;12/10/1985;\n"+
		"ATT;RSSMRA85T10H501O;Fibra;03/20/2026;;;;;;\n"), text)
	for i, want := range []string{
		"",
		"codiceFiscale=1/RSSMRA85T10H50, dataAttivazione=12/31/2026",
		"codiceFiscale=1/RSSMRA85T10 H501O>RSSMRA85T10H501O, codiceFiscale=RSSMRA85T10H501O", // the double of row 1
		"codiciFiscaliFamigliari=RSSMRA85T10H501O, dataDiNascita=12/31/2030, via=via | roma>VIA ROMA",
		"codiciFiscaliFamigliari=RSSMRA85T10H501X | FOXNNA90A41F205E, via=via | roma>VIA ROMA",
		"codiceFiscale=RSSMRA85T10H501O",
	} {
		got := foundIn(rows[i])
		for _, part := range strings.Split(want, ", ") {
			if !strings.Contains(got, part) {
				t.Errorf("row %d: %s, want %s", i+1, got, part)
			}
		}
		if i < 3 && got != want || strings.Contains(got, "2026-") || strings.Contains(got, "1985-") {
			t.Errorf("row %d: %s, want %s", i+1, got, want)
		}
	}
}

// A computed identifier that fails blocks its row: it does not make the request of an enterprise of it.
func TestProfileFailedIdentifier(t *testing.T) {
	const text = `
operation: disdetta
fields:
  codiceFiscale: {expr: 'col("Soggetto") == "" ? "" : split(col("Soggetto"), "/")[1]'}
`
	rows := readWith(t, exportFile(t, "Soggetto;Partita IVA\n1/RSSMRA85T10H501O;\nRSSMRA85T10H501O;01234569992\n;01234569992\n"), text)
	for i, want := range []string{"RSSMRA85T10H501O", "", "01234569992"} {
		if got := rows[i]; got.Beneficiario != want || got.Blocked() != (want == "") {
			t.Errorf("row %d: %q, blocked %t, problems %v", i+1, got.Beneficiario, got.Blocked(), got.Problems)
		}
	}
}

// The workbook of a check has the sheet and the columns of its export, and three of ours: the profile fits it too.
func TestProfileReadsTheWorkbookOfACheck(t *testing.T) {
	f := excelize.NewFile()
	defer f.Close()
	for sheet, cells := range map[string][]any{"Riepilogo": {"Codice fiscale", "Cognome"}, "Ordini": {"Soggetto", "Controllo", "Problemi", "Correzioni"}} {
		if _, err := f.NewSheet(sheet); err != nil {
			t.Fatal(err)
		}
		if err := f.SetSheetRow(sheet, "A1", &cells); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.SetSheetRow("Ordini", "A2", &[]any{"RSSMRA85T10H501O", "VALIDA", "", ""}); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "disdette.controllo.xlsx")
	if err := f.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"sheet":              "sheet: ordini\noperation: disdetta\n",
		"operation by sheet": "sheet: Ordini\noperation: {sheet: {ORDINI: disdetta}}\n",
		"operation by file":  "sheet: Ordini\noperation: {file: {disdette.csv: disdetta}}\n",
	} {
		t.Run(name, func(t *testing.T) {
			rows := readWith(t, path, text+"fields:\n  codiceFiscale: Soggetto\n")
			if len(rows) != 1 || rows[0].Operation != "disdetta" || rows[0].Blocked() {
				t.Errorf("%+v", rows)
			}
		})
	}
}

// TestProfileRefusalsAreNotReadAgain asserts that a date which the profile refuses is told as it stands: mapping would
// read it day first.
func TestProfileRefusalsAreNotReadAgain(t *testing.T) {
	p, err := profile.Parse("p.yaml", []byte("dates: MM/dd/yyyy"), nil)
	if err != nil {
		t.Fatal(err)
	}
	reading := Reading{Mapper: mapping.Mapper{Operation: mapping.OperationCessazione, Now: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC), Keep: true}, Profile: p}
	for _, cell := range []string{"1/2/2026", "46000"} {
		export, err := reading.Open(exportFile(t, "Codice fiscale;Data cessazione\n"+ordertest.CodiceFiscale(1)+";"+cell+"\n"))
		if err != nil {
			t.Fatal(err)
		}
		for row, err := range export.Rows() {
			if err != nil {
				t.Fatal(err)
			}
			i := slices.IndexFunc(mapping.Fields(), func(f mapping.Field) bool { return f.Name == "dataCessazione" })
			if !row.Blocked() || row.Values[i] != cell || len(row.Corrections) > 0 {
				t.Errorf("%q: %q, corrections %v, problems %v", cell, row.Values[i], row.Corrections, row.Problems)
			}
		}
	}
	if _, err := (Reading{Profile: mustParse(t, "fields: {codiceFiscale: CF cliente}\nignore: [Codice fiscale, Operazione]")}).Open(
		exportFile(t, "Codice fiscale;Operazione\n"+ordertest.CodiceFiscale(1)+";disdetta\n")); err == nil || !strings.Contains(err.Error(), "the profile may be one of another export") {
		t.Errorf("a file of another export: %v", err)
	}
}

func mustParse(t *testing.T, text string) *profile.Profile {
	t.Helper()
	p, err := profile.Parse("p.yaml", []byte(text), nil)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestProblemsHaveCodes: what the file, the profile and the mapper have to say is told apart by codes.
func TestProblemsHaveCodes(t *testing.T) {
	const text = `
operation: disdetta
dates: MM/dd/yyyy
fields:
  codiceFiscale: {expr: 'col("Soggetto") == "" ? "" : split(col("Soggetto"), "/")[1]'}
  tipologia: {column: Tipo, values: {Uno: FAM1}}
  dataCessazione: Fine
`
	rows := readWith(t, exportFile(t, "Soggetto;Tipo;Fine\n"+
		"1/RSSMRA85T10H501O;Uno;12/31/2025\n"+
		"RSSMRA85T10H501O;Due;31/12/2025\n"+
		"1/RSSMRA85T10H501O;Uno;12/31/2025;altro\n"+
		"1/RSSMRA85T10H501X;Uno;12/31/2025\n"), text)
	for i, want := range []string{
		"",
		"dates MM/dd/yyyy E, expression  E, values tipologia E",
		"cells 3 E",
		"format codice_fiscale E",
	} {
		var got []string
		for _, p := range rows[i].Problems {
			got = append(got, string(p.Code)+" "+p.Arg+" "+string(p.Severity))
		}
		slices.Sort(got)
		if strings.Join(got, ", ") != want {
			t.Errorf("row %d: %q, want %q", i+1, got, want)
		}
	}
}
