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

What goes: rows whose cells were corrected, rows that were not sent, and rows whose trouble was of the moment. What does not:
rows that the platform has, and rows that were refused and have not changed since (--refused sends those too, where somebody
has put the cause right on the portal). A row in doubt is cleared up first. The outcome may have been sorted, filtered, cut
down and saved by a spreadsheet: its rows are known by the column «` + ourfile.IDColumn + `». 'voucherbul run OUTCOME' does the same.`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			o.files, o.changed = args, c.Flags().Changed
			return run(c.Context(), o)
		},
	}
	f := c.Flags()
	f.BoolVar(&o.refused, "refused", false, "send rows again that were refused, though nothing in them has changed")
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
