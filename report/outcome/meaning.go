package outcome

import (
	"slices"

	"voucherbul/batch/journal"
	"voucherbul/batch/platform/esito"
	"voucherbul/mapping"
	"voucherbul/mapping/ourfile"
)

// explained is what is known of a code; one that the specification does not have is read as it stands.
func explained(code string) esito.Esito {
	if e, ok := esito.Called(code); ok {
		return e
	}
	return esito.Esito{Code: code, Meaning: "Codice non previsto dalla specifica: leggere la descrizione.", Acts: esito.BackOffice}
}

// isCorrectable reports a row that may go once somebody has corrected a cell of it.
func isCorrectable(r journal.Row) bool {
	switch r.State {
	case journal.Invalid:
		return r.Class == string(esito.Correggibile) || slices.ContainsFunc(r.Problems, func(p mapping.Problem) bool { return p.Severity == mapping.Blocks })
	case journal.Rejected:
		return r.Class == string(esito.Correggibile) || len(r.Fields) > 0
	}
	return false
}

// stateMeaning says what a state means, and what comes next.
func stateMeaning(s journal.State) (meaning, next string) {
	switch s {
	case journal.Accepted:
		return "La piattaforma ha accettato la richiesta.", "Niente. Per una prenotazione si attende l'esito ISEE."
	case journal.Already:
		return "La piattaforma, o un invio precedente, ha già questa richiesta: non è stata inviata due volte.", "Niente."
	case journal.Rejected:
		return "La piattaforma ha rifiutato la richiesta: l'esito dice perché.", "Leggere «Cosa fare»; se si può correggere, la riga è anche nel foglio «" + ourfile.SheetToDo + "»."
	case journal.Invalid:
		return "La riga non rispetta una regola e non è stata inviata.", "Correggerla nel foglio «" + ourfile.SheetToDo + "» e inviare di nuovo questo file."
	case journal.Uncertain, journal.Sent:
		return "È stata inviata, ma la risposta è andata persa: non si sa se la piattaforma l'ha eseguita.", "Non inviarla a mano. Il prossimo invio la verifica da solo; si veda il foglio «" + ourfile.SheetDoubts + "»."
	case journal.Planned:
		return "Non è ancora stata inviata: l'invio non è finito, o si è interrotto.", "Niente da correggere: parte da sola con il prossimo invio."
	case journal.Pending:
		return "Non è stata inviata: l'invio si è fermato prima, o la riga deve aspettare.", "Niente da correggere: parte da sola con il prossimo invio."
	case journal.Skipped:
		return "Non è un ordine (un totale, un'intestazione ripetuta): non è stata inviata.", "Niente."
	}
	return "", ""
}
