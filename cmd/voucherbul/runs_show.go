package main

import (
	"fmt"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"voucherbul/cmd/voucherbul/office"
)

func newRunsShowCommand(o *runsOptions) *cobra.Command {
	return &cobra.Command{
		Use:   "show RUN",
		Short: "Show everything about one run: its files, how fast it was, what it waited for, every esito",
		Args:  cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return o.look(func(of office.Office) (view, error) {
				story, err := of.Show(c.Context(), office.ShowOptions{Run: args[0]})
				return runStory{1, story}, err
			})
		},
	}
}

// runStory is what `runs show` shows; its names are a contract.
type runStory struct {
	Schema int `json:"schema"`
	office.RunStory
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
		head.add("took", tookCell(s.RunSummary))
	}
	head.add("end", endText(s.RunSummary))
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
