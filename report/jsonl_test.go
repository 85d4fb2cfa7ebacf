package report

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"voucherbul/batch/journal"
	"voucherbul/mapping"
	"voucherbul/report/booktest"
)

func TestControlJSONL(t *testing.T) {
	c := sampleControl()
	values := make([]string, len(mapping.Fields()))
	values[0], values[2] = "disdetta", "RSSMRA85T10H501O"
	c.Rows = booktest.Sequence(
		CheckedRow{Row: journal.Row{Number: 2, Operation: "disdetta", State: journal.Planned, Corrections: []mapping.Correction{
			{Field: "cap", Column: "CAP", From: "184", To: "00184"}, {Field: "codiceFiscale", Column: "C.F.", From: "<&>", To: "\u2028"}}}, Values: values},
		CheckedRow{Row: journal.Row{Number: 7, State: journal.Invalid, Problems: []mapping.Problem{
			{Column: "riga", Found: "a\"\\\n", Expected: "7 celle", Remedy: "vedere", Severity: mapping.Blocks}, {Field: "cap", Column: "CAP", Severity: mapping.Warns}}}},
		CheckedRow{Row: journal.Row{Number: 1048576}, Skipped: "riga di totale: non è un ordine"})
	path := filepath.Join(t.TempDir(), "ordini.controllo.jsonl")
	counts, err := WriteControlJSONL(path, c)
	booktest.Must(t, err)
	booktest.Equal(t, "counts", counts, ControlCounts{Rows: 3, Valid: 1, Invalid: 1, Skipped: 1})
	var filled, empty []string
	for i, f := range mapping.Fields() {
		filled = append(filled, `"`+f.Name+`":"`+values[i]+`"`)
		empty = append(empty, `"`+f.Name+`":""`)
	}
	want := `{"row":2,"status":"valid","operation":"disdetta","fields":{` + strings.Join(filled, ",") + `},"problems":[],"corrections":[` +
		`{"field":"cap","column":"CAP","from":"184","to":"00184"},{"field":"codiceFiscale","column":"C.F.","from":"<&>","to":"\u2028"}]}` + "\n" +
		`{"row":7,"status":"invalid","operation":"","fields":{` + strings.Join(empty, ",") + `},"problems":[` +
		`{"field":"","column":"riga","found":"a\"\\\n","expected":"7 celle","remedy":"vedere","severity":"E"},` +
		`{"field":"cap","column":"CAP","found":"","expected":"","remedy":"","severity":"W"}],"corrections":[]}` + "\n" +
		`{"row":1048576,"status":"skipped","operation":"","fields":{},"problems":[],"corrections":[],"reason":"riga di totale: non è un ordine"}` + "\n"
	got, err := os.ReadFile(path)
	booktest.Must(t, err)
	if string(got) != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestControlJSONLIsLong writes more than one buffer.
func TestControlJSONLIsLong(t *testing.T) {
	rows := make([]CheckedRow, 500)
	for i := range rows {
		rows[i].Number = i
	}
	path := filepath.Join(t.TempDir(), "x.jsonl")
	_, err := WriteControlJSONL(path, Control{Rows: booktest.Sequence(rows...)})
	booktest.Must(t, err)
	data, err := os.ReadFile(path)
	booktest.Must(t, err)
	if len(data) < 2*jsonlBuffer {
		t.Fatalf("%d bytes are too few for this test", len(data))
	}
	for i, line := range strings.Split(strings.TrimSuffix(string(data), "\n"), "\n") {
		var row struct{ Row int }
		if err := json.Unmarshal([]byte(line), &row); err != nil || row.Row != i {
			t.Fatalf("line %d is row %d: %v", i+1, row.Row, err)
		}
	}
}

// TestTextIsJSON lets the standard library read every string that we write.
func TestTextIsJSON(t *testing.T) {
	agree := func(t interface{ Fatalf(string, ...any) }, s string) {
		encoded := appendText(nil, s)
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
