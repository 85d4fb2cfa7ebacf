package sqlite

import (
	"bytes"
	"database/sql"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"voucherbul/batch/journal"
	"voucherbul/mapping"
)

// TestReleases opens the journals of past releases and reads everything in them. testdata/releases has them; version-N.sql
// has the lines of a journal of version N, and so has version-N-WHAT.sql. A new version adds a file.
func TestReleases(t *testing.T) {
	files, err := filepath.Glob("testdata/releases/version-*.sql")
	must(t, err)
	if len(files) == 0 {
		t.Fatal("no releases")
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			var version int
			if _, err := fmt.Sscanf(filepath.Base(file), "version-%d", &version); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(t.TempDir(), "old.db")
			before := makeRelease(t, path, file, version)
			j := openAt(t, path)
			compareRelease(t, j, before)
		})
	}
}

// release is what a journal says, whatever its tables are.
type release struct {
	states   map[string]int // "run state" -> rows
	attempts int
	held     map[string]string // beneficiario -> the latest request the platform holds
	requests map[string]bool
}

// makeRelease writes the journal of a release, and says what is in it.
func makeRelease(t *testing.T, path, file string, version int) release {
	t.Helper()
	must(t, touch(path))
	db, err := sql.Open("sqlite", dsn(path))
	must(t, err)
	defer db.Close()
	db.SetMaxOpenConns(1)
	_, err = db.Exec("PRAGMA foreign_keys = OFF") // lines stand in the order of their tables
	must(t, err)
	for i, step := range steps(t)[:version] {
		must(t, step.run(t.Context(), db, i+1))
	}
	lines, err := os.ReadFile(file)
	must(t, err)
	_, err = db.Exec(string(lines))
	must(t, err)
	return releaseOf(t, db, version)
}

func releaseOf(t *testing.T, db *sql.DB, version int) release {
	t.Helper()
	r := release{states: map[string]int{}, held: map[string]string{}, requests: map[string]bool{}}
	query := map[int]string{
		1: `SELECT run, state, key, beneficiario, settled_order FROM rows ORDER BY settled_order`,
		2: `SELECT run, coalesce(s.state, iif(r.ended_at > 0, 'pending', 'planned')), key, beneficiario, coalesce(held, 0) FROM orders o
			JOIN files f ON f.id = o.file JOIN runs r ON r.id = f.run LEFT JOIN states s ON s.id = o.id ORDER BY held`,
	}[min(version, 2)]
	rows, err := db.Query(query)
	must(t, err)
	defer rows.Close()
	for rows.Next() {
		var run, state, key, beneficiario string
		var order int
		must(t, rows.Scan(&run, &state, &key, &beneficiario, &order))
		r.states[run+" "+state]++
		r.requests[key] = true
		if order > 0 {
			r.held[beneficiario] = key
		}
	}
	must(t, rows.Err())
	attempts := `SELECT count(*) FROM attempts`
	if version > 1 {
		attempts = `SELECT (SELECT count(*) FROM attempts) + (SELECT count(*) FROM states WHERE lone = 1)`
	}
	must(t, db.QueryRow(attempts).Scan(&r.attempts))
	return r
}

func compareRelease(t *testing.T, j *Owner, want release) {
	t.Helper()
	ctx := t.Context()
	runs, err := collect(ctx, j.reads, one[string], `SELECT id FROM runs ORDER BY id`)
	must(t, err)
	states, attempts, requests := map[string]int{}, 0, 0
	for _, run := range runs {
		files, err := j.Files(ctx, run)
		must(t, err)
		for _, f := range files {
			for _, r := range all(t, j, f.ID) {
				states[run+" "+string(r.State)]++
				if r.ID.Run != run || len(r.Cells) != len(f.Header) {
					t.Errorf("row %d of run %s: %d cells below %d titles", r.Number, r.ID.Run, len(r.Cells), len(f.Header))
				}
				if r.Key != "" && !want.requests[r.Key] {
					t.Errorf("row %d has another request", r.Number)
				}
				if r.Request != nil {
					requests++
					compareRequest(t, r)
				}
				tried, err := j.Events(ctx, r.ID)
				must(t, err)
				attempts += len(tried)
			}
		}
	}
	if fmt.Sprint(states) != fmt.Sprint(want.states) || attempts != want.attempts || len(states) == 0 {
		t.Errorf("rows %v and %d attempts, want %v and %d", states, attempts, want.states, want.attempts)
	}
	if requests == 0 {
		t.Error("no requests")
	}
	for who, key := range want.held {
		history, err := j.History(ctx, who)
		must(t, err)
		if len(history) == 0 || history[len(history)-1].Key != key {
			t.Errorf("the latest of %d requests of a beneficiary is another one", len(history))
		}
	}
	sent := 0
	for state, n := range want.states {
		if strings.HasSuffix(state, " sent") {
			sent += n
		}
	}
	if n, err := j.recover(ctx, time.Minute, journal.Outcome{}); err != nil || int(n) != sent {
		t.Errorf("%d rows were on their way, %v; want %d", n, err, sent)
	}
}

// compareRequest asserts that a request which a past release has stored is written and named today as it was then.
func compareRequest(t *testing.T, r journal.Row) {
	t.Helper()
	request, err := mapping.Decode(r.Operation, r.Request)
	must(t, err)
	text, err := mapping.Canonical(request)
	must(t, err)
	if !bytes.Equal(text, r.Request) || mapping.Key(request.Operation(), request.Beneficiario(), text) != r.Key {
		t.Errorf("row %d of run %s has become another request:\n%s\n%s", r.Number, r.ID.Run, text, r.Request)
	}
}

// TestPlacesOfReleases: the IDs in the outcomes of past releases find the rows that they were written beside.
func TestPlacesOfReleases(t *testing.T) {
	path := filepath.Join(t.TempDir(), "old.db")
	makeRelease(t, path, "testdata/releases/version-5-files.sql", 5)
	j := openAt(t, path)
	const first, retried, again = "20261129-041706-yhdb", "20261129-041710-vymb", "20261129-041714-ffsr"
	for id, want := range map[journal.RowID]string{
		{Run: first, File: 1, Place: 1}: "a.csv 2", {Run: first, File: 1, Place: 5}: "a.csv 6", {Run: first, File: 2, Place: 1}: "b.csv 2", {Run: first, File: 2, Place: 7}: "b.csv 8",
		{Run: retried, File: 1, Place: 5}: "a.esiti.xlsx 6", {Run: again, File: 1, Place: 1}: "b.csv 2",
	} {
		rows, err := j.Located(t.Context(), []journal.RowID{id})
		must(t, err)
		if len(rows) != 1 || rows[0].ID != id || fmt.Sprintf("%s %d", filepath.Base(rows[0].Path), rows[0].Number) != want {
			t.Errorf("%s is %+v, want %s", id, rows, want)
		}
	}
	health, err := j.Verify(t.Context())
	if must(t, err); len(health.Faults) > 0 {
		t.Errorf("%v", health.Faults)
	}
}

// codesOfReleases are the codes that the reasons of past releases get, by file; "" is a row without a reason.
var codesOfReleases = map[string]map[journal.Code]int{
	"version-1": {"": 1, "behind_row": 1, "esito": 30, "found_in_list": 1, "gateway_status": 1, "no_answer": 1, "offer_refused": 1,
		"rule_broken": 22, "still_processing": 1},
	"version-3": {"behind_row": 1, "esito": 80, "found_in_list": 1, "gateway_status": 1, "no_answer": 1, "not_in_list_to_end": 1,
		"offer_refused": 1, "rule_broken": 22, "still_processing": 1},
	"version-4-copies":  {"copy_of_file": 3, "esito": 3},
	"version-4-marks":   {"marked_executed": 2, "no_answer": 1},
	"version-4-retries": {"acquired_in_run": 7, "changed_after_accepted": 1, "changed_in_doubt": 1, "esito": 6, "superseded": 2},
	"version-5-files":   {"acquired_in_run": 1, "esito": 14, "in_journal": 7, "not_in_list_to_end": 2},
	"version-4-twice":   {"acquired_in_run": 2, "esito": 5, "twice_in_run": 4, "twice_with_other_data": 2, "unchanged_since_refused": 2},
}

// TestReasonsOfReleasesGetCodes: what later runs decide by is known of rows that an older release has settled, and which run
// they speak of.
func TestReasonsOfReleasesGetCodes(t *testing.T) {
	files, err := filepath.Glob("testdata/releases/version-*.sql")
	must(t, err)
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".sql")
		t.Run(name, func(t *testing.T) {
			var version int
			_, err := fmt.Sscanf(name, "version-%d", &version)
			must(t, err)
			path := filepath.Join(t.TempDir(), "old.db")
			makeRelease(t, path, file, version)
			j, codes := openAt(t, path), map[journal.Code]int{}
			runs, err := j.Runs(t.Context(), 0)
			must(t, err)
			isRun := func(id string) bool { return slices.ContainsFunc(runs, func(r journal.Run) bool { return r.ID == id }) }
			for _, run := range runs {
				files, err := j.Files(t.Context(), run.ID)
				must(t, err)
				for _, f := range files {
					for _, r := range all(t, j, f.ID) {
						codes[r.Code]++
						if r.Code == "" && r.Reason != "" {
							t.Errorf("no code for %q", r.Reason)
						}
						switch r.Code {
						case journal.ChangedInDoubt, journal.UnchangedSince, journal.Superseded, journal.AcquiredInRun, journal.ChangedAfterAccepted:
							if len(r.Args) == 0 || !isRun(r.Args[0]) || !strings.Contains(r.Reason, "run "+r.Args[0]) {
								t.Errorf("%q: arguments %q", r.Reason, r.Args)
							}
						}
						events, err := j.Events(t.Context(), r.ID)
						must(t, err)
						for _, a := range events {
							if a.Code == "" {
								t.Errorf("no code for the attempt %q", a.Reason)
							}
						}
					}
				}
				if (run.Reason == "") != (run.Code == "") {
					t.Errorf("run: code %q for %q", run.Code, run.Reason)
				}
			}
			if want := codesOfReleases[name]; !maps.Equal(codes, want) {
				t.Errorf("got\n%#v, want\n%#v", codes, want)
			}
		})
	}
}
