package batch

import (
	"testing"

	"voucherbul/batch/journal"
	"voucherbul/batch/platform/simulator"
)

// TestACorrectedExportAgain: an order that was refused, corrected in its outcome and accepted then is done, though its export
// still has what was refused; until something follows it.
func TestACorrectedExportAgain(t *testing.T) {
	right := famiglia(2)
	play(t, simulator.World{Vouchers: []simulator.InitialVoucher{{Beneficiario: right, Stato: simulator.StatoPrenotata}}}, func(t *testing.T, r *rig) {
		export := r.file(disdetta(famiglia(1))) // nobody has booked for her
		first := r.run(export)
		r.wantStates(first, journal.Rejected)
		outcome := correct(t, r.outcome(first.Run, 1, ".csv"), 1, "codiceFiscale", right)
		r.wantStates(r.runWith(t.Context(), r.again(outcome)), journal.Accepted)
		posts := len(r.posts())
		r.wantStates(r.run(export), journal.Already)
		if n := len(r.posts()); n != posts {
			t.Errorf("%d requests were sent for an order that was corrected and accepted", n-posts)
		}
		r.wantStates(r.run(r.file(prenotazione(right))), journal.Accepted) // a new voucher: what was said of the old one is past
		r.wantStates(r.run(export), journal.Rejected)
	})
}
