package office

import (
	"errors"
	"os"
	"testing"
	"time"

	"voucherbul/batch"
	"voucherbul/batch/journal"
)

func TestResolve(t *testing.T) {
	d, first := doubtful(t, 3*time.Second) // it waits still when Resolve begins, however slow the machine
	if err := os.Remove(first.Files[0].Outcome); err != nil {
		t.Fatal(err)
	}
	doubts := 0
	r, err := d.Resolve(t.Context(), ResolveOptions{Progress: func(p Progress) { doubts = max(doubts, p.InDoubt) }})
	if err != nil || r.Stop != nil || r.NotWritten != nil || len(r.Open) != 0 || len(r.Cleared) != 1 || r.Cleared[0].Number != 3 || r.Cleared[0].State != journal.Accepted || r.Cleared[0].File != d.path("ordini.csv") {
		t.Fatalf("%+v, %v", r, err)
	}
	if kinds(r.Notices) != "outcome_gone" || r.Notices[0].Run != first.Run || r.Notices[0].Path != first.Files[0].Outcome {
		t.Errorf("%+v", r.Notices)
	}
	if doubts != 1 {
		t.Errorf("the progress had %d rows in doubt, want the one", doubts)
	}
	if r, err = d.Resolve(t.Context(), ResolveOptions{}); err != nil || len(r.Cleared)+len(r.Open) != 0 {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestMark(t *testing.T) {
	for executed, want := range map[bool]journal.State{true: journal.Accepted, false: journal.Pending} {
		d, first := doubtful(t, 300*time.Millisecond)
		wrong := (*batch.MarkError)(nil)
		if _, err := d.Mark(t.Context(), MarkOptions{Mark: batch.Mark{Run: first.Run, Number: 2, Note: "x"}}); !errors.As(err, &wrong) {
			t.Errorf("a row that is not in doubt: %v", err)
		}
		m, err := d.Mark(t.Context(), MarkOptions{Mark: batch.Mark{Run: first.Run, Number: 3, Executed: executed, Note: "visto sul portale"}})
		if err != nil || m.State != want || m.Number != 3 || m.File != d.path("ordini.csv") || kinds(m.Notices) != "written_again" {
			t.Errorf("%+v, %v", m, err)
		}
		story, err := d.Row(t.Context(), RowOptions{Run: first.Run, Number: 3})
		if err != nil || story.State != want {
			t.Errorf("%+v, %v", story, err)
		}
	}
}
