package mapping

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Format says what a right value of a field looks like and reads one.
type Format struct {
	Expected string   // Italian, completes "atteso: …"
	Values   []string // the allowed values, where they are few: the template's drop-down
	name     string   // what Problems with CodeFormat have as argument; formats of one name expect the same
	read     reader
	restates func(raw, value string) bool // whether the value only says the same in the API's spelling: no Correction
}

// reader turns a cleaned, non-empty text into the value that is sent. It returns a fault instead of a
// value it is not sure of; a fault with warn set comes along with a value that may be sent.
// now is the instant of the check, in the Italian time zone.
type reader func(text string, now time.Time) (string, *fault)

// fault is what a format has to say about a text.
type fault struct {
	code     Code   // "" = CodeFormat
	arg      string // of the code
	expected string // "" = the format's own
	remedy   string
	warn     bool
}

// text is free text of at most limit characters (runes), sent in upper case (RULES.md A30).
func text(limit int) Format {
	return Format{name: fmt.Sprintf("text %d", limit), Expected: fmt.Sprintf("testo, al massimo %d caratteri", limit),
		read: func(v string, _ time.Time) (string, *fault) { return limited(strings.ToUpper(v), limit) }}
}

// place is the name of a comune or of a State, without its second language: "BOLZANO/BOZEN" (RULES.md 2.4).
func place(limit int) Format {
	return Format{name: fmt.Sprintf("place %d", limit), Expected: fmt.Sprintf("comune o Stato estero, al massimo %d caratteri", limit),
		read: func(v string, _ time.Time) (string, *fault) {
			first, _, _ := strings.Cut(v, "/")
			first = withoutProvince(first)
			if first = strings.TrimSpace(first); first == "" {
				return "", &fault{remedy: "scrivere il nome del comune o dello Stato estero"}
			}
			return limited(strings.ToUpper(first), limit)
		}}
}

// withoutProvince takes (TO) from the end of "TORINO (TO)".
func withoutProvince(place string) string {
	place = strings.TrimSpace(place)
	if i := len(place) - len(" (TO)"); i > 0 && place[i:i+2] == " (" && place[len(place)-1] == ')' && isLetters(place[i+2:i+4]) {
		return place[:i]
	}
	return place
}

func isLetters(s string) bool {
	for i := range len(s) {
		if c := s[i] | 0x20; c < 'a' || c > 'z' {
			return false
		}
	}
	return true
}

// code is a code that is sent as it is written.
func code(limit int) Format {
	return Format{name: fmt.Sprintf("code %d", limit), Expected: fmt.Sprintf("codice, al massimo %d caratteri", limit),
		read: func(v string, _ time.Time) (string, *fault) { return limited(v, limit) }}
}

func limited(v string, limit int) (string, *fault) {
	if n := utf8.RuneCountInString(v); n > limit {
		return "", &fault{remedy: fmt.Sprintf("abbreviare: i caratteri sono %d; il programma non taglia mai un testo", n)}
	}
	return v, nil
}

// enumeration is one of a few upper-case values; aliases are lower-case spellings that are safe to translate.
func enumeration(values []string, aliases map[string]string) Format {
	return Format{name: "one_of " + strings.Join(values, ","), Expected: "uno tra " + strings.Join(values, ", "), Values: values,
		read: func(v string, _ time.Time) (string, *fault) {
			if upper := strings.ToUpper(v); slices.Contains(values, upper) {
				return upper, nil
			}
			if value, ok := aliases[strings.ToLower(v)]; ok {
				return value, nil
			}
			return "", &fault{remedy: "scegliere uno dei valori ammessi"}
		}}
}

// inWords is a small number as people write it.
func inWords(n int) string {
	if words := []string{"quattro", "cinque", "sei", "sette", "otto"}; n >= 4 && n < 4+len(words) {
		return words[n-4]
	}
	return strconv.Itoa(n)
}

func operationFormat() Format {
	var values []string
	for _, op := range Operations() {
		values = append(values, string(op))
	}
	return Format{name: "one_of " + strings.Join(values, ","), Expected: "uno tra " + strings.Join(values, ", "), Values: values,
		read: func(v string, _ time.Time) (string, *fault) {
			if op, ok := ParseOperation(v); ok {
				return string(op), nil
			}
			return "", &fault{remedy: "scrivere una delle " + inWords(len(values)) + " operazioni"}
		}}
}

func sessoFormat() Format {
	return enumeration([]string{"M", "F"}, map[string]string{
		"maschio": "M", "uomo": "M", "1": "M", "femmina": "F", "donna": "F", "2": "F"})
}

// documentNumber is a document number without its inner spaces.
func documentNumber(limit int) Format {
	return Format{name: fmt.Sprintf("document %d", limit), Expected: fmt.Sprintf("numero del documento, al massimo %d caratteri", limit),
		read: func(v string, _ time.Time) (string, *fault) {
			v = without(withoutTail(v), " ")
			if fault := lostDigits(v); fault != nil {
				return "", fault
			}
			return limited(strings.ToUpper(v), limit)
		}}
}

// integer is a whole number between two bounds, which are part of it.
func integer(low, high int) Format {
	return Format{name: fmt.Sprintf("integer %d-%d", low, high), Expected: fmt.Sprintf("numero intero da %d a %d", low, high),
		read: func(v string, _ time.Time) (string, *fault) { return wholeNumber(v, low, high) }}
}

func wholeNumber(v string, low, high int) (string, *fault) {
	n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSuffix(v, ".0"), ",0"))
	if err != nil || n < low || n > high {
		return "", &fault{remedy: "scrivere solo il numero, in cifre"}
	}
	return strconv.Itoa(n), nil
}

var (
	speedPattern    = regexp.MustCompile(`(?i)^(\d+)([.,]\d+)?\s*(m|mb|mbit|mbps|mbit/s|mega|g|gb|gbit|gbps|gbit/s|giga)?$`)
	datelikePattern = regexp.MustCompile(`(?i)^(\d{4}-\d{2}-\d{2}.*|\d{1,2}[/.-]\d{1,2}[/.-]\d{4}.*|\d{1,2}-(gen|feb|mar|apr|mag|giu|lug|ago|set|ott|nov|dic|jan|may|jun|jul|aug|sep|oct|dec).*|(gen|feb|mar|apr|mag|giu|lug|ago|set|ott|nov|dic|jan|may|jun|jul|aug|sep|oct|dec)-\d+)$`)
	exponentPattern = regexp.MustCompile(`(?i)^(\d([.,]\d+)?e\+\d+|\d[.,]\d+e\d+)$`)
	excelError      = regexp.MustCompile(`^#(#+|N/D|N/A|REF!|RIF!|VALORE!|VALUE!|DIV/0!|NOME\?|NAME\?|NULL!|NULLO!|NUM!|SPILL!|CALC!)$`)
	mojibakePattern = regexp.MustCompile(`Ã[\x{0080}-\x{00BF}€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|Â[\x{0080}-\x{00BF}]|â€|\x{FFFD}`)
)

// speed is a download speed in Mbit/s, 30 at least (RULES.md 2.1); units and "1 Giga" are read too.
// "1.000" can only be a thousand, since 1 is below the minimum, and "100.000" only a hundred; "50.000" can
// be both, and is neither.
func speed() Format {
	return Format{name: "speed", Expected: "numero intero di Mbit/s, da 30 a 99999",
		read: func(v string, _ time.Time) (string, *fault) {
			readings, unit := speedReadings(v)
			if len(readings) == 0 {
				return "", &fault{remedy: "scrivere solo i Mbit al secondo, per esempio 100"}
			}
			var found []int
			for _, digits := range readings {
				// Above the highest speed a number is out of range with any unit: no overflow.
				if n, err := strconv.Atoi(digits); err == nil && n <= 99999 && n*unit >= 30 && n*unit <= 99999 {
					found = append(found, n*unit)
				}
			}
			switch len(found) {
			case 0:
				return "", &fault{remedy: "controllare la velocità dell'offerta: sotto 30 Mbit/s il voucher non spetta"}
			case 1:
				return strconv.Itoa(found[0]), nil
			}
			return "", &fault{remedy: "scrivere il numero senza punti e senza decimali: si può leggere in due modi"}
		}}
}

// speedReadings are the whole numbers that a speed with a tail (".000", ",0") can stand for, and its unit in
// Mbit/s.
func speedReadings(v string) (readings []string, unit int) {
	if isDigits(v) {
		return []string{v}, 1
	}
	m := speedPattern.FindStringSubmatch(v)
	if m == nil {
		return nil, 0
	}
	whole, tail := m[1], m[2]
	if strings.Trim(tail, ".,0") == "" {
		readings = append(readings, whole)
	}
	if len(whole) <= 3 && len(tail) == 4 && tail[0] == '.' {
		readings = append(readings, whole+tail[1:])
	}
	if strings.HasPrefix(strings.ToLower(m[3]), "g") {
		return readings, 1000
	}
	return readings, 1
}

// addressPart is a short part of an address; Excel likes to turn "3/4" into a date.
func addressPart(limit int) Format {
	return Format{name: fmt.Sprintf("text %d", limit), Expected: fmt.Sprintf("testo, al massimo %d caratteri", limit),
		read: func(v string, _ time.Time) (string, *fault) {
			if strings.ContainsAny(v, "/.-") && datelikePattern.MatchString(v) {
				return "", &fault{remedy: "Excel ha trasformato il valore in una data: riscriverlo con la cella in formato Testo"}
			}
			if fault := lostDigits(v); fault != nil {
				return "", fault
			}
			if whole, zeros, ok := strings.Cut(v, "."); ok && isDigits(whole) && zeros != "" && strings.Trim(zeros, "0") == "" {
				v = whole
			}
			return limited(strings.ToUpper(v), limit)
		}}
}

// lostDigits finds numbers that a spreadsheet has rounded: their digits cannot be had back.
func lostDigits(v string) *fault {
	if strings.ContainsAny(v, "+.,") && exponentPattern.MatchString(v) {
		return &fault{remedy: "Excel ha arrotondato il numero e le cifre sono perse: riprenderle dalla fonte, con la cella in formato Testo"}
	}
	return nil
}

// withoutTail gives back the number that an export has written with a decimal: "3330000000.0". Taking such
// a point for a separator would add a digit.
func withoutTail(v string) string {
	if whole, ok := strings.CutSuffix(v, ".0"); ok && len(whole) >= 6 && isDigits(whole) {
		return whole
	}
	return v
}

// clean is a cell without what people do not see: outer and double spaces, no-break and zero-width
// characters, marks of writing direction (Windows copies them along), curly apostrophes, decomposed accents
// (RULES.md 6.5).
func clean(raw string) string {
	if isPlain(raw) {
		return raw
	}
	s := strings.Map(func(r rune) rune {
		switch r {
		case '\u200b', '\u200c', '\u200d', '\u2060', '\ufeff', '\u00ad',
			'\u061c', '\u200e', '\u200f', '\u202a', '\u202b', '\u202c', '\u202d', '\u202e', '\u2066', '\u2067', '\u2068', '\u2069':
			return -1
		case '\u2018', '\u2019', '\u02bc', '`', '´':
			return '\''
		}
		return r
	}, raw)
	return strings.Join(strings.Fields(norm.NFC.String(s)), " ")
}

// without is a text without some ASCII characters.
func without(s, characters string) string {
	if !strings.ContainsAny(s, characters) {
		return s
	}
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(characters, r) {
			return -1
		}
		return r
	}, s)
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// isPlaceholder knows what programs and people write where there is nothing.
func isPlaceholder(v string) bool {
	if v == "" || len(v) > 4 || strings.IndexByte("nN-?", v[0]) < 0 {
		return false
	}
	switch strings.ToLower(v) {
	case "null", "none", "nan", "n/a", "n/d", "n.d.", "n.d", "-", "--", "---", "?", "??":
		return true
	}
	return false
}

func isPrintableASCII(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// isPlain spares the usual cell the work: printable ASCII without outer or double spaces.
func isPlain(s string) bool {
	space := true // a leading space is as bad as a double one
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == ' ' && space, c < ' ', c == '`', c >= 0x7f:
			return false
		default:
			space = c == ' '
		}
	}
	return !space || s == ""
}

// unreadable finds texts that no format may take: error values of a spreadsheet, broken encodings. It looks
// for the latter in the raw text, since half of a broken à is a no-break space that clean takes away.
func unreadable(raw, v string) *fault {
	if v[0] == '#' && excelError.MatchString(v) {
		return &fault{code: CodeUnreadable, remedy: "la formula del foglio è in errore o non è mai stata calcolata: aprire il file in Excel, correggerla e salvare"}
	}
	if isPrintableASCII(raw) { // as nearly every cell
		return nil
	}
	if strings.IndexFunc(v, unicode.IsControl) >= 0 {
		return &fault{code: CodeUnreadable, remedy: "la cella contiene caratteri invisibili di controllo: riscriverla"}
	}
	if mojibakePattern.MatchString(raw) {
		return &fault{code: CodeUnreadable, remedy: "le lettere accentate sono rovinate: esportare di nuovo il file in UTF-8"}
	}
	return nil
}
