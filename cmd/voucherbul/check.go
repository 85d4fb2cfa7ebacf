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
	out     string
	json    bool
	now     func() time.Time
}

func newCheckCommand(std streams) *cobra.Command {
	o := checkOptions{std: std, now: time.Now}
	c := &cobra.Command{
		Use:   "check FILE|DIR...",
		Short: "Check the orders of the files without sending anything",
		Long:  "Check the orders of the files and write NAME.controllo.xlsx beside each of them. Nothing is sent.",
		Args:  cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			o.files = args
			return check(c.Context(), o)
		},
	}
	f := c.Flags()
	f.StringVar(&o.config, "config", "", "configuration file; without one the operator's partita IVA is not compared")
	o.reading.addTo(f)
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
	paths, err := reportPaths(in.files, cmp.Or(o.out, c.Out), report.ControlPath)
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
		counts, err := report.WriteControl(paths[i], report.Control{Source: path, Header: export.Header(), Unread: export.Unread(), Rows: checkedRows(export)})
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
func checkedRows(e *batch.Export) iter.Seq2[journal.Row, error] {
	return func(yield func(journal.Row, error) bool) {
		for r, err := range e.Rows() {
			if r.Skipped != "" {
				continue
			}
			row := journal.Row{Number: r.Number, Cells: r.Cells, Operation: r.Operation, Problems: r.Problems, Corrections: r.Corrections, State: journal.Planned}
			if r.Blocked() {
				row.State = journal.Invalid
			}
			if !yield(row, err) {
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
		fmt.Fprintf(o.std.out, "%s: %s: %d valid, %d invalid; nothing was sent\n  details: %s\n", f.File, rows(f.Rows), f.Valid, f.Invalid, f.Outcome)
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
