package xlsx

import (
	"strings"
	"testing"

	"voucherbul/mapping/orderfile/grid"
)

func TestNamesOfPartsAreShownSafely(t *testing.T) {
	long := strings.Repeat("è", 60_000)
	for name, want := range map[string]string{
		"xl/worksheets/sheet1.xml": "xl/worksheets/sheet1.xml",
		"[Content_Types].xml":      "[Content_Types].xml",
		"":                         `""`,
		"a b":                      `"a b"`,
		"a\x1b[2J\n":               `"a\x1b[2J\n"`,
		long:                       `"` + strings.Repeat("è", grid.MaxShown) + `…"`,
		strings.Repeat("a", 61):    `"` + strings.Repeat("a", grid.MaxShown) + `…"`,
	} {
		if got := partName(name); got != want {
			t.Errorf("%.80q is shown as %.80q, want %.80q", name, got, want)
		}
	}
}
