package journaltest

import (
	"errors"
	"slices"
	"sync"
	"time"

	"voucherbul/batch/journal"
)

// owning are the promises about who may change a journal, and about plans.
func owning() []Promise {
	return []Promise{
		{"a second owner is refused", oneOwner},
		{"looking needs no ownership and changes nothing", looking},
		{"a new owner finds what was on its way in doubt", doubtsOfTheDead},
		{"a plan counts when it is ended", allOrNothing},
		{"a plan needs its beginning, and there is one at a time", plansInOrder},
		{"a row is sent from two states only", sentOnce},
		{"what is settled stays so", settledStays},
		{"settlements are one change", settlements},
		{"changes of many goroutines are all kept", manyAtOnce},
	}
}

func oneOwner(m *Memory) {
	ctx, j := m.Context(), m.open(m.T)
	first, err := j.Own(ctx, lost)
	m.must(err)
	for name, other := range map[string]journal.Journal{"the same": j, "another process": m.open(m.T)} {
		if owner, err := other.Own(ctx, lost); !errors.Is(err, journal.ErrBusy) {
			m.Errorf("%s: %v, want ErrBusy", name, err)
			if err == nil {
				m.must(owner.Release())
			}
		}
		if !other.InUse(ctx) {
			m.Errorf("%s: nobody has it", name)
		}
	}
	m.must(first.Release())
	m.must(first.Release())
	if j.InUse(ctx) {
		m.Errorf("it was released, and somebody has it")
	}
	next, err := j.Own(ctx, lost)
	m.must(err)
	m.must(next.Release())
	if err := first.Begin(ctx, journal.Run{ID: "R"}); err == nil {
		m.Errorf("who has released it may still change it")
	}
}

func looking(m *Memory) {
	ctx := m.Context()
	m.own()
	reader := m.open(m.T)
	run, ids := m.plan(bookings(2)...)
	m.must(m.owner.Sent(ctx, ids[0], at))
	for range 3 {
		beside := m.open(m.T)
		if got := m.row(beside, ids[0]).State; got != journal.Sent {
			m.Errorf("beside its owner the row is %s, want sent", got)
		}
		if runs, err := beside.Runs(ctx, 0); err != nil || len(runs) != 1 || runs[0].ID != run {
			m.Errorf("%+v, %v", runs, err)
		}
		m.must(beside.Close())
	}
	m.must(m.owner.Record(ctx, ids[0], at.Add(time.Second), accepted(true)))
	if got := m.row(reader, ids[0]).State; got != journal.Accepted {
		m.Errorf("what is recorded is %s to a reader who was there before", got)
	}
}

func doubtsOfTheDead(m *Memory) {
	ctx := m.Context()
	m.own()
	_, ids := m.plan(bookings(3)...)
	m.must(m.owner.Sent(ctx, ids[1], at))
	m.own()
	row := m.row(m.owner, ids[1])
	if row.State != journal.Uncertain || !row.InDoubt || !row.NotBefore.Equal(at.Add(lost.Settle)) || row.Descrizione != lost.Lost.Descrizione || row.Attempts != 1 {
		m.Errorf("%+v", row)
	}
	if tried, err := m.owner.Events(ctx, ids[1]); err != nil || len(tried) != 1 || !tried[0].Ended.IsZero() || !tried[0].At.Equal(at) {
		m.Errorf("%+v, %v", tried, err)
	}
	if doubts, err := m.owner.InDoubt(ctx); err != nil || len(doubts) != 1 || doubts[0].ID != ids[1] {
		m.Errorf("%+v, %v", doubts, err)
	}
	if got := m.row(m.owner, ids[0]).State; got != journal.Planned {
		m.Errorf("a row that was never sent is %s", got)
	}
	m.own() // nothing new is found
	if tried, err := m.owner.Events(ctx, ids[1]); err != nil || len(tried) != 1 {
		m.Errorf("%+v, %v", tried, err)
	}
}

func allOrNothing(m *Memory) {
	ctx := m.Context()
	m.own()
	kept, _ := m.plan(bookings(2)...)
	half, file := m.draft(bookings(3)...)
	beside := m.open(m.T)
	if runs, err := beside.Runs(ctx, 0); err != nil || len(runs) != 1 || runs[0].ID != kept {
		m.Errorf("a plan that is under way is among the runs: %+v, %v", runs, err)
	}
	if _, ok, err := beside.Unfinished(ctx, "print of "+half); ok || err != nil {
		m.Errorf("a plan that is under way can be taken up: %v", err)
	}
	m.own()
	m.runs--
	run, ids := m.plan(bookings(1)...)
	if files, err := m.owner.Files(ctx, half); half != run && (err != nil || len(files) > 0) {
		m.Errorf("the plan of an owner who died: %+v, %v", files, err)
	}
	if len(ids) != 1 {
		m.Errorf("%d rows", len(ids))
	}
	if files, err := m.owner.Files(ctx, kept); err != nil || len(files) != 1 || len(m.rows(m.owner, files[0].ID)) != 2 {
		m.Errorf("%+v, %v", files, err)
	}
	_ = file
}

func plansInOrder(m *Memory) {
	ctx, o := m.Context(), m.own()
	if err := o.Planned(ctx, "R", at); !errors.Is(err, journal.ErrNoPlan) {
		m.Errorf("the end of no plan: %v", err)
	}
	if _, err := o.AddFile(ctx, journal.File{ID: journal.FileID{Run: "R"}}); !errors.Is(err, journal.ErrNoPlan) {
		m.Errorf("a file of no plan: %v", err)
	}
	lone := booking(1, "k")
	lone.ID.Run = "R"
	if err := o.Plan(ctx, []journal.Row{lone}); !errors.Is(err, journal.ErrNoPlan) {
		m.Errorf("rows of no plan: %v", err)
	}
	m.must(o.Begin(ctx, journal.Run{ID: "R", StartedAt: at}))
	if err := o.Planned(ctx, "R", at); !errors.Is(err, journal.ErrNoPlan) {
		m.Errorf("the end of a plan without a file: %v", err)
	}
	if err := o.Begin(ctx, journal.Run{ID: "S", StartedAt: at}); !errors.Is(err, journal.ErrPlanning) {
		m.Errorf("a second plan: %v", err)
	}
	if err := o.Resume(ctx, "R"); !errors.Is(err, journal.ErrPlanning) {
		m.Errorf("another run in the middle of a plan: %v", err)
	}
	_, err := o.AddFile(ctx, journal.File{ID: journal.FileID{Run: "R"}, Path: "r.csv"})
	m.must(err)
	m.must(o.Planned(ctx, "R", at))
	m.must(o.Begin(ctx, journal.Run{ID: "S", StartedAt: at}))
}

func sentOnce(m *Memory) {
	ctx := m.Context()
	m.own()
	_, ids := m.plan(bookings(4)...)
	m.must(m.owner.Sent(ctx, ids[0], at))
	if err := m.owner.Sent(ctx, ids[0], at); err == nil {
		m.Errorf("a row that is on its way was sent")
	}
	m.own() // a change that is refused may end what the owner can do
	m.must(m.owner.Sent(ctx, ids[0], at.Add(time.Hour)))
	if row := m.row(m.owner, ids[0]); row.Attempts != 2 || !row.FirstSentAt.Equal(at) || !row.SentAt.Equal(at.Add(time.Hour)) {
		m.Errorf("%+v", row)
	}
	m.send(ids[1])
	if err := m.owner.Sent(ctx, ids[1], at); err == nil {
		m.Errorf("an accepted row was sent")
	}
	m.own()
	m.must(m.owner.Settle(ctx, at, []journal.Settlement{{Row: ids[2], State: journal.Invalid}}))
	if err := m.owner.Sent(ctx, ids[2], at); err == nil {
		m.Errorf("a row that breaks a rule was sent")
	}
}

func settledStays(m *Memory) {
	ctx := m.Context()
	m.own()
	_, ids := m.plan(bookings(1)...)
	m.send(ids[0])
	if err := m.owner.Record(ctx, ids[0], at, journal.Change{State: journal.Rejected}); err == nil {
		m.Errorf("an accepted row was refused afterwards")
	}
	m.own()
	if err := m.owner.Settle(ctx, at, []journal.Settlement{{Row: ids[0], State: journal.Invalid}}); err == nil {
		m.Errorf("an accepted row was settled anew")
	}
	m.own()
	if got := m.row(m.owner, ids[0]).State; got != journal.Accepted {
		m.Errorf("it is %s", got)
	}
	total := journal.Row{Cells: []string{"totale"}, State: journal.Skipped}
	_, skipped := m.plan(total)
	if err := m.owner.Settle(ctx, at, []journal.Settlement{{Row: skipped[0], State: journal.Invalid}}); err == nil {
		m.Errorf("a line that is no order was settled anew")
	}
}

func settlements(m *Memory) {
	ctx := m.Context()
	m.own()
	_, ids := m.plan(bookings(3)...)
	m.send(ids[2])
	bad := []journal.Settlement{{Row: ids[0], State: journal.Invalid}, {Row: ids[2], State: journal.Invalid}}
	if err := m.owner.Settle(ctx, at, bad); err == nil {
		m.Errorf("an accepted row was settled anew")
	}
	m.own()
	if got := m.row(m.owner, ids[0]).State; got != journal.Planned {
		m.Errorf("half of the settlements was kept: the first row is %s", got)
	}
	m.must(m.owner.Settle(ctx, at, []journal.Settlement{{Row: ids[0], State: journal.Invalid, Outcome: journal.Outcome{Descrizione: "no"}}, {Row: ids[1], State: journal.Already}}))
	if first, second := m.row(m.owner, ids[0]), m.row(m.owner, ids[1]); first.State != journal.Invalid || first.Descrizione != "no" || second.State != journal.Already || !second.SettledAt.Equal(at) {
		m.Errorf("%+v, %+v", first, second)
	}
}

func manyAtOnce(m *Memory) {
	const rows = 200
	ctx := m.Context()
	m.own()
	run, ids := m.plan(bookings(rows)...)
	var all sync.WaitGroup
	for _, some := range slices.Collect(slices.Chunk(ids, rows/20)) {
		all.Go(func() {
			for _, id := range some {
				if err := errors.Join(m.owner.Sent(ctx, id, at), m.owner.Record(ctx, id, at, accepted(true))); err != nil {
					m.Errorf("%v", err)
				}
			}
		})
	}
	all.Wait()
	m.own()
	files, err := m.owner.Files(ctx, run)
	m.must(err)
	m.counts(m.owner, files[0].ID, map[journal.State]int{journal.Accepted: rows})
}
