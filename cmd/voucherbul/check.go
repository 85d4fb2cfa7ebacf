package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"voucherbul/batch"
	"voucherbul/mapping"
	"voucherbul/report"
)

// checkOptions is everything that `voucherbul check` needs.
type checkOptions struct {
	std       streams
	files     []string
	config    string
	operation string
	out       string
	json      bool
	now       func() time.Time
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
	f.StringVar(&o.operation, "operation", "", "operation of rows without one")
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
	in, err := newInput(o.files, o.operation)
	if err != nil {
		return err
	}
	mapper := mapping.Mapper{Operation: in.operation, Now: o.now().In(in.zone)}
	if mapper.Operator, err = configuredOperator(o.config, o.std.environ); err != nil {
		return err
	}
	paths, err := reportPaths(in.files, o.out, report.ControlPath)
	if err != nil {
		return err
	}
	code := exitOK
	checked := []checkedFile{}
	for i, path := range in.files {
		header, rows, err := batch.Read(path, mapper)
		if err != nil {
			return err
		}
		if err := os.MkdirAll(filepath.Dir(paths[i]), 0o755); err != nil {
			return &report.WriteError{Path: paths[i], Err: err}
		}
		counts, err := report.WriteControl(paths[i], report.Control{Source: path, Header: header, Rows: rows})
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

func (o checkOptions) print(checked []checkedFile, code int) error {
	if o.json {
		return json.NewEncoder(o.std.out).Encode(map[string]any{"schema": 1, "files": checked, "exit": code})
	}
	for _, f := range checked {
		fmt.Fprintf(o.std.out, "%s: %d rows: %d valid, %d invalid; nothing was sent\n  details: %s\n", f.File, f.Rows, f.Valid, f.Invalid, f.Outcome)
	}
	return nil
}

// configuredOperator is the operator of the configuration, where there is one: a check needs nothing else of
// it, least of all the secrets. "" = unknown, and not compared.
func configuredOperator(path string, environ []string) (string, error) {
	c := defaults()
	data, err := os.ReadFile(cmp.Or(path, defaultConfig))
	switch {
	case err == nil:
		if err := c.read(cmp.Or(path, defaultConfig), data); err != nil {
			return "", err
		}
	case path != "" || !errors.Is(err, fs.ErrNotExist):
		return "", configErrorf("cannot read the configuration: %v", err)
	}
	err = overrideFromEnvironment(&c, environ)
	return c.Operator.PartitaIva, err
}
