package outcome

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"voucherbul/batch/journal"
	"voucherbul/mapping"
	"voucherbul/mapping/ourfile"
	"voucherbul/report"
)

// tally counts rows while they are written.
type tally struct {
	total       int
	copied      int // rows of a copy: what became of them stands in the outcome of the original
	correctable int
	final       int // refused, and nothing in the row would change that
	byState     map[journal.State]int
	byKind      map[mapping.Operation]map[journal.State]int
	byEsito     map[string]int

	requests              int
	firstSent, lastAnswer time.Time
}

func newTally() *tally {
	return &tally{byState: map[journal.State]int{}, byKind: map[mapping.Operation]map[journal.State]int{}, byEsito: map[string]int{}}
}

func (t *tally) add(r *journal.Row) {
	state := r.State
	if state == journal.Sent { // both have the same label, and so one line
		state = journal.Uncertain
	}
	t.byState[state]++
	if r.State == journal.Skipped { // no order: it stands apart
		return
	}
	t.total++
	if r.Code.IsCopy() {
		t.copied++
	}
	switch {
	case isCorrectable(*r):
		t.correctable++
	case r.State == journal.Rejected || r.State == journal.Invalid:
		t.final++
	}
	if t.byKind[r.Operation] == nil {
		t.byKind[r.Operation] = map[journal.State]int{}
	}
	t.byKind[r.Operation][state]++
	if r.Esito != "" {
		t.byEsito[r.Esito]++
	}
	if r.Attempts == 0 {
		return
	}
	t.requests += r.Attempts
	if t.firstSent.IsZero() || r.FirstSentAt.Before(t.firstSent) {
		t.firstSent = r.FirstSentAt
	}
	for _, at := range []time.Time{r.SentAt, r.SettledAt} {
		if at.After(t.lastAnswer) {
			t.lastAnswer = at
		}
	}
}

// esiti are the codes that have come, the most frequent first.
func (t *tally) esiti() []string {
	return slices.SortedFunc(maps.Keys(t.byEsito), func(a, b string) int {
		return cmp.Or(t.byEsito[b]-t.byEsito[a], strings.Compare(a, b))
	})
}

// sentence says in words how it went, and where to go on.
func (t *tally) sentence() string {
	done := t.byState[journal.Accepted] + t.byState[journal.Already]
	doubts := t.byState[journal.Uncertain]
	open := t.byState[journal.Pending] + t.byState[journal.Planned]
	if t.copied > 0 {
		return fmt.Sprintf("Il file è una copia di un altro dello stesso invio: %s, e l'esito è in quello dell'originale.", report.Plural(t.copied, "riga è inviata da lì", "righe sono inviate da lì"))
	}
	if done == t.total {
		return fmt.Sprintf("%s: nessuna azione necessaria.", report.Plural(t.total, "riga acquisita", "righe, tutte acquisite"))
	}
	said := []string{fmt.Sprintf("Su %s, %s", report.Plural(t.total, "riga", "righe"), report.Plural(done, "acquisita", "acquisite"))}
	for _, part := range []struct {
		n         int
		one, many string
	}{
		{t.correctable, "da correggere (foglio «" + ourfile.SheetToDo + "»)", "da correggere (foglio «" + ourfile.SheetToDo + "»)"},
		{t.final, "respinta senza nulla da correggere", "respinte senza nulla da correggere"},
		{doubts, "incerta (foglio «" + ourfile.SheetDoubts + "»)", "incerte (foglio «" + ourfile.SheetDoubts + "»)"},
		{open, "non inviata, che parte con il prossimo invio", "non inviate, che partono con il prossimo invio"},
	} {
		if part.n > 0 {
			said = append(said, report.Plural(part.n, part.one, part.many))
		}
	}
	return strings.Join(said, ", ") + ": la colonna «" + ourfile.ColumnToDo + "» dice come procedere."
}
