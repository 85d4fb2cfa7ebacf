package mapping

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// plainCode is a codice fiscale without omocodia and without its check letter: what two codes of one person
// have in common. Two people may share it, too: that is what omocodia is for (RULES.md 6.1).
type plainCode [15]byte

// plain undoes omocodia in a code of the right shape.
func plain(cf string) (p plainCode) {
	copy(p[:], cf)
	for i := range p {
		if codiceFiscaleShape[i] == '9' && p[i] > '9' {
			p[i] = byte('0' + strings.IndexByte(omocodia, p[i]))
		}
	}
	return p
}

func (p *plainCode) number(from, to int) int {
	n := 0
	for _, c := range p[from:to] {
		n = n*10 + int(c-'0')
	}
	return n
}

func (p *plainCode) sesso() string {
	if p.number(9, 11) > 40 {
		return "F"
	}
	return "M"
}

func (p *plainCode) day() int   { return p.number(9, 11) % 40 }
func (p *plainCode) month() int { return strings.IndexByte(monthOf, p[8]) + 1 }
func (p *plainCode) year() int  { return p.number(6, 8) } // of its century

// checkPerson compares what the row says of the person with what the codice fiscale says (RULES.md 6.1). A datum
// that the codice fiscale leaves open is not judged.
func (r *row) checkPerson() {
	cf := r.values[idCodiceFiscale]
	if len(cf) != 16 { // none that is right, or a provisional one
		r.checkBoolean(idCognome)
		r.checkBoolean(idNome)
		return
	}
	code := plain(cf)
	if v := r.values[idCognome]; v != "" && !spells(v, code[:3], false) {
		r.inconsistent(idCognome, "le lettere "+cf[:3])
	}
	if v := r.values[idNome]; v != "" && !spells(v, code[3:6], true) {
		r.inconsistent(idNome, "le lettere "+cf[3:6])
	}
	if v := r.values[idSesso]; v != "" && v != code.sesso() {
		r.inconsistent(idSesso, code.sesso())
	}
	if v := r.values[idDataDiNascita]; len(v) == len(dateLayout) {
		y, m, d := atoi(v[:4]), atoi(v[5:7]), atoi(v[8:])
		if y%100 != code.year() || m != code.month() || d != code.day() {
			// The century is the row's, unless that day is still to come.
			year := y/100*100 + code.year()
			if year > r.mapper.Now.Year() {
				year -= 100
			}
			if !isDate(year, code.month(), code.day()) { // 29 February: 1900 was no leap year
				year = 2000
			}
			r.inconsistent(idDataDiNascita, fmt.Sprintf("%02d/%02d/%d", code.day(), code.month(), year))
		}
	}
	if v := r.values[idLuogoDiNascita]; v != "" && r.mapper.Comuni != nil {
		r.checkBirthplace(v, &code)
	}
}

func (r *row) inconsistent(id int, says string) {
	remedy := "controllare la cella e il codice fiscale: uno dei due è sbagliato"
	if isBoolean(r.values[id]) {
		remedy = booleanRemedy
	}
	r.complain(id, r.mapper.Rules.InconsistentCF, Warns, fault{code: CodeInconsistent, arg: says, expected: sourceOf(CodeInconsistent) + ": " + says, remedy: remedy})
}

// checkBirthplace accepts every name that the comune of the codice fiscale ever had. For people born abroad it only
// finds an Italian comune: the States and their towns are not known here.
func (r *row) checkBirthplace(luogo string, code *plainCode) {
	switch names := r.mapper.Comuni; {
	case code[11] == 'Z':
		if names.isActiveName(luogo) {
			r.inconsistent(idLuogoDiNascita, "uno Stato estero, codice "+string(code[11:]))
		}
	case !names.isNameOf(code[11:], luogo):
		if name := names.NameOf(string(code[11:])); name != "" {
			r.inconsistent(idLuogoDiNascita, name)
		}
	}
}

const booleanRemedy = "un foglio di calcolo può averne fatto un valore logico: riscriverlo con la cella in formato Testo"

// checkBoolean asks for a second look at names that Excel takes for a truth value (RULES.md 6.5). Where the codice
// fiscale confirms the name there is nothing to ask.
func (r *row) checkBoolean(id int) {
	if isBoolean(r.values[id]) {
		r.complain(id, ToWarn, Warns, fault{code: CodeTruthValue, expected: "un nome o un cognome", remedy: booleanRemedy})
	}
}

func isBoolean(v string) bool { return v == "VERO" || v == "FALSO" || v == "TRUE" || v == "FALSE" }

// twoDigitYear reads a birth date such as 10/12/85 where the codice fiscale has the same day, month and year, and
// only one century makes it a day that exists and has come (RULES.md 6.4).
func twoDigitYear(v, cf string, now time.Time) (string, bool) {
	if len(v) < 6 || len(v) > 8 || len(cf) != 16 {
		return "", false
	}
	i := strings.IndexAny(v, "/.-")
	if i < 1 || i > 2 {
		return "", false
	}
	day, rest := v[:i], v[i+1:]
	month, year, _ := strings.Cut(rest, v[i:i+1])
	if len(month) > 2 || len(year) != 2 || !isDigits(day) || !isDigits(month) || !isDigits(year) {
		return "", false
	}
	code := plain(cf)
	if atoi(day) != code.day() || atoi(month) != code.month() || atoi(year) != code.year() {
		return "", false
	}
	var found []time.Time
	for _, century := range []int{1900, 2000} {
		y := century + code.year()
		t := time.Date(y, time.Month(code.month()), code.day(), 0, 0, 0, 0, now.Location())
		if isDate(y, code.month(), code.day()) && !t.After(now) {
			found = append(found, t)
		}
	}
	if len(found) != 1 {
		return "", false
	}
	return found[0].Format(dateLayout), true
}

// spells reports whether three letters of a codice fiscale can stand for a name. A name with a letter whose Latin
// spelling is not known here is not judged; where offices differ (ö is O or OE) either will do.
func spells(name string, letters []byte, first bool) bool {
	code, known := nameCode(name, first, false)
	if !known || string(code[:]) == string(letters) {
		return true
	}
	if isASCII(name) {
		return false
	}
	code, _ = nameCode(name, first, true)
	return string(code[:]) == string(letters)
}

// nameCode is the three letters of a surname or a first name: consonants, then vowels, then X; of a first name with
// four consonants or more the second one is left out. known is false without letters, or with a letter that cannot
// be told.
func nameCode(name string, first, digraphs bool) (code [3]byte, known bool) {
	var consonants [4]byte
	var vowels [3]byte
	c, v := 0, 0
	add := func(letter byte) {
		if strings.IndexByte("AEIOU", letter) >= 0 {
			if v < len(vowels) {
				vowels[v] = letter
				v++
			}
		} else if c < len(consonants) {
			consonants[c] = letter
			c++
		}
	}
	for _, char := range name {
		switch {
		case char >= 'A' && char <= 'Z':
			add(byte(char))
		case char < utf8.RuneSelf || !unicode.IsLetter(char):
		default:
			spelling := latin(char, digraphs)
			if spelling == "" {
				return code, false
			}
			for i := range len(spelling) {
				add(spelling[i])
			}
		}
	}
	if first && c == len(consonants) {
		return [3]byte{consonants[0], consonants[2], consonants[3]}, true
	}
	n := copy(code[:], consonants[:min(c, 3)])
	n += copy(code[n:], vowels[:v])
	copy(code[n:], "XX"[:min(2, 3-n)])
	return code, c+v > 0
}

// latin is the basic spelling of an upper-case letter, "" where it is not known. Umlauts have two.
func latin(char rune, digraphs bool) string {
	if digraphs {
		switch char {
		case 'Ä':
			return "AE"
		case 'Å':
			return "AA"
		case 'Ö', 'Ø':
			return "OE"
		case 'Ü':
			return "UE"
		}
	}
	for _, row := range latinLetters {
		if strings.ContainsRune(row.of, char) {
			return row.is
		}
	}
	return ""
}

// latinLetters are the letters of European registers.
var latinLetters = [...]struct{ is, of string }{
	{"A", "ÀÁÂÃÄÅĀĂĄ"}, {"AE", "Æ"}, {"C", "ÇĆĈĊČ"}, {"D", "ĎĐ"}, {"E", "ÈÉÊËĒĔĖĘĚ"}, {"G", "ĜĞĠĢ"}, {"H", "ĤĦ"},
	{"I", "ÌÍÎÏĨĪĬĮİ"}, {"J", "Ĵ"}, {"K", "Ķ"}, {"L", "ĹĻĽŁ"}, {"N", "ÑŃŅŇ"}, {"O", "ÒÓÔÕÖØŌŎŐ"}, {"OE", "Œ"},
	{"R", "ŔŖŘ"}, {"S", "ŚŜŞŠȘ"}, {"SS", "ßẞ"}, {"T", "ŢŤȚ"}, {"TH", "Þ"}, {"U", "ÙÚÛÜŨŪŬŮŰŲ"}, {"W", "Ŵ"},
	{"Y", "ÝŶŸ"}, {"Z", "ŹŻŽ"},
}
