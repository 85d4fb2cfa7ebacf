package main

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"voucherbul/batch/journal"
	"voucherbul/batch/platform/simulator"
	"voucherbul/cmd/voucherbul/config"
	"voucherbul/mapping/ourfile"
)

// onceMore is the expected result of sending a corrected outcome a second time: accepted rows are there already, all others
// stay as they were.
func onceMore(t trip, corrected bool) (journal.State, bool) {
	switch state, _ := t.next(corrected); state {
	case journal.Accepted, journal.Already:
		return journal.Already, false
	default:
		return state, false
	}
}

// TestRetryTwice gives the corrected outcome again, then the outcome of the first run, then that of the retry. Each of them
// names accepted rows, and none of these goes again.
func TestRetryTwice(t *testing.T) {
	for _, source := range someSources() {
		t.Run(source.name, func(t *testing.T) {
			t.Parallel()
			s := tell(t, source)
			old := opened(t, s.outcome).saveBeside(s.outcome, "del primo invio.xlsx")
			c := opened(t, s.outcome)
			s.correctAll(c)
			given := c.saveBeside(s.outcome, "corretti.xlsx")
			code, result, stderr := s.send("retry", given)
			s.wantCorrected(code, result, stderr)
			for _, path := range []string{given, old, result.Files[0].Outcome, given} {
				code, result, stderr := s.send("retry", path)
				s.wantNext(code, result, stderr, onceMore)
			}
		})
	}
}

// TestRetryOfARun sends the rows of a run as they were: what was refused for what stands in it stays refused.
func TestRetryOfARun(t *testing.T) {
	t.Parallel()
	for _, source := range someSources() {
		s := tell(t, source)
		code, result, stderr := s.send("retry", s.first)
		s.wantCorrected(code, result, stderr)
		if result.Files[0].Outcome != s.outcome {
			t.Errorf("the outcome is %s, want it at %s", result.Files[0].Outcome, s.outcome)
		}
		code, result, stderr = s.send("retry", result.Run)
		s.wantNext(code, result, stderr, func(t trip, corrected bool) (journal.State, bool) {
			state, _ := onceMore(t, corrected)
			return state, false
		})
	}
}

// TestRetryRefused sends what was refused once more, unchanged: somebody has put the cause right elsewhere.
func TestRetryRefused(t *testing.T) {
	t.Parallel()
	s := tell(t, sources()[0])
	refused := func(t trip, _ bool) (journal.State, bool) {
		switch {
		case t.isThere():
			return journal.Already, false
		case t.moody:
			return journal.Accepted, true
		}
		return t.state, t.state == journal.Rejected // the row behind a refused offer is held again
	}
	code, result, stderr := s.send("retry", "--refused", s.outcome)
	s.wantNext(code, result, stderr, refused)
}

// TestRetryGoesOn: what keeps a retry from its end is no loss. The same command sends what is left, and nothing else.
func TestRetryGoesOn(t *testing.T) {
	unreachable := func(s *story, args []string) {
		var right config.Config
		s.reconfigure(func(c *config.Config) {
			right = *c
			for _, url := range []*string{&c.Platform.PrenotazioneURL, &c.Platform.AttivazioneURL, &c.Platform.CessazioneURL, &c.Platform.DisdettaURL} {
				*url = "http://127.0.0.1:1/"
			}
			c.Breaker = config.Breaker{Failures: 2, Pause: 10 * time.Millisecond, GiveUp: 30 * time.Millisecond}
		})
		code, result, stderr := s.send(args...)
		if code != exitUnavailable || result.Files[0].Pending == 0 {
			s.t.Errorf("no platform: exit %d, %+v\n%s", code, result, stderr)
		}
		s.configure(right)
	}
	interrupted := func(s *story, args []string) {
		ctx, cancel := context.WithCancel(s.t.Context())
		defer cancel()
		s.mark = len(s.sim.Ledger())
		go func() {
			for len(s.sim.Ledger()) < s.mark+5 && ctx.Err() == nil {
				time.Sleep(time.Millisecond)
			}
			cancel()
		}()
		var out, stderr strings.Builder
		code := execute(ctx, append(args, "--json", "--config", s.config), streams{out: &out, err: &stderr})
		var result jsonResult
		if err := json.Unmarshal([]byte(out.String()), &result); err != nil || code != exitTryAgain || result.Files[0].Pending == 0 || result.Files[0].Accepted == 0 {
			s.t.Errorf("interrupted: exit %d, %v, %+v\n%s", code, err, result, stderr.String())
		}
	}
	for name, stop := range map[string]func(s *story, args []string){"the platform is down": unreachable, "interrupted": interrupted} {
		for _, file := range []string{"ordini.esiti.xlsx", "corretti.xlsx"} { // the first is replaced by what the retry writes
			t.Run(name+", "+file, func(t *testing.T) {
				t.Parallel()
				source := sources()[1]
				source.latency = 5 * time.Millisecond
				s := tell(t, source)
				c := opened(t, s.outcome)
				s.correctAll(c)
				path := c.saveBeside(s.outcome, file)
				began := len(s.sim.Ledger())
				stop(s, []string{"retry", path})
				code, result, stderr := s.send("retry", path)
				s.mark = began // both together send every row once
				s.wantNext(code, result, stderr, func(t trip, corrected bool) (journal.State, bool) {
					state, sent := t.next(corrected)
					if sent && state == journal.Accepted {
						state = "" // or already, as the first command had sent it
					}
					return state, sent
				})
			})
		}
	}
}

// TestAcceptedRowEdited: an order that the platform has is not changed by a second one, and the outcome says so however often
// it comes.
func TestAcceptedRowEdited(t *testing.T) {
	t.Parallel()
	s := tell(t, sources()[0])
	row := s.rowOf("a family")
	c := opened(t, s.outcome)
	c.change(ourfile.SheetRows, row, "civico", "99")
	c.leave(ourfile.SheetRows, row)
	c.must(c.book.DeleteSheet(ourfile.SheetToDo))
	path := c.saveBeside(s.outcome, "corretti.xlsx")
	for range 3 {
		code, result, stderr := s.send("retry", path)
		line := s.linesOf(result.Files[0].Outcome)[row]
		if code != exitRejected || line["Stato"] != journal.Invalid.Label() || !strings.Contains(line["Descrizione"], "già acquisita") ||
			!strings.Contains(line["Descrizione"], "la modifica non è stata inviata") || line["Cosa fare"] == "" || line["civico"] != "99" {
			t.Errorf("exit %d, %v\n%s", code, line, stderr)
		}
		s.wantSent(map[string]int{})
	}
}

// TestRowInDoubtEdited corrects a row in doubt. Nothing goes for it while it is in doubt. If it turns out that it was not
// executed, the correction goes.
func TestRowInDoubtEdited(t *testing.T) {
	t.Parallel()
	lost := simulator.FaultRule{Service: simulator.Prenotazione, Beneficiario: bookings(2)[1].CodiceFiscale, Times: 1, Fault: simulator.Fault{Kind: simulator.KindResetBefore}}
	b := newBench(t, simulator.World{Faults: []simulator.FaultRule{lost}}, func(c *config.Config) { c.Doubt.Settle, c.Doubt.Wait = time.Hour, 0 })
	code, first, stderr := b.run(b.export("ordini.csv", bookings(3)...))
	if code != exitUncertain || b.stato(first, 3) != "INCERTA" {
		t.Fatalf("exit %d, %+v\n%s", code, first, stderr)
	}
	s := &story{bench: b, first: first.Run, outcome: first.Files[0].Outcome}
	edited := func(civico string) string {
		c := opened(t, s.outcome)
		if civico != "" {
			c.change(ourfile.SheetRows, 3, "civico", civico)
		}
		return c.saveBeside(s.outcome, "civico "+civico+".xlsx")
	}
	unchanged, changed, other := edited(""), edited("98"), edited("99")
	for _, again := range []struct {
		path, stato, says string
		exit              int
	}{
		{changed, "SCARTATA", "La riga è incerta", exitRejected},
		{changed, "SCARTATA", "La riga è incerta", exitRejected},
		{other, "SCARTATA", "La riga è incerta", exitRejected},
		{unchanged, "INCERTA", "la risposta", exitUncertain},
		{changed, "SCARTATA", "La riga è incerta", exitRejected},
	} {
		code, result, stderr := s.send("retry", again.path)
		if len(result.Files) != 1 {
			t.Fatalf("%s: exit %d\n%s", filepath.Base(again.path), code, stderr)
		}
		line := s.linesOf(result.Files[0].Outcome)[3]
		if code != again.exit || line["Stato"] != again.stato || !strings.Contains(line["Descrizione"], again.says) {
			t.Errorf("%s: exit %d, %s: %q, want %d, %s\n%s", filepath.Base(again.path), code, line["Stato"], line["Descrizione"], again.exit, again.stato, stderr)
		}
		s.wantSent(map[string]int{})
	}
	if code, _, stderr := b.resolve("--mark", "not-executed", first.Run, "3", "--note", "non c'è sul portale"); code != exitOK {
		t.Fatalf("exit %d\n%s", code, stderr)
	}
	code, result, stderr := s.send("retry", changed)
	if line := s.linesOf(result.Files[0].Outcome)[3]; code != exitOK || line["Stato"] != "ACCETTATA" || line["civico"] != "98" {
		t.Errorf("not executed: exit %d, %v\n%s", code, line, stderr)
	}
	s.wantSent(map[string]int{"prenotazione " + bookings(2)[1].CodiceFiscale: 1})
}

// TestRetryOfCSV corrects the outcome that was written as CSV, as text.
func TestRetryOfCSV(t *testing.T) {
	for _, source := range someSources() {
		t.Run(source.name, func(t *testing.T) {
			t.Parallel()
			s := tell(t, source)
			code, out, stderr := command(t, "runs", "report", "--format", "csv", "--config", s.config, s.first)
			path := strings.TrimSpace(out)
			if code != exitOK || !strings.HasSuffix(path, ".esiti.csv") {
				t.Fatalf("exit %d, %s\n%s", code, out, stderr)
			}
			lines := readCSV(t, path)
			for i, trip := range s.trips {
				was, is := source.cells(trip.order), source.cells(trip.corrected())
				for k, title := range source.titles {
					if was[k] != is[k] {
						lines[i+1][slices.Index(lines[0], title)] = is[k]
						s.corrected[s.row(i)] = true
					}
				}
			}
			slices.Reverse(lines[1:])
			writeCSV(t, path, lines)
			code, result, stderr := s.send("retry", "--format", "xlsx", path)
			s.wantCorrected(code, result, stderr)
		})
	}
}

// TestApostrophesOfCSV: what keeps a spreadsheet from computing a cell of our CSV is not part of what a person corrects in it.
func TestApostrophesOfCSV(t *testing.T) {
	t.Parallel()
	source := sources()[0]
	b := source.bench(t)
	order := trips()[2].order // an enterprise
	order.RagioneSociale, order.Email = "=PROVA SRL", "sbagliata"
	s := &story{bench: b, source: source}
	code, result, stderr := b.run("--format", "csv", source.write(b, []trip{{order: order}}))
	if code != exitRejected {
		t.Fatalf("exit %d\n%s", code, stderr)
	}
	lines := readCSV(t, result.Files[0].Outcome)
	name, email := slices.Index(lines[0], "ragioneSociale"), slices.Index(lines[0], "email")
	if lines[1][name] != "'=PROVA SRL" {
		t.Fatalf("the outcome has %q", lines[1][name])
	}
	lines[1][name], lines[1][email] = "'=PROVA E FIGLI SRL", "giusta@example.it"
	writeCSV(t, result.Files[0].Outcome, lines)
	code, result, stderr = s.send("retry", result.Files[0].Outcome)
	if line := s.linesOf(result.Files[0].Outcome)[2]; code != exitOK || line["ragioneSociale"] != "=PROVA E FIGLI SRL" {
		t.Errorf("exit %d, sent as %q\n%s", code, line["ragioneSociale"], stderr)
	}
}

func readCSV(t *testing.T, path string) [][]string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	in := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(data), "\uFEFF")))
	in.Comma = ';'
	lines, err := in.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

func writeCSV(t *testing.T, path string, lines [][]string) {
	t.Helper()
	var text strings.Builder
	out := csv.NewWriter(&text)
	out.Comma = ';'
	if err := out.WriteAll(lines); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
}
