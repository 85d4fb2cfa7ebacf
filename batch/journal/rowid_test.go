package journal

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// rowIDs draws IDs as runs have them.
func rowIDs() *rapid.Generator[RowID] {
	return rapid.Custom(func(t *rapid.T) RowID {
		return RowID{Run: rapid.StringMatching(`20[0-9]{6}-[0-9]{6}-[a-z2-7]{4}`).Draw(t, "run"),
			File: rapid.IntRange(1, 40).Draw(t, "file"), Place: rapid.IntRange(1, 1_048_575).Draw(t, "place")}
	})
}

// TestRowIDsComeBack whatever a spreadsheet or a mail does to their case and the blanks around them.
func TestRowIDsComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		id := rowIDs().Draw(t, "ID")
		for _, text := range []string{id.String(), strings.ToLower(id.String()), strings.ToUpper(id.String()), "\t " + id.String() + "\u00a0\n"} {
			if got, err := ParseRowID(text); err != nil || got != id {
				t.Fatalf("%q: %+v, %v; want %+v", text, got, err, id)
			}
		}
		if last := id.String()[len(id.String())-1]; last < 'A' || last > 'Z' {
			t.Fatalf("%s ends in %c: a spreadsheet counts on when it is dragged", id, last)
		}
	})
}

// TestRowIDsFindChangesOut changes every character of an ID into every other one, leaves each out, and exchanges neighbours. One
// letter of 26 is right by chance.
func TestRowIDsFindChangesOut(t *testing.T) {
	const characters = "0123456789abcdefghijklmnopqrstuvwxyz-"
	kinds := map[string][2]int{} // changes, and those that were found out
	try := func(kind, text string, id RowID) {
		got, err := ParseRowID(text)
		if strings.EqualFold(text, id.String()) {
			return
		}
		n := kinds[kind]
		n[0]++
		if err != nil {
			n[1]++
		} else if got == id {
			t.Errorf("%q passes for %s", text, id)
		}
		kinds[kind] = n
	}
	rapid.Check(t, func(rt *rapid.T) {
		id := rowIDs().Draw(rt, "ID")
		text := id.String()
		for i := range text {
			for _, c := range characters {
				try("another character", text[:i]+string(c)+text[i+1:], id)
			}
			try("one less", text[:i]+text[i+1:], id)
			try("one more", text[:i]+"1"+text[i:], id)
			if i > 0 {
				try("two exchanged", text[:i-1]+text[i:i+1]+text[i-1:i]+text[i+1:], id)
			}
		}
		for n := 1; n < len(text); n++ {
			try("cut", text[:n], id)
		}
	})
	for kind, n := range kinds {
		rate := float64(n[1]) / float64(n[0])
		t.Logf("%s: %d of %d found out, %.2f %%", kind, n[1], n[0], 100*rate)
		want := 0.95
		if kind == "two exchanged" { // nobody types these IDs: they are dragged, cut, or have a character changed
			want = 0.9
		}
		if rate < want {
			t.Errorf("%s: %.2f %% found out, want %.0f %%", kind, 100*rate, 100*want)
		}
	}
}

func TestNoRowIDs(t *testing.T) {
	letter := func(body string) string { return body + "-" + string(checkLetter(body)) }
	for _, text := range []string{"", "-", "K", "1", "1-1", letter("1"), letter("1-1"), letter("-1-1"), letter("run-0-1"), letter("run-1-0"), letter("run--1-1"), letter("run-1--1"),
		letter("run-1-x"), letter("run-x-1"), letter("run-1-99999999999999999999"), "#N/D", "20260701-123000-aaaa", strings.Repeat("-", 50)} {
		if id, err := ParseRowID(text); err == nil && (id.Run == "" || id.File < 1 || id.Place < 1) {
			t.Errorf("%q: %+v", text, id)
		} else if err == nil && id.String() != text {
			t.Errorf("%q: %+v, which is written %s", text, id, id)
		}
	}
	if id, err := ParseRowID(letter("run-1-7")); err != nil || id != (RowID{"run", 1, 7}) {
		t.Errorf("%+v, %v", id, err)
	}
}
