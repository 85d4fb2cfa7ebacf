package batch

import "voucherbul/batch/journal"

// Stop is why a run ended before its last row. Rows that were not sent stay in the journal.
type Stop struct {
	Cause Cause
	Code  journal.Code // what happened
	Args  []string     // of the code
}

// Cause says who can do something about a stop; exit codes are made of it.
type Cause string

// The causes of a stop.
const (
	Interrupted Cause = "interrupted" // a signal: run the same command again
	Credentials Cause = "credentials" // token or subscription key refused
	Unavailable Cause = "unavailable" // platform not reached, overloaded, out of quota, or not as configured
)

// leftBehindOthers says why rows are left of a run that came to its end.
func leftBehindOthers() journal.Outcome { return journal.Outcome{Code: journal.BehindRow} }

// leftByStop says why rows are left of a run that was stopped.
func leftByStop(s *Stop) journal.Outcome {
	return journal.Outcome{Code: journal.BeforeItsTurn, Args: append([]string{string(s.Code)}, s.Args...)}
}
