//go:build unix

package check

import (
	"fmt"
	"iter"
	"path/filepath"
	"testing"
	"time"

	"voucherbul/batch/journal"
	"voucherbul/mapping"
	"voucherbul/mapping/ourfile"
	"voucherbul/report"
	"voucherbul/report/booktest"
)

// Size of the benchmarks' export. Every cell is filled: an empty one costs nothing.
const (
	benchRows    = 100_000
	benchColumns = 40
)

// benchExport gives the rows of a synthetic export without keeping them: the memory that is measured is the
// writer's. Every hundredth row has a Problem, every fiftieth a Correction.
func benchExport() (header []string, rows iter.Seq2[journal.Row, error]) {
	for i := range benchColumns {
		header = append(header, fmt.Sprintf("Colonna %d", i+1))
	}
	return header, func(yield func(journal.Row, error) bool) {
		cells := make([]string, benchColumns)
		at := time.Date(2026, 7, 1, 10, 30, 0, 0, time.UTC)
		for n := range benchRows {
			for i := range cells {
				cells[i] = "Valore 00184"
			}
			cells[0] = fmt.Sprintf("RIGA%08d", n)
			row := journal.Row{Number: n + 2, Cells: cells, Operation: mapping.OperationDisdetta, State: journal.Accepted, Attempts: 1, SentAt: at,
				Outcome: journal.Outcome{HTTP: 200, Esito: "OK", Descrizione: "Richiesta presa in carico", FaseOperativa: "Inviata",
					DataOperazione: "2026-07-01T12:30:00.123+02:00", DataResponse: "2026-07-01T12:30:00.456+02:00"}}
			if n%100 == 0 {
				row.State = journal.Invalid
				row.Problems = []mapping.Problem{{Field: "cap", Column: header[3], Found: cells[3], Expected: "16 caratteri", Remedy: "controllare il documento", Severity: mapping.Blocks}}
			}
			if n%50 == 1 {
				row.Corrections = []mapping.Correction{{Column: header[4], From: "184", To: "00184"}}
			}
			if !yield(row, nil) {
				return
			}
		}
	}
}

// BenchmarkCheck writes the workbook of a check of 100,000 rows. Run it with -benchtime 2x.
func BenchmarkCheck(b *testing.B) {
	header, rows := benchExport()
	c := Check{Source: "ordini.csv", Header: header, Rows: checked(rows)}
	cellsOf := func(r journal.Row) []string {
		row := report.CheckedRow{Row: r}
		return append(report.OwnOf(header).Fit(nil, r.Cells), label(row), reasons(row), fixes(row))
	}
	booktest.Compare(b, benchRows, func(path string) error { _, err := Write(path, c); return err },
		func(path string) time.Duration {
			return booktest.Library(b, path, ourfile.SheetCheck, append(header[:len(header):len(header)], ourfile.CheckColumns()...), cellsOf, rows)
		})
}

// BenchmarkCheckJSONL writes 100,000 checked rows as JSON.
func BenchmarkCheckJSONL(b *testing.B) {
	header, rows := benchExport()
	c := Check{Source: "ordini.csv", Header: header, Rows: checked(rows)}
	path := filepath.Join(b.TempDir(), "ordini.controllo.jsonl")
	for b.Loop() {
		_, err := WriteJSONL(path, c)
		booktest.Must(b, err)
	}
	b.ReportMetric(float64(benchRows*b.N)/b.Elapsed().Seconds(), "rows/s")
}

// checked gives every row a value for every field.
func checked(rows iter.Seq2[journal.Row, error]) iter.Seq2[report.CheckedRow, error] {
	values := make([]string, len(mapping.Fields()))
	for i := range values {
		values[i] = "VALORE 00184"
	}
	return func(yield func(report.CheckedRow, error) bool) {
		for row, err := range rows {
			if !yield(report.CheckedRow{Row: row, Values: values}, err) {
				return
			}
		}
	}
}
