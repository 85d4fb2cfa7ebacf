package mapping_test

import (
	"bytes"
	"reflect"
	"regexp"
	"slices"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"voucherbul/mapping"
)

// fataler is what the checks below need of *testing.T, *rapid.T and a fuzz target's T.
type fataler interface {
	Helper()
	Fatalf(format string, args ...any)
}

// checkMapped asserts what holds for every row there can be.
func checkMapped(t fataler, m mapping.Mapper, o *mapping.Order) {
	t.Helper()
	before := *o
	got := m.Map(o)
	if *o != before {
		t.Fatalf("the order was changed")
	}
	blocks := slices.ContainsFunc(got.Problems, func(p mapping.Problem) bool { return p.Severity == mapping.Blocks })
	if blocks == (got.Request != nil) || blocks != got.Blocked() {
		t.Fatalf("request %v with problems %v", got.Request, got.Problems)
	}
	for _, p := range got.Problems {
		if _, ok := mapping.FieldNamed(p.Field); !ok || p.Code == mapping.CodeLegacy || p.Column == "" || p.Expected == "" || p.Remedy == "" ||
			p.Severity != mapping.Blocks && p.Severity != mapping.Warns {
			t.Fatalf("a clerk is not helped by %+v", p)
		}
	}
	for _, c := range got.Corrections {
		if c.From == c.To || c.Field == "" || c.Column == "" {
			t.Fatalf("no correction: %+v", c)
		}
	}
	if again := m.Map(o); !reflect.DeepEqual(again, got) {
		t.Fatalf("once %+v, once %+v", got, again)
	}
	if got.Request != nil {
		checkRequest(t, m, got)
	}
}

// checkRequest asserts that a request is stored and read back whole, can be stamped, and keeps the limits of
// the specification, which are written here a second time.
func checkRequest(t fataler, m mapping.Mapper, got mapping.Mapped) {
	t.Helper()
	text, err := mapping.Canonical(got.Request)
	if err != nil || !utf8.Valid(text) {
		t.Fatalf("%q, %v", text, err)
	}
	back, err := mapping.Decode(got.Operation, text)
	if err != nil || !reflect.DeepEqual(back, got.Request) {
		t.Fatalf("%+v comes back as %+v, %v", got.Request, back, err)
	}
	checkStored(t, got.Request)
	if back.Beneficiario() != got.Beneficiario || back.Operation() != got.Operation {
		t.Fatalf("%s of %s comes back as %s of %s", got.Operation, got.Beneficiario, back.Operation(), back.Beneficiario())
	}
	key := mapping.Key(got.Operation, got.Beneficiario, text)
	for _, s := range []mapping.Stamp{{At: m.Now, DataPrenotazione: true, DataDisdetta: true, Owner: "x"},
		{At: m.Now.Add(48 * time.Hour), DateTimes: mapping.InUTC}} {
		body, err := bodyOf(got.Request, s)
		if err != nil {
			t.Fatalf("%s cannot be stamped: %v", text, err)
		}
		if bytes.Contains(body, []byte(`:""`)) && m.Operator != "" || bytes.Contains(body, []byte("null")) && !bytes.Contains(text, []byte("null")) {
			t.Fatalf("an empty member: %s", body)
		}
		after, err := mapping.Canonical(got.Request)
		if err != nil || !bytes.Equal(after, text) || mapping.Key(got.Operation, got.Beneficiario, after) != key {
			t.Fatalf("stamping changed %s into %s", text, after)
		}
	}
	if p, ok := got.Request.(mapping.Prenotazione); ok {
		checkPrenotazione(t, p)
	}
}

var (
	capCode  = regexp.MustCompile(`^[0-9]{5}$`)
	istat    = regexp.MustCompile(`^[0-9]{6}$`)
	cell     = regexp.MustCompile(`^(20MN[0-9]{7}E[0-9]{7}|100MN[0-9]{7}E[0-9]{7})?$`)
	phone    = regexp.MustCompile(`^[0-9]{6,20}$`)
	day      = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}$`)
	mail     = regexp.MustCompile(`^[!-~]+@[!-~]+\.[A-Za-z]{2,}$`)
	document = regexp.MustCompile(`^(CI|PP|PT)$`)
)

func checkPrenotazione(t fataler, p mapping.Prenotazione) {
	t.Helper()
	filled := func(limit int, texts ...string) bool {
		return !slices.ContainsFunc(texts, func(s string) bool { return s == "" || utf8.RuneCountInString(s) > limit })
	}
	short := func(limit int, texts ...string) bool {
		return !slices.ContainsFunc(texts, func(s string) bool { return utf8.RuneCountInString(s) > limit })
	}
	a := p.IndirizzoInstallazione
	ok := (p.Famiglia == nil) != (p.Impresa == nil) && p.VelocitaDownloadMbit >= 30 && p.VelocitaDownloadMbit <= 99999 &&
		cell.MatchString(p.CodiceUnivocoCella) && phone.MatchString(p.NumeroDiTelefono) &&
		mail.MatchString(p.Email) && short(40, p.Email, p.Pec) && (p.Pec == "" || mail.MatchString(p.Pec)) &&
		filled(100, p.Operatore.CodiceUnivocoOfferta) && filled(4, p.Operatore.TecnologiaPrenotata) &&
		filled(150, a.Via) && filled(10, a.Civico) && short(10, a.Palazzina, a.Scala, a.Piano, a.Interno) && short(9, a.Tipo) &&
		capCode.MatchString(a.Cap) && istat.MatchString(a.CodiceIstatComune) && short(25, p.NumeroDocumento)
	if f := p.Famiglia; f != nil {
		ok = ok && mapping.ValidCodiceFiscale(f.CodiceFiscale) && filled(100, f.Cognome, f.Nome) && filled(1, f.Sesso) &&
			day.MatchString(f.DataDiNascita) && filled(40, f.LuogoDiNascita) && day.MatchString(p.DataScadenzaDocumento) &&
			document.MatchString(p.TipoDocumento) && p.NumeroDocumento != "" && len(f.CodiciFiscaliFamigliari) <= 10 &&
			(f.Tipologia == "FAM1" || f.Tipologia == "FAM2") && !slices.Contains(f.CodiciFiscaliFamigliari, f.CodiceFiscale) &&
			(f.NumeroComponentiNucleoFamigliare == 1+len(f.CodiciFiscaliFamigliari) ||
				f.NumeroComponentiNucleoFamigliare > 11 && len(f.CodiciFiscaliFamigliari) == 10)
	}
	if i := p.Impresa; i != nil {
		ok = ok && mapping.ValidPartitaIva(i.PartitaIva) && filled(80, i.RagioneSociale) && short(8, i.CodiceAteco) &&
			(i.Tipologia == "IMP1" || i.Tipologia == "IMP2") && p.DataScadenzaDocumento == ""
	}
	if !ok {
		t.Fatalf("outside the specification: %+v %+v %+v", p, p.Famiglia, p.Impresa)
	}
}

func TestMapAnything(t *testing.T) {
	now := checkedAt(t)
	rapid.Check(t, func(t *rapid.T) {
		o := new(mapping.Order)
		for _, f := range mapping.Fields() {
			f.Set(o, anyText(f).Draw(t, f.Name))
		}
		if rapid.Bool().Draw(t, "one identifier") {
			if rapid.Bool().Draw(t, "famiglia") {
				o.PartitaIva = ""
			} else {
				o.CodiceFiscale = ""
			}
		}
		m := mapping.Mapper{Operator: operator, Now: now}
		m.Operation = rapid.SampledFrom(append(mapping.Operations(), "")).Draw(t, "operation")
		checkMapped(t, m, o)
	})
}

// TestMapNearlyRight changes one text of a good order: most of the rules are only reached that way.
func TestMapNearlyRight(t *testing.T) {
	now := checkedAt(t)
	fields := mapping.Fields()
	eachUse(t, func(t *testing.T, op mapping.Operation, kind mapping.Kind) {
		rapid.Check(t, func(t *rapid.T) {
			o := goodOrder(op, kind).Draw(t, "order")
			f := rapid.SampledFrom(fields).Draw(t, "field")
			f.Set(o, anyText(f).Draw(t, "text"))
			checkMapped(t, mapping.Mapper{Operator: operator, Now: now}, o)
		})
	})
}

// TestMapGoodOrders asserts that a good order is sent, and that its key depends on nothing but the order.
func TestMapGoodOrders(t *testing.T) {
	now := checkedAt(t)
	eachUse(t, func(t *testing.T, op mapping.Operation, kind mapping.Kind) {
		rapid.Check(t, func(t *rapid.T) {
			o := goodOrder(op, kind).Draw(t, "order")
			m := mapping.Mapper{Operator: operator, Now: now}
			checkMapped(t, m, o)
			got := m.Map(o)
			if got.Blocked() {
				t.Fatalf("%v", got.Problems)
			}
			relatives := got.Request.Familiari()
			if p, ok := got.Request.(mapping.Prenotazione); ok && p.Famiglia != nil && len(relatives) != p.Famiglia.NumeroComponentiNucleoFamigliare-1 {
				t.Fatalf("%d relatives", len(relatives))
			}

			other := *o // in another file, another day
			other.Row, other.Operazione = o.Row+1, ""
			m = mapping.Mapper{Operator: operator, Operation: op, Now: now.Add(1000 * time.Hour), Columns: map[string]string{"codiceFiscale": "CF"}}
			again := m.Map(&other)
			if again.Blocked() {
				t.Fatalf("%v", again.Problems)
			}
			a, _ := mapping.Canonical(got.Request)
			b, _ := mapping.Canonical(again.Request)
			if mapping.Key(op, got.Beneficiario, a) != mapping.Key(op, again.Beneficiario, b) {
				t.Fatalf("%s and %s", a, b)
			}
		})
	})
}

// FuzzMap changes one text of a good order.
func FuzzMap(f *testing.F) {
	now := checkedAt(f)
	fields := mapping.Fields()
	for i, field := range fields {
		for _, text := range []string{field.Example, " " + field.Example + " ", "", "#N/D", "1,23E+10", "\xff", "\u00a0", "29/02/2100", "0", "à"} {
			f.Add(uint8(i), uint8(i), text)
		}
	}
	f.Fuzz(func(t *testing.T, use, field uint8, text string) {
		op := mapping.Operations()[use%4]
		kind := []mapping.Kind{mapping.Famiglia, mapping.Impresa}[use/4%2]
		o := examples(op, kind)
		o.PartitaIvaOperatore = ""
		fields[int(field)%len(fields)].Set(o, text)
		checkMapped(t, mapping.Mapper{Operator: operator, Now: now.AddDate(6, 0, 0)}, o)
	})
}

// TestKeep asserts that every value is told after corrections, those of other operations and those that
// cannot be read included.
func TestKeep(t *testing.T) {
	m := mapping.Mapper{Operator: operator, Now: checkedAt(t), Keep: true}
	got := m.Map(&mapping.Order{Operazione: "Disdetta", CodiceFiscale: "rssmra85t10 h501o", Cap: "184", DataDiNascita: "10/12/1985", Email: "nessuna"})
	for i, f := range mapping.Fields() {
		want := map[string]string{"operazione": "disdetta", "codiceFiscale": "RSSMRA85T10H501O", "cap": "00184", "dataDiNascita": "1985-12-10", "email": "nessuna"}[f.Name]
		if got.Values[i] != want {
			t.Errorf("%s is %q, want %q", f.Name, got.Values[i], want)
		}
	}
}

// TestKeepEmptied asserts that a placeholder which a Correction took away is not told all the same; one with a Problem is.
func TestKeepEmptied(t *testing.T) {
	m := mapping.Mapper{Operator: operator, Now: checkedAt(t), Keep: true}
	got := m.Map(&mapping.Order{Operazione: "prenotazione", CodiceFiscale: "RSSMRA85T10H501O", Interno: "nan", Scala: "-", Cognome: "NULL"})
	for i, f := range mapping.Fields() {
		want, told := map[string]string{"interno": "", "scala": "", "cognome": "NULL"}[f.Name]
		if told && got.Values[i] != want {
			t.Errorf("%s is %q, want %q", f.Name, got.Values[i], want)
		}
	}
}
