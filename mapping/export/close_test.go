package export

import (
	"os"
	"path/filepath"
	"testing"
)

// TestExportCloses lets go of an export before its rows, after them, and twice.
func TestExportCloses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ordini.csv")
	if err := os.WriteFile(path, []byte("operazione;codiceFiscale\ndisdetta;RSSMRA85T10H501O\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, walk := range []bool{true, false} {
		export, err := Reading{}.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		if walk {
			for _, err := range export.Rows() {
				if err != nil {
					t.Fatal(err)
				}
			}
		}
		for range 2 {
			if err := export.Close(); err != nil {
				t.Errorf("walked through: %t: %v", walk, err)
			}
		}
	}
}
