package mapping

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"
)

const (
	// codiceFiscaleShape says what stands at each place: a letter, a digit, the month (RULES.md 6.1).
	codiceFiscaleShape = "AAAAAA99M99A999A"

	omocodia = "LMNPQRSTUV"   // the letter for each digit
	monthOf  = "ABCDEHLMPRST" // the letter of each month
)

// oddValues are the weights at the odd places, by digit, then by letter.
var oddValues = [36]int{1, 0, 5, 7, 9, 13, 15, 17, 19, 21,
	1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23}

// ValidCodiceFiscale reports whether a normalised code of 16 characters has the right shape, a birth date
// that exists and the right check letter, omocodia included (RULES.md 6.1).
func ValidCodiceFiscale(cf string) bool {
	return codiceFiscaleFault(cf) == nil
}

// codiceFiscaleFault says what is wrong with a normalised codice fiscale; nil where it is right.
func codiceFiscaleFault(cf string) *fault {
	switch {
	case len(cf) == 11 && isDigits(cf):
		return &fault{code: CodeProvisional, expected: "codice fiscale definitivo di 16 caratteri",
			remedy: "un codice di 11 cifre è provvisorio oppure è una partita IVA: usare la colonna Partita IVA per le imprese"}
	case len(cf) != 16:
		return &fault{remedy: "controllare: i caratteri devono essere 16"}
	case !hasCodiceFiscaleShape(cf):
		return &fault{remedy: "controllare lettere e cifre: la sequenza non è quella di un codice fiscale"}
	case !existsBirthDate(cf):
		return &fault{remedy: "controllare: il giorno di nascita scritto nel codice non esiste"}
	case cf[15] != checkLetter(cf):
		return &fault{remedy: "controllare ogni carattere: la lettera di controllo non corrisponde"}
	}
	return nil
}

// hasCodiceFiscaleShape is about 16 characters; at the digits' places omocodia puts one of its letters.
func hasCodiceFiscaleShape(cf string) bool {
	for i := range len(codiceFiscaleShape) {
		c := cf[i]
		letter := c >= 'A' && c <= 'Z'
		var right bool
		switch codiceFiscaleShape[i] {
		case 'A':
			right = letter
		case '9':
			right = c >= '0' && c <= '9' || letter && strings.IndexByte(omocodia, c) >= 0
		case 'M':
			right = strings.IndexByte(monthOf, c) >= 0
		}
		if !right {
			return false
		}
	}
	return true
}

// checkLetter is computed on the code as it is, omocodia letters included.
func checkLetter(cf string) byte {
	sum := 0
	for i := 0; i < 15; i++ {
		n := int(cf[i] - '0')
		if n > 9 {
			n = int(cf[i]-'A') + 10
		}
		switch {
		case i%2 == 0: // 1st, 3rd, … place
			sum += oddValues[n]
		case n >= 10:
			sum += n - 10
		default:
			sum += n
		}
	}
	return byte('A' + sum%26)
}

// existsBirthDate checks day and month; 29 February passes where either century makes it a leap year.
func existsBirthDate(cf string) bool {
	year := omocodiaNumber(cf[6:8])
	month := strings.IndexByte(monthOf, cf[8]) + 1
	day := omocodiaNumber(cf[9:11])
	if day > 40 { // women
		day -= 40
	}
	return isDate(1900+year, month, day) || isDate(2000+year, month, day)
}

// omocodiaNumber reads digits that omocodia may have turned into letters.
func omocodiaNumber(s string) int {
	n := 0
	for i := 0; i < len(s); i++ {
		if s[i] >= '0' && s[i] <= '9' {
			n = n*10 + int(s[i]-'0')
		} else {
			n = n*10 + strings.IndexByte(omocodia, s[i])
		}
	}
	return n
}

// normalCodiceFiscale drops what people put between the characters.
func normalCodiceFiscale(v string) string {
	return strings.ToUpper(without(norm.NFKC.String(v), " .-"))
}

func codiceFiscaleFormat() Format {
	return Format{name: "codice_fiscale", Expected: "codice fiscale di 16 caratteri",
		read: func(v string, _ time.Time) (string, *fault) {
			if fault := lostDigits(v); fault != nil {
				fault.remedy = "Excel ha arrotondato un numero: nella cella c'era un numero e non un codice fiscale"
				return "", fault
			}
			cf := normalCodiceFiscale(v)
			return cf, codiceFiscaleFault(cf)
		}}
}

// relativesFormat reads a list of codici fiscali; the value keeps them in order, joined by ";".
func relativesFormat() Format {
	return Format{name: "codici_fiscali 10", Expected: "al massimo 10 codici fiscali di 16 caratteri, separati da punto e virgola",
		read: func(v string, _ time.Time) (string, *fault) {
			list := strings.FieldsFunc(v, func(r rune) bool { return strings.ContainsRune(";,|/ \n\t", r) })
			list = slices.DeleteFunc(list, isPlaceholder) // of a numbered column where there is nobody
			for i, cf := range list {
				list[i] = normalCodiceFiscale(cf)
				if fault := codiceFiscaleFault(list[i]); fault != nil {
					fault.remedy = fmt.Sprintf("%d° codice della lista: %s", i+1, fault.remedy)
					return "", fault
				}
				if slices.Contains(list[:i], list[i]) {
					return "", &fault{remedy: "togliere il codice fiscale ripetuto"}
				}
			}
			if len(list) > 10 {
				return "", &fault{remedy: "la piattaforma ne accetta 10"}
			}
			return strings.Join(list, ";"), nil
		}}
}
