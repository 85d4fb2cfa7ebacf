// Package template writes the workbook that a person fills in: a column for every field, and what goes into it.
//
// It must not know a row or a rule of its own: all that it says comes from the table of fields.
package template

import (
	"strings"

	"voucherbul/mapping"
	"voucherbul/mapping/ourfile"
	"voucherbul/report/sheet"
)

// templateRows is how many rows of the template get a drop-down: more orders than a clerk types by hand.
const templateRows = 5000

// Write writes an empty workbook. It has a column for every field of the operation, or for every field there is where op is
// "". Short lists of values become drop-downs, every header has a note, and a second sheet explains the columns. It has no
// row of examples: one that is forgotten would be sent. A nil catalogue is today's.
func Write(path string, op mapping.Operation, catalogue *mapping.Catalogue) error {
	w := sheet.New()
	err := writeTemplate(w, op, catalogue)
	if err == nil {
		err = writeGuide(w, op, catalogue)
	}
	if err != nil {
		_ = w.Close() // the first error says why
		return err
	}
	return w.Save(path, 0o644)
}

func writeTemplate(w *sheet.Workbook, op mapping.Operation, catalogue *mapping.Catalogue) error {
	var columns []sheet.FormColumn
	for _, f := range catalogue.Fields() {
		if wanted(f, op) {
			values := offered(f, op)
			columns = append(columns, sheet.FormColumn{Title: f.Label, Fill: needOf(f, op).fill(), Note: fieldNote(f), Values: values, Refused: "Valori ammessi: " + strings.Join(values, ", ")})
		}
	}
	return w.Form(ourfile.SheetOrders, templateRows, columns)
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

// offered are the values of a column, where they are few. A template for one operation offers that one: the columns of the
// others are not there.
func offered(f mapping.Field, op mapping.Operation) []string {
	if f.Name == "operazione" && op != "" {
		return []string{string(op)}
	}
	return f.Format.Values
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
func writeGuide(w *sheet.Workbook, op mapping.Operation, catalogue *mapping.Catalogue) error {
	if err := w.Add(ourfile.SheetGuide); err != nil {
		return err
	}
	widths := []float64{28, 24, 48, 26, 56}
	s, err := w.Sentences(ourfile.SheetGuide, widths...)
	if err != nil {
		return err
	}
	name := "Modello degli ordini"
	if op != "" {
		name += ": " + string(op)
	}
	s.Title(name)
	s.Sentence("Un ordine per riga nel foglio "+ourfile.SheetOrders+", sotto l'intestazione. Le celle sono testo: gli zeri iniziali restano, le date si scrivono giorno/mese/anno.", sheet.Look{})
	s.Sentence("Ogni riga ha o il codice fiscale (famiglia) o la partita IVA (impresa). Le colonne possono essere spostate, e quelle facoltative tolte.", sheet.Look{})
	s.Sentence("Intestazione blu scuro: da compilare sempre; azzurra: in alcuni casi; grigia: facoltativa.", sheet.Look{})
	s.Sentence("Gli esempi qui sotto sono inventati e non vengono letti.", sheet.Look{})
	s.Sentence("", sheet.Look{})
	s.Row(sheet.Look{Header: true}, "Colonna", "Da compilare", "Valore", "Esempio", "Nota")
	for _, f := range catalogue.Fields() {
		if !wanted(f, op) {
			continue
		}
		s.Height = sheet.HeightOf([]string{f.Format.Expected, f.Hint}, sheet.Wrap(0, widths[2]), sheet.Wrap(1, widths[4]))
		s.Row(sheet.Look{Wrap: true}, f.Label, string(needOf(f, op)), f.Format.Expected, f.Example, f.Hint)
	}
	return s.End()
}
