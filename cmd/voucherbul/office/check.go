package office

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"iter"

	"voucherbul/batch/journal"
	"voucherbul/batch/plan"
	"voucherbul/cmd/voucherbul/config"
	"voucherbul/mapping/export"
	"voucherbul/mapping/orderfile"
	"voucherbul/mapping/ourfile"
	"voucherbul/mapping/profile"
	"voucherbul/report"
	"voucherbul/report/check"
	"voucherbul/report/sheet"
)

// CheckOptions say what is to be checked.
type CheckOptions struct {
	Files   []string // exports, and folders of them
	Reading ReadingOptions
	Lines   bool   // NAME.controllo.jsonl with an object per row is written, for programs, and not the workbook
	Out     string // folder; "" = that of the configuration, or beside each file
}

// CheckCounts count the rows of a check.
type CheckCounts = check.Counts

// CheckedFile is what a check has found in one file.
type CheckedFile struct {
	File    string
	Outcome string // where what is wrong was written
	CheckCounts
	Remarks     []string // Italian: what in the file is no order
	OtherSheets []string // that have orders too, and were not checked
	Kept        string   // where the corrected workbook of an earlier check is now; "" = there was none
	Err         error    // why the file cannot be read as orders; nothing else is known of it then
}

// Checked is what a check has found.
type Checked struct {
	Files   []CheckedFile
	Notices []Notice
}

// Check maps every row and writes what is wrong with each. It needs no journal and no secret, and sends nothing. A file that
// cannot be read is in the result, with its error: the others are checked. An error of Check has ended it.
func (o Office) Check(ctx context.Context, opt CheckOptions) (Checked, error) {
	told := o.notices()
	checked, err := o.check(ctx, opt, told)
	return Checked{Files: checked, Notices: told.all}, err
}

func (o Office) check(ctx context.Context, opt CheckOptions, told *notices) (checked []CheckedFile, err error) {
	files, err := Exports(opt.Files, told.add)
	if err != nil {
		return nil, err
	}
	zone, err := Italy()
	if err != nil {
		return nil, err
	}
	reading, err := o.reading(opt.Reading, o.Now().In(zone))
	if err != nil {
		return nil, err
	}
	path, write := ourfile.CheckPath, check.Write
	if opt.Lines {
		path, write = ourfile.CheckJSONLPath, check.WriteJSONL
		reading.Mapper.Keep = true
	} else {
		reading.MaxRows = sheet.MaxRows
	}
	paths, err := reportPaths(files, cmp.Or(opt.Out, o.Config.Out), path)
	if err != nil {
		return nil, err
	}
	if err := writable(paths); err != nil {
		return nil, err
	}
	for i, path := range files {
		one, err := o.checkFile(ctx, reading, path, paths[i], told, write)
		if isFaultOfFile(err) {
			told.add(Notice{Kind: Refused, Path: path, Err: err})
			one, err = CheckedFile{File: path, Err: err}, nil
		}
		if err != nil {
			return checked, err
		}
		checked = append(checked, one)
		if err := ctx.Err(); err != nil {
			return checked, err
		}
	}
	return checked, nil
}

// isFaultOfFile reports whether an error is about one file, so that the others can be checked.
func isFaultOfFile(err error) bool {
	var settings *config.Error
	var foreign *profile.Error
	var unreadable *orderfile.UnreadableError
	var unwritten *WriteError
	switch {
	case errors.As(err, &settings), errors.As(err, &foreign):
		return true
	case errors.Is(err, context.Canceled), errors.As(err, &unwritten):
		return false
	}
	return errors.As(err, &unreadable) || errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission)
}

// checkFile checks the rows of one file and writes what is wrong with them to outcome.
func (o Office) checkFile(ctx context.Context, reading export.Reading, path, outcome string, told *notices, write func(string, check.Check) (check.Counts, error)) (CheckedFile, error) {
	if sheets, err := plan.OutcomeSheets(path); err != nil {
		return CheckedFile{}, err
	} else if len(sheets) > 0 {
		return CheckedFile{}, &orderfile.UnreadableError{Path: path, Cause: "it is an outcome, not an export", Remedy: "give it to 'voucherbul retry', which checks every row before it sends any"}
	}
	export, err := reading.Open(path)
	if err != nil {
		return CheckedFile{}, err
	}
	defer export.Close() // nothing was written to it
	one := CheckedFile{File: path, Outcome: outcome}
	if others := export.OtherSheets(); len(others) > 0 {
		one.OtherSheets = others
		told.add(Notice{Kind: OtherSheets, Path: path, Names: others})
	}
	one.CheckCounts, err = write(outcome, check.Check{Source: path, Sheet: export.Sheet(), Header: export.Header(), Columns: export.Columns(),
		Unread: export.Unread(), Remarks: export.Remarks, Made: o.Now(), Rows: checkedRows(ctx, export), Kept: func(kept string) {
			one.Kept = kept
			told.add(Notice{Kind: CheckKept, Path: outcome, Kept: kept})
		}})
	one.Remarks = export.Remarks()
	return one, err
}

// checkedRows shows the rows of an export as the report takes them, until ctx ends.
func checkedRows(ctx context.Context, e *export.Export) iter.Seq2[report.CheckedRow, error] {
	return func(yield func(report.CheckedRow, error) bool) {
		for r, err := range e.Rows() {
			if err == nil {
				err = ctx.Err()
			}
			row := journal.Row{Number: r.Number, Cells: r.Cells, Operation: r.Operation, Problems: r.Problems, Corrections: r.Corrections, State: journal.Planned}
			if r.Blocked() {
				row.State = journal.Invalid
			}
			if !yield(report.CheckedRow{Row: row, Skipped: r.Skipped, IsDate: r.IsDate, Values: r.Values}, err) {
				return
			}
		}
	}
}
