package batch

import (
	"context"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"voucherbul/report/outcome"
)

// outcome writes the outcome of a file of a run, the place-th, as the program does: the rows that a person corrects are those.
func (r *rig) outcome(run string, place int, ending string) string {
	r.t.Helper()
	ctx := context.Background()
	known, ok, err := r.journal.Run(ctx, run)
	if err != nil || !ok {
		r.t.Fatalf("run %s: %v, %v", run, ok, err)
	}
	files, err := r.journal.Files(ctx, run)
	if err != nil {
		r.t.Fatal(err)
	}
	r.jobs++
	path := filepath.Join(r.dir, fmt.Sprintf("outcome-%d.esiti%s", r.jobs, ending))
	file := files[place-1]
	if err := outcome.Write(path, outcome.Outcome{Run: known, File: file, Made: time.Now(), Zone: r.rome, Rows: r.journal.Rows(ctx, file.ID)}); err != nil {
		r.t.Fatal(err)
	}
	return path
}

// again is a job that sends the rows of outcomes again.
func (r *rig) again(outcomes ...string) Job {
	job := r.job(outcomes...)
	return job
}

// againRun is a job that sends the rows of a run again.
func (r *rig) againRun(run string) Job {
	r.t.Helper()
	files, err := r.journal.Files(context.Background(), run)
	if err != nil {
		r.t.Fatal(err)
	}
	job := r.again()
	for _, f := range files {
		job.Files = append(job.Files, f.Path)
	}
	job.Resend.Run = run
	return job
}

// lines are an outcome as text, its titles first.
type lines [][]string

// linesOf reads an outcome that is a CSV file.
func linesOf(t testing.TB, path string) lines {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	read := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(data), "\uFEFF")))
	read.Comma, read.FieldsPerRecord = ';', -1
	all, err := read.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// write puts the lines into a file, as a spreadsheet saves them.
func (l lines) write(t testing.TB, path string) {
	t.Helper()
	var text strings.Builder
	w := csv.NewWriter(&text)
	w.Comma = ';'
	if err := w.WriteAll(l); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
}

// column is the place of a title.
func (l lines) column(t testing.TB, title string) int {
	t.Helper()
	i := slices.Index(l[0], title)
	if i < 0 {
		t.Fatalf("no column %q in %q", title, l[0])
	}
	return i
}

// with changes a cell of the n-th row, from 1.
func (l lines) with(t testing.TB, n int, title, value string) lines {
	t.Helper()
	l[n][l.column(t, title)] = value
	return l
}

// correct changes cells of an outcome, by row from 1 and by title, and says what to put there.
func correct(t testing.TB, path string, n int, title, value string) string {
	t.Helper()
	linesOf(t, path).with(t, n, title, value).write(t, path)
	return path
}
