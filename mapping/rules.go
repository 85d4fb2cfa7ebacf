package mapping

import (
	"fmt"
	"strings"
)

// Setting is how an administrator weighs one rule: the word in the configuration.
type Setting string

// The empty Setting leaves the rule as it is meant, which the comment at each field of [Rules] says.
const (
	ToWarn  Setting = "warn"  // the row is sent, with a Problem in its outcome
	ToBlock Setting = "block" // the row is not sent
)

// PhoneStyle is how a telephone number is sent (RULES.md A34).
type PhoneStyle string

// The two styles; the empty one is national.
const (
	PhoneNational PhoneStyle = "national" // 3330000000
	PhoneE164     PhoneStyle = "e164"     // +393330000000
)

// Rules weighs the rules that the specification leaves open. The zero value is what is meant for everybody.
type Rules struct {
	InconsistentCF  Setting `yaml:"inconsistent_codice_fiscale"` // warn: codice fiscale against the person's data (RULES.md 6.1)
	ExpiredDocument Setting `yaml:"expired_document"`            // warn (RULES.md 2.1)
	Household       Setting `yaml:"household_mismatch"`          // block: number of people against the list (RULES.md 2.4)
	Duplicate       Setting `yaml:"duplicate"`                   // block: the same request twice in a file (RULES.md 3.3)
	ProvisionalCF   Setting `yaml:"provisional_codice_fiscale"`  // block: a beneficiary's code of 11 digits (RULES.md A16)
	UnknownComune   Setting `yaml:"unknown_comune"`              // block, where there is an archive of comuni (RULES.md 2.6)
	UnknownOffer    Setting `yaml:"unknown_offer"`               // block, where there is a list of offers (RULES.md 2.3)

	Phone PhoneStyle `yaml:"phone"` // national
}

// Validate says which setting is none, naming its key and the words that exist. The texts are for the
// administrator.
func (r Rules) Validate() error {
	for _, s := range []struct {
		key string
		set Setting
	}{
		{"inconsistent_codice_fiscale", r.InconsistentCF}, {"expired_document", r.ExpiredDocument}, {"household_mismatch", r.Household},
		{"duplicate", r.Duplicate}, {"provisional_codice_fiscale", r.ProvisionalCF}, {"unknown_comune", r.UnknownComune},
		{"unknown_offer", r.UnknownOffer},
	} {
		if err := oneOf(s.key, string(s.set), string(ToWarn), string(ToBlock)); err != nil {
			return err
		}
	}
	return oneOf("phone", string(r.Phone), string(PhoneNational), string(PhoneE164))
}

func oneOf(key, value string, words ...string) error {
	for _, word := range words {
		if value == "" || value == word {
			return nil
		}
	}
	return fmt.Errorf("%s: %q is not one of %s", key, value, strings.Join(words, ", "))
}

// warns tells how a rule is weighed; standard is what it is without a Setting.
func (s Setting) warns(standard Severity) bool {
	return s == ToWarn || s == "" && standard == Warns
}

// fingerprintV1 is how many rules, the first ones, are in a fingerprint even where they are not set.
const fingerprintV1 = 8

// Fingerprint is the text that stands for the rules in the fingerprint of a run, by which an interrupted run is known again. It is a
// list of named rules, and not the layout of [Rules]. A new rule is added at the end, and is written only where it is set:
// so a run of a release that did not know the rule is known again.
func (r Rules) Fingerprint() string {
	var text []string
	for i, rule := range []struct{ name, set string }{
		{"InconsistentCF", string(r.InconsistentCF)}, {"ExpiredDocument", string(r.ExpiredDocument)}, {"Household", string(r.Household)},
		{"Duplicate", string(r.Duplicate)}, {"ProvisionalCF", string(r.ProvisionalCF)}, {"UnknownComune", string(r.UnknownComune)},
		{"UnknownOffer", string(r.UnknownOffer)}, {"Phone", string(r.Phone)},
	} {
		if i < fingerprintV1 || rule.set != "" {
			text = append(text, rule.name+":"+rule.set)
		}
	}
	return "{" + strings.Join(text, " ") + "}"
}
