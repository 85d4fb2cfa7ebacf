package xmltoken

import (
	"bytes"
	"unicode/utf8"
)

// value reads what stands from i up to the quote that ends it, or up to the next tag. Line breaks are read as
// one \n (2.11), white space in an attribute as spaces (3.3.3), references as what they stand for.
func (x *Reader) value(i int, until byte) (value []byte, after int, err error) {
	b := x.window
	plain := inValue
	if until == '<' {
		plain = inText
	}
	from, first := i, -1 // the piece that is not copied; where decoded begins
	instead := func(r rune, size int) {
		if first < 0 {
			if until == '<' {
				x.decoded = x.decoded[:0]
			}
			first = len(x.decoded)
		}
		x.decoded = utf8.AppendRune(append(x.decoded, b[from:i]...), r)
		i += size
		from = i
	}
	for {
		for is(b[i], plain) {
			i++
		}
		switch c := b[i]; {
		case c == until:
			if first < 0 {
				return b[from:i], i, nil
			}
			x.decoded = append(x.decoded, b[from:i]...)
			return x.decoded[first:], i, nil
		case c == '<':
			return nil, i, badValue
		case c == '"', c == '\'':
			i++
		case c == ']':
			if b[i+1] == ']' && b[i+2] == '>' {
				return nil, i, strayEnd
			}
			i++
		case c == '&':
			r, size, err := reference(b[i:x.end])
			switch {
			case err != nil:
				return nil, i, err
			case size == 0:
				return nil, i, more
			}
			instead(r, size)
		case is(c, isSpaced):
			r, size := '\n', 1
			if until != '<' {
				r = ' '
			}
			if c == '\r' && b[i+1] == '\n' {
				size = 2
			}
			instead(r, size)
		case i == x.end:
			return nil, i, more
		default:
			r, size := utf8.DecodeRune(b[i:x.end])
			if err := checkChar(r, size); err != nil {
				if !x.ended && !utf8.FullRune(b[i:x.end]) {
					err = more
				}
				return nil, i, err
			}
			i += size
		}
	}
}

// section reads a comment or a CDATA section.
func (x *Reader) section(i int) (Token, int, error) {
	b := x.window[i:x.end]
	const comment, cdata, doctype = "<!--", "<![CDATA[", "<!DOCTYPE"
	switch {
	case bytes.HasPrefix(b, []byte(comment)):
		inner := b[len(comment):]
		n := bytes.Index(inner, []byte("--"))
		if n < 0 || n+2 == len(inner) {
			return 0, i, more
		}
		if inner[n+2] != '>' {
			return 0, i, badSection
		}
		return 0, i + len(comment) + n + 3, onlyChars(inner[:n])
	case bytes.HasPrefix(b, []byte(cdata)):
		n := bytes.Index(b, []byte("]]>"))
		switch {
		case len(x.starts) == 0:
			return 0, i, outside
		case n < 0:
			return 0, i, more
		}
		x.Text = b[len(cdata):n]
		if bytes.IndexByte(x.Text, '\r') >= 0 {
			x.Text = bytes.ReplaceAll(bytes.ReplaceAll(x.Text, []byte("\r\n"), []byte("\n")), []byte("\r"), []byte("\n"))
		}
		return CharData, i + n + 3, onlyChars(x.Text)
	case bytes.HasPrefix(b, []byte(doctype)):
		return 0, i, hasDoctype
	}
	for _, known := range []string{comment, cdata, doctype} {
		if bytes.HasPrefix([]byte(known), b) {
			return 0, i, more
		}
	}
	if b[2] == '-' || b[2] == '[' {
		return 0, i, badSection
	}
	return 0, i, badMarkup
}

// procInst passes over a processing instruction. One that is called xml can only stand at the beginning.
func (x *Reader) procInst(i int) (after int, err error) {
	colon, after, err := x.qname(i + 2)
	if err != nil {
		return i, err
	}
	if bytes.EqualFold(x.window[i+2:after], []byte("xml")) || colon >= 0 {
		return i, badProcInst
	}
	rest := x.window[after:x.end]
	n := bytes.Index(rest, []byte("?>"))
	if n < 0 {
		return i, more
	}
	if n > 0 && !is(rest[0], isSpaced) {
		return i, badProcInst
	}
	return after + n + 2, onlyChars(rest[:n])
}
