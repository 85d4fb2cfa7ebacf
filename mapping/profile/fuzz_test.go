package profile

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"voucherbul/mapping"
)

// FuzzParse: any bytes are a profile, or an error with a place in them; a profile that fits a header can be
// applied to any row of it.
func FuzzParse(f *testing.F) {
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(paths) == 0 {
		f.Fatalf("no seeds: %v", err)
	}
	for _, path := range paths {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			f.Fatal(err)
		}
		var seed [2][]byte
		for _, section := range archive.Files {
			switch section.Name {
			case "profile.yaml":
				seed[0] = section.Data
			case "rows.csv":
				seed[1] = section.Data
			}
		}
		f.Add(seed[0], string(seed[1]))
	}
	f.Fuzz(func(t *testing.T, data []byte, rows string) {
		p, err := Parse("p.yaml", data, nil)
		if err != nil {
			var located *Error
			if !errors.As(err, &located) || located.Text == "" {
				t.Fatalf("error %v has no text", err)
			}
			if lines := strings.Count(string(data), "\n") + strings.Count(string(data), "\r") + 1; located.Line < 0 || located.Line > lines+1 {
				t.Fatalf("error %v is beyond the %d lines", err, lines)
			}
			return
		}
		lines := strings.Split(rows, "\n")
		header := strings.Split(lines[0], ";")
		b, err := p.Bind(header, "Foglio1", "file.csv")
		if err != nil {
			return
		}
		p.Unused(header)
		b.Columns()
		for _, line := range lines[1:] {
			cells := make([]string, len(header))
			copy(cells, strings.Split(line, ";"))
			var o mapping.Order
			for _, problem := range b.Apply(cells, func(column int) bool { return column%3 == 1 }, &o) {
				if problem.Severity != mapping.Blocks || problem.Field == "" || problem.Expected == "" {
					t.Fatalf("problem %+v says nothing", problem)
				}
			}
		}
	})
}

// A profile may be hostile: it costs no more than its bytes.
func TestHostile(t *testing.T) {
	for name, text := range map[string]string{
		"brackets":  strings.Repeat("[", 60000),
		"braces":    strings.Repeat("{a: ", 15000),
		"dashes":    strings.Repeat("- ", 30000),
		"questions": strings.Repeat("? ", 30000),
		"anchors":   "a: &a " + strings.Repeat("&b ", 20000),
		"tags":      strings.Repeat("!!a ", 15000),
		"indents":   indented(350),
		"long":      "name: " + strings.Repeat("x", maxBytes),
		"parens":    "fields:\n  via: {expr: '" + strings.Repeat("(", maxExpression-10) + "'}\n",
		"nots":      "fields:\n  via: {expr: '" + strings.Repeat("!", maxExpression-10) + "'}\n",
		"sums":      "fields:\n  via: {expr: '1" + strings.Repeat("+1", maxNodes) + "'}\n",
		"binary":    "\xff\xfe\x00",
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := Parse("p.yaml", []byte(text), nil); err == nil {
				t.Error("it was accepted")
			}
		})
	}
}

func indented(levels int) string {
	var s strings.Builder
	for i := range levels {
		s.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	return s.String()
}

// A text that grows with every function ends in a Problem of its row, and not in the memory of the machine.
func TestGrowingText(t *testing.T) {
	call := `col("Via")`
	for range 20 {
		call = `replace(` + call + `, "a", col("Via"))`
	}
	p, err := Parse("p.yaml", []byte("fields:\n  via: {expr: '"+call+"'}\n"), nil)
	if err != nil {
		t.Fatal(err)
	}
	b, err := p.Bind([]string{"Via"}, "", "")
	if err != nil {
		t.Fatal(err)
	}
	var o mapping.Order
	problems := b.Apply([]string{strings.Repeat("a", 200)}, func(int) bool { return false }, &o)
	if len(problems) != 1 || !strings.Contains(problems[0].Remedy, "longer than") || o.Via != "" {
		t.Errorf("via of %d letters, problems %v", len(o.Via), problems)
	}
}

// Expressions see the row and nothing else: no environment, no clock, nothing that makes much of little.
func TestNoWorld(t *testing.T) {
	for _, e := range []string{`$env["HOME"]`, `env("HOME")`, `get($env, "HOME")`, `now()`, `duration("1h")`, `repeat("a", 9)`, `toJSON(1)`, `map([1], # + 1)`} {
		if _, err := Parse("p.yaml", []byte("fields:\n  via: {expr: '"+e+"'}\n"), nil); err == nil {
			t.Errorf("%s was accepted", e)
		}
	}
}
