package report

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"voucherbul/batch/journal"
	"voucherbul/mapping"
	"voucherbul/mapping/ourfile"
)

// summaryWidths are the columns of the first sheet, in characters: a name, a number, and six for tables and charts.
func summaryWidths() []float64 { return []float64{31, 10, 16, 16, 16, 16, 16, 16} }

// writeSummary fills in the first sheet: one sentence, the counts with their charts, and the run in words.
func (o *Outcome) writeSummary(w *workbook, t *tally, withoutNote int) error {
	sheet, err := w.narrow(ourfile.SheetSummary)
	if err != nil {
		return err
	}
	if err := w.footer(ourfile.SheetSummary, "Esiti di "+filepath.Base(o.File.Path)); err != nil {
		return err
	}
	s, err := newSummaryWriter(w, sheet, summaryWidths()...)
	if err != nil {
		return err
	}
	s.title("Esiti di " + filepath.Base(o.File.Path))
	if o.isDemo() {
		s.sentence("PROVA: righe inviate al simulatore, non alla piattaforma Voucher BUL. Nessun ordine è stato trasmesso.", look{bold: true, fill: fillOf(journal.Rejected)})
	}
	s.sentence(t.sentence(), look{bold: true})
	if o.Run.Motivo != "" {
		s.sentence("L'invio si è fermato prima della fine. "+o.Run.Motivo, look{fill: fillOf(journal.Pending)})
	}
	s.unread(o.File.Unread, "Colonne non riconosciute, che non sono state inviate: ")
	if withoutNote > 0 {
		s.sentence(fmt.Sprintf("Nel foglio «%s» hanno una nota %d celle al massimo; le altre (%d) sono colorate, e «%s» dice che cosa farne.", ourfile.SheetToDo, maxNotes, withoutNote, ourfile.ColumnToDo), look{})
	}
	s.sentence("", look{})
	beside := s.perState(t)
	s.sentence("", look{})
	s.remarks(o.File.Remarks)
	s.perOperation(t)
	s.sentence("", look{})
	o.perEsito(s, t, beside)
	s.sentence("", look{})
	o.inWords(s, t)
	if s.err != nil {
		return s.err
	}
	return sheet.Flush()
}

// perState is the table of the states, with the room for both charts beside it, which begins in the line that is returned.
func (s *summaryWriter) perState(t *tally) (first int) {
	first = s.line + 1
	s.row(look{header: true}, ourfile.ColumnState, "Righe")
	var points []string
	for _, state := range journal.States() {
		if n := t.byState[state]; n > 0 && state != journal.Skipped {
			s.row(look{fill: fillOf(state)}, state.Label(), n)
			points = append(points, coloursOf(state).chart)
		}
	}
	last := s.line
	s.row(look{bold: true}, "Totale", t.total)
	if n := t.byState[journal.Skipped]; n > 0 {
		s.row(look{fill: fillOf(journal.Skipped)}, journal.Skipped.Label()+" (non ordini)", n)
	}
	for s.line < first+chartRows { // the charts stand beside the table
		s.row(look{}, "")
	}
	if last > first && s.err == nil {
		s.err = s.w.stateChart(first, last, points)
	}
	return first
}

func (s *summaryWriter) perOperation(t *tally) {
	var states []journal.State
	header := []any{"Operazione", "Totale"}
	for _, state := range journal.States() {
		if t.byState[state] > 0 && state != journal.Skipped {
			states = append(states, state)
			header = append(header, state.Label())
		}
	}
	if len(header) > len(s.widths) { // the last word finds no column of its width
		s.height = 2 * lineHeight
	}
	s.row(look{header: true}, header...)
	for _, op := range append(mapping.Operations(), "") {
		if t.byKind[op] == nil {
			continue
		}
		name, total := string(op), 0
		if op == "" {
			name = "(non riconosciuta)"
		}
		values := []any{name, 0}
		for _, state := range states {
			total += t.byKind[op][state]
			values = append(values, t.byKind[op][state])
		}
		values[1] = total
		s.row(look{}, values...)
	}
}

// perEsito explains every esito that has come, the most frequent first, and makes their chart, which begins in the line beside.
func (o *Outcome) perEsito(s *summaryWriter, t *tally, beside int) {
	codes := t.esiti()
	if len(codes) == 0 {
		return
	}
	s.parts(look{header: true}, part{"Esito", 1}, part{"Righe", 1}, part{"Che cosa significa", 4}, part{"Chi agisce", 2})
	first := s.line + 1
	for _, code := range codes {
		known := explained(code)
		s.parts(look{}, part{code, 1}, part{t.byEsito[code], 1}, part{known.Meaning, 4}, part{known.Acts.Label(), 2})
	}
	if s.err == nil {
		s.err = s.w.esitoChart(beside, first, min(s.line, first+maxBars-1))
	}
}

// inWords tells the run: what was sent where, when, and how fast.
func (o *Outcome) inWords(s *summaryWriter, t *tally) {
	s.parts(look{header: true}, part{"Invio", 1}, part{o.Run.ID, 7})
	line := func(name, value string) { s.parts(look{}, part{name, 1}, part{value, 7}) }
	line("File", o.File.Path)
	line("SHA-256 del file", o.File.SHA256)
	if where := environment(o.Run.Environment); where != "" {
		line("Inviato a", where)
	}
	line("Quando", o.when())
	line("Ritmo", o.pace(t))
	line("Esiti scritti il", instant(o.Made, o.Zone))
}

// environment says in words where a run was sent.
func environment(name string) string {
	switch name {
	case "":
		return ""
	case journal.Production:
		return "Piattaforma Voucher BUL, ambiente di produzione."
	case journal.Test:
		return "Ambiente di collaudo, comune a tutti gli operatori: non vale come invio."
	case journal.Simulator:
		return "Simulatore su questa macchina: non vale come invio."
	}
	return "Server " + name + "."
}

// when says from when to when the run went.
func (o *Outcome) when() string {
	if o.Run.StartedAt.IsZero() {
		return "Non si sa."
	}
	from := o.Run.StartedAt.In(o.Zone)
	if o.Run.EndedAt.IsZero() {
		return "Dal " + from.Format("02/01/2006 15:04:05") + "; non è finito."
	}
	to := o.Run.EndedAt.In(o.Zone)
	day := ""
	if from.Format("02/01/2006") != to.Format("02/01/2006") {
		day = "del " + to.Format("02/01/2006") + " "
	}
	return fmt.Sprintf("Il %s, dalle %s alle %s%s: %s.", from.Format("02/01/2006"), from.Format("15:04:05"), day, to.Format("15:04:05"), duration(to.Sub(from)))
}

// pace says how fast rows were sent, and how fast they might have been.
func (o *Outcome) pace(t *tally) string {
	limit := ""
	switch {
	case o.Run.Rate == 0:
		limit = ", senza un limite"
	case o.Run.Rate > 0:
		limit = ", al massimo " + decimal(o.Run.Rate) + " al secondo"
	}
	if t.requests == 0 {
		return "Nessuna richiesta" + limit + "."
	}
	said := plural(t.requests, "richiesta", "richieste") + limit
	if span := t.lastAnswer.Sub(t.firstSent); t.requests > 1 && span >= time.Second {
		said += "; in media " + decimal(float64(t.requests)/span.Seconds()) + " al secondo"
	}
	return said + "."
}

// decimal is a number as Italians write it, with at most one digit after the comma.
func decimal(f float64) string {
	text := strings.TrimSuffix(strconv.FormatFloat(f, 'f', 1, 64), ".0")
	return strings.Replace(text, ".", ",", 1)
}

// duration is a length of time in words.
func duration(d time.Duration) string {
	d = d.Round(time.Second)
	hours, minutes, seconds := int(d.Hours()), int(d.Minutes())%60, int(d.Seconds())%60
	switch {
	case hours > 0:
		return plural(hours, "ora", "ore") + " e " + plural(minutes, "minuto", "minuti")
	case minutes > 0:
		return plural(minutes, "minuto", "minuti") + " e " + plural(seconds, "secondo", "secondi")
	}
	return plural(seconds, "secondo", "secondi")
}
