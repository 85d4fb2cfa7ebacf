package mapping

import (
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Comuni is the archive of the comuni that Italy has and had, as ANPR publishes it (RULES.md 6.3). It does not change
// once it is read, and its lookups allocate nothing.
type Comuni struct {
	istat  map[uint32]Comune // by ISTAT code
	today  map[uint16]uint32 // the ISTAT code of today, by cadastral code
	latest map[uint16]dated  // the last name, by cadastral code
	names  map[comuneName]struct{}
}

// Comune is what the archive knows of an ISTAT code.
type Comune struct {
	Name      string // in Italian, the last one the code had
	Catastale string // cadastral code; "" where it never had one
	Until     string // last day of the code, 2006-01-02; "" = it is in force
}

type dated struct{ name, until string }

// comuneName is a name that a cadastral code had. The name is kept as a hash of 64 bits: among the 30,000 names of the
// archive two alike are not to be expected (1 in 40 billion), and the worst of it would be a warning less.
type comuneName struct {
	catasto uint16 // activeName = of any comune of today
	name    uint64
}

const activeName = 0xffff

// archive are the columns of ANPR's file that are read; others do not matter.
var archiveColumns = []string{"DATACESSAZIONE", "CODISTAT", "CODCATASTALE", "STATO",
	"DENOMINAZIONE_IT", "DENOMTRASLITTERATA", "ALTRADENOMINAZIONE", "ALTRADENOMTRASLITTERATA"}

const forever = "9999-12-31"

// ReadComuni reads ANPR_archivio_comuni.csv. The name is for errors, which tell the line; they are the
// administrator's.
func ReadComuni(name string, r io.Reader) (*Comuni, error) {
	list, at, err := openList(name, r, archiveColumns, strings.TrimSpace)
	if err != nil {
		return nil, err
	}
	c := &Comuni{istat: map[uint32]Comune{}, today: map[uint16]uint32{}, latest: map[uint16]dated{}, names: map[comuneName]struct{}{}}
	if err := list.each(func(record []string) error { return c.add(list, record, at) }); err != nil {
		return nil, err
	}
	if len(c.istat) == 0 {
		return nil, fmt.Errorf("%s: no comune in the file", name)
	}
	return c, nil
}

// add takes one period of one comune.
func (c *Comuni) add(list *listFile, record []string, at []int) error {
	until, istat, catastale, stato, denominazione := record[at[0]], record[at[1]], record[at[2]], record[at[3]], record[at[4]]
	code, isCode := istatNumber(istat)
	catasto, isCatasto := catastoNumber(catastale)
	switch {
	case !isCode:
		return list.errorf("CODISTAT %q: 6 digits are expected, leading zeros included", istat)
	case !isCatasto && catastale != "ND":
		return list.errorf("CODCATASTALE %q: a letter and 3 digits, or ND, are expected", catastale)
	case stato != "A" && stato != "C" && stato != "D":
		return list.errorf("STATO %q: A, C or D is expected", stato)
	case denominazione == "":
		return list.errorf("DENOMINAZIONE_IT is empty")
	}
	if _, err := time.Parse(dateLayout, until); err != nil {
		return list.errorf("DATACESSAZIONE %q: a date such as 2017-12-31 is expected", until)
	}
	if stato != "C" { // a comune that is still to be founded may be there by the time the file is used
		until = forever
	}
	// Records are reused: what is kept is copied.
	known, seen := c.istat[code]
	if inForce := known.Until == ""; !seen || !inForce && until >= known.Until {
		known = Comune{Name: strings.Clone(denominazione), Until: strings.Clone(until)}
		if isCatasto {
			known.Catastale = strings.Clone(catastale)
		}
		if until == forever {
			known.Until = ""
		}
		c.istat[code] = known
	}
	for _, place := range at[4:] {
		for part := range strings.SplitSeq(record[place], "/") { // two languages, of which luogoDiNascita has the first
			c.addName(catasto, isCatasto, until == forever, part)
		}
		c.addName(catasto, isCatasto, until == forever, record[place])
	}
	if isCatasto {
		if until == forever {
			c.today[catasto] = code
		}
		if until >= c.latest[catasto].until {
			c.latest[catasto] = dated{name: strings.Clone(denominazione), until: strings.Clone(until)}
		}
	}
	return nil
}

func (c *Comuni) addName(catasto uint16, isCatasto, active bool, name string) {
	if strings.TrimSpace(name) == "" {
		return
	}
	hash := placeHash(name)
	if isCatasto {
		c.names[comuneName{catasto, hash}] = struct{}{}
	}
	if active {
		c.names[comuneName{activeName, hash}] = struct{}{}
	}
}

// Istat looks an ISTAT code of 6 digits up. ok is false where no comune ever had it.
func (c *Comuni) Istat(code string) (comune Comune, ok bool) {
	if n, isCode := istatNumber(code); isCode {
		comune, ok = c.istat[n]
	}
	return comune, ok
}

// IstatOf is the ISTAT code of today of a cadastral code; "" where that comune is no more, or never was.
func (c *Comuni) IstatOf(catastale string) string {
	if n, ok := catastoNumber(catastale); ok {
		if code, ok := c.today[n]; ok {
			return fmt.Sprintf("%06d", code)
		}
	}
	return ""
}

// NameOf is the last name that the comune with a cadastral code had; "" where there is none.
func (c *Comuni) NameOf(catastale string) string {
	n, _ := catastoNumber(catastale)
	return c.latest[n].name
}

// isNameOf reports whether the comune ever had the name, in either language.
func (c *Comuni) isNameOf(catastale []byte, name string) bool {
	if len(catastale) != 4 || catastale[0] < 'A' {
		return false
	}
	n := uint16(catastale[0]-'A')*1000 + uint16(catastale[1]-'0')*100 + uint16(catastale[2]-'0')*10 + uint16(catastale[3]-'0')
	_, ok := c.names[comuneName{n, placeHash(name)}]
	return ok
}

func (c *Comuni) isActiveName(name string) bool {
	_, ok := c.names[comuneName{activeName, placeHash(name)}]
	return ok
}

func istatNumber(code string) (uint32, bool) {
	if len(code) != 6 || !isDigits(code) {
		return 0, false
	}
	return uint32(atoi(code)), true
}

// catastoNumber counts cadastral codes, A000 to Z999.
func catastoNumber(code string) (uint16, bool) {
	if len(code) != 4 || code[0] < 'A' || code[0] > 'Z' || !isDigits(code[1:]) {
		return 0, false
	}
	return uint16(code[0]-'A')*1000 + uint16(atoi(code[1:])), true
}

// placeHash is the hash (FNV-1a) of a place's name without what people write differently: case, accents, spaces,
// punctuation, and San, Sant', Santo, Santa or S.
func placeHash(name string) uint64 {
	const offset, prime = 14695981039346656037, 1099511628211
	hash := uint64(offset)
	var word [5]byte // the start of a word that may be a saint's
	n := 0           // letters of the word; more than fit = an ordinary word
	flush := func() {
		if n <= len(word) && isSaint(string(word[:n])) {
			n = 1
		}
		for _, c := range word[:min(n, len(word))] {
			hash = (hash ^ uint64(c)) * prime
		}
		n = 0
	}
	if !isASCII(name) {
		name = norm.NFKD.String(name)
	}
	for _, char := range name {
		switch {
		case char < 0x80 && isAlphanumeric(byte(char)):
			if char >= 'a' {
				char -= 'a' - 'A'
			}
			if n == len(word) { // too long for a saint
				flush()
				n = len(word) + 1
			}
			if n > len(word) {
				hash = (hash ^ uint64(char)) * prime
				continue
			}
			word[n] = byte(char)
			n++
		case unicode.IsLetter(char):
			if n <= len(word) {
				flush()
			}
			n = len(word) + 1
			hash = (hash ^ uint64(unicode.ToUpper(char))) * prime
		case unicode.Is(unicode.Mn, char): // the accent of the letter before it
		default: // a space or a sign ends the word
			if n <= len(word) {
				flush()
			}
			n = 0
		}
	}
	if n <= len(word) {
		flush()
	}
	return hash
}

func isSaint(word string) bool {
	switch word {
	case "SAN", "SANT", "SANTO", "SANTA", "S":
		return true
	}
	return false
}

// checkComune looks the ISTAT code up where there is an archive, and in the list of the comuni where vouchers are
// given (RULES.md 2.6, A33).
func (r *row) checkComune() {
	code := r.values[idCodiceIstatComune]
	if code == "" {
		return
	}
	if comuni := r.mapper.Comuni; comuni != nil {
		comune, ok := comuni.Istat(code)
		switch {
		case !ok:
			set := r.mapper.Rules.UnknownComune
			if len(clean(r.order.CodiceIstatComune)) < 6 {
				set = ToBlock // zeros in front of it make no code either: it is not known which digit is missing
			}
			r.complain(idCodiceIstatComune, set, Blocks, fault{code: CodeUnknown, expected: "il codice ISTAT di un comune che esiste",
				remedy: "controllare le cifre, zeri iniziali compresi; per un comune nuovo (codici della Sardegna dal 2026) va aggiornato l'archivio dei comuni"})
			return
		case comune.Until != "":
			r.complain(idCodiceIstatComune, ToWarn, Warns, fault{code: CodeEnded, expected: "il codice ISTAT di un comune di oggi", remedy: r.endedRemedy(comune)})
		}
	}
	if enabled := r.mapper.Enabled; enabled != nil && !enabled.Has(code) {
		r.complain(idCodiceIstatComune, ToBlock, Blocks, fault{code: CodeNotEnabled, expected: "un comune dell'elenco di quelli abilitati",
			remedy: "in questo comune il voucher non è previsto (la piattaforma risponderebbe NOK_001): controllare il codice o aggiornare l'elenco"})
	}
}

func (r *row) endedRemedy(comune Comune) string {
	day := comune.Until[8:] + "/" + comune.Until[5:7] + "/" + comune.Until[:4]
	if today := r.mapper.Comuni.IstatOf(comune.Catastale); today != "" {
		return fmt.Sprintf("codice cessato il %s: oggi %s ha il codice %s", day, r.mapper.Comuni.NameOf(comune.Catastale), today)
	}
	return fmt.Sprintf("comune soppresso il %s (%s): indicare il comune di oggi", day, comune.Name)
}

// cadastralRemedy helps where somebody wrote the cadastral code for the ISTAT code.
func (r *row) cadastralRemedy(v string) string {
	if r.mapper.Comuni == nil {
		return ""
	}
	code := strings.ToUpper(v)
	today := r.mapper.Comuni.IstatOf(code)
	if today == "" {
		return ""
	}
	return fmt.Sprintf("%s è il codice catastale di %s: il codice ISTAT è %s", code, r.mapper.Comuni.NameOf(code), today)
}
