package mapping

// Places in the table: how the code of this package names a field.
const (
	idOperazione = iota
	idPartitaIvaOperatore
	idCodiceFiscale
	idCognome
	idNome
	idSesso
	idDataDiNascita
	idLuogoDiNascita
	idNumeroComponentiNucleoFamigliare
	idCodiciFiscaliFamigliari
	idPartitaIva
	idRagioneSociale
	idCodiceAteco
	idTipologia
	idTipoDocumento
	idNumeroDocumento
	idDataScadenzaDocumento
	idNumeroDiTelefono
	idEmail
	idPec
	idVia
	idCivico
	idCap
	idPalazzina
	idScala
	idPiano
	idInterno
	idCodiceIstatComune
	idTipo
	idVelocitaDownloadMbit
	idCodiceUnivocoCella
	idCodiceUnivocoOfferta
	idTecnologiaPrenotata
	idTecnologiaAttivata
	idDataAttivazione
	idDataCessazione
	fieldCount
)

// table is the field table: everything the program knows of a column stands here and nowhere else.
// The fields whose values are in the [Catalogue] get their formats and hints from it.
// Names, lengths and "mandatory" are RULES.md 2.1-2.10; what is read into a value is in the formats.
var table = [fieldCount]Field{
	idOperazione: {Name: "operazione", Label: "Operazione", Synonyms: []string{"tipo operazione", "tipo richiesta", "richiesta"},
		Optional: everywhere, Format: operationFormat(), Example: "prenotazione",
		Hint: "Quale richiesta inviare per la riga. Senza questa colonna vale l'opzione --operation.",
		of:   func(o *Order) *string { return &o.Operazione }},
	idPartitaIvaOperatore: {Name: "partitaIvaOperatore", Label: "Partita IVA operatore", Synonyms: []string{"piva operatore", "p. iva operatore", "iva operatore"},
		Optional: everywhere, Format: digits(11), Example: "12345678903",
		Hint: "Facoltativa: viene dalla configurazione. Se la colonna c'è, deve coincidere.",
		of:   func(o *Order) *string { return &o.PartitaIvaOperatore }},

	idCodiceFiscale: {Name: "codiceFiscale", Label: "Codice fiscale", Synonyms: []string{"cf", "cod. fiscale", "cod. fisc.", "codice fiscale beneficiario", "codice fiscale intestatario", "cf beneficiario", "cf intestatario", "cf cliente"},
		Required: famiglie, Format: codiceFiscaleFormat(), Example: "RSSMRA85T10H501O",
		Hint: "Solo per le famiglie. Le imprese hanno la partita IVA.",
		of:   func(o *Order) *string { return &o.CodiceFiscale }},
	idCognome: {Name: "cognome", Label: "Cognome", Synonyms: []string{"cognome beneficiario", "cognome intestatario", "cognome cliente"},
		Required: prenotazioneFamiglia, Format: text(100), Example: "ROSSI",
		of: func(o *Order) *string { return &o.Cognome }},
	idNome: {Name: "nome", Label: "Nome", Synonyms: []string{"nome beneficiario", "nome intestatario", "nome cliente"},
		Required: prenotazioneFamiglia, Format: text(100), Example: "MARIO",
		of: func(o *Order) *string { return &o.Nome }},
	idSesso: {Name: "sesso", Label: "Sesso", Synonyms: []string{"genere"},
		Required: prenotazioneFamiglia, Format: sessoFormat(), Example: "M",
		of: func(o *Order) *string { return &o.Sesso }},
	idDataDiNascita: {Name: "dataDiNascita", Label: "Data di nascita", Synonyms: []string{"data nascita", "nato il", "nata il"},
		Required: prenotazioneFamiglia, Format: birthDate(), Example: "10/12/1985",
		of: func(o *Order) *string { return &o.DataDiNascita }},
	idLuogoDiNascita: {Name: "luogoDiNascita", Label: "Luogo di nascita", Synonyms: []string{"luogo nascita", "comune di nascita", "comune nascita", "nato a", "nata a"},
		Required: prenotazioneFamiglia, Format: place(40), Example: "ROMA",
		Hint: "Il comune, o lo Stato estero, senza provincia.",
		of:   func(o *Order) *string { return &o.LuogoDiNascita }},
	idNumeroComponentiNucleoFamigliare: {Name: "numeroComponentiNucleoFamigliare", Label: "Componenti del nucleo", Synonyms: []string{"numero componenti nucleo familiare", "numero componenti", "componenti nucleo familiare", "componenti nucleo", "numero componenti nucleo", "n. componenti"},
		Required: prenotazioneFamiglia, Format: integer(1, 99), Example: "2",
		Hint: "Compreso il beneficiario: 1 se nella riga non ci sono altri codici fiscali.",
		of:   func(o *Order) *string { return &o.NumeroComponentiNucleoFamigliare }},
	idCodiciFiscaliFamigliari: {Name: "codiciFiscaliFamigliari", Label: "Codici fiscali dei familiari", Synonyms: []string{"codici fiscali familiari", "cf familiari", "cf famigliari", "familiari"},
		Optional: prenotazioneFamiglia, Format: relativesFormat(), Example: "FOXNNA90A41F205E",
		Hint: "Gli altri componenti del nucleo, separati da punto e virgola; al massimo 10.",
		of:   func(o *Order) *string { return &o.CodiciFiscaliFamigliari }},

	idPartitaIva: {Name: "partitaIva", Label: "Partita IVA", Synonyms: []string{"piva", "p. iva", "partita iva beneficiario", "partita iva impresa", "piva beneficiario", "piva cliente"},
		Required: imprese, Format: partitaIvaFormat(), Example: "01234569992",
		Hint: "Solo per le imprese, ditte individuali comprese. Le famiglie hanno il codice fiscale.",
		of:   func(o *Order) *string { return &o.PartitaIva }},
	idRagioneSociale: {Name: "ragioneSociale", Label: "Ragione sociale", Synonyms: []string{"denominazione", "denominazione azienda", "azienda", "impresa"},
		Required: prenotazioneImpresa, Format: text(80), Example: "ESEMPIO SRL",
		of: func(o *Order) *string { return &o.RagioneSociale }},
	idCodiceAteco: {Name: "codiceAteco", Label: "Codice Ateco", Synonyms: []string{"ateco"},
		Optional: prenotazioneImpresa, Format: atecoFormat(), Example: "62.01.00",
		of: func(o *Order) *string { return &o.CodiceAteco }},

	idTipologia: {Name: "tipologia", Label: "Tipologia voucher", Synonyms: []string{"tipologia beneficiario", "tipo voucher"},
		Required: prenotazioni, Example: "FAM1",
		of: func(o *Order) *string { return &o.Tipologia }},

	idTipoDocumento: {Name: "tipoDocumento", Label: "Tipo documento", Synonyms: []string{"tipo di documento"},
		Required: prenotazioneFamiglia, Optional: prenotazioneImpresa, Example: "CI",
		of: func(o *Order) *string { return &o.TipoDocumento }},
	idNumeroDocumento: {Name: "numeroDocumento", Label: "Numero documento", Synonyms: []string{"n. documento", "num. documento", "numero di documento"},
		Required: prenotazioneFamiglia, Optional: prenotazioneImpresa, Format: documentNumber(25), Example: "CA00000AA",
		of: func(o *Order) *string { return &o.NumeroDocumento }},
	idDataScadenzaDocumento: {Name: "dataScadenzaDocumento", Label: "Scadenza documento", Synonyms: []string{"data scadenza documento", "data di scadenza documento", "documento scade il"},
		Required: prenotazioneFamiglia, Format: date(), Example: "10/12/2031",
		Hint: "Solo per le famiglie: per le imprese non viene inviata.",
		of:   func(o *Order) *string { return &o.DataScadenzaDocumento }},

	idNumeroDiTelefono: {Name: "numeroDiTelefono", Label: "Telefono", Synonyms: []string{"numero telefono", "n. telefono", "tel", "cellulare", "recapito telefonico", "telefono cellulare"},
		Required: prenotazioni, Format: phone(), Example: "3330000000",
		of: func(o *Order) *string { return &o.NumeroDiTelefono }},
	idEmail: {Name: "email", Label: "Email", Synonyms: []string{"e-mail", "mail", "indirizzo email", "posta elettronica"},
		Required: prenotazioni, Format: email(), Example: "mario.rossi@example.it",
		of: func(o *Order) *string { return &o.Email }},
	idPec: {Name: "pec", Label: "PEC", Synonyms: []string{"indirizzo pec", "posta certificata"},
		Optional: prenotazioni, Format: email(), Example: "esempio@pec.example.it",
		of: func(o *Order) *string { return &o.Pec }},

	idVia: {Name: "via", Label: "Via", Synonyms: []string{"indirizzo", "indirizzo installazione", "via installazione", "toponimo e via"},
		Required: prenotazioni, Format: text(150), Example: "VIA ROMA",
		Hint: "Toponimo e nome della via, senza il numero civico.",
		of:   func(o *Order) *string { return &o.Via }},
	idCivico: {Name: "civico", Label: "Civico", Synonyms: []string{"numero civico", "n. civico", "civ."},
		Required: prenotazioni, Format: addressPart(10), Example: "10",
		Hint: "SNC dove il numero non esiste.",
		of:   func(o *Order) *string { return &o.Civico }},
	idCap: {Name: "cap", Label: "CAP", Synonyms: []string{"codice postale", "cap installazione"},
		Required: prenotazioni, Format: capFormat(), Example: "00184",
		of: func(o *Order) *string { return &o.Cap }},
	idPalazzina: {Name: "palazzina", Label: "Palazzina", Optional: prenotazioni, Format: addressPart(10), Example: "B",
		of: func(o *Order) *string { return &o.Palazzina }},
	idScala: {Name: "scala", Label: "Scala", Optional: prenotazioni, Format: addressPart(10), Example: "A",
		of: func(o *Order) *string { return &o.Scala }},
	idPiano: {Name: "piano", Label: "Piano", Optional: prenotazioni, Format: addressPart(10), Example: "2",
		of: func(o *Order) *string { return &o.Piano }},
	idInterno: {Name: "interno", Label: "Interno", Synonyms: []string{"int."}, Optional: prenotazioni, Format: addressPart(10), Example: "3",
		of: func(o *Order) *string { return &o.Interno }},
	idCodiceIstatComune: {Name: "codiceIstatComune", Label: "Codice ISTAT comune", Synonyms: []string{"codice istat", "istat", "istat comune", "cod. istat", "cod. istat comune"},
		Required: prenotazioni, Format: istatFormat(), Example: "058091",
		Hint: "Sei cifre, con gli zeri iniziali.",
		of:   func(o *Order) *string { return &o.CodiceIstatComune }},
	idTipo: {Name: "tipo", Label: "Tipo indirizzo", Synonyms: []string{"residenza o domicilio", "tipo di indirizzo"},
		Optional: prenotazioni, Format: enumeration([]string{"RESIDENZA", "DOMICILIO"}, nil), Example: "RESIDENZA",
		of: func(o *Order) *string { return &o.Tipo }},

	idVelocitaDownloadMbit: {Name: "velocitaDownloadMbit", Label: "Velocità download (Mbit)", Synonyms: []string{"velocità download", "velocità", "mbit", "mbps", "velocità in download"},
		Required: prenotazioni, Format: speed(), Example: "100",
		of: func(o *Order) *string { return &o.VelocitaDownloadMbit }},
	idCodiceUnivocoCella: {Name: "codiceUnivocoCella", Label: "Codice cella", Synonyms: []string{"cella", "codice univoco cella", "cella agcom"},
		Optional: prenotazioni, Format: cellCode(), Example: "20MN2384000E4245100",
		of: func(o *Order) *string { return &o.CodiceUnivocoCella }},
	idCodiceUnivocoOfferta: {Name: "codiceUnivocoOfferta", Label: "Codice offerta", Synonyms: []string{"offerta", "cod. offerta", "codice univoco offerta", "id offerta"},
		Required: prenotazioni, Optional: attivazioni, Format: code(100), Example: "OPE040-FAM1-FTTH-100-245",
		Hint: "Come compare sul portale Voucher BUL.",
		of:   func(o *Order) *string { return &o.CodiceUnivocoOfferta }},
	idTecnologiaPrenotata: {Name: "tecnologiaPrenotata", Label: "Tecnologia prenotata", Synonyms: []string{"tecnologia"},
		Required: prenotazioni, Example: "FTTH",
		of: func(o *Order) *string { return &o.TecnologiaPrenotata }},
	idTecnologiaAttivata: {Name: "tecnologiaAttivata", Label: "Tecnologia attivata", Synonyms: []string{"tecnologia"},
		Required: attivazioni, Example: "FTTH",
		of: func(o *Order) *string { return &o.TecnologiaAttivata }},

	idDataAttivazione: {Name: "dataAttivazione", Label: "Data attivazione", Synonyms: []string{"data di attivazione", "attivato il", "attivata il"},
		Required: attivazioni, Format: pastInstant(), Example: "20/03/2026",
		Hint: "Con l'ora (20/03/2026 10:30) o senza; mai futura.",
		of:   func(o *Order) *string { return &o.DataAttivazione }},
	idDataCessazione: {Name: "dataCessazione", Label: "Data cessazione", Synonyms: []string{"data di cessazione", "cessato il", "cessata il"},
		Required: cessazioni, Format: pastInstant(), Example: "30/09/2026",
		Hint: "Con l'ora o senza; mai futura.",
		of:   func(o *Order) *string { return &o.DataCessazione }},
}
