package orderfile

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// A table that nobody knows can be looked at: its header is the row with the most names, and two columns that
// would be one field are no error.
func TestAnyHeader(t *testing.T) {
	for name, c := range map[string]struct {
		content string
		header  []string
		rows    int
	}{
		"foreign": {"Identificativo;Tecno;Recapito\nRSSMRA85T10H501O;Fibra;3330000000\n", []string{"Identificativo", "Tecno", "Recapito"}, 1},
		"title":   {"Estrazione di marzo\nIdentificativo;Tecno;Recapito\nRSSMRA85T10H501O;Fibra;3330000000\n", []string{"Identificativo", "Tecno", "Recapito"}, 1},
		"texts":   {"A;B;\nROMA;FIBRA;x12345\nMILANO;RADIO;x12345\n", []string{"A", "B"}, 2},
		"known":   {"Cognome;Nome;;\nROSSI;MARIO;ROMA;RM\n", []string{"Cognome", "Nome"}, 1},
		"rivals":  {"CF;Codice fiscale;Nome\nRSSMRA85T10H501O;RSSMRA85T10H501O;MARIO\n", []string{"CF", "Codice fiscale", "Nome"}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "a.csv")
			if err := os.WriteFile(path, []byte(c.content), 0o600); err != nil {
				t.Fatal(err)
			}
			f, err := Open(path, Options{AnyHeader: true})
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			if got := f.Header(); !slices.Equal(got, c.header) {
				t.Errorf("header %q, want %q", got, c.header)
			}
			for range c.rows {
				if row, err := f.Next(); err != nil || len(row.Cells) != len(c.header) {
					t.Fatalf("row %v, error %v", row, err)
				}
			}
		})
	}
}
