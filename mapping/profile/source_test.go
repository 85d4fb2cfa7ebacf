package profile

import (
	"strings"
	"testing"

	"voucherbul/mapping"
)

// What names one person or enterprise is never the same in every row: a profile that says so is refused.
func TestPersonal(t *testing.T) {
	for _, f := range mapping.Fields() {
		refused := false
		switch f.Name {
		case "codiceFiscale", "partitaIva", "codiciFiscaliFamigliari", "cognome", "nome", "ragioneSociale", "numeroDocumento", "dataDiNascita":
			refused = true
		}
		example := f.Example
		if isDateField(f.Name) {
			example = "2026-03-20"
		}
		for _, source := range []string{"{value: " + example + "}", "{column: A, default: " + example + "}"} {
			_, err := Parse("p.yaml", []byte("fields:\n  "+f.Name+": "+source+"\n"), nil)
			if got := err != nil && strings.Contains(err.Error(), "one person or enterprise"); got != refused || !refused && err != nil {
				t.Errorf("%s: %s: error %v, want refused %t", f.Name, source, err, refused)
			}
		}
	}
}
