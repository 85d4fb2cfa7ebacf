package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"voucherbul/batch/journal"
	"voucherbul/cmd/voucherbul/config"
	"voucherbul/report"
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

// look opens the journal that is there, and prints what is found in it.
func (o *runsOptions) look(ctx context.Context, find func(context.Context, *journal.Journal) (view, error)) error {
	c, err := config.LoadOffline(o.config, o.std.environ)
	if err != nil {
		return err
	}
	zone, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		return err
	}
	j, err := lookAt(ctx, c.Journal)
	if err != nil {
		return err
	}
	defer j.Close() // nothing was written to it
	v, err := find(ctx, j)
	if err != nil {
		return err
	}
	if o.json {
		err = json.NewEncoder(o.std.out).Encode(v)
	} else {
		err = printTables(o.std.out, isTerminal(o.std.out), v.tables(zone))
	}
	if err != nil {
		return &report.WriteError{Path: "the result to standard output", Err: err}
	}
	return nil
}

// runOf finds the run that the command line names.
func runOf(ctx context.Context, j *journal.Journal, id string) (journal.Run, error) {
	run, ok, err := j.Run(ctx, id)
	if err == nil && !ok {
		err = usageError{fmt.Errorf("the journal has no run %s: 'voucherbul runs --limit 0' lists all", maskText(id))}
	}
	return run, err
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
			return o.look(c.Context(), func(ctx context.Context, j *journal.Journal) (view, error) { return listRuns(ctx, j, limit) })
		},
	}
	c.Flags().IntVar(&limit, "limit", 20, "how many runs to list, 0 = all")
	return c
}

// runList is what `runs list` shows; its names are a contract.
type runList struct {
	Schema int          `json:"schema"`
	Runs   []runSummary `json:"runs"` // newest first
}

// runSummary is one run in a few words.
type runSummary struct {
	Run         string                `json:"run"`
	StartedAt   time.Time             `json:"started_at"` // UTC, as every instant of these objects
	PlannedAt   time.Time             `json:"planned_at"`
	EndedAt     *time.Time            `json:"ended_at,omitempty"`
	TookSeconds *float64              `json:"took_seconds,omitempty"` // from started_at to ended_at
	Environment string                `json:"environment"`            // "" = unknown
	Ended       runEnd                `json:"ended"`
	Reason      string                `json:"reason,omitempty"` // why it was stopped
	Rows        int                   `json:"rows"`
	States      map[journal.State]int `json:"states"`
	Files       []fileSummary         `json:"files"`
}

type fileSummary struct {
	File   string                `json:"file"` // path
	Rows   int                   `json:"rows"`
	States map[journal.State]int `json:"states"`
}

// runEnd is how a run ended.
type runEnd string

const (
	endedInOrder runEnd = "in_order"
	endedStopped runEnd = "stopped"
	endedKilled  runEnd = "killed"    // it wrote no end, and nobody has the journal
	underWay     runEnd = "under_way" // it wrote no end, and a process has the journal: of several such runs the latest is the one
)

func listRuns(ctx context.Context, j *journal.Journal, limit int) (runList, error) {
	list := runList{Schema: 1, Runs: []runSummary{}}
	runs, err := j.Runs(ctx, limit)
	if err != nil {
		return list, err
	}
	for _, run := range runs {
		s, err := summaryOf(ctx, j, run)
		if err != nil {
			return list, err
		}
		list.Runs = append(list.Runs, s)
	}
	return list, nil
}

// summaryOf adds up what became of the rows of a run.
func summaryOf(ctx context.Context, j *journal.Journal, run journal.Run) (runSummary, error) {
	s := runSummary{Run: run.ID, StartedAt: run.StartedAt, PlannedAt: run.PlannedAt, EndedAt: instant(run.EndedAt), Environment: run.Environment,
		Ended: endedInOrder, Reason: maskText(run.Reason), States: map[journal.State]int{}, Files: []fileSummary{}}
	switch {
	case run.EndedAt.IsZero() && j.InUse():
		s.Ended = underWay
	case run.EndedAt.IsZero():
		s.Ended = endedKilled
	case run.Reason != "":
		s.Ended = endedStopped
	}
	if s.EndedAt != nil {
		took := run.EndedAt.Sub(run.StartedAt).Seconds()
		s.TookSeconds = &took
	}
	files, err := j.Files(ctx, run.ID)
	if err != nil {
		return s, err
	}
	for _, f := range files {
		file := fileSummary{File: maskText(f.Path)}
		if file.States, err = j.Counts(ctx, f.ID); err != nil {
			return s, err
		}
		for state, n := range file.States {
			s.States[state] += n
			file.Rows += n
		}
		s.Rows += file.Rows
		s.Files = append(s.Files, file)
	}
	return s, nil
}

// endText says how it ended.
func (s runSummary) endText() string {
	switch s.Ended {
	case endedStopped:
		return "stopped: " + s.Reason
	case underWay:
		return "under way"
	case endedKilled:
		return "killed: it wrote no end, the same command takes it up"
	}
	return "in order"
}

// tookCell is how long it took; "" where nobody knows.
func (s runSummary) tookCell() string {
	if s.EndedAt == nil {
		return ""
	}
	return tookText(s.EndedAt.Sub(s.StartedAt))
}

func (l runList) tables(zone *time.Location) []table {
	t := table{header: []string{"RUN", "STARTED", "TOOK", "ENVIRONMENT", "FILES", "ROWS", "STATES", "ENDED"}}
	for _, s := range l.Runs {
		t.add(s.Run, stampText(s.StartedAt, zone, toTheSecond), s.tookCell(), s.Environment, namesOf(s.Files), fmt.Sprint(s.Rows), statesText(s.States), s.endText())
	}
	return []table{t}
}

// namesOf are the names of some files; of a folder with many the first ones.
func namesOf(files []fileSummary) string {
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
