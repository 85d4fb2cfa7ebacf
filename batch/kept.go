package batch

import (
	"voucherbul/batch/journal"
	"voucherbul/batch/platform"
	"voucherbul/batch/platform/esito"
	"voucherbul/mapping"
)

// Kept is a list of ISEE outcomes as the journal keeps it: phases of the catalogue are written as it writes them,
// so that a change of letters is no change. A nil catalogue is today's.
func Kept(list []platform.Voucher, catalogue *mapping.Catalogue) []journal.Voucher {
	kept := make([]journal.Voucher, len(list))
	for i, v := range list {
		kept[i] = journal.Voucher{Beneficiario: v.Beneficiario, Protocollo: v.Protocollo, PartitaIvaOperatore: v.PartitaIvaOperatore,
			DataPrenotazione: v.DataPrenotazione, Prenotata: v.Prenotata, Fase: esito.FaseOf(catalogue, v.FaseOperativa).Name}
	}
	return kept
}
