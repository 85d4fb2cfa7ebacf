package simulator

import (
	"net/http"
	"slices"
	"time"
)

// iseeWindow is how far back getprenotazioni looks: «negli ultimi 90 giorni».
const iseeWindow = 90 * 24 * time.Hour

// iseeRow is one «singolo elemento Voucher» (RULES.md 2.12).
type iseeRow struct {
	PartitaIvaOperatore       string `json:"PARTITA_IVA_OPERATORE"`
	CodiceFiscaleBeneficiario string `json:"CODICE_FISCALE_BENEFICIARIO"` // or a partita IVA (A22)
	Protocollo                string `json:"PROTOCOLLO"`
	DataPrenotazione          string `json:"DATA_PRENOTAZIONE"`
	FaseOperativa             Stato  `json:"FASE_OPERATIVA"`
}

// getPrenotazioni lists the operator's vouchers of the last 90 days in the
// states of the specification, oldest first; 204 without a body when there is
// none. Attivata, Disdetta and Cessata are never in it: absence proves nothing.
func (s *Simulator) getPrenotazioni(now time.Time) decision {
	var rows []iseeRow
	for _, v := range s.register.vouchers {
		s.register.age(v, now)
		wanted := v.Stato.listed() || slices.Contains(s.world.IseeList.Also, v.Stato)
		if !wanted || v.Operatore != s.world.Operator || now.Sub(v.DataPrenotazione) > iseeWindow {
			continue
		}
		rows = append(rows, iseeRow{
			PartitaIvaOperatore:       v.Operatore,
			CodiceFiscaleBeneficiario: v.Beneficiario,
			Protocollo:                v.Protocollo,
			DataPrenotazione:          s.world.IseeList.date(v.DataPrenotazione, s.rome),
			FaseOperativa:             v.Stato,
		})
	}
	if len(rows) == 0 {
		return fixed(answer{status: http.StatusNoContent, header: http.Header{}})
	}
	// The list may be long: it is rendered after the lock is gone.
	return decision{http: http.StatusOK, render: func(time.Time) answer {
		return jsonAnswer(http.StatusOK, s.world.IseeList.shape(rows))
	}}
}

// date writes DATA_PRENOTAZIONE in the form the world asks for.
func (l IseeList) date(t time.Time, rome *time.Location) string {
	switch l.Dates {
	case "offset":
		return t.In(rome).Format(time.RFC3339)
	case "utc":
		return t.UTC().Format(time.RFC3339)
	case "fraction":
		return t.In(rome).Format(layoutLocal + ".0000000")
	}
	return t.In(rome).Format(layoutLocal)
}

// shape wraps the rows as the world asks for.
func (l IseeList) shape(rows []iseeRow) any {
	var list any = rows
	if l.Keys == "lower" {
		list = lowerKeys(rows)
	}
	if l.Wrapper == "-" {
		return list
	}
	return map[string]any{l.Wrapper: list}
}

func lowerKeys(rows []iseeRow) []map[string]string {
	lower := make([]map[string]string, len(rows))
	for i, row := range rows {
		lower[i] = map[string]string{
			"partita_iva_operatore":       row.PartitaIvaOperatore,
			"codice_fiscale_beneficiario": row.CodiceFiscaleBeneficiario,
			"protocollo":                  row.Protocollo,
			"data_prenotazione":           row.DataPrenotazione,
			"fase_operativa":              string(row.FaseOperativa),
		}
	}
	return lower
}
