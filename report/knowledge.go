package report

import (
	"slices"

	"voucherbul/batch/journal"
	"voucherbul/mapping"
	"voucherbul/mapping/ourfile"
)

// Knowledge is what is known of the platform's answers. Package platform knows it; this one must not ask it.
type Knowledge struct {
	Esiti []KnownEsito // Appendice A, in its order
	Stati []KnownStato // what a state means in which NOK_007 finds a voucher
}

// KnownEsito explains one code. All but Code and Fields is Italian.
type KnownEsito struct {
	Code    string
	Text    string // Appendice A, verbatim
	Meaning string
	Acts    string // who has to do something
	Advice  string
	Again   string // whether the row may be sent again
	Fields  []string
}

// KnownStato says what to do about a state of the voucher, by operation.
type KnownStato struct {
	Name                              string
	Attivazione, Disdetta, Cessazione string
}

// of explains a code; one that the specification does not have is read as it stands.
func (k Knowledge) of(code string) KnownEsito {
	if i := slices.IndexFunc(k.Esiti, func(e KnownEsito) bool { return e.Code == code }); i >= 0 {
		return k.Esiti[i]
	}
	return KnownEsito{Code: code, Meaning: "Codice non previsto dalla specifica: leggere la descrizione.", Acts: "Back office"}
}

// classCorreggibile is the class of package platform for what the back office corrects in the row.
const classCorreggibile = "CORREGGIBILE"

// isCorrectable reports a row that may go once somebody has corrected a cell of it.
func isCorrectable(r journal.Row) bool {
	switch r.State {
	case journal.Invalid:
		return r.Class == classCorreggibile || slices.ContainsFunc(r.Problems, func(p mapping.Problem) bool { return p.Severity == mapping.Blocks })
	case journal.Rejected:
		return r.Class == classCorreggibile || len(r.Fields) > 0
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
