package office

import (
	"regexp"
	"strings"
	"unicode"

	"voucherbul/mapping"
)

// Nobody who looks over an administrator's shoulder, or finds a log, must learn who the customers are. Texts of the
// platform, names of files and notes can all hold a customer's code.
var (
	wordText   = regexp.MustCompile(`[^\s@<>"']+@[^\s@<>"']+|[A-Za-z0-9]+`)
	digitsText = regexp.MustCompile(`[0-9]+`)
	codeShape  = regexp.MustCompile(`(?i)^[a-z]{6}[0-9lmnpqrstuv]{2}[a-z][0-9lmnpqrstuv]{2}[a-z][0-9lmnpqrstuv]{3}[a-z]$`)
)

// partitaIvaLength is how many digits a partita IVA has, and a provisional codice fiscale.
const partitaIvaLength = 11

// MaskCode shows of a codice fiscale or partita IVA as much as tells two customers apart: "RSS************O".
func MaskCode(code string) string {
	if len(code) < 8 {
		return strings.Repeat("*", len(code))
	}
	return code[:3] + strings.Repeat("*", len(code)-4) + code[len(code)-1:]
}

// MaskText makes a text fit to be shown: codes in it are masked, addresses taken out, and so is what moves the cursor of a
// terminal or ends a cell.
func MaskText(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, text)
	text = wordText.ReplaceAllStringFunc(text, func(word string) string {
		switch {
		case strings.Contains(word, "@"):
			return "***"
		case codeShape.MatchString(word):
			return MaskCode(word)
		}
		return word
	})
	return digitsText.ReplaceAllStringFunc(text, func(digits string) string {
		if len(digits) == partitaIvaLength {
			return MaskCode(digits)
		}
		return digits
	})
}

// beneficiario reads a codice fiscale or partita IVA as a person has typed it.
func beneficiario(text string) (code string, ok bool) {
	code = strings.ToUpper(strings.TrimSpace(text))
	return code, mapping.ValidCodiceFiscale(code) || mapping.ValidPartitaIva(code)
}
