package office

import (
	"context"
	"errors"

	"voucherbul/batch"
	"voucherbul/batch/journal"
	"voucherbul/mapping/ourfile"
	"voucherbul/report"
)

// SendOptions say which run is sent.
type SendOptions struct {
	Run    string         // one that is planned, or that was stopped
	NoHold bool           // send an attivazione though its prenotazione is not Prenotata yet, and rows whose offer has just been refused
	Format ourfile.Format // of the outcomes; "" = [ourfile.XLSX]

	Progress func(Progress) // called from one goroutine, after every change; nil = nobody looks
}

// Send sends what waits in a run, and writes its outcomes beside its exports, or where the configuration says. What others have
// sent since it was planned is not sent again. A run that nobody has planned,
// or that was planned for another platform, is an [*AskError].
func (o Office) Send(ctx context.Context, opt SendOptions) (Sent, error) {
	told := o.notices()
	sent, err := o.sendPlanned(ctx, opt, told)
	sent.Notices = told.all
	return sent, err
}

func (o Office) sendPlanned(ctx context.Context, opt SendOptions, told *notices) (Sent, error) {
	zone, err := Italy()
	if err != nil {
		return Sent{}, err
	}
	j, err := openExisting(ctx, o.Config.Journal)
	if err != nil {
		return Sent{}, err
	}
	defer j.Close() // it was only read
	run, err := runOf(ctx, j, opt.Run)
	if err != nil {
		return Sent{}, err
	}
	if run.Environment != o.Config.Target() {
		return Sent{}, &AskError{Why: OtherPlatform, Run: run.ID}
	}
	files, err := filesOfRun(ctx, j, opt.Run)
	if err != nil {
		return Sent{}, err
	}
	outcomes, err := o.outcomePaths(files, opt.Format)
	if err != nil {
		return Sent{}, err
	}
	job := o.newJob(nil, zone)
	job.Config.NoHold, job.Progress = opt.NoHold, watched(opt.Progress)
	return o.carryOut(ctx, j, job, outcomes, told, func(job batch.Job) (batch.Result, error) {
		return job.Send(ctx, batch.Planned{Run: opt.Run})
	})
}

// send plans and sends the rows of files, and writes their outcomes.
func (o Office) send(ctx context.Context, j journal.Journal, job batch.Job, files, outcomes []string, opt RunOptions, told *notices) (Sent, error) {
	if opt.Found != nil {
		opt.Found(files)
	}
	job.Files, job.Planned, job.Progress = files, opt.Planned, watched(opt.Progress)
	return o.carryOut(ctx, j, job, outcomes, told, func(job batch.Job) (batch.Result, error) { return job.Run(ctx) })
}

// stopReason says why a run was stopped; "" = it was not.
func stopReason(s *batch.Stop) string {
	if s == nil {
		return ""
	}
	return report.StopReason(s.Code, s.Args)
}

// carryOut takes the journal for as long as a job and the writing of its outcomes last.
func (o Office) carryOut(ctx context.Context, j journal.Journal, job batch.Job, outcomes []string, told *notices, do func(batch.Job) (batch.Result, error)) (Sent, error) {
	owner, err := o.own(ctx, j)
	if err != nil {
		return Sent{}, err
	}
	defer owner.Release() // every change is on disk when its call returns
	job.Journal = owner
	result, err := do(job)
	if err != nil {
		return Sent{}, err
	}
	// A signal ends the sending, and a full disk the writing; what happened is said all the same.
	ctx = context.WithoutCancel(ctx)
	sent := Sent{Run: result.Run, Resumed: result.Resumed, Stop: result.Stop, StopReason: stopReason(result.Stop), OtherSheets: result.OtherSheets}
	w := outcomeWriter{now: o.Now, zone: job.Zone, out: o.Config.Out, told: told}
	var written []journal.File
	for i, f := range result.Files {
		sent.Files, written = append(sent.Files, SentFile{f, outcomes[i]}), append(written, f.File)
	}
	sent.NotWritten = w.write(ctx, j, result.Run, written, outcomes)
	if sent.NotWritten == nil {
		sent.NotWritten = owner.Reported(ctx, result.Run, o.Now())
	}
	sent.NotWritten = errors.Join(sent.NotWritten, w.writeCleared(ctx, j, result.Cleared))
	cleared, err := doubtRows(ctx, j, result.Cleared)
	sent.Cleared, sent.NotWritten = cleared, errors.Join(sent.NotWritten, err)
	return sent, nil
}
