package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"voucherbul/batch/journal"
)

func TestFilesAndCounts(t *testing.T) {
	j := open(t)
	ctx := t.Context()
	must(t, j.Begin(ctx, journal.Run{ID: "R", Fingerprint: "f", StartedAt: morning}))
	for i, path := range []string{"b.csv", "a.csv"} {
		file, err := j.AddFile(ctx, journal.File{ID: journal.FileID{Run: "R"}, Path: path, SHA256: "s", Header: []string{"x", path}})
		must(t, err)
		rows := many(i + 1)
		for n := range rows {
			rows[n].ID = file.Row(0)
		}
		rows[0].State = journal.Invalid
		must(t, j.Plan(ctx, rows))
	}
	must(t, j.Planned(ctx, "R", morning))
	files, err := j.Files(ctx, "R")
	must(t, err)
	if len(files) != 2 || files[0].Path != "b.csv" || files[1].Path != "a.csv" || !slices.Equal(files[1].Header, []string{"x", "a.csv"}) || files[0].ID.Run != "R" {
		t.Fatalf("%+v, want the files in the order they were given", files)
	}
	counts, err := j.Counts(ctx, files[1].ID)
	must(t, err)
	if len(counts) != 2 || counts[journal.Invalid] != 1 || counts[journal.Planned] != 1 {
		t.Errorf("%v, want one invalid and one planned", counts)
	}
	if none, err := j.Files(ctx, "other"); err != nil || len(none) != 0 {
		t.Errorf("files of a run that is none: %v, %v", none, err)
	}
}

// TestPages reads more rows than a page has, from both lists.
func TestPages(t *testing.T) {
	j := open(t)
	const n = 2345
	file := plan(t, j, "R", many(n)...)
	plan(t, j, "other", many(5)...)
	rows := all(t, j, file)
	if len(rows) != n {
		t.Fatalf("%d rows, want %d", len(rows), n)
	}
	for i, r := range rows {
		if r.Number != i+2 || r.ID.Run != "R" {
			t.Fatalf("place %d has row %d of run %s", i, r.Number, r.ID.Run)
		}
	}
	must(t, j.Record(t.Context(), rows[999].ID, morning, journal.Change{State: journal.Accepted}))
	must(t, j.Record(t.Context(), rows[1000].ID, morning, journal.Change{State: journal.Uncertain, InDoubt: true}))
	var last journal.RowID
	var numbers []int
	for {
		page, err := j.ToSend(t.Context(), "R", last, 1000)
		must(t, err)
		for _, r := range page {
			numbers = append(numbers, r.Number)
			last = r.ID
		}
		if len(page) < 1000 {
			break
		}
	}
	if len(numbers) != n-2 || !slices.IsSorted(numbers) || slices.Contains(numbers, 1001) || slices.Contains(numbers, 1002) {
		t.Errorf("%d rows to send, want %d in file order without those that are not planned", len(numbers), n-2)
	}
	walked := 0
	for range j.Rows(t.Context(), file) {
		if walked++; walked == 1500 {
			break // the reader may leave at any time
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, err := range j.Rows(ctx, file) {
		if err == nil {
			t.Error("a cancelled walk goes on")
		}
	}
}

// TestListsUseTheirIndexes keeps the queries of every row from becoming scans of a million.
func TestListsUseTheirIndexes(t *testing.T) {
	j := open(t)
	for query, index := range map[string]string{
		sqlLatest:     "SEARCH p USING PRIMARY KEY (who=?)",
		sqlSince:      "SEARCH p USING PRIMARY KEY (who=? AND id>?)",
		sqlHistory:    "SEARCH p USING PRIMARY KEY (who=?)",
		sqlInDoubt:    "INDEX states_doubt",
		sqlRowsOfFile: "SEARCH o USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)",
		sqlToSend + `WHERE o.id IN (SELECT value FROM json_each('[1]')) ORDER BY o.id`: "SEARCH o USING INTEGER PRIMARY KEY (rowid=?)",
		`SELECT at FROM attempts WHERE row = 1 ORDER BY number`:                        "SEARCH attempts USING PRIMARY KEY (row=?)",
	} {
		if plan := queryPlan(t, j, query, strings.Count(query, "?")); !strings.Contains(plan, index) || strings.Contains(plan, "SCAN o") || strings.Contains(plan, "SCAN p") {
			t.Errorf("%s\n%s\nwant %s", query, plan, index)
		}
	}
}

// queryPlan is how the database goes about a query with so many parameters.
func queryPlan(t *testing.T, j *Owner, query string, parameters int) string {
	t.Helper()
	lines, err := collect(t.Context(), j.reads, func(rows *sql.Rows) (detail string, err error) {
		var id, parent, unused int
		err = rows.Scan(&id, &parent, &unused, &detail)
		return detail, err
	}, "EXPLAIN QUERY PLAN "+query, make([]any, parameters)...)
	must(t, err)
	return strings.Join(lines, "\n")
}

func TestBeginRemovesAPlanThatWasNeverFinished(t *testing.T) {
	j := open(t)
	ctx := t.Context()
	kept := plan(t, j, "kept", many(2)...)
	must(t, j.Begin(ctx, journal.Run{ID: "half", Fingerprint: "f", StartedAt: morning}))
	file, err := j.AddFile(ctx, journal.File{ID: journal.FileID{Run: "half"}, Path: "half.csv"})
	must(t, err)
	row := planned("B", "k")
	row.ID = file.Row(0)
	must(t, j.Plan(ctx, []journal.Row{row, row}))
	if run, ok, err := j.Unfinished(ctx, "f"); ok || err != nil {
		t.Errorf("a plan that is not finished can be taken up: %+v, %v", run, err)
	}

	j = nextOwner(t, j)
	must(t, j.Begin(ctx, journal.Run{ID: "next", Fingerprint: "f", StartedAt: morning.Add(time.Minute)}))
	if rows := all(t, j, file); len(rows) != 0 {
		t.Errorf("%d rows of the unfinished plan are left", len(rows))
	}
	if files, err := j.Files(ctx, "half"); err != nil || len(files) != 0 {
		t.Errorf("files of the unfinished plan: %v, %v", files, err)
	}
	if rows := all(t, j, kept); len(rows) != 2 {
		t.Errorf("%d rows of the finished plan, want 2", len(rows))
	}
	_, err = j.AddFile(ctx, journal.File{ID: journal.FileID{Run: "next"}})
	must(t, err)
	must(t, j.Planned(ctx, "next", morning))
}

func TestUnfinished(t *testing.T) {
	j := open(t)
	ctx := t.Context()
	file := plan(t, j, "R", planned("A", "a"), planned("B", "b"))
	rows := all(t, j, file)
	unfinished := func() bool {
		t.Helper()
		run, ok, err := j.Unfinished(ctx, "print of R")
		must(t, err)
		if ok && (run.ID != "R" || run.Fingerprint != "print of R" || !run.StartedAt.Equal(morning)) {
			t.Errorf("found %+v", run)
		}
		return ok
	}
	must(t, j.Reported(ctx, "R", morning)) // from here on only its rows count
	if !unfinished() {
		t.Error("planned rows are left, and the run is not unfinished")
	}
	if _, ok, err := j.Unfinished(ctx, "another"); ok || err != nil {
		t.Errorf("a run of another fingerprint is found: %v", err)
	}
	for i, state := range []journal.State{journal.Pending, journal.Uncertain, journal.Sent} {
		if state == journal.Sent {
			must(t, j.Sent(ctx, rows[0].ID, morning))
		} else {
			must(t, j.Record(ctx, rows[0].ID, morning, journal.Change{State: state}))
		}
		if i == 0 {
			must(t, j.Record(ctx, rows[1].ID, morning, journal.Change{State: journal.Rejected}))
		}
		if !unfinished() {
			t.Errorf("a %s row is left, and the run is not unfinished", state)
		}
	}
	must(t, j.Record(ctx, rows[0].ID, morning, journal.Change{State: journal.Accepted}))
	if unfinished() {
		t.Error("every row is settled, and the run is unfinished")
	}
}

// TestUnfinishedUntilReported: a process that dies before it has written the outcome has told nobody.
func TestUnfinishedUntilReported(t *testing.T) {
	j := open(t)
	ctx := t.Context()
	rejected := planned("A", "a")
	rejected.State = journal.Invalid
	plan(t, j, "R", rejected)
	must(t, j.Finish(ctx, "R", journal.End{At: morning, Reason: "", Left: journal.Outcome{}}))
	if _, ok, err := j.Unfinished(ctx, "print of R"); !ok || err != nil {
		t.Errorf("nobody has been told, and the run is finished: %v", err)
	}
	must(t, j.Reported(ctx, "R", morning))
	if _, ok, err := j.Unfinished(ctx, "print of R"); ok || err != nil {
		t.Errorf("everybody has been told, and the run is unfinished: %v", err)
	}
}

func TestFinishAndResume(t *testing.T) {
	j := open(t)
	ctx := t.Context()
	file := plan(t, j, "R", many(4)...)
	other := plan(t, j, "other", many(1)...)
	rows := all(t, j, file)
	later := morning.Add(time.Hour)
	must(t, j.Record(ctx, rows[1].ID, morning, journal.Change{State: journal.Uncertain, InDoubt: true}))
	must(t, j.Record(ctx, rows[2].ID, morning, journal.Change{State: journal.Accepted, Outcome: journal.Outcome{Reason: "OK"}}))
	must(t, j.Record(ctx, rows[3].ID, morning, journal.Change{State: journal.Planned, NotBefore: later}))
	must(t, j.Finish(ctx, "R", journal.End{At: morning, Reason: "interrupted", Left: journal.Outcome{Reason: "interrupted"}}))

	want := []journal.State{journal.Pending, journal.Uncertain, journal.Accepted, journal.Pending}
	for i, r := range all(t, j, file) {
		if r.State != want[i] || (r.State == journal.Pending) != (r.Reason == "interrupted") {
			t.Errorf("row %d after Finish: %s (%s), want %s", i, r.State, r.Reason, want[i])
		}
	}
	var ended int64
	var reason string
	must(t, j.reads.QueryRow("SELECT ended_at, reason FROM runs WHERE id = 'R'").Scan(&ended, &reason))
	if ended != millis(morning) || reason != "interrupted" {
		t.Errorf("run ended at %d with %q", ended, reason)
	}
	if r := all(t, j, other)[0]; r.State != journal.Planned {
		t.Errorf("a row of another run is %s", r.State)
	}

	must(t, j.Resume(ctx, "R"))
	want[0], want[3] = journal.Planned, journal.Planned
	for i, r := range all(t, j, file) {
		if r.State != want[i] || r.Reason == "interrupted" {
			t.Errorf("row %d after Resume: %s (%s), want %s", i, r.State, r.Reason, want[i])
		}
	}
	if r := all(t, j, file)[3]; !r.NotBefore.Equal(later) {
		t.Errorf("not before %v, want %v as before", r.NotBefore, later)
	}
}

func TestRecover(t *testing.T) {
	j := open(t)
	lost := journal.Outcome{Class: "RIPROVARE", Advice: "look it up", Reason: "died"}
	ctx := t.Context()
	first, second := plan(t, j, "first", many(2)...), plan(t, j, "second", many(2)...)
	ids := []journal.RowID{all(t, j, first)[0].ID, all(t, j, second)[1].ID}
	for _, id := range ids {
		must(t, j.Sent(ctx, id, morning))
	}
	n, err := j.recover(ctx, 330*time.Second, lost)
	must(t, err)
	if n != 2 {
		t.Errorf("%d rows recovered, want those of both runs", n)
	}
	doubts, err := j.InDoubt(ctx)
	must(t, err)
	if len(doubts) != 2 || doubts[0].ID != ids[0] || doubts[1].ID != ids[1] {
		t.Fatalf("in doubt: %+v", doubts)
	}
	for _, r := range doubts {
		if r.State != journal.Uncertain || !r.InDoubt || !r.NotBefore.Equal(morning.Add(330*time.Second)) || r.Attempts != 1 || !reflect.DeepEqual(r.Outcome, lost) {
			t.Errorf("recovered: %+v", r)
		}
	}
	if n, err := j.recover(ctx, time.Hour, lost); n != 0 || err != nil {
		t.Errorf("a second time: %d rows, %v", n, err)
	}
	if again, _ := j.InDoubt(ctx); !again[0].NotBefore.Equal(morning.Add(330 * time.Second)) {
		t.Error("a second time moves the rows on")
	}
}

func ExampleState_Label() {
	for _, s := range journal.States() {
		fmt.Println(s, s.Label(), s.Settled())
	}
	// Output:
	// accepted ACCETTATA true
	// already GIÀ ACQUISITA true
	// rejected RESPINTA true
	// invalid SCARTATA true
	// uncertain INCERTA false
	// pending NON INVIATA false
	// planned DA INVIARE false
	// sent INCERTA false
	// skipped SALTATA true
}
