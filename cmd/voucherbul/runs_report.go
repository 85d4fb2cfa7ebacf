package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"voucherbul/cmd/voucherbul/config"
	"voucherbul/mapping/ourfile"
	"voucherbul/report"
)

// reportOptions is what `voucherbul runs report` needs.
type reportOptions struct {
	*runsOptions
	out    string
	format string
	now    func() time.Time
}

func newRunsReportCommand(o *runsOptions) *cobra.Command {
	r := reportOptions{runsOptions: o, now: time.Now}
	c := &cobra.Command{
		Use:   "report RUN",
		Short: "Write the outcomes of a run again",
		Long: `Write the outcomes of a run again, as the journal knows its rows now. What is at their place and was changed by hand, or is of
another run, is kept under a longer name.`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return r.write(c.Context(), args[0])
		},
	}
	f := c.Flags()
	f.StringVar(&r.out, "out", "", "folder of the outcomes (default: out of the configuration, or beside each file)")
	f.StringVar(&r.format, "format", string(ourfile.XLSX), "what they are written as: xlsx, csv or json")
	return c
}

func (o reportOptions) write(ctx context.Context, id string) error {
	format, err := outcomeFormat(o.format)
	if err != nil {
		return err
	}
	c, err := config.LoadOffline(o.config, o.std.environ)
	if err != nil {
		return err
	}
	w, err := newOutcomeWriter(c, o.out, o.now, o.std.err)
	if err != nil {
		return err
	}
	j, err := openExisting(ctx, c.Journal)
	if err != nil {
		return err
	}
	defer j.Close() // nothing was written to it
	run, err := runOf(ctx, j, id)
	if err != nil {
		return err
	}
	files, err := j.Files(ctx, run.ID)
	if err != nil {
		return err
	}
	sources := make([]string, len(files))
	for i, f := range files {
		sources[i] = f.Path
	}
	paths, err := reportPaths(sources, w.out, format.Path)
	if err != nil {
		return err
	}
	if err := writable(paths); err != nil {
		return err
	}
	failed := w.write(ctx, j, run.ID, files, paths)
	for _, path := range paths {
		if _, err := fmt.Fprintln(o.std.out, path); err != nil {
			failed = errors.Join(failed, &report.WriteError{Path: "the result to standard output", Err: err})
		}
	}
	return failed
}
