package main

import (
	"encoding/json"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"voucherbul/batch/platform/simulator"
	"voucherbul/cmd/voucherbul/config"
)

// paceBench is a simulator of the test's process that counts connections, for the real binary in its own.
type paceBench struct {
	*testing.B
	sim    *simulator.Simulator
	config string
	folder string

	mu         sync.Mutex
	open, most int         // connections
	arrived    []time.Time // requests of every service, before anybody has looked into them
}

// paceFaults meet 2 of 100 requests: each keeps its own row waiting, and none asks everybody to wait.
func paceFaults() []simulator.FaultRule {
	return []simulator.FaultRule{
		{Service: simulator.Prenotazione, Every: 150, Fault: simulator.Fault{Kind: simulator.KindProcessing}},
		{Service: simulator.Prenotazione, Every: 155, Fault: simulator.Fault{Kind: simulator.KindLock}},
		{Service: simulator.Prenotazione, Every: 160, Fault: simulator.Fault{Kind: simulator.KindResetAfter}},
	}
}

func newPaceBench(b *testing.B, pace config.Pace) *paceBench {
	b.Helper()
	sim, err := simulator.New(simulator.Options{World: simulator.World{Latency: 300 * time.Millisecond, Faults: paceFaults()}})
	if err != nil {
		b.Fatal(err)
	}
	p := &paceBench{B: b, sim: sim, folder: b.TempDir()}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	platform := sim.Handler()
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.arrive(r)
		platform.ServeHTTP(w, r)
	}), ReadHeaderTimeout: 10 * time.Second, ConnState: p.count}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	b.Cleanup(func() { _ = server.Close(); <-served })
	p.config = writeBenchConfig(b, p.folder, "http://"+listener.Addr().String(), func(c *config.Config) {
		c.Pace = pace
		c.Retry.Base, c.Doubt.Settle = 200*time.Millisecond, 2*time.Second
	})
	return p
}

func (p *paceBench) arrive(r *http.Request) {
	if strings.HasSuffix(r.URL.Path, "/token") {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.arrived = append(p.arrived, time.Now())
}

func (p *paceBench) count(_ net.Conn, state http.ConnState) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch state {
	case http.StateNew:
		p.open++
		p.most = max(p.most, p.open)
	case http.StateClosed, http.StateHijacked:
		p.open--
	}
}

// run submits the file to its end.
func (p *paceBench) run(file string, n int) {
	p.Helper()
	cmd := exec.Command("voucherbul", "run", "--json", "--quiet", "--config", p.config, "--out", p.folder, file)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	var result jsonResult
	if jsonErr := json.Unmarshal(out, &result); jsonErr != nil || result.Files[0].Accepted+result.Files[0].Already != n {
		p.Fatalf("%v, %v\n%s", err, jsonErr, out)
	}
}

// judge says from the ledger which part of the allowed rate was used while there were rows to send, and how many windows
// of a second had more requests than rate + burst, at the door of the platform.
func (p *paceBench) judge(pace config.Pace, n int) (used float64, exceeded int) {
	var at []time.Time
	seen := map[string]bool{}
	fresh := 0 // requests up to the first one of the last row, look-ups among them: what comes then waits for doubts and locks
	for _, e := range p.sim.Ledger() {
		if e.Service == simulator.Token {
			continue
		}
		at = append(at, e.Time)
		if e.Service == simulator.Prenotazione && !seen[e.Beneficiario] {
			seen[e.Beneficiario] = true
			fresh = len(at)
		}
	}
	if len(seen) != n {
		p.Fatalf("%d rows were sent, want %d", len(seen), n)
	}
	for first, last := 0, 0; first < len(p.arrived); first++ {
		for last < len(p.arrived) && p.arrived[last].Sub(p.arrived[first]) < time.Second {
			last++
		}
		if float64(last-first) > pace.Rate+float64(pace.Burst) {
			exceeded++
		}
	}
	return float64(fresh-1) / at[fresh-1].Sub(at[0]).Seconds() / pace.Rate, exceeded
}
