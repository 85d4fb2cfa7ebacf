package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"voucherbul/batch/journal"
	"voucherbul/batch/platform/simulator"
	"voucherbul/cmd/voucherbul/config"
	"voucherbul/mapping/ourfile"
)

// fewRows is a story of three accepted bookings and a fourth with a bad email: enough for what is refused as a whole.
func fewRows(t *testing.T) *story {
	t.Helper()
	b := newBench(t, simulator.World{}, nil)
	orders := bookings(4)
	orders[3].Email = "sbagliata"
	code, first, stderr := b.run(b.export("ordini.csv", orders...))
	if code != exitRejected || first.Files[0].Invalid != 1 || first.Files[0].Accepted != 3 {
		t.Fatalf("exit %d, %+v\n%s", code, first, stderr)
	}
	return &story{bench: b, first: first.Run, outcome: first.Files[0].Outcome}
}

// setID writes over the ID of a row.
func (c *clerk) setID(sheet string, row int, change func(id string) string) {
	c.t.Helper()
	line, column := c.line(sheet, row), c.column(sheet, ourfile.IDColumn)
	c.typeIn(sheet, line, column, change(c.lines(sheet)[line-1][column]))
}

// add writes a row below those of a sheet.
func (c *clerk) add(sheet string, cells []string) {
	c.t.Helper()
	line := len(c.lines(sheet)) + 1
	for i, value := range cells {
		c.typeIn(sheet, line, i, value)
	}
}

// TestOutcomesThatCannotBeMeant: what cannot be understood is refused whole, before anything is sent and with a sentence that
// says what to do.
func TestOutcomesThatCannotBeMeant(t *testing.T) {
	if testing.Short() {
		t.Skip("it has many cases, and in none of them anything goes on at once")
	}
	const esiti, todo = ourfile.SheetRows, ourfile.SheetToDo
	for name, test := range map[string]struct {
		do   func(s *story, c *clerk)
		says []string // of stderr
	}{
		"the IDs deleted": {func(_ *story, c *clerk) { c.drop(esiti, ourfile.IDColumn); c.drop(todo, ourfile.IDColumn) },
			[]string{`sheet "Esiti"`, "whose column «ID voucherbul» was deleted", "runs report"}},
		"the IDs of Esiti deleted": {func(_ *story, c *clerk) { c.drop(esiti, ourfile.IDColumn) },
			[]string{`sheet "Esiti"`, "whose column «ID voucherbul» was deleted", "runs report"}},
		"the IDs of Da correggere deleted": {func(_ *story, c *clerk) { c.drop(todo, ourfile.IDColumn) },
			[]string{`sheet "Da correggere"`, "whose column «ID voucherbul» was deleted", "runs report"}},
		"an ID emptied": {func(_ *story, c *clerk) { c.setID(esiti, 3, func(string) string { return "" }) },
			[]string{`sheet "Esiti", row 3`, "the row has no ID voucherbul", "put the ID back"}},
		"a new order added": {func(_ *story, c *clerk) {
			c.add(esiti, slices.Concat([]string{"prenotazione"}, c.lines(esiti)[1][1:10]))
		}, []string{`sheet "Esiti", row 6`, "the row has no ID voucherbul", "new orders go into a file of their own"}},
		"a letter of an ID changed": {func(_ *story, c *clerk) {
			c.setID(esiti, 3, func(id string) string { return id[:len(id)-1] + string('A'+(id[len(id)-1]-'A'+1)%26) })
		}, []string{`sheet "Esiti", row 3`, "its ID voucherbul was changed", "undo that"}},
		"a digit of an ID changed": {func(_ *story, c *clerk) {
			c.setID(esiti, 3, func(id string) string { return strings.Replace(id, "-2-", "-3-", 1) })
		}, []string{`sheet "Esiti", row`}}, // in one of 26 the letter fits by chance, and row 4 is there twice
		"a row twice": {func(_ *story, c *clerk) { c.add(esiti, c.lines(esiti)[2]) },
			[]string{`sheet "Esiti", row 6`, "it is the same row as line 3", "delete the one that is not meant"}},
		"an ID dragged over others": {func(_ *story, c *clerk) {
			first := c.lines(esiti)[1]
			c.setID(esiti, 3, func(string) string { return first[c.column(esiti, ourfile.IDColumn)] })
		}, []string{`sheet "Esiti", row 3`, "it is the same row as line 2"}},
		"rows of two runs": {func(s *story, c *clerk) {
			_, other, _ := s.run(s.export("altri.csv", bookings(6)[5:]...))
			c.add(esiti, opened(s.t, other.Files[0].Outcome).lines(esiti)[1])
		}, []string{`sheet "Esiti", row 6`, "it is of another outcome", "give each outcome by itself"}},
		"a row that the run does not have": {func(s *story, c *clerk) {
			c.setID(esiti, 3, func(string) string { return journal.RowID{Run: s.first, File: 1, Place: 9}.String() })
		}, []string{`sheet "Esiti", row 3`, "the run has no such row"}},
		"a cell changed in two ways": {func(_ *story, c *clerk) {
			c.change(esiti, 5, "email", "prima@example.it")
			c.change(todo, 5, "email", "seconda@example.it")
		}, []string{`column "email" was changed here and, in another way, in sheet "Esiti", line 5`, "leave the right value in one of them"}},
		"another journal": {func(s *story, _ *clerk) {
			s.reconfigure(func(c *config.Config) { c.Journal = filepath.Join(s.folder, "altro.db") })
			s.run(s.export("altri.csv", bookings(6)[5:]...))
		}, []string{"which this journal does not know", "check the key journal"}},
		"no row left": {func(_ *story, c *clerk) { c.leave(esiti); c.leave(todo) },
			[]string{"it names no row"}},
	} {
		for _, command := range []string{"retry", "run"} {
			t.Run(name+"/"+command, func(t *testing.T) {
				t.Parallel()
				s := fewRows(t)
				c := opened(t, s.outcome)
				test.do(s, c)
				code, result, stderr := s.send(command, c.saveBeside(s.outcome, "corretti.xlsx"))
				if code != exitUnreadable || len(result.Files) != 0 || !strings.HasSuffix(stderr, "; nothing was sent\n") {
					t.Errorf("exit %d, %+v\n%s", code, result, stderr)
				}
				for _, words := range test.says {
					if !strings.Contains(stderr, words) {
						t.Errorf("nobody says %q:\n%s", words, stderr)
					}
				}
				s.wantSent(map[string]int{})
			})
		}
	}
}

// TestCellChangedAlikeInBothSheets is no contradiction.
func TestCellChangedAlikeInBothSheets(t *testing.T) {
	t.Parallel()
	s := fewRows(t)
	c := opened(t, s.outcome)
	for _, sheet := range []string{ourfile.SheetRows, ourfile.SheetToDo} {
		c.change(sheet, 5, "email", "giusta@example.it")
	}
	code, result, stderr := s.send("retry", c.save(s.outcome))
	if code != exitOK || result.Files[0].Accepted != 1 || result.Files[0].Already != 3 {
		t.Errorf("exit %d, %+v\n%s", code, result, stderr)
	}
}

// TestRetryOfWhatIsNone: an export, a run that nobody knows, and what is not there.
func TestRetryOfWhatIsNone(t *testing.T) {
	t.Parallel()
	s := fewRows(t)
	export := filepath.Join(s.folder, "ordini.csv")
	blank := excelize.NewFile()
	defer blank.Close()
	(&clerk{t: t, book: blank}).save(filepath.Join(s.folder, "vuoto.xlsx"))
	code, out, stderr := command(t, "check", "--config", s.config, "--out", s.folder, export)
	if code != exitRejected {
		t.Fatalf("exit %d\n%s%s", code, out, stderr)
	}
	for i, test := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"retry", export}, exitUsage, "is no outcome"},
		{[]string{"retry", filepath.Join(s.folder, "vuoto.xlsx")}, exitUsage, "is no outcome"},
		{[]string{"retry", filepath.Join(s.folder, "ordini.controllo.xlsx")}, exitUsage, "is no outcome"},
		{[]string{"retry", s.outcome, export}, exitUsage, "ordini.csv is no outcome"},
		{[]string{"retry", "20260302-090000-abcd"}, exitUsage, "20260302-090000-abcd"},
		{[]string{"retry"}, exitUsage, "arg"},
		{[]string{"retry", filepath.Join(s.folder, "nessuno.xlsx")}, exitNoInput, "nessuno.xlsx"},
		{[]string{"check", s.outcome}, exitUnreadable, "it is an outcome, not an export"},
	} {
		s.mark = len(s.sim.Ledger())
		code, out, stderr := command(t, append(test.args, "--config", s.config)...)
		if code != test.code || !strings.Contains(stderr, test.says) {
			t.Errorf("%s: exit %d, want %d and %q\n%s%s", fmt.Sprint(i, test.args[0]), code, test.code, test.says, out, stderr)
		}
		s.wantSent(map[string]int{})
	}
}
