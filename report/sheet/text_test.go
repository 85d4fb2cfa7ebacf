package sheet

import (
	"strings"
	"testing"
	"unicode/utf16"
)

func TestText(t *testing.T) {
	for in, want := range map[string]string{"": "", "a\x00b\x1f": "a\ufffdb\ufffd", "a\xff": "a\ufffd", "\uffff": "\ufffd", "a\r\nb": "a\r\nb", "riga\nnuova": "riga\nnuova", "_x0041_": "_x0041_"} {
		if got := Text(in); got != want {
			t.Errorf("text(%q) = %q, want %q", in, got, want)
		}
	}
	for _, letter := range []string{"è", "😀"} {
		long := Text(strings.Repeat(letter, 40000))
		if n := len(utf16.Encode([]rune(long))); n > cellLimit || n < cellLimit-1 || !strings.HasSuffix(long, "[testo tagliato: Excel non contiene di più]\uFFFD") {
			t.Errorf("a long text of %s has %d units and ends %q", letter, n, long[len(long)-60:])
		}
		if fits := strings.Repeat(letter, cellLimit/2); Text(fits) != fits {
			t.Errorf("a text of %s that fits is changed", letter)
		}
	}
}
