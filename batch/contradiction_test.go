package batch

import (
	"strings"
	"testing"

	"voucherbul/batch/journal"
	"voucherbul/batch/platform/simulator"
	"voucherbul/mapping"
)

// TestAChangedPayloadIsAConflict: the platform decides, and the outcome says which data it holds.
func TestAChangedPayloadIsAConflict(t *testing.T) {
	who := famiglia(1)
	play(t, simulator.World{Timers: atOnce}, func(t *testing.T, r *rig) {
		r.run(r.file(prenotazione(who)))
		again := r.run(r.file(prenotazione(who).with("email", "nuova@example.it").with("civico", "99")))
		r.wantStates(again, journal.Rejected)
		r.wantApplied(who, simulator.Prenotazione)
		row := r.rows(again.Files[0].ID)[0]
		said := warningsOf(row)
		for _, word := range []string{"nuova@example.it", "99", "conflitto", "accettata il 02/03/2026"} {
			if !strings.Contains(said, word) {
				t.Errorf("the warnings do not say %q: %s", word, said)
			}
		}
		if len(row.Problems) != 2 || !strings.Contains(strings.Join(again.Files[0].Remarks, " "), "1 riga in contrasto") {
			t.Errorf("%d warnings, remarks %q", len(row.Problems), again.Files[0].Remarks)
		}

		r.run(r.file(attivazione(who)))
		other := r.run(r.file(attivazione(who).with("tecnologiaAttivata", "FWA")))
		r.wantStates(other, journal.Already) // for the platform it is
		if said := warningsOf(r.rows(other.Files[0].ID)[0]); !strings.Contains(said, "FWA") || !strings.Contains(said, "FTTH") {
			t.Errorf("nobody is told that the platform holds another technology: %s", said)
		}
	})
}

// TestNoConflictAfterTheEnd: a new booking after a disdetta may have other data, and in one file with its disdetta too.
func TestNoConflictAfterTheEnd(t *testing.T) {
	who := famiglia(1)
	play(t, simulator.World{Timers: atOnce}, func(t *testing.T, r *rig) {
		r.run(r.file(prenotazione(who)))
		both := r.run(r.file(disdetta(who), prenotazione(who).with("email", "nuova@example.it")))
		r.wantAll(both, journal.Accepted)
		r.run(r.file(disdetta(who), prenotazione(famiglia(2))))
		third := r.run(r.file(prenotazione(who).with("email", "terza@example.it")))
		for _, row := range append(r.rows(both.Files[0].ID), r.rows(third.Files[0].ID)...) {
			if said := warningsOf(row); said != "" {
				t.Errorf("row %d: %s", row.Number, said)
			}
		}
	})
}

// TestABookingThatIsRepeatedAfterItsEnd goes, and the outcome says what came before.
func TestABookingThatIsRepeatedAfterItsEnd(t *testing.T) {
	who := famiglia(1)
	play(t, simulator.World{Timers: atOnce}, func(t *testing.T, r *rig) {
		r.run(r.file(prenotazione(who)))
		r.run(r.file(disdetta(who)))
		again := r.run(r.file(prenotazione(who)))
		r.wantAll(again, journal.Accepted)
		if said := warningsOf(r.rows(again.Files[0].ID)[0]); !strings.Contains(said, "seguita una disdetta") {
			t.Errorf("it does not say that the booking was withdrawn before: %s", said)
		}
	})
}

func warningsOf(row journal.Row) string {
	var all []string
	for _, p := range row.Problems {
		if p.Severity == mapping.Warns && (p.Code == mapping.CodeContradiction || p.Code == mapping.CodeAfterEnd) {
			all = append(all, p.String())
		}
	}
	return strings.Join(all, "\n")
}
