package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"voucherbul/batch/platform/simulator"
	"voucherbul/cmd/voucherbul/config"
	"voucherbul/cmd/voucherbul/office"
	"voucherbul/mapping"
	"voucherbul/mapping/ordertest"
	"voucherbul/mapping/ourfile"
)

// bench is a simulator on loopback, a configuration for it, and a folder to work in.
type bench struct {
	t      *testing.T
	sim    *simulator.Simulator
	folder string
	config string
}

func newBench(t *testing.T, world simulator.World, change func(*config.Config)) *bench {
	t.Helper()
	sim, err := simulator.New(simulator.Options{World: world})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(sim.Handler())
	t.Cleanup(server.Close)
	b := &bench{t: t, sim: sim, folder: t.TempDir()}
	c := office.SimulatorConfig(server.URL, sim.World())
	c.Journal = filepath.Join(b.folder, "journal.db")
	c.Pace.Rate = 0
	secrets := sim.World().Credentials
	c.Platform.ClientSecretFile = b.write("secret", secrets.ClientSecret)
	c.Platform.SubscriptionKeyFile = b.write("key", secrets.SubscriptionKey)
	if change != nil {
		change(&c)
	}
	b.configure(c)
	return b
}

// configure writes the configuration.
func (b *bench) configure(c config.Config) {
	b.t.Helper()
	data, err := c.YAML()
	if err != nil {
		b.t.Fatal(err)
	}
	b.config = b.write("voucherbul.yaml", string(data))
}

func (b *bench) write(name, text string) string {
	b.t.Helper()
	path := filepath.Join(b.folder, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		b.t.Fatal(err)
	}
	return path
}

func (b *bench) export(name string, orders ...mapping.Order) string {
	b.t.Helper()
	var text strings.Builder
	if err := ordertest.WriteCSV(&text, orders...); err != nil {
		b.t.Fatal(err)
	}
	return b.write(name, text.String())
}

func (b *bench) run(args ...string) (int, jsonResult, string) {
	b.t.Helper()
	code, out, stderr := command(b.t, append([]string{"run", "--json", "--config", b.config}, args...)...)
	var result jsonResult
	if out != "" {
		if err := json.Unmarshal([]byte(out), &result); err != nil {
			b.t.Fatalf("stdout is no result: %v\n%s", err, out)
		}
	}
	return code, result, stderr
}

// applied counts the requests that changed something, by service and beneficiary.
func (b *bench) applied() map[string]int {
	applied := map[string]int{}
	for _, e := range b.sim.Ledger() {
		if e.Applied && e.Beneficiario != "" {
			applied[string(e.Service)+" "+e.Beneficiario]++
		}
	}
	return applied
}

func bookings(n int) []mapping.Order {
	orders := make([]mapping.Order, n)
	for i := range orders {
		orders[i] = ordertest.Prenotazione(i)
	}
	return orders
}

func TestWrongSecretStopsAfterOneTokenCall(t *testing.T) {
	b := newBench(t, simulator.World{}, nil)
	b.write("secret", "wrong")
	file := b.export("ordini.csv", bookings(20)...)
	code, result, stderr := b.run(file)
	if code != exitCredentials || result.Files[0].Pending != 20 || result.Exit != exitCredentials {
		t.Errorf("exit %d, %+v; want 77 with 20 rows pending", code, result)
	}
	if !strings.Contains(stderr, "the client_secret is wrong: copy its value, not its ID") {
		t.Errorf("stderr does not say what to do: %s", stderr)
	}
	if n := len(b.sim.Ledger()); n != 1 {
		t.Errorf("%d requests, want the one token call", n)
	}

	b.write("secret", b.sim.World().Credentials.ClientSecret)
	if code, result, stderr := b.run(file); code != exitOK || result.Files[0].Accepted != 20 {
		t.Errorf("after the secret was put right: exit %d, %+v\n%s", code, result, stderr)
	}
}

func TestWrongSubscriptionKeyStops(t *testing.T) {
	b := newBench(t, simulator.World{}, nil)
	b.write("key", "wrong")
	code, result, stderr := b.run(b.export("ordini.csv", bookings(20)...))
	if code != exitCredentials || result.Files[0].Pending != 20 || !strings.Contains(stderr, "Ocp-Apim-Subscription-Key is wrong or suspended") {
		t.Errorf("exit %d, %+v; want 77 with 20 rows pending\n%s", code, result, stderr)
	}
}

func TestPlatformNotThere(t *testing.T) {
	b := newBench(t, simulator.World{}, func(c *config.Config) {
		c.Platform.PrenotazioneURL += "x"
	})
	code, result, stderr := b.run(b.export("ordini.csv", bookings(5)...))
	if code != exitUnavailable || result.Files[0].Pending != 5 || !strings.Contains(stderr, "check the URL of the service") {
		t.Errorf("exit %d, %+v; want 69 with 5 rows pending\n%s", code, result, stderr)
	}
}

func TestSameFileAgainIsSentOnce(t *testing.T) {
	b := newBench(t, simulator.World{}, nil)
	file := b.export("ordini.csv", bookings(30)...)
	renamed := b.export("copia.csv", bookings(30)...)
	for i, path := range []string{file, file, renamed} {
		code, result, stderr := b.run(path)
		f := result.Files[0]
		if code != exitOK || i == 0 && f.Accepted != 30 || i > 0 && f.Already != 30 {
			t.Errorf("run %d: exit %d, %+v\n%s", i+1, code, result, stderr)
		}
	}
	for who, n := range b.applied() {
		if n != 1 {
			t.Errorf("%s: applied %d times", who, n)
		}
	}
	posts := 0
	for _, e := range b.sim.Ledger() {
		if e.Service == "prenotazione" {
			posts++
		}
	}
	if posts != 30 {
		t.Errorf("%d requests reached the platform, want 30", posts)
	}
}

func TestSecondProcessIsRefused(t *testing.T) {
	b := newBench(t, simulator.World{}, nil)
	first := owned(t, filepath.Join(b.folder, "journal.db"))
	defer first.Close()
	code, _, stderr := b.run(b.export("ordini.csv", bookings(1)...))
	if code != exitTryAgain || !strings.Contains(stderr, "another voucherbul is running") {
		t.Errorf("exit %d, want 75\n%s", code, stderr)
	}
}

// TestInterruptedRunGoesOn stops a run in the middle, as a signal does, and gives the same command again.
func TestInterruptedRunGoesOn(t *testing.T) {
	b := newBench(t, simulator.World{Latency: 5 * time.Millisecond}, func(c *config.Config) { c.Pace.InFlight = 2 })
	file := b.export("ordini.csv", bookings(100)...)
	ctx, cancel := context.WithCancel(t.Context())
	var out, stderr strings.Builder
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		for len(b.sim.Ledger()) < 20 && t.Context().Err() == nil {
			time.Sleep(time.Millisecond)
		}
		cancel()
	}()
	code := execute(ctx, []string{"run", "--json", "--config", b.config, file}, streams{out: &out, err: &stderr})
	<-watched
	var result jsonResult
	if err := json.Unmarshal([]byte(out.String()), &result); err != nil {
		t.Fatalf("%v\n%s%s", err, out.String(), stderr.String())
	}
	f := result.Files[0]
	if code != exitTryAgain || f.Accepted == 0 || f.Pending == 0 || f.Accepted+f.Pending != 100 {
		t.Errorf("exit %d, %+v; want 75 with some accepted and the rest pending\n%s", code, result, stderr.String())
	}
	if n := len(sheetRows(t, f.Outcome, ourfile.SheetRows)); n != 101 {
		t.Errorf("the outcome has %d lines, want one per row and the header", n)
	}
	want := fmt.Sprintf("voucherbul: stopped: interrupted: run the same command again to go on (%d rows not sent, and kept)\n", f.Pending)
	if _, got, _ := strings.Cut(stderr.String(), "\n"); got != want { // the first line is about the new journal
		t.Errorf("stderr: %q, want %q", got, want)
	}
	first := result.Run

	code, result, _ = b.run(file)
	if f := result.Files[0]; code != exitOK || f.Accepted != 100 || result.Run != first {
		t.Errorf("the same command again: exit %d, %+v; want run %s to be completed", code, result, first)
	}
	for who, n := range b.applied() {
		if n != 1 {
			t.Errorf("%s: applied %d times", who, n)
		}
	}
}
