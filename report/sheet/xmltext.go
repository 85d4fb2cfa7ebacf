package sheet

import (
	"strings"
	"unicode/utf8"
)

// asItIs says which bytes a text in XML keeps as they are. The underscore is not among them: it may have to be escaped.
var asItIs = func() (as [256]bool) {
	for c := ' '; c < utf8.RuneSelf; c++ {
		as[c] = c != '&' && c != '<' && c != '>' && c != '_'
	}
	as['\t'], as['\n'] = true, true
	return as
}()

// appendXML adds a value as the text of a cell, as [Text] leaves it.
func appendXML(b []byte, s string) []byte {
	if len(s) > cellLimit {
		s = Text(s)
	}
	done := 0 // what is before it is written
	for i := 0; i < len(s); {
		if asItIs[s[i]] {
			i++
			continue
		}
		escape, size := "", 1
		switch c := s[i]; {
		case c == '&':
			escape = "&amp;"
		case c == '<':
			escape = "&lt;"
		case c == '>':
			escape = "&gt;"
		case c == '\r':
			escape = "&#xD;" // a line end of XML would become \n
		case c == '_':
			if isEscape(s[i:]) {
				escape = "_x005F_"
			}
		case c < ' ':
			escape = "\uFFFD"
		default:
			var r rune
			r, size = utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && size == 1 || r == 0xFFFE || r == 0xFFFF {
				escape = "\uFFFD"
			}
		}
		if escape != "" {
			b = append(append(b, s[done:i]...), escape...)
			done = i + size
		}
		i += size
	}
	return append(b, s[done:]...)
}

// isEscape reports whether a text starts with _xHHHH_, which spreadsheets read as one character (ST_Xstring). Where an export has
// that text itself, its underscore is escaped, even where it overlaps an escape before.
func isEscape(s string) bool {
	if len(s) < 7 || s[1] != 'x' || s[6] != '_' {
		return false
	}
	for i := 2; i < 6; i++ {
		c := s[i] | 0x20 // lower case
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// literal escapes a text where the library forgets to: spreadsheets would read "_x0041_" as "A".
func literal(s string) string {
	if !strings.Contains(s, "_x") {
		return s
	}
	var b strings.Builder
	for i := range len(s) {
		if s[i] == '_' && isEscape(s[i:]) {
			b.WriteString("_x005F")
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// isSpace reports a character that XML readers may drop at the ends of a text.
func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }
