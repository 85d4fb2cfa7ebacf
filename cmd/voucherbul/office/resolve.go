package office

import (
	"context"
	"slices"
	"time"

	"voucherbul/batch"
	"voucherbul/batch/journal"
)

// ResolveOptions say how doubts are cleared up.
type ResolveOptions struct {
	Out      string         // folder of the outcomes; "" = that of the configuration, or beside each file
	Progress func(Progress) // of the rows of all runs; nil = nobody looks
}

// DoubtRow is a row whose answer was lost once.
type DoubtRow struct {
	Run    string
	File   string // path of its export
	Number int    // in its file
	State  journal.State
	SentAt time.Time
}

// Resolved is what clearing up doubts has done.
type Resolved struct {
	Cleared    []DoubtRow  // settled now
	Open       []DoubtRow  // still in doubt
	Stop       *batch.Stop // why it ended early; nil = it did not
	StopReason string      // English: what happened and what to do; "" where there is no Stop
	NotWritten error       // outcomes that could not be written again; all else is done
	Notices    []Notice
}

// Resolve finds out what became of the rows of all runs whose answer was lost, and writes their outcomes again. It sends nothing
// else. It waits for rows that are not due yet, up to doubt.wait.
func (o Office) Resolve(ctx context.Context, opt ResolveOptions) (Resolved, error) {
	told := o.notices()
	r, err := o.resolve(ctx, opt, told)
	r.Notices = told.all
	return r, err
}

func (o Office) resolve(ctx context.Context, opt ResolveOptions, told *notices) (r Resolved, err error) {
	w, err := o.outcomeWriter(opt.Out, told)
	if err != nil {
		return r, err
	}
	j, err := openExisting(ctx, o.Config.Journal)
	if err != nil {
		return r, err
	}
	defer j.Close() // it was only read
	owner, err := o.own(ctx, j)
	if err != nil {
		return r, err
	}
	defer owner.Release() // every change is on disk when its call returns
	job := o.newJob(owner, w.zone)
	job.Progress = watched(opt.Progress)
	result, err := job.Resolve(ctx)
	if err != nil {
		return r, err
	}
	ctx = context.WithoutCancel(ctx) // what was found out is told
	r.Stop, r.StopReason = result.Stop, stopReason(result.Stop)
	r.NotWritten = w.writeCleared(ctx, j, result.Cleared)
	rows, err := doubtRows(ctx, j, slices.Concat(result.Cleared, result.Open))
	if err != nil {
		return r, err
	}
	r.Cleared, r.Open = rows[:len(result.Cleared)], rows[len(result.Cleared):]
	return r, nil
}

// doubtRows are rows as they are told; after an error without the names of their files.
func doubtRows(ctx context.Context, j journal.Reader, rows []journal.Row) ([]DoubtRow, error) {
	names, err := fileNames(ctx, j, rows)
	told := make([]DoubtRow, len(rows))
	for i, row := range rows {
		told[i] = DoubtRow{Run: row.ID.Run, File: names[row.ID.InFile()], Number: row.Number, State: row.State, SentAt: row.SentAt}
	}
	return told, err
}

// fileNames are the paths of the files that rows stand in.
func fileNames(ctx context.Context, j journal.Reader, rows []journal.Row) (map[journal.FileID]string, error) {
	names := map[journal.FileID]string{}
	for _, row := range rows {
		if names[row.ID.InFile()] != "" {
			continue
		}
		files, err := j.Files(ctx, row.ID.Run)
		if err != nil {
			return nil, err
		}
		for _, f := range files {
			names[f.ID] = f.Path
		}
	}
	return names, nil
}
