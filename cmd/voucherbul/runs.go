package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"voucherbul/batch/journal"
	"voucherbul/cmd/voucherbul/config"
	"voucherbul/cmd/voucherbul/office"
)

// runsOptions is what every `voucherbul runs …` needs.
type runsOptions struct {
	std    streams
	config string
	json   bool
}

func newRunsCommand(std streams) *cobra.Command {
	o := &runsOptions{std: std}
	c := newRunsListCommand(o)
	c.Use, c.Short = "runs", "Look into earlier runs: what was sent, what came back, why it took so long"
	c.Long = `Look into earlier runs, also while one is under way. Nothing is sent and nothing is changed.

  voucherbul runs                                     the latest runs
  voucherbul runs show 20260302-090000-abcd           everything about one
  voucherbul runs report 20260302-090000-abcd         its outcomes, written again
  voucherbul runs row 20260302-090000-abcd 17         what happened to one row, and when
  voucherbul runs row 20260302-090000-abcd-1-16-K     the same, by its ID in the outcome
  voucherbul runs of RSSMRA85T10H501O                 all orders of one beneficiary, and her vouchers

For programs the tables are separated by tabs, and --json prints one object. Codici fiscali and partite IVA are never shown
whole.`
	f := c.PersistentFlags()
	f.StringVar(&o.config, "config", "", "configuration file that names the journal (default: "+config.DefaultPath+", if it is there)")
	f.BoolVar(&o.json, "json", false, "print the result as one JSON object")
	c.AddCommand(newRunsListCommand(o), newRunsShowCommand(o), newRunsReportCommand(o), newRunsRowCommand(o), newRunsOfCommand(o))
	return c
}

// view is what a command found out: marshalled it is the object of --json, and its tables are for people. Nothing in it names
// a person.
type view interface {
	tables(zone *time.Location) []table
}

// look asks the office, and prints what it has found in the journal that is there.
func (o *runsOptions) look(find func(office.Office) (view, error)) error {
	c, err := config.LoadOffline(o.config, o.std.environ)
	if err != nil {
		return err
	}
	zone, err := office.Italy()
	if err != nil {
		return err
	}
	v, err := find(office.Office{Config: c})
	if err != nil {
		return err
	}
	if o.json {
		err = json.NewEncoder(o.std.out).Encode(v)
	} else {
		err = printTables(o.std.out, isTerminal(o.std.out), v.tables(zone))
	}
	if err != nil {
		return &office.WriteError{Path: "the result to standard output", Err: err}
	}
	return nil
}

func newRunsListCommand(o *runsOptions) *cobra.Command {
	var limit int
	c := &cobra.Command{
		Use:   "list",
		Short: "List the latest runs, newest first",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if limit < 0 {
				return usageError{errors.New("--limit is how many runs to list, 0 = all")}
			}
			return o.look(func(of office.Office) (view, error) {
				runs, err := of.Runs(c.Context(), office.RunsOptions{Limit: limit})
				return runList{1, runs}, err
			})
		},
	}
	c.Flags().IntVar(&limit, "limit", 20, "how many runs to list, 0 = all")
	return c
}

// runList is what `runs list` shows; its names are a contract.
type runList struct {
	Schema int                 `json:"schema"`
	Runs   []office.RunSummary `json:"runs"` // newest first
}

// endText says how it ended.
func endText(s office.RunSummary) string {
	switch s.Ended {
	case office.EndedStopped:
		return "stopped: " + s.Reason
	case office.UnderWay:
		return "under way"
	case office.EndedKilled:
		return "killed: it wrote no end, the same command takes it up"
	}
	return "in order"
}

// tookCell is how long it took; "" where nobody knows.
func tookCell(s office.RunSummary) string {
	if s.EndedAt == nil {
		return ""
	}
	return tookText(s.EndedAt.Sub(s.StartedAt))
}

func (l runList) tables(zone *time.Location) []table {
	t := table{header: []string{"RUN", "STARTED", "TOOK", "ENVIRONMENT", "FILES", "ROWS", "STATES", "ENDED"}}
	for _, s := range l.Runs {
		t.add(s.Run, stampText(s.StartedAt, zone, toTheSecond), tookCell(s), s.Environment, namesOf(s.Files), fmt.Sprint(s.Rows), statesText(s.States), endText(s))
	}
	return []table{t}
}

// namesOf are the names of some files; of a folder with many the first ones.
func namesOf(files []office.FileSummary) string {
	const most = 3
	var names []string
	for i, f := range files {
		if i == most && len(files) > most+1 {
			return strings.Join(names, ", ") + fmt.Sprintf(" and %d more", len(files)-most)
		}
		names = append(names, filepath.Base(f.File))
	}
	return strings.Join(names, ", ")
}

// statesText is "48 accepted, 2 rejected", in the order of a summary.
func statesText(states map[journal.State]int) string {
	var parts []string
	for _, s := range journal.States() {
		if n := states[s]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, s))
		}
	}
	return strings.Join(parts, ", ")
}
