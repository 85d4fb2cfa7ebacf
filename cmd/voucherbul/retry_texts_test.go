package main

import (
	"encoding/csv"
	"slices"
	"strings"
	"testing"

	"voucherbul/batch/journal"
	"voucherbul/batch/platform/simulator"
	"voucherbul/mapping"
	"voucherbul/mapping/ordertest"
	"voucherbul/mapping/ourfile"
)

// hardTexts are what spreadsheets like to take for something else.
func hardTexts() []string {
	return []string{
		"00123", "0612345678", "+393331234567", "1E5", "12345678901234567890", "1.234,56", "50%", "12/03/2026", "2026-03-12", "12:30", "3-4",
		"TRUE", "VERO", "#N/D", "#DIV/0!", "=1+2", "=PROVA & FIGLI", "@SUM(A1)", "-5", "'apostrofo", "''due", `"virgolette"`, "_x0041_", "_x005F_",
		"_x000D_", "riga 1\nriga 2", "riga 1\n\nriga 3\n", " spazi intorno ", "due  spazi", "   ", "a\tb", "\u00a0spazio unificatore\u00a0", "perché è così", "😀 emoji",
		"<b>&amp;</b>", "]]>", "campanello \x07", "riga 1\r\nriga 2", strings.Repeat("lungo ", 5000), strings.Repeat("x", 32767),
	}
}

// hardStory has accepted orders with difficult texts, both in a column that nobody reads and in one that is sent.
func hardStory(t *testing.T) *story {
	t.Helper()
	b := newBench(t, simulator.World{}, nil)
	var text strings.Builder
	out := csv.NewWriter(&text)
	out.Comma = ';'
	header := []string{"Note interne"}
	for _, f := range mapping.Fields() {
		header = append(header, f.Name)
	}
	lines := [][]string{header}
	for i, hard := range hardTexts() {
		order := trips()[2].order
		order.PartitaIva, order.RagioneSociale = ordertest.PartitaIva(500+i), "PROVA "+string(rune('A'+i%26))
		if len(hard) < 80 && strings.TrimSpace(hard) == hard && !strings.ContainsAny(hard, "\n\t😀\u00a0") {
			order.RagioneSociale = hard
		}
		line := []string{hard}
		for _, f := range mapping.Fields() {
			line = append(line, f.In(&order))
		}
		lines = append(lines, line)
	}
	if err := out.WriteAll(lines); err != nil {
		t.Fatal(err)
	}
	code, first, stderr := b.run(b.write("ordini.csv", text.String()))
	if f := first.Files; len(f) != 1 || f[0].Rows != len(hardTexts()) || f[0].Accepted == 0 {
		t.Fatalf("exit %d, %+v\n%s", code, first, stderr)
	}
	return &story{bench: b, first: first.Run, outcome: first.Files[0].Outcome, corrected: map[int]bool{}, source: source{titles: header}}
}

// wantUnchanged sends an outcome again that was only saved: no cell of the export is another one, and nothing goes.
func (s *story) wantUnchanged(path string) {
	s.t.Helper()
	before := s.linesOf(s.outcome)
	code, result, stderr := s.send("retry", "--out", s.t.TempDir(), path)
	if len(result.Files) != 1 || len(result.Files[0].Remarks) != 0 {
		s.t.Fatalf("exit %d, %+v\n%s", code, result, stderr)
	}
	after := s.linesOf(result.Files[0].Outcome)
	if len(after) != len(before) {
		s.t.Errorf("%d rows, want %d", len(after), len(before))
	}
	for row, line := range before {
		for _, title := range s.source.titles {
			if was, is := line[title], after[row][title]; was != is {
				s.t.Errorf("row %d, %s: %.80q has become %.80q (%d and %d bytes)", row, title, was, is, len(was), len(is))
			}
		}
		if line["Stato"] == journal.Accepted.Label() && after[row]["Stato"] != journal.Already.Label() {
			s.t.Errorf("row %d: %s: %s", row, after[row]["Stato"], after[row]["Descrizione"])
		}
	}
	s.wantSent(map[string]int{})
}

// TestHardTexts: an outcome that was only saved, by another program or as CSV, changes no cell of the export.
func TestHardTexts(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: nothing here runs beside anything")
	}
	t.Parallel()
	s := hardStory(t)
	_, out, stderr := command(t, "runs", "report", "--format", "csv", "--config", s.config, s.first)
	asCSV := strings.TrimSpace(out)
	lines := readCSV(t, asCSV)
	if i := slices.Index(lines[0], "Note interne"); !slices.ContainsFunc(lines, func(cells []string) bool { return cells[i] == "'=1+2" }) {
		t.Errorf("no apostrophe keeps a spreadsheet from computing\n%s", stderr)
	}
	for _, path := range []string{opened(t, s.outcome).saveBeside(s.outcome, "salvato.xlsx"), asCSV} {
		s.wantUnchanged(path)
	}
}

// TestColumnsOfOneName are told apart by their order, though one of them is corrected.
func TestColumnsOfOneName(t *testing.T) {
	t.Parallel()
	b := newBench(t, simulator.World{}, nil)
	order := bookings(1)[0]
	header, line := []string{"Nota", "Nota", "nota"}, []string{"prima", "seconda", "terza"}
	for _, f := range mapping.Fields() {
		header, line = append(header, f.Name), append(line, f.In(&order))
	}
	line[slices.Index(header, "email")] = "sbagliata"
	code, first, stderr := b.run(b.write("ordini.csv", strings.Join(header, ";")+"\n"+strings.Join(line, ";")+"\n"))
	if code != exitRejected || len(first.Files) != 1 {
		t.Fatalf("exit %d\n%s", code, stderr)
	}
	s := &story{bench: b, outcome: first.Files[0].Outcome}
	c := opened(t, s.outcome)
	c.typeIn(ourfile.SheetRows, 2, 1, "corretta")
	c.change(ourfile.SheetRows, 2, "email", "giusta@example.it")
	code, result, stderr := s.send("retry", c.save(s.outcome))
	if code != exitOK || len(result.Files) != 1 {
		t.Fatalf("exit %d\n%s", code, stderr)
	}
	if got := opened(t, s.outcome).lines(ourfile.SheetRows)[1][:3]; !slices.Equal(got, []string{"prima", "corretta", "terza"}) {
		t.Errorf("the notes are %q", got)
	}
}
