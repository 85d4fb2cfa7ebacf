package main

import (
	"bytes"
	"flag"
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "write samples/ordini.xlsx anew from samples/ordini.csv")

// TestMain makes this test binary the command `voucherbul` for scripts and for tests that need a process, and two commands
// to measure it against (stub_test.go), and two that plan and send apart (apart_test.go).
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"voucherbul": main, "stub": runStub, "bare": runBare, "plan": runPlan, "send": runSend})
}

// TestScripts runs every script of testdata/script: a new case is a new file there.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{Dir: "testdata/script", Setup: func(e *testscript.Env) error {
		samples, err := os.Getwd()
		e.Setenv("SAMPLES", samples+"/../../samples")
		return err
	}})
}

// command runs a command line in this process.
func command(t *testing.T, args ...string) (code int, out, err string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code = execute(t.Context(), args, streams{out: &stdout, err: &stderr})
	return code, stdout.String(), stderr.String()
}
