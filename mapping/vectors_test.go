package mapping_test

import (
	"slices"
	"strings"
	"testing"

	"voucherbul/mapping"
)

// vectors is testdata/vectors.json: codes checked against independent programs.
type vectors struct {
	CodiceFiscale struct {
		Valid         []struct{ CF string }
		ValidOmocodia []string
		Invalid       []struct{ CF, Why string }
	}
	PartitaIva struct {
		Valid   []string
		Invalid []struct{ P, Why string }
	}
	CodiceUnivocoCella struct{ Valid, Invalid []string }
	ExcelPadding       []struct {
		Campo, In string
		Out       *string
	}
}

func TestVectorsCodiceFiscale(t *testing.T) {
	var v vectors
	readJSON(t, "testdata/vectors.json", &v)
	valid := slices.Clone(v.CodiceFiscale.ValidOmocodia)
	for _, c := range v.CodiceFiscale.Valid {
		valid = append(valid, c.CF)
	}
	if len(valid) < 13 || len(v.CodiceFiscale.Invalid) < 6 {
		t.Fatal("vectors are missing")
	}
	for _, cf := range valid {
		if !mapping.ValidCodiceFiscale(cf) {
			t.Errorf("%s is not valid", cf)
		}
		if got := mapOne(t, "codiceFiscale", cf); got.Blocked() || got.Beneficiario != cf {
			t.Errorf("%s becomes %q, %v", cf, got.Beneficiario, got.Problems)
		}
		for letter := byte('A'); letter <= 'Z'; letter++ { // one check letter only
			if other := cf[:15] + string(letter); other != cf && mapping.ValidCodiceFiscale(other) {
				t.Errorf("%s is valid beside %s", other, cf)
			}
		}
	}
	for _, c := range v.CodiceFiscale.Invalid {
		if mapping.ValidCodiceFiscale(c.CF) {
			t.Errorf("%s is valid: %s", c.CF, c.Why)
		}
		if got := mapOne(t, "codiceFiscale", c.CF); !got.Blocked() || got.Beneficiario != "" {
			t.Errorf("%s is sent: %s", c.CF, c.Why)
		}
	}
}

func TestVectorsPartitaIva(t *testing.T) {
	var v vectors
	readJSON(t, "testdata/vectors.json", &v)
	if len(v.PartitaIva.Valid) < 6 || len(v.PartitaIva.Invalid) < 3 {
		t.Fatal("vectors are missing")
	}
	for _, p := range v.PartitaIva.Valid {
		if !mapping.ValidPartitaIva(p) {
			t.Errorf("%s is not valid", p)
		}
		if got := mapOne(t, "partitaIva", p); got.Blocked() || got.Beneficiario != p {
			t.Errorf("%s becomes %q, %v", p, got.Beneficiario, got.Problems)
		}
		for digit := byte('0'); digit <= '9'; digit++ { // one check digit only
			if other := p[:10] + string(digit); other != p && mapping.ValidPartitaIva(other) {
				t.Errorf("%s is valid beside %s", other, p)
			}
		}
	}
	for _, c := range v.PartitaIva.Invalid {
		if mapping.ValidPartitaIva(c.P) {
			t.Errorf("%s is valid: %s", c.P, c.Why)
		}
		if got := mapOne(t, "partitaIva", c.P); !got.Blocked() {
			t.Errorf("%s is sent: %s", c.P, c.Why)
		}
	}
}

func TestVectorsCella(t *testing.T) {
	var v vectors
	readJSON(t, "testdata/vectors.json", &v)
	if len(v.CodiceUnivocoCella.Valid) < 2 || len(v.CodiceUnivocoCella.Invalid) < 5 {
		t.Fatal("vectors are missing")
	}
	sent := func(cell string) string {
		r, _ := mapOne(t, "codiceUnivocoCella", cell).Request.(mapping.Prenotazione)
		return r.CodiceUnivocoCella
	}
	for _, cell := range v.CodiceUnivocoCella.Valid {
		if got := sent(cell); got != cell {
			t.Errorf("%s becomes %q", cell, got)
		}
	}
	for _, cell := range v.CodiceUnivocoCella.Invalid {
		want := "" // except that lower case is put right (RULES.md 2.1)
		if upper := strings.ToUpper(cell); slices.Contains(v.CodiceUnivocoCella.Valid, upper) {
			want = upper
		}
		if got := sent(cell); got != want {
			t.Errorf("%s becomes %q, want %q", cell, got, want)
		}
	}
}

func TestVectorsPadding(t *testing.T) {
	var v vectors
	readJSON(t, "testdata/vectors.json", &v)
	if len(v.ExcelPadding) < 4 {
		t.Fatal("vectors are missing")
	}
	for _, c := range v.ExcelPadding {
		got := mapOne(t, c.Campo, c.In)
		if c.Out == nil {
			if !got.Blocked() {
				t.Errorf("%s %s is sent", c.Campo, c.In)
			}
			continue
		}
		if got.Blocked() || len(got.Corrections) != 1 || got.Corrections[0].From != c.In || got.Corrections[0].To != *c.Out {
			t.Errorf("%s %s: %v %v, want %s", c.Campo, c.In, got.Corrections, got.Problems, *c.Out)
		}
	}
}

// mapOne maps a good prenotazione in which one text is replaced.
func mapOne(t *testing.T, field, text string) mapping.Mapped {
	t.Helper()
	f, ok := mapping.FieldNamed(field)
	if !ok {
		t.Fatalf("no field %q", field)
	}
	kind := mapping.Famiglia
	if !f.Used().Has(mapping.OperationPrenotazione, kind) {
		kind = mapping.Impresa
	}
	o := examples(mapping.OperationPrenotazione, kind)
	o.PartitaIvaOperatore = ""
	o.CodiciFiscaliFamigliari, o.NumeroComponentiNucleoFamigliare = "", "1" // or it may name the beneficiary
	f.Set(o, text)
	return mapping.Mapper{Operator: operator, Now: checkedAt(t)}.Map(o)
}
