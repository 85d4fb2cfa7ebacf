package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"voucherbul/batch/journal"
	"voucherbul/cmd/voucherbul/config"
	"voucherbul/mapping/ourfile"
)

// story is an export that was sent, and what has come of it so far.
type story struct {
	*bench
	source  source
	trips   []trip
	file    string
	first   string // its first run
	outcome string // what the first run has written

	given     []int        // rows of the export that stand in what goes back; nil = all
	corrected map[int]bool // rows that a person has put right in it
	mark      int          // length of the ledger before it goes back
}

// tell sends the trips for the first time.
func tell(t *testing.T, s source, flags ...string) *story {
	t.Helper()
	told := &story{bench: s.bench(t), source: s, trips: trips(), corrected: map[int]bool{}}
	told.file = s.write(told.bench, told.trips)
	if s.profile != "" {
		path := told.write("profile.yaml", s.profile)
		told.reconfigure(func(c *config.Config) { c.Profile = path })
	}
	code, result, stderr := told.run(append(flags, told.file)...)
	if code != exitRejected || len(result.Files) != 1 {
		t.Fatalf("the first run: exit %d, %+v\n%s", code, result, stderr)
	}
	told.first, told.outcome, told.mark = result.Run, result.Files[0].Outcome, len(told.sim.Ledger())
	lines := told.linesOf(told.outcome)
	for i, trip := range told.trips {
		if line := lines[told.row(i)]; line["Stato"] != trip.state.Label() || line["Esito"] != trip.esito {
			t.Errorf("%s: %s %s, want %s %s: %s", trip.name, line["Stato"], line["Esito"], trip.state.Label(), trip.esito, line["Descrizione"])
		}
	}
	if total := lines[told.total()]; len(lines) != len(told.trips)+1 || total["Stato"] != journal.Skipped.Label() {
		t.Errorf("%d lines; the last one %v", len(lines), total)
	}
	if t.Failed() {
		t.FailNow()
	}
	return told
}

// row is the number of a trip's row in the export.
func (s *story) row(i int) int { return i + 2 }

// total is the number of the row below the trips, which is no order.
func (s *story) total() int { return s.row(len(s.trips)) }

// rowOf is the row of the trip that is called so.
func (s *story) rowOf(name string) int {
	s.t.Helper()
	i := slices.IndexFunc(s.trips, func(t trip) bool { return t.name == name })
	if i < 0 {
		s.t.Fatalf("no trip is called %q", name)
	}
	return s.row(i)
}

// linesOf reads the rows of an outcome: their cells by title, by their row in the export.
func (s *story) linesOf(outcome string) map[int]map[string]string {
	s.t.Helper()
	rows := sheetRows(s.t, outcome, ourfile.SheetRows)
	lines := map[int]map[string]string{}
	for _, cells := range rows[1:] {
		line := map[string]string{}
		for i, cell := range cells {
			line[rows[0][i]] = cell
		}
		var row int
		if _, err := fmt.Sscan(line["Riga"], &row); err != nil || lines[row] != nil {
			s.t.Fatalf("row %q: %v, or twice", line["Riga"], err)
		}
		lines[row] = line
	}
	return lines
}

// correct puts rows right in a sheet; none named = all that can be.
func (s *story) correct(c *clerk, sheet string, rows ...int) {
	s.t.Helper()
	s.correctIn(c, func(int) string { return sheet }, rows...)
}

// correctAll puts every row right, one in one sheet and the next in the other.
func (s *story) correctAll(c *clerk) {
	s.t.Helper()
	s.correctIn(c, func(row int) string { return []string{ourfile.SheetToDo, ourfile.SheetRows}[row%2] })
}

func (s *story) correctIn(c *clerk, sheet func(row int) string, rows ...int) {
	s.t.Helper()
	for i, trip := range s.trips {
		row := s.row(i)
		if trip.fix == nil || len(rows) > 0 && !slices.Contains(rows, row) {
			continue
		}
		where := sheet(row)
		if trip.state == journal.Pending {
			where = ourfile.SheetRows // there is nothing wrong with it that anybody knows of
		}
		if !slices.Contains(c.book.GetSheetList(), where) {
			continue
		}
		was, is := s.source.cells(trip.order), s.source.cells(trip.corrected())
		for k, title := range s.source.titles {
			if was[k] != is[k] {
				c.change(where, row, title, is[k])
			}
		}
		s.corrected[row] = true
	}
}

// send gives a command, and reads its result.
func (s *story) send(args ...string) (int, jsonResult, string) {
	s.t.Helper()
	s.mark = len(s.sim.Ledger())
	code, out, stderr := command(s.t, append(args, "--json", "--config", s.config)...)
	var result jsonResult
	if out != "" {
		if err := json.Unmarshal([]byte(out), &result); err != nil {
			s.t.Fatalf("stdout is no result: %v\n%s", err, out)
		}
	}
	return code, result, stderr
}

// wantCorrected checks the result of the first command that was given the corrected outcome.
func (s *story) wantCorrected(code int, result jsonResult, stderr string) {
	s.t.Helper()
	s.wantNext(code, result, stderr, trip.next)
}

// wantNext checks the result of a command that was given an outcome; next is what it should make of a row.
func (s *story) wantNext(code int, result jsonResult, stderr string, next func(t trip, corrected bool) (state journal.State, sent bool)) {
	s.t.Helper()
	if len(result.Files) != 1 || result.Run == s.first {
		s.t.Fatalf("exit %d, %+v\n%s", code, result, stderr)
	}
	want, sends, exit := map[int]journal.State{}, map[string]int{}, exitOK
	for i, trip := range s.trips {
		row := s.row(i)
		if s.given != nil && !slices.Contains(s.given, row) {
			continue
		}
		state, sent := next(trip, s.corrected[row])
		if want[row] = state; sent {
			order := trip.order
			if s.corrected[row] {
				order = trip.corrected()
			}
			sends[order.Operazione+" "+order.CodiceFiscale+order.PartitaIva]++
		}
		if state != journal.Accepted && state != journal.Already {
			exit = exitRejected
		}
	}
	if s.given == nil || slices.Contains(s.given, s.total()) {
		want[s.total()] = journal.Skipped
	}
	if code != exit {
		s.t.Errorf("exit %d, want %d\n%s", code, exit, stderr)
	}
	s.wantSent(sends)
	s.wantLines(result, want)
}

// wantLines compares the new outcome with what should have become of the rows.
func (s *story) wantLines(result jsonResult, want map[int]journal.State) {
	s.t.Helper()
	lines := s.linesOf(result.Files[0].Outcome)
	if got := slices.Sorted(maps.Keys(lines)); !slices.Equal(got, slices.Sorted(maps.Keys(want))) {
		s.t.Errorf("the outcome has rows %v", got)
	}
	for i, trip := range s.trips {
		line, state := lines[s.row(i)], want[s.row(i)]
		if line == nil || state == "" {
			continue
		}
		if line["Stato"] != state.Label() {
			s.t.Errorf("%s: %s %s, want %s: %s", trip.name, line["Stato"], line["Esito"], state.Label(), line["Descrizione"])
		}
		before := fmt.Sprintf("Invio %s, riga %d: %s", s.first, s.row(i), trip.state.Label())
		if !strings.HasPrefix(line["Invii precedenti"], before) {
			s.t.Errorf("%s: «Invii precedenti» says %q, want %q", trip.name, line["Invii precedenti"], before)
		}
		if state == journal.Rejected && line["Inviata il"] == "" && !strings.Contains(line["Descrizione"], "Non inviata di nuovo") {
			s.t.Errorf("%s: nobody says that it was not sent: %q", trip.name, line["Descrizione"])
		}
	}
}

// wantSent compares what has reached the platform since the last command with what should have, and looks through all it has
// done: nothing twice.
func (s *story) wantSent(want map[string]int) {
	s.t.Helper()
	got := map[string]int{}
	for _, e := range s.sim.Ledger()[s.mark:] {
		if e.Beneficiario != "" {
			got[string(e.Service)+" "+e.Beneficiario]++
		}
	}
	if !maps.Equal(got, want) {
		for _, key := range slices.Sorted(maps.Keys(got)) {
			if got[key] != want[key] {
				s.t.Errorf("%s was sent %d times, want %d", key, got[key], want[key])
			}
		}
		for _, key := range slices.Sorted(maps.Keys(want)) {
			if got[key] == 0 {
				s.t.Errorf("%s was not sent", key)
			}
		}
	}
	for key, n := range s.applied() {
		if n != 1 {
			s.t.Errorf("%s was applied %d times", key, n)
		}
	}
}

// variant is what a person does with an outcome before it goes back. A new one is a new entry of [variants].
type variant struct {
	name string
	do   func(s *story, c *clerk) (path string) // corrects, and saves what goes back
	args []string                               // of the command, before the path; nil = retry
}

func (s *story) save(c *clerk) string { return c.save(s.outcome) }

func variants() []variant {
	return []variant{
		{name: "corrected in both sheets", do: func(s *story, c *clerk) string {
			s.correctAll(c)
			return s.save(c)
		}},
		{name: "sorted", do: func(s *story, c *clerk) string {
			s.correctAll(c)
			c.sortBy(ourfile.SheetRows, "Esito")
			c.sortBy(ourfile.SheetToDo, "Beneficiario")
			return s.save(c)
		}},
		{name: "sorted, then corrected", do: func(s *story, c *clerk) string {
			c.sortBy(ourfile.SheetRows, "Stato")
			c.sortBy(ourfile.SheetToDo, "Cosa fare")
			s.correctAll(c)
			return s.save(c)
		}},
		{name: "filtered", do: func(s *story, c *clerk) string {
			s.correctAll(c)
			c.filter(ourfile.SheetRows, "Stato", journal.Rejected.Label())
			c.filter(ourfile.SheetToDo, "Stato o esito", journal.Invalid.Label())
			return s.save(c)
		}},
		{name: "cut down to a few rows", do: func(s *story, c *clerk) string {
			s.given = []int{s.rowOf("a family"), s.rowOf("two parameters"), s.rowOf("no CAP"), s.rowOf("a customer of another operator")}
			s.correct(c, ourfile.SheetRows, s.given...)
			c.leave(ourfile.SheetRows, s.given...)
			c.leave(ourfile.SheetToDo, s.given...)
			return s.save(c)
		}},
		{name: "columns deleted and moved", do: func(s *story, c *clerk) string {
			s.correctAll(c)
			for _, sheet := range []string{ourfile.SheetRows, ourfile.SheetToDo} {
				c.moveToFront(sheet, ourfile.IDColumn)
				c.moveToFront(sheet, s.source.titles[3])
				c.drop(sheet, s.source.titles[4])
				c.drop(sheet, "Descrizione")
			}
			c.drop(ourfile.SheetRows, "HTTP")
			return s.save(c)
		}},
		{name: "Da correggere deleted", do: func(s *story, c *clerk) string {
			s.correct(c, ourfile.SheetRows)
			c.must(c.book.DeleteSheet(ourfile.SheetToDo))
			return s.save(c)
		}},
		{name: "Da correggere alone, in a new workbook", do: func(s *story, c *clerk) string {
			s.correct(c, ourfile.SheetToDo)
			riga := c.column(ourfile.SheetToDo, "Riga")
			for _, cells := range c.lines(ourfile.SheetToDo)[1:] {
				var row int
				_, err := fmt.Sscan(cells[riga], &row)
				c.must(err)
				s.given = append(s.given, row)
			}
			return c.alone(ourfile.SheetToDo).saveBeside(s.outcome, "da mandare.xlsx")
		}},
		{name: "saved under another name", do: func(s *story, c *clerk) string {
			s.correctAll(c)
			return c.saveBeside(s.outcome, "corretti da Anna.xlsx")
		}},
		{name: "dates of the spreadsheet", do: func(s *story, c *clerk) string {
			c.byDate = true
			s.correctAll(c)
			return s.save(c)
		}},
		{name: "run in place of retry", args: []string{"run"}, do: func(s *story, c *clerk) string {
			s.correctAll(c)
			return s.save(c)
		}},
		{name: "nothing corrected", do: func(s *story, c *clerk) string { return s.save(c) }},
	}
}

// TestRoundTrip sends an export, lets a person correct the outcome in a spreadsheet, and sends it again. Corrected rows are
// accepted, no row goes twice, and no row goes that would be refused again.
func TestRoundTrip(t *testing.T) {
	for i, source := range sources() {
		for k, v := range variants() {
			if testing.Short() && k%len(sources()) != i {
				continue // every variant, and every source, but not each with each
			}
			t.Run(source.name+"/"+v.name, func(t *testing.T) {
				t.Parallel()
				s := tell(t, source)
				path := v.do(s, opened(t, s.outcome))
				args := v.args
				if args == nil {
					args = []string{"retry"}
				}
				code, result, stderr := s.send(append(args, path)...)
				s.wantCorrected(code, result, stderr)
			})
		}
	}
}
