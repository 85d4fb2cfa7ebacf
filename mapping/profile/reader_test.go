package profile

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"voucherbul/mapping"
	"voucherbul/mapping/orderfile"
)

// The reader of files and the profile agree: what the reader joins or leaves out by its own rules, the profile
// puts right, and two columns of one usual name are still refused.
func TestWithReader(t *testing.T) {
	for name, c := range map[string]struct {
		profile, file string
		want          map[string]string // of the first order
		refused       string
	}{
		"shared column": {
			profile: "fields:\n  codiciFiscaliFamigliari: {columns: [A, B]}\n  codiceFiscale: B\n  cognome: {expr: 'col(\"A\") + col(\"C\")'}\n",
			file:    "A;B;C\nFOXNNA90A41F205E;RSSMRA85T10H501O;x\n",
			want: map[string]string{"codiciFiscaliFamigliari": "FOXNNA90A41F205E;RSSMRA85T10H501O", "codiceFiscale": "RSSMRA85T10H501O",
				"cognome": "FOXNNA90A41F205Ex"},
		},
		"usual name of a field with another source": {
			profile: "fields:\n  codiceFiscale: CF cliente\nignore: [Codice fiscale]\n",
			file:    "Codice fiscale;CF cliente\nFOXNNA90A41F205E;RSSMRA85T10H501O\n",
			want:    map[string]string{"codiceFiscale": "RSSMRA85T10H501O"},
		},
		"header of expressions only": {
			profile: "fields:\n  codiceFiscale: {expr: 'trim(col(\"Soggetto\"))'}\n  cognome: {expr: 'col(\"Chi\")'}\n",
			file:    "Estratto\nSoggetto;Chi\n RSSMRA85T10H501O;ROSSI\n",
			want:    map[string]string{"codiceFiscale": "RSSMRA85T10H501O", "cognome": "ROSSI"},
		},
		"numbered relatives by an expression": {
			profile: "fields:\n  codiciFiscaliFamigliari: {expr: 'col(\"CF familiare 2\") + \";\" + col(\"CF familiare 1\")'}\n",
			file:    "CF;CF familiare 1;CF familiare 2\nRSSMRA85T10H501O;FOXNNA90A41F205E;BNCLCU15A01H501Z\n",
			want:    map[string]string{"codiceFiscale": "RSSMRA85T10H501O", "codiciFiscaliFamigliari": "BNCLCU15A01H501Z;FOXNNA90A41F205E"},
		},
		"numbered relatives, one of them for another field": {
			profile: "fields:\n  codiceFiscale: CF familiare 1\n",
			file:    "CF familiare 1;CF familiare 2\nRSSMRA85T10H501O;FOXNNA90A41F205E\n",
			want:    map[string]string{"codiceFiscale": "RSSMRA85T10H501O", "codiciFiscaliFamigliari": "FOXNNA90A41F205E"},
		},
		"two usual names": {profile: "fields:\n  cognome: Chi\n", file: "CF;Codice fiscale;Chi\na;b;c\n", refused: "two columns are codiceFiscale"},
		"ignored twin":    {profile: "ignore: [CF]\n", file: "CF;Codice fiscale\na;b\n", want: map[string]string{"codiceFiscale": "b"}},
		"the column of an expression does not hide a conflict": {
			profile: "fields:\n  civico: {expr: 'col(\"Indirizzo\")'}\n", file: "Indirizzo;Via;CF\na;b;c\n", refused: "two columns are via"},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := Parse("p.yaml", []byte(c.profile), nil)
			if err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(t.TempDir(), "a.csv")
			if err := os.WriteFile(path, []byte(c.file), 0o600); err != nil {
				t.Fatal(err)
			}
			f, err := orderfile.Open(path, orderfile.Options{Claims: p.Claims})
			if c.refused != "" {
				if err == nil || !strings.Contains(err.Error(), c.refused) {
					t.Errorf("error %v, want %q", err, c.refused)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			b, err := p.Bind(f.Header(), f.Sheet(), path)
			if err != nil {
				t.Fatal(err)
			}
			row, err := f.Next()
			if err != nil {
				t.Fatal(err)
			}
			if problems := b.Apply(row.Cells, row.IsDate, &row.Order); problems != nil {
				t.Errorf("problems %v", problems)
			}
			for _, field := range mapping.Fields() {
				if got := field.In(&row.Order); got != c.want[field.Name] {
					t.Errorf("%s = %q, want %q", field.Name, got, c.want[field.Name])
				}
			}
		})
	}
}

// BenchmarkApply is a row with every kind of source, beside the mapping of the same row.
func BenchmarkApply(b *testing.B) {
	p, err := Parse("p.yaml", []byte("operation: {column: T, values: {A: attivazione}}\ndates: dd/MM/yyyy\nfields:\n"+
		"  codiceFiscale: S\n  tecnologiaAttivata: {column: L, values: {Fibra: FTTH}}\n  dataAttivazione: D\n  via: {expr: 'trim(col(\"U\")) + \" \" + col(\"V\")'}\n"), nil)
	if err != nil {
		b.Fatal(err)
	}
	bound, err := p.Bind([]string{"T", "S", "L", "D", "U", "V"}, "", "")
	if err != nil {
		b.Fatal(err)
	}
	cells := []string{"A", "RSSMRA85T10H501O", "Fibra", "20/03/2026", "VIA", "ROMA"}
	never := func(int) bool { return false }
	b.ReportAllocs()
	for b.Loop() {
		var o mapping.Order
		if problems := bound.Apply(cells, never, &o); problems != nil {
			b.Fatal(problems)
		}
	}
}
