package check

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"voucherbul/batch/journal"
	"voucherbul/mapping"
	"voucherbul/report"
	"voucherbul/report/booktest"
)

func TestCheckJSONL(t *testing.T) {
	c := sample()
	values := make([]string, len(mapping.Fields()))
	values[0], values[2] = "disdetta", "RSSMRA85T10H501O"
	c.Rows = booktest.Sequence(
		report.CheckedRow{Row: journal.Row{Number: 2, Operation: "disdetta", State: journal.Planned, Corrections: []mapping.Correction{
			{Field: "cap", Column: "CAP", From: "184", To: "00184"}, {Field: "codiceFiscale", Column: "C.F.", From: "<&>", To: "\u2028"}}}, Values: values},
		report.CheckedRow{Row: journal.Row{Number: 7, State: journal.Invalid, Problems: []mapping.Problem{
			{Column: "riga", Found: "a\"\\\n", Expected: "7 celle", Remedy: "vedere", Severity: mapping.Blocks}, {Field: "cap", Column: "CAP", Severity: mapping.Warns}}}},
		report.CheckedRow{Row: journal.Row{Number: 1048576}, Skipped: "riga di totale: non è un ordine"})
	path := filepath.Join(t.TempDir(), "ordini.controllo.jsonl")
	counts, err := WriteJSONL(path, c)
	booktest.Must(t, err)
	booktest.Equal(t, "counts", counts, Counts{Rows: 3, Valid: 1, Invalid: 1, Skipped: 1})
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
func TestCheckJSONLIsLong(t *testing.T) {
	rows := make([]report.CheckedRow, 500)
	for i := range rows {
		rows[i].Number = i
	}
	path := filepath.Join(t.TempDir(), "x.jsonl")
	_, err := WriteJSONL(path, Check{Rows: booktest.Sequence(rows...)})
	booktest.Must(t, err)
	data, err := os.ReadFile(path)
	booktest.Must(t, err)
	if len(data) < 2*report.LineBuffer {
		t.Fatalf("%d bytes are too few for this test", len(data))
	}
	for i, line := range strings.Split(strings.TrimSuffix(string(data), "\n"), "\n") {
		var row struct{ Row int }
		if err := json.Unmarshal([]byte(line), &row); err != nil || row.Row != i {
			t.Fatalf("line %d is row %d: %v", i+1, row.Row, err)
		}
	}
}
