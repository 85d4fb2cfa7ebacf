package report

import (
	"cmp"
	"time"

	"voucherbul/batch/journal"
	"voucherbul/batch/platform/esito"
)

// Words make the texts about what the journal has as codes: for the clerk in Italian, for the administrator in English. They
// judge nothing: what decides a text is a code, an argument of it, or a fact that stands beside it.
type Words struct {
	Zone    *time.Location    // of the instants in them
	Columns map[string]string // of the export: its headers by the field that they feed; a field that has none goes by its label
}

// Tell puts the texts about a row into it: Descrizione, which keeps what the platform has written, Advice and Reason. A row of
// an older release keeps those that are stored with it.
func (w Words) Tell(r *journal.Row) {
	if r.Reason != "" || r.Code == "" {
		return
	}
	c := coded{r.Code, r.Args}
	r.Descrizione, r.Advice, r.Reason = w.description(c, r.Descrizione, isLost(r)), cmp.Or(r.Advice, w.advice(c, r)), c.reason(r.Esito)
}

// EventReason is the English reason of an exchange, a look-up or a mark.
func EventReason(e journal.Event) string {
	switch c := (coded{e.Code, e.Args}); {
	case e.Reason != "":
		return e.Reason
	case e.Code == journal.MarkedExecuted:
		return "executed: " + c.arg(0)
	case e.Code == journal.MarkedNotExecuted:
		return "not executed: " + c.arg(0)
	default:
		return c.reason(e.Esito)
	}
}

// WaitReason is the English reason of waits.
func WaitReason(w journal.Waits) string {
	return cmp.Or(w.Reason, coded{w.Code, w.Args}.reason(w.Esito))
}

// RunReason says in English why a run was stopped; "" = it was not.
func RunReason(r journal.Run) string { return cmp.Or(r.Reason, StopReason(r.Code, r.Args)) }

// RunMotivo says the same in Italian.
func RunMotivo(r journal.Run) string {
	if r.Reason != "" { // of an older release
		return r.Motivo
	}
	return coded{r.Code, r.Args}.motivo()
}

// StopReason says in English why a run was stopped, by the code of its stop and the arguments of that.
func StopReason(code journal.Code, args []string) string { return coded{code, args}.reason("") }

// TroubleReason says in English what the trouble is with the platform: a code, its arguments, and of an esito the esito.
func TroubleReason(trouble []string) string { return inner(trouble).trouble() }

// isLost reports that nobody knows what became of a row: whatever was answered, the outcome is told of a doubt.
func isLost(r *journal.Row) bool {
	return r.State == journal.Uncertain || r.State == journal.Sent && r.InDoubt
}

// coded is a code with its arguments.
type coded struct {
	code journal.Code
	args []string
}

// arg is an argument; "" where an older release had none.
func (c coded) arg(i int) string {
	if i < len(c.args) {
		return c.args[i]
	}
	return ""
}

// from is the code that stands among the arguments, with those behind it.
func (c coded) from(i int) coded { return inner(c.args[min(i, len(c.args)):]) }

// inner is a code that stands as an argument, with the arguments behind it.
func inner(args []string) coded {
	if len(args) == 0 {
		return coded{}
	}
	return coded{journal.Code(args[0]), args[1:]}
}

// copied is the code of the copy that was changed: it stands behind its arguments.
func (c coded) copied() coded {
	last := len(c.args) - 1
	if last < 0 {
		return coded{}
	}
	return coded{journal.Code(c.args[last]), c.args[:last]}
}

// which advice an answer has; "" = its esito's own.
func (c coded) which() esito.Advice { return esito.Advice(c.arg(0)) }
