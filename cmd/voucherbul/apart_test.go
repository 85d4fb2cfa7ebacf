package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"voucherbul/batch/journal"
	"voucherbul/batch/platform/simulator"
	"voucherbul/cmd/voucherbul/config"
	"voucherbul/cmd/voucherbul/office"
)

// TestPlanInOneProcessSendInAnother: the run's ID is all that the second process is told.
func TestPlanInOneProcessSendInAnother(t *testing.T) {
	b := newBench(t, simulator.World{}, nil)
	export := b.export("ordini.csv", bookings(20)...)
	process := func(args ...string) string {
		t.Helper()
		c := exec.CommandContext(t.Context(), args[0], args[1:]...)
		c.Stderr = os.Stderr
		out, err := c.Output()
		if err != nil {
			t.Fatalf("%v: %v", args, err)
		}
		return strings.TrimSpace(string(out))
	}
	run := process("plan", b.config, export)
	if n := len(b.sim.Ledger()); n > 0 {
		t.Errorf("a plan asked the platform %d times", n)
	}
	if got := process("send", b.config, run); got != "20 accepted" {
		t.Errorf("%q", got)
	}
	if _, err := os.Stat(strings.TrimSuffix(export, ".csv") + ".esiti.xlsx"); err != nil {
		t.Error(err)
	}
	code, out, stderr := b.run(export)
	if code != exitOK || out.Files[0].Already != 20 {
		t.Errorf("the export again: exit %d, %+v\n%s", code, out, stderr)
	}
}

// TestLookingBesideRuns: `runs` never keeps a run from its journal, and a run never keeps `runs` from looking.
func TestLookingBesideRuns(t *testing.T) {
	b := newBench(t, simulator.World{}, nil)
	if code, _, stderr := b.run(b.export("first.csv", bookings(1)...)); code != exitOK {
		t.Fatal(code, stderr)
	}
	stop, looked := make(chan struct{}), make(chan int)
	go func() {
		n := 0
		for {
			select {
			case <-stop:
				looked <- n
				return
			default:
			}
			if code, _, stderr := command(t, "runs", "--config", b.config); code != exitOK {
				t.Errorf("runs: exit %d\n%s", code, stderr)
			}
			n++
		}
	}()
	for i := range 20 {
		if code, _, stderr := b.run(b.export(fmt.Sprintf("run%d.csv", i), bookings(20)[:i+1]...)); code != exitOK {
			t.Errorf("run %d: exit %d\n%s", i, code, stderr)
		}
	}
	close(stop)
	t.Logf("looked %d times beside 20 runs", <-looked)
}

// runPlan plans a file, and prints the run: plan CONFIG FILE.
func runPlan() {
	planned, err := processOffice().Plan(context.Background(), office.PlanOptions{Files: os.Args[2:]})
	if err != nil {
		fatal(err)
	}
	fmt.Println(planned.Run)
}

// runSend sends a run, and prints what became of the rows of its file: send CONFIG RUN.
func runSend() {
	sent, err := processOffice().Send(context.Background(), office.SendOptions{Run: os.Args[2]})
	if err != nil {
		fatal(err)
	}
	fmt.Println(sent.Files[0].Counts[journal.Accepted], journal.Accepted)
}

func processOffice() office.Office {
	c, err := config.Load(os.Args[1], nil)
	if err != nil {
		fatal(err)
	}
	return office.Office{Config: c, Now: time.Now}
}
