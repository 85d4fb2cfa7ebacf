package outcome

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"voucherbul/batch/journal"
	"voucherbul/mapping"
	"voucherbul/mapping/ourfile"
	"voucherbul/report"
	"voucherbul/report/sheet"
)

// maxBars is how many esiti the chart shows, the most frequent ones.
const maxBars = 10

// summaryWidths are the columns of the first sheet, in characters: a name, a number, and six for tables and charts.
func summaryWidths() []float64 { return []float64{31, 10, 16, 16, 16, 16, 16, 16} }

// writeSummary fills in the first sheet: one sentence, the counts with their charts, and the run in words.
func (o *Outcome) writeSummary(w *sheet.Workbook, t *tally, withoutNote int) error {
	if err := w.Footer(ourfile.SheetSummary, "Esiti di "+filepath.Base(o.File.Path)); err != nil {
		return err
	}
	s, err := w.Sentences(ourfile.SheetSummary, summaryWidths()...)
	if err != nil {
		return err
	}
	s.Title("Esiti di " + filepath.Base(o.File.Path))
	if o.isDemo() {
		s.Sentence("PROVA: righe inviate al simulatore, non alla piattaforma Voucher BUL. Nessun ordine è stato trasmesso.", sheet.Look{Bold: true, Fill: report.FillOf(journal.Rejected)})
	}
	s.Sentence(t.sentence(), sheet.Look{Bold: true})
	if motivo := report.RunMotivo(o.Run); motivo != "" {
		s.Sentence("L'invio si è fermato prima della fine. "+motivo, sheet.Look{Fill: report.FillOf(journal.Pending)})
	}
	report.Unread(s, "Colonne non riconosciute, che non sono state inviate: ", o.File.Unread)
	if withoutNote > 0 {
		s.Sentence(fmt.Sprintf("Nel foglio «%s» hanno una nota %d celle al massimo; le altre (%d) sono colorate, e «%s» dice che cosa farne.", ourfile.SheetToDo, sheet.MaxNotes, withoutNote, ourfile.ColumnToDo), sheet.Look{})
	}
	s.Sentence("", sheet.Look{})
	beside := rowsPerState(s, t)
	s.Sentence("", sheet.Look{})
	report.Remarks(s, o.File.Remarks)
	statesPerOperation(s, t)
	s.Sentence("", sheet.Look{})
	o.perEsito(s, t, beside)
	s.Sentence("", sheet.Look{})
	o.inWords(s, t)
	return s.End()
}

// rowsPerState writes the table of the states. Both charts stand beside it, from the line first on: it is as long as they are.
func rowsPerState(s *sheet.Sentences, t *tally) (first int) {
	first = s.Last() + 1
	s.Row(sheet.Look{Header: true}, ourfile.ColumnState, "Righe")
	var points []string
	for _, state := range journal.States() {
		if n := t.byState[state]; n > 0 && state != journal.Skipped {
			s.Row(sheet.Look{Fill: report.FillOf(state)}, state.Label(), n)
			points = append(points, report.ColoursOf(state).Chart)
		}
	}
	last := s.Last()
	s.Row(sheet.Look{Bold: true}, "Totale", t.total)
	if n := t.byState[journal.Skipped]; n > 0 {
		s.Row(sheet.Look{Fill: report.FillOf(journal.Skipped)}, journal.Skipped.Label()+" (non ordini)", n)
	}
	for s.Last() < first+sheet.ChartRows { // the charts stand beside the table
		s.Row(sheet.Look{}, "")
	}
	if last > first {
		s.Doughnut(first, last, fmt.Sprintf("C%d", first), "Righe per stato", points)
	}
	return first
}

func statesPerOperation(s *sheet.Sentences, t *tally) {
	var states []journal.State
	header := []any{"Operazione", "Totale"}
	for _, state := range journal.States() {
		if t.byState[state] > 0 && state != journal.Skipped {
			states = append(states, state)
			header = append(header, state.Label())
		}
	}
	if len(header) > len(summaryWidths()) { // the last label stands in a column of the usual width, which is too narrow
		s.Height = 2 * sheet.LineHeight
	}
	s.Row(sheet.Look{Header: true}, header...)
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
		s.Row(sheet.Look{}, values...)
	}
}

// perEsito explains every esito that has come, the most frequent first. Their chart begins in the line beside.
func (o *Outcome) perEsito(s *sheet.Sentences, t *tally, beside int) {
	codes := t.esiti()
	if len(codes) == 0 {
		return
	}
	s.Parts(sheet.Look{Header: true}, []int{1, 1, 4, 2}, "Esito", "Righe", "Che cosa significa", "Chi agisce")
	head := s.Last()
	for _, code := range codes {
		known := explained(code)
		s.Parts(sheet.Look{}, []int{1, 1, 4, 2}, code, t.byEsito[code], known.Meaning, known.Acts.Label())
	}
	s.Bars(head, min(s.Last(), head+maxBars), fmt.Sprintf("F%d", beside), "Righe per esito", "1F4E78")
}

// inWords tells the run: what was sent where, when, and how fast.
func (o *Outcome) inWords(s *sheet.Sentences, t *tally) {
	s.Parts(sheet.Look{Header: true}, []int{1, 7}, "Invio", o.Run.ID)
	line := func(name, value string) { s.Parts(sheet.Look{}, []int{1, 7}, name, value) }
	line("File", o.File.Path)
	line("SHA-256 del file", o.File.SHA256)
	if where := environment(o.Run.Environment); where != "" {
		line("Inviato a", where)
	}
	line("Quando", o.when())
	line("Ritmo", o.pace(t))
	line("Esiti scritti il", report.Instant(o.Made, o.Zone))
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
	said := report.Plural(t.requests, "richiesta", "richieste") + limit
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
		return report.Plural(hours, "ora", "ore") + " e " + report.Plural(minutes, "minuto", "minuti")
	case minutes > 0:
		return report.Plural(minutes, "minuto", "minuti") + " e " + report.Plural(seconds, "secondo", "secondi")
	}
	return report.Plural(seconds, "secondo", "secondi")
}
