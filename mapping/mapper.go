package mapping

import (
	"fmt"
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
}

// Mapped is what became of one row: a Request, or the Problems that keep it from being sent.
type Mapped struct {
	Operation    Operation // "" where the row does not say
	Beneficiario string    // "" where the row has none that is right
	Request      Request   // nil where a Problem blocks
	Problems     []Problem
	Corrections  []Correction
}

// Blocked reports whether the row may not be sent.
func (m Mapped) Blocked() bool { return m.Request == nil }

// Map judges one row. It returns every Problem of the row at once, not only the first one.
func (m Mapper) Map(o *Order) Mapped {
	r := row{mapper: m, order: o, values: make(map[string]string, len(table))}
	op := r.operation()
	kind := r.kind()
	r.out.Operation = op
	if op == "" || kind == "" {
		return r.out
	}
	here := use(op, kind)
	for i := range table {
		if f := &table[i]; f.Used()&here != 0 && f.Name != "operazione" {
			r.values[f.Name] = r.value(f, f.Required&here != 0)
		}
	}
	r.checkOperator()
	r.out.Beneficiario = r.values["codiceFiscale"] + r.values["partitaIva"]
	if op == OperationPrenotazione {
		r.checkTipologia(kind)
		if kind == Famiglia {
			r.checkHousehold()
		}
	}
	if !r.blocked {
		r.out.Request = r.request(op, kind)
	}
	return r.out
}

// row is the work on one order.
type row struct {
	mapper  Mapper
	order   *Order
	values  map[string]string // what is sent, by field name
	out     Mapped
	blocked bool
}

// value reads one field and notes its Problem or Correction.
func (r *row) value(f *Field, required bool) string {
	raw := f.In(r.order)
	v := clean(raw)
	if v == "" {
		if required {
			r.problem(f, raw, fault{remedy: "compilare la cella"})
		}
		return ""
	}
	if fault := unreadable(raw, v); fault != nil {
		r.problem(f, raw, *fault)
		return ""
	}
	value, fault := f.Format.read(v, r.mapper.Now)
	if fault != nil {
		r.problem(f, raw, *fault)
		if !fault.warn {
			return ""
		}
	}
	// Upper case is a convention of the request, not a repair: it would bury the real corrections.
	restated := f.Format.restates != nil && f.Format.restates(raw)
	if !restated && !strings.EqualFold(value, raw) {
		r.out.Corrections = append(r.out.Corrections, Correction{Field: f.Name, Column: r.column(f), From: raw, To: value})
	}
	return value
}

func (r *row) problem(f *Field, found string, why fault) {
	p := Problem{Field: f.Name, Column: r.column(f), Found: found, Expected: why.expected, Remedy: why.remedy, Severity: Blocks}
	if p.Expected == "" {
		p.Expected = f.Format.Expected
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

// named is for fields that the code itself names; the table test keeps them right.
func named(name string) *Field {
	i := slices.IndexFunc(table[:], func(f Field) bool { return f.Name == name })
	return &table[i]
}

// operation is the row's own, or the one of the whole file.
func (r *row) operation() Operation {
	f := named("operazione")
	if clean(f.In(r.order)) == "" && r.mapper.Operation != "" {
		return r.mapper.Operation
	}
	value := r.value(f, true)
	return Operation(value)
}

// kind is told by which of the two identifiers is there: exactly one of them (rules.md 2, A20).
func (r *row) kind() Kind {
	cf, piva := named("codiceFiscale"), named("partitaIva")
	switch hasCF, hasPiva := clean(cf.In(r.order)) != "", clean(piva.In(r.order)) != ""; {
	case hasCF && hasPiva:
		r.problem(piva, piva.In(r.order), fault{expected: "o il codice fiscale o la partita IVA, non tutti e due",
			remedy: "lasciare il codice fiscale per una famiglia, la partita IVA per un'impresa"})
	case hasCF:
		return Famiglia
	case hasPiva:
		return Impresa
	default:
		r.problem(cf, "", fault{expected: "il codice fiscale (famiglia) o la partita IVA (impresa)", remedy: "indicare il beneficiario"})
	}
	return ""
}

// checkOperator compares a column with the configuration: another operator's order must not be filed.
func (r *row) checkOperator() {
	if v := r.values["partitaIvaOperatore"]; v != "" && r.mapper.Operator != "" && v != r.mapper.Operator {
		r.problem(named("partitaIvaOperatore"), v, fault{expected: "la partita IVA configurata, " + r.mapper.Operator,
			remedy: "la riga è di un altro operatore, o la configurazione è sbagliata"})
	}
}

// checkTipologia keeps a family's voucher kind from an enterprise and the reverse (rules.md 2.4, 2.5).
func (r *row) checkTipologia(kind Kind) {
	v := r.values["tipologia"]
	prefix := map[Kind]string{Famiglia: "FAM", Impresa: "IMP"}[kind]
	if v != "" && !strings.HasPrefix(v, prefix) {
		who := map[Kind]string{Famiglia: "una famiglia", Impresa: "un'impresa"}[kind]
		r.problem(named("tipologia"), v, fault{expected: fmt.Sprintf("%s1 o %s2", prefix, prefix),
			remedy: "il beneficiario della riga è " + who})
	}
}

// checkHousehold compares the number of people with the list of relatives (rules.md 2.4, A17).
func (r *row) checkHousehold() {
	count, _ := strconv.Atoi(r.values["numeroComponentiNucleoFamigliare"])
	relatives := splitRelatives(r.values["codiciFiscaliFamigliari"])
	if slices.Contains(relatives, r.values["codiceFiscale"]) {
		r.problem(named("codiciFiscaliFamigliari"), r.values["codiceFiscale"], fault{expected: "solo gli altri componenti del nucleo",
			remedy: "togliere il codice fiscale del beneficiario dalla lista"})
	}
	listFailed := slices.ContainsFunc(r.out.Problems, func(p Problem) bool { return p.Field == "codiciFiscaliFamigliari" })
	if count == 0 || listFailed {
		return // their own Problem says enough
	}
	full := len(relatives) == 10 && count > 11 // the platform takes ten codes, households may be larger
	if count != 1+len(relatives) {
		r.problem(named("numeroComponentiNucleoFamigliare"), r.order.NumeroComponentiNucleoFamigliare, fault{
			expected: fmt.Sprintf("%d: il beneficiario e %d familiari", 1+len(relatives), len(relatives)),
			remedy:   "correggere il numero o completare i codici fiscali dei familiari", warn: full})
	}
}

func splitRelatives(joined string) []string {
	if joined == "" {
		return nil
	}
	return strings.Split(joined, ";")
}

// request builds the request of a row without blocking Problems.
func (r *row) request(op Operation, kind Kind) Request {
	v := r.values
	chi := Chi{CodiceFiscale: v["codiceFiscale"], PartitaIva: v["partitaIva"]}
	switch op {
	case OperationAttivazione:
		return Attivazione{DataAttivazione: v["dataAttivazione"], Chi: chi, CodiceUnivocoOfferta: v["codiceUnivocoOfferta"],
			PartitaIvaOperatore: r.mapper.Operator, TecnologiaAttivata: v["tecnologiaAttivata"]}
	case OperationCessazione:
		return Cessazione{DataCessazione: v["dataCessazione"], Chi: chi, PartitaIvaOperatore: r.mapper.Operator}
	case OperationDisdetta:
		return Disdetta{Chi: chi, PartitaIvaOperatore: r.mapper.Operator}
	}
	return r.prenotazione(kind)
}

func (r *row) prenotazione(kind Kind) Request {
	v := r.values
	number := func(field string) int { n, _ := strconv.Atoi(v[field]); return n } // shown to be a number by its format
	p := Prenotazione{
		Operatore: Operatore{PartitaIvaOperatore: r.mapper.Operator, CodiceUnivocoOfferta: v["codiceUnivocoOfferta"],
			TecnologiaPrenotata: v["tecnologiaPrenotata"]},
		TipoDocumento: v["tipoDocumento"], DataScadenzaDocumento: v["dataScadenzaDocumento"], NumeroDocumento: v["numeroDocumento"],
		NumeroDiTelefono: v["numeroDiTelefono"], Email: v["email"], Pec: v["pec"],
		IndirizzoInstallazione: Indirizzo{Via: v["via"], Civico: v["civico"], Cap: v["cap"], Palazzina: v["palazzina"], Scala: v["scala"],
			Piano: v["piano"], Interno: v["interno"], CodiceIstatComune: v["codiceIstatComune"], Tipo: v["tipo"]},
		VelocitaDownloadMbit: number("velocitaDownloadMbit"), CodiceUnivocoCella: v["codiceUnivocoCella"],
	}
	if kind == Impresa {
		p.Impresa = &DatiImpresa{PartitaIva: v["partitaIva"], RagioneSociale: v["ragioneSociale"], CodiceAteco: v["codiceAteco"], Tipologia: v["tipologia"]}
		return p
	}
	p.Famiglia = &DatiFamiglia{CodiceFiscale: v["codiceFiscale"], Cognome: v["cognome"], Nome: v["nome"], Sesso: v["sesso"],
		DataDiNascita: v["dataDiNascita"], LuogoDiNascita: v["luogoDiNascita"],
		NumeroComponentiNucleoFamigliare: number("numeroComponentiNucleoFamigliare"),
		CodiciFiscaliFamigliari:          splitRelatives(v["codiciFiscaliFamigliari"]), Tipologia: v["tipologia"]}
	return p
}
