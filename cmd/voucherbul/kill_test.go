package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"voucherbul/batch/platform/simulator"
	"voucherbul/cmd/voucherbul/config"
	"voucherbul/mapping"
	"voucherbul/mapping/ordertest"
)

var (
	kills    = flag.Int("kills", 15, "how many times TestKill kills the program")
	killSeed = flag.Uint64("kill-seed", 0, "seed of TestKill, 0 = a new one")
)

// TestKill kills the program with SIGKILL at random instants of runs against a platform that loses answers, and gives the
// same command again. The platform's ledger is the oracle: every order is applied once, in the order of the file, none is
// lost; and the journal is sound.
func TestKill(t *testing.T) {
	seed := *killSeed
	if seed == 0 {
		seed = uint64(time.Now().UnixNano())
	}
	t.Logf("replay with -kill-seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	killed, during := 0, map[string]int{}
	for round := 0; killed < *kills; round++ {
		if round > 10**kills {
			t.Fatalf("%d kills in %d rounds: runs end before they are killed", killed, round)
		}
		v := newVictim(t, random)
		for v.left() && killed < *kills {
			if when, ok := v.kill(); ok {
				killed++
				during[when]++
			}
		}
		v.finish()
		v.check()
		if t.Failed() {
			t.Fatalf("after %d kills", killed)
		}
	}
	for _, when := range slices.Sorted(maps.Keys(during)) {
		t.Logf("%4d killed while %s", during[when], when)
	}
	if *kills >= 200 {
		for _, when := range killings {
			if during[when] == 0 && when != starting { // a start is over before a busy machine has aimed at it
				t.Errorf("it was never killed while %s", when)
			}
		}
	}
}

// What the program was about when it was killed.
const (
	starting  = "starting"
	planning  = "planning"
	sending   = "sending"
	resuming  = "sending what an earlier one has left"
	draining  = "draining after SIGTERM"
	telling   = "writing the outcome"
	resolving = "clearing up doubts"
)

var killings = []string{starting, planning, sending, resuming, draining, telling, resolving}

// victim is a program that is killed again and again, with its orders and its platform.
type victim struct {
	*bench
	random *rand.Rand
	orders []mapping.Order
	files  []string // the export, and copies of it with other names
	runs   int
}

func newVictim(t *testing.T, random *rand.Rand) *victim {
	t.Helper()
	world := simulator.World{Latency: 2 * time.Millisecond}
	for _, f := range []simulator.Fault{
		{Kind: simulator.KindResetAfter}, {Kind: simulator.KindResetBefore}, {Kind: simulator.KindBadGatewayApplied}, {Kind: simulator.KindBadGateway},
		{Kind: simulator.KindSlowApply, Delay: 100 * time.Millisecond, NoLock: true}, {Kind: simulator.KindSlowApply, Delay: 100 * time.Millisecond},
		{Kind: simulator.KindDelay, Delay: 60 * time.Millisecond}, {Kind: simulator.KindHalfBody}, {Kind: simulator.KindUnavailable},
	} {
		for _, service := range []simulator.Service{simulator.Prenotazione, simulator.Disdetta} {
			if random.IntN(2) == 0 {
				world.Faults = append(world.Faults, simulator.FaultRule{Service: service, Every: 11 + random.IntN(40), Fault: f})
			}
		}
	}
	// Two tokens revoked within one answer's time would look like an account that is shut.
	world.Faults = append(world.Faults, simulator.FaultRule{Service: simulator.Prenotazione, Every: 50 + random.IntN(20), Fault: simulator.Fault{Kind: simulator.KindRevoke}})
	v := &victim{random: random, orders: mixedOrders(120)}
	v.bench = newBench(t, world, func(c *config.Config) {

		c.Pace.Rate = 2000 // without a limit the odd 503 would slow a short run down for the rest of it
		c.Doubt.Settle, c.Doubt.Wait = 200*time.Millisecond, 10*time.Second
		c.Retry.Attempts, c.Retry.Base = 100, 5*time.Millisecond
		c.Breaker.Failures, c.Breaker.Pause = 20, 100*time.Millisecond
	})
	for _, name := range []string{"ordini.csv", "copia di ordini.csv", "ordini (1).csv"} {
		v.files = append(v.files, v.export(name, v.orders...))
	}
	return v
}

// command is the next one to be given: mostly the run, of the export or of a copy.
func (v *victim) command() (args []string, resolves bool) {
	if v.runs > 0 && v.random.IntN(5) == 0 {
		return []string{"resolve", "--quiet", "--config", v.config}, true
	}
	return []string{"run", "--json", "--quiet", "--config", v.config, v.files[v.random.IntN(len(v.files))]}, false
}

// kill starts the program and kills it. It reports what the program was about, or that it had ended before.
func (v *victim) kill() (when string, killed bool) {
	v.t.Helper()
	args, resolves := v.command()
	before := len(v.sim.Ledger())
	cmd := exec.Command("voucherbul", args...)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		v.t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	terminated := v.wait(cmd, before, resolves, ended)
	_ = cmd.Process.Kill() // it may have ended: that is fine
	err := <-ended
	if exit := (*exec.ExitError)(nil); !errors.As(err, &exit) || exit.ExitCode() != -1 {
		v.runs++
		// Two tokens that are revoked one after the other are taken for wrong credentials: that ends a run too, and spoils no row.
		if err != nil && !slices.Contains([]int{exitRejected, exitUncertain, exitUnavailable, exitTryAgain, exitCredentials}, exit.ExitCode()) && !(resolves && v.noJournal(exit)) {
			v.t.Fatalf("%v, not killed: %v\n%s", args, err, stderr.String())
		}
		return "", false
	}
	switch _, journal := os.Stat(filepath.Join(v.folder, "journal.db")); {
	case journal != nil:
		when = starting
	case resolves:
		when = resolving
	case terminated:
		when = draining
	case !v.left():
		when = telling
	case len(v.sim.Ledger()) == before:
		when = planning
	case v.runs == 0:
		when = sending
	default:
		when = resuming
	}
	v.runs++
	return when, true
}

// noJournal reports that there was nothing to be cleared up yet.
func (v *victim) noJournal(exit *exec.ExitError) bool { return exit.ExitCode() == exitNoInput }

// wait waits for the instant to kill, and reports that it has sent SIGTERM before.
func (v *victim) wait(cmd *exec.Cmd, before int, resolves bool, ended chan error) (terminated bool) {
	pause := func(most time.Duration) { time.Sleep(time.Duration(v.random.Int64N(int64(most)))) }
	until := func(reached func() bool) {
		for !reached() {
			select {
			case err := <-ended:
				ended <- err
				return
			case <-time.After(200 * time.Microsecond):
			}
		}
	}
	grown := func(n int) func() bool { return func() bool { return len(v.sim.Ledger()) >= before+n } }
	switch kind := v.random.IntN(6); {
	case resolves || kind == 0:
		pause(150 * time.Millisecond)
	case kind == 1:
		until(func() bool { _, err := os.Stat(filepath.Join(v.folder, "journal.db")); return err == nil })
		pause(20 * time.Millisecond)
	case kind <= 3:
		until(grown(1 + v.random.IntN(60)))
		pause(3 * time.Millisecond)
	case kind == 4:
		until(grown(1 + v.random.IntN(60)))
		_ = cmd.Process.Signal(syscall.SIGTERM) // it may have ended: that is fine
		pause(15 * time.Millisecond)
		return true
	default:
		until(func() bool { return !v.left() })
		pause(20 * time.Millisecond)
	}
	return false
}

// left reports whether the platform has still something to do.
func (v *victim) left() bool {
	applied := 0
	for _, e := range v.sim.Ledger() {
		if e.Applied && e.Beneficiario != "" {
			applied++
		}
	}
	return applied < len(v.orders)
}

// finish gives the command until every row is in order.
func (v *victim) finish() {
	v.t.Helper()
	var said string
	for range 20 {
		cmd := exec.Command("voucherbul", "run", "--json", "--config", v.config, v.files[0])
		var stderr strings.Builder
		cmd.Stderr = &stderr
		out, err := cmd.Output()
		var result jsonResult
		if jsonErr := json.Unmarshal(out, &result); jsonErr != nil {
			v.t.Fatalf("the last run: %v, %v\n%s\n%s", err, jsonErr, out, stderr.String())
		}
		f := result.Files[0]
		if f.Rows == len(v.orders) && f.Accepted+f.Already == f.Rows {
			return
		}
		said = fmt.Sprintf("%+v\n%s", f, stderr.String())
	}
	v.t.Errorf("not every row is in order at the end: %s", said)
}

// check compares the ledger with the file, and has the journal verified.
func (v *victim) check() {
	v.t.Helper()
	checkLedger(v.t, v.bench, v.orders)
	if out, err := exec.Command("voucherbul", "journal", "verify", "--config", v.config).CombinedOutput(); err != nil || !strings.Contains(string(out), "sound") {
		v.t.Errorf("the journal: %v\n%s", err, out)
	}
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
}
