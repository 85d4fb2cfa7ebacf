package platform

import (
	"strings"

	"voucherbul/mapping"
)

// stateIn is the state X that a NOK_007 names; "" where it names none.
func stateIn(descrizione string) string {
	if m := stateText.FindStringSubmatch(descrizione); m != nil {
		return m[1]
	}
	return ""
}

// What the back office is told about a state that does not permit the request (rules.md 3.1).
const (
	adviceWait       = "La pratica è ancora in lavorazione sulla piattaforma: inviare di nuovo tra qualche giorno."
	adviceDisdetta   = "Il voucher non è attivo: inviare una disdetta invece della cessazione."
	adviceCessazione = "Il voucher è attivo: inviare una cessazione invece della disdetta."
	adviceNew        = "La prenotazione non è più valida: inviare una nuova prenotazione."
	adviceNothing    = "È già nello stato richiesto: nessuna azione."
	adviceTicket     = "Risposta in contrasto con lo stato della richiesta: aprire una segnalazione a Infratel."
	adviceFinal      = "Lo stato della richiesta non permette l'operazione: verificare sul portale Voucher BUL."
)

// judgeState is the table of rules.md 3.1. The names of the later states are inferred, so they are matched
// by their beginning (A24).
func judgeState(op mapping.Operation, state string) (Class, string) {
	s := strings.ToLower(strings.Join(strings.Fields(state), " "))
	is := func(prefixes ...string) bool {
		for _, p := range prefixes {
			if strings.HasPrefix(s, p) {
				return true
			}
		}
		return false
	}
	attivazione, disdetta, cessazione := op == mapping.OperationAttivazione, op == mapping.OperationDisdetta, op == mapping.OperationCessazione
	switch {
	case op == mapping.OperationPrenotazione: // has no state to wait for
	case is("inviata", "attesa", "in attesa"):
		if cessazione {
			return Ordine, adviceDisdetta
		}
		return Attendere, adviceWait
	case is("sospes", "prenotazione sospes"):
		switch {
		case attivazione:
			return Attendere, adviceWait
		case cessazione:
			return Ordine, adviceDisdetta
		}
	case is("non prenotabil"):
		if disdetta {
			return GiaFatto, adviceNothing
		}
	case is("prenotat"):
		if cessazione {
			return Ordine, adviceDisdetta
		}
		return Assistenza, adviceTicket
	case is("attiv"):
		switch {
		case attivazione:
			return GiaFatto, adviceNothing
		case disdetta:
			return Ordine, adviceCessazione
		case cessazione:
			return Assistenza, adviceTicket
		}
	case is("disdett", "annullat", "scadut"):
		switch {
		case attivazione:
			return Ordine, adviceNew
		case disdetta:
			return GiaFatto, adviceNothing
		}
	case is("cessat"):
		if cessazione {
			return GiaFatto, adviceNothing
		}
	}
	return Definitivo, adviceFinal
}
