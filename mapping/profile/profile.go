// Package profile reads what an administrator says of a foreign export: which of its columns is which field,
// how its values and dates are written, and which fields are computed. A profile is a YAML file; samples/ADMIN.md,
// "Profiles", shows one.
//
// The way of a profile is [Parse] -> [Profile.Claims] for the reader of the file -> [Profile.Bind] to its
// header -> [Binding.Apply] to each row. [Suggest] writes a first profile for an export.
//
// The package is pure: it opens no file and reads no clock. It must not judge values: that is the job of package mapping. It
// must not guess either. A value that the profile does not name, or a date in another format, is a Problem of its row. A
// profile that could mean two things is refused.
//
// What a profile declares (value maps, defaults, the notation of dates, expressions) is no Correction: it is the
// administrator's word on what the export says, the same for every row. Corrections are what package mapping puts
// right after that, and they are told against the cells of the file, see [Binding.CellText].
package profile

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"voucherbul/mapping"
)

// maxBytes is the longest profile that is read: one of forty fields with all their values has about 8 kB.
const maxBytes = 64 << 10

// Error is a profile that cannot be used. Its text is for an administrator, in English.
type Error struct {
	File   string // of the profile, as it was named to Parse
	Line   int    // from 1; 0 = the profile as a whole
	Column int    // from 1, in characters
	Text   string // what is wrong, and what would be right
}

// Error is the whole story in one line.
func (e *Error) Error() string {
	if e.Line == 0 {
		return e.File + ": " + e.Text
	}
	return fmt.Sprintf("%s, line %d, column %d: %s", e.File, e.Line, e.Column, e.Text)
}

// Profile is a profile that was read and is right in itself. Nothing changes it: several goroutines may use it.
type Profile struct {
	file        string
	fingerprint string
	sheet       string
	hidden      string
	dates       *dateFormat // of all date fields without one of their own; nil = as mapping reads them
	choice      *choice     // the operation, where sheet or file say it
	sources     []source    // in the order of the profile
	ignored     map[string]bool
}

var profileKeys = []string{"name", "sheet", "hidden", "dates", "operation", "fields", "ignore"}

// Parse reads a profile strictly. The name is that of its file, for errors, which are always an [*Error]. The values that a
// field can have are those of the catalogue; nil = today's.
func Parse(name string, data []byte, catalogue *mapping.Catalogue) (*Profile, error) {
	d := document{file: name, catalogue: catalogue}
	root, err := d.read(data)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(data)
	p := &Profile{file: name, fingerprint: hex.EncodeToString(sum[:]), ignored: map[string]bool{}}
	sections, err := d.entries(root, "the profile", profileKeys)
	if err != nil {
		return nil, err
	}
	byKey := map[string]entry{}
	for _, e := range sections {
		byKey[e.key.text] = e
	}
	// Not in the order of the file: the date format is needed by the fields, the fields by what is ignored.
	for _, key := range profileKeys {
		if e, ok := byKey[key]; ok {
			if err := p.section(d, e); err != nil {
				return nil, err
			}
		}
	}
	return p, nil
}

// section reads one key of the profile.
func (p *Profile) section(d document, e entry) (err error) {
	switch e.key.text {
	case "name":
		_, err = d.text(e)
	case "sheet":
		var w word
		w, err = d.text(e)
		p.sheet = w.text
	case "hidden":
		var w word
		if w, err = d.text(e); err == nil && w.text != "send" && w.text != "skip" {
			err = d.errorf(w, "hidden has to be send or skip, not %q", w.text)
		}
		p.hidden = w.text
	case "dates":
		p.dates, err = d.dateFormat(e)
	case "operation":
		err = p.readOperation(d, e)
	case "fields":
		err = p.readFields(d, e)
	case "ignore":
		err = p.readIgnored(d, e)
	}
	return err
}

// readIgnored reads the columns that are of no use. One that a field is made from cannot be one of them.
func (p *Profile) readIgnored(d document, e entry) error {
	columns, err := d.columns(e)
	if err != nil {
		return err
	}
	for _, w := range columns {
		for i := range p.sources {
			if p.sources[i].reads(w.key()) {
				return d.errorf(w, "the column %q cannot be ignored: %s is made from it", w.text, p.sources[i].field.Name)
			}
		}
		p.ignored[w.key()] = true
	}
	return nil
}

// Sheet is the sheet to read, "" = the profile does not say.
func (p *Profile) Sheet() string { return p.sheet }

// Hidden is what becomes of hidden rows: "send", "skip", or "" where the profile does not say.
func (p *Profile) Hidden() string { return p.hidden }

// Fingerprint names the profile by its bytes: another profile may make other requests of the same file.
func (p *Profile) Fingerprint() string { return p.fingerprint }

// gives reports whether the profile says where the field comes from.
func (p *Profile) gives(field string) bool {
	if field == operazione && p.choice != nil {
		return true
	}
	for i := range p.sources {
		if p.sources[i].field.Name == field {
			return true
		}
	}
	return false
}

// Claims says what a header of the export stands for: what the profile says, else its usual meaning, unless
// the profile gives that field another source or ignores the column. [Binding.Apply] has the last word on every
// field of the profile.
func (p *Profile) Claims(header string) []mapping.Claim {
	key := mapping.HeaderKey(header)
	if key == "" || p.ignored[key] {
		return nil
	}
	var found []mapping.Claim
	for i := range p.sources {
		if member, ok := p.sources[i].member(key); ok {
			found = append(found, mapping.Claim{Field: p.sources[i].field.Name, Member: member})
		}
	}
	if found != nil {
		return found
	}
	if found = p.usual(header); found != nil {
		return found
	}
	for i := range p.sources {
		s := &p.sources[i]
		if s.formula == nil {
			continue
		}
		// The reader must know the column, to find the header and to refuse a file that has it twice.
		for n, w := range s.formula.columns {
			if w.key() == key {
				found = append(found, mapping.Claim{Field: s.field.Name, Member: fmt.Sprintf("#%d", n+1)})
			}
		}
	}
	return found
}

// usual is what a header that the profile does not mention stands for.
func (p *Profile) usual(header string) []mapping.Claim {
	var left []mapping.Claim
	for _, c := range mapping.Claims(header) {
		if !p.gives(c.Field) {
			left = append(left, c)
		}
	}
	return left
}

// Unused lists the columns of a file that nobody reads, as written; ignored and blank ones are not named.
func (p *Profile) Unused(header []string) []string {
	var unused []string
	for _, h := range header {
		if key := mapping.HeaderKey(h); key != "" && !p.ignored[key] && len(p.Claims(h)) == 0 {
			unused = append(unused, h)
		}
	}
	return unused
}
