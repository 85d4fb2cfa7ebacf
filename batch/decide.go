package batch

import (
	"time"

	"voucherbul/batch/journal"
	"voucherbul/batch/platform"
	"voucherbul/batch/platform/esito"
	"voucherbul/mapping"
)

// situation is all that a decision depends on.
type situation struct {
	operation    mapping.Operation
	attempts     int  // that counted, this one included
	inDoubt      bool // an earlier answer was lost
	resent       bool // this was a sending in doubt, of which a run has one
	tokenRefused bool // the answer before this one was 401 too
	now          time.Time
	random       float64 // in [0, 1)
}

// decision is what becomes of a row, and of the run.
type decision struct {
	state     journal.State
	notBefore time.Time
	inDoubt   bool
	free      bool          // the exchange does not count as an attempt
	shut      time.Duration // everybody waits that long
	newToken  bool
	stop      *Stop
	block     bool // uncertain to the end of this run: its lane stays closed

	refusedOffer bool  // other rows with the same offer need not try
	suspect      *Stop // the platform blames the configuration, in a reply about this row
}

// decide says what a verdict means for a row.
func decide(c Config, s situation, v platform.Verdict) decision {
	// Where nothing is known to have changed, a row goes back to what it was: one in doubt stays in doubt.
	back := decision{state: journal.Planned, inDoubt: s.inDoubt, notBefore: s.now}
	if s.inDoubt {
		back.state = journal.Uncertain
	}
	switch v.Class {
	case esito.OK:
		return decision{state: journal.Accepted, inDoubt: s.inDoubt}
	case esito.GiaFatto:
		return decision{state: journal.Already, inDoubt: s.inDoubt}
	case esito.TokenScaduto:
		back.free, back.newToken = true, true
		if s.tokenRefused {
			back.stop = tokenStop(trouble(v, ""))
		}
		return back
	case esito.Configurazione:
		if v.Esito { // an answer about this row: it waits, and several in a row prove that it is not the row's fault
			d := decision{state: journal.Pending, suspect: stopBy(Unavailable, v)}
			if s.inDoubt {
				d = decideDoubt(c, s, 0)
				d.suspect = stopBy(Unavailable, v)
			}
			return d
		}
		back.free = true
		back.stop = stopBy(stopCause(v), v)
		return back
	case esito.Limite:
		back.free, back.shut = true, orElse(v.Wait, throttleWait)
		if back.shut > c.Breaker.GiveUp {
			back.stop = waitsTooLong(back.shut, v)
		}
		return back
	case esito.Riprovare:
		if v.Ambiguous {
			return decideDoubt(c, s, v.Wait)
		}
		return decideRetry(c, s, v, back)
	}
	if s.inDoubt && !v.Esito {
		return decideDoubt(c, s, v.Wait) // a refusal at the door says nothing about the earlier attempt
	}
	return decision{state: journal.Rejected, inDoubt: s.inDoubt}
}

// decideRetry is for requests that surely were not processed.
func decideRetry(c Config, s situation, v platform.Verdict, back decision) decision {
	if v.Wait > c.Breaker.GiveUp {
		back.free, back.stop = true, waitsTooLong(v.Wait, v)
		return back
	}
	if !v.Lock { // not reached or turned away at the door: the platform's trouble, not the row's
		back.free, back.shut = true, v.Wait
		back.notBefore = s.now.Add(max(v.Wait, c.Retry.retryWait(1, s.random)))
		return back
	}
	if s.attempts >= c.Retry.Attempts {
		if s.inDoubt { // the lock may be that of the earlier attempt
			return decideDoubt(c, s, v.Wait)
		}
		return decision{state: journal.Rejected}
	}
	back.notBefore = s.now.Add(max(v.Wait, c.Retry.lockWait(s.attempts)))
	return back
}

// decideDoubt is for requests that may have been processed: they rest until the platform must have settled
// them. A prenotazione can then be looked up; the other kinds go again once in a run.
func decideDoubt(c Config, s situation, asked time.Duration) decision {
	return decision{state: journal.Uncertain, inDoubt: true, notBefore: s.now.Add(max(c.Doubt.Settle, asked)),
		block: s.resent && s.operation != mapping.OperationPrenotazione}
}

// decideLookup says what the list of ISEE outcomes means for a prenotazione in doubt. Found, it was processed.
// Absent after the settle time, it may go again, as often as any row; but absence is no proof to the end
// (RULES.md 2.12), so it stays in doubt until there is a reply.
func decideLookup(c Config, s situation, f finding) decision {
	switch {
	case f == present:
		return decision{state: journal.Accepted, inDoubt: true}
	case s.attempts >= c.Retry.Attempts && f == unclear: // it may well be the row's own
		return decision{state: journal.Uncertain, inDoubt: true, notBefore: s.now, block: true}
	case s.attempts >= c.Retry.Attempts:
		return decision{state: journal.Rejected, inDoubt: true}
	}
	return decision{state: journal.Uncertain, inDoubt: true, notBefore: s.now}
}

// waitsTooLong stops a run that would have to wait longer than it may.
func waitsTooLong(wait time.Duration, v platform.Verdict) *Stop {
	return &Stop{Cause: Unavailable, Code: journal.StopWaitTooLong, Args: append([]string{wait.String()}, trouble(v, "")...)}
}

// tokenStop stops a run whose new token is refused like the one before.
func tokenStop(trouble []string) *Stop {
	return &Stop{Cause: Credentials, Code: journal.StopNewTokenRefused, Args: trouble}
}

// trouble is a code of what is wrong with the platform, and its arguments; of an esito it is the esito.
func trouble(v platform.Verdict, answered string) []string {
	if v.Code == esito.BasisEsito {
		return []string{string(v.Code), answered}
	}
	return append([]string{string(v.Code)}, v.Args...)
}

// stopBy stops a run for what a verdict says.
func stopBy(cause Cause, v platform.Verdict) *Stop {
	return &Stop{Cause: cause, Code: journal.Code(v.Code), Args: v.Args}
}

func stopCause(v platform.Verdict) Cause {
	if v.Credentials {
		return Credentials
	}
	return Unavailable
}

func orElse(d, fallback time.Duration) time.Duration {
	if d > 0 {
		return d
	}
	return fallback
}
