package sqlite

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"voucherbul/batch/journal"
)

// repeating are rows that go again: each repeats an earlier one, zero = it is new.
func repeating(earlier ...journal.RowID) []journal.Row {
	rows := many(len(earlier))
	for i, id := range earlier {
		rows[i].Resends = id
	}
	return rows
}

// ids are those of the rows of a file.
func ids(t testing.TB, j *Owner, file journal.FileID) []journal.RowID {
	t.Helper()
	var list []journal.RowID
	for _, r := range all(t, j, file) {
		list = append(list, r.ID)
	}
	return list
}

// orderNumber is the number that the tables have for a row.
func orderNumber(t testing.TB, j *Owner, id journal.RowID) int64 {
	t.Helper()
	number, err := j.mustBe(t.Context(), id)
	must(t, err)
	return number
}

// wantGroups asks for groups, and compares them with what they have to be: by row, the IDs of its group.
func wantGroups(t testing.TB, j *Owner, want map[journal.RowID][]journal.RowID) {
	t.Helper()
	var asked []journal.RowID
	for id := range want {
		asked = append(asked, id)
	}
	groups, err := j.Groups(t.Context(), asked)
	must(t, err)
	for id, members := range want {
		var got []journal.RowID
		for _, r := range groups[id] {
			got = append(got, r.ID)
		}
		if !slices.Equal(got, members) {
			t.Errorf("the group of row %s is %v, want %v", id, got, members)
		}
	}
	if len(groups) > len(want) {
		t.Errorf("%d groups, %d were asked for", len(groups), len(want))
	}
}

// TestGroupsOverThreeRuns joins attempts whichever of them is named as the earlier one, and keeps orders apart.
func TestGroupsOverThreeRuns(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	j := openAt(t, path)
	a := ids(t, j, plan(t, j, "first", many(4)...))
	wantGroups(t, j, map[journal.RowID][]journal.RowID{a[0]: {a[0]}, a[3]: {a[3]}, {Run: "first", File: 1, Place: 999}: nil})
	b := ids(t, j, plan(t, j, "second", repeating(a[1], journal.RowID{}, a[2])...))
	wantGroups(t, j, map[journal.RowID][]journal.RowID{a[0]: {a[0]}, a[1]: {a[1], b[0]}, b[0]: {a[1], b[0]}, b[1]: {b[1]}, a[2]: {a[2], b[2]}})
	must(t, j.Close())

	j = openAt(t, path) // another process goes on where that ended
	c := ids(t, j, plan(t, j, "third", repeating(b[0], a[2], b[1], a[0])...))
	want := map[journal.RowID][]journal.RowID{}
	for _, group := range [][]journal.RowID{{a[0], c[3]}, {a[1], b[0], c[0]}, {a[2], b[2], c[1]}, {b[1], c[2]}, {a[3]}} {
		for _, id := range group {
			want[id] = group
		}
	}
	wantGroups(t, j, want)
	for run, expected := range map[string][]journal.RowID{"first": a[:3], "second": b, "third": nil} {
		if got, err := j.Resent(t.Context(), run); err != nil || !slices.Equal(got, expected) {
			t.Errorf("of run %s %v went again, want %v; %v", run, got, expected, err)
		}
	}
	health, err := j.Verify(t.Context())
	must(t, err)
	if slices.ContainsFunc(health.Faults, func(f string) bool { return strings.Contains(f, "repeat") }) {
		t.Errorf("%v", health.Faults)
	}
}

// TestGroupsOfManyRows plans more than one page of rows that go again.
func TestGroupsOfManyRows(t *testing.T) {
	j := open(t)
	a := ids(t, j, plan(t, j, "first", many(2500)...))
	b := ids(t, j, plan(t, j, "second", repeating(a...)...))
	groups, err := j.Groups(t.Context(), a[1000:2000])
	must(t, err)
	for i, id := range a[1000:2000] {
		if g := groups[id]; len(g) != 2 || g[0].ID != id || g[1].ID != b[1000+i] {
			t.Fatalf("row %s: %+v", id, g)
		}
	}
	rows := all(t, j, journal.FileID{Run: "second", File: 1})
	for i, r := range rows {
		if len(r.Earlier) != 1 || r.Earlier[0].ID != a[i] {
			t.Fatalf("row %s: %+v", r.ID, r.Earlier)
		}
	}
}

// TestRowsTellEarlier says what became of each attempt, as its own outcome does: what a run has left is pending.
func TestRowsTellEarlier(t *testing.T) {
	j := open(t)
	ctx := t.Context()
	first := plan(t, j, "first", many(6)...)
	a := ids(t, j, first)
	sent, settled := morning.Add(time.Minute), morning.Add(2*time.Minute)
	must(t, j.Sent(ctx, a[0], sent))
	must(t, j.Record(ctx, a[0], settled, journal.Change{State: journal.Rejected, Lone: true, Outcome: journal.Outcome{Esito: "NOK", Descrizione: "rifiutata"}, Event: &journal.Event{At: sent}}))
	must(t, j.Settle(ctx, settled, []journal.Settlement{{Row: a[1], State: journal.Invalid, Outcome: journal.Outcome{Descrizione: "scartata"}}}))
	must(t, j.Sent(ctx, a[2], sent))
	must(t, j.Record(ctx, a[2], settled, journal.Change{State: journal.Planned, NotBefore: settled.Add(time.Hour), Outcome: journal.Outcome{Descrizione: "non raggiunta"}, Event: &journal.Event{At: sent}}))
	must(t, j.Record(ctx, a[3], settled, journal.Change{State: journal.Pending, Outcome: journal.Outcome{Descrizione: "trattenuta"}}))
	told := func(file journal.FileID) (all []string) {
		t.Helper()
		for r, err := range j.Rows(ctx, file) {
			must(t, err)
			line := ""
			for _, e := range r.Earlier {
				at := "-"
				if !e.At.IsZero() {
					at = e.At.Format("15:04")
				}
				line += fmt.Sprintf("%s %d %s %s %s %s; ", e.ID.Run, e.Number, e.State, e.Esito, e.Descrizione, at)
			}
			all = append(all, line)
		}
		return all
	}
	second := plan(t, j, "second", repeating(a[:5]...)...)
	running := []string{"first 2 rejected NOK rifiutata 09:01; ", "first 3 invalid  scartata 09:02; ", "first 4 planned  non raggiunta 09:01; ",
		"first 5 pending  trattenuta -; ", "first 6 planned   -; "}
	if got := told(second); !slices.Equal(got, running) {
		t.Errorf("%q, want %q", got, running)
	}
	must(t, j.Finish(ctx, "first", journal.End{At: settled, Left: journal.Outcome{Descrizione: "fermata"}}))
	stopped := []string{running[0], running[1], "first 4 pending  fermata 09:01; ", running[3], "first 6 pending  fermata -; "}
	if got := told(second); !slices.Equal(got, stopped) {
		t.Errorf("%q, want %q", got, stopped)
	}
	for _, r := range all(t, j, first) { // the outcome of the run itself says the same
		for _, line := range stopped {
			if strings.HasPrefix(line, fmt.Sprintf("first %d ", r.Number)) && !strings.Contains(line, fmt.Sprintf("%s %s %s", r.State, r.Esito, r.Descrizione)) {
				t.Errorf("row %d is %s %s %s, and later %q", r.Number, r.State, r.Esito, r.Descrizione, line)
			}
		}
	}
	b := ids(t, j, second)
	third := plan(t, j, "third", repeating(b[0], journal.RowID{})...)
	if got, want := told(third), []string{running[0] + "second 2 planned   -; ", ""}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if got := told(first); strings.Join(got, "") != "" {
		t.Errorf("later attempts are told as earlier ones: %q", got)
	}
}

// TestAPlanOfRepeatsThatWasNeverFinished leaves nothing behind: its numbers are given to other rows, which are of other orders.
func TestAPlanOfRepeatsThatWasNeverFinished(t *testing.T) {
	for _, how := range []string{"a new run", "the same process killed", "an earlier run resumed"} {
		t.Run(how, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "test.db")
			j := openAt(t, path)
			ctx := t.Context()
			a := ids(t, j, plan(t, j, "first", many(3)...))
			half := ids(t, j, draftOf(t, j, "half", repeating(a...)...))
			wantGroups(t, j, map[journal.RowID][]journal.RowID{a[1]: {a[1], half[1]}}) // the plan itself sees them
			number := orderNumber(t, j, half[0])
			switch j = nextOwner(t, j); how {
			case "the same process killed":
				must(t, j.Close())
				j = openAt(t, path)
			case "an earlier run resumed":
				must(t, j.Resume(ctx, "first"))
				wantGroups(t, j, map[journal.RowID][]journal.RowID{a[0]: {a[0]}, a[1]: {a[1]}})
				if got, err := j.Resent(ctx, "first"); err != nil || len(got) > 0 {
					t.Errorf("%v went again, %v", got, err)
				}
			}
			b := ids(t, j, plan(t, j, "second", repeating(journal.RowID{}, a[2], journal.RowID{}, journal.RowID{})...))
			if got := orderNumber(t, j, b[0]); got != number {
				t.Errorf("the orders begin at %d, want %d again", got, number)
			}
			wantGroups(t, j, map[journal.RowID][]journal.RowID{a[0]: {a[0]}, a[1]: {a[1]}, a[2]: {a[2], b[1]}, b[0]: {b[0]}, b[2]: {b[2]}})
			health, err := j.Verify(ctx)
			must(t, err)
			if slices.ContainsFunc(health.Faults, func(f string) bool { return strings.Contains(f, "repeat") }) {
				t.Errorf("%v", health.Faults)
			}
		})
	}
}

// TestVerifyFindsABrokenGroup makes the faults behind the journal's back.
func TestVerifyFindsABrokenGroup(t *testing.T) {
	for query, says := range map[string]string{
		"SELECT 1":                                        "",
		"UPDATE again SET root = 8 WHERE id = 1":          "row 2 of run R repeats a later one",
		"INSERT INTO again (root, id) VALUES (1, 77)":     "row 77, which goes again or is repeated, is not there",
		"INSERT INTO again (root, id) VALUES (-5, 3)":     "row 3, which goes again or is repeated, is not there",
		"UPDATE again SET root = 2 WHERE root = 1":        "",
		"DELETE FROM again":                               "",
		"UPDATE again SET root = 99 WHERE id > root":      "repeats a later one",
		"INSERT INTO again (root, id) VALUES (1000, 999)": "row 999, which goes again or is repeated, is not there",
	} {
		path := filepath.Join(t.TempDir(), "test.db")
		j := sound(t, path)
		a := ids(t, j, journal.FileID{Run: "R", File: 1})
		plan(t, j, "later", repeating(a[0], a[1])...)
		must(t, j.Close())
		tamper(t, path, query)
		health, err := openAt(t, path).Verify(t.Context())
		must(t, err)
		var faults []string
		for _, f := range health.Faults {
			if !strings.Contains(f, "its request is not the one") { // the keys of these rows are invented
				faults = append(faults, f)
			}
		}
		if said := strings.Join(faults, "\n"); says == "" && query != "UPDATE again SET root = 2 WHERE root = 1" && said != "" || !strings.Contains(said, says) {
			t.Errorf("%s: %q, want %q", query, said, says)
		}
	}
}

// TestGroupsUseIndexes keeps the reading of a page of rows that go again from becoming a scan of a million.
func TestGroupsUseIndexes(t *testing.T) {
	j := open(t)
	const list = `(SELECT value FROM json_each('[1]'))`
	for query, want := range map[string][]string{
		sqlEarlier:   {"SEARCH m USING COVERING INDEX again_by_id (id>? AND id<?)", "SEARCH e USING PRIMARY KEY (root=? AND id<?)", "SEARCH o USING INTEGER PRIMARY KEY"},
		sqlResent:    {"SEARCH m USING COVERING INDEX again_by_id (id>? AND id<?)", "USING PRIMARY KEY (root=? AND id>?)"},
		sqlSameOrder: {"SEARCH m USING COVERING INDEX again_by_id (id=?)", "SEARCH e USING PRIMARY KEY (root=?)", "SEARCH o USING INTEGER PRIMARY KEY"},
		sqlRows + `WHERE o.id IN (SELECT value FROM json_each('[1]') UNION ` + sqlSameGroup + `) ORDER BY o.id`: {"SEARCH o USING INTEGER PRIMARY KEY (rowid=?)", "SEARCH e USING PRIMARY KEY (root=?)",
			"again_by_id (id=?)"},
		`SELECT root, id FROM again WHERE id IN (` + sqlSameGroup + `)`:                        {"again_by_id (id=?)"},
		`SELECT coalesce((SELECT root FROM again WHERE id = 1), 1)`:                            {"again_by_id (id=?)"},
		sqlRows + `WHERE o.id IN ` + list + ` ORDER BY o.id`:                                   {"SEARCH o USING INTEGER PRIMARY KEY (rowid=?)"},
		`DELETE FROM again WHERE id IN (SELECT o.id FROM orders o WHERE o.id BETWEEN 1 AND 2)`: {"again_by_id (id=?)"},
	} {
		steps := queryPlan(t, j, strings.ReplaceAll(query, "?1", "'[1]'"), strings.Count(strings.ReplaceAll(query, "?1", ""), "?"))
		for _, step := range want {
			if !strings.Contains(steps, step) {
				t.Errorf("%s\n%s\nwant %s", query, steps, step)
			}
		}
		for _, table := range []string{"o", "m", "e", "s", "again"} {
			if strings.Contains(steps+"\n", "SCAN "+table+"\n") {
				t.Errorf("%s\n%s\nscans %s", query, steps, table)
			}
		}
	}
}
