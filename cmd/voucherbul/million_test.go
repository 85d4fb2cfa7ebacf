package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// BenchmarkMillion stops a run of 1,000,000 rows near its end and takes it up again. It measures the time until the first
// row leaves, in both runs, and the memory, which must not grow with the number of finished rows.
func BenchmarkMillion(b *testing.B) {
	const n, stopAt = 1_000_000, 999_000
	file := bookingsFile(b, n)
	for b.Loop() {
		s := newStubBench(b, 0)
		begin := time.Now()
		cmd := s.start(file)
		var memory []int64 // of the process, at every tenth of the rows
		var first time.Time
		for done := int64(0); done < stopAt; time.Sleep(20 * time.Millisecond) {
			seen := s.stats()
			if done += seen.Posts; first.IsZero() && seen.Posts > 0 {
				first = seen.First
			}
			if done*10/n > int64(len(memory)) {
				memory = append(memory, residentOf(b, cmd))
			}
			if err := cmd.Process.Signal(syscall.Signal(0)); err != nil {
				b.Fatalf("the run ended after %d rows: %v", done, err)
			}
		}
		if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
			b.Fatal(err)
		}
		_ = cmd.Wait() // 75: interrupted
		if code := cmd.ProcessState.ExitCode(); code != exitTryAgain {
			b.Fatalf("exit %d, want 75", code)
		}
		b.ReportMetric(first.Sub(begin).Seconds(), "s-plan")
		b.ReportMetric(float64(cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss)/1024, "peak-MB")
		b.ReportMetric(float64(memory[0])/(1<<20), "MB-at-10%")
		b.ReportMetric(float64(memory[len(memory)-1])/(1<<20), "MB-at-90%")

		s.stats()
		begin = time.Now()
		cmd = s.start(file)
		if err := cmd.Wait(); err != nil {
			b.Fatalf("the second time: %v", err)
		}
		b.ReportMetric(s.stats().First.Sub(begin).Seconds(), "s-resume")
	}
}

// start starts a run of the file.
func (s *stubBench) start(file string) *exec.Cmd {
	s.Helper()
	cmd := exec.Command("voucherbul", "run", "--json", "--quiet", "--config", s.config, "--in-flight", "64", "--out", s.folder, file)
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		s.Fatal(err)
	}
	return cmd
}

// residentOf is the memory that a process has now, in bytes.
func residentOf(b *testing.B, cmd *exec.Cmd) int64 {
	b.Helper()
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", cmd.Process.Pid))
	if err != nil {
		b.Fatal(err)
	}
	for line := range bytes.Lines(data) {
		if text, ok := strings.CutPrefix(string(line), "VmRSS:"); ok {
			kb, err := strconv.ParseInt(strings.Fields(text)[0], 10, 64)
			if err != nil {
				b.Fatal(err)
			}
			return kb << 10
		}
	}
	return 0
}
