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

	"voucherbul/batch/gate"
	"voucherbul/batch/journal"
	"voucherbul/batch/plan"
	"voucherbul/batch/platform"
	"voucherbul/mapping"
)

// Platform is what the loop needs of [platform.Client]; tests may stand in for it.
type Platform interface {
	Token(ctx context.Context) (string, error)
	DropToken(refused string)
	Send(ctx context.Context, token string, op mapping.Operation, body []byte) platform.Reply
	Vouchers(ctx context.Context, token string, zone *time.Location) ([]platform.Voucher, error)
}

// Config is how rows are sent.
type Config struct {
	Pace    Pace
	Retry   Retry
	Doubt   Doubt
	Breaker Breaker
	NoHold  bool          // send activations whose booking is not Prenotata yet, and rows whose offer has just been refused
	Stamp   mapping.Stamp // what a request gets when it leaves; its At is set then

	Catalogue *mapping.Catalogue // whose phases the platform answers with; nil = today's
}

// Pace and Breaker are what the gate is told.
type (
	Pace    = gate.Pace
	Breaker = gate.Breaker
)

// Retry is how often and after what wait a row is sent again.
type Retry struct {
	Attempts int           // exchanges per row, over all runs that take it up
	Base     time.Duration // of the first wait; each one doubles
	Cap      time.Duration // of any wait
}

// Doubt is how rows are treated whose answer was lost.
type Doubt struct {
	Settle time.Duration // the platform may still be working on a request for this long
	Wait   time.Duration // how long a run waits at its end for rows in doubt
}

// Job is one run of the program over some files.
type Job struct {
	Files []string
	plan.Reading
	Again       plan.Again
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
	Waiting string                // why
}

// Stop is why a run ended before its last row. Rows that were not sent stay in the journal.
type Stop struct {
	Cause  Cause
	Code   journal.Code
	Args   []string // of the code
	Reason string   // English, for the administrator: what happened and what to do
	Motivo string   // the same in Italian, for the outcome
}

// Cause says who can do something about a stop; exit codes are made of it.
type Cause string

// The causes of a stop.
const (
	Interrupted Cause = "interrupted" // a signal: run the same command again
	Credentials Cause = "credentials" // token or subscription key refused
	Unavailable Cause = "unavailable" // platform not reached, overloaded, out of quota, or not as configured
)

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
	return plan.Plan{Files: j.Files, Reading: j.Reading, Again: j.Again, Journal: j.Journal, Environment: j.Environment, Rate: j.Config.Pace.Rate,
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
		end.Code, end.Args, end.Reason, end.Motivo, end.Left = s.stop.Code, s.stop.Args, s.stop.Reason, s.stop.Motivo, leftByStop(s.stop)
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

// leftBehindOthers says why rows are left of a run that came to its end.
func leftBehindOthers() journal.Outcome {
	return journal.Outcome{
		Descrizione: "Non inviata: aspetta una riga precedente dello stesso beneficiario, che non è ancora definita.",
		Advice:      "Nessuna correzione: definita quella riga, inviare di nuovo il file.",
		Code:        journal.BehindRow,
		Reason:      "waits for an earlier row of the same beneficiary, which is uncertain or held",
	}
}

// leftByStop says why rows are left of a run that was stopped.
func leftByStop(s *Stop) journal.Outcome {
	return journal.Outcome{
		Descrizione: "Non inviata: l'invio si è fermato prima di questa riga. " + s.Motivo,
		Advice:      "Nessuna correzione: chi gestisce il programma fa ripartire l'invio.",
		Code:        journal.BeforeItsTurn,
		Args:        append([]string{string(s.Code)}, s.Args...),
		Reason:      s.Reason,
	}
}
