package grid

import (
	"slices"
	"testing"
)

func TestDateSet(t *testing.T) {
	var s DateSet
	for _, column := range []int{63, 0, 64, 0, MaxColumns - 1} {
		s.Add(column)
	}
	if want := []int{0, 63, 64, MaxColumns - 1}; !slices.Equal(s.Columns(), want) {
		t.Errorf("columns %d, want %d", s.Columns(), want)
	}
	for column, want := range map[int]bool{-1: false, 0: true, 1: false, 63: true, MaxColumns - 1: true, MaxColumns: false, 1 << 40: false} {
		if s.Has(column) != want {
			t.Errorf("column %d: %t", column, !want)
		}
	}
}
