package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/spf13/cobra"
)

// root is the repository's, from here.
const root = "../.."

// walk hands every file of the repository with one of these endings to visit: its path from the root, with slashes, and its text.
func walk(t *testing.T, visit func(path, text string), endings ...string) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && path != root && strings.HasPrefix(entry.Name(), "."):
			return filepath.SkipDir
		case entry.IsDir() || !slices.ContainsFunc(endings, func(e string) bool { return strings.HasSuffix(path, e) }):
			return nil
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, path)
		visit(filepath.ToSlash(name), string(data))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// documents are the documents of the repository.
func documents(t *testing.T) map[string]string {
	found := map[string]string{}
	walk(t, func(path, text string) { found[path] = text }, ".md")
	for _, name := range []string{"README.md", "CHANGELOG.md", "samples/GUIDA.md", "samples/ADMIN.md", "batch/README.md", "mapping/RULES.md"} {
		if found[name] == "" {
			t.Errorf("there is no %s", name)
		}
	}
	return found
}

// lines are the lines of a document: those of its code where code, the others where not.
func lines(text string, code bool) []string {
	var kept []string
	fenced := false
	for line := range strings.SplitSeq(text, "\n") {
		if strings.HasPrefix(strings.TrimSpace(line), "```") {
			fenced = !fenced
			line = "" // it ends a table
		}
		if fenced == code {
			kept = append(kept, line)
		}
	}
	return kept
}

// anchor is what a heading is linked by, as code hosts make it.
func anchor(heading string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case unicode.IsLetter(r), unicode.IsDigit(r), r == '-', r == '_':
			return unicode.ToLower(r)
		}
		return -1
	}, heading)
}

var link = regexp.MustCompile(`\]\(([^)\s]+)\)`)

// TestLinks asserts that what the documents link and show is there, and its heading too.
func TestLinks(t *testing.T) {
	all := documents(t)
	headings := map[string][]string{}
	for path, text := range all {
		for _, line := range lines(text, false) {
			if strings.HasPrefix(line, "#") {
				headings[path] = append(headings[path], anchor(strings.TrimLeft(line, "# ")))
			}
		}
	}
	links := 0
	for path, text := range all {
		for _, line := range lines(text, false) {
			for _, m := range link.FindAllStringSubmatch(line, -1) {
				if strings.Contains(m[1], "://") {
					continue
				}
				links++
				file, heading, _ := strings.Cut(m[1], "#")
				target := path
				if file != "" {
					target = filepath.ToSlash(filepath.Join(filepath.Dir(path), file))
				}
				if _, err := os.Stat(filepath.Join(root, target)); err != nil {
					t.Errorf("%s links %s, which is not there", path, m[1])
				} else if heading != "" && !slices.Contains(headings[target], heading) {
					t.Errorf("%s links %s: there is no such heading among %q", path, m[1], headings[target])
				}
			}
		}
	}
	if links < 20 {
		t.Errorf("only %d links were found: the test looks in the wrong place", links)
	}
}

// TestReadmeIsShort asserts that README stays one that people read: what is more belongs into the other documents.
func TestReadmeIsShort(t *testing.T) {
	const most = 14336
	if n := len(documents(t)["README.md"]); n > most {
		t.Errorf("README.md has %d bytes, more than %d", n, most)
	}
}

// cells counts the cells of a line of a table. A bar ends a cell in code, too, where no backslash stands before it.
func cells(line string) int {
	line = strings.ReplaceAll(strings.TrimSpace(line), `\|`, "")
	return strings.Count(strings.TrimSuffix(strings.TrimPrefix(line, "|"), "|"), "|") + 1
}

var underHeader = regexp.MustCompile(`^\|(?: ?:?-+:? ?\|)+$`)

// TestTables asserts that every table is whole: a line that a blank one cuts off its header is shown as text.
func TestTables(t *testing.T) {
	rows := 0
	for path, text := range documents(t) {
		all := append([]string{""}, lines(text, false)...)
		columns := 0
		for i, line := range all {
			switch isRow, wasRow := strings.HasPrefix(line, "|"), i > 0 && strings.HasPrefix(all[i-1], "|"); {
			case !isRow:
			case !wasRow && (i+1 == len(all) || !underHeader.MatchString(all[i+1])):
				t.Errorf("%s: a table begins without a header: %s", path, line)
				columns = cells(line)
			case !wasRow:
				columns = cells(line)
			case cells(line) != columns:
				t.Errorf("%s: %d cells in a table of %d: %s", path, cells(line), columns, line)
			default:
				rows++
			}
		}
	}
	if rows < 150 {
		t.Errorf("only %d rows of tables were found: the test looks in the wrong place", rows)
	}
}

// TestCommandLinesInDocuments asserts that every command line that the documents show is one of ours, with flags that it has.
func TestCommandLinesInDocuments(t *testing.T) {
	shown := 0
	program := newRoot(streams{})
	program.InitDefaultCompletionCmd()
	for path, text := range documents(t) {
		for _, line := range lines(text, true) {
			for _, part := range strings.Split(strings.ReplaceAll(line, "&& voucherbul", "\nvoucherbul"), "\n") {
				part, ours := strings.CutPrefix(strings.TrimSpace(part), "voucherbul ")
				if !ours || strings.HasPrefix(part, "COMMAND") {
					continue
				}
				shown++
				part, _, _ = strings.Cut(part, "   ") // what follows explains it
				args := strings.Fields(part)
				command, rest, err := program.Find(args)
				if err != nil || command == program {
					t.Errorf("%s: there is no command %q: %v", path, part, err)
					continue
				}
				for _, arg := range rest {
					name, isFlag := strings.CutPrefix(arg, "--")
					name, _, _ = strings.Cut(name, "=")
					if isFlag && command.Flag(name) == nil {
						t.Errorf("%s: %q: %s has no flag --%s", path, part, command.CommandPath(), name)
					}
				}
			}
		}
	}
	if shown < 20 {
		t.Errorf("only %d command lines were found: the test looks in the wrong place", shown)
	}
}

// TestCommandsAreDocumented asserts that ADMIN.md names every command.
func TestCommandsAreDocumented(t *testing.T) {
	admin := documents(t)["samples/ADMIN.md"]
	var check func(c *cobra.Command)
	check = func(c *cobra.Command) {
		for _, sub := range c.Commands() {
			if name := strings.TrimPrefix(sub.CommandPath(), "voucherbul "); !sub.HasSubCommands() && name != "runs list" && !strings.Contains(admin, name) {
				t.Errorf("ADMIN.md does not name the command %q", name)
			}
			check(sub)
		}
	}
	check(newRoot(streams{}))
}

// exitCodes are the constants of this package that are exit codes.
func exitCodes(t *testing.T) (codes []string) {
	paths, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if c, ok := n.(*ast.ValueSpec); ok && len(c.Values) == 1 && strings.HasPrefix(c.Names[0].Name, "exit") {
				if value, ok := c.Values[0].(*ast.BasicLit); ok && value.Kind == token.INT {
					codes = append(codes, value.Value)
				}
			}
			return true
		})
	}
	return codes
}

// TestExitCodesAreDocumented asserts that ADMIN.md explains the exit codes that there are, and no others.
func TestExitCodesAreDocumented(t *testing.T) {
	_, table, found := strings.Cut(documents(t)["samples/ADMIN.md"], "| Code | Means | Do |\n|---|---|---|\n")
	if !found {
		t.Fatal("ADMIN.md has no table of exit codes")
	}
	table, _, _ = strings.Cut(table, "\n\n")
	var documented []string
	for line := range strings.SplitSeq(table, "\n") {
		documented = append(documented, strings.Fields(line)[1])
	}
	if codes := exitCodes(t); !slices.Equal(documented, codes) || len(codes) < 10 {
		t.Errorf("ADMIN.md has the exit codes %v, the program %v", documented, codes)
	}
}

// TestPromisesHaveTheirTests asserts that every test that batch/README.md names is one.
func TestPromisesHaveTheirTests(t *testing.T) {
	var tests []string
	function := regexp.MustCompile(`(?m)^func (Test\w+)\(`)
	walk(t, func(_, text string) {
		for _, m := range function.FindAllStringSubmatch(text, -1) {
			tests = append(tests, m[1])
		}
	}, "_test.go")
	named := regexp.MustCompile("`(Test\\w+)`").FindAllStringSubmatch(documents(t)["batch/README.md"], -1)
	for _, m := range named {
		if m[1] != "TestMain" && !slices.Contains(tests, m[1]) {
			t.Errorf("batch/README.md names %s, which is no test", m[1])
		}
	}
	if len(named) < 30 {
		t.Errorf("batch/README.md names only %d tests", len(named))
	}
}

// TestFiguresCanBeMeasured asserts that the commands beside the figures of batch/README.md find a test, or a benchmark.
func TestFiguresCanBeMeasured(t *testing.T) {
	command := regexp.MustCompile("`go test \\./(\\S+) ([^`]*)`")
	option := regexp.MustCompile(`-(run|bench) ('[^']*'|\S+)`)
	found := 0
	for _, m := range command.FindAllStringSubmatch(strings.ReplaceAll(documents(t)["batch/README.md"], `\|`, "|"), -1) {
		paths, err := filepath.Glob(filepath.Join(root, m[1], "*_test.go"))
		if err != nil {
			t.Fatal(err)
		}
		var text strings.Builder
		for _, path := range paths {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			text.Write(data)
		}
		for _, o := range option.FindAllStringSubmatch(m[2], -1) {
			kind := map[string]string{"run": "Test", "bench": "Benchmark"}[o[1]]
			for part := range strings.SplitSeq(strings.Trim(o[2], "'"), "|") {
				if part == "xxx" { // no test, as only a benchmark is wanted
					continue
				}
				found++
				part = strings.TrimPrefix(part, kind)
				if name := regexp.MustCompile(`(?m)^func ` + kind + `\w*` + strings.Replace(part, "$", `\(`, 1)); !name.MatchString(text.String()) {
					t.Errorf("batch/README.md: %q: %s has no %s%s", m[0], m[1], kind, part)
				}
			}
		}
	}
	if found < 15 {
		t.Errorf("only %d names of tests and benchmarks were found", found)
	}
}

// TestLayout asserts that README lists every package, and none that has no place in .ci/imports.
func TestLayout(t *testing.T) {
	_, layout, _ := strings.Cut(documents(t)["README.md"], "## How the code is laid out\n\n```\n")
	layout, _, _ = strings.Cut(layout, "```")
	folder := regexp.MustCompile(`^[\w/]+/$`)
	var listed, path []string
	for line := range strings.SplitSeq(layout, "\n") {
		depth := (len(line) - len(strings.TrimLeft(line, " "))) / 2
		path = path[:min(depth, len(path))]
		for i, word := range strings.Fields(line) {
			if !folder.MatchString(word) {
				break
			}
			if i == 0 {
				path = append(path, "")
			}
			path[depth] = strings.TrimSuffix(word, "/")
			listed = append(listed, strings.Join(path, "/"))
		}
	}
	listed = slices.DeleteFunc(listed, func(p string) bool { return p == "samples" })
	var packages []string
	walk(t, func(path, _ string) {
		if dir := filepath.ToSlash(filepath.Dir(path)); !strings.HasSuffix(path, "_test.go") && !strings.Contains(dir, "testdata") && !slices.Contains(packages, dir) {
			packages = append(packages, dir)
		}
	}, ".go")
	places, err := os.ReadFile(filepath.Join(root, ".ci", "imports"))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range packages {
		if !slices.Contains(listed, p) {
			t.Errorf("README does not list the package %s", p)
		}
	}
	for _, p := range listed {
		if !strings.Contains("\n"+string(places), "\n"+p+":") {
			t.Errorf("README lists %s, which has no place in .ci/imports", p)
		}
	}
	if len(packages) < 20 {
		t.Errorf("only %d packages were found: the test looks in the wrong place", len(packages))
	}
}
