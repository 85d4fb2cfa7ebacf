package batch

import "voucherbul/batch/journal"

// Stop is why a run ended before its last row. Rows that were not sent stay in the journal.
type Stop struct {
	Cause  Cause
	Code   journal.Code
	Args   []string // of the code
	Reason string   // English, for the administrator: what happened and what to do
	Motivo string   // the same in Italian, for the outcome
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
func leftBehindOthers() journal.Outcome {
	return journal.Outcome{
		Descrizione: "Non inviata: aspetta una riga precedente dello stesso beneficiario, che non è ancora definita.",
		Advice:      "Nessuna correzione: definita quella riga, inviare di nuovo il file.",
		Code:        journal.BehindRow,
		Reason:      "waits for an earlier row of the same beneficiary, which is uncertain or held",
	}
}

// leftByStop says why rows are left of a run that was stopped.
func leftByStop(s *Stop) journal.Outcome {
	return journal.Outcome{
		Descrizione: "Non inviata: l'invio si è fermato prima di questa riga. " + s.Motivo,
		Advice:      "Nessuna correzione: chi gestisce il programma fa ripartire l'invio.",
		Code:        journal.BeforeItsTurn,
		Args:        append([]string{string(s.Code)}, s.Args...),
		Reason:      s.Reason,
	}
}
