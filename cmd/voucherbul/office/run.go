package office

import (
	"context"
	"errors"

	"voucherbul/batch"
	"voucherbul/batch/journal"
	"voucherbul/mapping/ourfile"
)

// RunOptions say what is to be sent.
type RunOptions struct {
	Files   []string // exports, and folders of them
	Reading ReadingOptions
	NoHold  bool           // send an attivazione though its prenotazione is not Prenotata yet, and rows whose offer has just been refused
	Format  ourfile.Format // of the outcomes; "" = [ourfile.XLSX]

	Found    func(files []string) // called when the exports are known, before the first is read; nil = nobody cares
	Planned  func()               // called when every row is in the journal, before the first is sent; nil = nobody cares
	Progress func(Progress)       // called from one goroutine, after every change; nil = nobody looks
}

// RetryOptions say which rows of earlier runs are to go again.
type RetryOptions struct {
	Run     string // all rows of this run, as they were; "" = those of the outcomes Files, with what was corrected in them
	Refused bool   // also those that were refused and have not changed
	RunOptions
}

// Progress is how far a run is. Every row that it counts is in the journal.
type Progress struct {
	Run string // "" = it is not known yet, or the rows are of all runs
	batch.Progress
}

// progressOf tells the progress of a run.
func progressOf(run string, tell func(Progress)) func(batch.Progress) {
	if tell == nil {
		return nil
	}
	return func(p batch.Progress) { tell(Progress{Run: run, Progress: p}) }
}

// Sent is what a run has done.
type Sent struct {
	Run        string
	Resumed    bool        // the same had been asked for before, and was interrupted
	Stop       *batch.Stop // why it ended before its last row; nil = it did not
	Files      []SentFile
	Cleared    []DoubtRow // rows of earlier runs that were in doubt, and are settled now
	NotWritten error      // outcomes that could not be written; what was sent is in the journal
	Notices    []Notice
}

// SentFile is what became of the rows of one file.
type SentFile struct {
	batch.FileResult
	Outcome string // where it is written
}

// Run plans the rows of the files, sends them, and writes their outcomes. The same again after an interruption goes on where it
// was. A run that is stopped early is a result with its Stop; after an error nothing was sent, or the journal has failed.
func (o Office) Run(ctx context.Context, opt RunOptions) (Sent, error) {
	told := o.notices()
	sent, err := o.run(ctx, opt, told)
	sent.Notices = told.all
	return sent, err
}

func (o Office) run(ctx context.Context, opt RunOptions, told *notices) (Sent, error) {
	files, err := Exports(opt.Files, told.add)
	if err != nil {
		return Sent{}, err
	}
	job, err := o.readingJob(opt)
	if err != nil {
		return Sent{}, err
	}
	outcomes, err := o.outcomePaths(files, opt.Format)
	if err != nil {
		return Sent{}, err
	}
	j, err := o.open(ctx, told)
	if err != nil {
		return Sent{}, err
	}
	defer j.Close() // it was only read
	return o.send(ctx, j, job, files, outcomes, opt, told)
}

// Retry sends rows of an earlier run again, and writes their outcome anew: those that were corrected, and those that may go as
// they are.
func (o Office) Retry(ctx context.Context, opt RetryOptions) (Sent, error) {
	told := o.notices()
	sent, err := o.retry(ctx, opt, told)
	sent.Notices = told.all
	return sent, err
}

func (o Office) retry(ctx context.Context, opt RetryOptions, told *notices) (Sent, error) {
	files, err := Exports(opt.Files, told.add)
	if err != nil {
		return Sent{}, err
	}
	job, err := o.readingJob(opt.RunOptions)
	if err != nil {
		return Sent{}, err
	}
	job.Again.Run, job.Again.Refused = opt.Run, opt.Refused
	j, err := openExisting(ctx, o.Config.Journal)
	if err != nil {
		return Sent{}, err
	}
	defer j.Close() // it was only read
	if opt.Run != "" {
		files, err = filesOfRun(ctx, j, opt.Run)
	} else {
		err = onlyOutcomes(files)
	}
	if err != nil {
		return Sent{}, err
	}
	outcomes, err := o.outcomePaths(files, opt.Format)
	if err != nil {
		return Sent{}, err
	}
	return o.send(ctx, j, job, files, outcomes, opt.RunOptions, told)
}

// readingJob is a job that reads as the options say, and has nothing to read yet.
func (o Office) readingJob(opt RunOptions) (batch.Job, error) {
	zone, err := Italy()
	if err != nil {
		return batch.Job{}, err
	}
	job := o.newJob(nil, zone)
	job.Config.NoHold = opt.NoHold
	job.Reading, err = o.reading(opt.Reading, o.Now().In(zone))
	return job, err
}

// outcomePaths are where the outcomes of files go. That they can be written is found out before anything is sent.
func (o Office) outcomePaths(files []string, format ourfile.Format) ([]string, error) {
	paths, err := reportPaths(files, o.Config.Out, formatOr(format).Path)
	if err != nil {
		return nil, err
	}
	return paths, writable(paths)
}

// send plans and sends the rows of files, and writes their outcomes.
func (o Office) send(ctx context.Context, j journal.Journal, job batch.Job, files, outcomes []string, opt RunOptions, told *notices) (Sent, error) {
	if opt.Found != nil {
		opt.Found(files)
	}
	owner, err := o.own(ctx, j)
	if err != nil {
		return Sent{}, err
	}
	defer owner.Release() // every change is on disk when its call returns
	job.Journal, job.Files, job.Planned, job.Progress = owner, files, opt.Planned, progressOf("", opt.Progress)
	result, err := job.Run(ctx)
	if err != nil {
		return Sent{}, err
	}
	// A signal ends the sending, and a full disk the writing; what happened is said all the same.
	ctx = context.WithoutCancel(ctx)
	sent := Sent{Run: result.Run, Resumed: result.Resumed, Stop: result.Stop}
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

// filesOfRun are the exports of a run, where they were: their outcomes go beside them.
func filesOfRun(ctx context.Context, j journal.Reader, id string) ([]string, error) {
	run, err := runOf(ctx, j, id)
	if err != nil {
		return nil, err
	}
	files, err := j.Files(ctx, run.ID)
	if err != nil {
		return nil, err
	}
	paths := make([]string, len(files))
	for i, f := range files {
		paths[i] = f.Path
	}
	return paths, nil
}

// onlyOutcomes refuses files that are no outcomes.
func onlyOutcomes(files []string) error {
	for _, path := range files {
		sheets, err := batch.OutcomeSheets(path)
		if err != nil {
			return err
		}
		if len(sheets) == 0 {
			return &AskError{Why: NoOutcome, Paths: []string{path}}
		}
	}
	return nil
}
