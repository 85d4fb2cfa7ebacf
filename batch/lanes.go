package batch

import (
	"container/heap"
	"fmt"
	"slices"
	"time"

	"voucherbul/batch/journal"
	"voucherbul/mapping"
)

// lanes decides which row may go next. Every person and enterprise that a row names has a lane. A row goes when it is first
// in all of its lanes. So the rows of one beneficiary go one at a time and in file order, and a waiting row holds up its own
// lanes only. Pure: it sends nothing and has no clock.
type lanes struct {
	queues  map[string][]*entry
	ready   []*entry // first in all their lanes, in the order they became so
	waiting waitList // the same, but not before a time of their own
	inDoubt int      // how many of those waiting are uncertain
	size    int
	added   int // rows that ever came in
}

// entry is a row that is not settled yet, and what is remembered of it during this run only.
type entry struct {
	row   journal.Row
	offer string    // that its request is about; "" where it names none
	keys  []string  // its lanes: the beneficiary and the relatives
	due   time.Time // when it may go, by the steady clock; zero = at once
	ahead int       // lanes in which another row comes first
	turn  int       // rows that came into the lanes before it
	thisRun
}

// newEntry is a row on its way into the lanes.
func newEntry(row journal.Row) (*entry, error) {
	offer, relatives, err := mapping.Glance(row.Request)
	if err != nil {
		return nil, fmt.Errorf("row %d of run %s: %w", row.Number, row.ID.Run, err)
	}
	e := &entry{row: row, offer: offer, keys: append(make([]string, 0, 1+len(relatives)), row.Beneficiario)}
	for _, k := range relatives {
		if !slices.Contains(e.keys, k) { // nobody waits for himself
			e.keys = append(e.keys, k)
		}
	}
	return e, nil
}

// thisRun is what is remembered of a row during this run only.
type thisRun struct {
	tokenRefused bool      // its latest answer was 401
	refusedList  bool      // the list of ISEE outcomes that it asked for was refused with 401
	resent       bool      // its latest sending was one in doubt
	settles      time.Time // when the platform must have settled its latest sending, by the steady clock
	finding      finding   // what the list of ISEE outcomes said since its latest sending
	refused      bool      // its latest sending was refused because there is a voucher already, which may be its own
	retries      bool      // its next sending retries one that failed, and is paid for from the budget
	heldBy       int       // number of the row on which its offer was refused, 0 = none
}

func newLanes() *lanes { return &lanes{queues: map[string][]*entry{}} }

// Len is how many rows are in the lanes, those under way included.
func (l *lanes) Len() int { return l.size }

// Add puts a row behind all earlier ones of its lanes.
func (l *lanes) Add(e *entry) {
	e.turn = l.added
	l.added++
	l.size++
	for _, k := range e.keys {
		l.queues[k] = append(l.queues[k], e)
		if len(l.queues[k]) > 1 {
			e.ahead++
		}
	}
	if e.ahead == 0 {
		l.admit(e)
	}
}

// Next takes a row that may go now; nil where there is none. It stays first in its lanes until Done or PutBack.
func (l *lanes) Next(now time.Time) *entry {
	if len(l.waiting) > 0 && !l.waiting[0].due.After(now) {
		e := heap.Pop(&l.waiting).(*entry)
		if e.row.State == journal.Uncertain {
			l.inDoubt--
		}
		return e
	}
	if len(l.ready) == 0 {
		return nil
	}
	e := l.ready[0]
	l.ready[0] = nil
	l.ready = l.ready[1:]
	return e
}

// Due is when the next waiting row may go; zero where none waits.
func (l *lanes) Due() time.Time {
	if len(l.waiting) == 0 {
		return time.Time{}
	}
	return l.waiting[0].due
}

// PutBack puts a row back to where it was: it goes when it is due.
func (l *lanes) PutBack(e *entry) { l.admit(e) }

// Done removes a row: the next ones of its lanes come first.
func (l *lanes) Done(e *entry) {
	l.size--
	for _, k := range e.keys {
		queue := l.queues[k][1:]
		if len(queue) == 0 {
			delete(l.queues, k)
			continue
		}
		l.queues[k] = queue
		if next := queue[0]; next.ahead > 1 {
			next.ahead--
		} else {
			next.ahead = 0
			l.admit(next)
		}
	}
}

// Block leaves a row first in its lanes for the rest of the run, so that nothing passes it.
func (l *lanes) Block(*entry) { l.size-- }

func (l *lanes) admit(e *entry) {
	if e.due.IsZero() {
		l.ready = append(l.ready, e)
		return
	}
	heap.Push(&l.waiting, e)
	if e.row.State == journal.Uncertain {
		l.inDoubt++
	}
}

// waitList is a heap by due time; rows of one time go in the order in which they came into the lanes.
type waitList []*entry

func (w waitList) Len() int { return len(w) }
func (w waitList) Less(i, j int) bool {
	a, b := w[i], w[j]
	if !a.due.Equal(b.due) {
		return a.due.Before(b.due)
	}
	return a.turn < b.turn
}
func (w waitList) Swap(i, j int) { w[i], w[j] = w[j], w[i] }
func (w *waitList) Push(e any)   { *w = append(*w, e.(*entry)) }
func (w *waitList) Pop() any {
	old := *w
	last := old[len(old)-1]
	old[len(old)-1] = nil
	*w = old[:len(old)-1]
	return last
}
