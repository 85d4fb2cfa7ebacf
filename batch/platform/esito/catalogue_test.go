package esito

import (
	"testing"

	"voucherbul/mapping"
)

// TestFasiOfTheConfiguration: a phase that only the configuration knows is what its entry says, in lists and in refusals.
func TestFasiOfTheConfiguration(t *testing.T) {
	c := mapping.NewCatalogue(mapping.Entries{Fasi: []mapping.Fase{
		{Name: "Attivazione in verifica", Class: FaseWait}, // begins as Attivata does
		{Name: "Prenotata con riserva", Class: FaseReady},
		{Name: "Respinta ISEE", Class: FaseRefused},
	}})
	if f := FaseOf(c, " attivazione IN verifica "); f.Name != "Attivazione in verifica" || f.Class != FaseWait {
		t.Errorf("%+v", f)
	}
	for state, like := range map[string]string{"ATTIVAZIONE in  verifica": "Attesa controllo ISEE", "Prenotata con riserva": "Prenotata",
		"respinta isee": "Non prenotabile ISEE", "Attivata": "Attivata", "Cessata": "Cessata", "In liquidazione": "In liquidazione"} {
		for _, op := range mapping.Operations() {
			if got, want := Refused(c, op, state), Refused(nil, op, like); got != want {
				t.Errorf("%s in %s: %+v, want %+v", op, state, got, want)
			}
		}
	}
	if f := FaseOf(nil, "Respinta ISEE"); f.Class != FaseUnknown {
		t.Errorf("today: %+v", f)
	}
}
