// Package esito is what is known of the platform's words: the codes of Appendice A, the classes of answers that the engine
// decides by, the states and phases of a voucher, and how the platform writes instants. It is one table for everybody: the
// engine, "Cosa fare" of a row, the Legenda, and the documents.
//
// The package is pure. It must not know a reply, a row of the journal, or how anything is sent or shown.
package esito

import (
	"cmp"
	"slices"

	"voucherbul/mapping"
)

// Class says what an answer asks for (RULES.md 3).
type Class string

// The classes of RULES.md 3, and two that concern no row at all.
const (
	OK             Class = "OK"
	GiaFatto       Class = "GIA_FATTO"    // the voucher is already in the state the request asks for
	Correggibile   Class = "CORREGGIBILE" // the back office corrects a column
	Ordine         Class = "ORDINE"       // another request has to come first
	Riprovare      Class = "RIPROVARE"    // transient: the same request again, soon
	Attendere      Class = "ATTENDERE"    // the same request again, in hours or days
	Definitivo     Class = "DEFINITIVO"   // final
	Assistenza     Class = "ASSISTENZA"   // Infratel has to look into it
	Configurazione Class = "CONFIG"       // every row would get it: the run stops
	TokenScaduto   Class = "TOKEN"        // the token was refused: a new one, once
	Limite         Class = "LIMITE"       // rate or quota: everybody waits
)

// Codes of Appendice A that the program tells apart.
const (
	CodeOK         = "OK"
	CodeValidation = "REQUEST_VALIDATION_NOK"
	CodeProcessing = "REQUEST_PROCESSING_NOK"
	CodeRelatives  = business + "_003" // names the relatives who have a voucher
	CodeOffer      = business + "_004" // the offer is refused, whoever the customer is
	CodeNoRequest  = business + "_006" // the platform has no request of the beneficiary
	CodeState      = business + "_007" // names the state that does not permit the request
	CodeDate       = business + "_009"

	business = "REQUEST_BUSINESS_NOK"
)

// Again says whether a row that got an answer may be sent again.
type Again string

// When a row may go again.
const (
	AgainNever     Again = "never"     // it would be refused again
	AgainCorrected Again = "corrected" // when a column of it, or the operation, is another
	AgainByState   Again = "by_state"  // as the state says in which the voucher is, see [Stati]
	AgainUnchanged Again = "unchanged" // as it is: later, or when somebody has put the cause right elsewhere
)

// Again is whether a row with an answer of this class may go again.
func (c Class) Again() Again {
	switch c {
	case Correggibile, Ordine:
		return AgainCorrected
	case Riprovare, Attendere, TokenScaduto, Limite, Configurazione:
		return AgainUnchanged
	}
	return AgainNever
}

// Actor is who has to do something about an answer.
type Actor string

// Who acts.
const (
	Nobody     Actor = "nobody"
	BackOffice Actor = "back_office"
	Sales      Actor = "sales" // whoever talks to the customer
	Infratel   Actor = "infratel"
	Program    Actor = "program" // it goes on by itself
)

// Label is the word for the back office.
func (a Again) Label() string {
	switch a {
	case AgainCorrected:
		return "Dopo la correzione"
	case AgainByState:
		return "Secondo lo stato"
	case AgainUnchanged:
		return "Sì, anche com'è"
	}
	return "No"
}

// Label is the word for the back office.
func (a Actor) Label() string {
	switch a {
	case BackOffice:
		return "Back office"
	case Sales:
		return "Chi segue il cliente"
	case Infratel:
		return "Infratel, su segnalazione"
	case Program:
		return "Nessuno: riprova il programma"
	}
	return "Nessuno"
}

// Esito is what is known of one code of Appendice A. Meaning and Advice are for the back office. From this table come the
// classes that the engine decides by, "Cosa fare" of every row, the Legenda of the workbook and a table of samples/GUIDA.md.
type Esito struct {
	Code    string
	Text    string // Appendice A, verbatim
	Class   Class
	Meaning string
	Acts    Actor
	Advice  string
	Fields  []string // API names of the columns to look at, most likely first
	Doubt   Class    // of a prenotazione after an attempt whose answer was lost; "" = as Class
	Again   Again    // "" = as the class says
}

// MayGoAgain says when a row with this answer may be sent again.
func (e Esito) MayGoAgain() Again { return cmp.Or(e.Again, e.Class.Again()) }

// Esiti is Appendice A, in its order. The slice is the caller's own.
func Esiti() []Esito { return slices.Clone(esiti[:]) }

// Called finds a code; ok is false for one the specification does not have.
func Called(code string) (e Esito, ok bool) {
	i := slices.IndexFunc(esiti[:], func(e Esito) bool { return e.Code == code })
	if i < 0 {
		return Esito{}, false
	}
	return esiti[i], true
}

var esiti = [...]Esito{
	{Code: CodeOK, Text: "Richiesta registrata con successo", Class: OK,
		Meaning: "La piattaforma ha accettato la richiesta.",
		Acts:    Nobody,
		Advice:  ""},
	{Code: CodeValidation, Text: "Parametri di input non conformi o mancanti: <lista_parametri>", Class: Correggibile,
		Meaning: "La piattaforma non accetta uno o più valori della riga.",
		Acts:    BackOffice,
		Advice:  "Correggere le colonne indicate e inviare di nuovo la riga."},
	{Code: business + "_001", Text: "Nessun comune trovato avente codice ISTAT X", Class: Correggibile,
		Meaning: "Il comune non è tra quelli abilitati.",
		Acts:    BackOffice,
		Advice:  "Controllare il codice ISTAT: zero iniziale perso, comune soppresso o non abilitato.",
		Fields:  []string{"codiceIstatComune"}},
	{Code: business + "_002", Text: "Esistono Prenotazioni/Attivazioni in corso per il cliente", Class: Definitivo,
		Meaning: "Il cliente ha già un voucher, di questo o di un altro operatore.",
		Acts:    BackOffice,
		Advice:  "Non inviare di nuovo. Verificare il cliente sul portale Voucher BUL.",
		Doubt:   GiaFatto},
	{Code: CodeRelatives, Text: "Esistono Prenotazioni/Attivazioni attive per i seguenti componenti del nucleo famigliare: [lista CF]", Class: Definitivo,
		Meaning: "Un componente del nucleo ha già un voucher.",
		Acts:    BackOffice,
		Advice:  "Il nucleo è già servito. Correggere solo se un codice fiscale dei familiari è sbagliato.",
		Fields:  []string{"codiciFiscaliFamigliari"}, Again: AgainCorrected},
	{Code: CodeOffer, Text: "Codice Univoco Offerta non presente tra quelli censiti per l’operatore oppure offerta non attiva", Class: Correggibile,
		Meaning: "L'offerta non è censita o non è attiva.",
		Acts:    BackOffice,
		Advice:  "Correggere il codice offerta, o attivare l'offerta sul portale Voucher BUL.",
		Fields:  []string{"codiceUnivocoOfferta"}},
	{Code: business + "_005", Text: "Valore specificato per input tecnologiaPrenotata non valido", Class: Correggibile,
		Meaning: "La tecnologia non è quella dell'offerta.",
		Acts:    BackOffice,
		Advice:  "Correggere la tecnologia, o il codice offerta.",
		Fields:  []string{"tecnologiaPrenotata", "tecnologiaAttivata"}},
	{Code: CodeNoRequest, Text: "Non è presente alcuna richiesta in corso per il beneficiario specificato", Class: Correggibile,
		Meaning: "La piattaforma non conosce una richiesta di questo beneficiario.",
		Acts:    BackOffice,
		Advice:  "Controllare il codice fiscale o la partita IVA; se è giusto, inviare prima la prenotazione.",
		Fields:  []string{"codiceFiscale", "partitaIva"}},
	{Code: CodeState, Text: "Per il beneficiario specificato è presente una richiesta in stato 'X'. Tale stato non permette di proseguire con la richiesta corrente", Class: Definitivo,
		Meaning: "Lo stato della richiesta non permette questa operazione.",
		Acts:    BackOffice,
		Advice:  "Verificare lo stato della richiesta sul portale Voucher BUL.", Again: AgainByState},
	{Code: business + "_008", Text: "Beneficiario già in carico ad altro operatore", Class: Definitivo,
		Meaning: "Il voucher del cliente è di un altro operatore.",
		Acts:    Sales,
		Advice:  "Non inviare di nuovo: avvisare il cliente che il voucher è in carico a un altro operatore."},
	{Code: CodeDate, Text: "data fornita in input non valida", Class: Correggibile,
		Meaning: "Una data della riga non va bene: futura, o precedente alla prenotazione.",
		Acts:    BackOffice,
		Advice:  "Controllare le date della riga: non devono essere future, né precedenti alla prenotazione.",
		Fields:  []string{"dataAttivazione", "dataCessazione", "dataDiNascita", "dataScadenzaDocumento"}},
	{Code: business + "_010", Text: "Riscontrata anomalia: per lo stesso beneficiario sono presenti più richieste attive.", Class: Assistenza,
		Meaning: "La piattaforma ha più richieste attive per lo stesso beneficiario.",
		Acts:    Infratel,
		Advice:  "Aprire una segnalazione a Infratel con il codice del beneficiario."},
	{Code: business + "_011", Text: "Velocità di download inferiore a 30Mbit/s", Class: Correggibile,
		Meaning: "La velocità è sotto il minimo del piano.",
		Acts:    BackOffice,
		Advice:  "Correggere la velocità.",
		Fields:  []string{"velocitaDownloadMbit"}},
	{Code: CodeProcessing, Text: "Internal Error", Class: Riprovare,
		Meaning: "Errore interno della piattaforma.",
		Acts:    Program,
		Advice:  "Inviare di nuovo più tardi; se si ripete, aprire una segnalazione a Infratel."},
}

// FieldsOf are the esito's fields that a row of this operation can have, most likely first.
func (e Esito) FieldsOf(op mapping.Operation) []mapping.Field {
	var fields []mapping.Field
	for _, name := range e.Fields {
		f, ok := mapping.FieldNamed(name)
		if ok && (f.Used().Has(op, mapping.Famiglia) || f.Used().Has(op, mapping.Impresa)) {
			fields = append(fields, f)
		}
	}
	return fields
}
