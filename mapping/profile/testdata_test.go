package profile

import (
	"encoding/csv"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"voucherbul/mapping"
)

var update = flag.Bool("update", false, "write what is made of the cases of testdata into them, to be read before it is kept")

// dateCell marks a cell of a case that is a date of the spreadsheet.
const dateCell = "date:"

// TestData walks testdata: a new case is a new file there, with the sections profile.yaml, rows.csv and want. The
// comment may say sheet and file: "sheet: Foglio1".
func TestData(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			var c testCase
			for i, f := range archive.Files {
				switch f.Name {
				case "profile.yaml":
					c.profile = f.Data
				case "rows.csv":
					c.rows = string(f.Data)
				case "want":
					c.want = &archive.Files[i]
				default:
					t.Fatalf("unknown section %s", f.Name)
				}
			}
			for line := range strings.Lines(string(archive.Comment)) {
				if key, value, ok := strings.Cut(strings.TrimSpace(line), ": "); ok {
					switch key {
					case "sheet":
						c.sheet = value
					case "file":
						c.file = value
					}
				}
			}
			got := c.run(t)
			if *update {
				c.want.Data = []byte(got)
				if err := os.WriteFile(path, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if got != string(c.want.Data) {
				t.Errorf("got\n%s\nwant\n%s", got, c.want.Data)
			}
		})
	}
}

type testCase struct {
	profile     []byte
	rows        string
	sheet, file string
	want        *txtar.File
}

// run gives everything that the case makes, as text.
func (c testCase) run(t *testing.T) string {
	p, err := Parse("profile.yaml", c.profile, nil)
	if err != nil {
		return "error: " + err.Error() + "\n"
	}
	in := csv.NewReader(strings.NewReader(c.rows))
	in.Comma = ';'
	in.FieldsPerRecord = -1
	records, err := in.ReadAll()
	if err != nil || len(records) == 0 {
		t.Fatalf("rows.csv: %v", err)
	}
	header := records[0]
	b, err := p.Bind(header, c.sheet, c.file)
	if err != nil {
		return "error: " + err.Error() + "\n"
	}
	var out strings.Builder
	fmt.Fprintf(&out, "columns: %s\n", inOrder(func(field string) string { return b.Columns()[field] }))
	fmt.Fprintf(&out, "unused: %s\n", strings.Join(p.Unused(header), ", "))
	for i, cells := range records[1:] {
		var dates []int
		for n, cell := range cells {
			if text, ok := strings.CutPrefix(cell, dateCell); ok {
				cells[n], dates = text, append(dates, n)
			}
		}
		o := decoded(p, header, cells)
		problems := b.Apply(cells, func(column int) bool { return slices.Contains(dates, column) }, &o)
		fmt.Fprintf(&out, "row %d: %s\n", i+1, inOrder(func(field string) string {
			f, _ := mapping.FieldNamed(field)
			return f.In(&o)
		}))
		for _, problem := range problems {
			fmt.Fprintf(&out, "  %s %s\n", problem.Severity, problem)
		}
	}
	return out.String()
}

// decoded is what the reader of a file makes of a row before the profile is applied to it.
func decoded(p *Profile, header, cells []string) mapping.Order {
	var o mapping.Order
	for i, h := range header {
		for _, c := range p.Claims(h) {
			if f, ok := mapping.FieldNamed(c.Field); ok {
				f.Set(&o, cells[i])
			}
		}
	}
	return o
}

func inOrder(value func(field string) string) string {
	var parts []string
	for _, f := range mapping.Fields() {
		if v := value(f.Name); v != "" {
			parts = append(parts, f.Name+"="+v)
		}
	}
	return strings.Join(parts, " | ")
}

// The formats of the date fields, and of no other, are about dates.
func TestDateFields(t *testing.T) {
	for _, f := range mapping.Fields() {
		if got := strings.HasPrefix(f.Format.Expected, "data "); got != isDateField(f.Name) {
			t.Errorf("%s: its format says date: %t, dateFields: %t", f.Name, got, isDateField(f.Name))
		}
	}
}
