package orderfile

import (
	"bytes"
	"slices"
)

// A binding is a prefix and the namespace that it stands for, within an element.
type binding struct {
	depth       int
	prefix, uri string
}

const (
	xmlSpace   = "http://www.w3.org/XML/1998/namespace"
	xmlnsSpace = "http://www.w3.org/2000/xmlns/"
)

// namespace is what a prefix stands for; "" is the prefix of elements that have none.
func (x *xmlReader) namespace(prefix []byte) (uri string, declared bool) {
	if string(prefix) == "xml" {
		return xmlSpace, true
	}
	for _, b := range slices.Backward(x.prefixes) {
		if b.prefix == string(prefix) {
			return b.uri, true
		}
	}
	return "", len(prefix) == 0
}

// spaceOfElement is the namespace of the element that was opened last.
func (x *xmlReader) spaceOfElement() string {
	name := x.names[x.starts[len(x.starts)-1]:]
	space, _ := x.namespace(name[:max(0, bytes.IndexByte(name, ':'))])
	return space
}

// declare takes the namespaces of the start tag, and checks that its prefixes mean something (Namespaces in
// XML 1.0). Two attributes of the same name in the same namespace are one that is given twice.
func (x *xmlReader) declare(prefix []byte) error {
	for _, a := range x.attrs {
		var b binding
		switch {
		case string(a.prefix) == "xmlns":
			b = binding{len(x.starts), string(a.name), string(a.value)}
		case a.prefix == nil && string(a.name) == "xmlns":
			b = binding{len(x.starts), "", string(a.value)}
		default:
			continue
		}
		switch {
		case b.prefix == "xml" && b.uri == xmlSpace:
			continue
		case b.prefix == "xml", b.prefix == "xmlns", b.prefix != "" && b.uri == "", b.uri == xmlSpace, b.uri == xmlnsSpace:
			return badPrefix
		case len(x.prefixes) == maxPrefixes:
			return tooMany
		}
		x.prefixes = append(x.prefixes, b)
	}
	if _, ok := x.namespace(prefix); !ok || string(prefix) == "xmlns" {
		return badPrefix
	}
	for i, a := range x.attrs {
		if a.prefix == nil || string(a.prefix) == "xmlns" {
			continue
		}
		uri, ok := x.namespace(a.prefix)
		if !ok {
			return badPrefix
		}
		for _, other := range x.attrs[:i] {
			if other.prefix == nil || !bytes.Equal(other.name, a.name) {
				continue
			}
			if theirs, _ := x.namespace(other.prefix); theirs == uri {
				return twice
			}
		}
	}
	return nil
}
