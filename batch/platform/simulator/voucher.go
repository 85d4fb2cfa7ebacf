package simulator

import (
	"time"
)

// Stato is the faseOperativa of a voucher.
type Stato string

// The states. The first five are named by the specification (FASE_OPERATIVA of
// getprenotazioni); the other four are inferred (RULES.md 8, A24).
const (
	StatoInviata        Stato = "Inviata con esito positivo"
	StatoAttesa         Stato = "Attesa controllo ISEE"
	StatoNonPrenotabile Stato = "Non prenotabile ISEE"
	StatoPrenotata      Stato = "Prenotata"
	StatoSospesa        Stato = "Prenotazione sospesa"
	StatoAttivata       Stato = "Attivata"
	StatoDisdetta       Stato = "Disdetta"
	StatoCessata        Stato = "Cessata"
	StatoScaduta        Stato = "Scaduta"
)

// known tells whether the state is one of RULES.md 8.
func (s Stato) known() bool {
	switch s {
	case StatoInviata, StatoAttesa, StatoNonPrenotabile, StatoPrenotata, StatoSospesa,
		StatoAttivata, StatoDisdetta, StatoCessata, StatoScaduta:
		return true
	}
	return false
}

// active is the "active set" of RULES.md 8. A state nobody knows (a world may
// invent one) counts as active: the platform would not let it be forgotten.
func (s Stato) active() bool {
	switch s {
	case "", StatoNonPrenotabile, StatoDisdetta, StatoCessata, StatoScaduta:
		return false
	}
	return true
}

// listed tells whether getprenotazioni returns vouchers in this state: the five
// of the specification, «gli stati restituiti».
func (s Stato) listed() bool {
	switch s {
	case StatoInviata, StatoAttesa, StatoNonPrenotabile, StatoPrenotata, StatoSospesa:
		return true
	}
	return false
}

// Voucher is one request of a beneficiary as the platform keeps it.
type Voucher struct {
	Protocollo       string     `json:"protocollo"`
	Beneficiario     string     `json:"beneficiario"` // codice fiscale or partita IVA
	Operatore        string     `json:"operatore"`
	Stato            Stato      `json:"stato"`
	Famigliari       []string   `json:"famigliari,omitempty"`
	Offerta          string     `json:"offerta,omitempty"`
	DataPrenotazione time.Time  `json:"data_prenotazione"`
	DataAttivazione  *time.Time `json:"data_attivazione,omitempty"`

	since time.Time // when it entered Stato: the timers count from here
}

// impresa tells a business by the shape of its code: eleven digits.
func (v Voucher) impresa() bool { return len(v.Beneficiario) == 11 }

// at is the voucher as it stands at now, with every timer that has run out
// applied one after the other (RULES.md 8). outcome is what the ISEE check says.
func (v Voucher) at(now time.Time, timers Timers, outcome Stato) Voucher {
	for {
		next, after := timers.next(v, outcome)
		if next == "" || v.since.Add(after).After(now) {
			return v
		}
		v.Stato, v.since = next, v.since.Add(after)
	}
}

// next is the state a voucher goes to by itself and the time it takes; "" when
// it stays.
func (t Timers) next(v Voucher, outcome Stato) (Stato, time.Duration) {
	switch {
	case v.Stato == StatoInviata && t.Inviata >= 0 && v.impresa():
		return StatoPrenotata, t.Inviata // no ISEE for a business
	case v.Stato == StatoInviata && t.Inviata >= 0:
		return StatoAttesa, t.Inviata
	case v.Stato == StatoAttesa && t.Isee >= 0:
		return outcome, t.Isee
	case v.Stato == StatoSospesa && t.Fondi > 0:
		return StatoPrenotata, t.Fondi
	case v.Stato == StatoPrenotata && t.Scadenza > 0:
		return StatoScaduta, t.Scadenza
	}
	return "", 0
}

// transition is the state table of RULES.md 8. stato is the state of the
// operator's own request ("" when there is none), altrui tells that another
// operator has an active voucher for the beneficiary. With EsitoOK the second
// result is the state the voucher enters.
func transition(service Service, stato Stato, altrui bool, options TableOptions) (Esito, Stato) {
	switch {
	case service == Prenotazione && altrui && options.PrenotazioneAltroOperatoreNok002:
		return EsitoInCorso, ""
	case altrui:
		return EsitoAltroOperatore, ""
	case service == Prenotazione:
		if stato.active() || stato == StatoCessata && options.PrenotazioneCessataNok002 {
			return EsitoInCorso, ""
		}
		return EsitoOK, StatoInviata
	case stato == "",
		stato == StatoCessata && options.CessataNok006,
		stato != StatoCessata && !stato.active() && options.ChiusaNok006:
		return EsitoNessuna, ""
	}
	switch service {
	case Attivazione:
		if stato == StatoPrenotata {
			return EsitoOK, StatoAttivata
		}
	case Disdetta:
		if stato == StatoPrenotata || stato == StatoAttesa || stato == StatoSospesa {
			return EsitoOK, StatoDisdetta
		}
	case Cessazione:
		if stato == StatoAttivata {
			return EsitoOK, StatoCessata
		}
	}
	return EsitoStato, ""
}
