package plan

import (
	"fmt"
	"strings"
	"testing"

	"voucherbul/batch/journal"
	"voucherbul/mapping"
	"voucherbul/mapping/ourfile"
)

// TestSameCell is about cells that are as they were written, whatever a spreadsheet has made of them.
func TestSameCell(t *testing.T) {
	long := strings.Repeat("x", 40)
	for _, test := range []struct {
		was, is string
		want    bool
	}{
		{"a", "a", true},
		{"a", "b", false},
		{"a", "A", false},
		{"a", "a ", false},
		{"a", "", false},
		{"", "a", false},
		{"00118", "118", false},
		{"a\r\nb", "a\nb", true},
		{"a\rb", "a\nb", true},
		{"a\nb", "a\r\nb", true},
		{"a\nb", "a b", false},
		{"a\n\nb", "a\nb", false},
		{"=1+1", "'=1+1", true},
		{"+39\r\n1", "'+39\n1", true},
		{"'a", "''a", true},
		{"'a", "a", false},
		{"a\x01b", "a\uFFFDb", true},
		{"a\uFFFEb\x1f", "a\uFFFDb\uFFFD", true},
		{"a\x01b", "a\uFFFDc", false},
		{"a\x01b", "ab", false},
		{"aeb", "a\uFFFDb", false},
		{"perché", "perch\uFFFD", false},
		{long + long, long + " … [testo tagliato: Excel non contiene di più]\uFFFD", true},
		{long + long, "y" + long + " … [testo tagliato: Excel non contiene di più]\uFFFD", false},
		{long + long, long, false},
		{long + long, long + " … [testo tagliato: Excel non contiene di più]", false},
	} {
		if got := sameCell(test.was, test.is); got != test.want {
			t.Errorf("%q, %q: %v", test.was, test.is, got)
		}
	}
}

// TestColumnsOfACheck: an export that was the workbook of a check has a column that one of ours is called like.
func TestColumnsOfACheck(t *testing.T) {
	o := &outcomeFile{file: journal.File{Header: []string{"Operazione", "CF", "Controllo", "Problemi", "Correzioni", "Note"}}, claims: mapping.Claims}
	here := o.columns([]string{"Operazione", "CF", "Note", "Riga", "Correzioni", ourfile.IDColumn})
	if fmt.Sprint(here) != "map[0:0 1:1 2:5]" || len(o.added)+len(o.unknown) > 0 {
		t.Errorf("%v, added %q, unknown %q", here, o.added, o.unknown)
	}
}
