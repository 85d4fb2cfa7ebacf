package main

import (
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
)

var (
	crowds    = flag.Int("crowds", 3, "how many times TestCrowd starts several processes at once")
	crowdSeed = flag.Uint64("crowd-seed", 0, "seed of TestCrowd, 0 = a new one")
)

// TestCrowd starts two to eight processes at once on one file and on renamed copies of it: one of them submits, each order
// once. Whoever comes meanwhile is told so and touches nothing; whoever comes after it finds everything there.
func TestCrowd(t *testing.T) {
	seed := *crowdSeed
	if seed == 0 {
		seed = uint64(time.Now().UnixNano())
	}
	t.Logf("replay with -crowd-seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	busy, late := 0, 0
	for round := range *crowds {
		b := newBench(t, simulator.World{Latency: 15 * time.Millisecond}, nil)
		orders := mixedOrders(60)
		original := b.export("ordini.csv", orders...)
		var crowd []*process
		for i := range 2 + random.IntN(7) {
			p := &process{out: filepath.Join(b.folder, fmt.Sprint("esiti-", i))}
			file := original
			if random.IntN(2) == 0 {
				file = b.export(fmt.Sprintf("copia %d.csv", i), orders...)
			}
			p.Cmd = exec.Command("voucherbul", "run", "--quiet", "--config", b.config, "--out", p.out, file)
			p.Stderr = &p.said
			crowd = append(crowd, p)
		}
		apart := []int{1, 30, 300}[random.IntN(3)] // all together, one after the other, and some when it is over
		for _, p := range crowd {
			if err := p.Start(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Duration(random.IntN(apart)) * time.Millisecond)
		}
		done := 0
		for _, p := range crowd {
			switch code := p.end(t); code {
			case exitOK:
				done++
			case exitTryAgain:
				busy++
				if written, err := os.ReadDir(p.out); err != nil || len(written) > 0 || !strings.Contains(p.said.String(), "another voucherbul is running") {
					t.Errorf("who came second has written %v, %v, and says %s", written, err, p.said.String())
				}
			default:
				t.Errorf("exit %d\n%s", code, p.said.String())
			}
		}
		late += done - 1
		posts := 0
		for _, e := range b.sim.Ledger() {
			if e.Beneficiario != "" {
				posts++
			}
		}
		if done == 0 || posts != len(orders) || b.sim.TokensIssued() != 1 {
			t.Errorf("%d of %d went to their end, with %d requests and %d tokens for %d orders", done, len(crowd), posts, b.sim.TokensIssued(), len(orders))
		}
		checkLedger(t, b, orders)
		if t.Failed() {
			t.Fatalf("in round %d", round+1)
		}
	}
	t.Logf("%d came second and were refused, %d came after the end", busy, late)
	if busy == 0 {
		t.Error("nobody came second: the test has missed it")
	}
}

// process is a program that runs beside others.
type process struct {
	*exec.Cmd
	out  string
	said strings.Builder
}

// end waits for it and returns its exit code.
func (p *process) end(t *testing.T) int {
	t.Helper()
	err := p.Wait()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		return exit.ExitCode()
	}
	if err != nil {
		t.Fatal(err)
	}
	return exitOK
}
