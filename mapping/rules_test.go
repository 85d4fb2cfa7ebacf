package mapping_test

import (
	"fmt"
	"reflect"
	"testing"

	"voucherbul/mapping"
)

// TestOffices gives out partite IVA by every office code there can be.
func TestOffices(t *testing.T) {
	offices := 0
	for code := range 1000 {
		for check := range 10 {
			p := fmt.Sprintf("0123456%03d%d", code, check)
			if !mapping.ValidPartitaIva(p) {
				continue
			}
			got := mapOne(t, "partitaIva", p)
			if got.Blocked() {
				t.Fatalf("%s: %v", p, got.Problems)
			}
			if len(got.Problems) == 0 {
				offices++
			}
			known := code >= 1 && code <= 100 || code == 120 || code == 121 || code == 888 || code == 999
			if known == (len(got.Problems) > 0) {
				t.Errorf("%s: %v", p, got.Problems)
			}
		}
	}
	if offices != 104 {
		t.Errorf("%d offices", offices)
	}
}

// TestOfferCodesOfAnotherShape asserts that only the shape of the specification's samples says something.
func TestOfferCodesOfAnotherShape(t *testing.T) {
	if got := mapOne(t, "codiceUnivocoOfferta", "OPE040-FAM2-FTTC-200-1"); len(got.Problems) != 3 {
		t.Fatalf("%v", got.Problems)
	}
	for _, code := range []string{"OPE40-FAM2-FTTC-200-1", "OPE0040-FAM2-FTTC-200-1", "OPE-FAM2-FTTC-200-1", "OPX040-FAM2-FTTC-200-1", "OPE040-FAM2-FTTC-200-A",
		"OPE040-FAM2-FTTC-200-", "OPE040-FAM2-FTTC-0200-1", "OPE040-FAM2-FTTC--1", "OPE040-FAM2-ADSL-200-1", "OPE040-FAM2-FTTC-200-1-1", "OPE040_FAM2_FTTC_200_1"} {
		if got := mapOne(t, "codiceUnivocoOfferta", code); len(got.Problems) > 0 {
			t.Errorf("%s: %v", code, got.Problems)
		}
	}
}

// TestRulesFingerprint pins the text of the rules by which an interrupted run is known again, and asserts that every rule there is
// changes it: two readings with other rules are two runs.
func TestRulesFingerprint(t *testing.T) {
	for _, c := range []struct {
		rules mapping.Rules
		want  string
	}{
		{mapping.Rules{}, "{InconsistentCF: ExpiredDocument: Household: Duplicate: ProvisionalCF: UnknownComune: UnknownOffer: Phone:}"},
		{mapping.Rules{InconsistentCF: mapping.ToBlock, ExpiredDocument: mapping.ToWarn, Household: mapping.ToWarn, Duplicate: mapping.ToWarn,
			ProvisionalCF: mapping.ToWarn, UnknownComune: mapping.ToBlock, UnknownOffer: mapping.ToBlock, Phone: mapping.PhoneE164},
			"{InconsistentCF:block ExpiredDocument:warn Household:warn Duplicate:warn ProvisionalCF:warn UnknownComune:block UnknownOffer:block Phone:e164}"},
	} {
		if got := c.rules.Fingerprint(); got != c.want {
			t.Errorf("%s, want %s", got, c.want)
		}
	}
	seen := map[string]string{mapping.Rules{}.Fingerprint(): "nothing"}
	for i := range reflect.TypeFor[mapping.Rules]().NumField() {
		var rules mapping.Rules
		name := reflect.TypeFor[mapping.Rules]().Field(i).Name
		reflect.ValueOf(&rules).Elem().Field(i).SetString("x")
		got := rules.Fingerprint()
		if other, ok := seen[got]; ok {
			t.Errorf("%s has the fingerprint of %s: Fingerprint has to list it", name, other)
		}
		seen[got] = name
	}
}
