package mapping

import (
	"strings"
	"time"
)

// ValidPartitaIva reports whether an 11-digit code is not all zeros and has the right check digit
// (RULES.md 6.2).
func ValidPartitaIva(p string) bool {
	if len(p) != 11 || !isDigits(p) || p == "00000000000" {
		return false
	}
	sum := 0
	for i := range p {
		n := int(p[i] - '0')
		if i%2 == 1 { // 2nd, 4th, … place
			if n *= 2; n > 9 {
				n -= 9
			}
		}
		sum += n
	}
	return sum%10 == 0
}

func partitaIvaFormat() Format {
	return Format{name: "partita_iva", Expected: "partita IVA di 11 cifre",
		read: func(v string, _ time.Time) (string, *fault) {
			p := strings.TrimPrefix(strings.ToUpper(without(withoutTail(v), " .-")), "IT")
			if fault := lostDigits(v); fault != nil {
				return "", fault
			}
			if !isDigits(p) {
				return "", &fault{remedy: "scrivere solo le 11 cifre"}
			}
			// A spreadsheet drops leading zeros: they come back only where the check digit proves it.
			if n := len(p); n >= 8 && n < 11 && ValidPartitaIva(padZeros(p, 11)) {
				p = padZeros(p, 11)
			}
			if len(p) != 11 {
				return "", &fault{remedy: "controllare: le cifre devono essere 11"}
			}
			if !ValidPartitaIva(p) {
				return "", &fault{remedy: "controllare ogni cifra: quella di controllo non corrisponde"}
			}
			if !isOfAnOffice(p[7:10]) {
				return p, &fault{code: CodeOffice, warn: true, expected: "partita IVA con il codice di un ufficio nelle cifre 8-10", remedy: "controllare ogni cifra"}
			}
			return p, nil
		}}
}

// isOfAnOffice knows the codes of the offices that give out partite IVA (RULES.md 6.2).
func isOfAnOffice(code string) bool {
	n := atoi(code)
	return n >= 1 && n <= 100 || n == 120 || n == 121 || n == 888 || n == 999
}

func isDigits(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

func padZeros(s string, width int) string {
	return strings.Repeat("0", max(0, width-len(s))) + s
}
