package esito

import (
	"regexp"
	"slices"
	"strings"

	"voucherbul/mapping"
)

var stateText = regexp.MustCompile(`stato ['‘"](.+?)['’"]\.?`)

// StateIn is the state X that a NOK_007 names; "" where it names none.
func StateIn(descrizione string) string {
	if m := stateText.FindStringSubmatch(descrizione); m != nil {
		return m[1]
	}
	return ""
}

// Stato is what a state of the voucher means for the requests that it refuses with NOK_007.
type Stato struct {
	Name                              string // as the back office reads it
	Attivazione, Disdetta, Cessazione Answer

	prefixes []string // of its name, lower case: those of the later states are inferred (A24)
}

// Answer is what a refusal means for one operation.
type Answer struct {
	Class          Class
	Advice         Advice
	OtherOperation bool // another operation in the same row follows the advice
}

// Stati is the table of RULES.md 3.1. A state that is not in it is final for every operation.
func Stati() []Stato {
	wait, final := Answer{Class: Attendere, Advice: AdviceStateWait}, Answer{Class: Definitivo, Advice: AdviceStateFinal}
	nothing, ticket := Answer{Class: GiaFatto, Advice: AdviceStateReached}, Answer{Class: Assistenza, Advice: AdviceStateTicket}
	withdraw, end := Answer{Ordine, AdviceStateDisdetta, true}, Answer{Ordine, AdviceStateCessazione, true}
	return []Stato{
		{"Inviata con esito positivo, Attesa controllo ISEE", wait, wait, withdraw, []string{"inviata", "attesa", "in attesa"}},
		{"Prenotazione sospesa", wait, final, withdraw, []string{"sospes", "prenotazione sospes"}},
		{"Non prenotabile ISEE", final, nothing, final, []string{"non prenotabil"}},
		{"Prenotata", ticket, ticket, withdraw, []string{"prenotat"}},
		{"Attivata", nothing, end, ticket, []string{"attiv"}},
		{"Disdetta, Annullata, Scaduta", Answer{Class: Ordine, Advice: AdviceStateNew}, nothing, final, []string{"disdett", "annullat", "scadut"}},
		{"Cessata", final, final, nothing, []string{"cessat"}},
	}
}

// Of is the answer for an operation; a prenotazione has no state to wait for.
func (s Stato) Of(op mapping.Operation) Answer {
	switch op {
	case mapping.OperationAttivazione:
		return s.Attivazione
	case mapping.OperationDisdetta:
		return s.Disdetta
	case mapping.OperationCessazione:
		return s.Cessazione
	}
	return Answer{Class: Definitivo, Advice: AdviceStateFinal}
}

// likeness is a phase of the specification that means the same.
func likeness(c FaseClass) string {
	switch c {
	case FaseReady:
		return "Prenotata"
	case FaseRefused:
		return "Non prenotabile ISEE"
	}
	return "Attesa controllo ISEE"
}

// Refused is what it means that an operation was refused in a state, as the platform writes it (RULES.md 3.1). A state that
// is a phase of the configuration is refused as the phase of the specification that means the same.
func Refused(catalogue *mapping.Catalogue, op mapping.Operation, state string) Answer {
	text := strings.ToLower(singleSpaced(state))
	if f, ok := catalogue.AddedFase(text); ok {
		text = strings.ToLower(likeness(f.Class))
	}
	for _, s := range Stati() {
		if slices.ContainsFunc(s.prefixes, func(p string) bool { return strings.HasPrefix(text, p) }) {
			return s.Of(op)
		}
	}
	return Answer{Class: Definitivo, Advice: AdviceStateFinal}
}
