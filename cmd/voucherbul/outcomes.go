package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"voucherbul/batch"
	"voucherbul/batch/journal"
	"voucherbul/report"
)

// writeOutcomes renders the outcome of every file of a run from the journal. Where one cannot be written the
// others still are.
func writeOutcomes(ctx context.Context, j *journal.Journal, r batch.Result, paths []string, zone *time.Location, o runOptions) error {
	stop := ""
	if r.Stop != nil {
		stop = r.Stop.Motivo
	}
	var failed []error
	for i, f := range r.Files {
		if err := report.KeepEarlier(paths[i], r.Run); err != nil {
			failed = append(failed, err)
			continue
		}
		failed = append(failed, report.WriteOutcome(paths[i], report.Outcome{Run: r.Run, Source: f.Path, SHA256: f.SHA256,
			Made: o.now(), Zone: zone, Stop: stop, Demo: o.simulator, Header: f.Header, Unread: f.Unread, Remarks: f.Remarks, Rows: j.Rows(ctx, f.ID)}))
	}
	return errors.Join(failed...)
}

// outcomeWriter renders outcomes of earlier runs again.
type outcomeWriter struct {
	now  func() time.Time
	zone *time.Location
	out  string    // folder of the workbooks; "" = beside each file
	log  io.Writer // what is done, and what is not, one line each
}

// writeCleared renders the outcomes again in which rows stand that were in doubt: what a clerk opens tomorrow must not say
// INCERTA any more. Only a workbook that is still there, and of that run, is replaced.
func writeCleared(ctx context.Context, j *journal.Journal, rows []journal.Row, w outcomeWriter) error {
	var failed []error
	var done []int64
	for _, row := range rows {
		if slices.Contains(done, row.File) {
			continue
		}
		done = append(done, row.File)
		failed = append(failed, w.again(ctx, j, row))
	}
	return errors.Join(failed...)
}

// again renders the outcome of the file of a row.
func (w outcomeWriter) again(ctx context.Context, j *journal.Journal, row journal.Row) error {
	run, ok, err := j.Run(ctx, row.Run)
	if err != nil || !ok {
		return err
	}
	files, err := j.Files(ctx, row.Run)
	if err != nil {
		return err
	}
	file := files[slices.IndexFunc(files, func(f journal.File) bool { return f.ID == row.File })]
	path, ok := report.FindOutcome(file.Path, w.out, run.ID)
	if !ok {
		fmt.Fprintf(w.log, "voucherbul: rows of run %s are cleared up; its outcome is not at %s any more, and was not written again\n", run.ID, report.OutcomePath(file.Path, w.out))
		return nil
	}
	err = report.WriteOutcome(path, report.Outcome{Run: run.ID, Source: file.Path, SHA256: file.SHA256, Made: w.now(), Zone: w.zone,
		Stop: run.Motivo, Header: file.Header, Unread: file.Unread, Remarks: file.Remarks, Rows: j.Rows(ctx, file.ID)})
	if err == nil {
		fmt.Fprintf(w.log, "voucherbul: written again: %s\n", path)
	}
	return err
}
