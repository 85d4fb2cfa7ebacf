package mapping_test

import (
	"encoding/json"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"voucherbul/mapping"
)

// TestCausesSayOneThing asserts, for all cases of testdata/orders, that each Cause has exactly one text, and that no two
// Causes share a text. A list of causes therefore never counts one text twice.
func TestCausesSayOneThing(t *testing.T) {
	files, err := filepath.Glob("testdata/orders/*.json")
	if err != nil {
		t.Fatal(err)
	}
	type shown struct{ field, text string }
	texts, causes := map[mapping.Cause]map[string]string{}, map[shown]mapping.Cause{}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		c := readOrderCase(t, name)
		if !reflect.DeepEqual(c.Catalogue, mapping.Entries{}) { // other values are allowed there: one list of causes is of one catalogue
			continue
		}
		for _, p := range c.Problems {
			cause, text := p.Cause(), p.ExpectedOfAll()
			if texts[cause] == nil {
				texts[cause] = map[string]string{}
			}
			if before, ok := texts[cause][p.Field]; ok && before != text {
				t.Errorf("%s: %v of %s is %q, elsewhere %q", name, cause, p.Field, text, before)
			}
			texts[cause][p.Field] = text
			if before, ok := causes[shown{p.Field, text}]; ok && before != cause {
				t.Errorf("%s: %q of %s is %v, elsewhere %v", name, text, p.Field, cause, before)
			}
			causes[shown{p.Field, text}] = cause
		}
	}
	if len(causes) < 50 {
		t.Errorf("%d causes", len(causes))
	}
}

// TestFormatsHaveNames asserts that the argument of a format tells formats apart as their texts do.
func TestFormatsHaveNames(t *testing.T) {
	names, texts := map[string]string{}, map[string]string{}
	for _, f := range mapping.Fields() {
		for _, op := range mapping.Operations() {
			for _, kind := range []mapping.Kind{mapping.Famiglia, mapping.Impresa} {
				if !f.Used().Has(op, kind) {
					continue
				}
				o := examples(op, kind)
				f.Set(o, "#N/D")
				problems := (mapping.Mapper{Operator: operator, Now: checkedAt(t)}).Map(o).Problems
				i := slices.IndexFunc(problems, func(p mapping.Problem) bool { return p.Field == f.Name && p.Code == mapping.CodeUnreadable })
				if i < 0 {
					t.Errorf("%s: %+v", f.Name, problems)
					continue
				}
				p := problems[i]
				if p.Arg == "" || names[p.Expected] != "" && names[p.Expected] != p.Arg || texts[p.Arg] != "" && texts[p.Arg] != p.Expected {
					t.Errorf("%s: format %q expects %q; elsewhere %q expects %q", f.Name, p.Arg, p.Expected, names[p.Expected], texts[p.Arg])
				}
				names[p.Expected], texts[p.Arg] = p.Arg, p.Expected
			}
		}
	}
}

// TestProblemsOfOlderReleases reads what a journal has stored before there were codes: such a Problem keeps its texts, and is
// counted by them.
func TestProblemsOfOlderReleases(t *testing.T) {
	const stored = `{"field":"cap","column":"CAP","found":"184","expected":"CAP di 5 cifre","remedy":"scrivere tutte le 5 cifre","severity":"E"}`
	var p mapping.Problem
	if err := json.Unmarshal([]byte(stored), &p); err != nil {
		t.Fatal(err)
	}
	other := p
	other.Expected = "il CAP della via"
	if p.Code != mapping.CodeLegacy || p.Cause() == other.Cause() || p.ExpectedOfAll() != "CAP di 5 cifre" || p.String() != "CAP: trovato «184», atteso CAP di 5 cifre; scrivere tutte le 5 cifre" {
		t.Errorf("%+v", p)
	}
	if text, err := json.Marshal(p); err != nil || string(text) != stored {
		t.Errorf("%s, %v", text, err)
	}
	p.Code, p.Arg = mapping.CodeFormat, "cap"
	if text, err := json.Marshal(p); err != nil || string(text) != `{"code":"format","arg":"cap",`+stored[1:] {
		t.Errorf("%s, %v", text, err)
	}
}
