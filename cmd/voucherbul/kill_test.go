package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"voucherbul/batch/platform/simulator"
	"voucherbul/mapping"
	"voucherbul/mapping/ordertest"
)

var (
	kills    = flag.Int("kills", 15, "how many times TestKill kills the program")
	killSeed = flag.Uint64("kill-seed", 0, "seed of TestKill, 0 = a new one")
)

// TestKill kills the program with SIGKILL at random instants of runs against a simulator of its own, and gives
// the same command again. The simulator's ledger is the oracle: every order is applied once, none is lost.
func TestKill(t *testing.T) {
	seed := *killSeed
	if seed == 0 {
		seed = uint64(time.Now().UnixNano())
	}
	t.Logf("replay with -kill-seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))

	for killed, round := 0, 0; killed < *kills; round++ {
		if round > 10**kills {
			t.Fatalf("%d kills in %d rounds: runs end before they are killed", killed, round)
		}
		b := newBench(t, simulator.World{Latency: 2 * time.Millisecond}, func(c *config) {
			c.Doubt.Settle, c.Doubt.Wait = 50*time.Millisecond, 10*time.Second
		})
		orders := mixedOrders(120)
		file := b.export(fmt.Sprintf("ordini-%d.csv", round), orders...)
		args := []string{"run", "--json", "--config", b.config, file}
		for ended := false; !ended && killed < *kills; {
			ended = runAndKill(t, args, time.Duration(20+random.IntN(150))*time.Millisecond)
			if !ended {
				killed++
			}
		}
		out, err := exec.Command("voucherbul", args...).Output()
		var result jsonResult
		if jsonErr := json.Unmarshal(out, &result); jsonErr != nil {
			t.Fatalf("the last run: %v, %v\n%s", err, jsonErr, out)
		}
		f := result.Files[0]
		if f.Rows != len(orders) || f.Accepted+f.Already != len(orders) {
			t.Errorf("round %d: not every row is in order at the end: %+v", round, f)
		}
		checkLedger(t, b, orders)
		if t.Failed() {
			t.Fatalf("after %d kills", killed)
		}
	}
}

// runAndKill reports whether the run ended before it was killed.
func runAndKill(t *testing.T, args []string, after time.Duration) bool {
	t.Helper()
	cmd := exec.Command("voucherbul", args...)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	killer := time.AfterFunc(after, func() { _ = cmd.Process.Kill() }) // it may have ended: that is fine
	defer killer.Stop()
	err := cmd.Wait()
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == -1 {
		return false
	}
	if err != nil {
		t.Fatalf("a run that was not killed: %v\n%s", err, stderr.String())
	}
	return true
}

// mixedOrders are bookings of families and enterprises, half of them withdrawn again by a later row of the same
// file: the order within a beneficiary shows in the ledger.
func mixedOrders(n int) []mapping.Order {
	var orders []mapping.Order
	for i := 0; len(orders) < n; i++ {
		booking := ordertest.Prenotazione(i)
		if i%3 == 0 {
			booking = ordertest.PrenotazioneImpresa(i)
		}
		orders = append(orders, booking)
		if i%2 == 0 {
			orders = append(orders, ordertest.Disdetta(booking))
		}
	}
	return orders
}

// checkLedger compares what the platform did with what the file says: the same changes for every beneficiary,
// in the same order.
func checkLedger(t *testing.T, b *bench, orders []mapping.Order) {
	t.Helper()
	want, got := map[string][]string{}, map[string][]string{}
	for _, o := range orders {
		who := o.CodiceFiscale + o.PartitaIva
		want[who] = append(want[who], o.Operazione)
	}
	for _, e := range b.sim.Ledger() {
		if e.Applied && e.Beneficiario != "" {
			got[e.Beneficiario] = append(got[e.Beneficiario], string(e.Service))
		}
	}
	for who, operations := range want {
		if fmt.Sprint(got[who]) != fmt.Sprint(operations) {
			t.Errorf("%s: the platform applied %v, the file says %v", who, got[who], operations)
		}
	}
	if len(got) > len(want) {
		t.Errorf("the platform applied changes for %d beneficiaries, the file has %d", len(got), len(want))
	}
	if _, err := os.Stat(filepath.Join(b.folder, "journal.db")); err != nil {
		t.Error(err)
	}
}
