package profile

import (
	"fmt"
	"slices"
	"strings"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
)

// function is one that expressions may call. They are ours and not those of expr, to bound what they make.
type function struct {
	name string
	call func(params ...any) (any, error)
	kind any // pointer to its type
}

func functions() []function {
	one := func(name string, f func(string) string) function {
		return function{name, func(p ...any) (any, error) { return f(p[0].(string)), nil }, new(func(string) string)}
	}
	two := func(name string, f func(text, part string) string) function {
		return function{name, func(p ...any) (any, error) { return f(p[0].(string), p[1].(string)), nil }, new(func(string, string) string)}
	}
	return []function{
		one("col", func(string) string { return "" }), // columnPatch takes its place
		one("trim", strings.TrimSpace), one("upper", strings.ToUpper), one("lower", strings.ToLower),
		two("trimPrefix", strings.TrimPrefix), two("trimSuffix", strings.TrimSuffix),
		{"replace", func(p ...any) (any, error) { return replace(p[0].(string), p[1].(string), p[2].(string)) }, new(func(string, string, string) string)},
		{"split", func(p ...any) (any, error) { return split(p[0].(string), p[1].(string)) }, new(func(string, string) []string)},
		{"join", func(p ...any) (any, error) { return join(p[0].([]string), p[1].(string)) }, new(func([]string, string) string)},
		{"sub", func(p ...any) (any, error) { return sub(p[0].(string), p[1].(int), p[2].(int)), nil }, new(func(string, int, int) string)},
	}
}

func replace(text, old, with string) (string, error) {
	if old == "" {
		return "", fmt.Errorf("replace needs a text to look for")
	}
	if n := len(text) + strings.Count(text, old)*max(0, len(with)-len(old)); n > maxText {
		return "", fmt.Errorf("the text would be longer than %d kB", maxText>>10)
	}
	return strings.ReplaceAll(text, old, with), nil
}

func split(text, separator string) ([]string, error) {
	if separator == "" || len(text) > maxText {
		return nil, fmt.Errorf("split needs a separator, and a text of at most %d kB", maxText>>10)
	}
	return strings.Split(text, separator), nil
}

func join(texts []string, separator string) (string, error) {
	n := 0
	for _, t := range texts {
		n += len(t) + len(separator)
	}
	if n > maxText {
		return "", fmt.Errorf("the text would be longer than %d kB", maxText>>10)
	}
	return strings.Join(texts, separator), nil
}

// sub is the characters of a text from one place up to another, both counted from 0; what is beyond its end
// is left out.
func sub(text string, from, to int) string {
	runes := []rune(text)
	from = min(max(from, 0), len(runes))
	to = min(max(to, from), len(runes))
	return string(runes[from:to])
}

// builtins are the functions of expr that are left: they make a number or a text of the size of what they take.
var builtins = []string{"len", "int", "float", "string"}

// options make the language of expressions: no clock, no environment, no loops.
func options() []expr.Option {
	all := []expr.Option{expr.Env(row{}), expr.DisableAllBuiltins(), expr.MaxNodes(maxNodes)}
	for _, name := range builtins {
		all = append(all, expr.EnableBuiltin(name))
	}
	for _, f := range functions() {
		all = append(all, expr.Function(f.name, f.call, f.kind))
	}
	return all
}

// operators that expressions may use. The range "1..9" and powers are not among them: they make much of little.
var operators = []string{"+", "-", "*", "/", "%", "==", "!=", "<", ">", "<=", ">=", "and", "&&", "or", "||", "not", "!",
	"in", "contains", "startsWith", "endsWith", "matches", "??"}

// checker walks an expression before it is compiled: what it does not know is refused.
type checker struct {
	document document
	formula  *formula
}

func (c *checker) errorf(n ast.Node, format string, args ...any) error {
	return c.document.errorf(c.document.inside(c.formula.text, n.Location().From), format, args...)
}

func (c *checker) all(nodes ...ast.Node) error {
	for _, n := range nodes {
		if n == nil {
			continue
		}
		if err := c.node(n); err != nil {
			return err
		}
	}
	return nil
}

func (c *checker) node(n ast.Node) error {
	switch n := n.(type) {
	case *ast.NilNode, *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.StringNode:
		return nil
	case *ast.UnaryNode:
		return c.node(n.Node)
	case *ast.BinaryNode:
		return c.binary(n)
	case *ast.ConditionalNode:
		return c.all(n.Cond, n.Exp1, n.Exp2)
	case *ast.ArrayNode:
		return c.all(n.Nodes...)
	case *ast.MemberNode:
		if _, ok := n.Property.(*ast.StringNode); ok {
			return c.errorf(n, "a text has no parts with names: columns are read by col(\"…\")")
		}
		return c.all(n.Node, n.Property)
	case *ast.ChainNode:
		return c.node(n.Node)
	case *ast.BuiltinNode:
		if !slices.Contains(builtins, n.Name) {
			return c.errorf(n, "there is no function %s%s", n.Name, meant(n.Name, names()))
		}
		return c.all(n.Arguments...)
	case *ast.CallNode:
		return c.call(n)
	case *ast.IdentifierNode:
		return c.errorf(n, "%s is nothing that an expression knows: a column is col(%q), a text stands in quotes", n.Value, n.Value)
	case *ast.SliceNode:
		return c.errorf(n, "a part of a text is sub(text, from, to), which counts characters")
	}
	return c.errorf(n, "this is not part of the language of expressions: it has operators, conditions and the functions %s", strings.Join(names(), ", "))
}

func (c *checker) binary(n *ast.BinaryNode) error {
	if !slices.Contains(operators, n.Operator) {
		return c.errorf(n, "the operator %s cannot be used here: there are %s", n.Operator, strings.Join(operators, " "))
	}
	if _, constant := n.Right.(*ast.StringNode); n.Operator == "matches" && !constant {
		return c.errorf(n, "matches needs its pattern in quotes")
	}
	return c.all(n.Left, n.Right)
}

func (c *checker) call(n *ast.CallNode) error {
	callee, ok := n.Callee.(*ast.IdentifierNode)
	if !ok || !slices.Contains(names(), callee.Value) {
		what := ""
		if ok {
			what = " " + callee.Value + meant(callee.Value, names())
		}
		return c.errorf(n.Callee, "there is no function%s", what)
	}
	if callee.Value != "col" {
		return c.all(n.Arguments...)
	}
	name, ok := columnCall(n)
	if !ok {
		return c.errorf(n, `col takes the name of one column, in quotes: col("Via")`)
	}
	w := c.document.inside(c.formula.text, name.Location().From+1) // behind its quote
	w.text = name.Value
	if w.key() == "" {
		return c.errorf(n, "%q is no name of a column", name.Value)
	}
	if !slices.ContainsFunc(c.formula.columns, func(other word) bool { return other.key() == w.key() }) {
		c.formula.columns = append(c.formula.columns, w)
	}
	return nil
}

func names() []string {
	all := slices.Clone(builtins)
	for _, f := range functions() {
		all = append(all, f.name)
	}
	return all
}
