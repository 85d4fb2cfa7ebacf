package main

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"voucherbul/batch/platform/simulator"
	"voucherbul/cmd/voucherbul/config"
	"voucherbul/cmd/voucherbul/office"
	"voucherbul/mapping"
	"voucherbul/mapping/ordertest"
)

// stubBench is a stub in a process of its own, and a configuration for it.
type stubBench struct {
	*testing.B
	addr, config, folder string
}

func newStubBench(b *testing.B, latency time.Duration) *stubBench {
	b.Helper()
	s := &stubBench{B: b, addr: freeAddress(b), folder: b.TempDir()}
	cmd := exec.Command("stub", s.addr, latency.String())
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	for range 500 {
		if conn, err := net.Dial("tcp", s.addr); err == nil {
			_ = conn.Close()
			s.config = writeBenchConfig(b, s.folder, "http://"+s.addr, nil)
			return s
		}
		time.Sleep(10 * time.Millisecond)
	}
	b.Fatal("the stub does not listen")
	return nil
}

// freeAddress is one that nothing listens on now.
func freeAddress(b *testing.B) string {
	b.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

// writeBenchConfig writes a configuration with a journal of its own.
func writeBenchConfig(b *testing.B, folder, base string, change func(*config.Config)) string {
	b.Helper()
	world := simulator.DefaultWorld()
	c := office.SimulatorConfig(base, world)
	c.Journal, c.Pace.Rate = filepath.Join(folder, "journal.db"), 0
	if change != nil {
		change(&c)
	}
	for path, secret := range map[string]string{"secret": world.Credentials.ClientSecret, "key": world.Credentials.SubscriptionKey} {
		if err := os.WriteFile(filepath.Join(folder, path), []byte(secret), 0o600); err != nil {
			b.Fatal(err)
		}
	}
	c.Platform.ClientSecretFile, c.Platform.SubscriptionKeyFile = filepath.Join(folder, "secret"), filepath.Join(folder, "key")
	data, err := c.YAML()
	if err != nil {
		b.Fatal(err)
	}
	path := filepath.Join(folder, "voucherbul.yaml")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		b.Fatal(err)
	}
	return path
}

// stats asks the stub what it has seen since it was asked last.
func (s *stubBench) stats() (seen stubStats) {
	s.Helper()
	resp, err := http.Get("http://" + s.addr + "/stats")
	if err == nil {
		err = json.NewDecoder(resp.Body).Decode(&seen)
		_ = resp.Body.Close()
	}
	if err != nil {
		s.Fatal(err)
	}
	return seen
}

// cost is what a process has taken.
type cost struct {
	took   time.Duration // from its start to its end
	served time.Duration // from the first request to the last, by the stub
	cpu    time.Duration
	memory int64 // bytes at most
}

// measure runs a command to its end.
func (s *stubBench) measure(cmd *exec.Cmd) (c cost, out []byte) {
	s.Helper()
	cmd.Stderr = os.Stderr
	begin := time.Now()
	out, err := cmd.Output()
	c.took = time.Since(begin)
	if err != nil {
		s.Fatalf("%v: %v\n%s", cmd.Args[:2], err, out)
	}
	seen := s.stats()
	c.served, c.cpu = seen.Last.Sub(seen.First), cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime()
	c.memory = cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss << 10
	return c, out
}

// compare submits n orders and posts as many bodies of their size with net/http alone, one after the other.
func (s *stubBench) compare(file string, n, inFlight int) (ours, bare cost) {
	s.Helper()
	body := filepath.Join(s.folder, "body")
	if err := os.WriteFile(body, []byte(strings.Repeat("x", 850)), 0o600); err != nil { // a prenotazione has as many
		s.Fatal(err)
	}
	bare, _ = s.measure(exec.Command("bare", "http://"+s.addr+"/x", strconv.Itoa(n), strconv.Itoa(inFlight), body))
	ours, out := s.measure(exec.Command("voucherbul", "run", "--json", "--quiet", "--config", s.config, "--in-flight", strconv.Itoa(inFlight), "--out", s.folder, file))
	var result jsonResult
	if err := json.Unmarshal(out, &result); err != nil || result.Files[0].Accepted != n {
		s.Fatalf("%v\n%s", err, out)
	}
	return ours, bare
}

// bookingsFile writes n bookings as a CSV export.
func bookingsFile(b *testing.B, n int) string {
	b.Helper()
	path := filepath.Join(b.TempDir(), "ordini.csv")
	f, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	err = ordertest.WriteExport(f, func(yield func(mapping.Order) bool) {
		for i := range n {
			if !yield(ordertest.Prenotazione(i)) {
				return
			}
		}
	})
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		b.Fatal(err)
	}
	return path
}

// BenchmarkUnthrottled is the whole job as fast as it goes: 100,000 rows read, mapped, planned, sent, recorded with a journal
// that syncs every commit, and written into the outcome workbook; beside it net/http alone, in the same run.
func BenchmarkUnthrottled(b *testing.B) {
	const n = 100_000
	file := bookingsFile(b, n)
	for b.Loop() {
		ours, bare := newStubBench(b, 0).compare(file, n, 64)
		b.ReportMetric(n/ours.took.Seconds(), "rows/s")
		b.ReportMetric(n/ours.served.Seconds(), "rows/s-sending")
		b.ReportMetric(n/bare.took.Seconds(), "bare/s")
		b.ReportMetric(bare.took.Seconds()/ours.took.Seconds(), "x-bare")
		b.ReportMetric(float64(ours.cpu.Microseconds())/n, "cpu-us/row")
		b.ReportMetric(float64(bare.cpu.Microseconds())/n, "bare-cpu-us")
		b.ReportMetric(float64(ours.memory)/(1<<20), "peak-MB")
	}
}

// BenchmarkLatency is what a platform that takes 50 ms an answer sees of 32 requests under way.
func BenchmarkLatency(b *testing.B) {
	const n = 10_000
	file := bookingsFile(b, n)
	for b.Loop() {
		ours, bare := newStubBench(b, 50*time.Millisecond).compare(file, n, 32)
		b.ReportMetric(bare.served.Seconds()/ours.served.Seconds(), "x-bare")
		b.ReportMetric(bare.took.Seconds()/ours.took.Seconds(), "x-bare-whole")
		b.ReportMetric(n/ours.served.Seconds(), "rows/s")
	}
}

// BenchmarkPace is how much of the allowed rate is used, with answers that take 300 ms and faults in 2 of 100, and whether
// any second had more requests than rate + burst. The simulator is another process of the same machine.
func BenchmarkPace(b *testing.B) {
	for _, pace := range []config.Pace{{Rate: 5, Burst: 1, InFlight: 8}, {Rate: 50, Burst: 1, InFlight: 32}, {Rate: 500, Burst: 1, InFlight: 256}} {
		b.Run(fmt.Sprint(pace.Rate), func(b *testing.B) {
			n := max(300, int(pace.Rate*30))
			file := bookingsFile(b, n)
			for b.Loop() {
				p := newPaceBench(b, pace)
				p.run(file, n)
				used, exceeded := p.judge(pace, n)
				b.ReportMetric(100*used, "%-of-rate")
				b.ReportMetric(float64(exceeded), "windows-exceeded")
				b.ReportMetric(float64(p.most), "connections")
			}
		})
	}
}
