package mapping

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Mapper maps the rows of one file. It holds no state: Map may be called from several goroutines.
type Mapper struct {
	Operator  string            // partita IVA of the operator, from the configuration; "" = not compared (checks only)
	Operation Operation         // for rows without one of their own; "" = such rows are a Problem
	Columns   map[string]string // header as written, by field name; nil = the labels of the table
	Now       time.Time         // the instant of the check, in the Italian time zone
	Keep      bool              // fill Mapped.Values, for a comparison with the source
	Rules     Rules             // how rules are weighed, from the configuration
	Comuni    *Comuni           // the archive of comuni; nil = a code's existence and a birthplace are not judged
	Enabled   *Abilitati        // the comuni where vouchers are given; nil = not judged
	Offers    *Offerte          // the operator's offers; nil = only what an offer's code says is compared
	Catalogue *Catalogue        // the platform's enumerations; nil = today's
}

// Mapped is what became of one row: a Request, or the Problems that keep it from being sent.
type Mapped struct {
	Operation    Operation // "" where the row does not say
	Beneficiario string    // "" where the row has none that is right
	Request      Request   // nil where a Problem blocks
	Problems     []Problem
	Corrections  []Correction
	Values       []string // every field's value after corrections, in the order of Fields; nil unless Keep
}

// Blocked reports whether the row may not be sent.
func (m Mapped) Blocked() bool { return m.Request == nil }

// Map judges one row. It returns every Problem of the row at once, not only the first one.
func (m Mapper) Map(o *Order) Mapped { return m.MapIn(new(Scratch), o) }

// Scratch is the room that judging a row takes: a kilobyte, which whoever judges one row after the other need not have anew for
// each.
type Scratch struct{ row row }

// MapIn is Map in a room that nobody else uses meanwhile. Nothing of what it returns stays there.
func (m Mapper) MapIn(s *Scratch, o *Order) Mapped {
	r := &s.row
	*r = row{mapper: m, order: o, catalogue: m.Catalogue.orToday()}
	r.judge()
	if m.Keep {
		r.out.Values = r.everyValue()
	}
	return r.out
}

// judge fills in what becomes of the row.
func (r *row) judge() {
	op := r.operation()
	kind := r.kind()
	r.out.Operation = op
	if op == "" || kind == "" {
		return
	}
	here := use(op, kind)
	for i := range r.catalogue.fields {
		if f := &r.catalogue.fields[i]; f.Used()&here != 0 && i != idOperazione {
			r.values[i] = r.value(i, f.Required&here != 0)
		}
	}
	r.out.Beneficiario = r.values[idCodiceFiscale] + r.values[idPartitaIva]
	r.checkRow(op, kind)
	if !r.blocked {
		r.out.Request = serviceOf(op).request(r, kind)
	}
}

// everyValue is the value of each field, those that the request does not need included. Where a text cannot be
// read it stays as it stands in the file.
func (r *row) everyValue() []string {
	values := make([]string, fieldCount)
	for i := range r.catalogue.fields {
		f := &r.catalogue.fields[i]
		values[i] = r.values[i]
		if v := clean(f.In(r.order)); values[i] == "" && v != "" && !r.emptied(f) {
			values[i] = v
			if value, fault := f.Format.read(v, r.mapper.Now); fault == nil || fault.warn {
				values[i] = value
			}
		}
	}
	if r.out.Operation != "" { // it may have come from elsewhere than the row
		values[idOperazione] = string(r.out.Operation)
	}
	return values
}

// emptied reports whether what stands in the cell was taken for nothing: then it is nothing in the comparison, too.
func (r *row) emptied(f *Field) bool {
	return slices.ContainsFunc(r.out.Corrections, func(c Correction) bool { return c.Field == f.Name && c.To == "" })
}

// row is the work on one order.
type row struct {
	mapper    Mapper
	order     *Order
	catalogue *Catalogue
	values    [fieldCount]string // what is sent
	out       Mapped
	blocked   bool
}

// value reads one field and notes its Problem or Correction.
func (r *row) value(id int, required bool) string {
	f := &r.catalogue.fields[id]
	raw := f.In(r.order)
	v := clean(raw)
	if v == "" {
		if required {
			r.problem(f, raw, r.missing(f))
		}
		return ""
	}
	if isPlaceholder(v) {
		if required {
			r.problem(f, raw, fault{code: CodePlaceholder, remedy: "è un segnaposto e non un valore: scrivere il valore"})
		} else {
			r.out.Corrections = append(r.out.Corrections, Correction{Field: f.Name, Column: r.column(f), From: raw})
		}
		return ""
	}
	if fault := unreadable(raw, v); fault != nil {
		r.problem(f, raw, *fault)
		return ""
	}
	value, fault := f.Format.read(v, r.mapper.Now)
	if fault != nil {
		value, fault = r.secondReading(id, v, value, fault)
	}
	if fault != nil {
		r.problem(f, raw, *fault)
		if !fault.warn {
			return ""
		}
	}
	// Upper case is a convention of the request, not a repair: it would bury the real corrections.
	if !strings.EqualFold(value, raw) && (f.Format.restates == nil || !f.Format.restates(raw, value)) {
		r.out.Corrections = append(r.out.Corrections, Correction{Field: f.Name, Column: r.column(f), From: raw, To: value})
	}
	return value
}

// missing says what to do about an empty cell, or about a column that the file does not have.
func (r *row) missing(f *Field) fault {
	if r.mapper.Columns != nil && r.mapper.Columns[f.Name] == "" {
		return fault{code: CodeNoColumn, remedy: "nel file manca la colonna: aggiungerla, o correggere la sua intestazione"}
	}
	return fault{code: CodeMissing, remedy: "compilare la cella"}
}

func (r *row) problem(f *Field, found string, why fault) {
	p := Problem{Code: cmp.Or(why.code, CodeFormat), Arg: why.arg, Field: f.Name, Column: r.column(f), Found: found, Expected: why.expected,
		Remedy: why.remedy, Severity: Blocks}
	if p.Expected == "" {
		p.Arg, p.Expected = f.Format.name, f.Format.Expected
	}
	if why.warn {
		p.Severity = Warns
	} else {
		r.blocked = true
	}
	r.out.Problems = append(r.out.Problems, p)
}

func (r *row) column(f *Field) string {
	if c := r.mapper.Columns[f.Name]; c != "" {
		return c
	}
	return f.Label
}

// operation is the row's own, or the one of the whole file.
func (r *row) operation() Operation {
	f := &r.catalogue.fields[idOperazione]
	if clean(f.In(r.order)) == "" && r.mapper.Operation != "" {
		return r.mapper.Operation
	}
	value := r.value(idOperazione, true)
	return Operation(value)
}

// isFilled reports whether a cell says something.
func isFilled(raw string) bool {
	v := clean(raw)
	return v != "" && !isPlaceholder(v)
}

// kind is that of the order, which has a Problem where nobody can tell it.
func (r *row) kind() Kind {
	cf, piva := &table[idCodiceFiscale], &table[idPartitaIva]
	kind := KindOf(r.order)
	switch {
	case kind != "":
	case isFilled(cf.In(r.order)):
		r.problem(piva, piva.In(r.order), fault{code: CodeBoth, expected: "o il codice fiscale o la partita IVA, non tutti e due",
			remedy: "lasciare il codice fiscale per una famiglia, la partita IVA per un'impresa"})
	default:
		r.problem(cf, "", fault{code: CodeNeither, expected: "il codice fiscale (famiglia) o la partita IVA (impresa)", remedy: "indicare il beneficiario"})
	}
	return kind
}

// chi is the beneficiary of a request on an existing voucher.
func (r *row) chi() Chi {
	return Chi{CodiceFiscale: r.values[idCodiceFiscale], PartitaIva: r.values[idPartitaIva]}
}

func (r *row) prenotazione(kind Kind) Request {
	v := &r.values
	number := func(field int) int { n, _ := strconv.Atoi(v[field]); return n } // shown to be a number by its format
	p := Prenotazione{
		Operatore: Operatore{PartitaIvaOperatore: r.mapper.Operator, CodiceUnivocoOfferta: v[idCodiceUnivocoOfferta],
			TecnologiaPrenotata: v[idTecnologiaPrenotata]},
		TipoDocumento: v[idTipoDocumento], DataScadenzaDocumento: v[idDataScadenzaDocumento], NumeroDocumento: v[idNumeroDocumento],
		NumeroDiTelefono: v[idNumeroDiTelefono], Email: v[idEmail], Pec: v[idPec],
		IndirizzoInstallazione: Indirizzo{Via: v[idVia], Civico: v[idCivico], Cap: v[idCap], Palazzina: v[idPalazzina], Scala: v[idScala],
			Piano: v[idPiano], Interno: v[idInterno], CodiceIstatComune: v[idCodiceIstatComune], Tipo: v[idTipo]},
		VelocitaDownloadMbit: number(idVelocitaDownloadMbit), CodiceUnivocoCella: v[idCodiceUnivocoCella],
	}
	if kind == Impresa {
		p.Impresa = &DatiImpresa{PartitaIva: v[idPartitaIva], RagioneSociale: v[idRagioneSociale], CodiceAteco: v[idCodiceAteco], Tipologia: v[idTipologia]}
		return p
	}
	p.Famiglia = &DatiFamiglia{CodiceFiscale: v[idCodiceFiscale], Cognome: v[idCognome], Nome: v[idNome], Sesso: v[idSesso],
		DataDiNascita: v[idDataDiNascita], LuogoDiNascita: v[idLuogoDiNascita],
		NumeroComponentiNucleoFamigliare: number(idNumeroComponentiNucleoFamigliare),
		CodiciFiscaliFamigliari:          splitRelatives(v[idCodiciFiscaliFamigliari]), Tipologia: v[idTipologia]}
	return p
}
