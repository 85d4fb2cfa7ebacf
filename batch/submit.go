package batch

import (
	"context"
	"errors"
	"maps"
	"time"

	"voucherbul/batch/gate"
	"voucherbul/batch/journal"
)

const (
	window    = 4096             // rows in the lanes; more only where none of them can go
	page      = 1000             // rows read from the journal at once
	drainTime = 25 * time.Second // what is under way may take that long after a signal
	heartbeat = time.Second      // between two reports of progress, at most
	suspects  = 3                // refusals in a row that blame the configuration stop the run
)

// submission is the sending of one run. Its fields belong to the goroutine of loop; what several goroutines
// use (gate, lookups, journal, platform) guards itself.
type submission struct {
	job         Job
	run         string
	clock       steady
	lanes       *lanes
	gate        *gate.Gate
	lookups     *lookups
	results     chan result
	inFlight    int           // steps that are under way
	slots       chan struct{} // one for each request that may be under way
	cancelWaits context.CancelFunc
	lastRead    journal.RowID // the last row read from the journal
	allRead     bool
	idle        time.Time // since when only rows in doubt are left; zero = there are others
	stop        *Stop
	suspects    int            // refusals in a row that blame the configuration
	offers      map[string]int // refused offers, and the row that learned it
	progress    Progress
	columns     map[journal.FileID]map[string]string // headers by field, of every file whose rows may be sent
	cleared     []journal.Row                        // of other runs, that were in doubt
}

// result is the end of one step of one row.
type result struct {
	entry    *entry
	decision decision
	err      error // of the journal: the run cannot go on
}

// submit sends the planned rows of a run, and clears up those of any run that are in doubt. Its stop says why it ended
// early.
func (j Job) submit(ctx context.Context, run string) (*submission, error) {
	s := &submission{job: j, run: run, clock: newSteady(j.Now()), lanes: newLanes(), results: make(chan result, 1),
		slots: make(chan struct{}, j.Config.Pace.InFlight), offers: map[string]int{}, columns: map[journal.FileID]map[string]string{}, progress: Progress{Run: run, Counts: map[journal.State]int{}}}
	s.gate = gate.New(j.Config.Pace, j.Config.Breaker, j.Config.Retry.Base, s.clock.Now)
	s.lookups = &lookups{job: j, clock: s.clock}
	if err := s.start(context.WithoutCancel(ctx)); err != nil {
		return nil, err
	}
	return s, s.loop(ctx)
}

// start counts what earlier times have settled, and takes up the rows in doubt: they come first.
func (s *submission) start(ctx context.Context) error {
	s.allRead = s.run == "" // only doubts are to be cleared up
	files, err := s.job.Journal.Files(ctx, s.run)
	if err != nil {
		return err
	}
	for _, f := range files {
		s.columns[f.ID] = f.Columns
		counts, err := s.job.Journal.Counts(ctx, f.ID)
		if err != nil {
			return err
		}
		for state, n := range counts {
			s.progress.Rows += n
			if state.Settled() {
				s.progress.Counts[state] += n
			}
		}
	}
	doubts, err := s.job.Journal.InDoubt(ctx)
	if err != nil {
		return err
	}
	if err := s.learnColumns(ctx, doubts); err != nil {
		return err
	}
	return s.add(doubts)
}

// learnColumns finds out how the columns of the files of rows are called that earlier runs have left in doubt.
func (s *submission) learnColumns(ctx context.Context, doubts []journal.Row) error {
	for _, row := range doubts {
		if _, known := s.columns[row.ID.InFile()]; known {
			continue
		}
		files, err := s.job.Journal.Files(ctx, row.ID.Run)
		if err != nil {
			return err
		}
		for _, f := range files {
			s.columns[f.ID] = f.Columns
		}
	}
	return nil
}

// loop hands rows to goroutines and takes their results, until nothing is left that this run can do. It
// returns when every goroutine it started has ended.
func (s *submission) loop(ctx context.Context) error {
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
			s.stop = &Stop{Cause: Interrupted, Code: journal.StopInterrupted, Reason: "interrupted: run the same command again to go on",
				Motivo: "Interrotto: lo stesso comando riprende da dove si è fermato."}
		}
		s.report()
	}
}

// drain waits for what is under way; after drainTime it is cut off, and stays in doubt.
func (s *submission) drain(cancelSends context.CancelFunc) error {
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

// refill reads further rows while the lanes have room, or while none of theirs can go.
func (s *submission) refill(ctx context.Context) error {
	for s.stop == nil && !s.allRead {
		hasRoom := s.lanes.Len() < window
		starving := len(s.lanes.ready) == 0 && s.inFlight < s.stepLimit()
		if !hasRoom && !starving {
			break
		}
		rows, err := s.job.Journal.ToSend(context.WithoutCancel(ctx), s.run, s.lastRead, page)
		if err != nil {
			return err
		}
		if err := s.add(rows); err != nil {
			return err
		}
		if s.allRead = len(rows) < page; len(rows) > 0 {
			s.lastRead = rows[len(rows)-1].ID
		}
	}
	return nil
}

// add puts rows into the lanes, as the journal has them.
func (s *submission) add(rows []journal.Row) error {
	wall := s.job.Now()
	longest := max(s.job.Config.Doubt.Settle, s.job.Config.Retry.Cap, s.job.Config.Breaker.GiveUp)
	for _, row := range rows {
		e, err := newEntry(row)
		if err != nil {
			return err
		}
		asked := row.NotBefore.Sub(row.SentAt) // both by the clock of then
		if row.State == journal.Uncertain {
			asked = max(asked, s.job.Config.Doubt.Settle) // whatever happened to that clock in between
		}
		e.due = s.clock.due(row.NotBefore, wall, min(longest, asked))
		e.settles = e.due
		s.lanes.Add(e)
	}
	return nil
}

// stepLimit is how many steps may be under way: some more than requests, so that while answers are written down the
// platform is not left without work.
func (s *submission) stepLimit() int {
	return s.job.Config.Pace.InFlight + s.job.Config.Pace.InFlight/4
}

// dispatch starts a step for every row that may go, as many at once as allowed.
func (s *submission) dispatch(running, sending context.Context) {
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
func (s *submission) take(r result) error {
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
func (s *submission) suspect(d decision) {
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
func (s *submission) finished() bool {
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
func (s *submission) wake() <-chan time.Time {
	if due := s.lanes.Due(); !due.IsZero() && s.inFlight < s.stepLimit() {
		return time.After(due.Sub(s.clock.Now()))
	}
	return nil
}

// report tells whoever watches how far the run is.
func (s *submission) report() {
	if s.job.Progress == nil {
		return
	}
	p := s.progress
	p.Counts = maps.Clone(p.Counts) // the watcher's own
	p.InDoubt = s.lanes.inDoubt
	p.Until, p.Waiting = s.gate.ShutUntil()
	s.job.Progress(p)
}
