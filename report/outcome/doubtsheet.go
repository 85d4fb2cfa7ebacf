package outcome

import (
	"fmt"
	"path/filepath"
	"strconv"

	"voucherbul/batch/journal"
	"voucherbul/mapping"
	"voucherbul/mapping/ourfile"
	"voucherbul/report"
	"voucherbul/report/sheet"
)

// doubtSheet lists the rows in doubt: what to look up about each, where, and how to report the finding.
type doubtSheet struct {
	*sheet.Series
	o      *Outcome
	wrap   int
	long   []sheet.Wrapped
	styles []int
}

func (o *Outcome) newDoubtSheet(w *sheet.Workbook, path string) (*doubtSheet, error) {
	header := []string{ourfile.ColumnRow, "Operazione", ourfile.ColumnBeneficiary, ourfile.ColumnSentAt, "Che cosa cercare, e dove", "Che cosa farne", "Prossima verifica automatica"}
	widths := []float64{7, 14, 19, 20, 48, 76, 32}
	s := &doubtSheet{o: o, styles: make([]int, len(header)), long: []sheet.Wrapped{sheet.Wrap(4, widths[4]), sheet.Wrap(5, widths[5]), sheet.Wrap(6, widths[6])}}
	var err error
	if s.Series, err = w.Series(ourfile.SheetDoubts, path, header, func(i int) float64 { return widths[i] }); err != nil {
		return nil, err
	}
	s.Before, s.Table, s.Footer = ourfile.SheetLegend, "DaVerificare", "Da verificare di "+filepath.Base(o.File.Path)
	if o.capacity > 0 {
		s.Capacity = o.capacity
	}
	s.wrap, err = w.Style(sheet.Look{Wrap: true})
	for _, c := range s.long {
		s.styles[c.Column] = s.wrap
	}
	return s, err
}

// add writes a row, if it is in doubt.
func (s *doubtSheet) add(r *journal.Row) error {
	if r.State != journal.Uncertain && r.State != journal.Sent {
		return nil
	}
	to, err := s.Sheet()
	if err != nil {
		return err
	}
	next := "con il prossimo invio, o con «voucherbul resolve»"
	if !r.NotBefore.IsZero() && r.NotBefore.After(s.o.Made) {
		next += ", non prima del " + report.Instant(r.NotBefore, s.o.Zone)
	}
	run, number := s.o.Run.ID, r.Number
	if doubt, ok := r.Doubt(); ok && r.Attempts == 0 { // it waits for that
		run, number = doubt.ID.Run, doubt.Number
	}
	mark := func(what string) string {
		return fmt.Sprintf("voucherbul resolve --mark %s %s %d --note \"…\"", what, run, number)
	}
	cells := []string{strconv.Itoa(r.Number), string(r.Operation), r.Beneficiario, report.Instant(r.SentAt, s.o.Zone), s.o.lookFor(r),
		"Non inviarla di nuovo a mano. Se c'è, chi gestisce il programma lo scrive con\n" + mark("executed") + "\nSe non c'è, con\n" + mark("not-executed"), next}
	to.Height = sheet.HeightOf(cells, s.long...)
	return to.Write(cells, s.styles)
}

// lookFor says what a person looks up on the portal to know whether a request was executed.
func (o *Outcome) lookFor(r *journal.Row) string {
	const where = "Portale Voucher BUL, «Visualizza le richieste voucher»: "
	who := r.Beneficiario
	switch r.Operation {
	case mapping.OperationPrenotazione:
		return where + "una prenotazione di " + who + " di questo operatore, del " + report.Instant(r.FirstSentAt, o.Zone) + " o di poco dopo."
	case mapping.OperationAttivazione:
		return where + "il voucher di " + who + " risulta attivato?"
	case mapping.OperationCessazione:
		return where + "il voucher di " + who + " risulta cessato?"
	case mapping.OperationDisdetta:
		return where + "la prenotazione di " + who + " risulta disdetta?"
	}
	return where + "la richiesta di " + string(r.Operation) + " di " + who + " risulta eseguita?"
}
