package journal

import (
	"reflect"
	"testing"
	"time"
)

// TestTheContractHasNoNumbersOfRows: rows and files are named by run, file and place wherever the contract speaks of them, as
// every memory can name them. A number that one memory gives, and whose order means something there, stays within it.
func TestTheContractHasNoNumbersOfRows(t *testing.T) {
	seen := map[reflect.Type]bool{}
	var look func(where string, of reflect.Type)
	look = func(where string, of reflect.Type) {
		if of == reflect.TypeFor[time.Time]() || of == reflect.TypeFor[time.Duration]() || seen[of] {
			return
		}
		seen[of] = of.Kind() != reflect.Int64 // each place that has one is named
		switch of.Kind() {
		case reflect.Int64, reflect.Uint64:
			t.Errorf("%s is a number of 64 bits", where)
		case reflect.Struct:
			for f := range of.Fields() {
				look(where+"."+f.Name, f.Type)
			}
		case reflect.Slice, reflect.Pointer, reflect.Map, reflect.Array:
			look(where, of.Elem())
			if of.Kind() == reflect.Map {
				look(where, of.Key())
			}
		case reflect.Func:
			for in := range of.Ins() {
				look(where, in)
			}
			for out := range of.Outs() {
				look(where, out)
			}
		}
	}
	for m := range reflect.TypeFor[Owner]().Methods() {
		look(m.Name, m.Type)
	}
	if !seen[reflect.TypeFor[Row]()] || !seen[reflect.TypeFor[Voucher]()] || !seen[reflect.TypeFor[Acquired]()] {
		t.Error("it has not looked at everything")
	}
}
