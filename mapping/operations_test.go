package mapping

import (
	"slices"
	"testing"
)

// TestUnknownOperation: what is in no table is refused, and never passes for one that is.
func TestUnknownOperation(t *testing.T) {
	const unknown = Operation("riattivazione")
	if _, ok := ParseOperation(string(unknown)); ok {
		t.Error("it is parsed")
	}
	if _, err := Decode(unknown, []byte(`{}`)); err == nil {
		t.Error("it is decoded")
	}
	if _, err := Body(unknown, []byte(`{}`), Stamp{}); err == nil {
		t.Error("it has a body")
	}
	if everywhere.Has(unknown, Famiglia) {
		t.Error("a field is used for it")
	}
	refused := func(name string, do func()) {
		defer func() {
			if recover() == nil {
				t.Errorf("%s takes it", name)
			}
		}()
		do()
	}
	request := Disdetta{Chi: Chi{CodiceFiscale: "RSSMRA85T10H501O"}}
	refused("the table of doubles", func() {
		NewDoppioni(Rules{}, nil).Check(2, Mapped{Operation: unknown, Beneficiario: request.CodiceFiscale, Request: request})
	})
	refused("the mapper", func() { serviceOf(unknown) })
}

// TestEveryOperationStandsAlone: each has a number, bits and a request of its own, and there is room for as many again.
func TestEveryOperationStandsAlone(t *testing.T) {
	var used Uses
	for i, op := range Operations() {
		if place, ok := placeOf(op); !ok || place != i || numberOf(op) != uint64(i) {
			t.Errorf("%s is number %d", op, place)
		}
		if parsed, ok := ParseOperation("Richiesta " + string(op)); !ok || parsed != op {
			t.Errorf("%s is parsed as %s", op, parsed)
		}
		for _, kind := range []Kind{Famiglia, Impresa} {
			pair := use(op, kind)
			if pair == nowhere || used&pair != 0 || pair&everywhere != pair {
				t.Errorf("%s of %s: %b", op, kind, pair)
			}
			used |= pair
		}
	}
	if len(services) > 1<<operationBits/2 {
		t.Errorf("%d operations: time for more bits", len(services))
	}
}

// TestDoublesKnowEveryNumber: the table of doubles keeps each number that fits beside all that it keeps else.
func TestDoublesKnowEveryNumber(t *testing.T) {
	for number := range uint64(1 << operationBits) {
		for _, all := range []uint64{0, 1<<64 - 1} {
			k := known{person: all}
			k.ask(maxRow, number, exactCode(all&(1<<exactBits-1)), all)
			k.join(7, all)
			if k.operation() != number || k.ownRow() != maxRow || !k.isExact(exactCode(all&(1<<exactBits-1))) || !k.isRequest(all) || !k.isOf(all) || k.household() != 7 {
				t.Errorf("%d with %x: %+v", number, all, k)
			}
			if k.isRequest(^all) || k.isOf(^all) || k.isExact(exactCode(^all&(1<<exactBits-1))) {
				t.Errorf("%d with %x: everything is alike", number, all)
			}
		}
	}
	if !slices.IsSorted([]int{0, atExact, atRequest, atOperation, atRow, 64}) || atRow+rowBits != 64 {
		t.Error("the parts of a place do not follow each other")
	}
}
