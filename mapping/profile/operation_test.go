package profile

import "testing"

// OperationOf tells files of the same contents apart, and says nothing where the file does not decide.
func TestOperationOf(t *testing.T) {
	byFile := "operation: {file: {\"disd*\": Disdetta, \"cess*.csv\": cessazione}}\n"
	for _, c := range []struct{ profile, file, want string }{
		{byFile, "disdette.csv", "disdetta"},
		{byFile, "in/CESS_1.csv", "cessazione"},
		{byFile, `in\cess_1.csv`, "cessazione"},
		{byFile, "disd/altro.csv", ""},
		{byFile, "out/cess_1.controllo.xlsx", "cessazione"},
		{byFile, "cess_1.csv.Controllo.XLSX", "cessazione"},
		{byFile, "cess_1.xlsx.controllo.xlsx", ""},
		{byFile, "disd.controllo.controllo.xlsx", "disdetta"},
		{byFile, ".controllo.xlsx", ""},
		{"operation: {file: {\"*.csv\": disdetta, \"*.xlsx\": cessazione}}\n", "a.controllo.xlsx", ""},
		{"operation: {sheet: {disdette.csv: disdetta}}\n", "disdette.csv", ""},
		{"operation: disdetta\n", "disdette.csv", ""},
		{"fields:\n  codiceFiscale: CF\n", "disdette.csv", ""},
	} {
		p, err := Parse("p.yaml", []byte(c.profile))
		if err != nil {
			t.Fatal(err)
		}
		if got := p.OperationOf(c.file); got != c.want {
			t.Errorf("%q of %s = %q, want %q", c.file, c.profile, got, c.want)
		}
	}
}
