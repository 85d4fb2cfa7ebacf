package outcome

import (
	"strings"

	"voucherbul/batch/journal"
	"voucherbul/batch/platform/esito"
	"voucherbul/mapping"
	"voucherbul/mapping/ourfile"
	"voucherbul/report"
	"voucherbul/report/sheet"
)

// writeLegend fills in the last sheet: what every word of the others means, and how to go on.
func (o *Outcome) writeLegend(w *sheet.Workbook) error {
	if err := w.Footer(ourfile.SheetLegend, "Legenda"); err != nil {
		return err
	}
	s, err := w.Sentences(ourfile.SheetLegend, 28, 42, 36, 18, 44, 20, 24)
	if err != nil {
		return err
	}
	s.Title("Legenda")
	heading(s, "Come correggere e inviare di nuovo")
	for _, step := range []string{
		"1. Correggere le celle rosse nel foglio «" + ourfile.SheetToDo + "» (o in «" + ourfile.SheetRows + "»): una nota dice che cosa non va.",
		"2. Salvare questo file con il suo nome. Si può ordinare, filtrare, e togliere righe: la colonna «" + ourfile.IDColumn + "» le riconosce, e non va toccata.",
		"3. Darlo di nuovo al programma, come un file nuovo. Vanno le righe corrette e quelle che possono andare come sono; una riga acquisita non è mai inviata due volte, una respinta e non cambiata non è inviata di nuovo.",
		"4. Se la causa di una riga respinta è stata tolta altrove, per esempio attivando l'offerta sul portale, chi gestisce il programma la invia com'è: voucherbul retry --refused.",
	} {
		s.Sentence(step, sheet.Look{})
	}
	heading(s, "Stati")
	s.Parts(sheet.Look{Header: true}, []int{1, 2, 4}, ourfile.ColumnState, "Che cosa significa", "Che cosa succede dopo")
	for _, state := range journal.States() {
		if state == journal.Sent { // it has the label of another
			continue
		}
		meaning, next := stateMeaning(state)
		s.Parts(sheet.Look{Fill: report.FillOf(state)}, []int{1, 2, 4}, state.Label(), meaning, next)
	}
	o.legendOfEsiti(s)
	heading(s, "Colonne del foglio «"+ourfile.SheetRows+"», dopo quelle del file")
	s.Parts(sheet.Look{Header: true}, []int{1, 6}, "Colonna", "Che cosa contiene")
	for _, c := range resultColumns() {
		s.Parts(sheet.Look{}, []int{1, 6}, ourfile.OwnTitle(c.name, o.header), c.meaning)
	}
	return s.End()
}

// legendOfEsiti are the tables of the platform's answers.
func (o *Outcome) legendOfEsiti(s *sheet.Sentences) {
	heading(s, "Esiti della piattaforma")
	each := []int{1, 1, 1, 1, 1, 1, 1}
	s.Parts(sheet.Look{Header: true}, each, "Esito", "Testo della specifica", "Che cosa significa", "Chi agisce", ourfile.ColumnToDo, "Si può inviare di nuovo", "Colonne da guardare")
	for _, e := range esito.Esiti() {
		s.Parts(sheet.Look{}, each, e.Code, e.Text, e.Meaning, e.Acts.Label(), e.Advice, e.MayGoAgain().Label(), o.called(e.Fields))
	}
	heading(s, esito.CodeState+": che cosa fare secondo lo stato del voucher")
	s.Parts(sheet.Look{Header: true}, []int{1, 1, 2, 3}, "Stato del voucher", "Attivazione", "Disdetta", "Cessazione")
	for _, st := range esito.Stati() {
		s.Parts(sheet.Look{}, []int{1, 1, 2, 3}, st.Name, st.Attivazione.Advice.Text(), st.Disdetta.Advice.Text(), st.Cessazione.Advice.Text())
	}
}

// called are the columns of fields as the export calls them, or their labels where it has none.
func (o *Outcome) called(fields []string) string {
	var names []string
	for _, field := range fields {
		name := o.columnOf(field)
		if f, ok := mapping.FieldNamed(field); ok && name == "" {
			name = f.Label
		}
		names = append(names, name)
	}
	return strings.Join(names, ", ")
}

// heading begins a part of the sheet.
func heading(s *sheet.Sentences, value string) {
	s.Sentence("", sheet.Look{})
	s.Sentence(value, sheet.Look{Bold: true})
}
