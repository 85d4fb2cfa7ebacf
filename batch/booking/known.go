package booking

import (
	"time"

	"voucherbul/batch/history"
	"voucherbul/batch/journal"
	"voucherbul/batch/platform/esito"
	"voucherbul/mapping"
)

// Known is the latest that is known of a beneficiary's booking.
type Known struct {
	Fase esito.Fase
	At   time.Time // when it was so, by the wall clock; zero = nothing is known
}

// Holds reports whether an activation must wait: its booking is known, and the platform is still working on it (RULES.md
// 2.12, 3.3). What cannot be activated any more is sent all the same: the answer says it with authority.
func (k Known) Holds() bool { return k.Fase.Class == esito.FaseWait }

// KnownOf returns the latest knowledge about a booking: from the latest list of ISEE outcomes, or from the answer when we
// made the booking. voucher comes from the kept lists and listed says that there is one; sent is what we have sent for
// the beneficiary.
func KnownOf(catalogue *mapping.Catalogue, voucher journal.Voucher, listed bool, fetch journal.Fetch, sent []journal.Acquired) Known {
	acquired, ours := history.Standing(sent)
	if ours && acquired.SettledAt.After(fetch.At) { // booked since: no list can have it
		return Known{esito.FaseOf(catalogue, acquired.FaseOperativa), acquired.SettledAt}
	}
	if listed && voucher.Listed {
		return Known{esito.FaseOf(catalogue, voucher.Fase), fetch.At}
	}
	return Known{}
}
