package report

import (
	"voucherbul/batch/journal"
	"voucherbul/mapping"
	"voucherbul/report/sheet"
)

// problemNote says what was found in a cell, what was expected, and what to do.
func problemNote(p mapping.Problem) sheet.Note {
	title := "Non si può inviare"
	if p.Severity == mapping.Warns {
		title = "Avviso"
	}
	found := "«" + p.Found + "»"
	if p.Found == "" {
		found = "cella vuota"
	}
	n := sheet.Note{{Title: title}, {Title: "Trovato: ", Text: found}, {Title: "Atteso: ", Text: p.Expected}}
	if p.Remedy != "" {
		n = append(n, sheet.NoteLine{Title: "Rimedio: ", Text: p.Remedy})
	}
	return n
}

// answerNote says what the platform has answered about a cell.
func answerNote(r *journal.Row) sheet.Note {
	n := sheet.Note{{Title: r.Esito}, {Title: "Risposta: ", Text: r.Descrizione}}
	if r.Advice != "" {
		n = append(n, sheet.NoteLine{Title: "Cosa fare: ", Text: r.Advice})
	}
	return n
}

// correctionNote says what is sent in place of what the cell has.
func correctionNote(c mapping.Correction) sheet.Note {
	return sheet.Note{{Title: "Corretto dal programma: ", Text: "«" + c.From + "» → «" + c.To + "»"}}
}
