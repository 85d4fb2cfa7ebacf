package office

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"voucherbul/batch/booking"
	"voucherbul/batch/journal"
	"voucherbul/mapping/ourfile"
	"voucherbul/report/outcome"
	"voucherbul/report/shelf"
)

// outcomeWriter renders outcomes from the journal.
type outcomeWriter struct {
	now  func() time.Time
	zone *time.Location
	out  string   // folder of the outcomes; "" = beside each file
	told *notices // what is done, and what is not

	protocollo func(journal.Row) string // nil = nothing is known
}

// outcomeWriter writes where out says, or the configuration where that is "".
func (o Office) outcomeWriter(out string, told *notices) (outcomeWriter, error) {
	zone, err := Italy()
	return outcomeWriter{now: o.Now, zone: zone, out: cmp.Or(out, o.Config.Out), told: told}, err
}

// write renders the outcome of every file of a run. paths are where, and files where the exports are now. Where one cannot be
// written the others still are.
func (w outcomeWriter) write(ctx context.Context, j journal.Reader, run string, files []journal.File, paths []string) error {
	r, ok, err := j.Run(ctx, run)
	if err != nil || !ok {
		return err
	}
	if w.protocollo, err = booking.Protocolli(ctx, j, w.zone); err != nil {
		return err
	}
	var failed []error
	for i, f := range files {
		failed = append(failed, w.writeFile(ctx, j, r, f, paths[i]))
	}
	return errors.Join(failed...)
}

// writeFile renders the outcome of one file.
func (w outcomeWriter) writeFile(ctx context.Context, j journal.Reader, run journal.Run, f journal.File, path string) error {
	kept, err := shelf.KeepEarlier(path, run.ID)
	if err != nil {
		return err
	}
	if kept != "" {
		w.told.add(Notice{Kind: OutcomeKept, Path: path, Kept: kept, Run: run.ID})
	}
	return outcome.Write(path, outcome.Outcome{Run: run, File: f, Made: w.now(), Zone: w.zone,
		Protocollo: w.protocollo, Rows: j.Rows(ctx, f.ID)})
}

// writeCleared renders the outcomes again whose rows in doubt are cleared up. A clerk who opens one tomorrow must not read
// INCERTA any more. Only a workbook that is still there, and of that run, is replaced.
func (w outcomeWriter) writeCleared(ctx context.Context, j journal.Reader, rows []journal.Row) error {
	var failed []error
	var done []journal.FileID
	if len(rows) > 0 {
		var err error
		if w.protocollo, err = booking.Protocolli(ctx, j, w.zone); err != nil {
			return err
		}
	}
	for _, row := range rows {
		if slices.Contains(done, row.ID.InFile()) {
			continue
		}
		done = append(done, row.ID.InFile())
		failed = append(failed, w.again(ctx, j, row))
	}
	return errors.Join(failed...)
}

// again renders the outcome of the file of a row.
func (w outcomeWriter) again(ctx context.Context, j journal.Reader, row journal.Row) error {
	run, ok, err := j.Run(ctx, row.ID.Run)
	if err != nil || !ok {
		return err
	}
	files, err := j.Files(ctx, row.ID.Run)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(files, func(f journal.File) bool { return f.ID == row.ID.InFile() })
	paths := shelf.FindOutcomes(files[i].Path, w.out, run.ID)
	if len(paths) == 0 {
		w.told.add(Notice{Kind: OutcomeGone, Path: ourfile.XLSX.Path(files[i].Path, w.out), Run: run.ID})
	}
	var failed []error
	for _, path := range paths {
		err := w.writeFile(ctx, j, run, files[i], path)
		if err == nil {
			w.told.add(Notice{Kind: WrittenAgain, Path: path, Run: run.ID})
		}
		failed = append(failed, err)
	}
	return errors.Join(failed...)
}
