package mapping

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// Request is one of [Prenotazione], [Attivazione], [Cessazione], [Disdetta]. It has all that a row says, and nothing about
// the time or the account of the sending. [Body] adds that. What is stored of it is [Canonical], which has lists of its own:
// the order of fields here decides nothing, and a new field has to be listed there.
type Request interface {
	Operation() Operation
	Beneficiario() string // codice fiscale of a family, partita IVA of an enterprise
	Familiari() []string  // codici fiscali of the relatives of a prenotazione

	isOfAnImpresa() bool // told by the member that is filled: a provisional codice fiscale has 11 digits, too
	sum(*sum)            // adds all that the row asks for. A test changes every field once
}

// Operatore is the part of a prenotazione about the operator and its offer (RULES.md 2.3).
type Operatore struct {
	PartitaIvaOperatore  string `json:"partitaIvaOperatore"`
	CodiceUnivocoOfferta string `json:"codiceUnivocoOfferta"`
	TecnologiaPrenotata  string `json:"tecnologiaPrenotata"`
}

// DatiFamiglia describes a family (RULES.md 2.4).
type DatiFamiglia struct {
	CodiceFiscale                    string   `json:"codiceFiscale"`
	Cognome                          string   `json:"cognome"`
	Nome                             string   `json:"nome"`
	Sesso                            string   `json:"sesso"`
	DataDiNascita                    string   `json:"dataDiNascita"`
	LuogoDiNascita                   string   `json:"luogoDiNascita"`
	NumeroComponentiNucleoFamigliare int      `json:"numeroComponentiNucleoFamigliare"`
	CodiciFiscaliFamigliari          []string `json:"codiciFiscaliFamigliari,omitempty"`
	Tipologia                        string   `json:"tipologia"`
}

// DatiImpresa describes an enterprise (RULES.md 2.5).
type DatiImpresa struct {
	PartitaIva     string `json:"partitaIva"`
	RagioneSociale string `json:"ragioneSociale"`
	CodiceAteco    string `json:"codiceAteco,omitempty"`
	Tipologia      string `json:"tipologia"`
}

// Indirizzo is where the line is installed (RULES.md 2.6).
type Indirizzo struct {
	Via               string `json:"via"`
	Civico            string `json:"civico"`
	Cap               string `json:"cap"`
	Palazzina         string `json:"palazzina,omitempty"`
	Scala             string `json:"scala,omitempty"`
	Piano             string `json:"piano,omitempty"`
	Interno           string `json:"interno,omitempty"`
	CodiceIstatComune string `json:"codiceIstatComune"`
	Tipo              string `json:"tipo,omitempty"`
}

// Prenotazione books a voucher; exactly one of Famiglia and Impresa is set (RULES.md 2.1, 2.2).
type Prenotazione struct {
	Operatore              Operatore     `json:"operatore"`
	Famiglia               *DatiFamiglia `json:"famiglia,omitempty"`
	Impresa                *DatiImpresa  `json:"impresa,omitempty"`
	TipoDocumento          string        `json:"tipoDocumento,omitempty"`
	DataScadenzaDocumento  string        `json:"dataScadenzaDocumento,omitempty"`
	NumeroDocumento        string        `json:"numeroDocumento,omitempty"`
	NumeroDiTelefono       string        `json:"numeroDiTelefono"`
	Email                  string        `json:"email"`
	Pec                    string        `json:"pec,omitempty"`
	IndirizzoInstallazione Indirizzo     `json:"indirizzoInstallazione"`
	VelocitaDownloadMbit   int           `json:"velocitaDownloadMbit"`
	CodiceUnivocoCella     string        `json:"codiceUnivocoCella,omitempty"`
}

// Chi names the beneficiary of a request on an existing voucher: exactly one of the two is set.
type Chi struct {
	CodiceFiscale string `json:"codiceFiscale,omitempty"`
	PartitaIva    string `json:"partitaIva,omitempty"`
}

// Attivazione activates a booked voucher (RULES.md 2.8).
type Attivazione struct {
	DataAttivazione string `json:"dataAttivazione"`
	Chi
	CodiceUnivocoOfferta string `json:"codiceUnivocoOfferta,omitempty"`
	PartitaIvaOperatore  string `json:"partitaIvaOperatore"`
	TecnologiaAttivata   string `json:"tecnologiaAttivata"`
}

// Cessazione ends an active voucher (RULES.md 2.9).
type Cessazione struct {
	DataCessazione string `json:"dataCessazione"`
	Chi
	PartitaIvaOperatore string `json:"partitaIvaOperatore"`
}

// Disdetta withdraws a booking (RULES.md 2.10).
type Disdetta struct {
	Chi
	PartitaIvaOperatore string `json:"partitaIvaOperatore"`
}

// Operation implements [Request].
func (Prenotazione) Operation() Operation { return OperationPrenotazione }

// Operation implements [Request].
func (Attivazione) Operation() Operation { return OperationAttivazione }

// Operation implements [Request].
func (Cessazione) Operation() Operation { return OperationCessazione }

// Operation implements [Request].
func (Disdetta) Operation() Operation { return OperationDisdetta }

// Beneficiario implements [Request].
func (p Prenotazione) Beneficiario() string {
	if p.Famiglia != nil {
		return p.Famiglia.CodiceFiscale
	}
	return p.Impresa.PartitaIva
}

// Beneficiario implements [Request].
func (c Chi) Beneficiario() string { return c.CodiceFiscale + c.PartitaIva }

// Familiari implements [Request].
func (p Prenotazione) Familiari() []string {
	if p.Famiglia == nil {
		return nil
	}
	return p.Famiglia.CodiciFiscaliFamigliari
}

// Familiari implements [Request]: only a prenotazione names relatives.
func (Chi) Familiari() []string { return nil }

func (p Prenotazione) isOfAnImpresa() bool { return p.Impresa != nil }

func (c Chi) isOfAnImpresa() bool { return c.PartitaIva != "" }

// Glance finds in a canonical request what decides when it may go, without decoding it: the offer it is about and the
// relatives it names. These keys can stand nowhere else: within a text the quotes around them would be escaped.
func Glance(canonical []byte) (offerta string, familiari []string, err error) {
	if _, rest, ok := bytes.Cut(canonical, []byte(`"codiceUnivocoOfferta":`)); ok {
		if offerta, err = firstValue[string](rest); err != nil {
			return "", nil, err
		}
	}
	if _, rest, ok := bytes.Cut(canonical, []byte(`"codiciFiscaliFamigliari":`)); ok {
		if familiari, err = firstValue[[]string](rest); err != nil {
			return "", nil, err
		}
	}
	return offerta, familiari, nil
}

// firstValue reads the JSON value that a text begins with.
func firstValue[T any](text []byte) (value T, err error) {
	if plain, ok := any(&value).(*string); ok && len(text) > 0 && text[0] == '"' { // as nearly all are
		if end := bytes.IndexAny(text[1:], `"\\`); end >= 0 && text[1+end] == '"' {
			*plain = string(text[1 : 1+end])
			return value, nil
		}
	}
	err = json.NewDecoder(bytes.NewReader(text)).Decode(&value)
	return value, err
}

// Decode reads what [Canonical] wrote.
func Decode(op Operation, canonical []byte) (Request, error) {
	var r Request
	err := fmt.Errorf("unknown operation %q", op)
	if place, ok := placeOf(op); ok {
		r, err = services[place].decode(canonical)
	}
	if p, ok := r.(Prenotazione); ok && err == nil && (p.Famiglia == nil) == (p.Impresa == nil) {
		err = errors.New("it has to have either famiglia or impresa")
	}
	if err != nil {
		return nil, fmt.Errorf("decoding a stored %s: %w", op, err)
	}
	return r, nil
}

func decode[R Request](data []byte) (Request, error) {
	var r R
	err := json.Unmarshal(data, &r)
	return r, err
}
