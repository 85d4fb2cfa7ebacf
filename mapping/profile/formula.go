package profile

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
	"github.com/expr-lang/expr/vm"

	"voucherbul/mapping"
)

// Bounds of an expression. There are no loops and no variables in one, so its work is bounded by its length and
// by the texts it works on.
const (
	maxExpression = 2000 // characters
	maxNodes      = 300
	maxText       = 64 << 10 // bytes of a text that a function takes or makes
	memoryBudget  = 10000    // elements of lists, as expr counts them
)

// formula is a computed field: a compiled expression that reads columns by col("…").
type formula struct {
	text    word
	program *vm.Program
	columns []word // of col, each once; the program has their texts in this order
}

// row is what an expression sees of a row.
type row struct {
	Cells []string `expr:"cells"`
}

// formula compiles an expression. Its errors stand where they are in the profile.
func (d document) formula(e entry) (*formula, error) {
	w, err := d.text(e)
	if err != nil {
		return nil, err
	}
	f := &formula{text: w}
	if utf8.RuneCountInString(w.text) > maxExpression {
		return nil, d.errorf(w, "the expression is longer than %d characters", maxExpression)
	}
	c := conf.CreateNew()
	for _, o := range options() {
		o(c)
	}
	tree, err := parser.ParseWithConfig(w.text, c)
	if err != nil {
		return nil, d.inExpression(w, err)
	}
	check := checker{document: d, formula: f}
	if err := check.node(tree.Node); err != nil {
		return nil, err
	}
	f.program, err = expr.Compile(w.text, append(options(), expr.Patch(&columnPatch{f}))...)
	if err != nil {
		return nil, d.inExpression(w, err)
	}
	if t := f.program.Node().Type(); t != nil {
		switch t.Kind() {
		case reflect.Slice, reflect.Array, reflect.Map, reflect.Func, reflect.Struct:
			return nil, d.errorf(w, "the expression makes a list and not a text: take one with [0], or join them")
		}
	}
	return f, nil
}

// inExpression gives an error of expr its place in the profile.
func (d document) inExpression(w word, err error) error {
	var located *file.Error
	if !errors.As(err, &located) {
		return d.errorf(w, "the expression cannot be used: %v", err)
	}
	return d.errorf(d.inside(w, located.From), "the expression cannot be used: %s", located.Message)
}

// inside is the place in the profile of a character of an expression. Quotes, blocks and folded lines of YAML
// move it: the word that begins there is looked for, the n-th one of its kind. Where it is not found, the place
// of the whole expression is said.
func (d document) inside(w word, from int) word {
	text := []rune(w.text)
	if from < 0 || from >= len(text) || w.line < 1 || w.line > len(d.lines) {
		return w
	}
	before, rest := string(text[:from]), string(text[from:])
	sought := string(text[from])
	if n := strings.IndexFunc(rest, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }); n > 0 {
		sought = rest[:n]
	}
	n := strings.Count(before, sought)
	for i := w.line - 1; i < len(d.lines); i++ {
		line, column := d.lines[i], 1
		if i == w.line-1 {
			runes := []rune(line)
			column = min(w.column, len(runes)) + 1 // behind the quote, or the first letter, which cannot be meant
			if text[0] == runes[column-2] {
				column--
			}
			line = string(runes[column-1:])
		}
		for {
			skipped, after, ok := strings.Cut(line, sought)
			if !ok {
				break
			}
			column += utf8.RuneCountInString(skipped)
			if n == 0 {
				return word{text: w.text, line: i + 1, column: column}
			}
			n--
			column += utf8.RuneCountInString(sought)
			line = after
		}
	}
	return w
}

// apply computes the field from the texts of its columns. Numbers become their digits.
func (f *formula) apply(cells []string) (string, error) {
	machine := vm.VM{MemoryBudget: memoryBudget}
	result, err := machine.Run(f.program, row{Cells: cells})
	if err != nil {
		var located *file.Error
		if errors.As(err, &located) {
			return "", errors.New(located.Message)
		}
		return "", err
	}
	switch v := result.(type) {
	case nil:
		return "", nil
	case string:
		if !utf8.ValidString(v) {
			return "", errors.New("the text is cut inside a character")
		}
		return v, nil
	case bool:
		if v {
			return "VERO", nil // as the reader of a file gives it
		}
		return "FALSO", nil
	case int:
		return strconv.Itoa(v), nil
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return "", errors.New("the result is no number")
		}
		return strconv.FormatFloat(v, 'f', -1, 64), nil
	}
	return "", fmt.Errorf("the result is a %T and not a text", result)
}

// columnPatch makes of col("Via") the text of that column's place, so that no name is looked up in a row.
type columnPatch struct{ formula *formula }

// Visit implements [ast.Visitor].
func (p *columnPatch) Visit(node *ast.Node) {
	name, ok := columnCall(*node)
	if !ok {
		return
	}
	key := mapping.HeaderKey(name.Value)
	i := slices.IndexFunc(p.formula.columns, func(w word) bool { return w.key() == key })
	ast.Patch(node, &ast.MemberNode{Node: &ast.IdentifierNode{Value: "cells"}, Property: &ast.IntegerNode{Value: i}})
}

// columnCall is the name in a call of col; ok is false for any other node.
func columnCall(n ast.Node) (name *ast.StringNode, ok bool) {
	call, ok := n.(*ast.CallNode)
	if !ok {
		return nil, false
	}
	if callee, ok := call.Callee.(*ast.IdentifierNode); !ok || callee.Value != "col" || len(call.Arguments) != 1 {
		return nil, false
	}
	name, ok = call.Arguments[0].(*ast.StringNode)
	return name, ok
}
