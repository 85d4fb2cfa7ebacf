package batch

import (
	"context"
	"time"

	"voucherbul/batch/gate"
	"voucherbul/batch/journal"
)

const (
	window = 4096 // rows in the lanes; more only where none of them can go
	page   = 1000 // rows read from the journal at once
)

// sender is the sending of one run. Its fields belong to the goroutine of loop; what several goroutines
// use (gate, lookups, journal, platform) guards itself.
type sender struct {
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
	cleared     []journal.Row // of other runs, that were in doubt
}

// submit sends the planned rows of a run, and clears up those of any run that are in doubt. Its stop says why it ended
// early.
func (j Job) submit(ctx context.Context, run string) (*sender, error) {
	s := &sender{job: j, run: run, clock: newSteady(j.Now()), lanes: newLanes(), results: make(chan result, 1),
		slots: make(chan struct{}, j.Config.Pace.InFlight), offers: map[string]int{}, progress: Progress{Run: run, Counts: map[journal.State]int{}}}
	s.gate = gate.New(j.Config.Pace, j.Config.Breaker, j.Config.Retry.Base, s.clock.Now)
	s.lookups = &lookups{job: j, clock: s.clock}
	if err := s.start(context.WithoutCancel(ctx)); err != nil {
		return nil, err
	}
	return s, s.loop(ctx)
}

// start counts what earlier times have settled, and takes up the rows in doubt: they come first.
func (s *sender) start(ctx context.Context) error {
	s.allRead = s.run == "" // only doubts are to be cleared up
	files, err := s.job.Journal.Files(ctx, s.run)
	if err != nil {
		return err
	}
	for _, f := range files {
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
	return s.add(doubts)
}

// refill reads further rows while the lanes have room, or while none of theirs can go.
func (s *sender) refill(ctx context.Context) error {
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
func (s *sender) add(rows []journal.Row) error {
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
func (s *sender) stepLimit() int {
	return s.job.Config.Pace.InFlight + s.job.Config.Pace.InFlight/4
}
