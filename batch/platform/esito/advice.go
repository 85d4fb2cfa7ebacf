package esito

// Advice is what the back office is told about an answer, where that depends on more than its esito. The journal keeps it (see
// [BasisEsito]): it never changes its meaning.
type Advice string

// What is told, and what it names.
const (
	AdviceNamed            Advice = "named"                  // API names of fields that the platform refuses, or whatever else it names
	AdviceRelatives        Advice = "relatives"              // codici fiscali of relatives who have a voucher
	AdviceDone             Advice = "done"                   // the earlier sending was processed
	AdviceDoneLook         Advice = "done_look"              // the same, and the portal says more
	AdviceDatePrenotazione Advice = "send_data_prenotazione" // the date that the program adds may be what is refused
	AdviceDateDisdetta     Advice = "send_data_disdetta"     // the same of a disdetta, whose row has no date
	AdviceStateWait        Advice = "state_wait"             // these say what a state means that does not permit the request
	AdviceStateDisdetta    Advice = "state_disdetta"
	AdviceStateCessazione  Advice = "state_cessazione"
	AdviceStateNew         Advice = "state_new"
	AdviceStateReached     Advice = "state_reached"
	AdviceStateTicket      Advice = "state_ticket"
	AdviceStateFinal       Advice = "state_final"
)

// Text is what the back office is told about a state that does not permit the request (RULES.md 3.1); "" for any other advice.
func (a Advice) Text() string {
	switch a {
	case AdviceStateWait:
		return "La pratica è ancora in lavorazione sulla piattaforma: inviare di nuovo tra qualche giorno."
	case AdviceStateDisdetta:
		return "Il voucher non è attivo: inviare una disdetta invece della cessazione."
	case AdviceStateCessazione:
		return "Il voucher è attivo: inviare una cessazione invece della disdetta."
	case AdviceStateNew:
		return "La prenotazione non è più valida: inviare una nuova prenotazione."
	case AdviceStateReached:
		return "È già nello stato richiesto: nessuna azione."
	case AdviceStateTicket:
		return "Risposta in contrasto con lo stato della richiesta: aprire una segnalazione a Infratel."
	case AdviceStateFinal:
		return "Lo stato della richiesta non permette l'operazione: verificare sul portale Voucher BUL."
	}
	return ""
}
