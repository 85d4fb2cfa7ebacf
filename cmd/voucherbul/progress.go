package main

import (
	"fmt"
	"io"
	"time"

	"github.com/schollz/progressbar/v3"

	"voucherbul/batch/journal"
	"voucherbul/cmd/voucherbul/office"
)

// logEvery is how often a run without a terminal says how far it is.
const logEvery = 10 * time.Second

// newProgress shows how far a run is: a bar on a terminal, a line every ten seconds elsewhere, nothing with
// --quiet. end leaves the terminal clean for the result.
func newProgress(err io.Writer, quiet bool, now func() time.Time) (show func(office.Progress), end func()) {
	nothing := func() {}
	if quiet {
		return nil, nothing
	}
	if isTerminal(err) {
		return barProgress(err)
	}
	return lineProgress(err, now), nothing
}

func barProgress(err io.Writer) (show func(office.Progress), end func()) {
	bar := progressbar.NewOptions(1, progressbar.OptionSetWriter(err), progressbar.OptionShowCount(),
		progressbar.OptionShowIts(), progressbar.OptionSetItsString("rows"), progressbar.OptionSetPredictTime(true),
		progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionSetRenderBlankState(false))
	show = func(p office.Progress) {
		if bar.GetMax() != p.Rows {
			bar.ChangeMax(p.Rows)
		}
		bar.Describe(waiting(p))
		_ = bar.Set(settled(p)) // a terminal that is gone must not stop a run
	}
	return show, func() { _ = bar.Clear() }
}

func lineProgress(err io.Writer, now func() time.Time) func(office.Progress) {
	last := now()
	return func(p office.Progress) {
		if now().Sub(last) < logEvery {
			return
		}
		last = now()
		fmt.Fprintf(err, "%d of %d rows: %d accepted, %d already there, %d rejected, %d invalid%s\n", settled(p), p.Rows,
			p.Counts[journal.Accepted], p.Counts[journal.Already], p.Counts[journal.Rejected], p.Counts[journal.Invalid], waiting(p))
	}
}

func settled(p office.Progress) int {
	n := 0
	for _, count := range p.Counts {
		n += count
	}
	return n
}

// waiting says why nothing moves, where that is so.
func waiting(p office.Progress) string {
	s := ""
	if p.InDoubt > 0 {
		s += fmt.Sprintf(" (%d in doubt, to be looked up)", p.InDoubt)
	}
	if !p.Until.IsZero() {
		s += fmt.Sprintf(" (nothing is sent until %s: %s)", p.Until.Local().Format("15:04:05"), p.Waiting)
	}
	return s
}
