package profile

import (
	"testing"

	"voucherbul/mapping"
)

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
		p, err := Parse("p.yaml", []byte(c.profile), nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.OperationOf(c.file); got != c.want {
			t.Errorf("%q of %s = %q, want %q", c.file, c.profile, got, c.want)
		}
	}
}

// The assumed operation is for rows without one. If a row names an operation that does not exist, nobody knows which fields
// it needs, and every Problem is reported.
func TestAssume(t *testing.T) {
	p, err := Parse("p.yaml", []byte("dates: dd/MM/yyyy\nfields:\n  codiceFiscale: CF\n"), nil)
	if err != nil {
		t.Fatal(err)
	}
	b, err := p.Bind([]string{"Operazione", "CF", "Data di nascita"}, "", "")
	if err != nil {
		t.Fatal(err)
	}
	b.Assume(mapping.OperationDisdetta)
	for operation, want := range map[string]int{"": 0, "\u200b": 0, "disdetta": 0, "prenotazione": 1, "altro": 1} {
		o := mapping.Order{Operazione: operation}
		if got := b.Apply([]string{operation, "RSSMRA85T10H501O", "1985"}, func(int) bool { return false }, &o); len(got) != want {
			t.Errorf("%q: problems %v, want %d", operation, got, want)
		}
	}
}
