package mapping_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var (
	// A comment that goes on in the next line cites as one text.
	nextLine = regexp.MustCompile(`\n[ \t]*(?://|#)[ \t]*`)
	// What stands behind the name of the document: "2.8, 9", "1.4 and 1.5", "2.3-2.6", "section 8", "10, R2", "A22, A26".
	cited  = regexp.MustCompile(`RULES\.md(?: section)?((?:(?:, | and |-| )(?:\d{1,2}(?:\.\d{1,2})?|[AR]\d{1,2})\b)*)`)
	number = regexp.MustCompile(`[AR]?\d{1,2}(?:\.\d{1,2})?`)
	// Rules of section 4 are cited without its name, too: (A5), (A1, A11).
	bare = regexp.MustCompile(`\((A\d{1,2}(?:, A\d{1,2})*)\)`)
	// Where a rule stands: a heading, a line of the table of section 4, an item of section 10.
	place = regexp.MustCompile(`(?m)^(?:#{2,3} |\| |- \*\*)(\d{1,2}(?:\.\d{1,2})?|[AR]\d{1,2})(?:\. | \||\*\*| )`)
)

// citations are the numbers of RULES.md that a text names. named counts the times it names the document at all.
func citations(text string) (numbers []string, named int) {
	text = nextLine.ReplaceAllString(text, " ")
	for _, m := range cited.FindAllStringSubmatch(text, -1) {
		named++
		numbers = append(numbers, number.FindAllString(m[1], -1)...)
		span := strings.TrimSpace(m[1])
		if from, to, ok := strings.Cut(span, "-"); ok && !strings.ContainsAny(span, ", ") {
			numbers = append(numbers, between(from, to)...)
		}
	}
	for _, m := range bare.FindAllStringSubmatch(text, -1) {
		numbers = append(numbers, number.FindAllString(m[1], -1)...)
	}
	return numbers, named
}

// between lists 2.4 and 2.5 for 2.3-2.6.
func between(from, to string) (numbers []string) {
	section, first, _ := strings.Cut(from, ".")
	_, last, _ := strings.Cut(to, ".")
	low, _ := strconv.Atoi(first)
	high, _ := strconv.Atoi(last)
	for n := low + 1; n < high; n++ {
		numbers = append(numbers, section+"."+strconv.Itoa(n))
	}
	return numbers
}

// TestRulesAreThere asserts that RULES.md has every rule that the code cites, and none twice.
func TestRulesAreThere(t *testing.T) {
	document, err := os.ReadFile("RULES.md")
	if err != nil {
		t.Fatal(err)
	}
	var rules []string
	for _, m := range place.FindAllStringSubmatch(string(document), -1) {
		if slices.Contains(rules, m[1]) {
			t.Errorf("RULES.md has rule %s twice", m[1])
		}
		rules = append(rules, m[1])
	}
	texts := map[string]string{"mapping/RULES.md": string(document)}
	err = filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() && strings.HasPrefix(entry.Name(), ".") && path != ".." {
			return orSkip(err)
		}
		if ext := filepath.Ext(path); ext != ".go" && ext != ".sql" && ext != ".yaml" {
			return nil
		}
		data, err := os.ReadFile(path)
		texts[path] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	all := 0
	for path, text := range texts {
		if filepath.Base(path) == "citations_test.go" {
			continue // it has examples
		}
		numbers, named := citations(text)
		all += named
		for _, n := range numbers {
			if !slices.Contains(rules, n) {
				t.Errorf("%s cites %s, which RULES.md does not have", path, n)
			}
		}
	}
	if all < 100 {
		t.Errorf("only %d citations were found: the test looks in the wrong place", all)
	}
}

// orSkip leaves a folder out that begins with a point, and hands an error on.
func orSkip(err error) error {
	if err != nil {
		return err
	}
	return filepath.SkipDir
}

// TestCitations asserts that citations are recognised in every way in which comments write them.
func TestCitations(t *testing.T) {
	for text, want := range map[string]string{
		"// (RULES.md 2.8, 9).":                          "2.8 9",
		"// those of RULES.md 1.4 and 1.5; any other":    "1.4 1.5",
		"// RULES.md 2.3-2.6":                            "2.3 2.6 2.4 2.5",
		"// (RULES.md section 8)":                        "8",
		"// may take minutes (RULES.md\n\t// 2.12): one": "2.12",
		"# RULES.md 10, R2":                              "10 R2",
		"(RULES.md A22, A26)":                            "A22 A26",
		"from the program (A1, A11).":                    "A1 A11",
		"RULES.md 3, NOK_002":                            "3",
		"one of RULES.md":                                "",
		"setting A1 to text and 2.8 of something":        "",
	} {
		if got, _ := citations(text); strings.Join(got, " ") != want {
			t.Errorf("%q cites %q, want %q", text, got, want)
		}
	}
}

// documentName is the name of a document, as comments cite it.
var documentName = regexp.MustCompile(`[\w-]+\.md\b`)

// TestDocumentsAreHere asserts that no comment cites a document that is not in the repository.
func TestDocumentsAreHere(t *testing.T) {
	var here []string
	var cite []string
	err := filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		switch ext := filepath.Ext(path); {
		case err != nil:
			return err
		case entry.IsDir() && strings.HasPrefix(entry.Name(), ".git"):
			return filepath.SkipDir
		case ext == ".md":
			here = append(here, entry.Name())
		case ext == ".go" || ext == ".sql" || ext == ".yaml" || strings.HasPrefix(path, filepath.Join("..", ".ci")) && !entry.IsDir():
			cite = append(cite, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, path := range cite {
		if filepath.Base(path) == "citations_test.go" {
			continue // it has examples
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range documentName.FindAllString(string(text), -1) {
			if found++; !slices.Contains(here, name) {
				t.Errorf("%s cites %s, which is not in the repository", path, name)
			}
		}
	}
	if found < 100 {
		t.Errorf("only %d citations of documents were found: the test looks in the wrong place", found)
	}
}
