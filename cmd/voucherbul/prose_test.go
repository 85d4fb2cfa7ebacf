package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
)

// theirWords are texts that others write, and that the program has to understand. A text of ours has no place here: what is
// decided by is a code.
var theirWords = []string{
	// the platform and its gateway
	"judge.go: .Descrizione", "subscription key",
	// HTTP and the libraries that speak it, which have no other errors
	"token.go: .Error()", "oauth2: cannot fetch token",
	// SQLite's driver, which says of a file only in words that it is none
	"not a database",
	// the library of the command line
	"exit.go: .Error()", "unknown command",
	// files of other programs: what they begin with, what is in them, the library that writes ours
	"<!doctype html", "PowerPoint Document", "text.go: .Text", ` filterMode="true"`,
	// Linux, of its mounts
	"filesystem_linux.go: .Text()",
	// clerks, in the column of the operation
	"richiesta ",
	// our own files, which say so in their cells (mapping/ourfile) and may have been through a spreadsheet since
	"ID voucherbul", "DA RIVEDERE",
}

// texts are the fields and methods that hold words for people, ours or others'.
var texts = []string{"Reason", "Motivo", "Descrizione", "Advice", "Remedy", "Expected", "Remark", "Remarks", "Text", "Label", "Meaning", "Error",
	"reason", "motivo", "descrizione", "advice", "remedy", "expected", "remark", "remarks", "meaning"}

// methods are further ones that have no arguments and give words for people.
var methods = []string{"label", "String", "Sentence", "sentence", "ExpectedOfAll"}

// comparing are functions that find out what a text says.
var comparing = []string{"HasPrefix", "HasSuffix", "Contains", "EqualFold", "Cut", "CutPrefix", "CutSuffix", "TrimPrefix", "TrimSuffix",
	"Index", "LastIndex", "Count", "Split", "SplitN", "SplitSeq", "Replace", "ReplaceAll", "Equal", "MatchString"}

// TestNothingIsDecidedByAText reads all the code. It finds comparisons with texts for people: with sentences in the code,
// and with the fields that hold them. It sees no types: a text that goes through a variable of another name escapes it.
func TestNothingIsDecidedByAText(t *testing.T) {
	code := readCode(t, filepath.Join("..", ".."))
	if len(code.files) < 150 {
		t.Fatalf("%d files", len(code.files))
	}
	allowed := map[string]int{} // how often each was met
	for _, place := range theirWords {
		allowed[place] = 0
	}
	for _, name := range slices.Sorted(maps.Keys(code.files)) {
		for _, found := range code.comparisons(name) {
			met := false
			for _, place := range []string{found.text, path.Base(name) + ": " + found.text} {
				if _, ok := allowed[place]; ok {
					allowed[place]++
					met = true
				}
			}
			if met {
				continue
			}
			t.Errorf("%s:%d compares a text, %s: decide by a code", name, found.line, found.text)
		}
	}
	for place, n := range allowed {
		if n == 0 {
			t.Errorf("%q is allowed, and nothing compares it", place)
		}
	}
}

// apart are folders that are not looked at: what only tests have, and the simulator, which stands for the platform and
// speaks its words.
var apart = []string{"testdata", "booktest", "ordertest", "journaltest", "simulator"}

// code is all files that are no tests, and the constants of their packages.
type code struct {
	set       *token.FileSet
	files     map[string]*ast.File
	constants map[string]string // by "folder.name"
}

func readCode(t *testing.T, root string) *code {
	t.Helper()
	c := &code{set: token.NewFileSet(), files: map[string]*ast.File{}, constants: map[string]string{}}
	err := fs.WalkDir(os.DirFS(root), ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (slices.Contains(apart, entry.Name()) || len(name) > 1 && strings.HasPrefix(entry.Name(), ".")):
			return fs.SkipDir
		case entry.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		file, err := parser.ParseFile(c.set, filepath.Join(root, filepath.FromSlash(name)), nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		c.files[name] = file
		ast.Inspect(file, func(n ast.Node) bool {
			if spec, ok := n.(*ast.ValueSpec); ok {
				for i, value := range spec.Values {
					if text, ok := literal(value); ok && i < len(spec.Names) {
						c.constants[path.Dir(name)+"."+spec.Names[i].Name] = text
					}
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// comparison is a place where a text is compared.
type comparison struct {
	line int
	text string
}

func (c *code) comparisons(name string) (found []comparison) {
	file := c.files[name]
	add := func(at ast.Expr, text string) {
		found = append(found, comparison{c.set.Position(at.Pos()).Line, text})
	}
	look := func(values ...ast.Expr) {
		for _, value := range values {
			if text, isText := c.textOf(name, file, value); isText {
				add(value, text)
			}
		}
	}
	compare := func(a, b ast.Expr) {
		if !isNothing(a) && !isNothing(b) {
			look(a, b)
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BinaryExpr:
			if n.Op == token.EQL || n.Op == token.NEQ {
				compare(n.X, n.Y)
			}
		case *ast.SwitchStmt:
			if n.Tag == nil {
				return true
			}
			for _, clause := range n.Body.List {
				for _, value := range clause.(*ast.CaseClause).List {
					compare(n.Tag, value)
				}
			}
		case *ast.CallExpr:
			if f, ok := n.Fun.(*ast.SelectorExpr); ok && slices.Contains(comparing, f.Sel.Name) {
				look(n.Args...)
			}
		case *ast.IndexExpr:
			look(n.Index)
		case *ast.CompositeLit:
			if _, ok := n.Type.(*ast.MapType); ok {
				for _, element := range n.Elts {
					if pair, ok := element.(*ast.KeyValueExpr); ok {
						if _, ok := literal(pair.Key); ok || isName(pair.Key) {
							look(pair.Key)
						}
					}
				}
			}
		}
		return true
	})
	return found
}

// textOf tells whether a value is a text for people, and which.
func (c *code) textOf(name string, file *ast.File, value ast.Expr) (text string, ok bool) {
	switch v := value.(type) {
	case *ast.ParenExpr:
		return c.textOf(name, file, v.X)
	case *ast.BasicLit:
		text, ok = literal(v)
		return text, ok && isProse(text)
	case *ast.Ident:
		if text = c.constants[path.Dir(name)+"."+v.Name]; isProse(text) {
			return text, true
		}
		return v.Name, slices.Contains(texts, v.Name) && !token.IsExported(v.Name) // the exported ones are types
	case *ast.SelectorExpr:
		if p, ok := v.X.(*ast.Ident); ok {
			if folder, ok := folderOf(file, p.Name); ok {
				text = c.constants[folder+"."+v.Sel.Name]
				return text, isProse(text)
			}
		}
		return "." + v.Sel.Name, slices.Contains(texts, v.Sel.Name)
	case *ast.BinaryExpr:
		if v.Op != token.ADD {
			return "", false
		}
		if text, ok = c.textOf(name, file, v.X); ok {
			return text, true
		}
		return c.textOf(name, file, v.Y)
	case *ast.CallExpr: // of a method, or of a function that makes another text of it
		if f, ok := v.Fun.(*ast.SelectorExpr); ok && len(v.Args) == 0 && (slices.Contains(texts, f.Sel.Name) || slices.Contains(methods, f.Sel.Name)) {
			return "." + f.Sel.Name + "()", true
		}
		for _, arg := range v.Args {
			if text, ok = c.textOf(name, file, arg); ok {
				return text, true
			}
		}
	}
	return "", false
}

// folderOf is the folder of the package that has a name in a file. ok is false if no package has this name.
func folderOf(file *ast.File, name string) (folder string, ok bool) {
	for _, spec := range file.Imports {
		where, _ := strconv.Unquote(spec.Path.Value)
		if path.Base(where) == name || spec.Name != nil && spec.Name.Name == name {
			return strings.TrimPrefix(where, "voucherbul/"), true
		}
	}
	return "", false
}

// isNothing is the empty text, or nil: whether there is a text is no question of its words.
func isNothing(e ast.Expr) bool {
	if name, ok := e.(*ast.Ident); ok {
		return name.Name == "nil"
	}
	text, ok := literal(e)
	return ok && text == ""
}

func isName(e ast.Expr) bool {
	_, ident := e.(*ast.Ident)
	_, selector := e.(*ast.SelectorExpr)
	return ident || selector
}

func literal(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(lit.Value)
	return text, err == nil
}

// isProse tells words from a code, and from SQL.
func isProse(text string) bool {
	for _, verb := range []string{"SELECT ", "INSERT ", "UPDATE ", "DELETE ", "PRAGMA "} {
		if strings.HasPrefix(text, verb) {
			return false
		}
	}
	return strings.Contains(text, " ") && strings.ContainsFunc(text, unicode.IsLetter)
}

// TestTextsAreFound shows the finder what it has to find, and what it must not.
func TestTextsAreFound(t *testing.T) {
	const source = `package x
import ("strings"; "xml")
const said = "not sent again"
const code = "refused"
func f(r row, m map[string]int) {
	_ = r.Reason == "x"                                // finds .Reason
	_ = r.Reason == ""
	_ = r.Name == "no order"                           // finds no order
	_ = r.Name == said + r.Run                         // finds not sent again
	_ = r.Name == code
	_ = strings.HasPrefix(r.Name, said)                // finds not sent again
	_ = strings.Contains(strings.ToLower(r.Advice), x) // finds .Advice
	_ = m[r.Remedy]                                    // finds .Remedy
	_ = m[code]
	_ = strings.EqualFold(err.Error(), x)              // finds .Error()
	_ = map[string]int{"one two": 1}                   // finds one two
	_ = map[string]string{"one": "one two"}
	_ = r.Remarks == nil
	_ = reason == x                                    // finds reason
	_ = strings.TrimPrefix(strings.ToLower(x.said), "no order") // finds no order
	_ = queries["SELECT id FROM rows"]
	_ = errors.AsType[xml.Error](err)
	switch r.Expected {                                // finds .Expected
	case "a":
	case "":
	}
	switch r.State {
	case "in doubt", code:                             // finds in doubt
	}
	_ = r.Name == fmt.Sprintf("riga %d", 1)            // finds riga %d
}`
	c := &code{set: token.NewFileSet(), constants: map[string]string{"x.said": "not sent again", "x.code": "refused"}}
	file, err := parser.ParseFile(c.set, "x/x.go", source, 0)
	if err != nil {
		t.Fatal(err)
	}
	c.files = map[string]*ast.File{"x/x.go": file}
	var want, got []string
	for i, line := range strings.Split(source, "\n") {
		if _, text, ok := strings.Cut(line, "// finds "); ok {
			want = append(want, fmt.Sprint(i+1, " ", text))
		}
	}
	for _, found := range c.comparisons("x/x.go") {
		got = append(got, fmt.Sprint(found.line, " ", found.text))
	}
	slices.Sort(want)
	slices.Sort(got)
	if got = slices.Compact(got); !slices.Equal(got, want) {
		t.Errorf("found %q, want %q", got, want)
	}
}
