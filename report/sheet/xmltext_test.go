package sheet

import (
	"encoding/xml"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"voucherbul/report/booktest"
)

// TestXMLText reads every text as the standards say: XML first, then _xHHHH_.
func TestXMLText(t *testing.T) {
	agree := func(t interface{ Fatalf(string, ...any) }, s string) {
		encoded := "<t>" + string(appendXML(nil, s)) + "</t>"
		var read string
		if err := xml.Unmarshal([]byte(encoded), &read); err != nil {
			t.Fatalf("%q became %q: %v", s, encoded, err)
		}
		if back, want := unescaped(read), Text(s); back != want {
			t.Fatalf("%q became %q, read as %q, want %q", s, encoded, back, want)
		}
	}
	for c := range rune(0x3000) {
		agree(t, "a"+string(c)+"b"+string(c))
	}
	rapid.Check(t, func(t *rapid.T) { agree(t, booktest.AnyText().Draw(t, "text")) })
}

// unescaped reads _xHHHH_ from the left, as a spreadsheet does; half a pair of surrogates comes back as U+FFFD.
func unescaped(s string) string {
	return regexp.MustCompile(`_x[0-9a-fA-F]{4}_`).ReplaceAllStringFunc(s, func(escape string) string {
		c, _ := strconv.ParseUint(escape[2:6], 16, 16)
		return string(rune(c)) //nolint:gosec // four digits
	})
}

// TestLongTextsInXML cuts as the other sheets do, and counts what a spreadsheet counts.
func TestLongTextsInXML(t *testing.T) {
	for _, s := range []string{strings.Repeat("x", cellLimit), strings.Repeat("x", cellLimit+1), strings.Repeat("è", 20_000), strings.Repeat("😀", 20_000),
		strings.Repeat("&", cellLimit), strings.Repeat("_x0041_", 10_000), strings.Repeat("\xff", cellLimit), strings.Repeat("\xff", cellLimit+1)} {
		var read string
		booktest.Must(t, xml.Unmarshal([]byte("<t>"+string(appendXML(nil, s))+"</t>"), &read))
		if back := unescaped(read); back != Text(s) {
			t.Errorf("%.20q, %d bytes, came back as %d bytes, %.20q", s, len(s), len(back), back)
		}
	}
}
