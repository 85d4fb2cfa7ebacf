package journal

import (
	"time"
)

// Run is one run of the program over some files.
type Run struct {
	ID          string
	Fingerprint string
	StartedAt   time.Time
	EndedAt     time.Time // zero while it runs, or where it was killed
	Code        Code      // why it ended early
	Args        []string  // of the code
	Reason      string    // what the code says, in English: of an older release
	Motivo      string    // the same in Italian: of an older release
	PlannedAt   time.Time // when every row was in the journal; zero = nothing of it was sent
	Environment string    // where it was sent: one of the constants, or the host of the platform; "" = unknown
	Rate        float64   // requests per second it was allowed; 0 = unlimited, below 0 = unknown
}

// Where a run was sent.
const (
	Production = "production"
	Test       = "test" // collaudo, which all operators share
	Simulator  = "simulator"
)

// File is one export within a run.
type File struct {
	ID      FileID
	Path    string
	SHA256  string
	Sheet   string // that was read; "" = it has none, or it is not known
	Header  []string
	Columns map[string]string // header by the field that it feeds, several joined by ", "; nil = not known
	Unread  []string          // columns that no field knows
	Remarks []string          // Italian sentences about the file as a whole

	Rows int // how many it has; known from Files only
}

// End is how a run ended.
type End struct {
	At     time.Time
	Code   Code     // why it ended early; "" = it did not
	Args   []string // of the code
	Reason string   // what the code says, in English: of an older release
	Motivo string   // the same in Italian: of an older release
	Left   Outcome  // of the rows that were not sent
}
