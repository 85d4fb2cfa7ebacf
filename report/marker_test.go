package report

import (
	"testing"

	"voucherbul/report/booktest"
	"voucherbul/report/sheet"
)

func TestColumnsOfAProblem(t *testing.T) {
	m := NewMarker(sheet.New(), OwnOf([]string{"A", "A, B", "B", "", "Note", "Note"}), nil)
	for name, want := range map[string][]int{"A": {0}, "B": {2}, "A, B": {0, 2}, "A, B, B": {1, 2}, "B, A": nil, "Note": nil, "": nil, "riga": nil, "A, ": nil, "A, C": nil} {
		booktest.Equal(t, name, m.find(name), want)
	}
}
