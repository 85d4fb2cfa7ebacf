package office

import (
	"context"

	"voucherbul/batch"
	"voucherbul/mapping/ourfile"
)

// PlanOptions say what is to be planned.
type PlanOptions struct {
	Files   []string // exports, outcomes, and folders of exports
	Reading ReadingOptions

	Found func(files []string) // called when the exports are known, before the first is read; nil = nobody cares
}

// Planned is a run whose rows are all in the journal, and none of them is sent. [Office.Send] sends it, in this process or in
// another one.
type Planned struct {
	batch.Planned
	Files   []string // in the order of the run
	Notices []Notice
}

// Plan brings every row of the files into the journal, and sends nothing. The same files again find their run while it is not
// finished. Rows that break a rule, and rows that earlier runs have sent, are settled already.
func (o Office) Plan(ctx context.Context, opt PlanOptions) (Planned, error) {
	told := o.notices()
	p, err := o.plan(ctx, opt, told)
	p.Notices = told.all
	return p, err
}

func (o Office) plan(ctx context.Context, opt PlanOptions, told *notices) (p Planned, err error) {
	if p.Files, err = Exports(opt.Files, told.add); err != nil {
		return p, err
	}
	job, err := o.readingJob(RunOptions{Reading: opt.Reading})
	if err != nil {
		return p, err
	}
	j, err := o.open(ctx, told)
	if err != nil {
		return p, err
	}
	defer j.Close() // it was only read
	owner, err := o.own(ctx, j)
	if err != nil {
		return p, err
	}
	defer owner.Release() // every change is on disk when its call returns
	if opt.Found != nil {
		opt.Found(p.Files)
	}
	job.Journal, job.Files = owner, p.Files
	p.Planned, err = job.Plan(ctx)
	return p, err
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
