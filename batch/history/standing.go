// Package history says what the requests mean that we have sent for a beneficiary, and that the platform has acquired: whether a
// new row repeats, contradicts or undoes one of them.
//
// The package is pure. It must not read a journal, send or settle anything: it is handed what is known, and returns what
// follows.
package history

import (
	"slices"

	"voucherbul/batch/journal"
	"voucherbul/mapping"
)

// Standing is the latest prenotazione of ours whose voucher may still be in the list: none where the beneficiary's
// latest request ended it.
func Standing(history []journal.Acquired) (acquired journal.Acquired, ok bool) {
	for _, h := range slices.Backward(history) {
		switch h.Operation.Effect() {
		case mapping.EndsVoucher:
			return journal.Acquired{}, false
		case mapping.BeginsVoucher:
			return h, true
		}
	}
	return journal.Acquired{}, false
}
