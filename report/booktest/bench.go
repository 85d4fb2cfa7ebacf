//go:build unix

package booktest

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
)

// Library writes the same cells with excelize alone: its stream writer, plain strings, no styles.
func Library[R any](b *testing.B, path, sheet string, header []string, cellsOf func(R) []string, rows iter.Seq2[R, error]) time.Duration {
	b.Helper()
	start := time.Now()
	book := excelize.NewFile()
	_, err := book.NewSheet(sheet)
	Must(b, err)
	out, err := book.NewStreamWriter(sheet)
	Must(b, err)
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
		Must(b, out.SetRow(fmt.Sprint("A", line), values))
	}
	set(header)
	for row := range rows {
		set(cellsOf(row))
	}
	Must(b, out.Flush())
	Must(b, book.SaveAs(path))
	Must(b, book.Close())
	return time.Since(start)
}

// Compare runs ours and the library by turns, so that a busy machine is busy for both, and reports rows per
// second, the time of all processors, and the ratios.
func Compare(b *testing.B, rows int, ours func(path string) error, theirs func(path string) time.Duration) {
	folder := b.TempDir()
	var mine, other, mineCPU, otherCPU time.Duration
	var minePeak, otherPeak uint64
	for b.Loop() {
		minePeak = max(minePeak, Peak(func() {
			start, cpu := time.Now(), cpuTime(b)
			Must(b, ours(filepath.Join(folder, "ours.xlsx")))
			mine += time.Since(start)
			mineCPU += cpuTime(b) - cpu
		}))
		b.StopTimer()
		otherPeak = max(otherPeak, Peak(func() {
			cpu := cpuTime(b)
			other += theirs(filepath.Join(folder, "theirs.xlsx"))
			otherCPU += cpuTime(b) - cpu
		}))
		b.StartTimer()
	}
	b.ReportMetric(float64(minePeak)/1e6, "peak-MB")
	b.ReportMetric(float64(otherPeak)/1e6, "library-peak-MB")
	b.ReportMetric(float64(rows*b.N)/mine.Seconds(), "rows/s")
	b.ReportMetric(float64(rows*b.N)/other.Seconds(), "library-rows/s")
	b.ReportMetric(other.Seconds()/mine.Seconds(), "x-library")
	b.ReportMetric(float64(mineCPU.Microseconds())/float64(rows*b.N), "cpu-µs/row")
	b.ReportMetric(float64(otherCPU.Microseconds())/float64(rows*b.N), "library-cpu-µs/row")
	b.ReportMetric(otherCPU.Seconds()/mineCPU.Seconds(), "x-library-cpu")
	for name, unit := range map[string]string{"ours.xlsx": "file-MB", "theirs.xlsx": "library-file-MB"} {
		info, err := os.Stat(filepath.Join(folder, name))
		Must(b, err)
		b.ReportMetric(float64(info.Size())/1e6, unit)
	}
}

// cpuTime is the time that the process has had of all processors.
func cpuTime(b *testing.B) time.Duration {
	b.Helper()
	var usage syscall.Rusage
	Must(b, syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// Peak is the most memory that the process held of the system while it worked, in bytes, looked at every 10 ms.
func Peak(work func()) uint64 {
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
