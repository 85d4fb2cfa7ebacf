package check

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"voucherbul/batch/journal"
	"voucherbul/mapping"
	"voucherbul/mapping/ourfile"
	"voucherbul/report"
	"voucherbul/report/sheet"
)

// cause is one thing that is wrong in some rows. A severity of "" = the program has put it right itself.
type cause struct {
	severity mapping.Severity
	column   string
	is       mapping.Cause
}

// What is no Problem, or is not told apart.
const (
	codeCorrected mapping.Code = "corrected"
	codeOther     mapping.Code = "other"
)

// causeCount is how often a cause was met.
type causeCount struct {
	rows     int
	last     int    // line of the latest
	first    []int  // lines of the sheet of the rows, at most examples of them
	expected string // as people read it
	found    string // in the first of them
	remedy   string // of the first of them
}

const (
	examples  = 5
	maxCauses = 2000 // a text that is different in every row must not fill the memory
)

// causes counts the Problems and Corrections of a check.
type causes struct {
	counts map[cause]*causeCount
}

func newCauses() causes { return causes{counts: map[cause]*causeCount{}} }

// add counts a row, which stands in a line of the sheet of the rows.
func (c causes) add(row report.CheckedRow, line int) {
	for _, p := range row.Problems {
		c.count(cause{p.Severity, p.Column, p.Cause()}, p.ExpectedOfAll(), p.Found, p.Remedy, line)
	}
	for _, fix := range row.Corrections {
		c.count(cause{"", fix.Column, mapping.Cause{Code: codeCorrected}}, "corretto dal programma", fix.From+"» → «"+fix.To, "", line)
	}
}

func (c causes) count(one cause, expected, found, remedy string, line int) {
	n := c.counts[one]
	if n == nil {
		if len(c.counts) >= maxCauses {
			one.is, expected = mapping.Cause{Code: codeOther}, "(altre cause: si veda la colonna Problemi)"
			n = c.counts[one]
		}
		if n == nil {
			n = &causeCount{expected: expected, found: found, remedy: remedy}
			c.counts[one] = n
		}
	}
	if n.last == line {
		return // the same cause twice in a row
	}
	n.rows, n.last = n.rows+1, line
	if len(n.first) < examples {
		n.first = append(n.first, line)
	}
}

// sorted gives the causes that block first, and within a severity the most frequent first.
func (c causes) sorted() []cause {
	list := make([]cause, 0, len(c.counts))
	for one := range c.counts {
		list = append(list, one)
	}
	grave := map[mapping.Severity]int{mapping.Blocks: 0, mapping.Warns: 1, "": 2}
	slices.SortFunc(list, func(a, b cause) int {
		return cmp.Or(grave[a.severity]-grave[b.severity], c.counts[b].rows-c.counts[a].rows,
			strings.Compare(a.column, b.column), strings.Compare(c.counts[a].expected, c.counts[b].expected))
	})
	return list
}

// label is the word for a severity, and how its line looks.
func (s cause) label() (string, sheet.Look) {
	switch s.severity {
	case mapping.Blocks:
		return "Blocca l'invio", sheet.Look{Fill: report.ProblemFill(s.severity), Wrap: true}
	case mapping.Warns:
		return "Avviso", sheet.Look{Fill: report.ProblemFill(s.severity), Wrap: true}
	}
	return "Corretta", sheet.Look{Fill: report.FillCorrected, Wrap: true}
}

// writeCauses fills in the second sheet: how the check went, and what the rows have in common. rows is the sheet
// of the rows. moved = some row has another line there than in the export.
func (c Check) writeCauses(w *sheet.Workbook, rows string, counts Counts, found causes, withoutNote int, moved bool) error {
	if err := w.Add(ourfile.SheetCauses); err != nil {
		return err
	}
	widths := []float64{16, 34, 60, 9, 24, 46, 60}
	s, err := w.Sentences(ourfile.SheetCauses, widths...)
	if err != nil {
		return err
	}
	s.Title("Controllo di " + filepath.Base(c.Source))
	s.Sentence(counts.sentence(rows), sheet.Look{})
	s.Sentence("Rosso: la riga non si può inviare. Giallo: si invia, ma è da controllare. Azzurro: il programma ha corretto il valore, e invia quello della nota. I numeri di riga della tabella sono quelli del foglio "+rows+".", sheet.Look{})
	if moved {
		s.Sentence("Il file di partenza ha altre righe sopra o tra gli ordini. Dove una frase dice «riga», anche nella colonna Problemi, è la riga di quel file.", sheet.Look{})
	}
	report.Unread(s, "Colonne non riconosciute, che non vengono inviate: ", report.OwnOf(c.Header).Unread(c.Unread))
	if withoutNote > 0 {
		s.Sentence(fmt.Sprintf("Hanno una nota %d celle al massimo: che cosa non va nelle altre (%d, colorate come le prime) è nelle colonne Problemi e Correzioni.", sheet.MaxNotes, withoutNote),
			sheet.Look{Fill: report.FillOf(journal.Pending)})
	}
	s.Sentence("", sheet.Look{})
	if c.Remarks != nil {
		report.Remarks(s, c.Remarks())
	}
	s.Row(sheet.Look{Header: true}, "Gravità", "Dove", "Che cosa è atteso", "Righe", "Prime righe", "Trovato nella prima", "Che cosa fare")
	for _, one := range found.sorted() {
		n := found.counts[one]
		label, how := one.label()
		value := "«" + sheet.Cut(n.found, sheet.NoteText, "…") + "»"
		if n.found == "" {
			value = "cella vuota"
		}
		s.Height = sheet.HeightOf([]string{one.column, n.expected, value, n.remedy}, sheet.Wrap(0, widths[1]), sheet.Wrap(1, widths[2]), sheet.Wrap(2, widths[5]), sheet.Wrap(3, widths[6]))
		s.Row(how, label, one.column, n.expected, n.rows, n.lines(), value, n.remedy)
	}
	return s.End()
}

// lines names the first rows: "2, 5, 9…".
func (n causeCount) lines() string {
	var lines []string
	for _, line := range n.first {
		lines = append(lines, strconv.Itoa(line))
	}
	s := strings.Join(lines, ", ")
	if n.rows > len(lines) {
		s += "…"
	}
	return s
}

// sentence says in words how the check went; sheet is where the rows are.
func (c Counts) sentence(sheet string) string {
	s := report.Plural(c.Rows, "riga", "righe") + ": " + report.Plural(c.Valid, "valida", "valide") + ", " + report.Plural(c.Invalid, "scartata", "scartate")
	if c.Skipped > 0 {
		s += ", " + report.Plural(c.Skipped, "saltata perché non è un ordine", "saltate perché non sono ordini")
		s += "; una riga resta saltata finché la colonna " + ourfile.ColumnVerdict + " dice " + ourfile.VerdictSkipped
	}
	s += ". Nulla è stato inviato. "
	if c.Invalid == 0 {
		return s + "Non c'è niente da correggere: si può inviare il file di partenza, o questo."
	}
	return s + "Correggere le celle rosse nel foglio " + sheet + ", togliere i filtri se ce ne sono, e dare questo stesso file al programma."
}
