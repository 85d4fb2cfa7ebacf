package report

import (
	"errors"
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"

	"voucherbul/mapping"
	"voucherbul/mapping/ourfile"
)

// templateRows is how many rows of the template get a drop-down: more orders than a clerk types by hand.
const templateRows = 5000

// WriteTemplate writes an empty workbook with a column for every field that the operation uses, or for all
// of them where op is "": a drop-down where the values are few, a note on every header, and a sheet that tells
// what goes where. It has no row of examples: one that is forgotten would be sent. A nil catalogue is
// today's.
func WriteTemplate(path string, op mapping.Operation, catalogue *mapping.Catalogue) error {
	w := newWorkbook()
	err := writeTemplate(w, op, catalogue)
	if err == nil {
		err = writeGuide(w, op, catalogue)
	}
	if err != nil {
		_ = w.Close() // the first error says why
		return err
	}
	return w.save(path, 0o644)
}

func writeTemplate(w *workbook, op mapping.Operation, catalogue *mapping.Catalogue) error {
	if err := w.addSheet(ourfile.SheetOrders); err != nil {
		return err
	}
	plain, err := w.style(look{})
	if err != nil {
		return err
	}
	column := 0
	for _, f := range catalogue.Fields() {
		if !wanted(f, op) {
			continue
		}
		column++
		letter, err := excelize.ColumnNumberToName(column)
		if err != nil {
			return err
		}
		header, err := w.style(look{header: true, fill: needOf(f, op).fill()})
		if err != nil {
			return err
		}
		note := excelize.Comment{Cell: letter + "1", Author: "voucherbul", Width: 320, Height: 150, Paragraph: []excelize.RichTextRun{{Text: fieldNote(f)}}}
		if err := errors.Join(w.SetCellStr(ourfile.SheetOrders, letter+"1", f.Label),
			w.SetColStyle(ourfile.SheetOrders, letter, plain), // text keeps the leading zeros of CAP, ISTAT codes and partita IVA
			w.SetCellStyle(ourfile.SheetOrders, letter+"1", letter+"1", header),
			w.SetColWidth(ourfile.SheetOrders, letter, letter, max(14, float64(len([]rune(f.Label)))+3)),
			w.AddComment(ourfile.SheetOrders, note), dropDown(w, letter, f, op)); err != nil {
			return err
		}
	}
	return errors.Join(w.SetSheetDimension(ourfile.SheetOrders, ""), // the library would say that the sheet is one cell
		w.SetPanes(ourfile.SheetOrders, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}))
}

// wanted leaves out the operator's own partita IVA, which the configuration knows, and what the operation of the
// template does not use.
func wanted(f mapping.Field, op mapping.Operation) bool {
	switch {
	case f.Name == "partitaIvaOperatore":
		return false
	case op == "":
		return true
	}
	return f.Name == "operazione" || f.Used().Has(op, mapping.Famiglia) || f.Used().Has(op, mapping.Impresa)
}

// need says who must fill in a column of the template.
type need string

const (
	always       need = "sì"
	forFamiglia  need = "per le famiglie"
	forImpresa   need = "per le imprese"
	perOperation need = "dipende dall'operazione"
	optional     need = "no"
)

// needOf answers for one operation, or for all of them where op is "".
func needOf(f mapping.Field, op mapping.Operation) need {
	if f.Name == "operazione" { // without it the command line must say it
		return always
	}
	operations := mapping.Operations()
	if op != "" {
		operations = []mapping.Operation{op}
	}
	var answer need
	for i, op := range operations {
		famiglia, impresa := f.Required.Has(op, mapping.Famiglia), f.Required.Has(op, mapping.Impresa)
		here := optional
		switch {
		case famiglia && impresa:
			here = always
		case famiglia:
			here = forFamiglia
		case impresa:
			here = forImpresa
		}
		if i > 0 && here != answer {
			return perOperation
		}
		answer = here
	}
	return answer
}

// fill colours a header: dark is always needed, grey never.
func (n need) fill() string {
	switch n {
	case always:
		return "" // as every header
	case optional:
		return "7F7F7F"
	}
	return "2E75B6"
}

// dropDown offers the values of a column, where they are few. A template for one operation offers that one: the
// columns of the others are not there.
func dropDown(w *workbook, letter string, f mapping.Field, op mapping.Operation) error {
	values := f.Format.Values
	if f.Name == "operazione" && op != "" {
		values = []string{string(op)}
	}
	if len(values) == 0 {
		return nil
	}
	v := excelize.NewDataValidation(true)
	v.SetSqref(fmt.Sprintf("%s2:%s%d", letter, letter, templateRows+1))
	if err := v.SetDropList(values); err != nil {
		return err
	}
	v.SetError(excelize.DataValidationErrorStyleStop, f.Label, "Valori ammessi: "+strings.Join(values, ", "))
	return w.AddDataValidation(ourfile.SheetOrders, v)
}

// fieldNote is the help of a column, made from the field table.
func fieldNote(f mapping.Field) string {
	lines := []string{f.Label + " (" + f.Name + ")", "Valore: " + f.Format.Expected, "Esempio: " + f.Example}
	if f.Hint != "" {
		lines = append(lines, f.Hint)
	}
	if f.Name != "operazione" {
		lines = append(lines, where("Obbligatoria", f.Required), where("Facoltativa", f.Optional))
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

// where lists the operations and kinds of a set of uses; "" where it is empty.
func where(title string, uses mapping.Uses) string {
	var places []string
	for _, op := range mapping.Operations() {
		famiglia, impresa := uses.Has(op, mapping.Famiglia), uses.Has(op, mapping.Impresa)
		switch {
		case famiglia && impresa:
			places = append(places, string(op))
		case famiglia:
			places = append(places, string(op)+" (famiglia)")
		case impresa:
			places = append(places, string(op)+" (impresa)")
		}
	}
	if len(places) == 0 {
		return ""
	}
	return title + ": " + strings.Join(places, ", ")
}

// writeGuide explains the columns, one per line: written this way the examples cannot be read as an order.
func writeGuide(w *workbook, op mapping.Operation, catalogue *mapping.Catalogue) error {
	sheet, err := w.narrowSheet(ourfile.SheetGuide)
	if err != nil {
		return err
	}
	widths := []float64{28, 24, 48, 26, 56}
	s, err := newSummaryWriter(w, sheet, widths...)
	if err != nil {
		return err
	}
	name := "Modello degli ordini"
	if op != "" {
		name += ": " + string(op)
	}
	s.title(name)
	s.sentence("Un ordine per riga nel foglio "+ourfile.SheetOrders+", sotto l'intestazione. Le celle sono testo: gli zeri iniziali restano, le date si scrivono giorno/mese/anno.", look{})
	s.sentence("Ogni riga ha o il codice fiscale (famiglia) o la partita IVA (impresa). Le colonne possono essere spostate, e quelle facoltative tolte.", look{})
	s.sentence("Intestazione blu scuro: da compilare sempre; azzurra: in alcuni casi; grigia: facoltativa.", look{})
	s.sentence("Gli esempi qui sotto sono inventati e non vengono letti.", look{})
	s.sentence("", look{})
	s.row(look{header: true}, "Colonna", "Da compilare", "Valore", "Esempio", "Nota")
	for _, f := range catalogue.Fields() {
		if !wanted(f, op) {
			continue
		}
		s.height = heightOf([]string{f.Format.Expected, f.Hint}, wrapped{0, widths[2]}, wrapped{1, widths[4]})
		s.row(look{wrap: true}, f.Label, string(needOf(f, op)), f.Format.Expected, f.Example, f.Hint)
	}
	if s.err != nil {
		return s.err
	}
	return sheet.Flush()
}
