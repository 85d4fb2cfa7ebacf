//go:build unix

package report

import (
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"runtime/debug"
	"runtime/metrics"
	"syscall"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"voucherbul/batch/journal"
	"voucherbul/mapping"
	"voucherbul/mapping/ourfile"
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

// library writes the same cells with excelize alone: its stream writer, plain strings, no styles.
func library(b *testing.B, path, sheet string, header []string, cellsOf func(journal.Row) []string, rows iter.Seq2[journal.Row, error]) time.Duration {
	b.Helper()
	start := time.Now()
	book := excelize.NewFile()
	_, err := book.NewSheet(sheet)
	check(b, err)
	out, err := book.NewStreamWriter(sheet)
	check(b, err)
	values := make([]any, 0, len(header))
	line := 0
	set := func(cells []string) {
		line++
		values = values[:0]
		for _, c := range cells {
			if c == "" { // as few cells as ours
				values = append(values, nil)
			} else {
				values = append(values, c)
			}
		}
		check(b, out.SetRow(fmt.Sprint("A", line), values))
	}
	set(header)
	for row := range rows {
		set(cellsOf(row))
	}
	check(b, out.Flush())
	check(b, book.SaveAs(path))
	check(b, book.Close())
	return time.Since(start)
}

func check(b *testing.B, err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

// compare runs ours and the library by turns, so that a busy machine is busy for both, and reports rows per
// second, the time of all processors, and the ratios.
func compare(b *testing.B, ours func(path string) error, theirs func(path string) time.Duration) {
	folder := b.TempDir()
	var mine, other, mineCPU, otherCPU time.Duration
	var minePeak, otherPeak uint64
	for b.Loop() {
		minePeak = max(minePeak, peak(func() {
			start, cpu := time.Now(), cpuTime(b)
			check(b, ours(filepath.Join(folder, "ours.xlsx")))
			mine += time.Since(start)
			mineCPU += cpuTime(b) - cpu
		}))
		b.StopTimer()
		otherPeak = max(otherPeak, peak(func() {
			cpu := cpuTime(b)
			other += theirs(filepath.Join(folder, "theirs.xlsx"))
			otherCPU += cpuTime(b) - cpu
		}))
		b.StartTimer()
	}
	b.ReportMetric(float64(minePeak)/1e6, "peak-MB")
	b.ReportMetric(float64(otherPeak)/1e6, "library-peak-MB")
	b.ReportMetric(float64(benchRows*b.N)/mine.Seconds(), "rows/s")
	b.ReportMetric(float64(benchRows*b.N)/other.Seconds(), "library-rows/s")
	b.ReportMetric(other.Seconds()/mine.Seconds(), "x-library")
	b.ReportMetric(float64(mineCPU.Microseconds())/float64(benchRows*b.N), "cpu-µs/row")
	b.ReportMetric(float64(otherCPU.Microseconds())/float64(benchRows*b.N), "library-cpu-µs/row")
	b.ReportMetric(otherCPU.Seconds()/mineCPU.Seconds(), "x-library-cpu")
	for name, unit := range map[string]string{"ours.xlsx": "file-MB", "theirs.xlsx": "library-file-MB"} {
		info, err := os.Stat(filepath.Join(folder, name))
		check(b, err)
		b.ReportMetric(float64(info.Size())/1e6, unit)
	}
}

// cpuTime is the time that the process has had of all processors.
func cpuTime(b *testing.B) time.Duration {
	b.Helper()
	var usage syscall.Rusage
	check(b, syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// peak is the most memory that the process held of the system while it worked, in bytes, looked at every 10 ms.
func peak(work func()) uint64 {
	debug.FreeOSMemory()
	done := make(chan struct{})
	highest := make(chan uint64)
	go func() {
		samples := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
		tick := time.NewTicker(10 * time.Millisecond)
		defer tick.Stop()
		for most := uint64(0); ; {
			metrics.Read(samples)
			most = max(most, samples[0].Value.Uint64()-samples[1].Value.Uint64())
			select {
			case <-tick.C:
			case <-done:
				highest <- most
				return
			}
		}
	}()
	work()
	close(done)
	return <-highest
}

// BenchmarkControl writes the workbook of a check of 100,000 rows. Run it with -benchtime 2x.
func BenchmarkControl(b *testing.B) {
	header, rows := benchExport()
	c := Control{Source: "ordini.csv", Header: header, Rows: checked(rows)}
	cellsOf := func(r journal.Row) []string {
		row := CheckedRow{Row: r}
		return append(fit(nil, r.Cells, len(header)), row.label(), reasons(row), fixes(r.Corrections))
	}
	compare(b, func(path string) error { _, err := WriteControl(path, c); return err },
		func(path string) time.Duration {
			return library(b, path, ourfile.SheetCheck, append(header[:len(header):len(header)], ourfile.CheckColumns()...), cellsOf, rows)
		})
}

// BenchmarkControlJSONL writes 100,000 checked rows as JSON.
func BenchmarkControlJSONL(b *testing.B) {
	header, rows := benchExport()
	c := Control{Source: "ordini.csv", Header: header, Rows: checked(rows)}
	path := filepath.Join(b.TempDir(), "ordini.controllo.jsonl")
	for b.Loop() {
		_, err := WriteControlJSONL(path, c)
		check(b, err)
	}
	b.ReportMetric(float64(benchRows*b.N)/b.Elapsed().Seconds(), "rows/s")
}

// checked gives every row a value for every field.
func checked(rows iter.Seq2[journal.Row, error]) iter.Seq2[CheckedRow, error] {
	values := make([]string, len(mapping.Fields()))
	for i := range values {
		values[i] = "VALORE 00184"
	}
	return func(yield func(CheckedRow, error) bool) {
		for row, err := range rows {
			if !yield(CheckedRow{Row: row, Values: values}, err) {
				return
			}
		}
	}
}
