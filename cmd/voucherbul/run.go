package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"voucherbul/batch"
	"voucherbul/batch/journal"
	"voucherbul/batch/platform"
	"voucherbul/cmd/voucherbul/config"
	"voucherbul/mapping"
	"voucherbul/mapping/ourfile"
	"voucherbul/report"
)

// runOptions is everything that `voucherbul run` needs; tests fill it in themselves.
type runOptions struct {
	std       streams
	files     []string
	simulator bool
	config    string
	reading   readingOptions
	out       string
	rate      float64
	inFlight  int
	noHold    bool
	format    string
	again     bool // only rows of earlier runs are sent
	refused   bool // also those that were refused and have not changed
	json      bool
	quiet     bool
	changed   func(flag string) bool
	now       func() time.Time
}

func newRunCommand(std streams) *cobra.Command {
	o := runOptions{std: std, now: time.Now}
	c := &cobra.Command{
		Use:   "run FILE|DIR...",
		Short: "Submit the orders of the files and write the outcome of every row",
		Long: `Submit the orders of the files and write NAME.esiti.xlsx beside each of them.

Every row is checked before the first one is sent. A run that was interrupted goes on when the same command
is given again; rows that the platform has are never sent twice. An outcome that was corrected is sent again as
'voucherbul retry' does.`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			o.files, o.changed = args, c.Flags().Changed
			return run(c.Context(), o)
		},
	}
	f := c.Flags()
	f.BoolVar(&o.simulator, "simulator", false, "try it out: send to an embedded platform, keep nothing but the outcome")
	o.addTo(f)
	return c
}

// addTo adds the flags of the commands that send.
func (o *runOptions) addTo(f *pflag.FlagSet) {
	f.StringVar(&o.config, "config", "", "configuration file (default: "+config.DefaultPath+", if it is there)")
	o.reading.addTo(f)
	f.StringVar(&o.out, "out", "", "folder for the outcome workbooks (default: beside each file)")
	f.Float64Var(&o.rate, "rate", 0, "requests per second, 0 = unlimited (default: pace.rate)")
	f.IntVar(&o.inFlight, "in-flight", 0, "requests under way at once (default: pace.in_flight)")
	f.BoolVar(&o.noHold, "no-hold", false, "send an attivazione though its prenotazione is not Prenotata yet, and rows whose offer has just been refused")
	f.StringVar(&o.format, "format", string(ourfile.XLSX), "what the outcome is written as: xlsx, csv (of a spreadsheet: ';', with a byte order mark) or json (an object per row)")
	f.BoolVar(&o.json, "json", false, "print the result as one JSON object")
	f.BoolVar(&o.quiet, "quiet", false, "no progress, and no result where every row is in order")
}

// run submits the files and writes their outcomes.
func run(ctx context.Context, o runOptions) error {
	run, files := o.earlierRun()
	in, err := newInput(files, o.std.err)
	if err != nil {
		return err
	}
	c, end, err := o.settings(in.files)
	if err != nil {
		return err
	}
	defer end()
	format, err := outcomeFormat(o.format)
	if err != nil {
		return err
	}
	reading, err := o.reading.reading(c, o.now().In(in.zone))
	if err != nil {
		return err
	}
	var j *journal.Journal
	if o.again {
		if j, err = openExisting(ctx, c.Journal); err != nil {
			return err
		}
		defer j.Close() // every change is on disk when its call returns
		if run != "" {
			in.files, err = filesOfRun(ctx, j, run)
		} else {
			err = onlyOutcomes(in.files)
		}
		if err != nil {
			return err
		}
	}
	outcomes, err := reportPaths(in.files, c.Out, format.Path)
	if err != nil {
		return err
	}

	if err := writable(outcomes); err != nil {
		return err
	}
	if j == nil {
		if !o.simulator {
			announceJournal(o.std.err, c.Journal)
		}
		if j, err = journal.Open(ctx, c.Journal); err != nil {
			return err
		}
		defer j.Close() // every change is on disk when its call returns
	}
	job := newJob(c, j, in.zone, o.now)
	job.Files, job.Reading, job.Config.NoHold = in.files, reading, o.noHold
	job.Again = batch.Again{Run: run, Refused: o.refused}
	job.Log = slog.New(slog.NewTextHandler(o.std.err, nil))
	planned, restore := collectSeldom(in.files)
	defer restore()
	job.Planned = planned
	progress, endProgress := newProgress(o.std.err, o.quiet, o.now)
	job.Progress = progress
	result, err := job.Run(ctx)
	endProgress()
	if err != nil {
		return err
	}
	code := max(resultCode(result), clearedCode(result.Cleared))
	// A signal ends the sending, and a full disk the writing; what happened is said all the same.
	w := outcomeWriter{now: o.now, zone: in.zone, out: c.Out, log: o.std.err}
	failed := w.write(context.WithoutCancel(ctx), j, result.Run, filesOf(result), outcomes)
	if failed == nil {
		failed = j.Reported(context.WithoutCancel(ctx), result.Run, o.now())
	}
	failed = errors.Join(failed, w.writeCleared(context.WithoutCancel(ctx), j, result.Cleared))
	if failed != nil {
		fmt.Fprintln(o.std.err, "voucherbul: "+exitMessage(failed))
		code = max(code, exitCode(failed))
	}
	if err := printResult(o.std.out, newJSONResult(result, outcomes, code), o.json, o.quiet); err != nil {
		return &report.WriteError{Path: "the result to standard output", Err: err}
	}
	if result.Stop != nil {
		fmt.Fprintf(o.std.err, "voucherbul: stopped: %s%s\n", result.Stop.Reason, keptRows(result))
	}
	if code != exitOK {
		return finished{code}
	}
	return nil
}

// settings are the configuration of a run: the file's, or that of an embedded platform, which end takes down. Flags win.
func (o runOptions) settings(files []string) (c config.Config, end func(), err error) {
	end = func() {}
	if o.simulator {
		if o.config != "" {
			return c, end, usageError{errors.New("--simulator brings its own configuration: leave --config out, or start 'voucherbul simulator' and use the one it prints")}
		}
		demo, err := startDemo(filepath.Dir(files[0]), o.now)
		if err != nil {
			return c, end, err
		}
		c, end = demo.config, demo.close
	} else if c, err = config.Load(o.config, o.std.environ); err != nil {
		return c, end, err
	}
	o.override(&c)
	if err := c.Check(o.config); err != nil {
		end()
		return c, func() {}, err
	}
	return c, end, nil
}

// collectSeldom tells the collector of garbage how often to work, where nobody else has. What is kept while rows are sent is
// small, whatever their number: to collect less often costs little memory. The plan of a long file keeps tables, which have no
// pointers: there to collect often costs little time.
func collectSeldom(files []string) (planned, restore func()) {
	if os.Getenv("GOGC") != "" {
		return nil, func() {}
	}
	planning, sending := 33, 200
	if totalSize(files) < longFiles {
		planning = sending
	}
	before := debug.SetGCPercent(planning)
	return func() { debug.SetGCPercent(sending) }, func() { debug.SetGCPercent(before) }
}

// filesOf are the files of a run, where they are now.
func filesOf(r batch.Result) []journal.File {
	files := make([]journal.File, len(r.Files))
	for i, f := range r.Files {
		files[i] = f.File
	}
	return files
}

// keptRows says how many rows of a stopped run are still to be sent.
func keptRows(r batch.Result) string {
	n := 0
	for _, f := range r.Files {
		n += f.Counts[journal.Pending]
	}
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(" (%s not sent, and kept)", rows(n))
}

// writable finds out before anything is sent whether the outcomes can be written.
func writable(paths []string) error {
	for _, path := range paths {
		folder := filepath.Dir(path)
		if err := os.MkdirAll(folder, 0o750); err != nil {
			return &report.WriteError{Path: path, Err: err}
		}
		probe, err := os.CreateTemp(folder, ".voucherbul.*")
		if err != nil {
			return &report.WriteError{Path: path, Err: err}
		}
		if err := errors.Join(probe.Close(), os.Remove(probe.Name())); err != nil {
			return &report.WriteError{Path: path, Err: err}
		}
	}
	return nil
}

// announceJournal says that a journal is new: a wrong path would forget every earlier submission without a word.
func announceJournal(err io.Writer, path string) {
	if _, statErr := os.Stat(path); errors.Is(statErr, fs.ErrNotExist) {
		fmt.Fprintf(err, "voucherbul: new journal %s: it knows nothing of earlier runs; if there should be one already, stop and check the key journal\n", absolute(path))
	}
}

// longFiles is how much of exports makes tables that count.
const longFiles = 64 << 20

// totalSize is the size of files that are there.
func totalSize(paths []string) (total int64) {
	for _, path := range paths {
		if info, err := os.Stat(path); err == nil {
			total += info.Size()
		}
	}
	return total
}

func absolute(path string) string {
	if full, err := filepath.Abs(path); err == nil {
		return full
	}
	return path
}

// override lets flags win over the configuration.
func (o runOptions) override(c *config.Config) {
	if o.changed("out") {
		c.Out = o.out
	}
	if o.changed("rate") {
		c.Pace.Rate = o.rate
	}
	if o.changed("in-flight") {
		c.Pace.InFlight = o.inFlight
	}
}

// outcomeFormat reads the flag --format.
func outcomeFormat(name string) (ourfile.Format, error) {
	switch f := ourfile.Format(name); f {
	case "":
		return ourfile.XLSX, nil
	case ourfile.XLSX, ourfile.CSV, ourfile.JSON:
		return f, nil
	}
	return "", usageError{fmt.Errorf("--format %q: it is xlsx, csv or json", name)}
}

func operationOption(text string) (mapping.Operation, error) {
	if text == "" {
		return "", nil
	}
	operation, ok := mapping.ParseOperation(text)
	if !ok {
		return "", usageError{fmt.Errorf("--operation %q: it is prenotazione, attivazione, cessazione or disdetta", text)}
	}
	return operation, nil
}

// newClient wires a client from the configuration.
func newClient(c config.Config, now func() time.Time) *platform.Client {
	p := c.Platform
	return platform.New(platform.Config{
		TokenURL: p.TokenURL, ClientID: p.ClientID, ClientSecret: p.ClientSecret, Scope: p.Scope, SubscriptionKey: p.SubscriptionKey,
		Services: map[mapping.Operation]string{
			mapping.OperationPrenotazione: p.PrenotazioneURL, mapping.OperationAttivazione: p.AttivazioneURL,
			mapping.OperationCessazione: p.CessazioneURL, mapping.OperationDisdetta: p.DisdettaURL},
		IseeURL: strings.ReplaceAll(p.IseeURL, " ", ""), // the specification's own copy has a space in it (A5)
		Timeout: p.Timeout, Connections: c.Pace.InFlight, UserAgent: "voucherbul/" + version, Now: now,
	})
}

// newJob wires a job from the configuration.
func newJob(c config.Config, j *journal.Journal, zone *time.Location, now func() time.Time) batch.Job {
	p := c.Platform
	return batch.Job{
		Journal:  j,
		Platform: newClient(c, now),
		Config: batch.Config{
			Pace:    batch.Pace(c.Pace),
			Retry:   batch.Retry(c.Retry),
			Doubt:   batch.Doubt(c.Doubt),
			Breaker: batch.Breaker(c.Breaker),
			Stamp: mapping.Stamp{Owner: c.Operator.Owner, DateTimes: p.Datetime, DataPrenotazione: p.SendDataPrenotazione,
				DataDisdetta: p.SendDataDisdetta},
		},
		Environment: c.Target(), Zone: zone, Now: now,
	}
}
