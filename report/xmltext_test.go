package report

import (
	"encoding/xml"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// anyText draws what may stand in a cell: texts, bytes that are none, and what XML and spreadsheets read in a way of
// their own.
func anyText() *rapid.Generator[string] {
	piece := rapid.OneOf(rapid.String(), rapid.StringMatching(`_x[0-9a-fA-F]{4}_(x[0-9A-F]{4}_)?`),
		rapid.Map(rapid.SliceOfN(rapid.Byte(), 0, 4), func(b []byte) string { return string(b) }),
		rapid.SampledFrom([]string{" ", "\t", "\n", "\r", "\r\n", "\x00", "\x1f", "\x7f", "\u0085", "\u00a0", "\u2028", "\ufeff", "\ufffd", "\ufffe", "\uffff", "😀",
			"&", "<", ">", `"`, "'", "&amp;", "&#10;", "]]>", "</sheetData>", "<![CDATA[", "_", "_x", "x0041_", "_x005F_", "_xD83D__xDE00_", "_X0041_", "_x00G1_", "_x004_", "=1+1", "00184"}))
	return rapid.Custom(func(t *rapid.T) string { return strings.Join(rapid.SliceOfN(piece, 0, 6).Draw(t, "pieces"), "") })
}

// TestXMLText reads every text as the standards say: XML first, then _xHHHH_.
func TestXMLText(t *testing.T) {
	agree := func(t interface{ Fatalf(string, ...any) }, s string) {
		encoded := "<t>" + string(appendXML(nil, s)) + "</t>"
		var read string
		if err := xml.Unmarshal([]byte(encoded), &read); err != nil {
			t.Fatalf("%q became %q: %v", s, encoded, err)
		}
		if back, want := unescaped(read), text(s); back != want {
			t.Fatalf("%q became %q, read as %q, want %q", s, encoded, back, want)
		}
	}
	for c := range rune(0x3000) {
		agree(t, "a"+string(c)+"b"+string(c))
	}
	rapid.Check(t, func(t *rapid.T) { agree(t, anyText().Draw(t, "text")) })
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
		must(t, xml.Unmarshal([]byte("<t>"+string(appendXML(nil, s))+"</t>"), &read))
		if back := unescaped(read); back != text(s) {
			t.Errorf("%.20q, %d bytes, came back as %d bytes, %.20q", s, len(s), len(back), back)
		}
	}
}
