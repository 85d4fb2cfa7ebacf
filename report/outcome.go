package report

import (
	"errors"
	"iter"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"voucherbul/batch/journal"
	"voucherbul/mapping"
)

// Names of the sheets of an outcome workbook.
const (
	SheetSummary = "Riepilogo"
	SheetRows    = "Esiti"
)

// ResultColumns are the columns that follow the file's own in an outcome workbook.
func ResultColumns() []string {
	return []string{"Stato", "Esito", "Descrizione", "Fase operativa", "Cosa fare", "HTTP", "Tentativi", "Data operazione",
		"Data response", "Inviata il", "Correzioni"}
}

// Outcome is what an outcome workbook is made of.
type Outcome struct {
	Run     string
	Source  string // the path of the export
	SHA256  string
	Made    time.Time      // when it is rendered
	Zone    *time.Location // Italian time, in which instants are shown
	Stop    string         // why the run ended early, in Italian; "" = it did not
	Demo    bool           // it was sent to the simulator: nothing has been filed
	Unread  []string       // columns that no field knows
	Remarks []string       // Italian sentences about the file as a whole, such as rows that are no orders
	Header  []string
	Rows    iter.Seq2[journal.Row, error]

	own ownColumns // what is left of Header
}

// WriteOutcome writes the outcome workbook: one line per row of the export, in its order, and a summary. An
// earlier file of the same name is replaced; see [KeepEarlier].
func WriteOutcome(path string, o Outcome) error {
	w := newWorkbook()
	// What a check said before the clerk's corrections would contradict what has become of the row.
	o.own, o.Unread = ownOf(o.Header), withoutOurs(o.Header, o.Unread)
	o.Header = o.own.header
	defer w.Close()
	counts, err := o.write(w, path)
	if err == nil {
		err = o.writeSummary(w, counts)
	}
	if err == nil {
		err = w.sign(excelize.DocProperties{Identifier: o.Run, Title: "Esiti di " + filepath.Base(o.Source)})
	}
	if err == nil {
		err = w.save(path, permissionsOf(o.Source))
	}
	if failed, ok := errors.AsType[*WriteError](err); ok {
		failed.Sent = true
		return err
	}
	if err != nil { // one of the rows stays the journal's within it
		return &WriteError{Path: path, Err: err, Sent: true}
	}
	return nil
}

// write adds the sheets, and fills in the second.
func (o Outcome) write(w *workbook, path string) (*tally, error) {
	if err := errors.Join(w.addSheet(SheetSummary), w.addSheet(SheetRows)); err != nil { // the summary is filled in last
		return nil, err
	}
	header := append(append([]string{}, o.Header...), ResultColumns()...)
	line, err := w.longSheet(SheetRows, path, header, o.width(header))
	if err != nil {
		return nil, err
	}
	styles, long, err := o.resultStyles(w)
	if err != nil {
		return nil, err
	}
	t := newTally()
	cells := make([]string, 0, len(header))
	for row, err := range o.Rows {
		if err != nil {
			return nil, err
		}
		t.add(row)
		cells = append(o.own.fit(cells, row.Cells), o.resultCells(row)...)
		if styles[len(o.Header)], err = w.style(look{bold: true, fill: fillOf(row.State)}); err != nil {
			return nil, err
		}
		noOrder := 0 // plain
		if row.State == journal.Skipped {
			if noOrder, err = w.style(look{fill: fillSkipped}); err != nil {
				return nil, err
			}
		}
		for i := range o.Header {
			styles[i] = noOrder
		}
		line.height = heightOf(cells, long...)
		if err := line.write(cells, styles); err != nil {
			return nil, err
		}
	}
	return t, line.end()
}

// resultWidths are the widths of ResultColumns, in characters.
func resultWidths() map[string]float64 {
	return map[string]float64{"Stato": 17, "Esito": 27, "Descrizione": 60, "Fase operativa": 24, "Cosa fare": 50, "HTTP": 7,
		"Tentativi": 10, "Data operazione": 24, "Data response": 24, "Inviata il": 20, "Correzioni": 70}
}

// width gives the width of every column.
func (o Outcome) width(header []string) func(column int) float64 {
	widths := resultWidths()
	return func(i int) float64 {
		if i < len(o.Header) {
			return sourceWidth(header[i])
		}
		return widths[header[i]]
	}
}

// sourceWidth fits a codice fiscale, or the header where that is longer.
func sourceWidth(name string) float64 { return min(max(float64(len([]rune(name)))+3, 19), 30) }

// resultStyles are the styles of a row, and the columns that hold sentences.
func (o Outcome) resultStyles(w *workbook) (styles []int, long []wrapped, err error) {
	styles = make([]int, len(o.Header)+len(ResultColumns()))
	wrap, err := w.style(look{wrap: true})
	if err != nil {
		return nil, nil, err
	}
	for i, name := range ResultColumns() {
		if name == "Descrizione" || name == "Cosa fare" || name == "Correzioni" {
			styles[len(o.Header)+i] = wrap
			long = append(long, wrapped{len(o.Header) + i, resultWidths()[name]})
		}
	}
	return styles, long, nil
}

// resultCells are the values of ResultColumns, in their order.
func (o Outcome) resultCells(r journal.Row) []string {
	http, attempts := "", ""
	if r.HTTP > 0 {
		http = strconv.Itoa(r.HTTP)
	}
	if r.Attempts > 0 {
		attempts = strconv.Itoa(r.Attempts)
	}
	return []string{r.State.Label(), r.Esito, description(r), r.FaseOperativa, r.Advice, http, attempts, r.DataOperazione, r.DataResponse,
		instant(r.SentAt, o.Zone), corrections(r)}
}

// description is what happened to a row, in Italian.
func description(r journal.Row) string {
	switch {
	case r.Descrizione != "":
		return r.Descrizione
	case r.State == journal.Invalid:
		return sentences(r.Problems, mapping.Blocks)
	case r.State == journal.Uncertain || r.State == journal.Sent:
		return "Inviata, ma la risposta non è arrivata."
	case r.State == journal.Pending || r.State == journal.Planned:
		return "L'invio si è fermato prima di questa riga."
	}
	return ""
}

// corrections lists what was changed in the values of a row, and what is doubtful in them.
func corrections(r journal.Row) string {
	var lines []string
	for _, c := range r.Corrections {
		lines = append(lines, c.String())
	}
	for _, p := range r.Problems {
		if p.Severity == mapping.Warns {
			lines = append(lines, "Avviso: "+p.String())
		}
	}
	return strings.Join(lines, "\n")
}

func sentences(problems []mapping.Problem, severity mapping.Severity) string {
	var lines []string
	for _, p := range problems {
		if p.Severity == severity {
			lines = append(lines, p.String())
		}
	}
	return strings.Join(lines, "\n")
}

// fillOf colours a state: green is done, red needs somebody, yellow is open.
func fillOf(s journal.State) string {
	switch s {
	case journal.Accepted, journal.Already:
		return "C6EFCE"
	case journal.Rejected, journal.Invalid:
		return "FFC7CE"
	case journal.Skipped:
		return fillSkipped
	}
	return "FFEB9C"
}

func instant(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return ""
	}
	return t.In(zone).Format("02/01/2006 15:04:05")
}

// fit gives a row the width of its header: a ragged row keeps its lines below the right titles. It writes over
// buffer, which may be nil.
func fit(buffer, cells []string, width int) []string {
	buffer = append(buffer[:0], cells[:min(len(cells), width)]...)
	for len(buffer) < width {
		buffer = append(buffer, "")
	}
	return buffer
}
