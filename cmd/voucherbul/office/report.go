package office

import (
	"context"

	"voucherbul/mapping/ourfile"
)

// ReportOptions say which outcomes are wanted.
type ReportOptions struct {
	Run    string
	Out    string         // folder; "" = that of the configuration, or beside each file
	Format ourfile.Format // "" = [ourfile.XLSX]
}

// Reported is where the outcomes of a run are.
type Reported struct {
	Paths   []string // as the files of the run; those that could not be written too
	Notices []Notice
}

// Report writes the outcomes of a run again, as the journal knows its rows now. What is at their place and was changed by hand, or
// is of another run, is kept. Where one cannot be written the others are, and the error says which.
func (o Office) Report(ctx context.Context, opt ReportOptions) (Reported, error) {
	told := o.notices()
	paths, err := o.report(ctx, opt, told)
	return Reported{Paths: paths, Notices: told.all}, err
}

func (o Office) report(ctx context.Context, opt ReportOptions, told *notices) (paths []string, err error) {
	w, err := o.outcomeWriter(opt.Out, told)
	if err != nil {
		return nil, err
	}
	j, err := openExisting(ctx, o.Config.Journal)
	if err != nil {
		return nil, err
	}
	defer j.Close() // nothing was written to it
	run, err := runOf(ctx, j, opt.Run)
	if err != nil {
		return nil, err
	}
	files, err := j.Files(ctx, run.ID)
	if err != nil {
		return nil, err
	}
	sources := make([]string, len(files))
	for i, f := range files {
		sources[i] = f.Path
	}
	if paths, err = reportPaths(sources, w.out, formatOr(opt.Format).Path); err != nil {
		return nil, err
	}
	if err := writable(paths); err != nil {
		return nil, err
	}
	return paths, w.write(ctx, j, run.ID, files, paths)
}

// formatOr is the format that is asked for, or the workbook.
func formatOr(f ourfile.Format) ourfile.Format {
	if f == "" {
		return ourfile.XLSX
	}
	return f
}
