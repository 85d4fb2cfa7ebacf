package report

import (
	"cmp"
	"strings"

	"voucherbul/batch/journal"
	"voucherbul/batch/platform/esito"
	"voucherbul/mapping"
)

// adviceDoubt is for rows whose answer was lost.
const adviceDoubt = "Non si sa se la piattaforma l'ha eseguita: non inviarla di nuovo a mano. Il prossimo invio la verifica da solo; se serve prima, guardare sul portale Voucher BUL."

// advice says in Italian what the back office does about a row; "" = nothing.
func (w Words) advice(c coded, r *journal.Row) string {
	if isLost(r) {
		if c.code == journal.BehindDoubt && c.from(1).code == "" { // nothing is known of it yet
			return ""
		}
		return adviceDoubt
	}
	switch c.code {
	case journal.RuleBroken:
		return remedies(r.Problems)
	case journal.BeforeBooking:
		return "Correggere la data di attivazione, poi inviare di nuovo la riga."
	case journal.CopyOfFile:
		return "L'esito è quello di " + c.arg(0) + ": leggere quel file."
	case journal.TwiceInRun:
		return "L'esito è quello di quella riga."
	case journal.TwiceWithOtherData:
		return "Inviare uno solo dei file degli esiti in cui c'è l'ordine."
	case journal.CopyChanged:
		return "Correggere la riga nell'esito dell'originale."
	case journal.InJournal, journal.CorrectedAndAccepted:
		return "Nessuna azione: la riga non è stata inviata di nuovo."
	case journal.Overtaken:
		return "Nessuna azione. Se la richiesta serve davvero, inviarla in un file a sé."
	case journal.ChangedAfterAccepted:
		return "Un ordine accettato non si cambia inviandolo di nuovo: disdirlo, e inviare quello nuovo in un file a sé."
	case journal.ChangedInDoubt:
		return "Aspettare che la riga sia definita, poi correggerla se serve."
	case journal.UnchangedSince:
		return w.advice(c.from(2), r)
	case journal.Superseded:
		return "Nessuna azione: leggere l'esito di quell'invio."
	case journal.AwaitsBooking:
		return "Nessuna azione: inviare di nuovo il file tra qualche giorno, parte da sola appena la prenotazione è confermata."
	case journal.OfferRefused:
		return "Correggere il codice offerta, o attivare l'offerta sul portale, e inviare di nuovo il file."
	case journal.BehindRow:
		return "Nessuna correzione: definita quella riga, inviare di nuovo il file."
	case journal.BeforeItsTurn:
		return "Nessuna correzione: chi gestisce il programma fa ripartire l'invio."
	case journal.NotInListToTheEnd:
		return "Non risulta eseguita dopo tutti i tentativi: inviare di nuovo più tardi; se si ripete, aprire una segnalazione a Infratel."
	case journal.MarkedNotExecuted:
		return "Inviare di nuovo il file: la riga riparte da sola."
	case journal.RefusedInList, journal.RefusedNotInList:
		return w.answerAdvice(c, r)
	}
	switch esito.Basis(c.code) {
	case esito.BasisEsito:
		return w.answerAdvice(c, r)
	case esito.BasisLock:
		return "La piattaforma sta ancora elaborando una richiesta del cliente: inviare di nuovo più tardi."
	case esito.BasisFieldRefused:
		return "Errore di configurazione, non della riga: avvisare chi gestisce il programma."
	case esito.BasisUnexpected:
		return "Risposta non prevista dalla specifica: mostrarla a chi gestisce il programma."
	}
	return ""
}

// remedies tells a clerk what to do with a row that breaks our rules, column by column.
func remedies(problems []mapping.Problem) string {
	var lines []string
	for _, p := range problems {
		if p.Severity == mapping.Blocks {
			lines = append(lines, p.Column+": "+p.Remedy+".")
		}
	}
	return strings.Join(append(lines, "Poi inviare di nuovo la riga."), "\n")
}

// answerAdvice is the advice about an answer of the platform, in the words of the export.
func (w Words) answerAdvice(c coded, r *journal.Row) string {
	advice := "Codice non previsto dalla specifica: leggere la descrizione e, se non basta, chiedere a Infratel."
	if e, ok := esito.Called(r.Esito); ok {
		advice = e.Advice
	}
	switch which := c.which(); which {
	case "", esito.AdviceDatePrenotazione:
	case esito.AdviceNamed:
		names := make([]string, 0, len(c.args))
		for _, name := range c.args[1:] {
			names = append(names, w.called(name))
		}
		return "Correggere e inviare di nuovo: " + strings.Join(names, ", ") + "."
	case esito.AdviceRelatives:
		where := ""
		if column := w.Columns[mapping.Relatives]; column != "" {
			where = " (" + column + ")"
		}
		return "Hanno già un voucher: " + strings.Join(c.args[1:], ", ") + where + ". " + advice
	case esito.AdviceDone:
		advice = "L'invio precedente risulta eseguito: nessuna azione."
	case esito.AdviceDoneLook:
		advice = "L'invio precedente risulta eseguito: verificare sul portale Voucher BUL."
	case esito.AdviceDateDisdetta:
		advice = "La riga non contiene date: avvisare chi gestisce il programma."
	default:
		advice = which.Text()
	}
	var columns []string
	for _, name := range r.Fields {
		if column := w.Columns[name]; column != "" {
			columns = append(columns, "«"+column+"»")
		}
	}
	switch len(columns) {
	case 0:
		return advice
	case 1:
		return advice + " Colonna: " + columns[0] + "."
	}
	return advice + " Colonne: " + strings.Join(columns, ", ") + "."
}

// called is what the export calls a field; what is none goes by its name.
func (w Words) called(name string) string {
	f, ok := mapping.FieldNamed(name)
	if !ok {
		return name
	}
	return cmp.Or(w.Columns[name], f.Label)
}
