package profile

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// TestSuggest walks testdata/suggest: a new case is a new file there, with the sections rows.csv and want.
func TestSuggest(t *testing.T) {
	paths, err := filepath.Glob("testdata/suggest/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(path)
			if err != nil || len(archive.Files) != 2 {
				t.Fatalf("%d sections, error %v", len(archive.Files), err)
			}
			got := suggested(t, string(archive.Files[0].Data))
			if *update {
				archive.Files[1].Data = got
				if err := os.WriteFile(path, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
			} else if string(got) != string(archive.Files[1].Data) {
				t.Errorf("got\n%s\nwant\n%s", got, archive.Files[1].Data)
			}
		})
	}
}

// suggested is the profile for a table; it has to be one, and to fit the table.
func suggested(t testing.TB, rows string) []byte {
	in := csv.NewReader(strings.NewReader(rows))
	in.Comma = ';'
	in.FieldsPerRecord = -1
	in.LazyQuotes = true
	records, err := in.ReadAll()
	if err != nil || len(records) == 0 {
		return nil
	}
	header := records[0]
	dates := map[[2]int]bool{}
	for r, cells := range records[1:] {
		for c := range cells {
			cells[c], dates[[2]int{r, c}] = strings.CutPrefix(cells[c], dateCell)
		}
	}
	profile := Suggest("export.csv", header, records[1:], func(row, col int) bool { return dates[[2]int{row, col}] }, nil)
	p, err := Parse("suggested.yaml", profile, nil)
	if err != nil {
		t.Fatalf("%v\n%s", err, profile)
	}
	if _, err := p.Bind(header, "", "export.csv"); err != nil {
		t.Fatalf("%v\n%s", err, profile)
	}
	return profile
}

// FuzzSuggest: what is suggested for any table is a profile that fits it.
func FuzzSuggest(f *testing.F) {
	f.Add("CF;Tecno\nRSSMRA85T10H501O;Fibra\n")
	f.Add("a\nb: c # d\n")
	f.Add("Sesso;\"x\"\"y\"\nM;a\nboh;b\n")
	f.Fuzz(func(t *testing.T, rows string) {
		if len(rows) < 4000 {
			suggested(t, rows)
		}
	})
}
