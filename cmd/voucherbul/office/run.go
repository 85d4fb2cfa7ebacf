package office

import (
	"context"

	"voucherbul/batch"
	"voucherbul/mapping/ourfile"
	"voucherbul/report"
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

// Progress is how far a run is, with its ID. Every row that it counts is in the journal.
type Progress struct {
	batch.Progress
	Waiting string // English: what is waited for where nothing is sent
}

// watched hands on how far a run is; nil = nobody looks.
func watched(show func(Progress)) func(batch.Progress) {
	if show == nil {
		return nil
	}
	return func(p batch.Progress) { show(Progress{p, report.TroubleReason(p.Trouble)}) }
}

// Sent is what a run has done.
type Sent struct {
	Run         string
	Resumed     bool        // the same had been asked for before, and was interrupted
	Stop        *batch.Stop // why it ended before its last row; nil = it did not
	StopReason  string      // English: what happened and what to do; "" where there is no Stop
	Files       []SentFile
	OtherSheets map[string][]string // by file: sheets that have orders too and were not read; empty where Resumed
	Cleared     []DoubtRow          // rows of earlier runs that were in doubt, and are settled now
	NotWritten  error               // outcomes that could not be written; what was sent is in the journal
	Notices     []Notice
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
