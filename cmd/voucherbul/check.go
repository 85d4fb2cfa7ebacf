package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"os"
	"runtime/debug"
	"time"

	"github.com/spf13/cobra"

	"voucherbul/batch"
	"voucherbul/batch/journal"
	"voucherbul/cmd/voucherbul/config"
	"voucherbul/mapping/orderfile"
	"voucherbul/mapping/ourfile"
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
wrong coloured and explained; corrected there, it can be given to run. A workbook that was changed since an earlier
check wrote it is kept as NAME.controllo.DATE-TIME.xlsx. With --format jsonl NAME.controllo.jsonl is written instead,
one object per row, for programs. Nothing is sent.`,
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
	Outcome string `json:"outcome,omitempty"`
	report.ControlCounts
	Remarks []string `json:"remarks,omitempty"` // Italian, of the workbook: what in the file is no order
	Kept    string   `json:"kept,omitempty"`    // where the corrected workbook of an earlier check is now
	Error   string   `json:"error,omitempty"`   // why the file cannot be read; it has no outcome then
}

// check maps every row and writes what is wrong with each. It needs no credentials.
func check(ctx context.Context, o checkOptions) error {
	if os.Getenv("GOGC") == "" {
		// Of a large file the memory is mostly the table of doubles, which has no pointers: to collect often costs little.
		defer debug.SetGCPercent(debug.SetGCPercent(33))
	}
	in, err := newInput(o.files, o.std.err)
	if err != nil {
		return err
	}
	c, err := config.LoadOffline(o.config, o.std.environ)
	if err != nil {
		return err
	}
	reading, err := o.reading.reading(c, o.now().In(in.zone))
	if err != nil {
		return err
	}
	path, write := ourfile.CheckPath, report.WriteControl
	switch o.format {
	case "", "xlsx":
		reading.MaxRows = report.MaxSheetRows
	case "jsonl":
		path, write = ourfile.CheckJSONLPath, report.WriteControlJSONL
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
		one, err := o.checkFile(ctx, reading, path, paths[i], write)
		switch exitCode(err) {
		case exitOK:
		case exitUnreadable, exitNoInput, exitConfig: // the fault of this file: the others can be checked
			fmt.Fprintln(o.std.err, "voucherbul: "+exitMessage(err))
			one, code = checkedFile{File: path, Error: err.Error()}, max(code, exitCode(err))
		default:
			return err
		}
		if one.Invalid > 0 {
			code = max(code, exitRejected)
		}
		checked = append(checked, one)
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

// checkFile checks the rows of one file and writes what is wrong with them to outcome.
func (o checkOptions) checkFile(ctx context.Context, reading batch.Reading, path, outcome string, write func(string, report.Control) (report.ControlCounts, error)) (checkedFile, error) {
	if sheets, err := batch.OutcomeSheets(path); err != nil {
		return checkedFile{}, err
	} else if len(sheets) > 0 {
		return checkedFile{}, &orderfile.UnreadableError{Path: path, Cause: "it is an outcome, not an export", Remedy: "give it to 'voucherbul retry', which checks every row before it sends any"}
	}
	export, err := reading.Open(path)
	if err != nil {
		return checkedFile{}, err
	}
	defer export.Close() // nothing was written to it
	if others := export.OtherSheets(); len(others) > 0 {
		fmt.Fprintf(o.std.err, "voucherbul: %s: other sheets have orders too and are not checked: %q; give the file again with --sheet\n", path, others)
	}
	one := checkedFile{File: path, Outcome: outcome}
	one.ControlCounts, err = write(outcome, report.Control{Source: path, Sheet: export.Sheet(), Header: export.Header(), Columns: export.Columns(),
		Unread: export.Unread(), Remarks: export.Remarks, Made: o.now(), Rows: checkedRows(ctx, export), Kept: func(kept string) {
			one.Kept = kept
			fmt.Fprintf(o.std.err, "voucherbul: %s was changed since it was written: it is kept as %s\n", outcome, kept)
		}})
	one.Remarks = export.Remarks()
	return one, err
}

// checkedRows shows the rows of an export as the report takes them, until ctx ends.
func checkedRows(ctx context.Context, e *batch.Export) iter.Seq2[report.CheckedRow, error] {
	return func(yield func(report.CheckedRow, error) bool) {
		for r, err := range e.Rows() {
			if err == nil {
				err = ctx.Err()
			}
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
