package batch

import (
	"context"
	"errors"
	"maps"
	"time"

	"voucherbul/batch/journal"
)

const (
	drainTime = 25 * time.Second // what is under way may take that long after a signal
	heartbeat = time.Second      // between two reports of progress, at most
	suspects  = 3                // refusals in a row that blame the configuration stop the run
)

// result is the end of one step of one row.
type result struct {
	entry    *entry
	decision decision
	err      error // of the journal: the run cannot go on
}

// loop hands rows to goroutines and takes their results, until nothing is left that this run can do. It
// returns when every goroutine it started has ended.
func (s *sender) loop(ctx context.Context) error {
	running, cancelWaits := context.WithCancel(ctx) // ends waits of rows that are not sent yet
	defer cancelWaits()
	s.cancelWaits = cancelWaits
	sending, cancelSends := context.WithCancel(context.WithoutCancel(ctx)) // a request under way goes on after a signal
	defer cancelSends()

	beat := time.NewTicker(heartbeat) // whoever watches hears of a long wait too
	defer beat.Stop()

	for {
		if err := s.refill(ctx); err != nil {
			cancelWaits()
			return errors.Join(err, s.drain(cancelSends))
		}
		if s.stop != nil {
			cancelWaits()
			return s.drain(cancelSends)
		}
		s.dispatch(running, sending)
		if s.inFlight == 0 && s.finished() {
			return nil
		}
		select {
		case r := <-s.results:
			s.inFlight--
			if err := s.take(r); err != nil {
				cancelWaits()
				return errors.Join(err, s.drain(cancelSends))
			}
		case <-s.wake():
		case <-beat.C:
		case <-ctx.Done():
			s.stop = &Stop{Cause: Interrupted, Code: journal.StopInterrupted}
		}
		s.report()
	}
}

// drain waits for what is under way; after drainTime it is cut off, and stays in doubt.
func (s *sender) drain(cancelSends context.CancelFunc) error {
	cut := time.AfterFunc(drainTime, cancelSends)
	defer cut.Stop()
	var failed error
	for ; s.inFlight > 0; s.inFlight-- {
		if err := s.take(<-s.results); err != nil && failed == nil {
			failed = err
		}
	}
	s.report()
	return failed
}

// dispatch starts a step for every row that may go, as many at once as allowed.
func (s *sender) dispatch(running, sending context.Context) {
	for s.inFlight < s.stepLimit() {
		e := s.lanes.Next(s.clock.Now())
		if e == nil {
			return
		}
		if !s.job.Config.NoHold {
			e.heldBy = s.offers[e.offer]
		}
		s.inFlight++
		go func() {
			decision, err := s.step(running, sending, e)
			s.results <- result{entry: e, decision: decision, err: err}
		}()
	}
}

// take moves a row on after a step.
func (s *sender) take(r result) error {
	if r.err != nil {
		return r.err
	}
	e, d := r.entry, r.decision
	if d.stop != nil && s.stop == nil {
		s.stop = d.stop
	}
	if d.refusedOffer && e.offer != "" {
		s.offers[e.offer] = e.row.Number
	}
	s.suspect(d)
	switch {
	case e.row.State.Settled():
		s.lanes.Done(e)
		if e.row.ID.Run == s.run {
			s.progress.Counts[e.row.State]++
		} else {
			s.cleared = append(s.cleared, e.row)
			s.job.Log.Info("settled a row in doubt of an earlier run", "run", e.row.ID.Run, "row", e.row.Number, "state", e.row.State)
		}
	case d.block || e.row.State == journal.Pending: // nothing of the same beneficiary may overtake it
		s.lanes.Block(e)
	default:
		s.lanes.PutBack(e)
	}
	return nil
}

// suspect stops the run when the platform blames the configuration for several rows in a row.
func (s *sender) suspect(d decision) {
	switch {
	case d.suspect == nil:
		if d.state == journal.Accepted {
			s.suspects = 0
		}
	case s.suspects+1 < suspects:
		s.suspects++
	case s.stop == nil:
		s.stop = d.suspect
	}
}

// finished reports that this run can do no more: every row is settled, or stays in doubt for longer than the run may wait.
func (s *sender) finished() bool {
	if len(s.lanes.ready) > 0 {
		return false
	}
	if len(s.lanes.waiting) == 0 {
		return s.allRead
	}
	if s.lanes.inDoubt < len(s.lanes.waiting) {
		s.idle = time.Time{}
		return false
	}
	if s.idle.IsZero() {
		s.idle = s.clock.Now()
	}
	return s.lanes.Due().After(s.idle.Add(s.job.Config.Doubt.Wait))
}

// wake fires when a waiting row may go; a nil channel never does.
func (s *sender) wake() <-chan time.Time {
	if due := s.lanes.Due(); !due.IsZero() && s.inFlight < s.stepLimit() {
		return time.After(due.Sub(s.clock.Now()))
	}
	return nil
}

// report tells whoever watches how far the run is.
func (s *sender) report() {
	if s.job.Progress == nil {
		return
	}
	p := s.progress
	p.Counts = maps.Clone(p.Counts) // the watcher's own
	p.InDoubt = s.lanes.inDoubt
	p.Until, p.Trouble = s.gate.ShutUntil()
	s.job.Progress(p)
}
