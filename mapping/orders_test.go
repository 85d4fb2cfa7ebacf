package mapping_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"voucherbul/mapping"
)

// orderCase is a file of testdata/orders: the texts of one row and what becomes of it.
type orderCase struct {
	Note      string               // why the case is there
	Like      string               // another case: this one only writes what differs from it
	Operator  *string              // of the Mapper; the test's own where it is missing
	Operation mapping.Operation    // of the Mapper
	Rules     mapping.Rules        // of the Mapper
	Comuni    bool                 // whether there is an archive of comuni, the excerpt of the tests
	Enabled   string               // the list of enabled comuni; "" = none
	Offers    string               // the list of offers; "" = none
	Catalogue mapping.Entries      // added to today's
	Order     map[string]string    // by field name
	Request   map[string]any       // canonical; with Like, a merge patch (RFC 7386) on that case's
	Problems  []mapping.Problem    // without Column; one that blocks means that there is no request
	Corrects  []mapping.Correction `json:"corrections"`
}

// checkedAt is when the orders of testdata are checked.
func checkedAt(t testing.TB) time.Time { return time.Date(2021, 10, 1, 12, 0, 0, 0, rome(t)) }

// readOrderCase reads a case with all that it takes over from the case it is like.
func readOrderCase(t testing.TB, name string) orderCase {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "orders", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var c orderCase
	strict := json.NewDecoder(bytes.NewReader(text))
	strict.DisallowUnknownFields()
	if err := strict.Decode(&c); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if c.Like == "" {
		return c
	}
	base := readOrderCase(t, c.Like)
	for field, text := range c.Order {
		base.Order[field] = text
	}
	c.Order, c.Request = base.Order, patched(base.Request, c.Request)
	return c
}

func patched(target, patch map[string]any) map[string]any {
	for key, value := range patch {
		inner, isObject := value.(map[string]any)
		switch old, _ := target[key].(map[string]any); {
		case value == nil:
			delete(target, key)
		case isObject && old != nil:
			target[key] = patched(old, inner)
		default:
			target[key] = value
		}
	}
	return target
}

// mapper is the Mapper the case asks for.
func (c orderCase) mapper(t testing.TB) mapping.Mapper {
	m := mapping.Mapper{Operator: operator, Operation: c.Operation, Now: checkedAt(t)}
	if c.Operator != nil {
		m.Operator = *c.Operator
	}
	m.Rules = c.Rules
	if err := c.Catalogue.Validate(); err != nil {
		t.Fatal(err)
	}
	m.Catalogue = mapping.NewCatalogue(c.Catalogue)
	if c.Comuni {
		m.Comuni = readComuni(t, archive)
	}
	var err error
	if c.Enabled != "" {
		if m.Enabled, err = mapping.ReadAbilitati("enabled", strings.NewReader(c.Enabled)); err != nil {
			t.Fatal(err)
		}
	}
	if c.Offers != "" {
		if m.Offers, err = mapping.ReadOfferte("offers", strings.NewReader(c.Offers), m.Catalogue); err != nil {
			t.Fatal(err)
		}
	}
	return m
}

func (c orderCase) blocked() bool {
	for _, p := range c.Problems {
		if p.Severity == mapping.Blocks {
			return true
		}
	}
	return false
}

// TestOrders maps every testdata/orders/*.json. A new case is a new file.
func TestOrders(t *testing.T) {
	files, err := filepath.Glob("testdata/orders/*.json")
	if err != nil || len(files) < 150 {
		t.Fatalf("%d cases, %v", len(files), err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		t.Run(name, func(t *testing.T) {
			c := readOrderCase(t, name)
			got := c.mapper(t).Map(orderOf(t, c.Order))

			if problems := withoutColumns(t, got.Problems); !reflect.DeepEqual(problems, c.Problems) {
				t.Errorf("problems\n%+v\nwant\n%+v", problems, c.Problems)
			}
			for i := range got.Corrections {
				got.Corrections[i].Column = ""
			}
			if !reflect.DeepEqual(got.Corrections, c.Corrects) {
				t.Errorf("corrections\n%+v\nwant\n%+v", got.Corrections, c.Corrects)
			}
			if c.blocked() {
				if !got.Blocked() || got.Request != nil {
					t.Fatalf("not blocked: %+v", got.Request)
				}
				return
			}
			if got.Blocked() {
				t.Fatal("blocked")
			}
			want, err := json.Marshal(c.Request)
			if err != nil {
				t.Fatal(err)
			}
			if text := canonical(t, got.Request); !sameJSON(t, text, want) {
				t.Errorf("request\n%s\nwant\n%s", text, want)
			}
			if got.Request.Operation() != got.Operation || got.Request.Beneficiario() != got.Beneficiario || got.Beneficiario == "" {
				t.Errorf("%s of %q in the row, %s of %q in the request", got.Operation, got.Beneficiario, got.Request.Operation(), got.Request.Beneficiario())
			}
		})
	}
}

// withoutColumns checks that every Problem names its column by label, and drops it: the cases need not say it.
func withoutColumns(t *testing.T, problems []mapping.Problem) []mapping.Problem {
	for i, p := range problems {
		if f, ok := mapping.FieldNamed(p.Field); !ok || p.Column != f.Label {
			t.Errorf("field %q has column %q", p.Field, p.Column)
		}
		problems[i].Column = ""
	}
	return problems
}

// TestBodies stamps the order of the same name and compares it with every testdata/bodies/*.json, the bodies
// of the specification.
func TestBodies(t *testing.T) {
	files, err := filepath.Glob("testdata/bodies/*.json")
	if err != nil || len(files) != 8 {
		t.Fatalf("%d bodies, %v", len(files), err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		t.Run(name, func(t *testing.T) {
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			c := readOrderCase(t, name)
			r := c.mapper(t).Map(orderOf(t, c.Order)).Request
			if r == nil {
				t.Fatal("blocked")
			}
			got, err := bodyOf(r, stampOf(t, want))
			if err != nil {
				t.Fatal(err)
			}
			if !sameJSON(t, got, want) {
				t.Errorf("body\n%s\nwant\n%s", got, want)
			}
			if kind, _, _ := strings.Cut(name, "_"); r.Operation() != mapping.Operation(kind) {
				t.Errorf("a %s", r.Operation())
			}
		})
	}
}

// stampOf is the stamp that a body of the specification shows: its owner, and five seconds after the date
// that the program sets.
func stampOf(t *testing.T, body []byte) mapping.Stamp {
	var shown struct {
		Operatore    struct{ DataPrenotazione, Owner string }
		DataDisdetta string
		Owner        string
	}
	if err := json.Unmarshal(body, &shown); err != nil {
		t.Fatal(err)
	}
	s := mapping.Stamp{At: checkedAt(t), Owner: shown.Owner + shown.Operatore.Owner, DateTimes: mapping.WithOffset,
		DataPrenotazione: true, DataDisdetta: true}
	if at, err := time.Parse(time.RFC3339, shown.Operatore.DataPrenotazione+shown.DataDisdetta); err == nil {
		s.At = at.Add(5 * time.Second).In(rome(t))
	}
	return s
}
