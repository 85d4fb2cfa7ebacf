package main

import (
	"encoding/json"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"voucherbul/batch/platform/simulator"
	"voucherbul/cmd/voucherbul/config"
	"voucherbul/mapping/ourfile"
)

// doubtful is a bench with an outcome in which the answer of a booking was lost: the second row of three. wait is how long
// runs and resolve wait for it.
func doubtful(t *testing.T, kind simulator.Kind) (b *bench, file string, first jsonResult) {
	t.Helper()
	lost := simulator.FaultRule{Service: simulator.Prenotazione, Beneficiario: bookings(2)[1].CodiceFiscale, Times: 1, Fault: simulator.Fault{Kind: kind}}
	var c config.Config
	b = newBench(t, simulator.World{Faults: []simulator.FaultRule{lost}}, func(made *config.Config) {
		made.Doubt.Settle, made.Doubt.Wait = 300*time.Millisecond, 0
		c = *made
	})
	file = b.export("ordini.csv", bookings(3)...)
	code, first, stderr := b.run(file)
	if code != exitUncertain || first.Files[0].Uncertain != 1 || b.stato(first, 3) != "INCERTA" {
		t.Fatalf("exit %d, %+v\n%s", code, first, stderr)
	}
	c.Doubt.Wait = 10 * time.Second
	b.configure(c)
	return b, file, first
}

// stato is what the outcome says of a row.
func (b *bench) stato(result jsonResult, row int) string {
	b.t.Helper()
	rows := sheetRows(b.t, result.Files[0].Outcome, ourfile.SheetRows)
	return rows[row-1][slices.Index(rows[0], "Stato")]
}

func (b *bench) resolve(args ...string) (code int, out, stderr string) {
	b.t.Helper()
	return command(b.t, append([]string{"resolve", "--config", b.config}, args...)...)
}

// TestResolveWritesTheOutcomeAgain: what the clerk opens tomorrow does not say INCERTA any more.
func TestResolveWritesTheOutcomeAgain(t *testing.T) {
	for _, kind := range []simulator.Kind{simulator.KindResetAfter, simulator.KindResetBefore} {
		t.Run(string(kind), func(t *testing.T) {
			b, file, first := doubtful(t, kind)
			code, out, stderr := b.resolve("--json")
			var result jsonResolved
			if err := json.Unmarshal([]byte(out), &result); err != nil || code != exitOK || len(result.Open) != 0 {
				t.Fatalf("exit %d, %v\n%s%s", code, err, out, stderr)
			}
			if want := (jsonCleared{first.Run, file, 3, "accepted"}); len(result.Cleared) != 1 || result.Cleared[0] != want {
				t.Errorf("cleared %+v, want %+v", result.Cleared, want)
			}
			if got := b.stato(first, 3); got != "ACCETTATA" || !strings.Contains(stderr, "written again: "+first.Files[0].Outcome) {
				t.Errorf("the outcome says %s\n%s", got, stderr)
			}
			checkLedger(t, b, bookings(3))
			if code, out, _ := b.resolve("--quiet"); code != exitOK || out != "" {
				t.Errorf("nothing is in doubt any more: exit %d, %s", code, out)
			}
			if code, again, _ := b.run(file); code != exitOK || again.Files[0].Already != 3 {
				t.Errorf("the same file again: exit %d, %+v", code, again)
			}
		})
	}
}

// TestResolveOfAnOutcomeThatIsGone says so, and leaves what is in its place alone.
func TestResolveOfAnOutcomeThatIsGone(t *testing.T) {
	b, _, first := doubtful(t, simulator.KindResetAfter)
	if err := os.Remove(first.Files[0].Outcome); err != nil {
		t.Fatal(err)
	}
	code, out, stderr := b.resolve()
	if code != exitOK || !strings.HasPrefix(out, "1 row cleared up, 0 still in doubt\n") || !strings.Contains(stderr, "not written again") {
		t.Errorf("exit %d\n%s%s", code, out, stderr)
	}
	if _, err := os.Stat(first.Files[0].Outcome); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%v, want no outcome", err)
	}
}

// TestMarkOnTheCommandLine settles the row and writes the outcome again; what was not executed goes once more.
func TestMarkOnTheCommandLine(t *testing.T) {
	for _, test := range []struct {
		mark, stato string
		kind        simulator.Kind
		posts       int
	}{
		{"executed", "ACCETTATA", simulator.KindResetAfter, 3},
		{"not-executed", "NON INVIATA", simulator.KindResetBefore, 4},
	} {
		t.Run(test.mark, func(t *testing.T) {
			b, file, first := doubtful(t, test.kind)
			if code, _, stderr := b.resolve("--mark", test.mark, first.Run, "2", "--note", "vista"); code != exitUsage || !strings.Contains(stderr, "not in doubt, it is accepted: nothing was changed") {
				t.Errorf("a row that is not in doubt: exit %d\n%s", code, stderr)
			}
			code, out, stderr := b.resolve("--mark", test.mark, first.Run, "3", "--note", "vista sul portale")
			if code != exitOK || out != "" || b.stato(first, 3) != test.stato {
				t.Errorf("exit %d, the outcome says %s\n%s%s", code, b.stato(first, 3), out, stderr)
			}
			code, again, stderr := b.run(file)
			if f := again.Files[0]; code != exitOK || f.Accepted+f.Already != 3 {
				t.Errorf("the same file again: exit %d, %+v\n%s", code, again, stderr)
			}
			posts := 0
			for _, e := range b.sim.Ledger() {
				if e.Beneficiario != "" {
					posts++
				}
			}
			if posts != test.posts {
				t.Errorf("%d requests, want %d", posts, test.posts)
			}
			checkLedger(t, b, bookings(3))
		})
	}
}

// TestANightlyFileWithOneName: the run that clears up yesterday's doubts has set yesterday's outcome aside, and writes it again
// where it is now.
func TestANightlyFileWithOneName(t *testing.T) {
	b, _, first := doubtful(t, simulator.KindResetAfter)
	code, second, stderr := b.run(b.export("ordini.csv", bookings(5)[3:]...))
	if code != exitOK || second.Files[0].Accepted != 2 {
		t.Fatalf("exit %d, %+v\n%s", code, second, stderr)
	}
	aside := strings.TrimSuffix(first.Files[0].Outcome, ".xlsx") + "." + first.Run + ".xlsx"
	first.Files[0].Outcome = aside
	if got := b.stato(first, 3); got != "ACCETTATA" || !strings.Contains(stderr, "written again: "+aside) {
		t.Errorf("yesterday's outcome says %s\n%s", got, stderr)
	}
}
