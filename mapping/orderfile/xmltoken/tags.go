package xmltoken

import (
	"bytes"
	"unicode/utf8"
)

// qname reads a name from i on, and tells where its colon is; -1 = it has none. Names are long as far as
// they are not checked: a name may stand at the end of the window.
func (x *Reader) qname(i int) (colon, after int, err error) {
	b := x.window
	from, foreign := i, false
	for colon = -1; is(b[i], inName); i++ {
		switch {
		case b[i] == ':' && colon >= 0:
			return 0, i, badName
		case b[i] == ':':
			colon = i
		case b[i] >= utf8.RuneSelf:
			foreign = true
		}
	}
	if i == x.end {
		return 0, i, more
	}
	local := from
	if colon >= 0 {
		local = colon + 1
	}
	switch {
	case local == i, colon == from, !is(b[from], atStart), !is(b[local], atStart):
		err = badName
	case foreign && !(isName(b[local:i]) && (colon < 0 || isName(b[from:colon]))):
		err = badName
	}
	return colon, i, err
}

func (x *Reader) startTag(i int) (after int, err error) {
	b := x.window
	from := i + 1
	colon, i, err := x.qname(from)
	if err != nil {
		return i, err
	}
	x.Name, x.Attrs, x.decoded = b[max(from, colon+1):i], x.Attrs[:0], x.decoded[:0]
	qualified, prefixed := b[from:i], colon >= 0
	for {
		gap := i
		i = skipSpace(b, i)
		if b[i] == '>' || b[i] == '/' {
			break
		}
		switch {
		case i == x.end:
			return i, more
		case i == gap && is(b[i], atStart):
			return i, noSpace
		case !is(b[i], atStart):
			return i, badTag
		case len(x.Attrs) == maxAttributes:
			return i, tooMany
		}
		var a Attr
		if a, i, err = x.attribute(i); err != nil {
			return i, err
		}
		for j := range x.Attrs {
			if o := &x.Attrs[j]; bytes.Equal(o.Name, a.Name) && bytes.Equal(o.Prefix, a.Prefix) {
				return i, twice
			}
		}
		prefixed = prefixed || a.Prefix != nil || string(a.Name) == "xmlns"
		x.Attrs = append(x.Attrs, a)
	}
	empty := b[i] == '/'
	if empty {
		i++
	}
	switch {
	case i == x.end:
		return i, more
	case b[i] != '>':
		return i, badTag
	case x.rooted && len(x.starts) == 0:
		return i, secondRoot
	case len(x.starts) == maxDepth:
		return i, tooDeep
	}
	x.starts = append(x.starts, len(x.names))
	x.names = append(x.names, qualified...)
	x.rooted, x.closed = true, empty
	if prefixed {
		err = x.declare(qualified[:max(0, colon-from)])
	}
	return i + 1, err
}

// attribute reads name="value".
func (x *Reader) attribute(i int) (a Attr, after int, err error) {
	b := x.window
	from := i
	colon, i, err := x.qname(i)
	if err != nil {
		return a, i, err
	}
	a.Name = b[max(from, colon+1):i]
	if colon >= 0 {
		a.Prefix = b[from:colon]
	}
	if i = skipSpace(b, i); b[i] == '=' {
		i = skipSpace(b, i+1)
		if quote := b[i]; quote == '"' || quote == '\'' {
			a.Value, i, err = x.value(i+1, quote)
			return a, i + 1, err
		}
	}
	if i == x.end {
		return a, i, more
	}
	return a, i, badValue
}

func (x *Reader) endTag(i int) (after int, err error) {
	b := x.window
	from := i + 2
	last := x.names
	if n := len(x.starts); n > 0 {
		last = x.names[x.starts[n-1]:]
	}
	if i = from + len(last); len(last) == 0 || i >= x.end || !bytes.Equal(b[from:i], last) || b[i] != '>' { // nearly never
		if _, i, err = x.qname(from); err != nil {
			return i, err
		}
		name := b[from:i]
		i = skipSpace(b, i)
		switch {
		case i == x.end:
			return i, more
		case b[i] != '>':
			return i, badTag
		case len(x.starts) == 0 || !bytes.Equal(name, last):
			return i, badEnd
		}
	}
	x.leave()
	return i + 1, nil
}

// leave ends the current element, and what it declared.
func (x *Reader) leave() {
	depth := len(x.starts)
	x.names = x.names[:x.starts[depth-1]]
	x.starts = x.starts[:depth-1]
	for n := len(x.prefixes); n > 0 && x.prefixes[n-1].depth == depth; n-- {
		x.prefixes = x.prefixes[:n-1]
	}
}
