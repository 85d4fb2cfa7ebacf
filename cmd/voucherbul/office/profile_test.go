package office

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"voucherbul/mapping"
	"voucherbul/mapping/profile"
)

func TestProfile(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "clienti.csv", "Tipo;CF cliente;Note\nPRE;RSSMRA85T10H501O;x\nPRE;RSSMRA85T10H501O;y\n")
	text, err := Office{}.Suggest(t.Context(), SuggestOptions{File: "clienti.csv"})
	if err != nil || !strings.Contains(string(text), "CF cliente") {
		t.Fatalf("%s\n%v", text, err)
	}
	o := Office{Now: time.Now}
	write(t, "p.yaml", "fields:\n  operazione: {column: Tipo, values: {PRE: disdetta}}\n  codiceFiscale: {column: CF cliente}\n")
	c, err := o.CheckProfile(t.Context(), ProfileOptions{File: "clienti.csv", Profile: "p.yaml"})
	if err != nil || !c.Whole() || c.Columns != 3 || len(c.Unused) != 1 || c.Unused[0] != "Note" {
		t.Errorf("%+v, %v", c, err)
	}
	write(t, "p.yaml", "fields:\n  operazione: {column: Tipo, values: {PRE: prenotazione}}\n  codiceFiscale: {column: CF cliente}\n")
	c, err = o.CheckProfile(t.Context(), ProfileOptions{File: "clienti.csv", Profile: "p.yaml"})
	if err != nil || c.Whole() || len(c.MissingFields) == 0 || c.MissingFields[0].Rows[mapping.OperationPrenotazione] != 2 {
		t.Errorf("%+v, %v", c, err)
	}
	write(t, "p.yaml", "fields:\n  codiceFiscale: {column: Codice}\n")
	if c, err = o.CheckProfile(t.Context(), ProfileOptions{File: "clienti.csv", Profile: "p.yaml"}); err != nil || len(c.MissingColumns) != 1 || c.Whole() {
		t.Errorf("%+v, %v", c, err)
	}
	write(t, "p.yaml", "felds: {}\n")
	if _, err = o.CheckProfile(t.Context(), ProfileOptions{File: "clienti.csv", Profile: "p.yaml"}); !errors.As(err, new(*profile.Error)) {
		t.Error(err)
	}
}

func TestTemplate(t *testing.T) {
	t.Chdir(t.TempDir())
	for op, want := range map[mapping.Operation]string{"": "modello.xlsx", mapping.OperationDisdetta: "modello-disdetta.xlsx"} {
		path, err := Office{}.Template(TemplateOptions{Operation: op})
		if err != nil || path != want {
			t.Errorf("%s, %v", path, err)
		}
		if _, err := os.Stat(path); err != nil {
			t.Error(err)
		}
		if _, err := (Office{}).Template(TemplateOptions{Operation: op}); !errors.Is(err, ErrThere) || !errors.As(err, new(*WriteError)) {
			t.Errorf("a workbook that is there must not be replaced: %v", err)
		}
	}
}
