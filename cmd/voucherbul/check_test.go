package main

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"voucherbul/mapping"
	"voucherbul/mapping/ordertest"
	"voucherbul/mapping/ourfile"
)

// checkJSON runs a check and gives its result.
func checkJSON(t *testing.T, args ...string) (code int, files []checkedFile, stderr string) {
	t.Helper()
	code, out, stderr := command(t, append([]string{"check", "--json"}, args...)...)
	var result struct{ Files []checkedFile }
	if err := json.Unmarshal([]byte(out), &result); err != nil {
		t.Fatalf("%v of %q; %s", err, out, stderr)
	}
	return code, result.Files, stderr
}

func mustWrite(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestCutCellsAreRefused gives every field a text that no cell can hold whole. What comes back with the workbook of
// the check must not pass as something else.
func TestCutCellsAreRefused(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: nothing here runs beside anything")
	}
	var names []string
	for _, f := range mapping.Fields() {
		if f.Name != "operazione" && f.Name != "codiceFiscale" && f.Used().Has(mapping.OperationPrenotazione, mapping.Famiglia) {
			names = append(names, f.Name)
		}
	}
	for _, filling := range []string{" ", "x", "1", "è"} {
		folder := t.TempDir()
		csv := filepath.Join(folder, "ordini.csv")
		text := "operazione;codiceFiscale;" + strings.Join(names, ";") + "\n"
		for i, name := range names {
			f, _ := mapping.FieldNamed(name)
			text += "prenotazione;RSSMRA85T10H501O" + strings.Repeat(";", i+1) + f.Example + strings.Repeat(filling, 40_000) + "1" + strings.Repeat(";", len(names)-i-1) + "\n"
		}
		mustWrite(t, csv, text)
		checkJSON(t, csv)
		checkJSON(t, "--format", "jsonl", filepath.Join(folder, "ordini.controllo.xlsx"))
		data, err := os.ReadFile(filepath.Join(folder, "ordini.controllo.controllo.jsonl"))
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSpace(string(data)), "\n")
		if len(lines) != len(names) {
			t.Fatalf("%d rows of %d", len(lines), len(names))
		}
		for i, name := range names {
			var row struct {
				Fields   map[string]string
				Problems []mapping.Problem
			}
			if err := json.Unmarshal([]byte(lines[i]), &row); err != nil {
				t.Fatal(err)
			}
			if !slices.ContainsFunc(row.Problems, func(p mapping.Problem) bool { return p.Field == name && p.Severity == mapping.Blocks }) {
				t.Errorf("%s with %q comes back as %.60q", name, filling, row.Fields[name])
			}
		}
	}
}

// TestCorrectedWorkbookFitsItsProfile checks the workbook of a check with the profile of its export, which names the
// sheet.
func TestCorrectedWorkbookFitsItsProfile(t *testing.T) {
	folder := t.TempDir()
	source := filepath.Join(folder, "ordini.xlsx")
	file, err := os.Create(source)
	if err != nil {
		t.Fatal(err)
	}
	orders := []mapping.Order{{Operazione: "disdetta", CodiceFiscale: "RSSMRA85T10H501O"}}
	if err := errors.Join(ordertest.WriteWorkbook(file, func(yield func(mapping.Order) bool) { yield(orders[0]) }), file.Close()); err != nil {
		t.Fatal(err)
	}
	profile := filepath.Join(folder, "profile.yaml")
	mustWrite(t, profile, "sheet: Ordini\nfields:\n  cap: {value: \"00184\"}\nignore: [CAP]\n")
	for _, path := range []string{source, filepath.Join(folder, "ordini.controllo.xlsx")} {
		if code, files, stderr := checkJSON(t, "--profile", profile, path); code != exitOK || files[0].Valid != 1 {
			t.Errorf("%s: exit %d, %+v, %s", path, code, files, stderr)
		}
	}
}

// TestConstantHasNoCell has a column that is called as a field which the profile gives a constant, a wrong one: the
// cell is not to blame.
func TestConstantHasNoCell(t *testing.T) {
	folder := t.TempDir()
	csv, profile := filepath.Join(folder, "ordini.csv"), filepath.Join(folder, "profile.yaml")
	mustWrite(t, csv, "operazione;codiceFiscale;CAP\nprenotazione;RSSMRA85T10H501P;00184\n")
	mustWrite(t, profile, "fields:\n  cap: {value: \"1\"}\nignore: [CAP]\n")
	if code, files, stderr := checkJSON(t, "--profile", profile, csv); code != exitRejected {
		t.Fatalf("exit %d, %+v, %s", code, files, stderr)
	}
	book, err := excelize.OpenFile(filepath.Join(folder, "ordini.controllo.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	reasons, err := book.GetCellValue(ourfile.SheetCheck, "E2")
	if err != nil || !strings.Contains(reasons, "CAP: trovato «1»") {
		t.Errorf("%q, %v", reasons, err)
	}
	notes, err := book.GetComments(ourfile.SheetCheck)
	if err != nil || len(notes) != 1 || notes[0].Cell != "B2" {
		t.Errorf("%+v, %v", notes, err)
	}
}
