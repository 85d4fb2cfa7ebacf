package batch

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"voucherbul/batch/journal"
	"voucherbul/batch/platform/simulator"
	"voucherbul/mapping"
)

// TestSheetsOfAnOutcome reads the workbook that the program writes: a row stands in two of its sheets, and may be corrected
// in either.
func TestSheetsOfAnOutcome(t *testing.T) {
	type cells map[string]string // by sheet and cell
	for i, test := range []struct {
		name string
		set  cells
		drop string // a sheet
		cut  string // sheet and column
		want string
	}{
		{"as it was", nil, "", "", "1; 2; 3; 4"},
		{"in the first", cells{"Esiti!B3": "X"}, "", "", "1; 2 CF=X; 3; 4"},
		{"in the second", cells{"Da correggere!G3": "X"}, "", "", "1; 2 CF=X; 3; 4"},
		{"in both alike", cells{"Esiti!B3": "X", "Da correggere!G3": "X"}, "", "", "1; 2 CF=X; 3; 4"},
		{"different cells of a row", cells{"Esiti!B3": "X", "Da correggere!L3": "Y"}, "", "", "1; 2 CF=X E-mail=Y; 3; 4"},
		{"in both in two ways", cells{"Esiti!B3": "X", "Da correggere!G3": "Y"}, "", "", `!column "CF" was changed here and, in another way, in sheet "Esiti", line 3`},
		{"the first deleted", cells{"Da correggere!G3": "X"}, "Esiti", "", "1; 2 CF=X; 3; 4"},
		{"a column added in both", cells{"Esiti!AA1": "CAP", "Esiti!AA2": "00118", "Da correggere!AA1": "CAP", "Da correggere!AA3": "00119"}, "", "", "1 CAP=00118; 2 CAP=00119; 3; 4"},
		{"the IDs of the first deleted", cells{"Esiti!B3": "X"}, "", "Esiti!W", "!was deleted"},
		{"the IDs of the second deleted", cells{"Da correggere!G3": "X"}, "", "Da correggere!M", "!was deleted"},
		{"the IDs of the only one deleted", nil, "Esiti", "Da correggere!M", "!was deleted"},
	} {
		if testing.Short() && i%5 != 0 { // nothing here runs beside anything
			continue
		}
		t.Run(test.name, func(t *testing.T) {
			play(t, simulator.World{}, func(t *testing.T, r *rig) {
				path := r.outcome(r.refusedRun().Run, 1, ".xlsx")
				edit(t, path, func(f *excelize.File) error {
					for place, value := range test.set {
						sheet, cell, _ := strings.Cut(place, "!")
						if err := f.SetCellStr(sheet, cell, value); err != nil {
							return err
						}
					}
					if sheet, column, ok := strings.Cut(test.cut, "!"); ok {
						for line := range 5 {
							if err := f.SetCellStr(sheet, fmt.Sprint(column, line+1), ""); err != nil {
								return err
							}
						}
					}
					if test.drop != "" {
						return f.DeleteSheet(test.drop)
					}
					return nil
				})
				got, err := r.understood(path)
				want, fails := strings.CutPrefix(test.want, "!")
				if fails != (err != nil) || err == nil && got != want || err != nil && !strings.Contains(err.Error(), want) {
					t.Errorf("%q, %v; want %q", got, err, test.want)
				}
			})
		})
	}
}

// edit changes a workbook as a spreadsheet does.
func edit(t testing.TB, path string, change func(*excelize.File) error) {
	t.Helper()
	f, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := change(f); err != nil {
		t.Fatal(err)
	}
	if err := f.Save(); err != nil {
		t.Fatal(err)
	}
}

// TestOutcomesOfTwo asserts that rows of two runs, or of two files of one, are not mixed: which of two outcomes of an order
// counts, nobody could tell.
func TestOutcomesOfTwo(t *testing.T) {
	play(t, simulator.World{}, func(t *testing.T, r *rig) {
		both := r.run(r.file(prenotazione(famiglia(1)).with("cap", "")), r.file(prenotazione(famiglia(2)).with("cap", "")))
		other := r.runWith(t.Context(), r.againRun(both.Run))
		first := linesOf(t, r.outcome(both.Run, 1, ".csv"))
		for name, path := range map[string]string{"of two files": r.outcome(both.Run, 2, ".csv"), "of two runs": r.outcome(other.Run, 1, ".csv")} {
			mixed := filepath.Join(r.dir, "mixed.esiti.csv")
			append(first.clone(), linesOf(t, path)[1:]...).write(t, mixed)
			if got, err := r.understood(mixed); err == nil || !strings.Contains(err.Error(), "give each outcome by itself") {
				t.Errorf("%s: %q, %v", name, got, err)
			}
			if got, err := r.understood(path); err != nil || got != "1" {
				t.Errorf("%s, by itself: %q, %v", name, got, err)
			}
		}
	})
}

// TestOperationOfRowsThatGoAgain: what the command, the sheet or the name of the file said of rows that do not say it
// themselves is not lost with them, nor in the outcome of their outcome.
func TestOperationOfRowsThatGoAgain(t *testing.T) {
	who, another := famiglia(1), famiglia(2)
	cells := lines{{"Codice fiscale", "Partita IVA operatore"}, {who, operatore}, {another, operatore}}
	for name, test := range map[string]struct {
		profile string
		told    mapping.Operation
		sheet   string
		file    string
	}{
		"by the command": {told: mapping.OperationDisdetta, file: "ordini.csv"},
		"by the sheet":   {profile: "operation: {sheet: {Disdette: disdetta, Altro: cessazione}}\n", sheet: "Disdette", file: "ordini.xlsx"},
		"by the name":    {profile: "operation: {file: {'DIS_*.csv': disdetta, '*': cessazione}}\n", file: "DIS_marzo.csv"},
		"by a pattern":   {profile: "operation: {file: {'DIS_*.csv': disdetta}}\n", file: "DIS_marzo.csv"},
	} {
		t.Run(name, func(t *testing.T) {
			fault := simulator.FaultRule{Service: simulator.Disdetta, Times: 4, Fault: simulator.Fault{Kind: simulator.KindEsito, Esito: simulator.EsitoComune}}
			world := simulator.World{Faults: []simulator.FaultRule{fault}, Vouchers: []simulator.InitialVoucher{
				{Beneficiario: who, Stato: simulator.StatoPrenotata}, {Beneficiario: another, Stato: simulator.StatoPrenotata}}}
			play(t, world, func(t *testing.T, r *rig) {
				path := filepath.Join(r.dir, test.file)
				if test.sheet != "" {
					bookOf(t, path, map[string]lines{test.sheet: cells})
				} else {
					cells.write(t, path)
				}
				job := r.job(path)
				job.Profile, job.Mapper.Operation = profileOf(t, test.profile), test.told
				result := r.runWith(t.Context(), job)
				r.wantAll(result, journal.Rejected)
				for range 2 {
					outcome := filepath.Join(r.dir, strings.TrimSuffix(test.file, filepath.Ext(test.file))+".esiti.xlsx")
					if err := os.Rename(r.outcome(result.Run, 1, ".xlsx"), outcome); err != nil {
						t.Fatal(err)
					}
					job = r.again(outcome)
					job.Profile, job.Resend.Refused = profileOf(t, test.profile), true
					result = r.runWith(t.Context(), job)
				}
				r.wantAll(result, journal.Accepted)
				r.wantApplied(who, simulator.Disdetta)
				r.wantApplied(another, simulator.Disdetta)
			})
		})
	}
}
