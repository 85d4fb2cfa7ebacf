package esito

import "testing"

func TestFaseOf(t *testing.T) {
	for text, want := range map[string]Fase{
		"Inviata con esito positivo":     {"Inviata con esito positivo", FaseWait},
		" attesa  CONTROLLO\tisee\u00a0": {"Attesa controllo ISEE", FaseWait},
		"NON PRENOTABILE ISEE":           {"Non prenotabile ISEE", FaseRefused},
		"prenotata":                      {"Prenotata", FaseReady},
		"Prenotazione Sospesa":           {"Prenotazione sospesa", FaseWait},
		"Prenotata*":                     {"Prenotata*", FaseUnknown},
		" In  liquidazione ":             {"In liquidazione", FaseUnknown},
		"":                               {"", FaseUnknown},
	} {
		if got := FaseOf(text); got != want {
			t.Errorf("%q is %+v, want %+v", text, got, want)
		}
	}
}
