package main

import (
	"io"
	"log"
	"net/http/httptest"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"voucherbul/batch/journal"
	"voucherbul/batch/journal/sqlite"
	"voucherbul/batch/platform/simulator"
	"voucherbul/cmd/voucherbul/config"
)

// TestSecondSignal: the first one lets what is under way come to its end, a second one does not wait for it. Nothing is lost:
// the same command finds out what became of it, and goes on.
func TestSecondSignal(t *testing.T) {
	slow := simulator.Fault{Kind: simulator.KindDelay, Delay: 20 * time.Second}
	b := newBench(t, simulator.World{Faults: []simulator.FaultRule{{Service: simulator.Prenotazione, Times: 4, Fault: slow}}}, func(c *config.Config) {
		c.Pace.InFlight = 4
		c.Doubt.Settle = 100 * time.Millisecond
	})
	orders := bookings(30)
	file := b.export("ordini.csv", orders...)
	cmd := exec.Command("voucherbul", "run", "--quiet", "--config", b.config, file)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for len(b.sim.Ledger()) < 5 && t.Context().Err() == nil { // a token, and four requests that are not answered
		time.Sleep(time.Millisecond)
	}
	signal := func() {
		t.Helper()
		if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
	}
	signal()
	select {
	case err := <-ended:
		t.Fatalf("the first signal ended it at once: %v", err)
	case <-time.After(500 * time.Millisecond):
	}
	signal()
	select {
	case <-ended:
	case <-time.After(5 * time.Second):
		_ = cmd.Process.Kill()
		t.Fatal("the second signal did not end it")
	}
	if status := cmd.ProcessState.Sys().(syscall.WaitStatus); !status.Signaled() || status.Signal() != syscall.SIGTERM {
		t.Errorf("it ended with %v, want it ended by the signal", cmd.ProcessState)
	}
	code, result, stderr := b.run(file)
	if code != exitOK || result.Files[0].Accepted != 30 {
		t.Errorf("the same command again: exit %d, %+v\n%s", code, result, stderr)
	}
	checkLedger(t, b, orders)
}

// TestUntrustedServer: a server with a certificate that nobody trusts gets nothing. The run stops at once, no row is spoiled,
// and put right, the same command sends them all.
func TestUntrustedServer(t *testing.T) {
	for name, wrong := range map[string]func(*config.Config, string){
		"services": func(c *config.Config, base string) {
			c.Platform.PrenotazioneURL = simulator.EndpointsAt(base).Prenotazione
		},
		"token": func(c *config.Config, base string) { c.Platform.TokenURL = simulator.EndpointsAt(base).Token },
	} {
		t.Run(name, func(t *testing.T) {
			var right config.Config
			b := newBench(t, simulator.World{}, func(c *config.Config) { right = *c })
			server := httptest.NewTLSServer(b.sim.Handler())
			defer server.Close()
			server.Config.ErrorLog = log.New(io.Discard, "", 0) // it would tell of every hand that was not shaken
			file := b.export("ordini.csv", bookings(20)...)
			broken := right
			wrong(&broken, server.URL)
			b.configure(broken)
			began := time.Now()
			code, result, stderr := b.run(file)
			if code != exitUnavailable || result.Files[0].Pending != 20 || !strings.Contains(stderr, "not trusted") {
				t.Errorf("exit %d, %+v; want 69 with 20 rows pending\n%s", code, result, stderr)
			}
			if took := time.Since(began); took > 5*time.Second {
				t.Errorf("it took %v to find out", took)
			}
			for _, e := range b.sim.Ledger() {
				if e.Beneficiario != "" {
					t.Errorf("%s reached it", e.Service)
				}
			}
			b.wantUntouched()

			b.configure(right)
			if code, result, stderr := b.run(file); code != exitOK || result.Files[0].Accepted != 20 {
				t.Errorf("put right: exit %d, %+v\n%s", code, result, stderr)
			}
			checkLedger(t, b, bookings(20))
		})
	}
}

// wantUntouched checks that no row of the journal has been sent.
func (b *bench) wantUntouched() {
	b.t.Helper()
	j, err := sqlite.Open(b.t.Context(), b.folder+"/journal.db")
	if err != nil {
		b.t.Fatal(err)
	}
	defer j.Close()
	runs, err := j.Runs(b.t.Context(), 0)
	if err != nil || len(runs) != 1 {
		b.t.Fatalf("%d runs, %v", len(runs), err)
	}
	for row, err := range j.Rows(b.t.Context(), journal.FileID{Run: runs[0].ID, File: 1}) {
		if err != nil || row.State != journal.Pending || row.Attempts != 0 || row.InDoubt || !row.FirstSentAt.IsZero() {
			b.t.Errorf("row %d is %s, %d attempts, in doubt %v, %v", row.Number, row.State, row.Attempts, row.InDoubt, err)
		}
	}
}
