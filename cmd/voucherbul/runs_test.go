package main

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"voucherbul/batch/journal"
	"voucherbul/batch/journal/sqlite"
	"voucherbul/cmd/voucherbul/office"
	"voucherbul/mapping"
)

func TestPrintTables(t *testing.T) {
	tables := []table{{rows: [][]string{{"run", "A"}, {"ended", ""}}}, {header: []string{"NONE"}}, {header: []string{"FILE", "ROWS"}, rows: [][]string{{"città.csv", "1"}, {"b", "20"}}}}
	for aligned, want := range map[bool]string{
		true:  "run    A\nended  \n\nFILE       ROWS\ncittà.csv  1\nb          20\n",
		false: "run\tA\nended\t\n\nFILE\tROWS\ncittà.csv\t1\nb\t20\n",
	} {
		var out strings.Builder
		if err := printTables(&out, aligned, tables); err != nil || out.String() != want {
			t.Errorf("aligned %v: %v\n%s\nwant\n%s", aligned, err, out.String(), want)
		}
	}
}

func TestNamesOf(t *testing.T) {
	for names, want := range map[string]string{"a": "a", "a b c d": "a, b, c, d", "a b c d e": "a, b, c and 2 more"} {
		var files []office.FileSummary
		for name := range strings.FieldsSeq(names) {
			files = append(files, office.FileSummary{File: "/folder/" + name})
		}
		if got := namesOf(files); got != want {
			t.Errorf("%s: %q, want %q", names, got, want)
		}
	}
}

// TestRunsOfAKilledProcess looks into a journal whose last run has no end, and whose rows went three times.
func TestRunsOfAKilledProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	ids := writeRuns(t, path)
	look := func(args ...string) string {
		t.Helper()
		var out, stderr strings.Builder
		code := execute(t.Context(), append([]string{"runs"}, args...), streams{out: &out, err: &stderr, environ: []string{"VOUCHERBUL_JOURNAL=" + path}})
		if code != exitOK {
			t.Fatalf("exit %d\n%s", code, stderr.String())
		}
		return out.String()
	}
	var list runList
	decode(t, look("--json"), &list)
	if len(list.Runs) != 3 || list.Runs[0].Run != ids[2] || list.Runs[0].Ended != office.EndedKilled || list.Runs[0].TookSeconds != nil || list.Runs[1].Ended != office.EndedInOrder {
		t.Errorf("%+v, want the last one killed", list)
	}
	if text := look(); !strings.Contains(text, "\tkilled: it wrote no end") {
		t.Errorf("%s\nwant it to say that it was killed", text)
	}
	var killed runStory
	decode(t, look("show", ids[2], "--json"), &killed)
	if killed.Speed != nil || killed.Rate != nil || killed.Exchanges.Requests != 1 || killed.States[journal.Sent] != 1 {
		t.Errorf("%+v, want one request on its way and no speed", killed)
	}
	var middle rowStory
	decode(t, look("row", ids[1], "2", "--json"), &middle)
	if len(middle.Earlier) != 1 || middle.Earlier[0].Run != ids[0] || middle.Earlier[0].State != journal.Rejected || len(middle.Later) != 1 || middle.Later[0].Run != ids[2] {
		t.Errorf("earlier %+v, later %+v; want one of each", middle.Earlier, middle.Later)
	}
	var last rowStory
	decode(t, look("row", ids[2], "2", "--json"), &last)
	var kinds []string
	for _, e := range last.Timeline {
		kinds = append(kinds, e.Kind)
	}
	if !slices.Equal(kinds, []string{"planned", journal.KindSend}) || last.Timeline[1].TookSeconds != nil || len(last.Earlier) != 2 {
		t.Errorf("%+v, want a request whose end nobody saw", last)
	}
	if text := look("row", ids[2], "2"); !strings.Contains(text, "\ton its way when the program ended") || !strings.Contains(text, "\n\nEARLIER\tRUN\t") {
		t.Errorf("%s\nwant what is known, and the earlier attempts", text)
	}
}

func decode(t *testing.T, text string, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), into); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
}

// writeRuns writes three runs of one order: refused, refused again, and on its way when the process died.
func writeRuns(t *testing.T, path string) (ids []string) {
	t.Helper()
	ctx := t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	j := owned(t, path)
	defer func() { must(j.Close()) }()
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	var before journal.RowID
	for _, id := range []string{"20260302-100000-aaaa", "20260303-100000-bbbb", "20260304-100000-cccc"} {
		ids = append(ids, id)
		must(j.Begin(ctx, journal.Run{ID: id, StartedAt: at, Rate: -1}))
		file, err := j.AddFile(ctx, journal.File{ID: journal.FileID{Run: id}, Path: "ordini.csv"})
		must(err)
		must(j.Plan(ctx, []journal.Row{{ID: file.Row(0), Number: 2, Operation: mapping.OperationDisdetta, Beneficiario: "RSSMRA85T10H501O", Key: "k",
			Request: []byte("{}"), State: journal.Planned, Resends: before}}))
		must(j.Planned(ctx, id, at))
		rows, err := j.Find(ctx, id, 2)
		must(err)
		before = rows[0].ID
		must(j.Sent(ctx, before, at))
		if len(ids) < 3 {
			must(j.Record(ctx, before, at, journal.Change{State: journal.Rejected, Lone: true, Event: &journal.Event{At: at, Ended: at, Kind: journal.KindSend}}))
			must(j.Finish(ctx, id, journal.End{At: at.Add(time.Minute)}))
		}
		at = at.AddDate(0, 0, 1)
	}
	return ids
}

// owned opens a journal and takes it, as a process does that sends. The caller closes.
func owned(t *testing.T, path string) *sqlite.Owner {
	t.Helper()
	j, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	owner, err := j.Own(t.Context(), journal.Claim{})
	if err != nil {
		t.Fatal(err)
	}
	return owner.(*sqlite.Owner)
}
