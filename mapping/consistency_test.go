package mapping_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"voucherbul/mapping"
)

// person is what a codice fiscale is made of.
type person struct {
	cognome, nome, sesso, catastale string
	birth                           time.Time
}

// code is the codice fiscale of the person, the rule of the Ministry of Finance written a second time on purpose.
func (p person) code() string {
	day := p.birth.Day()
	if p.sesso == "F" {
		day += 40
	}
	stem := threeLetters(p.cognome, false) + threeLetters(p.nome, true) + fmt.Sprintf("%02d%c%02d%s", p.birth.Year()%100, "ABCDEHLMPRST"[p.birth.Month()-1], day, p.catastale)
	for letter := byte('A'); letter <= 'Z'; letter++ {
		if cf := stem + string(letter); mapping.ValidCodiceFiscale(cf) {
			return cf
		}
	}
	panic("no check letter fits " + stem)
}

func threeLetters(name string, first bool) string {
	plain := strings.NewReplacer("À", "A", "È", "E", "É", "E", "Ì", "I", "Ò", "O", "Ù", "U", "Ç", "C", "Ñ", "N", "'", "", " ", "", "-", "").Replace(strings.ToUpper(name))
	var consonants, vowels string
	for _, letter := range plain {
		if strings.ContainsRune("AEIOU", letter) {
			vowels += string(letter)
		} else {
			consonants += string(letter)
		}
	}
	if first && len(consonants) > 3 {
		consonants = consonants[:1] + consonants[2:4]
	}
	return (consonants + vowels + "XX")[:3]
}

func anyPerson(zone *time.Location) *rapid.Generator[person] {
	return rapid.Custom(func(t *rapid.T) person {
		name := rapid.StringMatching(`[A-Za-zàèéìòùçñ]{1,4}[ '-]?[A-Za-zàèéìòù]{1,8}`)
		return person{cognome: name.Draw(t, "cognome"), nome: name.Draw(t, "nome"), sesso: rapid.SampledFrom([]string{"M", "F"}).Draw(t, "sesso"),
			catastale: rapid.SampledFrom([]string{"H501", "F205", "Y001", "Z100"}).Draw(t, "catastale"),
			birth:     time.Date(1900, 1, rapid.IntRange(1, 44000).Draw(t, "day"), 0, 0, 0, 0, zone)}
	})
}

// TestPersonsAreConsistent asserts that nobody is accused: a person's own codice fiscale is right, also with omocodia. A
// datum of another person is found, and nothing else.
func TestPersonsAreConsistent(t *testing.T) {
	m := mapping.Mapper{Operator: operator, Now: checkedAt(t), Comuni: readComuni(t, archive)}
	places := map[string]string{"H501": "Roma", "F205": "milano", "Y001": "Sant'Alo' di Pratoverde", "Z100": "Albania"}
	rapid.Check(t, func(t *rapid.T) {
		p, other := anyPerson(m.Now.Location()).Draw(t, "person"), anyPerson(m.Now.Location()).Draw(t, "other")
		o := examples(mapping.OperationPrenotazione, mapping.Famiglia)
		o.PartitaIvaOperatore, o.CodiciFiscaliFamigliari, o.NumeroComponentiNucleoFamigliare = "", "", "1"
		o.CodiceFiscale = p.code()
		if rapid.Bool().Draw(t, "omocodia") {
			o.CodiceFiscale = omocode(o.CodiceFiscale)
		}
		o.Cognome, o.Nome, o.Sesso, o.DataDiNascita, o.LuogoDiNascita = p.cognome, p.nome, p.sesso, p.birth.Format("02/01/2006"), places[p.catastale]
		if got := m.Map(o); len(got.Problems) > 0 {
			t.Fatalf("%+v: %v", p, got.Problems)
		}
		changed := rapid.SampledFrom([]string{"cognome", "nome", "sesso", "dataDiNascita", "luogoDiNascita"}).Draw(t, "changed")
		differs := false
		switch changed {
		case "cognome":
			o.Cognome, differs = other.cognome, threeLetters(p.cognome, false) != threeLetters(other.cognome, false)
		case "nome":
			o.Nome, differs = other.nome, threeLetters(p.nome, true) != threeLetters(other.nome, true)
		case "sesso":
			o.Sesso, differs = other.sesso, p.sesso != other.sesso
		case "dataDiNascita":
			o.DataDiNascita, differs = other.birth.Format("02/01/2006"), p.birth.Format("060102") != other.birth.Format("060102")
		case "luogoDiNascita":
			o.LuogoDiNascita, differs = places[other.catastale], p.catastale != other.catastale
		}
		got := m.Map(o)
		if differs != (len(got.Problems) == 1) || got.Blocked() || differs && (got.Problems[0].Field != changed || got.Problems[0].Severity != mapping.Warns) {
			t.Fatalf("%s of %+v in %+v: %v", changed, other, p, got.Problems)
		}
	})
}

// TestVectorsPersons maps the people of the vectors, whose codes independent programs have made.
func TestVectorsPersons(t *testing.T) {
	var v struct {
		CodiceFiscale struct {
			Valid []struct{ CF, Nome, Cognome, Sesso, DataDiNascita, Luogo string }
		}
	}
	readJSON(t, "testdata/vectors.json", &v)
	people := 0
	for _, c := range v.CodiceFiscale.Valid {
		if c.Nome == "" {
			continue
		}
		people++
		o := examples(mapping.OperationPrenotazione, mapping.Famiglia)
		o.PartitaIvaOperatore, o.CodiciFiscaliFamigliari, o.NumeroComponentiNucleoFamigliare = "", "", "1"
		o.CodiceFiscale, o.Nome, o.Cognome, o.Sesso, o.DataDiNascita, o.LuogoDiNascita = c.CF, c.Nome, c.Cognome, c.Sesso, c.DataDiNascita, c.Luogo
		if got := (mapping.Mapper{Operator: operator, Now: checkedAt(t)}).Map(o); len(got.Problems) > 0 {
			t.Errorf("%s: %v", c.CF, got.Problems)
		}
	}
	if people < 5 {
		t.Fatal("people are missing")
	}
}

func TestRulesAreValidated(t *testing.T) {
	if err := (mapping.Rules{Household: mapping.ToWarn, Duplicate: mapping.ToBlock, Phone: mapping.PhoneE164}).Validate(); err != nil {
		t.Error(err)
	}
	for want, rules := range map[string]mapping.Rules{
		`inconsistent_codice_fiscale: "blocca" is not one of warn, block`: {InconsistentCF: "blocca"},
		`expired_document: "x" is not one of warn, block`:                 {ExpiredDocument: "x"},
		`household_mismatch: "x" is not one of warn, block`:               {Household: "x"},
		`duplicate: "x" is not one of warn, block`:                        {Duplicate: "x"},
		`provisional_codice_fiscale: "x" is not one of warn, block`:       {ProvisionalCF: "x"},
		`unknown_comune: "x" is not one of warn, block`:                   {UnknownComune: "x"},
		`unknown_offer: "x" is not one of warn, block`:                    {UnknownOffer: "x"},
		`phone: "x" is not one of national, e164`:                         {Phone: "x"},
	} {
		if err := rules.Validate(); err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
}
