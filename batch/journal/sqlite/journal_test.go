package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"voucherbul/batch/journal"
	"voucherbul/mapping"
)

// morning is the instant most tests happen at.
var morning = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// open opens a journal of the test's own; it is closed with the test.
func open(t testing.TB) *Owner {
	t.Helper()
	return openAt(t, filepath.Join(t.TempDir(), "test.db"))
}

func openAt(t testing.TB, path string) *Owner {
	t.Helper()
	j, err := take(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { shut(t, j) })
	return j
}

// shut closes a journal that may be closed already.
func shut(t testing.TB, j *Owner) {
	t.Helper()
	select {
	case <-j.writer.closed:
		return
	default:
	}
	if err := j.Close(); err != nil {
		t.Error(err)
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// plan makes a run of one file with rows as given and returns the file; the rows get run, file and number.
func plan(t testing.TB, j *Owner, run string, rows ...journal.Row) journal.FileID {
	t.Helper()
	file := draftOf(t, j, run, rows...)
	must(t, j.Planned(t.Context(), run, morning))
	return file
}

// draftOf is plan without its end.
func draftOf(t testing.TB, j *Owner, run string, rows ...journal.Row) journal.FileID {
	t.Helper()
	ctx := t.Context()
	must(t, j.Begin(ctx, journal.Run{ID: run, Fingerprint: "print of " + run, StartedAt: morning}))
	file, err := j.AddFile(ctx, journal.File{ID: journal.FileID{Run: run}, Path: run + ".csv", SHA256: "sum of " + run, Header: []string{"Operazione", "Codice fiscale"}})
	must(t, err)
	for i := range rows {
		rows[i].ID, rows[i].Number = file.Row(0), i+2
	}
	must(t, j.Plan(ctx, rows))
	return file
}

// planned is a row that waits to be sent.
func planned(beneficiario, key string) journal.Row {
	return journal.Row{Cells: []string{"prenotazione", beneficiario}, Operation: mapping.OperationPrenotazione, Beneficiario: beneficiario,
		Key: key, Request: []byte(`{}`), State: journal.Planned}
}

func many(n int) []journal.Row {
	rows := make([]journal.Row, n)
	for i := range rows {
		rows[i] = planned(fmt.Sprintf("BENEFICIARIO%04d", i), fmt.Sprintf("key %d", i))
	}
	return rows
}

// all reads the rows of a file.
func all(t testing.TB, j *Owner, file journal.FileID) []journal.Row {
	t.Helper()
	var rows []journal.Row
	for r, err := range j.Rows(t.Context(), file) {
		must(t, err)
		rows = append(rows, r)
	}
	return rows
}

func TestOpenMakesAPrivateFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new folder", "journal with spaces & ?.db")
	j := openAt(t, path)
	plan(t, j, "R", many(3)...)
	for _, name := range []string{path, path + ".lock", path + "-wal"} {
		info, err := os.Stat(name)
		if err != nil {
			t.Errorf("%v", err)
			continue
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %o, want 600: it holds personal data", filepath.Base(name), info.Mode().Perm())
		}
	}
	if info, err := os.Stat(filepath.Dir(path)); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the new folder: %v, %v, want mode 700", info.Mode(), err)
	}
	if j.Path() != path {
		t.Errorf("Path() = %q, want %q", j.Path(), path)
	}
}

func TestOpenDurability(t *testing.T) {
	j := open(t)
	for _, db := range []*sql.DB{j.writer.db, j.reads} {
		var mode string
		var synchronous int
		must(t, db.QueryRow("PRAGMA journal_mode").Scan(&mode))
		must(t, db.QueryRow("PRAGMA synchronous").Scan(&synchronous))
		if mode != "wal" || synchronous != 2 {
			t.Errorf("journal_mode %s, synchronous %d, want wal and 2 (FULL)", mode, synchronous)
		}
	}
	if _, err := j.reads.Exec("DELETE FROM runs"); err == nil {
		t.Error("the reading connection can write")
	}
}

func TestOpenRefusesASecondProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	first := openAt(t, path)
	if _, err := take(t.Context(), path); !errors.Is(err, journal.ErrBusy) {
		t.Fatalf("second Open: %v, want ErrBusy", err)
	}
	plan(t, first, "R", many(1)...) // the first one is not disturbed
	must(t, first.Close())
	openAt(t, path)
}

func TestOpenRefusesWhatIsNoJournal(t *testing.T) {
	dir := t.TempDir()
	text := filepath.Join(dir, "text.db")
	must(t, os.WriteFile(text, []byte(strings.Repeat("this is no database\n", 100)), 0o600))
	folder := filepath.Join(dir, "folder.db")
	must(t, os.Mkdir(folder, 0o700))
	inFile := filepath.Join(text, "below.db")
	for _, path := range []string{text, folder, inFile} {
		_, err := take(t.Context(), path)
		if broken := (*journal.Error)(nil); !errors.As(err, &broken) || broken.Path != path || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v, want an Error that names the path", filepath.Base(path), err)
		}
	}
	if data, err := os.ReadFile(text); err != nil || !strings.HasPrefix(string(data), "this is no database\n") {
		t.Error("the file that is no journal was changed")
	}
	// A failed Open gives the lock back.
	must(t, os.Remove(text))
	openAt(t, text)
}

func TestOpenRefusesANewerJournal(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	must(t, openAt(t, path).Close())
	tamper(t, path, "PRAGMA user_version = 99")
	_, err := take(t.Context(), path)
	if broken := (*journal.Error)(nil); !errors.As(err, &broken) {
		t.Fatalf("%v, want an Error", err)
	}
	for _, part := range []string{"newer release", "99", path, "install"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q does not say %q", err, part)
		}
	}
	tamper(t, path, fmt.Sprintf("PRAGMA user_version = %d", len(steps(t))))
	openAt(t, path) // neither the lock nor the file has suffered
}

// tamper runs a statement behind the journal's back.
func tamper(t *testing.T, path, query string) {
	t.Helper()
	db, err := sql.Open("sqlite", dsn(path))
	must(t, err)
	_, err = db.Exec(query)
	must(t, errors.Join(err, db.Close()))
}

// steps are the migrations of this release.
func steps(t testing.TB) []migration {
	t.Helper()
	steps, err := migrations()
	must(t, err)
	return steps
}

// TestMigrateFromEveryVersion opens journals as every past release left them, with what stood in them: a new release
// leaves its own in testdata/releases.
func TestMigrateFromEveryVersion(t *testing.T) {
	steps := steps(t)
	for version := range len(steps) + 1 {
		path := filepath.Join(t.TempDir(), "test.db")
		must(t, touch(path))
		db, err := sql.Open("sqlite", dsn(path))
		must(t, err)
		for i, step := range steps[:version] {
			must(t, step.run(t.Context(), db, i+1))
		}
		must(t, db.Close())

		j := openAt(t, path)
		file := plan(t, j, "R", many(2)...)
		if rows := all(t, j, file); len(rows) != 2 {
			t.Errorf("from version %d: %d rows, want 2", version, len(rows))
		}
		var now int
		must(t, j.reads.QueryRow("PRAGMA user_version").Scan(&now))
		if now != len(steps) {
			t.Errorf("from version %d: user_version is %d, want %d", version, now, len(steps))
		}
	}
}

// TestMigrateKeepsNothingOfAFailedStep has a table in the way of the first step.
func TestMigrateKeepsNothingOfAFailedStep(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	must(t, touch(path))
	tamper(t, path, "CREATE TABLE attempts (something INTEGER)")
	if _, err := take(t.Context(), path); err == nil || !strings.Contains(err.Error(), "version 1") {
		t.Fatalf("%v, want the step that failed", err)
	}
	tamper(t, path, "DROP TABLE attempts") // runs, made before the failure, would be in the way now
	openAt(t, path)
}

func TestClose(t *testing.T) {
	t.Run("changes after it are refused", func(t *testing.T) {
		j := open(t)
		file := plan(t, j, "R", many(1)...)
		row := all(t, j, file)[0].ID
		must(t, j.Close())
		// A call that hangs is found by chance only: the writer may or may not take it.
		for range 50 {
			done := make(chan error, 1)
			go func() { done <- j.Sent(context.Background(), row, morning) }()
			select {
			case err := <-done:
				if broken := (*journal.Error)(nil); !errors.As(err, &broken) || !errors.Is(err, errClosed) {
					t.Fatalf("%v, want an Error that says the journal is closed", err)
				}
			case <-time.After(5 * time.Second):
				t.Fatal("a change after Close never returns")
			}
		}
	})
	t.Run("leaves no goroutine", func(t *testing.T) {
		before := runtime.NumGoroutine()
		j := open(t)
		plan(t, j, "R", many(1)...)
		must(t, j.Close())
		for range 100 {
			if runtime.NumGoroutine() <= before {
				return
			}
			time.Sleep(10 * time.Millisecond)
		}
		t.Errorf("%d goroutines, %d before", runtime.NumGoroutine(), before)
	})
}

func TestACancelledCallChangesNothing(t *testing.T) {
	j := open(t)
	file := plan(t, j, "R", many(1)...)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	// The queue has room and the context has ended: whichever is chosen, the answer tells which.
	for range 20 {
		row := all(t, j, file)[0]
		err := j.Record(ctx, row.ID, morning, journal.Change{State: journal.Planned, Outcome: journal.Outcome{Reason: row.Reason + "x"}})
		after := all(t, j, file)[0]
		if err != nil && (!errors.Is(err, context.Canceled) || after.Reason != row.Reason) {
			t.Fatalf("%v, reason %q after %q", err, after.Reason, row.Reason)
		}
		if err == nil && after.Reason != row.Reason+"x" {
			t.Fatal("a change was confirmed and not made")
		}
	}
}

// TestEveryColumnComesBack fills every field and reads it again.
func TestEveryColumnComesBack(t *testing.T) {
	j := open(t)
	in := journal.Row{Cells: []string{"prenotazione", "à\n;\"", ""}, Operation: mapping.OperationDisdetta, Beneficiario: "01234567897", Key: "k",
		Request:     []byte("{\"a\":\"\u00e8\"}"),
		Problems:    []mapping.Problem{{Code: mapping.CodeFormat, Arg: "cap", Field: "cap", Column: "CAP", Found: "184", Expected: "cinque cifre", Remedy: "correggere", Severity: mapping.Blocks}},
		Corrections: []mapping.Correction{{Field: "email", Column: "Email", From: "A ", To: "A"}},
		State:       journal.Invalid, Outcome: journal.Outcome{Class: "c", Advice: "a", Reason: "r"}}
	file := plan(t, j, "R", in, planned("01234567897", "k2"))
	rows := all(t, j, file)
	got := rows[0]
	if fmt.Sprint(got.Cells, got.Operation, got.Beneficiario, got.Key, string(got.Request), got.Problems, got.Corrections, got.State, got.Outcome, got.Number) !=
		fmt.Sprint(in.Cells, in.Operation, in.Beneficiario, in.Key, string(in.Request), in.Problems, in.Corrections, in.State, in.Outcome, 2) {
		t.Errorf("planned\n%+v, read\n%+v", in, got)
	}
	if !slices.Equal(got.Problems, in.Problems) || !slices.Equal(got.Corrections, in.Corrections) { // as text they do not show all of it
		t.Errorf("planned\n%#v, read\n%#v", in.Problems, got.Problems)
	}
	if fields := fmt.Sprintf("%+v", got); strings.Contains(fields, "1970") || !got.NotBefore.IsZero() || !got.SettledAt.IsZero() {
		t.Errorf("instants that were never set: %s", fields)
	}

	rome := time.FixedZone("CET", 3600)
	sent, first := time.Date(2026, 3, 2, 10, 0, 1, 987_654_321, rome), time.Date(2026, 3, 2, 10, 0, 0, 1_999_999, rome)
	change := journal.Change{State: journal.Uncertain, NotBefore: sent.Add(time.Hour), InDoubt: true,
		Outcome: journal.Outcome{HTTP: 504, Esito: "E", Descrizione: "D", FaseOperativa: "F", DataOperazione: "O", DataResponse: "R", Class: "C",
			Advice: "A", Reason: "W", Protocollo: "P"},
		Event: &journal.Event{At: first, Ended: sent, Kind: "send", HTTP: 504, Esito: "E", Wait: 1500 * time.Millisecond, Reason: "W"}}
	id := rows[1].ID
	must(t, j.Sent(t.Context(), id, first))
	must(t, j.Record(t.Context(), id, sent, change))
	must(t, j.Sent(t.Context(), id, sent))
	got = all(t, j, file)[1]
	if got.State != journal.Sent || !got.FirstSentAt.Equal(time.Date(2026, 3, 2, 9, 0, 0, 1_000_000, time.UTC)) ||
		!got.SentAt.Equal(time.Date(2026, 3, 2, 9, 0, 1, 987_000_000, time.UTC)) || !got.NotBefore.Equal(got.SentAt.Add(time.Hour)) ||
		got.FirstSentAt.Location() != time.UTC || !got.InDoubt || got.Attempts != 2 || !reflect.DeepEqual(got.Outcome, change.Outcome) || !got.SettledAt.IsZero() {
		t.Errorf("sent twice: %+v", got)
	}
	attempts, err := j.Events(t.Context(), id)
	must(t, err)
	if len(attempts) != 1 || attempts[0].Kind != "send" || !attempts[0].At.Equal(got.FirstSentAt) || !attempts[0].Ended.Equal(got.SentAt) ||
		attempts[0].HTTP != 504 || attempts[0].Esito != "E" || attempts[0].Wait != 1500*time.Millisecond || attempts[0].Reason != "W" {
		t.Errorf("attempts: %+v", attempts)
	}
	must(t, j.Record(t.Context(), id, sent, journal.Change{State: journal.Accepted, Free: true}))
	if got = all(t, j, file)[1]; got.Attempts != 1 || !got.SettledAt.Equal(got.SentAt) || got.InDoubt || !got.NotBefore.IsZero() {
		t.Errorf("settled by an exchange that is free: %+v", got)
	}
}

func TestInstantsAreMillisecondsUTC(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		zone := time.FixedZone("any", rapid.IntRange(-12, 14).Draw(t, "zone")*3600)
		at := time.Unix(0, rapid.Int64Range(1, 4e18).Draw(t, "nanoseconds")).In(zone)
		got := fromMillis(millis(at))
		if at.UnixMilli() != 0 && (!got.Equal(at.Truncate(time.Millisecond)) || got.Location() != time.UTC) {
			t.Fatalf("%v became %v", at, got)
		}
	})
	if millis(time.Time{}) != 0 || !fromMillis(0).IsZero() {
		t.Error("no instant is not 0")
	}
}

func TestLabels(t *testing.T) {
	seen := map[journal.State]bool{}
	for _, s := range journal.States() {
		if s.Label() == string(s) || s.Label() == "" {
			t.Errorf("%s has no label", s)
		}
		seen[s] = true
	}
	if len(seen) != 9 || journal.State("other").Label() != "other" {
		t.Errorf("%d states, want 9", len(seen))
	}
}
