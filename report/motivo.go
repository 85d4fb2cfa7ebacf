package report

import (
	"cmp"

	"voucherbul/batch/journal"
	"voucherbul/batch/platform/esito"
)

// motivo says in Italian why a run was stopped, and who can do what about it; "" for a code that stops none.
func (c coded) motivo() string {
	switch c.code {
	case journal.StopInterrupted:
		return "Interrotto: lo stesso comando riprende da dove si è fermato."
	case journal.StopNoToken:
		return cmp.Or(rimedio(c.arg(1)), "Credenziali rifiutate: verificare client_id, client_secret e scope.")
	case journal.StopNewTokenRefused:
		return "La piattaforma rifiuta anche un token nuovo: verificare client_id, scope e l'account sul portale (Gestione Web Service Account)."
	case journal.StopListKeyRefused:
		return "Chiave Ocp-Apim-Subscription-Key non valida o sospesa: ricopiarla da Gestione Web Service Account."
	case journal.StopListNotReached:
		return "L'elenco degli esiti ISEE non è raggiungibile: controllare platform.isee_url e i certificati."
	case journal.StopWaitTooLong:
		return "La piattaforma chiede di aspettare " + c.arg(0) + ": ripetere lo stesso comando dopo."
	case journal.StopUnavailable:
		return "La piattaforma non è disponibile da " + c.arg(0) + ": ripetere lo stesso comando più tardi."
	}
	switch esito.Basis(c.code) {
	case esito.BasisNotTrusted:
		return "Il certificato del server non è valido per questa macchina: controllare l'orologio, l'indirizzo del servizio e i certificati."
	case esito.BasisKeyRefused:
		return "Chiave Ocp-Apim-Subscription-Key non valida o sospesa: ricopiarla da Gestione Web Service Account."
	case esito.BasisNoService:
		return "L'indirizzo del servizio non esiste (HTTP 404): controllare gli indirizzi nella configurazione."
	case esito.BasisAccessRefused:
		return "La piattaforma rifiuta l'accesso (HTTP " + c.arg(0) + "): controllare gli indirizzi nella configurazione e, con Infratel, se l'account e l'indirizzo IP di questa macchina sono abilitati."
	case esito.BasisFieldRefused:
		return "La piattaforma rifiuta " + c.arg(0) + ", che è in ogni richiesta: controllare operator e send_data_… nella configurazione (per le date provare con send_data_…: false)."
	}
	return ""
}

// rimedio is the table of RULES.md 5: what a number of the identity service means, in Italian; "" = it is not in the table.
func rimedio(number string) string {
	switch number {
	case "7000222":
		return "Il client_secret è scaduto. L'Operatore Master deve generarne uno nuovo: portale Voucher BUL → Gestione Web Service Account → Rigenera client_secret, poi aggiornare la configurazione."
	case "7000215":
		return "client_secret errato (verificare di aver copiato il valore e non l'ID, senza spazi)."
	case "7000216", "7000218":
		return "client_secret mancante nella configurazione."
	case "700016":
		return "client_id sconosciuto nel tenant: verificare client_id e ambiente (collaudo/produzione)."
	case "90002":
		return "Tenant inesistente: verificare IdTenantAADB2C."
	case "70011", "1002012", "500011":
		return "scope errato: deve terminare con /.default ed essere quello indicato dal portale."
	}
	return ""
}
