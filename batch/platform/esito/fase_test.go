package esito

import "testing"

func TestFaseOf(t *testing.T) {
	for text, want := range map[string]Fase{
		"Inviata con esito positivo":     {Name: "Inviata con esito positivo", Class: FaseWait},
		" attesa  CONTROLLO\tisee\u00a0": {Name: "Attesa controllo ISEE", Class: FaseWait},
		"NON PRENOTABILE ISEE":           {Name: "Non prenotabile ISEE", Class: FaseRefused},
		"prenotata":                      {Name: "Prenotata", Class: FaseReady},
		"Prenotazione Sospesa":           {Name: "Prenotazione sospesa", Class: FaseWait},
		"Prenotata*":                     {Name: "Prenotata*", Class: FaseUnknown},
		" In  liquidazione ":             {Name: "In liquidazione", Class: FaseUnknown},
		"":                               {Name: "", Class: FaseUnknown},
	} {
		if got := FaseOf(nil, text); got != want {
			t.Errorf("%q is %+v, want %+v", text, got, want)
		}
	}
}
