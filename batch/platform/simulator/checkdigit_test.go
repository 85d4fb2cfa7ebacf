package simulator

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// The vectors are domain/vectors.json of the project.
func TestCheckDigits(t *testing.T) {
	for code, want := range map[string]bool{
		"RSSMRA85T10H501O": true, "FOXNNA90A41F205E": true, "DNGGFR01M31F839M": true, "DRSMLS60B69L219U": true,
		"YUXAIX79E47Z100L": true, "RSSMRA85T10A562S": true,
		"RSSMRA85T10H50MG": true, "RSSMRA85T10H5LMR": true, "RSSMRAURTMLHRLMJ": true, "RSSMRA8RT10H501A": true,
		"FOXNNA90A41F20RZ": true, "DNGGFR01M31F83VB": true, "RSSMRA85T10A56NH": true,
		"RSSMRA85T10H501P": false, "BNCLRA70M41H501N": false, "RSSMRA85T10H50": false, "rssmra85t10h501o": false,
	} {
		if got := codiceFiscaleChecks(code); got != want {
			t.Errorf("codice fiscale %s: %v, want %v", code, got, want)
		}
	}
	for code, want := range map[string]bool{
		"12345678903": true, "01234567897": true, "00777770017": true, "07791571008": true, "07643520567": true,
		"99123456784": true, "12345678900": false, "00000000000": false, "1234567890": false, "1234567890A": false,
	} {
		if got := partitaIvaChecks(code); got != want {
			t.Errorf("partita IVA %s: %v, want %v", code, got, want)
		}
	}
}

// Of the ten possible last digits, and of the 26 last letters, one is right.
func TestCheckDigitIsUnique(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		digits := rapid.StringMatching(`[0-9]{9}[1-9]`).Draw(t, "digits")
		letters := rapid.StringMatching(`[A-Z]{6}[0-9]{2}[A-Z][0-9]{2}[A-Z][0-9]{3}`).Draw(t, "letters")
		right := 0
		for _, c := range "0123456789" {
			if partitaIvaChecks(digits + string(c)) {
				right++
			}
		}
		for _, c := range "ABCDEFGHIJKLMNOPQRSTUVWXYZ" {
			if codiceFiscaleChecks(letters + string(c)) {
				right++
			}
		}
		if right != 2 {
			t.Fatalf("%d right endings for %s and %s", right, digits, letters)
		}
		if codiceFiscaleChecks(strings.ToLower(letters) + "A") {
			t.Fatal("lower case passed")
		}
	})
}
