package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"runtime/debug"
	"time"

	"github.com/spf13/cobra"

	"voucherbul/cmd/voucherbul/config"
	"voucherbul/cmd/voucherbul/office"
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
		Long: `Check the orders of the files and write NAME.controllo.xlsx beside each of them. Nothing is sent.

The workbook has the same rows. Wrong cells are coloured and explained. It can be corrected, and then given to run. If
somebody has changed the workbook of an earlier check, it is kept as NAME.controllo.DATE-TIME.xlsx. With --format jsonl
the command writes NAME.controllo.jsonl for programs instead, with one object per row.`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			o.files = args
			return check(c.Context(), o)
		},
	}
	f := c.Flags()
	f.StringVar(&o.config, "config", "", "configuration file; without one the operator's partita IVA is not compared")
	o.reading.addTo(f)
	f.StringVar(&o.format, "format", "xlsx", "format of the result: xlsx, or jsonl with one object per row")
	f.StringVar(&o.out, "out", "", "folder for the workbooks (default: beside each file)")
	f.BoolVar(&o.json, "json", false, "print the result as one JSON object")
	return c
}

// checkedFile is one file of the object that --json prints; its names are a contract.
type checkedFile struct {
	File    string `json:"file"`
	Outcome string `json:"outcome,omitempty"`
	office.CheckCounts
	Remarks []string `json:"remarks,omitempty"` // Italian, of the workbook: what in the file is no order
	Kept    string   `json:"kept,omitempty"`    // where the corrected workbook of an earlier check is now
	Error   string   `json:"error,omitempty"`   // why the file cannot be read; it has no outcome then
}

// check checks the files and says what was found. It needs no credentials.
func check(ctx context.Context, o checkOptions) error {
	if os.Getenv("GOGC") == "" {
		// Of a large file the memory is mostly the table of doubles, which has no pointers: to collect often costs little.
		defer debug.SetGCPercent(debug.SetGCPercent(33))
	}
	tell := notices(o.std.err)
	files, err := office.Exports(o.files, tell)
	if err != nil {
		return err
	}
	c, err := config.LoadOffline(o.config, o.std.environ)
	if err != nil {
		return err
	}
	reading, err := o.reading.options()
	if err != nil {
		return err
	}
	lines := o.format == "jsonl"
	if !lines && o.format != "" && o.format != "xlsx" {
		return usageError{fmt.Errorf("--format %q: it is xlsx or jsonl", o.format)}
	}
	result, err := office.Office{Config: c, Now: o.now, Tell: tell}.Check(ctx, office.CheckOptions{Files: files, Reading: reading, Lines: lines, Out: o.out})
	if err != nil {
		return err
	}
	code := exitOK
	checked := []checkedFile{}
	for _, f := range result.Files {
		one := checkedFile{File: f.File, Outcome: f.Outcome, CheckCounts: f.CheckCounts, Remarks: f.Remarks, Kept: f.Kept}
		if f.Err != nil {
			one.Error, code = f.Err.Error(), max(code, exitCode(f.Err))
		}
		if f.Invalid > 0 {
			code = max(code, exitRejected)
		}
		checked = append(checked, one)
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
		if f.Error != "" {
			fmt.Fprintf(o.std.out, "%s: not checked; nothing was sent\n", f.File)
			continue
		}
		skipped := ""
		if f.Skipped > 0 {
			skipped = fmt.Sprintf(", %d skipped", f.Skipped)
		}
		fmt.Fprintf(o.std.out, "%s: %s: %d valid, %d invalid%s; nothing was sent\n  details: %s\n", f.File, rows(f.Rows), f.Valid, f.Invalid, skipped, f.Outcome)
	}
	return nil
}
