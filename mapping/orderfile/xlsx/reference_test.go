package xlsx

import (
	"strings"
	"testing"
)

func TestReferences(t *testing.T) {
	for ref, want := range map[string][2]int{"A1": {1, 1}, "Z9": {26, 9}, "AA10": {27, 10}, "GR1048576": {200, 1048576}, "XFD1": {16384, 1}} {
		column, row, ok := parseReference([]byte(ref))
		if !ok || column != want[0] || row != want[1] {
			t.Errorf("parseReference(%s) = %d, %d, %t", ref, column, row, ok)
		}
		if got := ColumnLetters(column); !strings.HasPrefix(ref, got) || got+ref[len(got):] != ref {
			t.Errorf("ColumnLetters(%d) = %s", column, got)
		}
	}
	for _, ref := range []string{"", "A", "1", "a1", "A0", "A01", "A-1", "A+1", "XFE1", "AAAA1", "AAAAAAAAAAAAAAAA1", "A1B", "$A$1"} {
		if _, _, ok := parseReference([]byte(ref)); ok {
			t.Errorf("parseReference(%q) is taken", ref)
		}
	}
}
