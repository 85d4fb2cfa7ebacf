package journal

import (
	"time"

	"voucherbul/mapping"
)

// Row is one row of an export and all that has happened to it.
type Row struct {
	ID     RowID
	Number int      // as the user sees it in the file
	Cells  []string // the file's own columns, as read

	Operation    mapping.Operation // "" where the row does not say
	Beneficiario string            // "" where the row has none that is right
	Key          string            // of the request, see mapping.Key; "" where there is none
	Request      []byte            // canonical, see mapping.Decode; nil where there is none
	Problems     []mapping.Problem
	Corrections  []mapping.Correction
	Dates        []int     // columns whose cell was a date of the spreadsheet, and no text that looks like one
	Resends      RowID     // the earlier row whose order goes again with this one; zero = it is a new order
	Earlier      []Earlier // what became of the same order in earlier runs, oldest first; known from Rows only

	State       State
	NotBefore   time.Time // when it may go again; zero = at once
	Attempts    int       // exchanges that counted: waits for a token or a quota do not
	InDoubt     bool      // an earlier answer was lost
	Fresh       bool      // nothing has ever been tried; known of rows that are to be sent only
	Shared      bool      // the journal has other orders of this beneficiary; known of rows that are to be sent only
	FirstSentAt time.Time
	SentAt      time.Time // of the latest attempt
	SettledAt   time.Time
	Outcome
}

// Outcome is the latest that is known about a row. It has no text of ours: package report makes them of the codes. Older
// releases have stored theirs, and a Reason with them; those are shown as they stand.
type Outcome struct {
	HTTP           int
	Esito          string
	Descrizione    string // as the platform wrote it, or as an older release has put it
	FaseOperativa  string
	DataOperazione string // as the platform wrote it
	DataResponse   string
	Class          string   // of package esito
	Code           Code     // why the row stands where it stands
	Args           []string // of the code
	Advice         string   // Italian, of an older release: what the back office does now
	Reason         string   // English, of an older release: what the code says
	Protocollo     string   // known from the list of ISEE outcomes only
	Fields         []string // API names of the fields that the esito speaks of, most likely first
}

// Warning is something doubtful about a row that only the journal can know.
type Warning struct {
	Row     RowID
	Problem mapping.Problem
}

// Event is what happened to a row: a request about it, a look-up, or a mark.
type Event struct {
	At     time.Time
	Ended  time.Time
	Kind   string // one of the constants
	HTTP   int
	Esito  string
	Wait   time.Duration // asked for or decided afterwards
	Code   Code          // of the verdict, the look-up or the mark
	Args   []string      // of the code
	Reason string        // English, of an older release: what the code says
}

// Change is what one exchange does to a row: the new state, and the event that led to it.
type Change struct {
	State     State
	NotBefore time.Time
	InDoubt   bool
	Free      bool // the exchange does not count as an attempt
	Lone      bool // nothing was tried for the row before
	Outcome   Outcome
	Event     *Event // nil where nothing happened that is told
}
