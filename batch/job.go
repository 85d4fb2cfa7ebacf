// Package batch is the job: it plans every row of the given files in the journal, then submits them at the pace that is
// allowed, each beneficiary in file order, and never twice.
//
// Decisions are pure functions ([decide], [Retry], [lanes]); effects happen in one loop, whose order is the safety property:
// record that a row is sent, send it, record what came back. The package must not send a row that is not planned. It must
// not send a row in doubt again before the doubt is cleared up. It must not report anything that the journal does not hold
// yet.
package batch

import (
	"context"
	"log/slog"
	"time"

	"voucherbul/batch/journal"
	"voucherbul/batch/plan"
)

// Job is one run of the program over some files.
type Job struct {
	Files []string
	plan.Reading
	Resend      plan.Resend
	Journal     Journal
	Platform    Platform
	Config      Config
	Environment string           // where it is sent, as [journal.Run] calls it
	Zone        *time.Location   // Italian time
	Now         func() time.Time // the clock
	Log         *slog.Logger
	Planned     func()         // called when every row is in the journal, before the first one is sent; nil = nobody cares
	Progress    func(Progress) // called from one goroutine, after every change; nil = nobody looks
}

// Progress is how far a run is. Every row it counts is in the journal.
type Progress struct {
	Run     string                // "" = the rows in doubt of all runs are cleared up
	Rows    int                   // of this run, those of earlier times included
	Counts  map[journal.State]int // settled rows by state
	InDoubt int                   // rows that wait until their outcome can be found out
	Until   time.Time             // nothing is sent before; zero = it goes on
	Trouble []string              // that is waited for: its code, and the arguments of that; of an esito the esito
}

// Result is what a run has done.
type Result struct {
	Planned
	Stop    *Stop
	Files   []FileResult
	Cleared []journal.Row // rows of earlier runs that were in doubt, and are settled now
}

// FileResult counts the rows of one file by state.
type FileResult struct {
	journal.File
	Rows   int // orders: those of every state but skipped
	Counts map[journal.State]int
}

// Planned is a run whose rows are all in the journal.
type Planned = plan.Planned

// Plan brings every row of every file into the journal, and sends nothing.
func (j Job) Plan(ctx context.Context) (Planned, error) { return j.plan().Make(ctx) }

func (j Job) plan() plan.Plan {
	return plan.Plan{Files: j.Files, Reading: j.Reading, Resend: j.Resend, Journal: j.Journal, Environment: j.Environment, Rate: j.Config.Pace.Rate,
		Zone: j.Zone, Now: j.Now, Log: j.Log}
}

// Run plans and sends. A run that stops early returns a Result with its Stop; an error means that the
// files could not be planned or the journal failed.
func (j Job) Run(ctx context.Context) (Result, error) {
	p, err := j.Plan(ctx)
	if err != nil {
		return Result{}, err
	}
	if p.Resumed {
		return j.Send(ctx, p)
	}
	return j.send(ctx, p)
}

// Send sends a run that was planned before, perhaps by another process, or goes on with one. Files may say where its exports
// are now, in their order; without them they are where they were.
func (j Job) Send(ctx context.Context, p Planned) (Result, error) {
	if err := j.plan().Renew(ctx, p.Run); err != nil {
		return Result{}, err
	}
	return j.send(ctx, p)
}

// send sends what waits in a run, and writes down how it ended.
func (j Job) send(ctx context.Context, p Planned) (Result, error) {
	run := p.Run
	if j.Planned != nil {
		j.Planned()
	}
	j.Config.Pace.InFlight = max(1, j.Config.Pace.InFlight)
	s, err := j.submit(ctx, run)
	if err != nil {
		return Result{}, err
	}
	// The end is written down even where a signal has ended the context.
	ended := context.WithoutCancel(ctx)
	end := journal.End{At: j.Now(), Left: leftBehindOthers()}
	if s.stop != nil {
		end.Code, end.Args, end.Left = s.stop.Code, s.stop.Args, leftByStop(s.stop)
	}
	if err := j.Journal.Finish(ended, run, end); err != nil {
		return Result{}, err
	}
	result := Result{Planned: p, Stop: s.stop, Cleared: s.cleared}
	files, err := j.Journal.Files(ended, run)
	if err != nil {
		return Result{}, err
	}
	for i, f := range files {
		if i < len(j.Files) {
			f.Path = j.Files[i] // a renamed copy goes on with the run of its original
		}
		counts, err := j.Journal.Counts(ended, f.ID)
		if err != nil {
			return Result{}, err
		}
		file := FileResult{File: f, Counts: counts}
		for state, n := range counts {
			if state != journal.Skipped {
				file.Rows += n
			}
		}
		result.Files = append(result.Files, file)
	}
	return result, nil
}
