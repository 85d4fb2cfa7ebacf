package xmltoken

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

// Namespace is what a prefix stands for; "" is the prefix of elements that have none.
func (x *Reader) Namespace(prefix []byte) (uri string, declared bool) {
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

// ElementSpace is the namespace of the innermost open element.
func (x *Reader) ElementSpace() string {
	name := x.names[x.starts[len(x.starts)-1]:]
	space, _ := x.Namespace(name[:max(0, bytes.IndexByte(name, ':'))])
	return space
}

// declare takes the namespaces of the start tag, and checks that its prefixes mean something (Namespaces in
// XML 1.0). Two attributes of the same name in the same namespace are one that is given twice.
func (x *Reader) declare(prefix []byte) error {
	for _, a := range x.Attrs {
		var b binding
		switch {
		case string(a.Prefix) == "xmlns":
			b = binding{len(x.starts), string(a.Name), string(a.Value)}
		case a.Prefix == nil && string(a.Name) == "xmlns":
			b = binding{len(x.starts), "", string(a.Value)}
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
	if _, ok := x.Namespace(prefix); !ok || string(prefix) == "xmlns" {
		return badPrefix
	}
	for i, a := range x.Attrs {
		if a.Prefix == nil || string(a.Prefix) == "xmlns" {
			continue
		}
		uri, ok := x.Namespace(a.Prefix)
		if !ok {
			return badPrefix
		}
		for _, other := range x.Attrs[:i] {
			if other.Prefix == nil || !bytes.Equal(other.Name, a.Name) {
				continue
			}
			if theirs, _ := x.Namespace(other.Prefix); theirs == uri {
				return twice
			}
		}
	}
	return nil
}
