package mapping_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

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

// checkStored asserts that what the journal keeps of a request gives the same bytes again. Bytes that are no UTF-8 do not come
// back; the mapper refuses cells that have them.
func checkStored(t fataler, r mapping.Request) {
	t.Helper()
	text, err := mapping.Canonical(r)
	if err != nil {
		t.Fatalf("%v", err)
	}
	if bytes.Contains(text, []byte(`\ufffd`)) {
		return
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

// TestEveryFieldIsListed gives every field of every request a value of its own. A field that no list names does not come
// back from the journal; a field under a wrong name comes back elsewhere.
func TestEveryFieldIsListed(t *testing.T) {
	for _, op := range mapping.Operations() {
		want := newRequest(t, op)
		next := 0
		fill(t, want, &next)
		text := canonical(t, want.Interface().(mapping.Request))
		got, err := mapping.Decode(op, bytes.Replace(text, []byte(`"impresa":{`), []byte(`"other":{`), 1)) // one of the two, for Decode
		if err != nil {
			t.Fatal(err)
		}
		back := reflect.New(want.Type()).Elem()
		back.Set(reflect.ValueOf(got))
		if impresa := back.FieldByName("Impresa"); impresa.IsValid() {
			other, err := mapping.Decode(op, bytes.Replace(text, []byte(`"famiglia":{`), []byte(`"other":{`), 1))
			if err != nil {
				t.Fatal(err)
			}
			impresa.Set(reflect.ValueOf(other).FieldByName("Impresa"))
		}
		compareFields(t, string(op), back, want)
	}
}

// fill gives every field below a value that no other has.
func fill(t *testing.T, v reflect.Value, next *int) {
	t.Helper()
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fill(t, v.Field(i), next)
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(t, v.Elem(), next)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(t, v.Index(0), next)
		fill(t, v.Index(1), next)
	case reflect.String:
		*next++
		v.SetString(fmt.Sprintf("value %d", *next))
	case reflect.Int:
		*next++
		v.SetInt(int64(*next))
	default:
		t.Fatalf("the canonical form has no members of kind %s", v.Kind())
	}
}

func compareFields(t *testing.T, path string, got, want reflect.Value) {
	t.Helper()
	switch {
	case want.Kind() == reflect.Pointer && !got.IsNil():
		compareFields(t, path, got.Elem(), want.Elem())
	case want.Kind() == reflect.Struct:
		for i := range want.NumField() {
			compareFields(t, path+"."+want.Type().Field(i).Name, got.Field(i), want.Field(i))
		}
	case !reflect.DeepEqual(got.Interface(), want.Interface()):
		t.Errorf("%s is %v when the journal gives it back, want %v: canonical.go has to list it", path, got, want)
	}
}

// TestTextsAsJSON compares the writing of texts with that of encoding/json, which has written every journal so far.
func TestTextsAsJSON(t *testing.T) {
	check := func(t fataler, text string) {
		var want bytes.Buffer
		e := json.NewEncoder(&want)
		e.SetEscapeHTML(false)
		if err := e.Encode(text); err != nil {
			t.Fatalf("%v", err)
		}
		got, err := mapping.Canonical(mapping.Disdetta{PartitaIvaOperatore: text})
		if err != nil || string(got) != `{"partitaIvaOperatore":`+strings.TrimSuffix(want.String(), "\n")+`}` {
			t.Fatalf("%q becomes %s, %v; want %s", text, got, err, &want)
		}
	}
	for r := range rune(0x3000) {
		check(t, "a"+string(r)+"b")
	}
	for b := range 0x100 {
		check(t, string([]byte{byte(b)})+"a")
		check(t, string([]byte{0xe2, 0x80, byte(b)}))
	}
	rapid.Check(t, func(t *rapid.T) {
		check(t, rapid.String().Draw(t, "text"))
		check(t, string(rapid.SliceOf(rapid.Byte()).Draw(t, "bytes")))
	})
}
