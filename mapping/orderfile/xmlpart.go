package orderfile

import (
	"errors"
	"io"
	"strings"
)

// xmlPart walks through the elements of one XML part.
//
// A start that child returned must be consumed before the next call: by skip, by text, or by calling child
// until there is none. Elements are compared by local name, as the strict and the transitional namespaces of
// OOXML mean the same.
type xmlPart struct {
	xmlReader
	space  string // namespace of the root
	part   io.Closer
	called string // as an error shows it
}

// element is the start of an element, valid until the next call.
type element struct {
	name []byte
	tag  *xmlReader
}

// attr is the value of an attribute without prefix, "" where there is none.
func (e element) attr(name string) string {
	for _, a := range e.tag.attrs {
		if a.prefix == nil && string(a.name) == name {
			return string(a.value)
		}
	}
	return ""
}

// relation is the value of r:id.
func (e element) relation() string {
	for _, a := range e.tag.attrs {
		if a.prefix != nil && string(a.name) == "id" {
			if uri, _ := e.tag.namespace(a.prefix); strings.HasSuffix(uri, "/relationships") {
				return string(a.value)
			}
		}
	}
	return ""
}

// openXML opens a part and enters its root element.
func (a *archive) openXML(name string, limit int64) (*xmlPart, element, error) {
	p, err := a.open(name, limit)
	if err != nil {
		return nil, element{}, err
	}
	x := &xmlPart{part: p, called: partName(name), xmlReader: xmlReader{in: p}}
	root, _, err := x.child()
	if err != nil {
		_ = x.close()
		return nil, element{}, err
	}
	x.space = x.spaceOfElement()
	return x, root, nil
}

func (x *xmlPart) close() error { return x.part.Close() }

// token is the next token. What is wrong with the part is told with its name.
func (x *xmlPart) token() (xmlToken, error) {
	token, err := x.next()
	if err == nil {
		return token, nil
	}
	if wrong, ok := errors.AsType[syntaxError](err); ok {
		return token, damaged("the part %s is not well-formed XML at its line %d: %s", x.called, x.line(), string(wrong))
	}
	if wrong, ok := errors.AsType[xmlError](err); ok {
		return token, damaged("the part %s %s", x.called, string(wrong))
	}
	return token, err
}

// child gives the next element inside the current one, false at the end of the current one, which is
// consumed with it. At the top it gives the root, and false at the end of the part. No element with children
// has text beside them: such a text has lost the element that it belongs to.
func (x *xmlPart) child() (element, bool, error) {
	for {
		token, err := x.token()
		if err != nil {
			return element{}, false, err
		}
		switch token {
		case startTag:
			return element{name: x.name, tag: &x.xmlReader}, true, nil
		case endTag, endOfPart:
			return element{}, false, nil
		}
		if !isSpace(x.text) {
			return element{}, false, damaged("the part %s has a text between elements at its line %d", x.called, x.line())
		}
	}
}

// each shows the elements inside the current one, each of which visit must consume.
func (x *xmlPart) each(visit func(element) error) error {
	for {
		e, ok, err := x.child()
		if err != nil || !ok {
			return err
		}
		if err := visit(e); err != nil {
			return err
		}
	}
}

// content appends the text of the current element, which is consumed, to a buffer. Elements in it are not
// looked into: no element that has a text has any.
func (x *xmlPart) content(to []byte) ([]byte, error) {
	for outer := len(x.starts) - 1; ; {
		token, err := x.token()
		if err != nil {
			return to, err
		}
		switch token {
		case charData:
			if len(to)+len(x.text) > maxText {
				return to, damaged("the part %s %s", x.called, string(tooLong))
			}
			to = append(to, x.text...)
		case startTag:
			return to, damaged("the part %s has an element within a text at its line %d", x.called, x.line())
		}
		if len(x.starts) == outer {
			return to, nil
		}
	}
}

// finish reads up to the end of the part: what stands after the root shows damage, and so does the checksum.
func (x *xmlPart) finish() error {
	_, _, err := x.child()
	return err
}
