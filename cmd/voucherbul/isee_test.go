package main

import (
	"archive/zip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"voucherbul/batch/platform/simulator"
	"voucherbul/cmd/voucherbul/config"
	"voucherbul/cmd/voucherbul/office"
	"voucherbul/mapping"
	"voucherbul/mapping/ordertest"
	"voucherbul/mapping/ourfile"
)

// standstill is a world in which no voucher moves by itself.
func standstill(vouchers ...simulator.InitialVoucher) simulator.World {
	return simulator.World{Timers: simulator.Timers{Inviata: -1, Isee: -1, Scadenza: -1}, Vouchers: vouchers}
}

// voucher is one of person n, booked at noon so many days ago: so many times 24 hours ago is the day after where the clocks
// have been changed since, and it is late.
func voucher(n int, stato simulator.Stato, days int) simulator.InitialVoucher {
	zone, err := office.Italy()
	if err != nil {
		panic(err)
	}
	now := time.Now().In(zone)
	noon := time.Date(now.Year(), now.Month(), now.Day()-days, 12, 0, 0, 0, zone)
	return simulator.InitialVoucher{Beneficiario: ordertest.CodiceFiscale(n), Stato: stato, DataPrenotazione: fmt.Sprintf("-%dh", int(now.Sub(noon).Hours()))}
}

// isee runs the command; no codice fiscale may be in what it says.
func (b *bench) isee(args ...string) (int, iseeResult, string) {
	b.t.Helper()
	code, out, stderr := command(b.t, append([]string{"isee", "--json", "--config", b.config, "--out", b.folder}, args...)...)
	if personal := regexp.MustCompile(`[A-Z]{6}[0-9]{2}[A-Z][0-9]{2}[A-Z][0-9]{3}[A-Z]`).FindString(out + stderr); personal != "" {
		b.t.Errorf("%s is named:\n%s%s", personal, out, stderr)
	}
	var result iseeResult
	if out != "" {
		if err := json.Unmarshal([]byte(out), &result); err != nil {
			b.t.Fatalf("stdout is no result: %v\n%s", err, out)
		}
	}
	return code, result, stderr
}

// counts leaves out what differs from run to run.
func counts(r iseeResult) string {
	return fmt.Sprintf("%d in list %v, %d expiring, %d expired, %d gone, %d missing", r.Vouchers, r.Fasi, r.Expiring, r.Expired, r.Gone, r.Missing)
}

func want(t *testing.T, r iseeResult, want string) {
	t.Helper()
	if got := counts(r); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}

func TestIseeJoinsBookings(t *testing.T) {
	b := newBench(t, standstill(voucher(100, simulator.StatoPrenotata, 80), voucher(101, simulator.StatoNonPrenotabile, 3), voucher(102, simulator.StatoPrenotata, 5)), nil)
	if code, _, stderr := b.run(b.export("ordini.csv", bookings(3)...)); code != exitOK {
		t.Fatal(stderr)
	}
	before := time.Now().Add(-time.Second)
	code, result, stderr := b.isee()
	if code != exitOK || stderr != "" || result.Exit != exitOK || result.Schema != 1 || result.FetchedAt.Before(before) || result.Workbook != filepath.Join(b.folder, ourfile.IseeName) {
		t.Fatalf("exit %d, %+v\n%s", code, result, stderr)
	}
	want(t, result, "6 in list map[Inviata con esito positivo:3 Non prenotabile ISEE:1 Prenotata:2], 1 expiring, 0 expired, 0 gone, 0 missing")
	lines := map[string][]string{}
	for _, line := range sheetRows(t, result.Workbook, ourfile.SheetVouchers) {
		lines[line[0]] = append(line, make([]string, 12)...)
	}
	if line := lines[ordertest.CodiceFiscale(1)]; line[1] == "" || line[3] != "Inviata con esito positivo" || line[5] != "0" || line[10] != "ordini.csv" || line[11] != "3" {
		t.Errorf("%q", line)
	}
	if line := lines[ordertest.CodiceFiscale(100)]; line[7] != "10" || line[8] != "In scadenza" || line[10] != "" {
		t.Errorf("%q", line)
	}
	if info, err := os.Stat(result.Workbook); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}

	// One is activated and one withdrawn by us: they are no longer in the list, and nobody has to look for them.
	activation := mapping.Order{Operazione: "attivazione", CodiceFiscale: ordertest.CodiceFiscale(102), DataAttivazione: time.Now().Format("02/01/2006"), TecnologiaAttivata: "FTTH"}
	if code, r, stderr := b.run(b.export("attivazioni.csv", activation)); code != exitOK {
		t.Fatalf("%+v %s", r, stderr)
	}
	_, result, _ = b.isee()
	want(t, result, "5 in list map[Inviata con esito positivo:3 Non prenotabile ISEE:1 Prenotata:1], 1 expiring, 0 expired, 1 gone, 0 missing")
	if _, again, stderr := b.isee("--offline"); counts(again) != counts(result) || !again.FetchedAt.Equal(result.FetchedAt) {
		t.Errorf("offline: %s at %s, want %s\n%s", counts(again), again.FetchedAt, counts(result), stderr)
	}
	// The journal's workbooks are no exports.
	if code, _, stderr := command(t, "check", b.folder); code == exitBug || strings.Contains(stderr, ourfile.IseeName) {
		t.Errorf("exit %d\n%s", code, stderr)
	}
}

func TestIseeForms(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*simulator.World)
		want   string
	}{
		"204":         {func(w *simulator.World) { w.Vouchers = nil }, "0 in list map[], 0 expiring, 0 expired, 0 gone, 0 missing"},
		"lower keys":  {func(w *simulator.World) { w.IseeList.Keys, w.IseeList.Wrapper = "lower", "vouchers" }, "2 in list map[Prenotata:2], 1 expiring, 0 expired, 0 gone, 0 missing"},
		"a bare list": {func(w *simulator.World) { w.IseeList.Wrapper, w.IseeList.Dates = "-", "fraction" }, "2 in list map[Prenotata:2], 1 expiring, 0 expired, 0 gone, 0 missing"},
		"a new phase": {func(w *simulator.World) {
			w.IseeList.Also = []simulator.Stato{"In  liquidazione"}
			w.Vouchers[0].Stato = "In  liquidazione"
		}, "2 in list map[In liquidazione:1 Prenotata:1], 0 expiring, 0 expired, 0 gone, 0 missing"},
		"a token that is revoked": {func(w *simulator.World) {
			w.Faults = []simulator.FaultRule{{Service: simulator.Isee, Times: 1, Fault: simulator.Fault{Kind: simulator.KindRevoke}}}
		}, "2 in list map[Prenotata:2], 1 expiring, 0 expired, 0 gone, 0 missing"},
	} {
		world := standstill(voucher(0, simulator.StatoPrenotata, 75), voucher(1, simulator.StatoPrenotata, 74))
		c.change(&world)
		b := newBench(t, world, nil)
		code, result, stderr := b.isee()
		if code != exitOK || !strings.HasPrefix(stderr, "voucherbul: new journal ") || strings.Count(stderr, "\n") != 1 {
			t.Errorf("%s: exit %d\n%s", name, code, stderr)
		}
		if got := counts(result); got != c.want {
			t.Errorf("%s: %s\nwant %s", name, got, c.want)
		}
	}
}

// TestIseeFailures: whatever goes wrong, the list that was kept before stays, and so does its workbook.
func TestIseeFailures(t *testing.T) {
	fault := func(kind simulator.Kind) func(*simulator.World) {
		return func(w *simulator.World) {
			// net/http itself repeats a GET, which changes nothing, where a kept connection has been closed.
			w.Faults = []simulator.FaultRule{{Service: simulator.Isee, Nth: []int{2, 3}, Fault: simulator.Fault{Kind: kind}}}
		}
	}
	nothing := func(*simulator.World) {}
	for name, c := range map[string]struct {
		world  func(*simulator.World)
		config func(b *bench, c *config.Config)
		code   int
		says   string
	}{
		"half a list":         {fault(simulator.KindHalfBody), nil, exitUnavailable, "could not be fetched whole: unexpected EOF"},
		"no JSON":             {fault(simulator.KindWrongJSON), nil, exitUnavailable, "no JSON list"},
		"an error":            {fault(simulator.KindInternalError), nil, exitUnavailable, "answered HTTP 500"},
		"rate limit":          {fault(simulator.KindRateLimit), nil, exitUnavailable, "The platform asks to wait 1s"},
		"a reset":             {fault(simulator.KindResetBefore), nil, exitUnavailable, "could not be fetched whole"},
		"another path":        {nothing, func(_ *bench, c *config.Config) { c.Platform.IseeURL += "x" }, exitUnavailable, "(HTTP 404): try the same address with /v1/getprenotazioni"},
		"not there":           {nothing, func(_ *bench, c *config.Config) { c.Platform.IseeURL = "http://127.0.0.1:1/" }, exitUnavailable, "connection refused"},
		"wrong secret":        {nothing, func(b *bench, _ *config.Config) { b.write("secret", "wrong") }, exitCredentials, "the client_secret is wrong"},
		"wrong key":           {nothing, func(b *bench, _ *config.Config) { b.write("key", "wrong") }, exitCredentials, "Ocp-Apim-Subscription-Key is wrong or suspended"},
		"token refused twice": {fault(simulator.KindUnauthorized), nil, exitCredentials, "A new token was refused too"},
	} {
		world := standstill(voucher(0, simulator.StatoPrenotata, 75), voucher(1, simulator.StatoAttesa, 3))
		c.world(&world)
		b := newBench(t, world, nil)
		code, first, stderr := b.isee()
		if code != exitOK {
			t.Fatalf("%s: exit %d\n%s", name, code, stderr)
		}
		if c.config != nil {
			b.reconfigure(func(settings *config.Config) { c.config(b, settings) })
		}
		workbook, err := os.ReadFile(first.Workbook)
		if err != nil {
			t.Fatal(err)
		}
		code, result, stderr := b.isee()
		if code != c.code || !reflect.DeepEqual(result, iseeResult{}) || !strings.Contains(stderr, c.says) || strings.Count(stderr, "Nothing was changed: the list of ") != 1 {
			t.Errorf("%s: exit %d, %+v\n%s", name, code, result, stderr)
		}
		if now, err := os.ReadFile(first.Workbook); err != nil || string(now) != string(workbook) {
			t.Errorf("%s: the workbook is another one, %v", name, err)
		}
		if _, again, _ := b.isee("--offline"); counts(again) != counts(first) || !again.FetchedAt.Equal(first.FetchedAt) {
			t.Errorf("%s: afterwards %s at %s", name, counts(again), again.FetchedAt)
		}
	}
}

func TestIseeRefusals(t *testing.T) {
	b := newBench(t, standstill(), nil)
	if code, _, stderr := b.isee("--offline"); code != exitConfig || !strings.Contains(stderr, "there is no journal") {
		t.Errorf("offline without a journal: exit %d\n%s", code, stderr)
	}
	first := owned(t, filepath.Join(b.folder, "journal.db"))
	if code, _, stderr := b.isee(); code != exitTryAgain || !strings.Contains(stderr, "another voucherbul is running") {
		t.Errorf("while another runs: exit %d\n%s", code, stderr)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	if code, _, stderr := b.isee("--offline"); code != exitUsage || !strings.Contains(stderr, "no list of ISEE outcomes has been fetched yet") {
		t.Errorf("offline before the first list: exit %d\n%s", code, stderr)
	}
	if code, _, stderr := b.isee("--out", b.write("file", "")); code != exitCannotWrite {
		t.Errorf("no folder: exit %d\n%s", code, stderr)
	}
	if n := len(b.sim.Ledger()); n != 0 {
		t.Errorf("%d requests were made", n)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var out, stderr strings.Builder
	if code := execute(ctx, []string{"isee", "--config", b.config, "--out", b.folder}, streams{out: &out, err: &stderr}); code != exitTryAgain || out.String() != "" {
		t.Errorf("interrupted: exit %d\n%s%s", code, out.String(), stderr.String())
	}
	// For people, and for nobody.
	code, text, _ := command(t, "isee", "--config", b.config, "--out", b.folder)
	if code != exitOK || !regexp.MustCompile(`^vouchers in the list of \d\d/\d\d/\d{4} \d\d:\d\d: none\n  0 expire within 15 days, 0 are past 90 days, 0 are no longer in the list; 0 bookings of ours were in none\n  details: .*voucherbul-isee.xlsx\n$`).MatchString(text) {
		t.Errorf("exit %d\n%s", code, text)
	}
	if code, text, stderr := command(t, "isee", "--quiet", "--config", b.config, "--out", b.folder); code != exitOK || text+stderr != "" {
		t.Errorf("exit %d\n%s%s", code, text, stderr)
	}
}

func TestWaitingFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var stderr strings.Builder
		end := waitingFor(&stderr, "the list")
		time.Sleep(25 * time.Second)
		end()
		time.Sleep(time.Hour)
		if got := stderr.String(); got != "waiting for the list: 10s so far\nwaiting for the list: 20s so far\n" {
			t.Errorf("%q", got)
		}
	})
}

// manyVouchers is a world of 50,000, of people that do not exist.
func manyVouchers() simulator.World {
	const vouchers = 50_000
	world := standstill()
	for n := range vouchers {
		world.Vouchers = append(world.Vouchers, simulator.InitialVoucher{Beneficiario: fmt.Sprintf("VCHMNY%02dA01H%03d%c", n%100, n/100%1000, 'A'+n%26),
			Stato: []simulator.Stato{simulator.StatoPrenotata, simulator.StatoAttesa, simulator.StatoNonPrenotabile}[n%3], DataPrenotazione: fmt.Sprintf("-%dh", 24*(n%90))})
	}
	return world
}

// configAt writes a configuration for a simulator into a folder, where its journal will be.
func configAt(tb testing.TB, folder, url string, sim *simulator.Simulator) string {
	tb.Helper()
	c := office.SimulatorConfig(url, sim.World())
	c.Journal = filepath.Join(folder, "journal.db")
	c.Platform.ClientSecretFile, c.Platform.SubscriptionKeyFile = filepath.Join(folder, "secret"), filepath.Join(folder, "key")
	data, err := c.YAML()
	if err != nil {
		tb.Fatal(err)
	}
	path := filepath.Join(folder, "voucherbul.yaml")
	for name, text := range map[string]string{path: string(data), c.Platform.ClientSecretFile: sim.World().Credentials.ClientSecret,
		c.Platform.SubscriptionKeyFile: sim.World().Credentials.SubscriptionKey} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			tb.Fatal(err)
		}
	}
	return path
}

// reconfigure changes the configuration between two commands.
func (b *bench) reconfigure(change func(*config.Config)) {
	b.t.Helper()
	c, err := config.Load(b.config, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	change(&c)
	data, err := c.YAML()
	if err != nil {
		b.t.Fatal(err)
	}
	b.write(filepath.Base(b.config), string(data))
}

// TestIseeOfManyVouchers is a list as long as the specification's largest operator has.
func TestIseeOfManyVouchers(t *testing.T) {
	if testing.Short() {
		t.Skip("50,000 vouchers")
	}
	b := newBench(t, manyVouchers(), nil)
	code, result, stderr := b.isee()
	if code != exitOK || result.Vouchers != 50_000 || result.Expiring == 0 {
		t.Fatalf("exit %d, %+v\n%s", code, result, stderr)
	}
	archive, err := zip.OpenReader(result.Workbook) // the library would take half a minute to show the days
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	sheet, err := archive.Open("xl/worksheets/sheet2.xml")
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(sheet)
	if n := strings.Count(string(text), "<row "); n != 50_001 || err != nil {
		t.Errorf("%d lines, %v", n, err)
	}
}

// BenchmarkIsee is the command, in a process of its own, with 50,000 vouchers it has not seen before, and then again.
func BenchmarkIsee(b *testing.B) {
	sim, err := simulator.New(simulator.Options{World: manyVouchers()})
	if err != nil {
		b.Fatal(err)
	}
	server := httptest.NewServer(sim.Handler())
	defer server.Close()
	for _, known := range []bool{false, true} {
		b.Run(fmt.Sprintf("known=%v", known), func(b *testing.B) {
			var peak int64
			for b.Loop() {
				b.StopTimer()
				folder := b.TempDir()
				config := configAt(b, folder, server.URL, sim)
				isee := func() *exec.Cmd {
					return exec.Command("voucherbul", "isee", "--quiet", "--config", config, "--out", folder)
				}
				if known {
					if out, err := isee().CombinedOutput(); err != nil {
						b.Fatalf("%v\n%s", err, out)
					}
				}
				one := isee()
				b.StartTimer()
				out, err := one.CombinedOutput()
				b.StopTimer()
				if err != nil {
					b.Fatalf("%v\n%s", err, out)
				}
				if usage, ok := one.ProcessState.SysUsage().(*syscall.Rusage); ok {
					peak = max(peak, usage.Maxrss)
				}
				b.StartTimer()
			}
			b.ReportMetric(float64(peak)/1024, "peak-MB")
		})
	}
}
