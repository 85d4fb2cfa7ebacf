package mapping

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Entries is what a configuration adds to the catalogue of today; the zero value adds nothing. An entry may be a word alone
// where nothing else has to be known.
type Entries struct {
	Tipologie     []Tipologia `yaml:"tipologie,omitempty"`
	Tecnologie    []Word      `yaml:"tecnologie,omitempty"`
	TipiDocumento []Word      `yaml:"tipi_documento,omitempty"`
	Fasi          []Fase      `yaml:"fasi,omitempty"`
}

// Word is one value of an enumeration.
type Word struct {
	Value     string   `yaml:"value"`               // the platform's word, in capitals
	Label     string   `yaml:"label,omitempty"`     // Italian: what it means, for the help of its column; "" = the word says it
	Synonyms  []string `yaml:"synonyms,omitempty"`  // other spellings that mean nothing else, and are translated; case does not count
	Suggested []string `yaml:"suggested,omitempty"` // what it is called elsewhere: suggested to whoever writes a profile, and never translated
}

// Tipologia is a kind of voucher.
type Tipologia struct {
	Word    `yaml:",inline"`
	Kind    Kind `yaml:"kind,omitempty"`     // whose it is; "" = as FAM or IMP, which its value begins with, says
	MinMbit int  `yaml:"min_mbit,omitempty"` // a slower line is odd, in Mbit/s; 0 = any is right
}

// Fase is a FASE_OPERATIVA of a voucher, and what it means for it (RULES.md 2.12).
type Fase struct {
	Name  string    `yaml:"name"` // as the platform writes it; case and spaces do not count
	Class FaseClass `yaml:"class"`
}

// FaseClass says what a phase means for its voucher.
type FaseClass string

// The classes (RULES.md 2.12).
const (
	FaseWait    FaseClass = "wait"    // the platform is still working on it
	FaseRefused FaseClass = "refused" // final: it cannot be activated
	FaseReady   FaseClass = "ready"   // it can be activated
	FaseUnknown FaseClass = "unknown" // no phase of the catalogue: to be shown as it is
)

// tipologie, tecnologie and tipiDocumento are the words of the specification (RULES.md 2.1, 2.3-2.5, 2.8).
func tipologie() []Tipologia {
	return []Tipologia{
		{Word: Word{Value: "FAM1"}, Kind: Famiglia},
		{Word: Word{Value: "FAM2"}, Kind: Famiglia},
		{Word: Word{Value: "IMP1"}, Kind: Impresa},
		{Word: Word{Value: "IMP2"}, Kind: Impresa, MinMbit: 1000}, // RULES.md 9
	}
}

func tecnologie() []Word {
	return []Word{
		{Value: "FWA", Suggested: []string{"radio", "fwa 5g", "fixed wireless", "wireless"}},
		{Value: "FTTH", Suggested: []string{"fibra", "fibra ottica", "gpon", "fibra ftth"}},
		{Value: "FTTC", Suggested: []string{"vdsl", "vdsl2", "fibra misto rame", "misto rame", "fibra fttc"}},
		{Value: "FTTB"},
		{Value: "SAT", Suggested: []string{"satellite", "satellitare"}},
	}
}

func tipiDocumento() []Word {
	return []Word{
		{Value: "CI", Label: "carta d'identità", Synonyms: []string{"carta identità", "carta d'identità", "carta di identità",
			"carta d'identita", "carta identita", "carta di identita"}, Suggested: []string{"c.i.", "cie"}},
		{Value: "PP", Label: "passaporto", Synonyms: []string{"passaporto"}},
		{Value: "PT", Label: "patente", Synonyms: []string{"patente", "patente di guida"}},
	}
}

// fasi are the phases of the specification (RULES.md 2.12). Attivata, Disdetta and Cessata are none of them: the list does
// not have such vouchers.
func fasi() []Fase {
	return []Fase{
		{"Inviata con esito positivo", FaseWait},
		{"Attesa controllo ISEE", FaseWait},
		{"Non prenotabile ISEE", FaseRefused},
		{"Prenotata", FaseReady},
		{"Prenotazione sospesa", FaseWait}, // for want of funds, say: days or weeks
	}
}

func (w Word) key() string { return w.Value }
func (f Fase) key() string { return strings.ToLower(f.Name) }

// UnmarshalYAML takes a word alone, too.
func (w *Word) UnmarshalYAML(read func(any) error) error {
	if read(&w.Value) == nil {
		return nil
	}
	type whole Word
	return read((*whole)(w))
}

// UnmarshalYAML takes a word alone, too. [Word] has a reader of its own, which would leave out the rest.
func (t *Tipologia) UnmarshalYAML(read func(any) error) error {
	if read(&t.Value) == nil {
		return nil
	}
	var whole struct {
		Value     string
		Label     string
		Synonyms  []string
		Suggested []string
		Kind      Kind
		MinMbit   int `yaml:"min_mbit"`
	}
	err := read(&whole)
	*t = Tipologia{Word{whole.Value, whole.Label, whole.Synonyms, whole.Suggested}, whole.Kind, whole.MinMbit}
	return err
}

// kind is whose voucher it is; "" where nothing says it.
func (t Tipologia) kind() Kind {
	switch {
	case t.Kind != "":
		return t.Kind
	case strings.HasPrefix(t.Value, "FAM"):
		return Famiglia
	case strings.HasPrefix(t.Value, "IMP"):
		return Impresa
	}
	return ""
}

// maxMbit is the fastest line that a request can ask for.
const maxMbit = 99999

// Validate says which entry is none, naming its key. The texts are for the administrator.
func (e Entries) Validate() error {
	for i, t := range e.Tipologie {
		key := fmt.Sprintf("tipologie[%d].", i)
		if k := t.kind(); k != Famiglia && k != Impresa {
			return fmt.Errorf("%skind: %q is not famiglia or impresa: whose voucher is %s?", key, t.Kind, t.Value)
		}
		if t.MinMbit < 0 || t.MinMbit > maxMbit {
			return fmt.Errorf("%smin_mbit: %d is not a speed from 0 to %d", key, t.MinMbit, maxMbit)
		}
	}
	for _, list := range []struct {
		name  string
		today []Word
		more  []Word
	}{{"tipologie", wordsOf(tipologie()), wordsOf(e.Tipologie)}, {"tecnologie", tecnologie(), e.Tecnologie}, {"tipi_documento", tipiDocumento(), e.TipiDocumento}} {
		if err := validate(list.name, list.today, list.more); err != nil {
			return err
		}
	}
	seen := map[string]bool{}
	for i, f := range e.Fasi {
		key := fmt.Sprintf("fasi[%d].", i)
		switch {
		case f.Name == "" || strings.Join(strings.Fields(f.Name), " ") != f.Name:
			return fmt.Errorf("%sname: %q is not a phase as the platform writes it", key, f.Name)
		case seen[f.key()]:
			return fmt.Errorf("%sname: %q is there twice", key, f.Name)
		case f.Class != FaseWait && f.Class != FaseReady && f.Class != FaseRefused:
			return fmt.Errorf("%sclass: %q is not one of wait, ready, refused", key, f.Class)
		}
		seen[f.key()] = true
	}
	return nil
}

func wordsOf(list []Tipologia) (words []Word) {
	for _, t := range list {
		words = append(words, t.Word)
	}
	return words
}

// validate refuses words that no cell can have, and spellings that would mean two words.
func validate(name string, today, more []Word) error {
	const longest = 20
	for i, w := range more {
		key := fmt.Sprintf("%s[%d].", name, i)
		switch {
		case w.Value == "" || w.Value != strings.ToUpper(clean(w.Value)) || isPlaceholder(w.Value) || utf8.RuneCountInString(w.Value) > longest:
			return fmt.Errorf("%svalue: %q is not the platform's word, in capitals and at most %d characters", key, w.Value, longest)
		case name == "tecnologie" && w.Value == multi:
			return fmt.Errorf("%svalue: %q is what an offer says that comes with any technology", key, w.Value)
		case slices.ContainsFunc(more[:i], func(other Word) bool { return other.Value == w.Value }):
			return fmt.Errorf("%svalue: %q is there twice", key, w.Value)
		}
	}
	means := map[string]string{}
	all := with(today, more)
	for _, w := range all {
		means[suggestionKey(w.Value)] = w.Value
	}
	for _, w := range all {
		for _, spelling := range append(slices.Clone(w.Synonyms), w.Suggested...) {
			key := suggestionKey(spelling)
			if other := means[key]; key == "" || other != "" && other != w.Value {
				return fmt.Errorf("%s: %q cannot be another spelling of %s: it is blank, or means %q", name, spelling, w.Value, other)
			}
			means[key] = w.Value
		}
	}
	return nil
}

// fingerprint names the entries that requests are made of, each on a line.
func (e Entries) fingerprint() string {
	var text strings.Builder
	for _, t := range e.Tipologie {
		fmt.Fprintf(&text, "tipologia %q %s %d %q\n", t.Value, t.kind(), t.MinMbit, t.Synonyms)
	}
	for _, w := range e.Tecnologie {
		fmt.Fprintf(&text, "tecnologia %q %q\n", w.Value, w.Synonyms)
	}
	for _, w := range e.TipiDocumento {
		fmt.Fprintf(&text, "tipoDocumento %q %q\n", w.Value, w.Synonyms)
	}
	return text.String()
}

// enumerationOf is one of some words, or another spelling of one.
func enumerationOf(words []Word) Format {
	var values []string
	aliases := map[string]string{}
	for _, w := range words {
		values = append(values, w.Value)
		for _, synonym := range w.Synonyms {
			aliases[strings.ToLower(clean(synonym))] = w.Value
		}
	}
	return enumeration(values, aliases)
}

// suggestionsOf are the words by what they are called elsewhere.
func suggestionsOf(words []Word) map[string]string {
	found := map[string]string{}
	for _, w := range words {
		for _, name := range append(slices.Clone(w.Synonyms), w.Suggested...) {
			found[suggestionKey(name)] = w.Value
		}
	}
	return found
}
