package esito

import (
	"os"
	"strings"
	"testing"
)

// TestGuideHasTheEsiti asserts that GUIDA.md explains the esiti as the program does: its table is made of Esiti, line by line.
func TestGuideHasTheEsiti(t *testing.T) {
	guide, err := os.ReadFile("../../../samples/GUIDA.md")
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
	if !strings.Contains(string(guide), table.String()) {
		t.Errorf("GUIDA.md does not have this table:\n%s", &table)
	}
}
