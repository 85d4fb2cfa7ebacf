package orderfile

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// sharedStrings are the texts that cells point to by number.
type sharedStrings []string

// at is the text of a number as it is written in a cell.
func (s sharedStrings) at(index string) (string, bool) {
	i, err := strconv.Atoi(index)
	if err != nil || i < 0 || i >= len(s) {
		return "", false
	}
	return s[i], true
}

func readSharedStrings(a *archive, name string) (sharedStrings, error) {
	var all sharedStrings
	err := a.eachChild(name, "sst", maxUnpacked, func(x *xmlPart, e element) error {
		if e.name != "si" {
			return x.skip()
		}
		text, err := x.richText()
		all = append(all, text)
		return err
	})
	return all, err
}

// richText is the text of the current element, an si or is (ECMA-376 part 1, 18.4.8): one t, or a t for
// each run of one format. Phonetic runs (rPh) tell how to pronounce it, and are no part of it.
func (x *xmlPart) richText() (string, error) {
	var text string
	collect := func(e element) error {
		if e.name != "t" {
			return x.skip()
		}
		piece, err := x.text()
		text += unescape(piece)
		return err
	}
	err := x.each(func(e element) error {
		if e.name == "r" {
			return x.each(collect)
		}
		return collect(e)
	})
	return text, err
}

// unescape reads _x000D_ and the like: how OOXML writes characters that XML cannot hold (ST_Xstring,
// ECMA-376 part 1, 22.9.2.19). A literal one is written with its first underscore escaped: _x005F_x000D_.
func unescape(s string) string {
	if !strings.Contains(s, "_x") {
		return s
	}
	var out strings.Builder
	for len(s) > 0 {
		unit, ok := escaped(s)
		if !ok {
			_, size := utf8.DecodeRuneInString(s)
			out.WriteString(s[:size])
			s = s[size:]
			continue
		}
		if low, paired := escaped(s[7:]); paired && utf16.DecodeRune(unit, low) != utf8.RuneError {
			unit, s = utf16.DecodeRune(unit, low), s[7:]
		}
		if utf16.IsSurrogate(unit) {
			out.WriteString(s[:7]) // half a character: what it meant is lost, so it stays as it is written
		} else {
			out.WriteRune(unit)
		}
		s = s[7:]
	}
	return out.String()
}

// escaped reads one _xHHHH_ at the start of a text.
func escaped(s string) (rune, bool) {
	if len(s) < 7 || s[0] != '_' || s[1] != 'x' || s[6] != '_' {
		return 0, false
	}
	n, err := strconv.ParseUint(s[2:6], 16, 16)
	return rune(n), err == nil
}
