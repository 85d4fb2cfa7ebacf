package grid

import (
	"strings"
	"testing"
)

func TestNamesAreShownSafely(t *testing.T) {
	long := strings.Repeat("è", 60_000)
	for name, want := range map[string]string{
		"":                      `""`,
		"a b":                   `"a b"`,
		"a\x1b[2J\n":            `"a\x1b[2J\n"`,
		long:                    `"` + strings.Repeat("è", MaxShown) + `…"`,
		strings.Repeat("a", 61): `"` + strings.Repeat("a", MaxShown) + `…"`,
	} {
		if got := Quoted(name); got != want {
			t.Errorf("%.80q is shown as %.80q, want %.80q", name, got, want)
		}
	}
	if got, want := printable("Ordini\u202e\x1b[2J "+long), "Ordini\ufffd\ufffd[2J "; !strings.HasPrefix(got, want) || len(got) > 4*MaxShown {
		t.Errorf("%.100q", got)
	}
}

func TestLongListsAreCut(t *testing.T) {
	names := []string{"a", "b"}
	if got := Listed(names); got != `"a", "b"` {
		t.Errorf("%s", got)
	}
	if got := ListedInItalian(names); got != "«a», «b»" {
		t.Errorf("%s", got)
	}
	for len(names) < 2000 {
		names = append(names, strings.Repeat("\U000e0001", 100))
	}
	for _, got := range []string{Listed(names), ListedInItalian(names)} {
		if len(got) > 2*maxListed+100 || !strings.Contains(got, " 199") {
			t.Errorf("%d bytes: %.80s", len(got), got)
		}
	}
}
