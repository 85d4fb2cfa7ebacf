package report

import (
	"strings"

	"voucherbul/batch/journal"
	"voucherbul/batch/platform/esito"
	"voucherbul/mapping"
	"voucherbul/mapping/ourfile"
)

// writeLegend fills in the last sheet: what every word of the others means, and how to go on.
func (o *Outcome) writeLegend(w *workbook) error {
	sheet, err := w.narrow(ourfile.SheetLegend)
	if err != nil {
		return err
	}
	if err := w.footer(ourfile.SheetLegend, "Legenda"); err != nil {
		return err
	}
	s, err := newSummaryWriter(w, sheet, 28, 42, 36, 18, 44, 20, 24)
	if err != nil {
		return err
	}
	s.title("Legenda")
	s.heading("Come correggere e inviare di nuovo")
	for _, step := range []string{
		"1. Correggere le celle rosse nel foglio «" + ourfile.SheetToDo + "» (o in «" + ourfile.SheetRows + "»): una nota dice che cosa non va.",
		"2. Salvare questo file con il suo nome. Si può ordinare, filtrare, e togliere righe: la colonna «" + ourfile.IDColumn + "» le riconosce, e non va toccata.",
		"3. Darlo di nuovo al programma, come un file nuovo. Vanno le righe corrette e quelle che possono andare come sono; una riga acquisita non è mai inviata due volte, una respinta e non cambiata non è inviata di nuovo.",
		"4. Se la causa di una riga respinta è stata tolta altrove, per esempio attivando l'offerta sul portale, chi gestisce il programma la invia com'è: voucherbul retry --refused.",
	} {
		s.sentence(step, look{})
	}
	s.heading("Stati")
	s.parts(look{header: true}, part{ourfile.ColumnState, 1}, part{"Che cosa significa", 2}, part{"Che cosa succede dopo", 4})
	for _, state := range journal.States() {
		if state == journal.Sent { // it has the label of another
			continue
		}
		meaning, next := stateMeaning(state)
		s.parts(look{fill: fillOf(state)}, part{state.Label(), 1}, part{meaning, 2}, part{next, 4})
	}
	o.legendOfEsiti(s)
	s.heading("Colonne del foglio «" + ourfile.SheetRows + "», dopo quelle del file")
	s.parts(look{header: true}, part{"Colonna", 1}, part{"Che cosa contiene", 6})
	for _, c := range resultColumns() {
		s.parts(look{}, part{ourfile.OwnTitle(c.name, o.header), 1}, part{c.meaning, 6})
	}
	if s.err != nil {
		return s.err
	}
	return sheet.Flush()
}

// legendOfEsiti are the tables of the platform's answers.
func (o *Outcome) legendOfEsiti(s *summaryWriter) {
	s.heading("Esiti della piattaforma")
	s.parts(look{header: true}, part{"Esito", 1}, part{"Testo della specifica", 1}, part{"Che cosa significa", 1}, part{"Chi agisce", 1}, part{ourfile.ColumnToDo, 1},
		part{"Si può inviare di nuovo", 1}, part{"Colonne da guardare", 1})
	for _, e := range esito.Esiti() {
		s.parts(look{}, part{e.Code, 1}, part{e.Text, 1}, part{e.Meaning, 1}, part{e.Acts.Label(), 1}, part{e.Advice, 1}, part{e.MayGoAgain().Label(), 1}, part{o.called(e.Fields), 1})
	}
	s.heading(esito.CodeState + ": che cosa fare secondo lo stato del voucher")
	s.parts(look{header: true}, part{"Stato del voucher", 1}, part{"Attivazione", 1}, part{"Disdetta", 2}, part{"Cessazione", 3})
	for _, st := range esito.Stati() {
		s.parts(look{}, part{st.Name, 1}, part{st.Attivazione.Advice, 1}, part{st.Disdetta.Advice, 2}, part{st.Cessazione.Advice, 3})
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
func (s *summaryWriter) heading(value string) {
	s.sentence("", look{})
	s.sentence(value, look{bold: true})
}
