package office

import (
	"context"

	"voucherbul/batch"
	"voucherbul/batch/journal"
)

// MarkOptions are what a person has found out about a row in doubt, on the portal or by telephone.
type MarkOptions struct {
	batch.Mark
	Out string // folder of the outcomes; "" = that of the configuration, or beside each file
}

// Marked is a row that was marked, as it is now.
type Marked struct {
	DoubtRow
	Notices []Notice
}

// Mark settles a row in doubt by hand, and writes its outcome again. A row that cannot be marked is a [*batch.MarkError].
func (o Office) Mark(ctx context.Context, opt MarkOptions) (Marked, error) {
	told := o.notices()
	row, err := o.mark(ctx, opt, told)
	return Marked{DoubtRow: row, Notices: told.all}, err
}

func (o Office) mark(ctx context.Context, opt MarkOptions, told *notices) (DoubtRow, error) {
	w, err := o.outcomeWriter(opt.Out, told)
	if err != nil {
		return DoubtRow{}, err
	}
	j, err := openExisting(ctx, o.Config.Journal)
	if err != nil {
		return DoubtRow{}, err
	}
	defer j.Close() // it was only read
	owner, err := o.own(ctx, j)
	if err != nil {
		return DoubtRow{}, err
	}
	defer owner.Release() // every change is on disk when its call returns
	row, err := o.newJob(owner, w.zone).Mark(ctx, opt.Mark)
	if err != nil {
		return DoubtRow{}, err
	}
	if err := w.again(context.WithoutCancel(ctx), j, row); err != nil {
		return DoubtRow{}, err
	}
	if row.State = journal.Accepted; !opt.Executed {
		row.State = journal.Pending
	}
	marked, err := doubtRows(ctx, j, []journal.Row{row})
	if err != nil {
		return DoubtRow{}, err
	}
	return marked[0], nil
}
