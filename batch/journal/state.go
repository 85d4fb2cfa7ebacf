package journal

// State is where a row stands. The names are those of the JSON result.
type State string

// The states of a row; batch/README.md draws the transitions.
const (
	Planned   State = "planned"   // to be sent, from its not-before time on
	Sent      State = "sent"      // on its way: durable before the first byte leaves
	Uncertain State = "uncertain" // sent, and nobody knows what became of it
	Accepted  State = "accepted"  // the platform took it
	Already   State = "already"   // the platform or the journal already had it
	Rejected  State = "rejected"  // a final esito
	Invalid   State = "invalid"   // a rule of ours keeps it from being sent
	Pending   State = "pending"   // the run stopped first, or keeps it back for a reason
	Skipped   State = "skipped"   // no order, such as a total: it is kept so that the outcome has a line for it
)

// States lists all states in the order of a summary.
func States() []State {
	return []State{Accepted, Already, Rejected, Invalid, Uncertain, Pending, Planned, Sent, Skipped}
}

// Label is the state as the outcome workbook shows it.
func (s State) Label() string {
	switch s {
	case Planned:
		return "DA INVIARE"
	case Sent, Uncertain:
		return "INCERTA" // an outcome is never rendered while a row is on its way, unless the process died
	case Accepted:
		return "ACCETTATA"
	case Already:
		return "GIÀ ACQUISITA"
	case Rejected:
		return "RESPINTA"
	case Invalid:
		return "SCARTATA"
	case Pending:
		return "NON INVIATA"
	case Skipped:
		return "SALTATA"
	}
	return string(s)
}

// Settled reports whether nothing more will happen to the row by itself.
func (s State) Settled() bool {
	return s == Accepted || s == Already || s == Rejected || s == Invalid || s == Skipped
}
