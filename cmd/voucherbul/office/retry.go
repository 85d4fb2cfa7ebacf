package office

import (
	"context"

	"voucherbul/batch/journal"
	"voucherbul/batch/plan"
)

// RetryOptions say which rows of earlier runs are to go again.
type RetryOptions struct {
	Run     string // all rows of this run, as they were; "" = those of the outcomes Files, with what was corrected in them
	Refused bool   // also those that were refused and have not changed
	RunOptions
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
	job.Resend.Run, job.Resend.Refused = opt.Run, opt.Refused
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
		sheets, err := plan.OutcomeSheets(path)
		if err != nil {
			return err
		}
		if len(sheets) == 0 {
			return &AskError{Why: NoOutcome, Paths: []string{path}}
		}
	}
	return nil
}
