package xmltoken

import (
	"bytes"
	"unicode/utf8"
)

// What a byte may be part of. Bytes from 0x80 on may be part of anything: they are decoded where they stand.
const (
	inText   uint8 = 1 << iota // character data, just as it is
	inValue                    // a value in quotes, just as it is
	inName                     // a name
	atStart                    // the first character of a name
	isSpaced                   // white space
)

// classes is a table that never changes. A NUL is nothing: every scan stops at the one behind the window.
var classes = func() (t [256]uint8) {
	for c := range t {
		b := byte(c)
		letter := b|0x20 >= 'a' && b|0x20 <= 'z'
		if c >= ' ' && c < 0x80 && b != '<' && b != '&' {
			t[c] |= inText | inValue
		}
		if letter || b == '_' || b == ':' || c >= 0x80 {
			t[c] |= inName | atStart
		}
		if b >= '0' && b <= '9' || b == '-' || b == '.' {
			t[c] |= inName
		}
		if b == ' ' || b == '\t' || b == '\n' || b == '\r' {
			t[c] |= isSpaced
		}
	}
	t[']'] &^= inText // the end of a CDATA section has no place in text
	t['"'] &^= inValue
	t['\''] &^= inValue
	t['\t'] |= inText // in a value it is read as a space
	t['\n'] |= inText
	return t
}()

func is(b byte, class uint8) bool { return classes[b]&class != 0 }

// skipSpace is the first position from i on that is no white space.
func skipSpace(b []byte, i int) int {
	for is(b[i], isSpaced) {
		i++
	}
	return i
}

// IsSpace reports whether there is nothing but white space, as XML knows it.
func IsSpace(b []byte) bool {
	for _, c := range b {
		if !is(c, isSpaced) {
			return false
		}
	}
	return true
}

// TrimSpace is a text without the white space around it. It is a part of the text, not a copy.
func TrimSpace(b []byte) []byte {
	for len(b) > 0 && is(b[0], isSpaced) {
		b = b[1:]
	}
	for len(b) > 0 && is(b[len(b)-1], isSpaced) {
		b = b[:len(b)-1]
	}
	return b
}

// isChar is the production Char of XML 1.0 (2.2). Surrogates never come out of UTF-8.
func isChar(r rune) bool {
	return r >= ' ' && r != 0xFFFE && r != 0xFFFF && r <= utf8.MaxRune && (r < 0xD800 || r > 0xDFFF) || r == '\t' || r == '\n' || r == '\r'
}

// onlyChars tells what in a piece XML cannot hold.
func onlyChars(b []byte) error {
	for len(b) > 0 {
		r, size := utf8.DecodeRune(b)
		if err := checkChar(r, size); err != nil {
			return err
		}
		b = b[size:]
	}
	return nil
}

func checkChar(r rune, size int) error {
	if r == utf8.RuneError && size == 1 {
		return notUTF8
	}
	if !isChar(r) {
		return badCharacter
	}
	return nil
}

// nameStarts are the characters beyond ASCII that a name may begin with (XML 1.0 fifth edition, 2.3).
var nameStarts = [...][2]rune{{0xC0, 0xD6}, {0xD8, 0xF6}, {0xF8, 0x2FF}, {0x370, 0x37D}, {0x37F, 0x1FFF}, {0x200C, 0x200D},
	{0x2070, 0x218F}, {0x2C00, 0x2FEF}, {0x3001, 0xD7FF}, {0xF900, 0xFDCF}, {0xFDF0, 0xFFFD}, {0x10000, 0xEFFFF}}

// isName checks what the table cannot: the first character, and all that are not ASCII.
func isName(name []byte) bool {
	if len(name) == 0 || !is(name[0], atStart) {
		return false
	}
	for i, r := range string(name) {
		if r < utf8.RuneSelf {
			continue
		}
		if _, size := utf8.DecodeRune(name[i:]); r == utf8.RuneError && size == 1 {
			return false
		}
		if !isNameRune(r) && (i == 0 || !(r == 0xB7 || r >= 0x300 && r <= 0x36F || r == 0x203F || r == 0x2040)) {
			return false
		}
	}
	return true
}

func isNameRune(r rune) bool {
	for _, span := range nameStarts {
		if r >= span[0] && r <= span[1] {
			return true
		}
	}
	return false
}

// reference reads the character that b, which begins with an ampersand, stands for, and how long it is written.
// It knows the five entities of XML and numbers: others need a DOCTYPE. Zero means that b may end too early.
func reference(b []byte) (r rune, size int, err error) {
	if len(b) > 1 && b[1] == '#' {
		return numericReference(b)
	}
	for _, known := range [...]struct {
		name string
		r    rune
	}{{"&lt;", '<'}, {"&gt;", '>'}, {"&amp;", '&'}, {"&quot;", '"'}, {"&apos;", '\''}} {
		if bytes.HasPrefix(b, []byte(known.name)) {
			return known.r, len(known.name), nil
		}
		if bytes.HasPrefix([]byte(known.name), b) {
			return 0, 0, nil
		}
	}
	return 0, 0, badReference
}

func numericReference(b []byte) (r rune, size int, err error) {
	i, base := 2, rune(10)
	if i < len(b) && b[i] == 'x' {
		i, base = 3, 16
	}
	first := i
	for ; i < len(b); i++ {
		digit := rune(b[i] - '0')
		if c := b[i] | 0x20; base == 16 && c >= 'a' && c <= 'f' {
			digit = rune(c-'a') + 10
		} else if b[i] < '0' || b[i] > '9' {
			break
		}
		if r = r*base + digit; r > utf8.MaxRune {
			return 0, 0, badReference
		}
	}
	switch {
	case i == len(b):
		return 0, 0, nil
	case b[i] != ';' || i == first || !isChar(r):
		return 0, 0, badReference
	}
	return r, i + 1, nil
}
