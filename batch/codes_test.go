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
// testdata/codes.txt, one of what the back office is told to testdata/advice.txt; a line that is there stays.
func TestCodesNeverChange(t *testing.T) {
	codes := constantsOf(t, "journal/code.go", "platform/esito/basis.go")
	pinned(t, codes, "testdata/codes.txt")
	pinned(t, constantsOf(t, "platform/esito/advice.go"), "testdata/advice.txt")
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

// constantsOf are the values of all constants of some files, in order.
func constantsOf(t *testing.T, files ...string) (values []string) {
	t.Helper()
	for _, file := range files {
		parsed, err := parser.ParseFile(token.NewFileSet(), filepath.FromSlash(file), nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			if spec, ok := n.(*ast.ValueSpec); ok {
				value, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
				if err != nil {
					t.Fatal(err)
				}
				values = append(values, value)
			}
			return true
		})
	}
	slices.Sort(values)
	return values
}

// pinned compares codes with those that a file has.
func pinned(t *testing.T, codes []string, file string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(codes, slices.Compact(slices.Clone(codes))) {
		t.Errorf("two constants have one code: %q", codes)
	}
	if !slices.Equal(codes, strings.Fields(string(text))) {
		t.Errorf("the codes are\n%s\nand %s has\n%s", strings.Join(codes, "\n"), file, text)
	}
	for _, code := range codes {
		if !regexp.MustCompile(`^[a-z]+(_[a-z]+)*$`).MatchString(code) {
			t.Errorf("%q is no code", code)
		}
	}
}
