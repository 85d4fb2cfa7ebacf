package report

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"voucherbul/batch/journal"
	"voucherbul/batch/platform/esito"
	"voucherbul/mapping"
)

// update writes what the codes say anew: go test ./report -run Words -update. Read the difference before it is committed.
var update = flag.Bool("update", false, "write the texts of codes anew")

// wordsCase is what a code says, as a file of testdata/words tells it: the file has the name of the code.
type wordsCase struct {
	About   string            // what the case is for
	Columns map[string]string `json:",omitempty"` // of the export
	Row     wordsRow          // that has the code
	Says    says
}

// wordsRow is what of a row its texts are made of.
type wordsRow struct {
	State       journal.State
	InDoubt     bool              `json:",omitempty"`
	Args        []string          `json:",omitempty"`
	Esito       string            `json:",omitempty"`
	Descrizione string            `json:",omitempty"` // as the platform has written it
	Fields      []string          `json:",omitempty"`
	Problems    []mapping.Problem `json:",omitempty"`
}

func (r wordsRow) row(code journal.Code) journal.Row {
	return journal.Row{State: r.State, InDoubt: r.InDoubt, Problems: r.Problems,
		Outcome: journal.Outcome{Code: code, Args: r.Args, Esito: r.Esito, Descrizione: r.Descrizione, Fields: r.Fields}}
}

// says are the texts about a row, and about a run that the same code has stopped.
type says struct {
	Descrizione, Advice, Reason string
	Motivo                      string `json:",omitempty"`
	Event                       string `json:",omitempty"` // the reason of an exchange, where it is another
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
	for _, code := range strings.Fields(string(codes)) {
		t.Run(code, func(t *testing.T) {
			path := filepath.Join("testdata", "words", code+".json")
			var cases []wordsCase
			data, err := os.ReadFile(path)
			if err == nil {
				d := json.NewDecoder(bytes.NewReader(data))
				d.DisallowUnknownFields()
				err = d.Decode(&cases)
			}
			if err != nil || len(cases) == 0 {
				t.Fatalf("what %s says is written down nowhere: %v", code, err)
			}
			for i, c := range cases {
				got := tell(Words{Zone: rome, Columns: c.Columns}, c.Row.row(journal.Code(code)))
				if cases[i].Says = got; got != c.Says && !*update {
					t.Errorf("%s: it says\n%+v\nand not\n%+v", c.About, got, c.Says)
				}
				if got.Reason == "" || got.Reason == code {
					t.Errorf("%s: nothing for the administrator", c.About)
				}
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

// TestTextsOfOlderReleasesStand: what was told on the day is told in the words of then, whatever its code says today.
func TestTextsOfOlderReleasesStand(t *testing.T) {
	before := journal.Outcome{Descrizione: "detto", Advice: "fatto", Reason: "said", Code: journal.InJournal, Args: []string{"R1", "3"}}
	for _, code := range []journal.Code{journal.InJournal, journal.UnchangedSince, ""} {
		row := journal.Row{State: journal.Already, Outcome: before}
		if row.Code = code; code == "" { // a reason that no code is known of
			row.Reason = ""
		}
		want := row.Outcome
		if (Words{}).Tell(&row); !reflect.DeepEqual(row.Outcome, want) {
			t.Errorf("%s: %+v", code, row.Outcome)
		}
	}
	if got := EventReason(journal.Event{Code: journal.NotInList, Reason: "said"}); got != "said" {
		t.Errorf("an event: %q", got)
	}
	if got := WaitReason(journal.Waits{Code: journal.NotInList, Reason: "said"}); got != "said" {
		t.Errorf("waits: %q", got)
	}
	run := journal.Run{Code: journal.StopInterrupted, Reason: "said", Motivo: "detto"}
	if RunReason(run) != "said" || RunMotivo(run) != "detto" {
		t.Errorf("a run: %q, %q", RunReason(run), RunMotivo(run))
	}
	if run = (journal.Run{}); RunReason(run) != "" || RunMotivo(run) != "" {
		t.Errorf("a run that went to its end: %q, %q", RunReason(run), RunMotivo(run))
	}
	// A row that follows from one of an older release has a code of its own, and what was stored of the other.
	row := journal.Row{State: journal.Rejected, Outcome: journal.Outcome{Esito: "E", Descrizione: "detto", Advice: "fatto", Code: journal.UnchangedSince, Args: []string{"R1", "3", "esito"}}}
	if (Words{}).Tell(&row); row.Descrizione != "detto\nNon inviata di nuovo: la riga non è cambiata da allora (riga 3, invio R1)." || row.Advice != "fatto" {
		t.Errorf("%+v", row.Outcome)
	}
}

// TestEveryAdviceHasItsWords: each that an answer can have is among the cases, with a text of its own.
func TestEveryAdviceHasItsWords(t *testing.T) {
	advice, err := os.ReadFile("../batch/testdata/advice.txt")
	if err != nil {
		t.Fatal(err)
	}
	cases, err := os.ReadFile("testdata/words/esito.json")
	if err != nil {
		t.Fatal(err)
	}
	if len(strings.Fields(string(advice))) < 10 {
		t.Fatalf("only these are known:\n%s", advice)
	}
	plain := tell(Words{}, wordsRow{State: journal.Rejected, Esito: "REQUEST_BUSINESS_NOK_009"}.row(journal.Code(esito.BasisEsito)))
	for _, a := range strings.Fields(string(advice)) {
		if !strings.Contains(string(cases), `"`+a+`"`) {
			t.Errorf("no case has %s", a)
		}
		got := tell(Words{}, wordsRow{State: journal.Rejected, Args: []string{a, "cap"}, Esito: "REQUEST_BUSINESS_NOK_009"}.row(journal.Code(esito.BasisEsito)))
		if got == plain || got.Advice == "" {
			t.Errorf("%s says nothing: %+v", a, got)
		}
	}
}

// tell makes all texts of a case.
func tell(w Words, row journal.Row) says {
	event := EventReason(journal.Event{Code: row.Code, Args: row.Args, HTTP: row.HTTP, Esito: row.Esito})
	motivo := RunMotivo(journal.Run{Code: row.Code, Args: row.Args})
	w.Tell(&row)
	if event == row.Reason {
		event = ""
	}
	return says{Descrizione: row.Descrizione, Advice: row.Advice, Reason: row.Reason, Motivo: motivo, Event: event}
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
