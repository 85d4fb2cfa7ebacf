package mapping

import (
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"
)

var atecoPattern = regexp.MustCompile(`^(\d{2}(\.\d{1,2}(\.\d{1,2})?)?|\d{4}|\d{6})$`)

// digits is a code of exactly n digits.
func digits(n int) Format {
	return Format{name: fmt.Sprintf("digits %d", n), Expected: fmt.Sprintf("%d cifre", n),
		read: func(v string, _ time.Time) (string, *fault) { return paddedDigits(v, n, n) }}
}

// capFormat and istatFormat give back the leading zeros that a spreadsheet drops (RULES.md 2.6).
func capFormat() Format {
	return Format{name: "cap", Expected: "CAP di 5 cifre",
		read: func(v string, _ time.Time) (string, *fault) {
			v, problem := paddedDigits(v, 2, 5)
			if problem == nil && isOfAWholeCity(v) {
				problem = &fault{code: CodeCityCAP, warn: true, expected: "il CAP della via", remedy: "questo è il CAP generico della città: cercare quello della via"}
			}
			return v, problem
		}}
}

// isOfAWholeCity knows the codes of cities before they were divided: mail for them still arrives, but the platform's
// list need not have them (RULES.md 2.6).
func isOfAWholeCity(v string) bool {
	switch v {
	case "00100", "06100", "09100", "10100", "16100", "19100", "20100", "24100", "25100", "29100", "30100", "34100",
		"35100", "37100", "38100", "40100", "41100", "42100", "43100", "44100", "48100", "50100", "56100", "57100", "60100",
		"61100", "65100", "70100", "71100", "74100", "80100", "84100", "89100", "90100", "95100", "98100":
		return true
	}
	return false
}

func istatFormat() Format {
	return Format{name: "istat", Expected: "codice ISTAT del comune, 6 cifre",
		read: func(v string, _ time.Time) (string, *fault) { return paddedDigits(v, 4, 6) }}
}

// paddedDigits reads a code of width digits of which at least shortest are there.
func paddedDigits(v string, shortest, width int) (string, *fault) {
	v = strings.TrimSuffix(v, ".0")
	if !isDigits(v) || len(v) < shortest || len(v) > width {
		return "", &fault{remedy: fmt.Sprintf("scrivere tutte le %d cifre, zeri iniziali compresi", width)}
	}
	return padZeros(v, width), nil
}

// cellCode is the grid cell of the AGCOM map (RULES.md 2.1).
func cellCode() Format {
	return Format{name: "cell", Expected: "20MN o 100MN, 7 cifre, E, 7 cifre",
		read: func(v string, _ time.Time) (string, *fault) {
			v = strings.ToUpper(without(v, " "))
			if !isCell(v) {
				return "", &fault{remedy: "ricopiare il codice della cella, o lasciare vuoto"}
			}
			if !isOnGrid(v) {
				return v, &fault{code: CodeOffGrid, warn: true, expected: "coordinate multiple del lato della cella (20 o 100 metri)", remedy: "ricopiare il codice della cella"}
			}
			return v, nil
		}}
}

// isCell knows (20|100)MN, 7 digits, E, 7 digits.
func isCell(v string) bool {
	rest, ok := strings.CutPrefix(v, "20MN")
	if !ok {
		rest, ok = strings.CutPrefix(v, "100MN")
	}
	return ok && len(rest) == 15 && rest[7] == 'E' && isDigits(rest[:7]) && isDigits(rest[8:])
}

// isOnGrid is about a cell: its corner lies on the lines of its grid, whose step is the number in front (RULES.md 2.1).
func isOnGrid(cell string) bool {
	step, rest, _ := strings.Cut(cell, "MN")
	north, east, _ := strings.Cut(rest, "E")
	return atoi(north)%atoi(step) == 0 && atoi(east)%atoi(step) == 0
}

// atecoFormat sends unusual codes with a warning: the specification only gives the length.
func atecoFormat() Format {
	return Format{name: "ateco", Expected: "codice Ateco, per esempio 62.01.00",
		read: func(v string, _ time.Time) (string, *fault) {
			if utf8.RuneCountInString(v) > 8 {
				return "", &fault{remedy: "al massimo 8 caratteri"}
			}
			if !atecoPattern.MatchString(v) {
				return v, &fault{warn: true, remedy: "controllare il codice Ateco"}
			}
			return v, nil
		}}
}

// email is one address of at most 40 characters, the domain in lower case (RULES.md 6.4).
func email() Format {
	return Format{name: "email", Expected: "un solo indirizzo email, al massimo 40 caratteri",
		read: func(v string, _ time.Time) (string, *fault) {
			if len(v) > 40 {
				return "", &fault{remedy: "usare un indirizzo più corto: i caratteri ammessi sono 40"}
			}
			local, domain, _ := strings.Cut(v, "@")
			if !isMailbox(local) || !isDomain(domain) {
				return "", &fault{remedy: "controllare l'indirizzo: nome@dominio.it"}
			}
			if lower := strings.ToLower(domain); lower != domain {
				return local + "@" + lower, nil
			}
			return v, nil
		}}
}

// isMailbox knows what stands before the @: ASCII letters, digits and the signs that mail servers take
// (RFC 5322, dot-atom).
func isMailbox(local string) bool {
	for part := range strings.SplitSeq(local, ".") {
		if part == "" {
			return false
		}
		for i := range len(part) {
			if !isAlphanumeric(part[i]) && strings.IndexByte("!#$%&'*+/=?^_{|}~-", part[i]) < 0 {
				return false
			}
		}
	}
	return true
}

// isDomain knows labels of letters, digits and inner hyphens, at least two, the last one of letters only.
func isDomain(domain string) bool {
	labels, last := 0, ""
	for label := range strings.SplitSeq(domain, ".") {
		if label == "" || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for i := range len(label) {
			if !isAlphanumeric(label[i]) && label[i] != '-' {
				return false
			}
		}
		labels, last = labels+1, label
	}
	return labels > 1 && len(last) > 1 && !strings.ContainsAny(last, "0123456789-")
}

func isAlphanumeric(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
}

// phone is a national number in digits only (RULES.md 6.4, A34).
// The digits of one number may stand in groups, but not in two that are each a number.
func isTwoNumbers(v string) bool {
	numbers := 0
	for part := range strings.FieldsFuncSeq(v, func(r rune) bool { return r == '/' || r == '-' || r == ';' || r == ',' }) {
		if digits := without(part, " .()"); len(digits) >= 6 && isDigits(digits) {
			numbers++
		}
	}
	return numbers > 1
}

func phone() Format {
	return Format{name: "phone", Expected: "numero di telefono, da 6 a 11 cifre",
		read: func(v string, _ time.Time) (string, *fault) {
			if fault := lostDigits(v); fault != nil {
				return "", fault
			}
			if isTwoNumbers(v) {
				return "", &fault{remedy: "nella cella ci sono due numeri: lasciarne uno"}
			}
			n := without(withoutTail(v), " .-/()")
			n, abroad := strings.CutPrefix(n, "+39")
			if !abroad {
				n = strings.TrimPrefix(n, "0039")
			}
			switch {
			case strings.HasPrefix(n, "+39"), strings.HasPrefix(n, "0039"):
				return "", &fault{remedy: "il prefisso +39 è ripetuto: scrivere il numero nazionale"}
			case !isDigits(n) || len(n) < 6 || len(n) > 20:
				return "", &fault{remedy: "scrivere un solo numero, in cifre"}
			case strings.HasPrefix(n, "00"):
				return n, &fault{code: CodeAbroad, warn: true, expected: "un numero italiano", remedy: "un prefisso estero viene inviato così com'è: controllare"}
			case n[0] != '0' && n[0] != '3':
				return n, &fault{warn: true, remedy: "se è un numero fisso aggiungere lo zero iniziale"}
			case len(n) > 11:
				return n, &fault{warn: true, remedy: "il numero è più lungo del solito"}
			case n[0] == '3' && (len(n) < 9 || len(n) > 10):
				return n, &fault{code: CodeMobile, warn: true, expected: "numero di cellulare di 9 o 10 cifre", remedy: "controllare le cifre"}
			}
			return n, nil
		}}
}
