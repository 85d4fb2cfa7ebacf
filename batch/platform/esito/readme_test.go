package esito

import (
	"os"
	"strings"
	"testing"
)

// TestReadmeHasTheEsiti asserts that README explains the esiti as the program does: its table is made of Esiti, line by line.
func TestReadmeHasTheEsiti(t *testing.T) {
	readme, err := os.ReadFile("../../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	var table strings.Builder
	table.WriteString("| Esito | Che cosa significa | Chi agisce | Cosa fare | Si può inviare di nuovo | Colonne |\n|---|---|---|---|---|---|\n")
	for _, e := range Esiti() {
		var fields []string
		for _, f := range e.Fields {
			fields = append(fields, "`"+f+"`")
		}
		table.WriteString("| `" + strings.TrimPrefix(e.Code, "REQUEST_") + "` | " + strings.Join([]string{e.Meaning, e.Acts.Label(), e.Advice, e.MayGoAgain().Label(), strings.Join(fields, " ")}, " | ") + " |\n")
	}
	if !strings.Contains(string(readme), table.String()) {
		t.Errorf("README does not have this table:\n%s", &table)
	}
}
