package journal

import (
	"slices"
	"time"
)

// Earlier is what became of an order in an earlier run.
type Earlier struct {
	ID          RowID
	Number      int // of its row then
	State       State
	Esito       string
	Code        Code
	Args        []string // of the code
	Descrizione string   // as the journal has it, and so the next
	Advice      string
	At          time.Time // when it was sent last, or settled without that; zero = neither
}

// Group is what has been tried for one order of a customer: the first row and those that went again, oldest first.
type Group []Row

// Doubt finds the earlier attempt at the same order that a row waits for because it is in doubt. ok is false where there is
// none.
func (r Row) Doubt() (doubt Earlier, ok bool) {
	for _, e := range slices.Backward(r.Earlier) {
		if e.State == Uncertain || e.State == Sent {
			return e, true
		}
	}
	return Earlier{}, false
}
