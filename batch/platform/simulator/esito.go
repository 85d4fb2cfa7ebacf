package simulator

import "strings"

// Esito is the result code of a service (Appendice A).
type Esito string

// The codes of Appendice A.
const (
	EsitoOK         Esito = "OK"
	EsitoValidation Esito = "REQUEST_VALIDATION_NOK"
	EsitoProcessing Esito = "REQUEST_PROCESSING_NOK"

	EsitoComune         Esito = "REQUEST_BUSINESS_NOK_001"
	EsitoInCorso        Esito = "REQUEST_BUSINESS_NOK_002"
	EsitoFamigliari     Esito = "REQUEST_BUSINESS_NOK_003"
	EsitoOfferta        Esito = "REQUEST_BUSINESS_NOK_004"
	EsitoTecnologia     Esito = "REQUEST_BUSINESS_NOK_005"
	EsitoNessuna        Esito = "REQUEST_BUSINESS_NOK_006"
	EsitoStato          Esito = "REQUEST_BUSINESS_NOK_007"
	EsitoAltroOperatore Esito = "REQUEST_BUSINESS_NOK_008"
	EsitoData           Esito = "REQUEST_BUSINESS_NOK_009"
	EsitoPiuRichieste   Esito = "REQUEST_BUSINESS_NOK_010"
	EsitoVelocita       Esito = "REQUEST_BUSINESS_NOK_011"
)

// lockText shares its code with every validation failure: only the text tells
// that the request is not wrong but early (RULES.md A7).
const lockText = "Stiamo gia' elaborando una richiesta per il codice fiscale specificato"

// validationText names the fields that failed.
func validationText(fields []string) string {
	return "Parametri di input non conformi o mancanti: " + strings.Join(fields, ", ")
}

// details fills the variable parts of the texts of Appendice A.
type details struct {
	istat      string   // NOK_001
	famigliari []string // NOK_003
	stato      Stato    // NOK_007
	fields     []string // VALIDATION_NOK
}

// descrizione is the text of Appendice A for an esito, verbatim.
func (e Esito) descrizione(service Service, d details) string {
	switch e {
	case EsitoOK:
		if service == Prenotazione {
			return "Richiesta presa in carico. In attesa dei controlli ISEE."
		}
		return "Richiesta " + string(service) + " registrata con successo"
	case EsitoValidation:
		return validationText(d.fields)
	case EsitoProcessing:
		return "Internal Error"
	case EsitoComune:
		return "Nessun comune trovato avente codice ISTAT " + d.istat
	case EsitoInCorso:
		return "Esistono Prenotazioni/Attivazioni in corso per il cliente"
	case EsitoFamigliari:
		return "Esistono Prenotazioni/Attivazioni attive per i seguenti componenti del nucleo famigliare: [" +
			strings.Join(d.famigliari, ", ") + "]"
	case EsitoOfferta:
		return "Codice Univoco Offerta non presente tra quelli censiti per l’operatore oppure offerta non attiva"
	case EsitoTecnologia:
		return "Valore specificato per input tecnologiaPrenotata non valido"
	case EsitoNessuna:
		return "Non è presente alcuna richiesta in corso per il beneficiario specificato"
	case EsitoStato:
		return "Per il beneficiario specificato è presente una richiesta in stato '" + string(d.stato) +
			"'. Tale stato non permette di proseguire con la richiesta corrente"
	case EsitoAltroOperatore:
		return "Beneficiario già in carico ad altro operatore"
	case EsitoData:
		return "data fornita in input non valida"
	case EsitoPiuRichieste:
		return "Riscontrata anomalia: per lo stesso beneficiario sono presenti più richieste attive."
	case EsitoVelocita:
		return "Velocità di download inferiore a 30Mbit/s"
	}
	return ""
}
