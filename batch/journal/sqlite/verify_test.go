package sqlite

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"voucherbul/batch/journal"
	"voucherbul/mapping"
)

// sound makes a journal with rows in every state that Verify has to believe.
func sound(t *testing.T, path string) *Owner {
	t.Helper()
	j := openAt(t, path)
	rows := many(6)
	for i := range rows {
		rows[i].Key = mapping.Key(rows[i].Operation, rows[i].Beneficiario, rows[i].Request)
	}
	rows[5] = journal.Row{Cells: []string{"totale"}, State: journal.Skipped}
	file := plan(t, j, "R", rows...)
	for i, state := range []journal.State{journal.Accepted, journal.Rejected, journal.Uncertain, journal.Pending} {
		id := all(t, j, file)[i].ID
		must(t, j.Sent(t.Context(), id, morning))
		must(t, j.Record(t.Context(), id, morning, journal.Change{State: state, InDoubt: state == journal.Uncertain, Event: &journal.Event{At: morning, Ended: morning, Kind: "send"}}))
	}
	return j
}

// TestVerify finds each of the faults that are made here behind the journal's back, and none where there is none.
func TestVerify(t *testing.T) {
	for name, test := range map[string]struct{ query, says string }{
		"sound":                {"SELECT 1", ""},
		"a lost row":           {"DELETE FROM states WHERE id = 6; DELETE FROM orders WHERE id = 6", "has 5 rows, it was planned with 6"},
		"another request":      {"UPDATE orders SET request = x'7b7d20' WHERE id = 2", "row 3 of run R: its request is not the one"},
		"another beneficiary":  {"UPDATE orders SET beneficiario = 'X' WHERE id = 5", "row 6 of run R"},
		"not found":            {"DELETE FROM people WHERE id = 4", "row 5 of run R is not found by its beneficiary"},
		"a file out of place":  {"UPDATE files SET place = 2", "file 2 of run R is not in its place"},
		"no state":             {"UPDATE states SET state = 'half' WHERE id = 1", "in a state that nobody knows: half"},
		"accepted by nobody":   {"UPDATE states SET held = 0 WHERE id = 1", "accepted, and no exchange says so"},
		"held and refused":     {"UPDATE states SET held = 9 WHERE id = 2", "held by the platform and is rejected"},
		"sent at no time":      {"UPDATE states SET sent_at = 0 WHERE id = 2", "has no time of it"},
		"a doubt that is none": {"UPDATE states SET in_doubt = 0 WHERE id = 3", "uncertain, and not in doubt"},
		"a state of nothing":   {"PRAGMA foreign_keys = OFF; INSERT INTO states (id, state) VALUES (77, 'accepted')", "belongs to nothing"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "test.db")
			must(t, sound(t, path).Close())
			tamper(t, path, test.query)
			h, err := openAt(t, path).Verify(t.Context())
			must(t, err)
			said := strings.Join(h.Faults, "\n")
			if test.says == "" && said != "" || !strings.Contains(said, test.says) {
				t.Errorf("faults %q, want %q", said, test.says)
			}
			if h.Runs != 1 || h.Files != 1 || name == "sound" && (h.Rows != 6 || h.States[journal.Accepted] != 1 || h.States[journal.Planned] != 1 || h.States[journal.Skipped] != 1) {
				t.Errorf("%+v", h)
			}
		})
	}
}

// TestVerifyOfADamagedFile overwrites pages in the middle of the file.
func TestVerifyOfADamagedFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	j := sound(t, path)
	plan(t, j, "more", many(2000)...)
	must(t, j.Close())
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	must(t, err)
	_, err = f.WriteAt([]byte(strings.Repeat("damage ", 3000)), 40*4096)
	must(t, errors.Join(err, f.Close()))
	h, err := openAt(t, path).Verify(t.Context())
	if broken := (*journal.Error)(nil); len(h.Faults) == 0 && !errors.As(err, &broken) {
		t.Errorf("nothing was found: %+v, %v", h, err)
	}
}

// TestBackup copies a journal that is being written to: every commit that had returned is in the copy, which is whole.
func TestBackup(t *testing.T) {
	dir := t.TempDir()
	path, target := filepath.Join(dir, "test.db"), filepath.Join(dir, "copy.db")
	j := openAt(t, path)
	file := plan(t, j, "R", many(400)...)
	rows := all(t, j, file)
	var writing sync.WaitGroup
	done := make(chan int, len(rows))
	writing.Go(func() {
		for i, r := range rows {
			if err := j.Sent(t.Context(), r.ID, morning); err != nil {
				t.Error(err)
				return
			}
			done <- i
		}
	})
	before := 0
	for range 100 {
		before = <-done
	}
	must(t, Backup(t.Context(), path, target))
	writing.Wait()
	must(t, j.Close())

	info, err := os.Stat(target)
	must(t, err)
	if info.Mode().Perm() != 0o600 {
		t.Errorf("the copy has mode %o: it holds personal data", info.Mode().Perm())
	}
	kept := openAt(t, target)
	h, err := kept.Verify(t.Context())
	must(t, err)
	if sent := h.States[journal.Sent]; sent < before+1 || h.Rows != 400 {
		t.Errorf("the copy has %d rows sent, %d were when it was made; %v", sent, before+1, h.Faults)
	}
	if err := Backup(t.Context(), path, target); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a file that is there: %v", err)
	}
	if err := Backup(t.Context(), filepath.Join(dir, "none.db"), filepath.Join(dir, "other.db")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no journal: %v", err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".voucherbul-backup-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}
