package office

import (
	"context"

	"voucherbul/batch/journal"
	"voucherbul/report"
)

// ShowOptions name a run.
type ShowOptions struct {
	Run string
}

// RunStory is everything about one run. Nothing in it names a person. Its JSON names are a contract, as those of all stories.
type RunStory struct {
	RunSummary
	Rate      *float64    `json:"rate,omitempty"` // requests per second it was allowed, 0 = unlimited; absent = unknown
	Exchanges Exchanges   `json:"exchanges"`
	Speed     *Speed      `json:"speed,omitempty"` // absent where the run has no end
	Waits     []Wait      `json:"waits"`           // the longest in all first
	Esiti     []EsitoRows `json:"esiti"`
}

// Exchanges counts what was exchanged about the rows of the run, up to now.
type Exchanges struct {
	Requests int `json:"requests"`
	Lookups  int `json:"lookups"` // in the list of ISEE outcomes
	Marks    int `json:"marks"`   // by hand
}

// Speed is how fast the run was between planned_at and ended_at; of one that was taken up, the pause counts.
type Speed struct {
	Seconds           float64 `json:"seconds"`
	RowsSent          int     `json:"rows_sent"`
	Requests          int     `json:"requests"`
	RowsPerSecond     float64 `json:"rows_per_second"`
	RequestsPerSecond float64 `json:"requests_per_second"`
}

// Wait is what was waited for one reason. Rows wait at the same time, so the sum is longer than it took.
type Wait struct {
	Kind           string  `json:"kind"` // of the exchanges after which it was waited: send, lookup or mark
	Reason         string  `json:"reason"`
	Attempts       int     `json:"attempts"`
	TotalSeconds   float64 `json:"total_seconds"`
	LongestSeconds float64 `json:"longest_seconds"`
}

// EsitoRows are the rows of a run that stand in one state with the same esito.
type EsitoRows struct {
	Esito string        `json:"esito"`
	State journal.State `json:"state"`
	Rows  int           `json:"rows"`
}

// Show tells everything about one run: its files, how fast it was, what it waited for, every esito.
func (o Office) Show(ctx context.Context, opt ShowOptions) (story RunStory, err error) {
	err = o.look(ctx, func(j journal.Reader) error {
		run, err := runOf(ctx, j, opt.Run)
		if err != nil {
			return err
		}
		summary, err := summaryOf(ctx, j, run)
		if err != nil {
			return err
		}
		traffic, err := j.Traffic(ctx, run)
		story = storyOf(run, summary, traffic)
		return err
	})
	return story, err
}

func storyOf(run journal.Run, summary RunSummary, t journal.Traffic) RunStory {
	s := RunStory{RunSummary: summary, Speed: speedOf(run, t), Waits: []Wait{}, Esiti: []EsitoRows{},
		Exchanges: Exchanges{Requests: t.Requests, Lookups: t.Lookups, Marks: t.Marks}}
	if run.Rate >= 0 {
		s.Rate = &run.Rate
	}
	for _, w := range t.Waits {
		s.Waits = append(s.Waits, Wait{Kind: w.Kind, Reason: MaskText(report.WaitReason(w)), Attempts: w.Exchanges, TotalSeconds: w.Total.Seconds(), LongestSeconds: w.Longest.Seconds()})
	}
	for _, e := range t.Esiti {
		s.Esiti = append(s.Esiti, EsitoRows{Esito: MaskText(e.Esito), State: e.State, Rows: e.Rows})
	}
	return s
}

// speedOf is how fast a run was; nil where it has no end.
func speedOf(run journal.Run, t journal.Traffic) *Speed {
	if run.EndedAt.IsZero() {
		return nil
	}
	s := Speed{Seconds: max(0, run.EndedAt.Sub(run.PlannedAt).Seconds()), RowsSent: t.SentRows, Requests: t.SentRequests}
	if s.Seconds > 0 {
		s.RowsPerSecond, s.RequestsPerSecond = float64(s.RowsSent)/s.Seconds, float64(s.Requests)/s.Seconds
	}
	return &s
}
