package orderfile

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
)

// maxDepth is far more than the nesting of any part that is read (about 10).
const maxDepth = 64

// xmlPart walks through the elements of one XML part. It is the only place that knows the tokenizer.
//
// A start that child returned must be consumed before the next call: by skip, by text, or by calling child
// until there is none. Elements are compared by local name, as the strict and the transitional namespaces of
// OOXML mean the same.
type xmlPart struct {
	part  *part
	xml   *xml.Decoder
	depth int
}

// element is the start of an element; its attributes are valid until the next call.
type element struct {
	name  string
	attrs []xml.Attr
}

// attr is the value of an attribute without prefix, "" where there is none.
func (e element) attr(name string) string {
	for _, a := range e.attrs {
		if a.Name.Space == "" && a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// relation is the value of r:id.
func (e element) relation() string {
	for _, a := range e.attrs {
		if a.Name.Local == "id" && strings.HasSuffix(a.Name.Space, "/relationships") {
			return a.Value
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
	x := &xmlPart{part: p, xml: xml.NewDecoder(p)}
	root, ok, err := x.child()
	if err == nil && !ok {
		err = damaged("the part %s is empty", name)
	}
	if err != nil {
		_ = p.Close()
		return nil, element{}, err
	}
	return x, root, nil
}

// token is the next token that matters. io.EOF comes only after the root element has ended.
func (x *xmlPart) token() (xml.Token, error) {
	for {
		token, err := x.xml.Token()
		if err != nil {
			return nil, x.explain(err)
		}
		switch token.(type) {
		case xml.StartElement:
			x.depth++
		case xml.EndElement:
			x.depth--
		case xml.Directive:
			return nil, damaged("the part %s has a DOCTYPE, which no spreadsheet program writes", x.part.name)
		case xml.CharData:
		default:
			continue
		}
		if x.depth > maxDepth {
			return nil, damaged("the elements of the part %s are nested too deep", x.part.name)
		}
		return token, nil
	}
}

func (x *xmlPart) explain(err error) error {
	if wrong, ok := errors.AsType[*xml.SyntaxError](err); ok {
		if wrong.Msg == "unexpected EOF" {
			return damaged("the part %s is cut short", x.part.name)
		}
		return damaged("the part %s is not well-formed XML at its line %d", x.part.name, wrong.Line) // Msg may quote a cell
	}
	if _, ok := errors.AsType[*UnreadableError](err); ok || err == io.EOF {
		return err
	}
	if strings.HasPrefix(err.Error(), "xml: ") { // the tokenizer's own, without a type: another encoding or version
		return damaged("the part %s is not XML 1.0 in UTF-8", x.part.name)
	}
	return err
}

// child gives the next element inside the current one, false at the end of the current one, which is
// consumed with it. At the top it gives the root, and false at the end of the part.
func (x *xmlPart) child() (element, bool, error) {
	for {
		token, err := x.token()
		if err == io.EOF {
			return element{}, false, nil
		}
		if err != nil {
			return element{}, false, err
		}
		switch t := token.(type) {
		case xml.StartElement:
			return element{name: t.Name.Local, attrs: t.Attr}, true, nil
		case xml.EndElement:
			return element{}, false, nil
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

// skip passes over the rest of the current element.
func (x *xmlPart) skip() error {
	for outside := x.depth - 1; x.depth > outside; {
		if _, err := x.token(); err != nil {
			return err
		}
	}
	return nil
}

// text is the text of the current element, which is consumed.
func (x *xmlPart) text() (string, error) {
	var text string
	for outside := x.depth - 1; ; {
		token, err := x.token()
		if err != nil {
			return "", err
		}
		if piece, ok := token.(xml.CharData); ok {
			text += string(piece) // one piece, but for comments
		}
		if x.depth == outside {
			return text, nil
		}
	}
}

// finish reads up to the end of the part: what stands after the root shows damage, and so does the checksum.
func (x *xmlPart) finish() error {
	_, more, err := x.child()
	if err == nil && more {
		return damaged("the part %s has a second root element", x.part.name)
	}
	return err
}
