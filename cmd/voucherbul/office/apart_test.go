package office

import (
	"testing"

	"voucherbul/batch/journal"
	"voucherbul/batch/platform/simulator"
)

// TestPlanThenSend: what one office has planned another one sends by the run's ID, and the outcome lies beside the export.
func TestPlanThenSend(t *testing.T) {
	d := newDesk(t, simulator.World{})
	export := d.export("ordini.csv", bookings(3)...)
	planned, err := d.Plan(t.Context(), PlanOptions{Files: []string{export}})
	if err != nil || planned.Run == "" || planned.Resumed || len(planned.Files) != 1 || kinds(planned.Notices) != "new_journal" {
		t.Fatalf("%+v, %v", planned, err)
	}
	if n := len(d.sim.Ledger()); n != 0 {
		t.Errorf("a plan asked the platform %d times", n)
	}
	again, err := d.Plan(t.Context(), PlanOptions{Files: []string{export}})
	if err != nil || again.Run != planned.Run || !again.Resumed {
		t.Errorf("%+v, %v", again, err)
	}
	var last Progress
	sent, err := d.Send(t.Context(), SendOptions{Run: planned.Run, Progress: func(p Progress) { last = p }})
	if err != nil || sent.NotWritten != nil || sent.Run != planned.Run || len(sent.Files) != 1 || sent.Files[0].Counts[journal.Accepted] != 3 || sent.Files[0].Outcome != d.path("ordini.esiti.xlsx") {
		t.Errorf("%+v, %v", sent, err)
	}
	if last.Run != planned.Run || last.Rows != 3 {
		t.Errorf("%+v", last)
	}
	_, err = d.Send(t.Context(), SendOptions{Run: "20260101-000000-aaaa"})
	wantAsk(t, err, NoRun)
	requests := len(d.sim.Ledger())
	d.Config.Platform.PrenotazioneURL = "https://prod-voucher.example.invalid/prenotazione"
	_, err = d.Send(t.Context(), SendOptions{Run: planned.Run})
	wantAsk(t, err, OtherPlatform)
	if n := len(d.sim.Ledger()); n != requests {
		t.Errorf("%d requests of a run that was planned for another platform", n-requests)
	}
}
