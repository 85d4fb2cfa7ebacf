package report

import (
	"fmt"
	"path/filepath"
	"slices"

	"voucherbul/batch/journal"
	"voucherbul/mapping"
)

// tally counts rows while they are written.
type tally struct {
	total   int
	copied  int // rows whose outcome stands in that of another file
	byState map[journal.State]int
	byKind  map[mapping.Operation]map[journal.State]int
	byEsito map[string]int
}

func newTally() *tally {
	return &tally{byState: map[journal.State]int{}, byKind: map[mapping.Operation]map[journal.State]int{}, byEsito: map[string]int{}}
}

func (t *tally) add(r journal.Row) {
	t.byState[r.State]++
	if r.State == journal.Skipped { // no order: it stands apart
		return
	}
	t.total++
	if r.Reason == journal.ReasonCopy {
		t.copied++
	}
	if t.byKind[r.Operation] == nil {
		t.byKind[r.Operation] = map[journal.State]int{}
	}
	t.byKind[r.Operation][r.State]++
	if r.Esito != "" {
		t.byEsito[r.Esito]++
	}
}

// writeSummary fills in the first sheet: one sentence, then the counts.
func (o Outcome) writeSummary(w *workbook, t *tally) error {
	sheet, err := w.narrow(SheetSummary)
	if err != nil {
		return err
	}
	s, err := newSummaryWriter(w, sheet, 30, 16, 16, 16, 16, 16, 16, 16)
	if err != nil {
		return err
	}
	s.title("Esiti di " + filepath.Base(o.Source))
	if o.Demo {
		s.sentence("PROVA: righe inviate al simulatore, non alla piattaforma Voucher BUL. Nessun ordine è stato trasmesso.", look{bold: true, fill: fillOf(journal.Rejected)})
	}
	s.sentence(t.sentence(), look{})
	if o.Stop != "" {
		s.sentence("L'invio si è fermato prima della fine. "+o.Stop, look{fill: fillOf(journal.Pending)})
	}
	s.unread(o.Unread, "Colonne non riconosciute, che non sono state inviate: ")
	s.sentence("", look{})
	s.row(look{header: true}, "Stato", "Righe")
	for _, state := range journal.States() {
		if n := t.byState[state]; n > 0 && state != journal.Skipped {
			s.row(look{fill: fillOf(state)}, state.Label(), n)
		}
	}
	s.row(look{bold: true}, "Totale", t.total)
	if n := t.byState[journal.Skipped]; n > 0 {
		s.row(look{fill: fillOf(journal.Skipped)}, journal.Skipped.Label()+" (non ordini)", n)
	}
	s.sentence("", look{})
	s.remarks(o.Remarks)
	s.perOperation(t)
	s.sentence("", look{})
	s.perEsito(t)
	s.sentence("", look{})
	s.row(look{}, "Invio", o.Run)
	s.row(look{}, "Esiti scritti il", instant(o.Made, o.Zone))
	s.row(look{}, "SHA-256 del file", o.SHA256)
	if s.err != nil {
		return s.err
	}
	return sheet.Flush()
}

// sentence says in words how it went.
func (t *tally) sentence() string {
	done := t.byState[journal.Accepted] + t.byState[journal.Already]
	toDo := t.byState[journal.Rejected] + t.byState[journal.Invalid]
	open := t.total - done - toDo
	if t.copied > 0 {
		return fmt.Sprintf("Il file è una copia di un altro dello stesso invio: %s, e l'esito è in quello dell'originale.", plural(t.copied, "riga è inviata da lì", "righe sono inviate da lì"))
	}
	if done == t.total {
		return fmt.Sprintf("%s: nessuna azione necessaria.", plural(t.total, "riga acquisita", "righe, tutte acquisite"))
	}
	s := fmt.Sprintf("Su %s, %s", plural(t.total, "riga", "righe"), plural(done, "acquisita", "acquisite"))
	if toDo > 0 {
		s += fmt.Sprintf(", %d da correggere o da leggere", toDo)
	}
	if open > 0 {
		s += ", " + plural(open, "ancora aperta", "ancora aperte")
	}
	return s + ": la colonna «Cosa fare» del foglio Esiti dice come procedere."
}

func (s *summaryWriter) perOperation(t *tally) {
	var states []journal.State
	header := []any{"Operazione"}
	for _, state := range journal.States() {
		if t.byState[state] > 0 && state != journal.Skipped {
			states = append(states, state)
			header = append(header, state.Label())
		}
	}
	s.row(look{header: true}, append(header, "Totale")...)
	for _, op := range append(mapping.Operations(), "") {
		if t.byKind[op] == nil {
			continue
		}
		name, total := string(op), 0
		if op == "" {
			name = "(non riconosciuta)"
		}
		values := []any{name}
		for _, state := range states {
			total += t.byKind[op][state]
			values = append(values, t.byKind[op][state])
		}
		s.row(look{}, append(values, total)...)
	}
}

func (s *summaryWriter) perEsito(t *tally) {
	if len(t.byEsito) == 0 {
		return
	}
	codes := make([]string, 0, len(t.byEsito))
	for code := range t.byEsito {
		codes = append(codes, code)
	}
	slices.Sort(codes)
	s.row(look{header: true}, "Esito", "Righe")
	for _, code := range codes {
		s.row(look{}, code, t.byEsito[code])
	}
}
