package xlsx

import (
	"errors"
	"io"
	"strings"

	"voucherbul/mapping/orderfile/xmltoken"
)

// xmlPart walks through the elements of one XML part.
//
// A start that child returned must be consumed before the next call: by skip, by text, or by calling child
// until there is none. Elements are compared by local name, as the strict and the transitional namespaces of
// OOXML mean the same.
type xmlPart struct {
	*xmltoken.Reader
	space  string // namespace of the root
	part   io.Closer
	called string // as an error shows it
}

// element is the start of an element, valid until the next call.
type element struct {
	name []byte
	tag  *xmltoken.Reader
}

// attr is the value of an attribute without prefix, "" where there is none.
func (e element) attr(name string) string {
	for _, a := range e.tag.Attrs {
		if a.Prefix == nil && string(a.Name) == name {
			return string(a.Value)
		}
	}
	return ""
}

// relation is the value of r:id.
func (e element) relation() string {
	for _, a := range e.tag.Attrs {
		if a.Prefix != nil && string(a.Name) == "id" {
			if uri, _ := e.tag.Namespace(a.Prefix); strings.HasSuffix(uri, "/relationships") {
				return string(a.Value)
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
	x := &xmlPart{part: p, called: partName(name), Reader: xmltoken.New(p)}
	root, _, err := x.child()
	if err != nil {
		_ = x.close()
		return nil, element{}, err
	}
	x.space = x.ElementSpace()
	return x, root, nil
}

func (x *xmlPart) close() error { return x.part.Close() }

// token is the next token. What is wrong with the part is told with its name.
func (x *xmlPart) token() (xmltoken.Token, error) {
	token, err := x.Next()
	if err == nil {
		return token, nil
	}
	if wrong, ok := errors.AsType[xmltoken.SyntaxError](err); ok {
		return token, damaged("the part %s is not well-formed XML at its line %d: %s", x.called, x.Line(), string(wrong))
	}
	if wrong, ok := errors.AsType[xmltoken.Error](err); ok {
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
		case xmltoken.StartTag:
			return element{name: x.Name, tag: x.Reader}, true, nil
		case xmltoken.EndTag, xmltoken.EndOfDocument:
			return element{}, false, nil
		}
		if !xmltoken.IsSpace(x.Text) {
			return element{}, false, damaged("the part %s has a text between elements at its line %d", x.called, x.Line())
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
	for outer := x.Depth() - 1; ; {
		token, err := x.token()
		if err != nil {
			return to, err
		}
		switch token {
		case xmltoken.CharData:
			if len(to)+len(x.Text) > maxText {
				return to, damaged("the part %s %s", x.called, string(xmltoken.TooLong))
			}
			to = append(to, x.Text...)
		case xmltoken.StartTag:
			return to, damaged("the part %s has an element within a text at its line %d", x.called, x.Line())
		}
		if x.Depth() == outer {
			return to, nil
		}
	}
}

// finish reads up to the end of the part: what stands after the root shows damage, and so does the checksum.
func (x *xmlPart) finish() error {
	_, _, err := x.child()
	return err
}
