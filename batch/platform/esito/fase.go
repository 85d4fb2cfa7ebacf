package esito

import "strings"

// Fase is the FASE_OPERATIVA of a voucher in the list of ISEE outcomes (rules.md 2.12).
type Fase struct {
	Name  string // as the specification writes it; as the platform wrote it, single-spaced, where the specification has none such
	Class FaseClass
}

// FaseClass says what a phase means for its voucher.
type FaseClass string

// The classes of rules.md 2.12.
const (
	FaseWait    FaseClass = "wait"    // the platform is still working on it
	FaseRefused FaseClass = "refused" // final: it cannot be activated
	FaseReady   FaseClass = "ready"   // the only phase in which it can be activated
	FaseUnknown FaseClass = "unknown" // no phase of the specification: to be shown as it is
)

// FaseOf knows the five phases of the specification whatever their case and spaces. Attivata, Disdetta and Cessata
// are none of them: the list does not have such vouchers.
func FaseOf(text string) Fase {
	name := strings.Join(strings.Fields(text), " ")
	for _, f := range []Fase{
		{"Inviata con esito positivo", FaseWait},
		{"Attesa controllo ISEE", FaseWait},
		{"Non prenotabile ISEE", FaseRefused},
		{"Prenotata", FaseReady},
		{"Prenotazione sospesa", FaseWait}, // for want of funds, say: days or weeks
	} {
		if strings.EqualFold(name, f.Name) {
			return f
		}
	}
	return Fase{Name: name, Class: FaseUnknown}
}
