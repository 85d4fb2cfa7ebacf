package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"voucherbul/cmd/voucherbul/config"
	"voucherbul/cmd/voucherbul/office"
	"voucherbul/mapping/ourfile"
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
		Long: `Write the outcomes of a run again, from what the journal knows now. If another file is in their place, because somebody has
changed the outcome or because it is of another run, that file is kept under a longer name.`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return r.write(c.Context(), args[0])
		},
	}
	f := c.Flags()
	f.StringVar(&r.out, "out", "", "folder of the outcomes (default: out of the configuration, or beside each file)")
	f.StringVar(&r.format, "format", string(ourfile.XLSX), "format of the outcomes: xlsx, csv or json")
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
	written, failed := office.Office{Config: c, Now: o.now, Tell: notices(o.std.err)}.Report(ctx, office.ReportOptions{Run: id, Out: o.out, Format: format})
	for _, path := range written.Paths {
		if _, err := fmt.Fprintln(o.std.out, path); err != nil {
			failed = errors.Join(failed, &office.WriteError{Path: "the result to standard output", Err: err})
		}
	}
	return failed
}
