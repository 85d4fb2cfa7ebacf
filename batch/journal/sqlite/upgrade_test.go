package sqlite

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"voucherbul/batch/journal"
	"voucherbul/mapping"
)

// TestAPlanThatAnOlderReleaseNeverFinished is removed, and its numbers are used again, by the run that comes after the upgrade.
func TestAPlanThatAnOlderReleaseNeverFinished(t *testing.T) {
	path, lines := filepath.Join(t.TempDir(), "old.db"), filepath.Join(t.TempDir(), "version-1.sql")
	must(t, os.WriteFile(lines, []byte(`
INSERT INTO runs (id, fingerprint, started_at) VALUES ('half', 'print of R', 1);
INSERT INTO files (id, run, path, sha256, header, unread) VALUES (1, 'half', 'a.csv', 's', '', '');
INSERT INTO rows (id, run, file, number, cells, operation, beneficiario, key, state) VALUES (1, 'half', 1, 2, '', 'prenotazione', 'BENEFICIARIO0000', 'key 0', 'planned');
INSERT INTO rows (id, run, file, number, cells, operation, beneficiario, key, state) VALUES (2, 'half', 1, 3, '', 'prenotazione', 'BENEFICIARIO0001', 'key 1', 'invalid');
`), 0o600))
	makeRelease(t, path, lines, 1)
	j := openAt(t, path)
	orders := many(3)
	for i := range orders {
		orders[i].Key = mapping.Key(orders[i].Operation, orders[i].Beneficiario, orders[i].Request)
	}
	file := plan(t, j, "R", orders...)
	if rows := all(t, j, file); len(rows) != 3 || rows[0].State != journal.Planned || rows[1].State != journal.Planned {
		t.Errorf("%+v", rows)
	}
	h, err := j.Verify(t.Context())
	must(t, err)
	if len(h.Faults) > 0 || h.Runs != 1 {
		t.Errorf("%+v", h)
	}
}

// TestAResumedRunIsToldAnew: a run that goes on has something new to tell, until it has been told.
func TestAResumedRunIsToldAnew(t *testing.T) {
	j := open(t)
	ctx := t.Context()
	file := plan(t, j, "R", many(1)...)
	must(t, j.Finish(ctx, "R", journal.End{At: morning}))
	must(t, j.Reported(ctx, "R", morning))
	must(t, j.Resume(ctx, "R"))
	id := all(t, j, file)[0].ID
	must(t, j.Sent(ctx, id, morning))
	must(t, j.Record(ctx, id, morning.Add(time.Second), journal.Change{State: journal.Rejected}))
	must(t, j.Finish(ctx, "R", journal.End{At: morning}))
	if _, ok, err := j.Unfinished(ctx, "print of R"); !ok || err != nil {
		t.Errorf("the process died before the outcome was written, and nobody will be told: %v", err)
	}
}
