package mapping

import (
	"fmt"
	"slices"
	"time"
)

// complain notes a Problem about a value, weighed by a Setting.
func (r *row) complain(id int, set Setting, standard Severity, why fault) {
	f := &r.catalogue.fields[id]
	why.warn = set.warns(standard)
	r.problem(f, f.In(r.order), why)
}

// checkRow judges what more than one cell, the configuration or the day decides. Values that their own format has
// refused are not there any more, and get no second Problem.
func (r *row) checkRow(op Operation, kind Kind) {
	r.checkOperator()
	serviceOf(op).check(r, kind)
}

// secondReading is for a text that its format alone refuses: what the rest of the row and the configuration make of it.
func (r *row) secondReading(id int, v, value string, f *fault) (string, *fault) {
	switch id {
	case idCodiceFiscale: // RULES.md A16
		if len(value) == 11 && r.mapper.Rules.ProvisionalCF == ToWarn && ValidPartitaIva(value) {
			return value, &fault{code: f.code, warn: true, expected: f.expected,
				remedy: "codice provvisorio: usare quello definitivo, se l'Agenzia delle Entrate l'ha già dato"}
		}
	case idDataDiNascita:
		if day, ok := twoDigitYear(v, r.values[idCodiceFiscale], r.mapper.Now); ok {
			return day, nil
		}
	case idCodiceIstatComune:
		if remedy := r.cadastralRemedy(v); remedy != "" {
			f.remedy = remedy
		}
	}
	return value, f
}

// checkExpiry: a document that was valid when the order was taken may have expired since (RULES.md 2.1).
func (r *row) checkExpiry() {
	if v := r.values[idDataScadenzaDocumento]; v != "" && r.daysSince(v) > 0 {
		r.complain(idDataScadenzaDocumento, r.mapper.Rules.ExpiredDocument, Warns, fault{code: CodeExpired, expected: "un documento non scaduto",
			remedy: "il documento è scaduto: chiedere quello nuovo"})
	}
}

// oldActivation is how many days back an activation is unusual: a booking is valid for as long (RULES.md 2.8, 9).
const oldActivation = 90

func (r *row) checkAge() {
	if v := r.values[idDataAttivazione]; v != "" && r.daysSince(v) > oldActivation {
		r.complain(idDataAttivazione, ToWarn, Warns, fault{code: CodeOld, expected: "un'attivazione degli ultimi 90 giorni", remedy: "controllare la data, soprattutto l'anno"})
	}
}

// daysSince is the number of days from a canonical date or instant to the day of the check.
func (r *row) daysSince(canonical string) int {
	y, m, d := r.mapper.Now.Date()
	today := time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	day := time.Date(atoi(canonical[:4]), time.Month(atoi(canonical[5:7])), atoi(canonical[8:10]), 0, 0, 0, 0, time.UTC)
	return int(today.Sub(day) / (24 * time.Hour))
}

// checkImpresa: the document of an enterprise is there with both its parts or not at all (RULES.md 2.2).
func (r *row) checkImpresa() {
	lonely := -1
	switch kind, number := r.order.TipoDocumento, r.order.NumeroDocumento; {
	case clean(kind) == "" && clean(number) != "":
		lonely = idTipoDocumento
	case clean(kind) != "" && clean(number) == "":
		lonely = idNumeroDocumento
	}
	if lonely >= 0 {
		r.complain(lonely, ToWarn, Warns, fault{code: CodeHalfDocument, expected: "tipo e numero del documento, o nessuno dei due",
			remedy: "completare il documento o togliere l'altra cella"})
	}
}

// checkSpeed: a voucher of a gigabit is not for less (RULES.md 9).
func (r *row) checkSpeed(kind Kind) {
	t, _ := r.catalogue.tipologia(r.values[idTipologia])
	if v := r.values[idVelocitaDownloadMbit]; t.Kind == kind && v != "" && atoi(v) < t.MinMbit {
		r.complain(idVelocitaDownloadMbit, ToWarn, Warns, fault{code: CodeSlow, arg: t.Value, expected: fmt.Sprintf("almeno %d per un voucher %s", t.MinMbit, t.Value),
			remedy: "controllare la tipologia e la velocità"})
	}
}

// dialPhone gives the number its country where the configuration wants that (RULES.md A34). It is no correction; but
// one that was made shows what is sent.
func (r *row) dialPhone() {
	v := r.values[idNumeroDiTelefono]
	if v == "" || r.mapper.Rules.Phone != PhoneE164 {
		return
	}
	const limit, italy = 20, "+39"
	if len(v)+len(italy) > limit {
		r.complain(idNumeroDiTelefono, ToBlock, Blocks, fault{remedy: "con +39 i caratteri sono più di 20: controllare il numero"})
		return
	}
	r.values[idNumeroDiTelefono] = italy + v
	i := slices.IndexFunc(r.out.Corrections, func(c Correction) bool { return c.Field == table[idNumeroDiTelefono].Name })
	switch {
	case i < 0:
	case r.out.Corrections[i].From != italy+v:
		r.out.Corrections[i].To = italy + v
	case len(r.out.Corrections) == 1:
		r.out.Corrections = nil
	default:
		r.out.Corrections = slices.Delete(r.out.Corrections, i, i+1)
	}
}

// checkOperator compares a column with the configuration: another operator's order must not be filed. Where nothing is
// configured its check digit is looked at; the operator of the specification's examples has a wrong one (RULES.md A27).
func (r *row) checkOperator() {
	switch v := r.values[idPartitaIvaOperatore]; {
	case v == "":
	case r.mapper.Operator == "":
		if !ValidPartitaIva(v) {
			r.complain(idPartitaIvaOperatore, ToWarn, Warns, fault{code: CodeCheckDigit, expected: "una partita IVA con la cifra di controllo giusta", remedy: "controllare ogni cifra"})
		}
	case v != r.mapper.Operator:
		r.problem(&table[idPartitaIvaOperatore], v, fault{code: CodeOperator, arg: r.mapper.Operator, expected: "la partita IVA configurata, " + r.mapper.Operator,
			remedy: "la riga è di un altro operatore, o la configurazione è sbagliata"})
	}
}

// checkTipologia keeps a family's voucher kind from an enterprise and the reverse (RULES.md 2.4, 2.5).
func (r *row) checkTipologia(kind Kind) {
	v := r.values[idTipologia]
	if t, ok := r.catalogue.tipologia(v); !ok || t.Kind == kind {
		return
	}
	who := "una famiglia"
	if kind == Impresa {
		who = "un'impresa"
	}
	r.problem(&r.catalogue.fields[idTipologia], v, fault{code: CodeTipologia, arg: string(kind), expected: orList(r.catalogue.tipologieOf(kind)), remedy: "il beneficiario della riga è " + who})
}
