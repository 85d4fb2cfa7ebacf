package office

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// forbidden are the names by which a function would print, end the process, or look at its environment or clock by itself: all
// that is the door's, or handed in. A whole package stands with a *.
var forbidden = map[string][]string{
	"fmt":     {"Print", "Printf", "Println", "Scan", "Scanf", "Scanln"},
	"os":      {"Exit", "Stdout", "Stderr", "Stdin", "Args", "Getenv", "LookupEnv", "Environ", "ExpandEnv", "Setenv", "Unsetenv", "TempDir", "UserHomeDir", "UserConfigDir", "UserCacheDir"},
	"time":    {"Now", "Since", "Until"},
	"log":     {"*"},
	"flag":    {"*"},
	"os/user": {"*"},

	"log/slog":      {"Default", "SetDefault", "Debug", "DebugContext", "Info", "InfoContext", "Warn", "WarnContext", "Error", "ErrorContext", "Log"},
	"runtime/debug": {"*"}, // how often garbage is collected is a matter of the process

	"github.com/spf13/cobra": {"*"},
	"github.com/spf13/pflag": {"*"},
}

// faults names what a file uses of the above.
func faults(file *ast.File) []string {
	names := map[string]string{} // of an imported package in this file -> its path
	for _, spec := range file.Imports {
		path := strings.Trim(spec.Path.Value, `"`)
		name := path[strings.LastIndex(path, "/")+1:]
		if spec.Name != nil {
			name = spec.Name.Name
		}
		names[name] = path
	}
	var found []string
	for name, path := range names {
		if name == "." || slices.Contains(forbidden[path], "*") {
			found = append(found, "import of "+path)
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			if x, ok := n.X.(*ast.Ident); ok && slices.Contains(forbidden[names[x.Name]], n.Sel.Name) {
				found = append(found, names[x.Name]+"."+n.Sel.Name)
			}
		case *ast.CallExpr:
			if f, ok := n.Fun.(*ast.Ident); ok && (f.Name == "print" || f.Name == "println" || f.Name == "panic") {
				found = append(found, f.Name)
			}
		}
		return true
	})
	slices.Sort(found)
	return found
}

// TestNothingIsPrintedNorRead walks the code of the office and of the configuration.
func TestNothingIsPrintedNorRead(t *testing.T) {
	walked := 0
	for _, folder := range []string{".", "../config"} {
		paths, err := filepath.Glob(folder + "/*.go")
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range paths {
			if strings.HasSuffix(path, "_test.go") {
				continue
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			walked++
			for _, fault := range faults(file) {
				t.Errorf("%s: %s", path, fault)
			}
		}
	}
	if walked < 15 {
		t.Errorf("%d files were walked through", walked)
	}
}

// TestFaultsAreFound gives the walk what it has to find.
func TestFaultsAreFound(t *testing.T) {
	for code, want := range map[string]string{
		`import "fmt"; func f() { fmt.Println() }`:                                         "fmt.Println",
		`import out "fmt"; func f() { out.Printf("") }`:                                    "fmt.Printf",
		`import "fmt"; import "os"; func f() { fmt.Fprintln(os.Stderr) }`:                  "os.Stderr",
		`import "os"; func f() { defer os.Exit(1) }`:                                       "os.Exit",
		`import "os"; var get = os.Getenv`:                                                 "os.Getenv",
		`import "os"; func f() { for range os.Environ() {} }`:                              "os.Environ",
		`import "time"; type o struct { now func() string }; var at = time.Now()`:          "time.Now",
		`import "runtime/debug"; func f() { debug.SetGCPercent(1) }`:                       "import of runtime/debug",
		`import . "fmt"; func f() { Println() }`:                                           "import of fmt",
		`import "log/slog"; func f() { slog.Warn("x") }`:                                   "log/slog.Warn",
		`func f() { println("x") }`:                                                        "println",
		`import "fmt"; import "log/slog"; func f(l *slog.Logger) { l.Warn(fmt.Sprint()) }`: "",
	} {
		file, err := parser.ParseFile(token.NewFileSet(), "x.go", "package x; "+code, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(faults(file), " "); got != want {
			t.Errorf("%s: %q, want %q", code, got, want)
		}
	}
}
