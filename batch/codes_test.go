package batch

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestCodesNeverChange: journals have these codes, and decisions of later runs go by them. A new code adds a line to
// testdata/codes.txt; a line that is there stays.
func TestCodesNeverChange(t *testing.T) {
	var codes []string
	for _, file := range []string{"journal/code.go", "platform/esito/basis.go"} {
		parsed, err := parser.ParseFile(token.NewFileSet(), filepath.FromSlash(file), nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			if spec, ok := n.(*ast.ValueSpec); ok {
				code, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
				if err != nil {
					t.Fatal(err)
				}
				codes = append(codes, code)
			}
			return true
		})
	}
	text, err := os.ReadFile("testdata/codes.txt")
	if err != nil {
		t.Fatal(err)
	}
	known := strings.Fields(string(text))
	slices.Sort(codes)
	if !slices.Equal(codes, slices.Compact(slices.Clone(codes))) {
		t.Errorf("two constants have one code: %q", codes)
	}
	if !slices.Equal(codes, known) {
		t.Errorf("the codes are\n%s\nand testdata/codes.txt has\n%s", strings.Join(codes, "\n"), text)
	}
	for _, code := range codes {
		if !regexp.MustCompile(`^[a-z]+(_[a-z]+)*$`).MatchString(code) {
			t.Errorf("%q is no code", code)
		}
	}
	script, err := os.ReadFile("journal/sqlite/reasons.sql")
	if err != nil {
		t.Fatal(err)
	}
	given := regexp.MustCompile(`\('(?:[^']|'')*', '(\w+)', (?:NULL|'[^']*'), '[^']*'\)`).FindAllStringSubmatch(string(script), -1)
	if len(given) < 40 {
		t.Errorf("only %d reasons of older releases", len(given))
	}
	for _, g := range given {
		if !slices.Contains(codes, g[1]) {
			t.Errorf("reasons.sql gives %q, which is no code", g[1])
		}
	}
}
