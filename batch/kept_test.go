package batch

import (
	"testing"

	"voucherbul/batch/platform"
	"voucherbul/mapping"
)

// TestKeptAsTheCatalogueWritesIt: a change of letters is no change of the phase, those of the configuration included.
func TestKeptAsTheCatalogueWritesIt(t *testing.T) {
	c := mapping.NewCatalogue(mapping.Entries{Fasi: []mapping.Fase{{Name: "Verifica reddito", Class: mapping.FaseWait}}})
	kept := Kept([]platform.Voucher{{FaseOperativa: " VERIFICA  reddito"}, {FaseOperativa: "PRENOTATA"}, {FaseOperativa: "In  Liquidazione"}}, c)
	for i, want := range []string{"Verifica reddito", "Prenotata", "In Liquidazione"} {
		if kept[i].Fase != want {
			t.Errorf("%q, want %q", kept[i].Fase, want)
		}
	}
}
