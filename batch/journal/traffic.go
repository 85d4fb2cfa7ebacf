package journal

import (
	"time"
)

// Kinds of an [Event], as the journal keeps them.
const (
	KindSend   = "send"   // a request about the row
	KindLookup = "lookup" // the list of ISEE outcomes was asked about it
	KindMark   = "mark"   // a person has found out
)

// Traffic is all that was exchanged about the rows of a run, also what a later one did to clear its doubts up.
type Traffic struct {
	Requests int // those whose end nobody has seen too
	Lookups  int
	Marks    int
	Waits    []Waits // the longest in all first
	Esiti    []Esiti // by esito, then by state

	// What happened up to the end of the run, or until now where it has none. Against [Run.PlannedAt] and [Run.EndedAt] these
	// say how fast it was; a run that was taken up counts the pause in between too.

	SentRows     int // rows of which a request was sent that counted
	SentRequests int
}

// Waits are what was waited for one reason after exchanges: the same code, HTTP status and esito. Rows wait at the same time, so
// their sum is longer than it took.
type Waits struct {
	Kind      string // of the exchanges
	Code      Code   // of their verdicts, with which the next two tell one reason from another
	HTTP      int
	Esito     string
	Args      []string // of the code: where there were several, those of the longest wait
	Reason    string   // as an older release has stored it: English, of the longest wait
	Exchanges int
	Total     time.Duration
	Longest   time.Duration
}

// Esiti are rows that stand in one state with the same esito.
type Esiti struct {
	Esito string
	State State
	Rows  int
}
