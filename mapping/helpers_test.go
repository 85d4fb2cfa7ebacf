package mapping_test

import (
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"testing"
	"time"
	_ "time/tzdata"

	"voucherbul/mapping"
)

// operator is the partita IVA of the specification's examples; its check digit is wrong (A27).
const operator = "12345678900"

func rome(t testing.TB) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func readJSON(t testing.TB, file string, into any) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(text, into)
	}
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
}

// orderOf is an order with these texts, by field name.
func orderOf(t testing.TB, texts map[string]string) *mapping.Order {
	t.Helper()
	o := new(mapping.Order)
	for name, text := range texts {
		f, ok := mapping.FieldNamed(name)
		if !ok {
			t.Fatalf("no field %q", name)
		}
		f.Set(o, text)
	}
	return o
}

// examples is an order of this kind, made of the table's examples.
func examples(op mapping.Operation, kind mapping.Kind) *mapping.Order {
	o := new(mapping.Order)
	for _, f := range mapping.Fields() {
		if f.Used().Has(op, kind) {
			f.Set(o, f.Example)
		}
	}
	o.Operazione = string(op)
	if kind == mapping.Impresa && op == mapping.OperationPrenotazione {
		o.Tipologia, o.CodiceUnivocoOfferta = "IMP1", "OPE040-IMP1-FTTH-100-245" // the table's examples are a family's
	}
	return o
}

// eachUse runs a test for the eight pairs of operation and kind.
func eachUse(t *testing.T, test func(t *testing.T, op mapping.Operation, kind mapping.Kind)) {
	for _, op := range mapping.Operations() {
		for _, kind := range []mapping.Kind{mapping.Famiglia, mapping.Impresa} {
			t.Run(fmt.Sprintf("%s %s", op, kind), func(t *testing.T) { test(t, op, kind) })
		}
	}
}

// sameJSON compares JSON by meaning, not by spelling.
func sameJSON(t testing.TB, got, want []byte) bool {
	t.Helper()
	var a, b any
	if err := json.Unmarshal(got, &a); err != nil {
		t.Fatalf("%v in %s", err, got)
	}
	if err := json.Unmarshal(want, &b); err != nil {
		t.Fatalf("%v in %s", err, want)
	}
	return reflect.DeepEqual(a, b)
}

func canonical(t testing.TB, r mapping.Request) []byte {
	t.Helper()
	text, err := mapping.Canonical(r)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
