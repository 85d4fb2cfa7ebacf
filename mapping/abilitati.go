package mapping

import (
	"bytes"
	"fmt"
	"io"
)

// Abilitati is the list of the comuni where vouchers are given (RULES.md 2.6, A33).
type Abilitati struct{ codes map[uint32]struct{} }

// Has reports whether the comune with an ISTAT code of 6 digits is in the list.
func (a *Abilitati) Has(istat string) bool {
	code, ok := istatNumber(istat)
	if ok {
		_, ok = a.codes[code]
	}
	return ok
}

// ReadAbilitati reads the list: a CSV with a column codiceIstat, codiceIstatComune or ISTAT among others, or one code
// of 6 digits per line. The name is for errors, which tell the line.
func ReadAbilitati(name string, r io.Reader) (*Abilitati, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	first, _, _ := bytes.Cut(bytes.TrimSpace(bytes.TrimPrefix(text, []byte("\ufeff"))), []byte("\n"))
	headed := !isDigits(string(bytes.Trim(first, "\"\r ")))
	if !headed { // the codes alone
		text = append([]byte("ISTAT\n"), bytes.TrimPrefix(text, []byte("\ufeff"))...)
	}
	list, at, err := openList(name, bytes.NewReader(text), []string{"codiceistat"}, func(header string) string {
		switch key := HeaderKey(header); key {
		case "istat", "codiceistatcomune", "codistat":
			return "codiceistat"
		default:
			return key
		}
	})
	if err != nil {
		return nil, err
	}
	a := &Abilitati{codes: map[uint32]struct{}{}}
	err = list.each(func(record []string) error {
		code, ok := istatNumber(clean(record[at[0]]))
		if !ok {
			return fmt.Errorf("%s, line %d: the ISTAT code %q has not 6 digits; leading zeros are part of it", name, list.line(headed), record[at[0]])
		}
		a.codes[code] = struct{}{}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if len(a.codes) == 0 {
		return nil, fmt.Errorf("%s: no comune in the list", name)
	}
	return a, nil
}
