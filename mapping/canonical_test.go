package mapping_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"voucherbul/mapping"
)

// complete is for a new case: what stands in a case is never written anew, since journals have the keys of it.
var complete = flag.Bool("complete", false, "write into the cases of testdata/requests that have no result yet what becomes of them, to be read before it is kept")

// requestCase is a file of testdata/requests: a request, and its bytes for ever. The first lines are "operation NAME" and the
// members of the request, a path and Go strings each; after an empty line follow the results.
type requestCase struct {
	request mapping.Request
	results string
}

func readRequestCase(t *testing.T, file string) requestCase {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	input, results, _ := strings.Cut(string(text), "\n\n")
	lines := strings.Split(strings.TrimSpace(input), "\n")
	op, _ := strings.CutPrefix(lines[0], "operation ")
	request := newRequest(t, mapping.Operation(op))
	for _, line := range lines[1:] {
		path, values, _ := strings.Cut(line, " ")
		setMember(t, request, strings.Split(path, "."), unquoted(t, values))
	}
	return requestCase{request: request.Interface().(mapping.Request), results: results}
}

// newRequest is an empty request that can be filled in.
func newRequest(t testing.TB, op mapping.Operation) reflect.Value {
	t.Helper()
	for _, r := range []mapping.Request{mapping.Prenotazione{}, mapping.Attivazione{}, mapping.Cessazione{}, mapping.Disdetta{}} {
		if r.Operation() == op {
			return reflect.New(reflect.TypeOf(r)).Elem()
		}
	}
	t.Fatalf("no operation %q", op)
	return reflect.Value{}
}

func unquoted(t *testing.T, text string) (values []string) {
	t.Helper()
	for text != "" {
		quoted, err := strconv.QuotedPrefix(text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		value, _ := strconv.Unquote(quoted)
		values, text = append(values, value), strings.TrimPrefix(text[len(quoted):], " ")
	}
	return values
}

// setMember gives a member its values; what it stands in is made where it is missing.
func setMember(t *testing.T, in reflect.Value, path []string, values []string) {
	t.Helper()
	field := in.FieldByNameFunc(func(name string) bool { return strings.EqualFold(name, path[0]) })
	if !field.IsValid() {
		t.Fatalf("%s has no member %s", in.Type(), path[0])
	}
	if field.Kind() == reflect.Pointer {
		if field.IsNil() {
			field.Set(reflect.New(field.Type().Elem()))
		}
		field = field.Elem()
	}
	switch field.Kind() {
	case reflect.Struct:
		if len(path) > 1 {
			setMember(t, field, path[1:], values)
		}
	case reflect.Int:
		n, err := strconv.Atoi(values[0])
		if err != nil {
			t.Fatal(err)
		}
		field.SetInt(int64(n))
	case reflect.Slice:
		field.Set(reflect.ValueOf(values))
	default:
		field.SetString(values[0])
	}
}

// resultsOf is what becomes of a request: its canonical bytes, its key, and the bodies that leave with everything the program
// adds and with nothing of it.
func resultsOf(t *testing.T, r mapping.Request) string {
	t.Helper()
	text := canonical(t, r)
	at := time.Date(2026, 2, 24, 10, 15, 35, 0, rome(t))
	full, err := mapping.Body(r.Operation(), text, mapping.Stamp{At: at, Owner: `batch "<voucher>"`, DateTimes: mapping.WithOffset, DataPrenotazione: true, DataDisdetta: true})
	if err != nil {
		t.Fatal(err)
	}
	bare, err := mapping.Body(r.Operation(), text, mapping.Stamp{At: at, DateTimes: mapping.InUTC})
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("canonical %s\nkey %s\nbody %s\nbare %s\n", text, mapping.Key(r.Operation(), r.Beneficiario(), text), full, bare)
}

// TestRequestsStay compares every testdata/requests/*.txt. A result that changes makes every journal forget what it has sent:
// mend the program, never the file. A new case is a new file; -complete fills in its results.
func TestRequestsStay(t *testing.T) {
	files, err := filepath.Glob("testdata/requests/*.txt")
	if err != nil || len(files) < 20 {
		t.Fatalf("%d cases, %v", len(files), err)
	}
	seen := map[string]int{}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			c := readRequestCase(t, file)
			seen[string(c.request.Operation())]++
			got := resultsOf(t, c.request)
			if c.results == "" && *complete {
				text, err := os.ReadFile(file)
				if err == nil {
					err = os.WriteFile(file, []byte(strings.TrimSpace(string(text))+"\n\n"+got), 0o644)
				}
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			if got != c.results {
				t.Errorf("got\n%s\nwant\n%s", got, c.results)
			}
			checkStored(t, c.request)
		})
	}
	for _, op := range mapping.Operations() {
		if seen[string(op)] < 2 {
			t.Errorf("%d cases of %s", seen[string(op)], op)
		}
	}
}

// checkStored asserts that what the journal keeps of a request gives the same bytes again.
func checkStored(t fataler, r mapping.Request) {
	t.Helper()
	text, err := mapping.Canonical(r)
	if err != nil {
		t.Fatalf("%v", err)
	}
	if p, ok := r.(mapping.Prenotazione); ok && (p.Famiglia == nil) == (p.Impresa == nil) {
		return // none that there is: Decode refuses it
	}
	back, err := mapping.Decode(r.Operation(), text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	again, err := mapping.Canonical(back)
	if err != nil || !bytes.Equal(again, text) {
		t.Fatalf("%s becomes %s, %v", text, again, err)
	}
}
