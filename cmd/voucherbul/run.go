package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"voucherbul/batch/journal"
	"voucherbul/cmd/voucherbul/config"
	"voucherbul/cmd/voucherbul/office"
	"voucherbul/mapping"
	"voucherbul/mapping/ourfile"
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

It checks every row before it sends the first one. Give the same command again to go on with an interrupted run: no
row goes twice. A corrected outcome is sent as by 'voucherbul retry'.`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			o.files, o.changed = args, c.Flags().Changed
			return run(c.Context(), o)
		},
	}
	f := c.Flags()
	f.BoolVar(&o.simulator, "simulator", false, "try it out: send to an embedded platform, and keep only the outcome")
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
	f.BoolVar(&o.noHold, "no-hold", false, "also send attivazioni whose prenotazione is not Prenotata yet, and rows whose offer was just refused")
	f.StringVar(&o.format, "format", string(ourfile.XLSX), "format of the outcome: xlsx, csv (for a spreadsheet: ';', with a byte order mark) or json (one object per row)")
	f.BoolVar(&o.json, "json", false, "print the result as one JSON object")
	f.BoolVar(&o.quiet, "quiet", false, "no progress, and no result if every row is in order")
}

// run submits the files and writes their outcomes.
func run(ctx context.Context, o runOptions) error {
	run, files := o.earlierRun()
	stderr := notices(o.std.err)
	progress, endProgress := newProgress(o.std.err, o.quiet, o.now)
	tell := after(endProgress, func(n office.Notice) {
		if n.Kind != office.NewJournal || !o.simulator { // the journal of a demo is always new
			stderr(n)
		}
	})
	files, err := office.Exports(files, tell)
	if err != nil {
		return err
	}
	c, end, err := o.settings(files)
	if err != nil {
		return err
	}
	defer end()
	opt := office.RunOptions{Files: files, NoHold: o.noHold, Progress: progress}
	if opt.Format, err = outcomeFormat(o.format); err != nil {
		return err
	}
	if opt.Reading, err = o.reading.options(); err != nil {
		return err
	}
	gc := collector{}
	opt.Found, opt.Planned = gc.found, gc.planned
	defer gc.restore()
	of := office.Office{Config: c, Version: version, Now: o.now, Log: slog.New(slog.NewTextHandler(o.std.err, nil)), Tell: tell}
	var result office.Sent
	if o.again {
		result, err = of.Retry(ctx, office.RetryOptions{Run: run, Refused: o.refused, RunOptions: opt})
	} else {
		result, err = of.Run(ctx, opt)
	}
	endProgress()
	if err != nil {
		return err
	}
	code := max(resultCode(result), clearedCode(result.Cleared))
	if result.NotWritten != nil {
		fmt.Fprintln(o.std.err, "voucherbul: "+exitMessage(result.NotWritten))
		code = max(code, exitCode(result.NotWritten))
	}
	if err := printResult(o.std.out, newJSONResult(result, code), o.json, o.quiet); err != nil {
		return &office.WriteError{Path: "the result to standard output", Err: err}
	}
	if result.Stop != nil {
		fmt.Fprintf(o.std.err, "voucherbul: stopped: %s%s\n", result.StopReason, keptRows(result))
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
		demo, err := office.StartDemo(filepath.Dir(files[0]), os.TempDir(), o.now)
		if err != nil {
			return c, end, err
		}
		c, end = demo.Config, demo.Close
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

// keptRows says how many rows of a stopped run are still to be sent.
func keptRows(r office.Sent) string {
	n := 0
	for _, f := range r.Files {
		n += f.Counts[journal.Pending]
	}
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(" (%s not sent, and kept)", rows(n))
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
