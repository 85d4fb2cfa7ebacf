package main

import (
	"encoding/json"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"voucherbul/mapping/ordertest"
)

// BenchmarkRun is the whole job: 20,000 orders from a CSV file through a simulator in its own process, with a
// journal that syncs every commit, to the outcome workbook. Run it with -benchtime 3x.
func BenchmarkRun(b *testing.B) {
	const orders = 20000
	folder := b.TempDir()
	file, err := os.Create(filepath.Join(folder, "ordini.csv"))
	if err != nil {
		b.Fatal(err)
	}
	if err := ordertest.WriteCSV(file, bookings(orders)...); err != nil {
		b.Fatal(err)
	}
	if err := file.Close(); err != nil {
		b.Fatal(err)
	}
	var peak int64
	for b.Loop() {
		b.StopTimer()
		config, stop := simulatorProcess(b, b.TempDir())
		run := exec.Command("voucherbul", "run", "--json", "--config", config, "--rate", "0", "--in-flight", "64", "--out", b.TempDir(), file.Name())
		b.StartTimer()
		out, err := run.Output()
		b.StopTimer()
		stop()
		var result jsonResult
		if jsonErr := json.Unmarshal(out, &result); err != nil || jsonErr != nil || result.Files[0].Accepted != orders {
			b.Fatalf("%v, %v\n%s", err, jsonErr, out)
		}
		if usage, ok := run.ProcessState.SysUsage().(*syscall.Rusage); ok {
			peak = max(peak, usage.Maxrss)
		}
		b.StartTimer()
	}
	b.ReportMetric(float64(orders*b.N)/b.Elapsed().Seconds(), "rows/s")
	b.ReportMetric(float64(peak)/1024, "peak-MB")
}

// simulatorProcess starts `voucherbul simulator` and returns a configuration for it.
func simulatorProcess(b *testing.B, folder string) (config string, stop func()) {
	b.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	addr := listener.Addr().String()
	if err := listener.Close(); err != nil { // the simulator takes the port over
		b.Fatal(err)
	}
	print := exec.Command("voucherbul", "simulator", "--addr", addr, "--print-config")
	print.Env = append(os.Environ(), "TMPDIR="+folder)
	text, err := print.Output()
	if err != nil {
		b.Fatal(err)
	}
	config = filepath.Join(folder, "voucherbul.yaml")
	if err := os.WriteFile(config, text, 0o600); err != nil {
		b.Fatal(err)
	}
	b.Setenv("VOUCHERBUL_JOURNAL", filepath.Join(folder, "journal.db"))
	sim := exec.Command("voucherbul", "simulator", "--addr", addr)
	if err := sim.Start(); err != nil {
		b.Fatal(err)
	}
	for range 200 {
		answer, err := http.Get("http://" + addr + "/_simulator/health")
		if err == nil {
			_ = answer.Body.Close()
			return config, func() { _ = sim.Process.Kill(); _ = sim.Wait() }
		}
		time.Sleep(20 * time.Millisecond)
	}
	b.Fatal("the simulator does not answer")
	return "", nil
}
