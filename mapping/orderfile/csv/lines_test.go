package csv

import (
	"bufio"
	"encoding/csv"
	"io"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzCSVLines: the way through lineReader changes nothing that encoding/csv accepts, and refuses what it refuses.
func FuzzCSVLines(f *testing.F) {
	f.Add("a;b\n\"c\r\nd\";\"e\"\"f\"\n\n;;\n  \ng;h")
	f.Add("a;b\n\"c\nd\n")
	f.Add("a\";b\n\"a\"b\n")
	f.Add("\"a\n\n\";=b\n\"=c\"\r\n")
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) || strings.ContainsRune(text, 0) || strings.Contains(text, `="`) || len(text) > 1<<16 ||
			strings.Contains(strings.ReplaceAll(text, "\r\n", "\n"), "\r") {
			return
		}
		want := csv.NewReader(strings.NewReader(text))
		want.Comma, want.FieldsPerRecord = ';', -1
		got := NewSource(bufio.NewReaderSize(strings.NewReader(text), MaxLine), Dialect{Delimiter: ';'})
		for {
			cells, err := want.Read()
			r, ours := got.Next()
			if (err == nil) != (ours == nil) || (err == io.EOF) != (ours == io.EOF) {
				t.Fatalf("%v, want %v", ours, err)
			}
			if err != nil {
				return
			}
			for i, cell := range cells { // =""x"" in quotes is ="x"
				cells[i] = unwrapFormula(cell)
			}
			if line, _ := want.FieldPos(0); !slices.Equal(r.Cells, cells) || r.Number != line {
				t.Fatalf("line %d: %q, want line %d: %q", r.Number, r.Cells, line, cells)
			}
		}
	})
}
