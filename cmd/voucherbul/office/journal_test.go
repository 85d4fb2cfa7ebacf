package office

import (
	"errors"
	"os"
	"testing"

	"voucherbul/batch/journal"
	"voucherbul/batch/platform/simulator"
)

func TestJournal(t *testing.T) {
	d := newDesk(t, simulator.World{})
	var missing NoJournalError
	if _, err := d.Verify(t.Context()); !errors.As(err, &missing) {
		t.Error(err)
	}
	if _, err := d.Backup(t.Context(), BackupOptions{To: d.path("copy.db")}); !errors.As(err, &missing) {
		t.Error(err)
	}
	if _, err := os.Stat(d.Config.Journal); err == nil {
		t.Error("looking after a journal must not make one")
	}
	d.run(d.export("ordini.csv", bookings(2)...))
	h, err := d.Verify(t.Context())
	if err != nil || h.Path != d.Config.Journal || len(h.Faults) != 0 || h.Rows != 2 || h.States[journal.Accepted] != 2 {
		t.Errorf("%+v, %v", h, err)
	}
	if from, err := d.Backup(t.Context(), BackupOptions{To: d.path("copy.db")}); err != nil || from != d.Config.Journal {
		t.Errorf("%s, %v", from, err)
	}
	unwritten := (*WriteError)(nil)
	if _, err := d.Backup(t.Context(), BackupOptions{To: d.path("copy.db")}); !errors.As(err, &unwritten) {
		t.Errorf("a copy must not be replaced: %v", err)
	}
	d.Config.Journal = d.path("copy.db")
	if runs, err := d.Runs(t.Context(), RunsOptions{}); err != nil || len(runs) != 1 {
		t.Errorf("%+v, %v", runs, err)
	}
}
