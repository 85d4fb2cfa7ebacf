package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"runtime/debug"
	"time"

	"github.com/spf13/cobra"

	"voucherbul/batch"
	"voucherbul/batch/journal"
	"voucherbul/report"
)

// checkOptions is everything that `voucherbul check` needs.
type checkOptions struct {
	std     streams
	files   []string
	config  string
	reading readingOptions
	format  string
	out     string
	json    bool
	now     func() time.Time
}

func newCheckCommand(std streams) *cobra.Command {
	o := checkOptions{std: std, now: time.Now}
	c := &cobra.Command{
		Use:   "check FILE|DIR...",
		Short: "Check the orders of the files without sending anything",
		Long: `Check the orders of the files and write NAME.controllo.xlsx beside each of them: the same rows, with what is
wrong coloured and explained; corrected there, it can be given to run. With --format jsonl NAME.controllo.jsonl is
written instead, one object per row, for programs. Nothing is sent.`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			o.files = args
			return check(c.Context(), o)
		},
	}
	f := c.Flags()
	f.StringVar(&o.config, "config", "", "configuration file; without one the operator's partita IVA is not compared")
	o.reading.addTo(f)
	f.StringVar(&o.format, "format", "xlsx", "what is written: xlsx, or jsonl with one object per row")
	f.StringVar(&o.out, "out", "", "folder for the workbooks (default: beside each file)")
	f.BoolVar(&o.json, "json", false, "print the result as one JSON object")
	return c
}

type checkedFile struct {
	File    string `json:"file"`
	Outcome string `json:"outcome"`
	report.ControlCounts
}

// check maps every row and writes what is wrong with each. It needs no credentials.
func check(ctx context.Context, o checkOptions) error {
	if os.Getenv("GOGC") == "" {
		// Of a large file the memory is mostly the table of doubles, which has no pointers: to collect often costs little.
		defer debug.SetGCPercent(debug.SetGCPercent(33))
	}
	in, err := newInput(o.files)
	if err != nil {
		return err
	}
	c, err := configForCheck(o.config, o.std.environ)
	if err != nil {
		return err
	}
	reading, err := o.reading.reading(c, o.now().In(in.zone))
	if err != nil {
		return err
	}
	path, write := report.ControlPath, report.WriteControl
	switch o.format {
	case "", "xlsx":
	case "jsonl":
		path, write = report.ControlJSONLPath, report.WriteControlJSONL
		reading.Mapper.Keep = true
	default:
		return usageError{fmt.Errorf("--format %q: it is xlsx or jsonl", o.format)}
	}
	paths, err := reportPaths(in.files, cmp.Or(o.out, c.Out), path)
	if err != nil {
		return err
	}
	if err := writable(paths); err != nil {
		return err
	}
	code := exitOK
	checked := []checkedFile{}
	for i, path := range in.files {
		export, err := reading.Open(path)
		if err != nil {
			return err
		}
		if others := export.OtherSheets(); len(others) > 0 {
			fmt.Fprintf(o.std.err, "voucherbul: %s: other sheets have orders too and are not checked: %q; give the file again with --sheet\n", path, others)
		}
		counts, err := write(paths[i], report.Control{Source: path, Header: export.Header(), Unread: export.Unread(),
			Remarks: export.Remarks, Rows: checkedRows(export)})
		if err != nil {
			return err
		}
		if counts.Invalid > 0 {
			code = exitRejected
		}
		checked = append(checked, checkedFile{File: path, Outcome: paths[i], ControlCounts: counts})
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	if err := o.print(checked, code); err != nil {
		return err
	}
	if code != exitOK {
		return finished{code}
	}
	return nil
}

// checkedRows shows the rows of an export as the report takes them.
func checkedRows(e *batch.Export) iter.Seq2[report.CheckedRow, error] {
	return func(yield func(report.CheckedRow, error) bool) {
		for r, err := range e.Rows() {
			row := journal.Row{Number: r.Number, Cells: r.Cells, Operation: r.Operation, Problems: r.Problems, Corrections: r.Corrections, State: journal.Planned}
			if r.Blocked() {
				row.State = journal.Invalid
			}
			if !yield(report.CheckedRow{Row: row, Skipped: r.Skipped, IsDate: r.IsDate, Values: r.Values}, err) {
				return
			}
		}
	}
}

func (o checkOptions) print(checked []checkedFile, code int) error {
	if o.json {
		return json.NewEncoder(o.std.out).Encode(map[string]any{"schema": 1, "files": checked, "exit": code})
	}
	for _, f := range checked {
		skipped := ""
		if f.Skipped > 0 {
			skipped = fmt.Sprintf(", %d skipped", f.Skipped)
		}
		fmt.Fprintf(o.std.out, "%s: %s: %d valid, %d invalid%s; nothing was sent\n  details: %s\n", f.File, rows(f.Rows), f.Valid, f.Invalid, skipped, f.Outcome)
	}
	return nil
}

// configForCheck reads the configuration where there is one: a check needs the operator (without one it is not
// compared) and the folder of the workbooks, and none of the secrets.
func configForCheck(path string, environ []string) (config, error) {
	c := defaults()
	data, err := os.ReadFile(cmp.Or(path, defaultConfig))
	switch {
	case err == nil:
		if err := c.read(cmp.Or(path, defaultConfig), data); err != nil {
			return config{}, err
		}
	case path != "" || !errors.Is(err, fs.ErrNotExist):
		return config{}, configErrorf("cannot read the configuration: %v", err)
	}
	if err := overrideFromEnvironment(&c, environ); err != nil {
		return config{}, err
	}
	if err := c.Rules.Validate(); err != nil {
		return config{}, configErrorf("rules.%v", err)
	}
	return c, nil
}
