package main

import (
	"os"
	"regexp"
	"time"

	"github.com/spf13/cobra"

	"voucherbul/mapping/ourfile"
)

func newRetryCommand(std streams) *cobra.Command {
	o := runOptions{std: std, now: time.Now, again: true}
	c := &cobra.Command{
		Use:   "retry RUN|OUTCOME...",
		Short: "Send rows of an earlier run again: those that were corrected, and those that may go as they are",
		Long: `Send rows of an earlier run again, and write their outcome anew.

  voucherbul retry ordini.esiti.xlsx           the rows of an outcome, with what was corrected in its sheets
  voucherbul retry 20260302-090000-abcd        the rows of a run, as they were

It sends corrected rows, rows that were not sent, and rows with a passing trouble. It does not send rows that the platform
has, nor refused rows that have not changed; --refused sends the latter too, for causes that somebody has removed on the
portal. It clears up rows in doubt first. You may sort, filter, cut down and save the outcome in a spreadsheet: its rows are
known by the column «` + ourfile.IDColumn + `». 'voucherbul run OUTCOME' does the same.`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			o.files, o.changed = args, c.Flags().Changed
			return run(c.Context(), o)
		},
	}
	f := c.Flags()
	f.BoolVar(&o.refused, "refused", false, "also send refused rows that have not changed")
	o.addTo(f)
	return c
}

// runID is how runs are called.
var runID = regexp.MustCompile(`^[0-9]{8}-[0-9]{6}-[a-z0-9]+$`)

// earlierRun tells the run that is to go again from files.
func (o runOptions) earlierRun() (run string, files []string) {
	if !o.again || len(o.files) != 1 || !runID.MatchString(o.files[0]) {
		return "", o.files
	}
	if _, err := os.Stat(o.files[0]); err == nil {
		return "", o.files
	}
	return o.files[0], nil
}
