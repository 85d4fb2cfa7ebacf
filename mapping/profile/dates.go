package profile

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// dateFields are the fields whose value is a date. A test compares them with the field table.
var dateFields = []string{"dataDiNascita", "dataScadenzaDocumento", "dataAttivazione", "dataCessazione"}

func isDateField(field string) bool { return slices.Contains(dateFields, field) }

// dateFormat is how an export writes its dates.
type dateFormat struct {
	text  string
	parts []datePart
}

// datePart is a number (token is set) or a text that stands between numbers.
type datePart struct {
	token   string // d, dd, M, MM, yyyy, H, HH, mm, ss
	literal string
}

// shortest and longest number of digits of a token; one letter stands for one digit or two.
func (p datePart) digits() (shortest, longest int) {
	if len(p.token) == 1 {
		return 1, 2
	}
	return len(p.token), len(p.token)
}

// dateTokens are the numbers of a date, and what they are.
var dateTokens = []string{"d", "dd", "M", "MM", "yyyy", "H", "HH", "mm", "ss"}

// dateFormat reads the format of a profile. It refuses every format that could be read in two ways.
func (d document) dateFormat(e entry) (*dateFormat, error) {
	w, err := d.text(e)
	if err != nil {
		return nil, err
	}
	f := &dateFormat{text: w.text}
	if fault := f.read(w.text); fault != "" {
		return nil, d.errorf(w, "the date format %q cannot be used: %s", w.text, fault)
	}
	return f, nil
}

// read fills in the parts, or says what is wrong.
func (f *dateFormat) read(text string) (fault string) {
	var order []byte
	for i := 0; i < len(text); {
		c := text[i]
		n := 1
		for i+n < len(text) && text[i+n] == c {
			n++
		}
		token := text[i : i+n]
		switch {
		case slices.Contains(dateTokens, token):
			if previous := len(f.parts) - 1; previous >= 0 && len(f.parts[previous].token) == 1 {
				return fmt.Sprintf("nobody can tell where %s ends and %s begins; write them with two letters", f.parts[previous].token, token)
			}
			if slices.Contains(order, c) {
				return token + " stands in it twice"
			}
			order = append(order, c)
			f.parts = append(f.parts, datePart{token: token})
		case token == "yy":
			return "a year of two digits does not say its century; let the export write four (yyyy)"
		case c == 'g' || c == 'a':
			return "days are d, months M, years y: dd/MM/yyyy for gg/mm/aaaa"
		case c == 'h':
			return "hours are written H, from 0 to 23"
		case c != 'T' && (c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'):
			return fmt.Sprintf("%s means nothing; it may have %s", token, strings.Join(dateTokens, ", "))
		default:
			f.parts = append(f.parts, datePart{literal: token})
		}
		i += n
	}
	has := func(c byte) bool { return slices.Contains(order, c) }
	switch {
	case has('m') && !has('M'):
		return "mm is minutes, the month is MM"
	case !has('d') || !has('M') || !has('y'):
		return "it needs a day (d, dd), a month (M, MM) and a year (yyyy)"
	case has('m') && !has('H') || has('s') && !has('m') || has('H') && !has('m'):
		return "a time needs hours and minutes (HH:mm), and may have seconds (ss)"
	case slices.Index(order, 'y') < slices.Index(order, 'd') && slices.Index(order, 'd') < slices.Index(order, 'M'):
		return "no one writes year, day, month, and it looks like an ISO date that it is not"
	}
	return ""
}

// iso is the text as an ISO date, with its time where the format has one; ok is false where the text is not
// written in this way, or is no day of the calendar.
func (f *dateFormat) iso(text string) (iso string, ok bool) {
	rest := strings.TrimSpace(text)
	numbers := map[byte]int{}
	for _, part := range f.parts {
		if part.token == "" {
			if rest, ok = strings.CutPrefix(rest, part.literal); !ok {
				return "", false
			}
			continue
		}
		shortest, longest := part.digits()
		n, value := 0, 0
		for n < longest && n < len(rest) && rest[n] >= '0' && rest[n] <= '9' {
			value = value*10 + int(rest[n]-'0')
			n++
		}
		if n < shortest {
			return "", false
		}
		numbers[part.token[0]], rest = value, rest[n:]
	}
	if rest != "" {
		return "", false
	}
	t := time.Date(numbers['y'], time.Month(numbers['M']), numbers['d'], numbers['H'], numbers['m'], numbers['s'], 0, time.UTC)
	if int(t.Month()) != numbers['M'] || t.Day() != numbers['d'] ||
		t.Hour() != numbers['H'] || t.Minute() != numbers['m'] || t.Second() != numbers['s'] {
		return "", false
	}
	if _, timed := numbers['H']; timed {
		return t.Format("2006-01-02 15:04:05"), true
	}
	return t.Format("2006-01-02"), true
}

// fixed turns a date that stands in the profile itself into an ISO date. It is written in the profile's format, or as an ISO
// date. f may be nil: the format is then dd/MM/yyyy, as in any cell.
func (f *dateFormat) fixed(d document, w word) (iso string, err error) {
	if isISO(strings.TrimSpace(w.text)) {
		return strings.TrimSpace(w.text), nil
	}
	if f == nil {
		f = &dateFormat{}
		f.text = "dd/MM/yyyy"
		f.read(f.text)
	}
	iso, ok := f.iso(w.text)
	if !ok {
		return "", d.errorf(w, "%q is no date that is written %s or yyyy-MM-dd", w.text, f.text)
	}
	return iso, nil
}

// isoOfSheet is a date of the spreadsheet, which the reader of the file gives as dd/mm/yyyy with or without a
// time, as an ISO date.
func isoOfSheet(text string) string {
	for given, iso := range map[string]string{"02/01/2006": "2006-01-02", "02/01/2006 15:04:05": "2006-01-02 15:04:05"} {
		if t, err := time.Parse(given, text); err == nil {
			return t.Format(iso)
		}
	}
	return text
}

// isISO reports whether a text is a date as isoOfSheet writes it, or what an expression has made of one.
func isISO(text string) bool {
	for _, layout := range []string{"2006-01-02", "2006-01-02 15:04", "2006-01-02 15:04:05"} {
		if _, err := time.Parse(layout, text); err == nil {
			return true
		}
	}
	return false
}
