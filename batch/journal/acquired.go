package journal

import (
	"time"

	"voucherbul/mapping"
)

// Acquired is a request that the platform has from us for a beneficiary.
type Acquired struct {
	ID             RowID // of its row
	Operation      mapping.Operation
	Key            string
	Number         int // of its row, as the user sees it in the file
	SettledAt      time.Time
	DataOperazione string // as the platform wrote it; "" where the answer was lost
	FaseOperativa  string // as the reply to it had it
	Request        []byte // canonical
}

// Overlap is a beneficiary of a plan of whom the platform has requests from earlier runs.
type Overlap struct {
	Rows    []PlannedRow    // of the plan, in file order
	History []Acquired      // oldest first
	Known   map[string]bool // keys that earlier runs have had, whatever became of them

	// Corrected are the requests, by their keys, whose order went again with other data, which the platform has and nothing
	// has followed since.
	Corrected map[string]Acquired
}

// PlannedRow is what an Overlap says of a row.
type PlannedRow struct {
	ID     RowID
	Number int
	Key    string

	Beneficiario string
	Operation    mapping.Operation
	Request      []byte // canonical
}
