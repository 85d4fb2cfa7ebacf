package batch

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"voucherbul/batch/journal"
	"voucherbul/batch/journal/sqlite"
	"voucherbul/batch/platform"
	"voucherbul/batch/platform/simulator"
	"voucherbul/mapping"
	"voucherbul/mapping/export"
	"voucherbul/report"
)

// rig is a platform, a journal and a clock of the test's own. It lives in a bubble of virtual time, which ends
// only when every goroutine has ended: that is the check for leaks.
type rig struct {
	*simulator.Simulator
	t       *testing.T
	dir     string
	rome    *time.Location
	journal *sqlite.Owner // what the process of now has
	config  Config
	rules   mapping.Rules
	access  platform.Config
	before  func(*http.Request) (*http.Response, error) // looks at every request first; nil, nil lets it pass
	jobs    int
	last    Progress
}

// play runs a test against a world. Vouchers move by themselves only where the world says so.
func play(t *testing.T, world simulator.World, test func(*testing.T, *rig)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(start)) // a bubble begins in the year 2000
		rome, err := time.LoadLocation("Europe/Rome")
		if err != nil {
			t.Fatal(err)
		}
		if world.Timers == (simulator.Timers{}) {
			world.Timers = still
		}
		world.Options.DatesByDay = true // an order says the day only
		sim, err := simulator.New(simulator.Options{World: world, Now: time.Now})
		if err != nil {
			t.Fatal(err)
		}
		r := &rig{Simulator: sim, t: t, dir: quickDir(t), rome: rome, config: settings(), access: access(sim)}
		r.open("journal.db")
		defer func() { r.close() }() // after a failure too: a journal left open would end the bubble with a panic
		test(t, r)
	})
}

// quickDir is a folder in memory where there is one: a test in virtual time proves nothing about disks, and would wait for
// them all the same.
func quickDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "voucherbul-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) }) // what is left costs memory until the machine is started again
	return dir
}

// still is a world in which no voucher moves by itself, atOnce one in which a booking is at once a voucher.
var (
	still  = simulator.Timers{Inviata: -1, Isee: -1, Scadenza: -1}
	atOnce = simulator.Timers{Fondi: 0, Inviata: 0, Isee: 0, Scadenza: 24 * time.Hour}
)

func access(sim *simulator.Simulator) platform.Config {
	at, known := simulator.EndpointsAt("http://simulator.invalid"), sim.World().Credentials
	return platform.Config{
		TokenURL: at.Token, ClientID: known.ClientID, ClientSecret: known.ClientSecret, Scope: known.Scope, SubscriptionKey: known.SubscriptionKey,
		Services: map[mapping.Operation]string{mapping.OperationPrenotazione: at.Prenotazione, mapping.OperationAttivazione: at.Attivazione,
			mapping.OperationCessazione: at.Cessazione, mapping.OperationDisdetta: at.Disdetta},
		IseeURL: at.Isee, Timeout: 120 * time.Second, Connections: 8, UserAgent: "voucherbul-test", Now: time.Now,
	}
}

func (r *rig) open(name string) {
	r.t.Helper()
	j, err := sqlite.Open(context.Background(), filepath.Join(r.dir, name))
	if err != nil {
		r.t.Fatal(err)
	}
	r.own(j)
}

// own takes the journal, as every process does that runs a job.
func (r *rig) own(j *sqlite.Journal) {
	r.t.Helper()
	owner, err := j.Own(context.Background(), r.config.Claim())
	if err != nil {
		r.t.Fatal(err)
	}
	r.journal = owner.(*sqlite.Owner)
}

// nextProcess lets go of the journal and takes it again: rows that were on their way are in doubt then.
func (r *rig) nextProcess() {
	r.t.Helper()
	if err := r.journal.Release(); err != nil {
		r.t.Error(err)
	}
	r.own(r.journal.Journal)
}

func (r *rig) close() {
	r.t.Helper()
	if err := r.journal.Close(); err != nil {
		r.t.Error(err)
	}
}

// RoundTrip lets before look at a request, then the simulator.
func (r *rig) RoundTrip(request *http.Request) (*http.Response, error) {
	if r.before != nil {
		if response, err := r.before(request); response != nil || err != nil {
			return response, err
		}
	}
	return r.Transport().RoundTrip(request)
}

// file writes an export; every call makes one of its own.
func (r *rig) file(orders ...order) string {
	r.t.Helper()
	r.jobs++
	return writeExport(r.t, filepath.Join(r.dir, fmt.Sprintf("orders-%d.csv", r.jobs)), orders...)
}

func (r *rig) client() *platform.Client {
	access := r.access
	access.Transport = r
	return platform.New(access)
}

// job is a run of the program as a process of its own would make it, with a new client.
func (r *rig) job(files ...string) Job {
	return Job{Files: files, Reading: export.Reading{Mapper: mapping.Mapper{Operator: operatore, Rules: r.rules}}, Journal: r.journal, Platform: r.client(), Config: r.config,
		Zone: r.rome, Now: time.Now, Log: slog.New(slog.DiscardHandler), Progress: func(p Progress) { r.last = p }}
}

// run runs a job and checks what must be so after every run.
func (r *rig) run(files ...string) Result {
	r.t.Helper()
	return r.runWith(r.t.Context(), r.job(files...))
}

func (r *rig) runWith(ctx context.Context, job Job) Result {
	r.t.Helper()
	time.Sleep(time.Minute) // runs are named by the second
	if job.Journal == r.journal {
		r.nextProcess()
		job.Journal = r.journal
	}
	result, err := job.Run(ctx)
	if err != nil {
		r.t.Fatal(err)
	}
	r.reconcile(result)
	if err := r.journal.Reported(context.WithoutCancel(ctx), result.Run, time.Now()); err != nil {
		r.t.Fatal(err)
	}
	return result
}

// reconcile checks that the result, the progress and the journal say the same, and that nothing is left
// half done.
func (r *rig) reconcile(result Result) {
	r.t.Helper()
	total := 0
	settled := map[journal.State]int{}
	for _, f := range result.Files {
		rows := r.rows(f.ID)
		counts := map[journal.State]int{}
		for _, row := range rows {
			counts[row.State]++
			if row.State.Settled() {
				settled[row.State]++
			}
			if row.State == journal.Sent || row.State == journal.Planned {
				r.t.Errorf("row %d is %s after the run", row.Number, row.State)
			}
			if row.Attempts < 0 {
				r.t.Errorf("row %d has %d attempts", row.Number, row.Attempts)
			}
			if len(rows) <= 20 {
				r.eventsAreCoded(row)
			}
		}
		for _, state := range journal.States() {
			if counts[state] != f.Counts[state] {
				r.t.Errorf("%d rows %s in the result, %d in the journal", f.Counts[state], state, counts[state])
			}
		}
		if f.Rows != len(rows) {
			r.t.Errorf("%d rows in the result, %d in the journal", f.Rows, len(rows))
		}
		total += len(rows)
	}
	delete(r.last.Counts, journal.Pending) // held rows, which may go in another run
	if r.last.Rows != 0 && (r.last.Rows != total || fmt.Sprint(r.last.Counts) != fmt.Sprint(settled)) {
		r.t.Errorf("progress ends with %d rows %v, want %d rows %v", r.last.Rows, r.last.Counts, total, settled)
	}
	r.last = Progress{}
}

// eventsAreCoded checks that what happened to a row is told by codes, and in no words of ours.
func (r *rig) eventsAreCoded(row journal.Row) {
	r.t.Helper()
	events, err := r.journal.Events(context.Background(), row.ID)
	if err != nil {
		r.t.Fatal(err)
	}
	for _, e := range events {
		if e.Code == "" || e.Reason != "" || report.EventReason(e) == "" {
			r.t.Errorf("row %d: %+v", row.Number, e)
		}
	}
	run, _, err := r.journal.Run(context.Background(), row.ID.Run)
	if err != nil || run.Reason != "" || run.Motivo != "" || run.Code != "" && (report.RunReason(run) == "" || report.RunMotivo(run) == "") {
		r.t.Errorf("%+v, %v", run, err)
	}
}

// adviceDoubt is what the back office is told about a row in doubt.
const adviceDoubt = "Non si sa se la piattaforma l'ha eseguita: non inviarla di nuovo a mano. Il prossimo invio la verifica da solo; se serve prima, guardare sul portale Voucher BUL."

// rows are those of a file, with their texts.
func (r *rig) rows(file journal.FileID) []journal.Row {
	r.t.Helper()
	files, err := r.journal.Files(context.Background(), file.Run)
	if err != nil {
		r.t.Fatal(err)
	}
	words := report.Words{Zone: r.rome, Columns: files[file.File-1].Columns}
	var rows []journal.Row
	for row, err := range r.journal.Rows(context.Background(), file) {
		if err != nil {
			r.t.Fatal(err)
		}
		if row.Advice != "" || row.Reason != "" || row.Descrizione != "" && row.HTTP == 0 && row.Esito == "" {
			r.t.Errorf("row %d: a text of ours is stored: %+v", row.Number, row.Outcome)
		}
		words.Tell(&row)
		if (row.Code == "") != (row.Reason == "") {
			r.t.Errorf("row %d: code %q for the reason %q", row.Number, row.Code, row.Reason)
		}
		rows = append(rows, row)
	}
	return rows
}

// states lists the states of the rows of a run, in file order.
func (r *rig) states(result Result) []journal.State {
	r.t.Helper()
	var states []journal.State
	for _, f := range result.Files {
		for _, row := range r.rows(f.ID) {
			states = append(states, row.State)
		}
	}
	return states
}

func (r *rig) wantStates(result Result, want ...journal.State) {
	r.t.Helper()
	got := r.states(result)
	if slices.Equal(got, want) {
		return
	}
	r.t.Errorf("states %v, want %v", got, want)
	for _, f := range result.Files {
		for _, row := range r.rows(f.ID) {
			r.t.Logf("row %d %s: %s, %d attempts, HTTP %d %s %s (%s)", row.Number, row.Operation, row.State, row.Attempts, row.HTTP, row.Esito, row.Descrizione, row.Reason)
		}
	}
}

// wantAll checks that every row of a run is in one state.
func (r *rig) wantAll(result Result, state journal.State) {
	r.t.Helper()
	want := r.states(result)
	for i := range want {
		want[i] = state
	}
	r.wantStates(result, want...)
}

// wantStop checks why a run ended; "" = with its last row.
func (r *rig) wantStop(result Result, cause Cause, words ...string) {
	r.t.Helper()
	if result.Stop == nil {
		if cause != "" {
			r.t.Errorf("the run went to its end, want it stopped: %s", cause)
		}
		return
	}
	reason := report.StopReason(result.Stop.Code, result.Stop.Args)
	if result.Stop.Cause != cause || reason == "" {
		r.t.Errorf("stopped: %s (%s), want %q", result.Stop.Cause, reason, cause)
	}
	for _, word := range words {
		if !strings.Contains(reason, word) {
			r.t.Errorf("the reason %q does not say %q", reason, word)
		}
	}
}

// posts are the requests for a change that reached the platform, the refused ones included.
func (r *rig) posts() []simulator.Entry {
	return slices.DeleteFunc(r.Ledger(), func(e simulator.Entry) bool {
		return e.Service == simulator.Token || e.Service == simulator.Isee
	})
}

func (r *rig) count(service simulator.Service) int {
	n := 0
	for _, e := range r.Ledger() {
		if e.Service == service {
			n++
		}
	}
	return n
}

// applied lists the changes the platform made for a beneficiary, in order.
func (r *rig) applied(beneficiario string) []simulator.Service {
	var services []simulator.Service
	for _, e := range r.Ledger() {
		if e.Applied && e.Beneficiario == beneficiario {
			services = append(services, e.Service)
		}
	}
	return services
}

func (r *rig) wantApplied(beneficiario string, want ...simulator.Service) {
	r.t.Helper()
	if got := r.applied(beneficiario); !slices.Equal(got, want) {
		r.t.Errorf("the platform applied %v for %s, want %v", got, beneficiario, want)
	}
}

// wantEachAppliedOnce checks a file of bookings that were all accepted.
func (r *rig) wantEachAppliedOnce(orders []order) {
	r.t.Helper()
	for _, o := range orders {
		r.wantApplied(o["codiceFiscale"]+o["partitaIva"], simulator.Service(o["operazione"]))
	}
}

// onEveryService makes rules that spare tokens and lists; each service counts for itself.
func onEveryService(rules ...simulator.FaultRule) []simulator.FaultRule {
	var all []simulator.FaultRule
	for _, service := range []simulator.Service{simulator.Prenotazione, simulator.Attivazione, simulator.Cessazione, simulator.Disdetta} {
		for _, rule := range rules {
			rule.Service = service
			all = append(all, rule)
		}
	}
	return all
}

// answer is a response that does not come from the simulator.
func answer(request *http.Request, status int, body string) *http.Response {
	return &http.Response{StatusCode: status, Status: fmt.Sprint(status), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{}, Body: http.NoBody, Request: request, ContentLength: 0}
}

// copyJournal copies the files of a journal that is open: what a kill would leave.
func copyJournal(from, to string) error {
	for _, suffix := range []string{"", "-wal"} {
		data, err := os.ReadFile(from + suffix)
		if err == nil {
			err = os.WriteFile(to+suffix, data, 0o600)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
