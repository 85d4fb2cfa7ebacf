package history

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestAlign(t *testing.T) {
	keys := func(text string) []string { return strings.Fields(text) }
	for _, test := range []struct {
		name, history, planned string
		want                   []int
	}{
		{"nothing held", "", "P D P", nil},
		{"the same file", "P D P", "P D P", []int{0, 1, 2}},
		{"the same file, one row longer", "P D", "P D P", []int{0, 1}},
		{"the same booking in a new file", "P D", "P", nil},
		{"an old row, refused then", "P", "X P", []int{-1, 0}},
		{"the last row, refused then", "P", "P X", []int{0}},
		{"of two bookings, the one that was made", "P", "P D P", []int{0}},
		{"both bookings", "P D P", "P D P D P", []int{0, 1, 2}},
		{"a longer history", "A B C P D", "P D", []int{3, 4}},
		{"something else", "P D", "A B", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := align(keys(test.history), keys(test.planned)); !slices.Equal(got, test.want) {
				t.Errorf("%v, want %v", got, test.want)
			}
		})
	}
	rapid.Check(t, func(t *rapid.T) {
		keys := rapid.SliceOfN(rapid.SampledFrom([]string{"P", "D", "Q", "A"}), 0, 8)
		history, planned := keys.Draw(t, "history"), keys.Draw(t, "planned")
		match := align(history, planned)
		last := -1
		for i, h := range match {
			if h < 0 {
				continue
			}
			if history[h] != planned[i] || h <= last {
				t.Fatalf("%v", match)
			}
			last = h
		}
		if len(match) > 0 && match[len(match)-1] != len(history)-1 {
			t.Fatalf("%v does not end with the latest", match)
		}
		if full := align(history, history); len(history) > 0 && len(full) != len(history) {
			t.Fatalf("the same file again: %v of %v", full, history)
		}
	})
}
