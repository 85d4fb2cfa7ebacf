// Package mapping turns one row of an export into the request the platform expects, or into the
// Problems that keep it from being sent, in the clerk's language and with a remedy.
//
// Everything a column can be is in one table, [Fields]: the checks of a row, the template and the help
// are made from it. The way of a row is [Order] -> [Mapper.Map] -> [Mapped], whose [Request] is one of
// [Prenotazione], [Attivazione], [Cessazione], [Disdetta].
//
// The package is pure: it opens no file, calls no service, and reads no clock but the instant it is given.
// It must not guess: a value that could mean two things is a Problem, never a choice.
package mapping

// Order is one row of an export: the text of every field the file has a column for, "" elsewhere.
// Readers only decode to text; what the text means is judged by [Mapper.Map].
//
// The csv tags are the canonical column names: they equal the names of [Fields], which a test asserts.
type Order struct {
	Row int `csv:"-"` // row of the sheet, or first line of the CSV record, as the user sees it

	Operazione          string `csv:"operazione"`
	PartitaIvaOperatore string `csv:"partitaIvaOperatore"`

	CodiceFiscale                    string `csv:"codiceFiscale"`
	Cognome                          string `csv:"cognome"`
	Nome                             string `csv:"nome"`
	Sesso                            string `csv:"sesso"`
	DataDiNascita                    string `csv:"dataDiNascita"`
	LuogoDiNascita                   string `csv:"luogoDiNascita"`
	NumeroComponentiNucleoFamigliare string `csv:"numeroComponentiNucleoFamigliare"`
	CodiciFiscaliFamigliari          string `csv:"codiciFiscaliFamigliari"`

	PartitaIva     string `csv:"partitaIva"`
	RagioneSociale string `csv:"ragioneSociale"`
	CodiceAteco    string `csv:"codiceAteco"`

	Tipologia string `csv:"tipologia"`

	TipoDocumento         string `csv:"tipoDocumento"`
	NumeroDocumento       string `csv:"numeroDocumento"`
	DataScadenzaDocumento string `csv:"dataScadenzaDocumento"`

	NumeroDiTelefono string `csv:"numeroDiTelefono"`
	Email            string `csv:"email"`
	Pec              string `csv:"pec"`

	Via               string `csv:"via"`
	Civico            string `csv:"civico"`
	Cap               string `csv:"cap"`
	Palazzina         string `csv:"palazzina"`
	Scala             string `csv:"scala"`
	Piano             string `csv:"piano"`
	Interno           string `csv:"interno"`
	CodiceIstatComune string `csv:"codiceIstatComune"`
	Tipo              string `csv:"tipo"`

	VelocitaDownloadMbit string `csv:"velocitaDownloadMbit"`
	CodiceUnivocoCella   string `csv:"codiceUnivocoCella"`
	CodiceUnivocoOfferta string `csv:"codiceUnivocoOfferta"`
	TecnologiaPrenotata  string `csv:"tecnologiaPrenotata"`
	TecnologiaAttivata   string `csv:"tecnologiaAttivata"`

	DataAttivazione string `csv:"dataAttivazione"`
	DataCessazione  string `csv:"dataCessazione"`
}
