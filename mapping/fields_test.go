package mapping_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"voucherbul/mapping"
)

func TestOrderHasTheColumnsOfTheTable(t *testing.T) {
	var tags, names []string
	order := reflect.TypeFor[mapping.Order]()
	for i := range order.NumField() {
		if tag := order.Field(i).Tag.Get("csv"); tag != "-" {
			tags = append(tags, tag)
		}
	}
	for _, f := range mapping.Fields() {
		names = append(names, f.Name)
	}
	if !slices.Equal(tags, names) {
		t.Errorf("csv tags\n%q\nfields\n%q", tags, names)
	}
}

// TestFieldsReachTheirOwnText asserts that no two fields share a text of the order.
func TestFieldsReachTheirOwnText(t *testing.T) {
	order := reflect.TypeFor[mapping.Order]()
	for _, f := range mapping.Fields() {
		var o mapping.Order
		f.Set(&o, "x")
		if f.In(&o) != "x" {
			t.Errorf("%s does not read what it sets", f.Name)
		}
		for i := range order.NumField() {
			set := reflect.ValueOf(o).Field(i)
			if own := order.Field(i).Tag.Get("csv") == f.Name; own == set.IsZero() {
				t.Errorf("%s sets %s", f.Name, order.Field(i).Name)
			}
		}
	}
}

func TestFieldsAreExplained(t *testing.T) {
	for _, f := range mapping.Fields() {
		if f.Label == "" || f.Example == "" || f.Format.Expected == "" || f.Used() == 0 {
			t.Errorf("%s lacks label, example, expectation or use", f.Name)
		}
		if f.Required&f.Optional != 0 {
			t.Errorf("%s is required and optional in one use", f.Name)
		}
		if got, ok := mapping.FieldNamed(f.Name); !ok || got.Label != f.Label {
			t.Errorf("FieldNamed(%q) finds %q", f.Name, got.Name)
		}
		for _, value := range f.Format.Values {
			if value == "" || !strings.Contains(f.Format.Expected, value) {
				t.Errorf("%s: %q does not name %q", f.Name, f.Format.Expected, value)
			}
		}
	}
	if _, ok := mapping.FieldNamed("nessuno"); ok {
		t.Error("a field that is none")
	}
}

// TestExamples maps, for every operation and kind, the order that the template shows. Nothing of it may need
// an explanation.
func TestExamples(t *testing.T) {
	eachUse(t, func(t *testing.T, op mapping.Operation, kind mapping.Kind) {
		o := examples(op, kind)
		now := time.Date(2027, 1, 15, 12, 0, 0, 0, rome(t))
		if op == mapping.OperationAttivazione { // an old one is worth a warning
			now = time.Date(2026, 6, 1, 12, 0, 0, 0, rome(t))
		}
		m := mapping.Mapper{Operator: o.PartitaIvaOperatore, Now: now}
		if got := m.Map(o); got.Blocked() || len(got.Problems)+len(got.Corrections) > 0 {
			t.Errorf("%v %v", got.Problems, got.Corrections)
		}
	})
}

// TestRequiredIsNeeded asserts that a row needs every required field, and no other.
func TestRequiredIsNeeded(t *testing.T) {
	eachUse(t, func(t *testing.T, op mapping.Operation, kind mapping.Kind) {
		m := mapping.Mapper{Operator: operator, Operation: op, Now: time.Date(2027, 1, 15, 12, 0, 0, 0, rome(t))}
		for _, f := range mapping.Fields() {
			o := examples(op, kind)
			o.PartitaIvaOperatore = ""
			f.Set(o, "")
			if f.Name == "codiciFiscaliFamigliari" {
				o.NumeroComponentiNucleoFamigliare = "1"
			}
			required := f.Required.Has(op, kind)
			if got := m.Map(o); got.Blocked() != required {
				t.Errorf("without %s: blocked %t, required %t: %v", f.Name, got.Blocked(), required, got.Problems)
			}
		}
	})
}

// TestHeadersAreUnique asserts that a header never stands for two fields of one and the same row.
func TestHeadersAreUnique(t *testing.T) {
	for _, f := range mapping.Fields() {
		for _, header := range append([]string{f.Name, f.Label}, f.Synonyms...) {
			found := mapping.Claims(header)
			if !slices.Contains(found, mapping.Claim{Field: f.Name}) {
				t.Errorf("header %q does not find %s", header, f.Name)
			}
			for _, claim := range found {
				g, _ := mapping.FieldNamed(claim.Field)
				if g.Name != f.Name && g.Used()&f.Used() != 0 {
					t.Errorf("header %q is both %s and %s of one row", header, f.Name, g.Name)
				}
			}
		}
	}
}

func TestClaims(t *testing.T) {
	for header, want := range map[string][]string{
		"CODICE FISCALE":             {"codiceFiscale"},
		" codice_fiscale ":           {"codiceFiscale"},
		"Velocita' download":         {"velocitaDownloadMbit"},
		"VELOCITÀ DOWNLOAD":          {"velocitaDownloadMbit"},
		"Velocita\u0300 download":    {"velocitaDownloadMbit"},
		"N. civico":                  {"civico"},
		"CF familiare 1":             {"codiciFiscaliFamigliari#1"},
		"Tecnologia":                 {"tecnologiaPrenotata", "tecnologiaAttivata"},
		"indirizzoInstallazione.cap": nil,
		"Note":                       nil,
		"":                           nil,
		"---":                        nil,
	} {
		var names []string
		for _, claim := range mapping.Claims(header) {
			names = append(names, claim.Field+claim.Member)
		}
		if !slices.Equal(names, want) {
			t.Errorf("%q is %q, want %q", header, names, want)
		}
	}
}

func TestParseOperation(t *testing.T) {
	for text, want := range map[string]mapping.Operation{
		"prenotazione": mapping.OperationPrenotazione, " ATTIVAZIONE ": mapping.OperationAttivazione,
		"Richiesta cessazione": mapping.OperationCessazione, "disdetta": mapping.OperationDisdetta,
		"Richiesta \u00a0 Disdetta\u200b": mapping.OperationDisdetta,
		"":                                "", "prenotazioni": "", "richiesta": "", "prenotazione disdetta": "",
	} {
		if got, ok := mapping.ParseOperation(text); got != want || ok != (want != "") {
			t.Errorf("%q is %q, %t", text, got, ok)
		}
	}
}

// The kind of an order is that of its request: an identifier of nothing that is seen is none.
func TestKindOf(t *testing.T) {
	for _, c := range []struct {
		cf, piva string
		want     mapping.Kind
	}{
		{"RSSMRA85T10H501O", "", mapping.Famiglia}, {"x", "\u200b\u00a0", mapping.Famiglia},
		{"", "01234569992", mapping.Impresa}, {" \ufeff", "x", mapping.Impresa},
		{"-", "x", mapping.Impresa}, {"x", "N.D.", mapping.Famiglia}, {"", "", ""}, {"\u00ad", " ", ""}, {"-", "null", ""}, {"x", "y", ""},
	} {
		o := mapping.Order{Operazione: "disdetta", CodiceFiscale: c.cf, PartitaIva: c.piva}
		if got := mapping.KindOf(&o); got != c.want {
			t.Errorf("%q and %q are %q, want %q", c.cf, c.piva, got, c.want)
		}
		m := mapping.Mapper{Operator: operator, Now: checkedAt(t)}.Map(&o)
		unknown := len(m.Problems) == 1 && (strings.HasSuffix(m.Problems[0].Expected, "(impresa)") || strings.HasSuffix(m.Problems[0].Expected, "non tutti e due"))
		if unknown != (c.want == "") {
			t.Errorf("%q and %q have the problems %v", c.cf, c.piva, m.Problems)
		}
	}
}

func TestColumnsOfTheFile(t *testing.T) {
	m := mapping.Mapper{Operator: operator, Now: checkedAt(t), Columns: map[string]string{"codiceFiscale": "C.F. cliente"}}
	got := m.Map(&mapping.Order{Operazione: "disdetta", CodiceFiscale: "RSSMRA85T10H50"})
	const want = "C.F. cliente: trovato «RSSMRA85T10H50», atteso codice fiscale di 16 caratteri; controllare: i caratteri devono essere 16"
	if len(got.Problems) != 1 || got.Problems[0].String() != want {
		t.Errorf("%v", got.Problems)
	}
	got = m.Map(&mapping.Order{Operazione: "disdetta", CodiceFiscale: "RSSMRA85T10 H501O"})
	if len(got.Corrections) != 1 || got.Corrections[0].String() != "C.F. cliente: «RSSMRA85T10 H501O» → «RSSMRA85T10H501O»" {
		t.Errorf("%v", got.Corrections)
	}
	got = m.Map(&mapping.Order{CodiceFiscale: "RSSMRA85T10H501O"})
	if len(got.Problems) != 1 || !strings.HasPrefix(got.Problems[0].String(), "Operazione: cella vuota, atteso uno tra ") {
		t.Errorf("%v", got.Problems)
	}
}
