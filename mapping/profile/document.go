package profile

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"voucherbul/mapping"
)

// document is the YAML of one profile. It is read node by node and not into a struct: every word has a place for
// its error, and 00118 stays the text it is.
type document struct {
	file      string
	lines     []string
	catalogue *mapping.Catalogue // nil = today's
}

// word is a text of the profile and where it stands.
type word struct {
	text         string
	line, column int
}

// key is the word as the name of a column.
func (w word) key() string { return mapping.HeaderKey(w.text) }

// entry is one key with its value.
type entry struct {
	key   word
	value ast.Node
}

func (d document) errorf(at word, format string, args ...any) error {
	return &Error{File: d.file, Line: at.line, Column: at.column, Text: fmt.Sprintf(format, args...)}
}

// read finds the one mapping that a profile is.
func (d *document) read(data []byte) (ast.Node, error) {
	if len(data) > maxBytes {
		return nil, d.errorf(word{}, "the profile is longer than %d kB", maxBytes>>10)
	}
	if !utf8.Valid(data) {
		return nil, d.errorf(word{}, "the profile is not UTF-8: save it in that encoding")
	}
	if n := deepest(data); n > maxDepth {
		return nil, d.errorf(word{}, "the profile has %d brackets inside each other", n)
	}
	d.lines = strings.Split(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(string(data)), "\n")
	for i, line := range d.lines {
		if len(line) > maxLine { // thousands of dashes on one line cost the parser seconds
			return nil, d.errorf(word{line: i + 1, column: 1}, "the line is longer than %d characters", maxLine)
		}
	}
	file, err := parser.ParseBytes(data, 0)
	if err != nil {
		var detailed yaml.Error
		if errors.As(err, &detailed) && detailed.GetToken() != nil {
			at := detailed.GetToken().Position
			return nil, d.errorf(word{line: at.Line, column: at.Column}, "this is no YAML: %s", detailed.GetMessage())
		}
		return nil, d.errorf(word{}, "this is no YAML: %v", err)
	}
	var bodies []ast.Node
	for _, doc := range file.Docs {
		if doc.Body != nil && doc.Body.Type() != ast.CommentType {
			bodies = append(bodies, doc.Body)
		}
	}
	switch len(bodies) {
	case 0:
		return nil, d.errorf(word{}, "the profile is empty: it needs fields")
	case 1:
		return bodies[0], nil
	}
	return nil, d.errorf(at(bodies[1]), "a second document begins here: a file holds one profile")
}

// maxLine is the longest line, in bytes.
const maxLine = 4000

// maxDepth is how deep brackets may stand inside each other; a right profile has three levels.
const maxDepth = 50

// deepest is an upper bound of the depth: the parser of YAML goes down with the stack.
func deepest(data []byte) int {
	depth, most := 0, 0
	for _, c := range data {
		switch c {
		case '[', '{':
			depth++
			most = max(most, depth)
		case ']', '}':
			depth = max(0, depth-1)
		}
	}
	return most
}

// at is where a node begins.
func at(n ast.Node) word {
	if m, ok := n.(*ast.MappingNode); ok && len(m.Values) > 0 && !m.IsFlowStyle {
		n = m.Values[0].Key // its own token is the colon
	}
	if token := n.GetToken(); token != nil && token.Position != nil {
		return word{line: token.Position.Line, column: token.Position.Column}
	}
	return word{}
}

// scalar is the text of a node as it is written, whatever YAML takes it for; ok is false for anything else.
func scalar(n ast.Node) (w word, ok bool) {
	w = at(n)
	switch n := n.(type) {
	case *ast.StringNode:
		w.text = n.Value
	case *ast.LiteralNode:
		w.text = strings.TrimRight(n.Value.Value, "\n")
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		w.text = n.GetToken().Value
	default:
		return w, false
	}
	return w, true
}

// text is a value that has to be a text with something in it.
func (d document) text(e entry) (word, error) {
	w, ok := scalar(e.value)
	if !ok || strings.TrimSpace(w.text) == "" {
		return w, d.errorf(w, "%s needs a text%s", e.key.text, found(e.value))
	}
	return w, nil
}

// found says what stands where a text is needed.
func found(n ast.Node) string {
	switch n.(type) {
	case *ast.MappingNode:
		return ", and has keys of its own"
	case *ast.SequenceNode:
		return ", and has a list"
	case *ast.AnchorNode, *ast.AliasNode, *ast.TagNode:
		return ": anchors, aliases and tags of YAML are not read"
	}
	return ", and has none: comment the line out where there is nothing to say"
}

// entries are the keys of a mapping. Where known is not nil another key is an error.
func (d document) entries(n ast.Node, what string, known []string) ([]entry, error) {
	m, ok := n.(*ast.MappingNode)
	if !ok {
		return nil, d.errorf(at(n), "%s needs keys with values, one on a line: KEY: VALUE", what)
	}
	var all []entry
	for _, v := range m.Values {
		key, ok := scalar(v.Key)
		if !ok {
			return nil, d.errorf(at(v.Key), "a key has to be a plain text")
		}
		if known != nil && !slices.Contains(known, key.text) {
			return nil, d.errorf(key, "unknown key %q in %s%s", key.text, what, meant(key.text, known))
		}
		all = append(all, entry{key: key, value: v.Value})
	}
	return all, nil
}

// meant is the nearest right word, or all of them.
func meant(text string, known []string) string {
	if nearest := mapping.Nearest(text, known); nearest != "" {
		return fmt.Sprintf(": did you mean %s?", nearest)
	}
	return ": it may have " + strings.Join(known, ", ")
}

// columns is a list of names of columns, each of them once.
func (d document) columns(e entry) ([]word, error) {
	list, ok := e.value.(*ast.SequenceNode)
	if !ok {
		return nil, d.errorf(at(e.value), "%s needs a list of columns, such as [Note, Agente]", e.key.text)
	}
	var columns []word
	for _, n := range list.Values {
		w, err := d.column(entry{key: e.key, value: n})
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(columns, func(other word) bool { return other.key() == w.key() }) {
			return nil, d.errorf(w, "the column %q is named twice", w.text)
		}
		columns = append(columns, w)
	}
	return columns, nil
}

// column is the name of one column. A name of punctuation only would be every such column.
func (d document) column(e entry) (word, error) {
	w, err := d.text(e)
	if err == nil && w.key() == "" {
		err = d.errorf(w, "%q is no name of a column: it has no letter and no digit", w.text)
	}
	return w, err
}
