package sheet

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

const cellLimit = 32767 // UTF-16 units, of Excel

// cutNote ends in U+FFFD, which no rule lets pass: the rest of a text must not become the value of an order when
// the workbook of a check comes back.
const cutNote = " … [testo tagliato: Excel non contiene di più]\uFFFD"

// Text makes a value fit for a cell. Characters that XML cannot hold become U+FFFD. A text that is too long is cut and says
// so; excelize would cut it silently.
func Text(s string) string {
	if len(s) <= cellLimit && IsPlain(s) {
		return s
	}
	return Cut(Readable(s), cellLimit, cutNote)
}

// Readable puts U+FFFD in place of characters that XML cannot hold and CSV readers refuse. No name has U+FFFD, so the text
// is recognised when it is read again.
func Readable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' && r != '\r' || r == 0xFFFE || r == 0xFFFF {
			return utf8.RuneError
		}
		return r
	}, s)
}

// IsPlain knows printable ASCII, which is nearly every cell of an export, without looking at runes.
func IsPlain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// Cut shortens a text to limit UTF-16 units, the last of which are the note.
func Cut(s string, limit int, note string) string {
	if len(s) <= limit { // no text has more units than bytes
		return s
	}
	units, fits := 0, 0 // fits is where the note would have to begin
	for i, r := range s {
		if units <= limit-utf8.RuneCountInString(note) {
			fits = i
		}
		units += utf16.RuneLen(r)
	}
	if units > limit {
		return s[:fits] + note
	}
	return s
}
