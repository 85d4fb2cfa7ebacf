package journal

import (
	"time"

	"voucherbul/mapping"
)

// Voucher is a line of the list of ISEE outcomes, and since when we know it.
type Voucher struct {
	Beneficiario        string
	Protocollo          string // "" where the platform has given none yet
	PartitaIvaOperatore string
	DataPrenotazione    string    // as the platform wrote it
	Prenotata           time.Time // the same, zero where it cannot be read
	Fase                string

	// What follows the journal finds out by itself.

	FirstSeen time.Time
	LastSeen  time.Time      // by the clock of the latest list that had it
	ChangedAt time.Time      // when it was first seen in this Fase; FirstSeen where it was never seen in another
	Listed    bool           // the list that was fetched last has it; one that has not says no more than that (RULES.md A25)
	Ours      []Prenotazione // of its beneficiary, oldest first; from [Journal.Vouchers] only
}

// Fetch is one time that the list was fetched.
type Fetch struct {
	At       time.Time
	Vouchers int // lines of the list
}

// Prenotazione is a booking of ours that the platform has, as an exchange has shown. Its protocollo is not among
// what the platform answers: it comes with a [Voucher] (RULES.md A21).
type Prenotazione struct {
	ID             RowID // of its row
	Beneficiario   string
	Path           string // of its file, as it was given
	Number         int    // of its row, as the user sees it in the file
	FirstSentAt    time.Time
	SentAt         time.Time // of the latest attempt
	SettledAt      time.Time
	DataOperazione string // as the platform wrote it; "" where the answer was lost
	Fase           string // of the reply
	Protocollo     string // "" unless the list was asked about this row

	Then   mapping.Operation // the next request of ours that the platform has of this beneficiary; "" = none
	ThenAt time.Time         // when it was settled
}
