package profile

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"voucherbul/mapping"
)

// evidence is what the values of a column can prove: that they are those of one field, or of one of several.
type evidence struct {
	fields []string
	says   string // completes "50 of 50 values …"
	holds  func(value string) bool
	words  bool // they are a few words: some of them may be unknown, to be explained by the administrator
}

var (
	cellCode  = regexp.MustCompile(`(?i)^(20|100)MN[0-9]{7}E[0-9]{7}$`)
	offerCode = regexp.MustCompile(`(?i)^OPE[0-9]{3}-`)
	address   = regexp.MustCompile(`^[^@\s]+@[^@\s]+\.[A-Za-z]{2,}$`)
	fiveDigit = regexp.MustCompile(`^[0-9]{5}$`)
	sixDigit  = regexp.MustCompile(`^[0-9]{6}$`)
	telephone = regexp.MustCompile(`^(\+39|0039)?(3[0-9]{8,9}|0[0-9]{5,10})$`)
)

// evidences are looked for in this order; the first one that holds for a column is its evidence.
func evidences(catalogue *mapping.Catalogue) []evidence {
	all := []evidence{
		{[]string{"codiceFiscale"}, "pass the check letter of a codice fiscale", func(v string) bool { return mapping.ValidCodiceFiscale(strings.ToUpper(v)) }, false},
		{[]string{"partitaIva"}, "pass the check digit of a partita IVA", func(v string) bool { return mapping.ValidPartitaIva(strings.TrimPrefix(strings.ToUpper(v), "IT")) }, false},
		{[]string{"codiceUnivocoCella"}, "are codes of cells", cellCode.MatchString, false},
		{[]string{"codiceUnivocoOfferta"}, "begin as codes of offers do", offerCode.MatchString, false},
		{[]string{"pec"}, "are PEC addresses", func(v string) bool {
			_, domain, _ := strings.Cut(strings.ToLower(v), "@")
			return address.MatchString(v) && strings.Contains(domain, "pec")
		}, false},
		{[]string{"email"}, "are e-mail addresses", address.MatchString, false},
		{[]string{"cap"}, "are five digits in the range of the CAP", func(v string) bool { return fiveDigit.MatchString(v) && between(v, 10, 98168) }, false},
		{[]string{"codiceIstatComune"}, "are six digits, as ISTAT codes of comuni are", func(v string) bool { return sixDigit.MatchString(v) && between(v[:3], 1, 111) && v[3:] != "000" }, false},
		{[]string{"numeroDiTelefono"}, "are telephone numbers", func(v string) bool {
			return !looksLikeDate(v) && telephone.MatchString(strings.NewReplacer(" ", "", ".", "", "-", "", "/", "").Replace(v))
		}, false},
	}
	for _, fields := range [][]string{{operazione}, {"tecnologiaPrenotata", "tecnologiaAttivata"}, {"tipologia"}, {"tipoDocumento"}, {"tipo"}, {"sesso"}} {
		field, _ := catalogue.FieldNamed(fields[0])
		all = append(all, evidence{fields, "are values of " + strings.Join(fields, " or "), func(v string) bool {
			_, known := usualValue(v, field, catalogue)
			return known
		}, true})
	}
	return all
}

// evidenceFor is what proves that a value is one of the field.
func evidenceFor(field string, all []evidence) (evidence, bool) {
	for _, e := range all {
		for _, f := range e.fields {
			if f == "codiceFiscale" && field == mapping.Relatives {
				one := e.holds
				e.holds = func(v string) bool {
					parts := strings.FieldsFunc(v, func(r rune) bool { return strings.ContainsRune(";,/| \n", r) })
					return !slices.ContainsFunc(parts, func(part string) bool { return !one(part) })
				}
				return e, true
			}
			if f == field || f == "partitaIva" && field == "partitaIvaOperatore" {
				return e, true
			}
		}
	}
	return evidence{}, false
}

func between(digits string, low, high int) bool {
	n, err := strconv.Atoi(digits)
	return err == nil && n >= low && n <= high
}

// otherNames are what the values of enumerations are called elsewhere, but of those in the catalogue. They are only suggested, to be read by
// the administrator: a profile that does not name them does not translate them.
var otherNames = map[string]map[string]string{
	operazione: {"pre": "prenotazione", "pren": "prenotazione", "prenotazioni": "prenotazione", "prenotare": "prenotazione",
		"att": "attivazione", "attiv": "attivazione", "attivazioni": "attivazione", "attivare": "attivazione",
		"cess": "cessazione", "cessazioni": "cessazione", "cessare": "cessazione", "disd": "disdetta", "disdette": "disdetta"},
	"tipo":  {"res": "RESIDENZA", "res.": "RESIDENZA", "dom": "DOMICILIO", "dom.": "DOMICILIO"},
	"sesso": {"maschio": "M", "uomo": "M", "femmina": "F", "donna": "F"},
}

// usualValue is the field's value that a text is known to stand for; known is false for any other text.
func usualValue(text string, field mapping.Field, catalogue *mapping.Catalogue) (value string, known bool) {
	if isAllowed(text, field) {
		return strings.TrimSpace(text), true
	}
	if value, known = otherNames[field.Name][valueKey(text)]; known {
		return value, true
	}
	return catalogue.Suggestion(field.Name, text)
}

// isPersonal is a text that must not go into a profile: it may tell of a person.
func isPersonal(text string) bool {
	digits := 0
	for _, r := range text {
		if r >= '0' && r <= '9' {
			digits++
		}
	}
	return digits > 4 || len(text) > 40 || strings.Contains(text, "@") || strings.ContainsAny(text, "\r\n")
}

var (
	writtenDate = regexp.MustCompile(`^([0-9]{1,2})([/.-])([0-9]{1,2})([/.-])([0-9]{4})( [0-9]{1,2}:[0-9]{2}(:[0-9]{2})?)?$`)
	isoDate     = regexp.MustCompile(`^([0-9]{4})-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:[0-9]{2}.*)?$`)
	compactDate = regexp.MustCompile(`^[0-9]{8}$`)
	shortYear   = regexp.MustCompile(`^[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{2}$`)
)

func looksLikeDate(v string) bool {
	return writtenDate.MatchString(v) || isoDate.MatchString(v) || shortYear.MatchString(v) || compactDate.MatchString(v) && anyCompact(v)
}

func anyCompact(v string) bool { return compact("yyyyMMdd", v) || compact("ddMMyyyy", v) }

func compact(format, v string) bool {
	var f dateFormat
	f.read(format)
	iso, ok := f.iso(v)
	return ok && between(iso[:4], 1900, 2100)
}

// yearOf is the year of a text that looks like a date, 0 where it does not say one.
func yearOf(v string) int {
	if m := writtenDate.FindStringSubmatch(v); m != nil {
		n, _ := strconv.Atoi(m[5])
		return n
	}
	if m := isoDate.FindStringSubmatch(v); m != nil {
		n, _ := strconv.Atoi(m[1])
		return n
	}
	return 0
}

// formatOf finds how a column writes its dates. format is "" where the usual reading, day first, is right, or
// where nobody can tell; the reason says which.
func formatOf(values []string) (format, reason string) {
	var dayFirst, monthFirst, written, short, two int
	timed, seconds, separators := 0, 0, map[string]bool{}
	yearFirst, noSeparator := true, true
	for _, v := range values {
		yearFirst = yearFirst && compact("yyyyMMdd", v)
		noSeparator = noSeparator && compact("ddMMyyyy", v)
		if shortYear.MatchString(v) {
			short++
		}
		m := writtenDate.FindStringSubmatch(v)
		if m == nil {
			continue
		}
		written++
		separators[m[2]+m[4]] = true
		if !between(m[1], 0, 12) {
			dayFirst++
		}
		if !between(m[3], 0, 12) {
			monthFirst++
		}
		if len(m[1]) == 2 && len(m[3]) == 2 {
			two++
		}
		if m[6] != "" {
			timed++
		}
		if m[7] != "" {
			seconds++
		}
	}
	switch {
	case len(values) == 0:
		return "", ""
	case yearFirst:
		return "yyyyMMdd", "the dates are written without separators"
	case noSeparator:
		return "ddMMyyyy", "the dates are written without separators"
	case short > 0:
		return "", "some years have two digits, which cannot be read: let the export write four"
	case dayFirst > 0 && monthFirst > 0:
		return "", "some dates have the day first and some the month: put the export right"
	case monthFirst == 0 && dayFirst == 0 && written > 0:
		return "", "no day above 12 tells day and month apart: they are read as day/month; where the month is first add dates"
	case monthFirst == 0:
		return "", ""
	case written == 1:
		return "", "the only date that is text has a second number above 12, too little to say that the month is first: look at it"
	case len(separators) > 1 || written < len(values) || timed != 0 && timed != written || seconds != 0 && seconds != written:
		return "", "the month is first, and the dates are written in several ways: put the export right"
	}
	reason = fmt.Sprintf("the month is first: %d of %d have a second number above 12", monthFirst, written)
	format = "M/d/yyyy"
	if two == written {
		format = "MM/dd/yyyy"
	}
	for s := range separators {
		format = strings.ReplaceAll(format, "/", s[:1])
	}
	if timed > 0 {
		format += " H:mm"
	}
	if seconds > 0 {
		format += ":ss"
	}
	return format, reason
}
