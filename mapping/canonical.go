package mapping

import (
	"fmt"
	"strconv"
	"unicode/utf8"
)

// The canonical form of a request is a versioned list of named members. It is JSON, so that [Decode] and people can read
// it, but no general encoder makes it: the layout of a struct must never decide which bytes a journal compares.
//
// This is version 1, and the bytes that every journal has. A member is never moved, renamed, or written in another way. A new
// member that is left out where it is empty may be added at any place: orders without it keep their bytes and their
// keys. What would change the bytes of an order that a journal can have is version 2, see [Key].

// member is one named value of P, the request or a part of it.
type member[P any] struct {
	name  string
	write func(to []byte, name string, of *P) []byte
}

var (
	prenotazioneV1 = []member[Prenotazione]{
		part("operatore", operatoreV1, func(p *Prenotazione) *Operatore { return &p.Operatore }),
		part("famiglia", famigliaV1, func(p *Prenotazione) *DatiFamiglia { return p.Famiglia }),
		part("impresa", impresaV1, func(p *Prenotazione) *DatiImpresa { return p.Impresa }),
		textIfAny("tipoDocumento", func(p *Prenotazione) string { return p.TipoDocumento }),
		textIfAny("dataScadenzaDocumento", func(p *Prenotazione) string { return p.DataScadenzaDocumento }),
		textIfAny("numeroDocumento", func(p *Prenotazione) string { return p.NumeroDocumento }),
		always("numeroDiTelefono", func(p *Prenotazione) string { return p.NumeroDiTelefono }),
		always("email", func(p *Prenotazione) string { return p.Email }),
		textIfAny("pec", func(p *Prenotazione) string { return p.Pec }),
		part("indirizzoInstallazione", indirizzoV1, func(p *Prenotazione) *Indirizzo { return &p.IndirizzoInstallazione }),
		whole("velocitaDownloadMbit", func(p *Prenotazione) int { return p.VelocitaDownloadMbit }),
		textIfAny("codiceUnivocoCella", func(p *Prenotazione) string { return p.CodiceUnivocoCella }),
	}
	operatoreV1 = []member[Operatore]{
		always("partitaIvaOperatore", func(o *Operatore) string { return o.PartitaIvaOperatore }),
		always("codiceUnivocoOfferta", func(o *Operatore) string { return o.CodiceUnivocoOfferta }),
		always("tecnologiaPrenotata", func(o *Operatore) string { return o.TecnologiaPrenotata }),
	}
	famigliaV1 = []member[DatiFamiglia]{
		always("codiceFiscale", func(f *DatiFamiglia) string { return f.CodiceFiscale }),
		always("cognome", func(f *DatiFamiglia) string { return f.Cognome }),
		always("nome", func(f *DatiFamiglia) string { return f.Nome }),
		always("sesso", func(f *DatiFamiglia) string { return f.Sesso }),
		always("dataDiNascita", func(f *DatiFamiglia) string { return f.DataDiNascita }),
		always("luogoDiNascita", func(f *DatiFamiglia) string { return f.LuogoDiNascita }),
		whole("numeroComponentiNucleoFamigliare", func(f *DatiFamiglia) int { return f.NumeroComponentiNucleoFamigliare }),
		listIfAny("codiciFiscaliFamigliari", func(f *DatiFamiglia) []string { return f.CodiciFiscaliFamigliari }),
		always("tipologia", func(f *DatiFamiglia) string { return f.Tipologia }),
	}
	impresaV1 = []member[DatiImpresa]{
		always("partitaIva", func(i *DatiImpresa) string { return i.PartitaIva }),
		always("ragioneSociale", func(i *DatiImpresa) string { return i.RagioneSociale }),
		textIfAny("codiceAteco", func(i *DatiImpresa) string { return i.CodiceAteco }),
		always("tipologia", func(i *DatiImpresa) string { return i.Tipologia }),
	}
	indirizzoV1 = []member[Indirizzo]{
		always("via", func(i *Indirizzo) string { return i.Via }),
		always("civico", func(i *Indirizzo) string { return i.Civico }),
		always("cap", func(i *Indirizzo) string { return i.Cap }),
		textIfAny("palazzina", func(i *Indirizzo) string { return i.Palazzina }),
		textIfAny("scala", func(i *Indirizzo) string { return i.Scala }),
		textIfAny("piano", func(i *Indirizzo) string { return i.Piano }),
		textIfAny("interno", func(i *Indirizzo) string { return i.Interno }),
		always("codiceIstatComune", func(i *Indirizzo) string { return i.CodiceIstatComune }),
		textIfAny("tipo", func(i *Indirizzo) string { return i.Tipo }),
	}
	attivazioneV1 = []member[Attivazione]{
		always("dataAttivazione", func(a *Attivazione) string { return a.DataAttivazione }),
		textIfAny("codiceFiscale", func(a *Attivazione) string { return a.CodiceFiscale }),
		textIfAny("partitaIva", func(a *Attivazione) string { return a.PartitaIva }),
		textIfAny("codiceUnivocoOfferta", func(a *Attivazione) string { return a.CodiceUnivocoOfferta }),
		always("partitaIvaOperatore", func(a *Attivazione) string { return a.PartitaIvaOperatore }),
		always("tecnologiaAttivata", func(a *Attivazione) string { return a.TecnologiaAttivata }),
	}
	cessazioneV1 = []member[Cessazione]{
		always("dataCessazione", func(c *Cessazione) string { return c.DataCessazione }),
		textIfAny("codiceFiscale", func(c *Cessazione) string { return c.CodiceFiscale }),
		textIfAny("partitaIva", func(c *Cessazione) string { return c.PartitaIva }),
		always("partitaIvaOperatore", func(c *Cessazione) string { return c.PartitaIvaOperatore }),
	}
	disdettaV1 = []member[Disdetta]{
		textIfAny("codiceFiscale", func(d *Disdetta) string { return d.CodiceFiscale }),
		textIfAny("partitaIva", func(d *Disdetta) string { return d.PartitaIva }),
		always("partitaIvaOperatore", func(d *Disdetta) string { return d.PartitaIvaOperatore }),
	}
)

// Canonical is the request without anything that changes from one sending to the next: what the journal
// keeps and what [Key] is made of. The error is of something that is none of the four requests.
func Canonical(r Request) ([]byte, error) {
	to := make([]byte, 0, 768) // enough for nearly every request
	switch r := r.(type) {
	case Prenotazione:
		return appendObject(to, prenotazioneV1, &r), nil
	case Attivazione:
		return appendObject(to, attivazioneV1, &r), nil
	case Cessazione:
		return appendObject(to, cessazioneV1, &r), nil
	case Disdetta:
		return appendObject(to, disdettaV1, &r), nil
	}
	return nil, fmt.Errorf("a %T is no request that has a canonical form", r)
}

func appendObject[P any](to []byte, members []member[P], of *P) []byte {
	to = append(to, '{')
	for i := range members {
		to = members[i].write(to, members[i].name, of)
	}
	if to[len(to)-1] == ',' {
		to = to[:len(to)-1]
	}
	return append(to, '}')
}

// always is a text that is written even where it is empty.
func always[P any](name string, value func(*P) string) member[P] {
	return member[P]{name, func(to []byte, name string, of *P) []byte { return appendMember(to, name, value(of)) }}
}

// textIfAny is a text that is left out where it is empty.
func textIfAny[P any](name string, value func(*P) string) member[P] {
	return member[P]{name, func(to []byte, name string, of *P) []byte {
		if text := value(of); text != "" {
			return appendMember(to, name, text)
		}
		return to
	}}
}

func whole[P any](name string, value func(*P) int) member[P] {
	return member[P]{name, func(to []byte, name string, of *P) []byte {
		return append(strconv.AppendInt(appendName(to, name), int64(value(of)), 10), ',')
	}}
}

func listIfAny[P any](name string, value func(*P) []string) member[P] {
	return member[P]{name, func(to []byte, name string, of *P) []byte {
		texts := value(of)
		if len(texts) == 0 {
			return to
		}
		to = append(appendName(to, name), '[')
		for _, text := range texts {
			to = append(appendText(to, text), ',')
		}
		to[len(to)-1] = ']'
		return append(to, ',')
	}}
}

// part is an object within the request; it is left out where there is none.
func part[P, Q any](name string, members []member[Q], value func(*P) *Q) member[P] {
	return member[P]{name, func(to []byte, name string, of *P) []byte {
		inner := value(of)
		if inner == nil {
			return to
		}
		return append(appendObject(appendName(to, name), members, inner), ',')
	}}
}

// appendMember adds a member, and the comma before the next one.
func appendMember(to []byte, name, value string) []byte {
	return append(appendText(appendName(to, name), value), ',')
}

func appendName(to []byte, name string) []byte {
	return append(append(append(to, '"'), name...), '"', ':')
}

// appendText writes a text as JSON, its letters as they are and without HTML escapes. The two line separators of Unicode are
// escaped, and bytes that are no UTF-8 become \ufffd: so it was when encoding/json did it.
func appendText(to []byte, text string) []byte {
	const hex = "0123456789abcdef"
	to = append(to, '"')
	done := 0 // what was written of the text
	for i := 0; i < len(text); {
		c := text[i]
		if c >= ' ' && c < utf8.RuneSelf && c != '"' && c != '\\' {
			i++
			continue
		}
		r, size := rune(c), 1
		if c >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(text[i:])
			if r != '\u2028' && r != '\u2029' && (r != utf8.RuneError || size > 1) {
				i += size
				continue
			}
		}
		to = append(to, text[done:i]...)
		switch r {
		case '"', '\\':
			to = append(to, '\\', c)
		case '\b':
			to = append(to, '\\', 'b')
		case '\f':
			to = append(to, '\\', 'f')
		case '\n':
			to = append(to, '\\', 'n')
		case '\r':
			to = append(to, '\\', 'r')
		case '\t':
			to = append(to, '\\', 't')
		default:
			to = append(to, '\\', 'u', hex[r>>12&15], hex[r>>8&15], hex[r>>4&15], hex[r&15])
		}
		i += size
		done = i
	}
	return append(append(to, text[done:]...), '"')
}
