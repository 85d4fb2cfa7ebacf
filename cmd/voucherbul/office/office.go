// Package office does all that a person can ask for, through any door: check exports, plan and send them, send rows again,
// clear up rows in doubt, look into earlier runs, and look after the journal. Every request is a method of [Office] with its
// options, and returns values; what happens on the way is told by a [Notice] at once, and is in the result too.
//
// It prints nothing, ends no process, reads neither environment nor flags, and knows no exit code: words and tables are the
// door's. Errors keep their types. It decides nothing about a row: that is for packages mapping and batch.
package office

import (
	"log/slog"
	"time"

	"voucherbul/cmd/voucherbul/config"
)

// Office carries out what it is asked for. It holds nothing open between two requests, and may be copied.
type Office struct {
	Config  config.Config    // that was checked; what needs no platform takes that of [config.LoadOffline] too
	Version string           // of the program, as the platform is told
	Now     func() time.Time // the clock
	Log     *slog.Logger     // what a run has to say to the administrator; nil = nobody listens
	Tell    func(Notice)     // called from the goroutine of the request, at once; nil = nobody listens
}

// Italy is the zone in which all dates are written and read.
func Italy() (*time.Location, error) { return time.LoadLocation("Europe/Rome") }

// log is where a run says something to the administrator.
func (o Office) log() *slog.Logger {
	if o.Log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return o.Log
}
