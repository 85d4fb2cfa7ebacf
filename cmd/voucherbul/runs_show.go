package main

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"voucherbul/batch/journal"
)

func newRunsShowCommand(o *runsOptions) *cobra.Command {
	return &cobra.Command{
		Use:   "show RUN",
		Short: "Show everything about one run: its files, how fast it was, what it waited for, every esito",
		Args:  cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return o.look(c.Context(), func(ctx context.Context, j *journal.Journal) (view, error) { return showRun(ctx, j, args[0]) })
		},
	}
}

// runStory is what `runs show` shows; its names are a contract.
type runStory struct {
	Schema int `json:"schema"`
	runSummary
	Rate      *float64       `json:"rate,omitempty"` // requests per second it was allowed, 0 = unlimited; absent = unknown
	Exchanges exchangesStory `json:"exchanges"`
	Speed     *speedStory    `json:"speed,omitempty"` // absent where the run has no end
	Waits     []waitStory    `json:"waits"`           // the longest in all first
	Esiti     []esitoStory   `json:"esiti"`
}

// exchangesStory counts what was exchanged about the rows of the run, up to now.
type exchangesStory struct {
	Requests int `json:"requests"`
	Lookups  int `json:"lookups"` // in the list of ISEE outcomes
	Marks    int `json:"marks"`   // by hand
}

// speedStory is how fast the run was between planned_at and ended_at; of one that was taken up, the pause counts.
type speedStory struct {
	Seconds           float64 `json:"seconds"`
	RowsSent          int     `json:"rows_sent"`
	Requests          int     `json:"requests"`
	RowsPerSecond     float64 `json:"rows_per_second"`
	RequestsPerSecond float64 `json:"requests_per_second"`
}

// waitStory is what was waited for one reason. Rows wait at the same time, so the sum is longer than it took.
type waitStory struct {
	Kind           string  `json:"kind"` // of the exchanges after which it was waited: send, lookup or mark
	Reason         string  `json:"reason"`
	Attempts       int     `json:"attempts"`
	TotalSeconds   float64 `json:"total_seconds"`
	LongestSeconds float64 `json:"longest_seconds"`
}

type esitoStory struct {
	Esito string        `json:"esito"`
	State journal.State `json:"state"`
	Rows  int           `json:"rows"`
}

func showRun(ctx context.Context, j *journal.Journal, id string) (runStory, error) {
	run, err := runOf(ctx, j, id)
	if err != nil {
		return runStory{}, err
	}
	summary, err := summaryOf(ctx, j, run)
	if err != nil {
		return runStory{}, err
	}
	traffic, err := j.Traffic(ctx, run)
	if err != nil {
		return runStory{}, err
	}
	return storyOf(run, summary, traffic), nil
}

func storyOf(run journal.Run, summary runSummary, t journal.Traffic) runStory {
	s := runStory{Schema: 1, runSummary: summary, Speed: speedOf(run, t), Waits: []waitStory{}, Esiti: []esitoStory{},
		Exchanges: exchangesStory{Requests: t.Requests, Lookups: t.Lookups, Marks: t.Marks}}
	if run.Rate >= 0 {
		s.Rate = &run.Rate
	}
	for _, w := range t.Waits {
		s.Waits = append(s.Waits, waitStory{Kind: w.Kind, Reason: maskText(w.Reason), Attempts: w.Attempts, TotalSeconds: w.Total.Seconds(), LongestSeconds: w.Longest.Seconds()})
	}
	for _, e := range t.Esiti {
		s.Esiti = append(s.Esiti, esitoStory{Esito: maskText(e.Esito), State: e.State, Rows: e.Rows})
	}
	return s
}

// speedOf is how fast a run was; nil where it has no end.
func speedOf(run journal.Run, t journal.Traffic) *speedStory {
	if run.EndedAt.IsZero() {
		return nil
	}
	s := speedStory{Seconds: max(0, run.EndedAt.Sub(run.PlannedAt).Seconds()), RowsSent: t.SentRows, Requests: t.SentRequests}
	if s.Seconds > 0 {
		s.RowsPerSecond, s.RequestsPerSecond = float64(s.RowsSent)/s.Seconds, float64(s.Requests)/s.Seconds
	}
	return &s
}

func (s runStory) tables(zone *time.Location) []table {
	var head table
	head.add("run", s.Run)
	head.addKnown("environment", s.Environment)
	head.addKnown("rate", s.rateText())
	head.add("started", stampText(s.StartedAt, zone, toTheSecond))
	head.add("planned", stampText(s.PlannedAt, zone, toTheSecond))
	if s.EndedAt != nil {
		head.add("ended", stampText(*s.EndedAt, zone, toTheSecond))
		head.add("took", s.tookCell())
	}
	head.add("end", s.endText())
	head.add("rows", fmt.Sprint(s.Rows))
	head.add("states", statesText(s.States))
	head.add("exchanges", fmt.Sprintf("%d requests, %d look-ups, %d marks", s.Exchanges.Requests, s.Exchanges.Lookups, s.Exchanges.Marks))
	if s.Speed != nil {
		head.add("speed", fmt.Sprintf("%d rows sent with %d requests in %s: %.1f rows/s, %.1f requests/s", s.Speed.RowsSent, s.Speed.Requests,
			secondsText(s.Speed.Seconds), s.Speed.RowsPerSecond, s.Speed.RequestsPerSecond))
	}
	files := table{header: []string{"FILE", "ROWS", "STATES"}}
	for _, f := range s.Files {
		files.add(f.File, fmt.Sprint(f.Rows), statesText(f.States))
	}
	waits := table{header: []string{"WAITED AFTER", "ATTEMPTS", "IN ALL", "AT MOST", "REASON"}}
	for _, w := range s.Waits {
		waits.add(w.Kind, fmt.Sprint(w.Attempts), secondsText(w.TotalSeconds), secondsText(w.LongestSeconds), shortText(w.Reason))
	}
	esiti := table{header: []string{"ESITO", "STATE", "ROWS"}}
	for _, e := range s.Esiti {
		esiti.add(e.Esito, string(e.State), fmt.Sprint(e.Rows))
	}
	return []table{head, files, waits, esiti}
}

func (s runStory) rateText() string {
	switch {
	case s.Rate == nil:
		return ""
	case *s.Rate == 0:
		return "unlimited"
	}
	return strconv.FormatFloat(*s.Rate, 'f', -1, 64) + " requests/s"
}

// secondsText is tookText of seconds.
func secondsText(seconds float64) string {
	return tookText(time.Duration(seconds * float64(time.Second)))
}
