package report

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"voucherbul/batch/journal"
)

// update writes what the codes say anew: go test ./report -run Words -update. Read the difference before it is committed.
var update = flag.Bool("update", false, "write the texts of codes anew")

// wordsCase is what a code says, as a file of testdata/words tells it: the file has the name of the code.
type wordsCase struct {
	About   string            // what the case is for
	Columns map[string]string `json:",omitempty"` // of the export
	Row     journal.Row       // that has the code
	Says    says
}

// says are the texts about a row, and about a run that the same code has stopped.
type says struct {
	Descrizione, Advice, Reason string
	Motivo                      string `json:",omitempty"`
	Attempt                     string `json:",omitempty"` // the reason of an exchange, where it is another
}

// TestEveryCodeHasItsWords: whatever the journal may hold is told, and each text is the one that is written down.
func TestEveryCodeHasItsWords(t *testing.T) {
	rome, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		t.Fatal(err)
	}
	codes, err := os.ReadFile("../batch/testdata/codes.txt")
	if err != nil {
		t.Fatal(err)
	}
	if len(strings.Fields(string(codes))) < 50 {
		t.Fatalf("only these codes are known:\n%s", codes)
	}
	told := map[says]journal.Code{}
	for _, code := range strings.Fields(string(codes)) {
		t.Run(code, func(t *testing.T) {
			path := filepath.Join("testdata", "words", code+".json")
			var cases []wordsCase
			data, err := os.ReadFile(path)
			if err == nil {
				err = json.Unmarshal(data, &cases)
			}
			if err != nil || len(cases) == 0 {
				t.Fatalf("what %s says is written down nowhere: %v", code, err)
			}
			for i, c := range cases {
				if c.Row.Code = journal.Code(code); c.Row.State == "" {
					t.Errorf("%s: a row without a state", c.About)
				}
				got := tell(Words{Zone: rome, Columns: c.Columns}, c.Row)
				if cases[i].Says = got; got != c.Says && !*update {
					t.Errorf("%s: it says\n%+v\nand not\n%+v", c.About, got, c.Says)
				}
				if got.Reason == "" || got.Reason == code {
					t.Errorf("%s: nothing for the administrator", c.About)
				}
				if other, ok := told[got]; ok {
					t.Logf("%s says the same as %s: %+v", code, other, got)
				}
				told[got] = c.Row.Code
			}
			if *update {
				write(t, path, cases)
			}
		})
	}
	files, err := filepath.Glob("testdata/words/*.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range files {
		if code := strings.TrimSuffix(filepath.Base(path), ".json"); !slices.Contains(strings.Fields(string(codes)), code) {
			t.Errorf("%s is no code", code)
		}
	}
}

// tell makes all texts of a case.
func tell(w Words, row journal.Row) says {
	attempt := AttemptReason(journal.Attempt{Code: row.Code, Args: row.Args, HTTP: row.HTTP, Esito: row.Esito})
	motivo := RunMotivo(journal.Run{Code: row.Code, Args: row.Args})
	w.Tell(&row)
	if attempt == row.Reason {
		attempt = ""
	}
	return says{Descrizione: row.Descrizione, Advice: row.Advice, Reason: row.Reason, Motivo: motivo, Attempt: attempt}
}

func write(t *testing.T, path string, cases []wordsCase) {
	t.Helper()
	var text strings.Builder
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	e.SetIndent("", "\t")
	if err := e.Encode(cases); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}
