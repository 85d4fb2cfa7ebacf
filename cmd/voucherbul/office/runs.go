package office

import (
	"context"
	"time"

	"voucherbul/batch/journal"
	"voucherbul/report"
)

// RunsOptions say how many runs are wanted.
type RunsOptions struct {
	Limit int // 0 = all
}

// Runs lists the latest runs that have a plan, newest first, also while one is under way.
func (o Office) Runs(ctx context.Context, opt RunsOptions) ([]RunSummary, error) {
	list := []RunSummary{}
	err := o.look(ctx, func(j journal.Reader) error {
		runs, err := j.Runs(ctx, opt.Limit)
		if err != nil {
			return err
		}
		for _, run := range runs {
			s, err := summaryOf(ctx, j, run)
			if err != nil {
				return err
			}
			list = append(list, s)
		}
		return nil
	})
	return list, err
}

// RunSummary is one run in a few words.
type RunSummary struct {
	Run         string                `json:"run"`
	StartedAt   time.Time             `json:"started_at"` // UTC, as every instant of these objects
	PlannedAt   time.Time             `json:"planned_at"`
	EndedAt     *time.Time            `json:"ended_at,omitempty"`
	TookSeconds *float64              `json:"took_seconds,omitempty"` // from started_at to ended_at
	Environment string                `json:"environment"`            // "" = unknown
	Ended       RunEnd                `json:"ended"`
	Reason      string                `json:"reason,omitempty"` // why it was stopped
	Rows        int                   `json:"rows"`
	States      map[journal.State]int `json:"states"`
	Files       []FileSummary         `json:"files"`
}

type FileSummary struct {
	File   string                `json:"file"` // path
	Rows   int                   `json:"rows"`
	States map[journal.State]int `json:"states"`
}

// RunEnd is how a run ended.
type RunEnd string

const (
	EndedInOrder RunEnd = "in_order"
	EndedStopped RunEnd = "stopped"
	EndedKilled  RunEnd = "killed"    // it wrote no end, and nobody has the journal
	UnderWay     RunEnd = "under_way" // it wrote no end, and a process has the journal: of several such runs the latest is the one
)

// runOf finds the run that is asked for.
func runOf(ctx context.Context, j journal.Reader, id string) (journal.Run, error) {
	run, ok, err := j.Run(ctx, id)
	if err == nil && !ok {
		err = &AskError{Why: NoRun, Run: id}
	}
	return run, err
}

// summaryOf adds up what became of the rows of a run.
func summaryOf(ctx context.Context, j journal.Reader, run journal.Run) (RunSummary, error) {
	s := RunSummary{Run: run.ID, StartedAt: run.StartedAt, PlannedAt: run.PlannedAt, EndedAt: instant(run.EndedAt), Environment: run.Environment,
		Ended: EndedInOrder, Reason: MaskText(report.RunReason(run)), States: map[journal.State]int{}, Files: []FileSummary{}}
	switch {
	case run.EndedAt.IsZero() && j.InUse(ctx):
		s.Ended = UnderWay
	case run.EndedAt.IsZero():
		s.Ended = EndedKilled
	case run.Code != "", run.Reason != "": // what an older release wrote may have no code
		s.Ended = EndedStopped
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
		file := FileSummary{File: MaskText(f.Path)}
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

// instant is an instant of a story; nil where there is none.
func instant(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
