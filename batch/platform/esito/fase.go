package esito

import (
	"strings"

	"voucherbul/mapping"
)

// Fase is the FASE_OPERATIVA of a voucher in the list of ISEE outcomes (RULES.md 2.12): its name as the catalogue has it; as
// the platform wrote it, single-spaced, where the catalogue has none such.
type Fase = mapping.Fase

// FaseClass says what a phase means for its voucher.
type FaseClass = mapping.FaseClass

// The classes of RULES.md 2.12.
const (
	FaseWait    = mapping.FaseWait
	FaseRefused = mapping.FaseRefused
	FaseReady   = mapping.FaseReady
	FaseUnknown = mapping.FaseUnknown
)

// FaseOf knows the phases of the catalogue (nil = today's) whatever their case and spaces.
func FaseOf(catalogue *mapping.Catalogue, text string) Fase {
	name := singleSpaced(text)
	if f, ok := catalogue.Fase(name); ok {
		return f
	}
	return Fase{Name: name, Class: FaseUnknown}
}

func singleSpaced(text string) string { return strings.Join(strings.Fields(text), " ") }
