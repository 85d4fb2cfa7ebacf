package mapping

import "testing"

func TestNearest(t *testing.T) {
	known := []string{"token_url", "cognome", "nome", "Codice fiscale", "CF", "città"}
	for word, want := range map[string]string{
		"token_ulr":         "token_url",
		"Cogonme":           "cognome",
		"nomee":             "nome",
		"CODICE  FISCALE":   "Codice fiscale",
		"cod fiscale":       "Codice fiscale",
		"codice fisc":       "Codice fiscale",
		"Citta":             "città",
		"CG":                "CF",
		"FC":                "CF",
		"citàt":             "città",
		"altro":             "",
		"":                  "",
		"note interne":      "",
		"codice del comune": "",
	} {
		if got := Nearest(word, known); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", word, got, want)
		}
	}
}
