package report

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// TestTextIsJSON lets the standard library read every string that we write.
func TestTextIsJSON(t *testing.T) {
	agree := func(t interface{ Fatalf(string, ...any) }, s string) {
		encoded := AppendText(nil, s)
		var back string
		if err := json.Unmarshal(encoded, &back); err != nil || utf8.ValidString(s) && back != s {
			t.Fatalf("%q became %s, read as %q: %v", s, encoded, back, err)
		}
		if strings.ContainsAny(string(encoded), "\n\u2028\u2029") || !utf8.Valid(encoded) {
			t.Fatalf("%q became %q", s, encoded)
		}
	}
	for c := range rune(0x3000) {
		agree(t, "a"+string(c)+"b"+string(c))
	}
	for _, s := range []string{"\xff", "a\xe2\x80", "😀", `\u0041`, "</script>"} {
		agree(t, s)
	}
	rapid.Check(t, func(t *rapid.T) { agree(t, string(rapid.SliceOf(rapid.Byte()).Draw(t, "bytes"))) })
	rapid.Check(t, func(t *rapid.T) { agree(t, rapid.String().Draw(t, "text")) })
}
