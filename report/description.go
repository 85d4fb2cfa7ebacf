package report

import (
	"fmt"
	"strings"
	"time"

	"voucherbul/batch/journal"
	"voucherbul/batch/platform/esito"
)

// description says in Italian what became of a row. answer is what the platform has written about it: it stands as it came,
// wherever there is one. lost means that nobody knows whether the request was processed.
func (w Words) description(c coded, answer string, lost bool) string {
	switch c.code {
	case journal.UnchangedSince:
		return withLine(w.description(c.from(2), answer, false), "Non inviata di nuovo: la riga non è cambiata da allora"+c.place()+".")
	case journal.CopyChanged:
		return withLine(w.description(c.copied(), answer, false), "La modifica non è stata inviata.")
	case journal.BehindDoubt:
		return w.description(c.from(1), answer, true)
	case journal.NotInList, journal.NotInListToTheEnd, journal.UnclearInList:
		return w.description(c.from(0), answer, true)
	}
	if answer != "" {
		return answer
	}
	switch c.code {
	case journal.NoOrder:
		return c.arg(0)
	case journal.BeforeBooking:
		return fmt.Sprintf("La data di attivazione %s precede la prenotazione, accettata il %s (riga %s, invio %s).", day(c.arg(0)), day(c.arg(1)), c.arg(2), c.arg(3))
	case journal.CopyOfFile:
		return "Il file è una copia di " + c.arg(0) + ": la riga è inviata da lì."
	case journal.TwiceInRun:
		return "Lo stesso ordine è già in questo invio (riga " + c.arg(0) + "): è inviato da lì."
	case journal.TwiceWithOtherData:
		return "Lo stesso ordine è già in questo invio (riga " + c.arg(0) + "), con altri dati: questi non sono stati inviati."
	case journal.InJournal:
		return "La stessa richiesta è già stata accettata il " + w.minute(c.arg(2)) + c.place() + "."
	case journal.AcquiredInRun:
		return "Già acquisita" + c.place() + ": non inviata di nuovo."
	case journal.CorrectedAndAccepted:
		return "Era stata respinta così com'è; corretta, è stata accettata il " + w.minute(c.arg(2)) + c.place() + "."
	case journal.Overtaken:
		return "Superata: una richiesta successiva dello stesso beneficiario (riga " + c.arg(0) + ") è già stata accettata in un invio precedente."
	case journal.ChangedAfterAccepted:
		return "La riga è già acquisita" + c.place() + ": la modifica non è stata inviata."
	case journal.ChangedInDoubt:
		return "La riga è incerta" + c.place() + ": finché non si sa se è stata eseguita, la modifica non viene inviata."
	case journal.Superseded:
		return "Ripresa in un invio successivo" + c.place() + ": vale quell'esito."
	case journal.AwaitsBooking:
		return "Non inviata: la prenotazione è nello stato «" + c.arg(0) + "» (al " + w.minute(c.arg(1)) + "). Si può attivare solo da " + quoted(c.args[min(2, len(c.args)):]) + "."
	case journal.OfferRefused:
		return "Non inviata: la piattaforma ha appena rifiutato la stessa offerta (riga " + c.arg(0) + ")."
	case journal.BehindRow:
		return "Non inviata: aspetta una riga precedente dello stesso beneficiario, che non è ancora definita."
	case journal.BeforeItsTurn:
		return "Non inviata: l'invio si è fermato prima di questa riga. " + c.from(0).motivo()
	case journal.ProgramEnded:
		return "Inviata, ma il programma si è interrotto prima della risposta."
	case journal.FoundInList:
		return "La risposta è andata persa; l'elenco della piattaforma conferma la prenotazione."
	case journal.MarkedExecuted:
		return "Verificata a mano: la piattaforma l'ha eseguita. Nota: " + c.arg(0)
	case journal.MarkedNotExecuted:
		return "Verificata a mano: la piattaforma non l'ha eseguita. Nota: " + c.arg(0)
	}
	if lost && !c.isAnswer() { // whatever a gateway shows to browsers means nothing to a clerk
		return "Inviata, ma la risposta è andata persa."
	}
	return ""
}

// isAnswer reports that the platform itself has answered; of what an older release knew only the texts tell.
func (c coded) isAnswer() bool {
	switch esito.Basis(c.code) {
	case "", esito.BasisEsito, esito.BasisLock, esito.BasisFieldRefused, esito.BasisOKWithError:
		return true
	}
	return false
}

// place names the row of a run that the first two arguments are.
func (c coded) place() string { return " (riga " + c.arg(1) + ", invio " + c.arg(0) + ")" }

// minute is an instant of the journal as the clerk reads it.
func (w Words) minute(instant string) string {
	at, err := time.Parse(time.RFC3339, instant)
	if err != nil {
		return instant
	}
	return at.In(w.Zone).Format("02/01/2006 15:04")
}

// day is a date of the journal as the clerk reads it.
func day(date string) string {
	at, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return date
	}
	return at.Format("02/01/2006")
}

// quoted are names, any of which will do.
func quoted(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return "«" + strings.Join(names, "» o «") + "»"
}

// withLine adds a line to a text.
func withLine(text, line string) string {
	if text == "" {
		return line
	}
	return text + "\n" + line
}
