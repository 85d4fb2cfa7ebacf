package batch

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"voucherbul/batch/journal"
)

// start is when the tests take place: a Monday morning, no change of the clocks near.
var start = time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)

// lane makes an entry with keys of its own; the first is its beneficiary.
func lane(place int, keys ...string) *entry {
	return &entry{row: journal.Row{ID: journal.RowID{Run: "R", File: 1, Place: place}, Beneficiario: keys[0]}, keys: keys}
}

// next takes what may go now, by its place in the file; 0 = nothing.
func next(l *lanes, now time.Time) (e *entry, place int) {
	if e = l.Next(now); e == nil {
		return nil, 0
	}
	return e, e.row.ID.Place
}

// expect takes rows until none may go, and compares their places.
func expect(t *testing.T, l *lanes, now time.Time, want ...int) []*entry {
	t.Helper()
	var taken []*entry
	var places []int
	for e, place := next(l, now); e != nil; e, place = next(l, now) {
		taken, places = append(taken, e), append(places, place)
	}
	if !slices.Equal(places, want) {
		t.Fatalf("taken %v, want %v", places, want)
	}
	return taken
}

func TestLanesOneAtATime(t *testing.T) {
	l := newLanes()
	for _, e := range []*entry{lane(1, "A"), lane(2, "A"), lane(3, "B"), lane(4, "A"), lane(5, "C")} {
		l.Add(e)
	}
	taken := expect(t, l, start, 1, 3, 5)
	l.Done(taken[2])
	expect(t, l, start)
	l.Done(taken[0])
	taken = expect(t, l, start, 2)
	l.Done(taken[0])
	expect(t, l, start, 4)
	if l.Len() != 2 {
		t.Errorf("%d rows, want the two that are under way", l.Len())
	}
}

func TestLanesOfRelatives(t *testing.T) {
	l := newLanes()
	l.Add(lane(1, "father", "child"))
	l.Add(lane(2, "mother", "child"))
	l.Add(lane(3, "child")) // the relative's own order
	l.Add(lane(4, "mother"))
	l.Add(lane(5, "stranger"))
	taken := expect(t, l, start, 1, 5)
	l.Done(taken[0])
	taken = expect(t, l, start, 2)
	l.Done(taken[0])
	taken = expect(t, l, start, 4, 3)
	l.Done(taken[1])
	l.Done(taken[0])
	if l.Len() != 1 || len(l.queues) != 1 {
		t.Errorf("%d rows in %d lanes are left, want the stranger's", l.Len(), len(l.queues))
	}
}

func TestLanesWait(t *testing.T) {
	l := newLanes()
	waits := lane(1, "A")
	l.Add(waits)
	l.Add(lane(2, "A"))
	l.Add(lane(3, "B"))
	taken := expect(t, l, start, 1, 3)
	waits.due = start.Add(time.Minute)
	l.PutBack(waits)
	l.Done(taken[1])
	expect(t, l, start.Add(time.Minute-1)) // it holds its lane
	l.Add(lane(4, "C"))
	expect(t, l, start, 4) // and nobody else's
	if !l.Due().Equal(waits.due) {
		t.Errorf("due %v, want %v", l.Due(), waits.due)
	}
	expect(t, l, start.Add(time.Minute), 1)
	if !l.Due().IsZero() {
		t.Errorf("due %v, though nothing waits", l.Due())
	}
	l.Done(waits)
	expect(t, l, start, 2)
}

func TestLanesWaitingRowsGoByTimeAndThenInFileOrder(t *testing.T) {
	l := newLanes()
	for i, minutes := range []int{3, 1, 2, 1, 0} {
		e := lane(i+1, fmt.Sprint(i))
		e.due = start.Add(time.Duration(minutes) * time.Minute)
		l.Add(e)
	}
	expect(t, l, start.Add(time.Hour), 5, 2, 4, 3, 1)
}

func TestLanesBlock(t *testing.T) {
	l := newLanes()
	l.Add(lane(1, "A", "X"))
	l.Add(lane(2, "A"))
	l.Add(lane(3, "B", "X"))
	l.Add(lane(4, "B"))
	l.Add(lane(5, "C"))
	taken := expect(t, l, start, 1, 5)
	l.Block(taken[0])
	l.Done(taken[1])
	expect(t, l, start.Add(time.Hour))
	if l.Len() != 3 {
		t.Errorf("%d rows, want those behind the blocked one", l.Len())
	}
}

// TestLanesHotBeneficiary: a beneficiary with thousands of rows holds up nobody.
func TestLanesHotBeneficiary(t *testing.T) {
	l := newLanes()
	const n = 50_000
	for i := range n {
		l.Add(lane(i+1, "hot"))
	}
	l.Add(lane(n+1, "other"))
	taken := expect(t, l, start, 1, n+1)
	l.Done(taken[1])
	for e := taken[0]; ; {
		l.Done(e)
		following, place := next(l, start)
		if following == nil {
			break
		}
		if place != e.row.ID.Place+1 {
			t.Fatalf("row %d after row %d", place, e.row.ID.Place)
		}
		e = following
	}
	if l.Len() != 0 || len(l.queues) != 0 {
		t.Errorf("%d rows in %d lanes are left", l.Len(), len(l.queues))
	}
}

// TestLanesProperty: whatever rows share keys, and whenever they end or wait, rows that share a key go in the
// order added and one at a time, and every row goes.
func TestLanesProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		keys := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"A", "B", "C", "D", "E", "F"}), 1, 4, rapid.ID[string])
		l := newLanes()
		now := start
		var added, taken, underWay []*entry
		first := map[*entry]bool{} // taken for the first time
		shares := func(a, b *entry) bool {
			return slices.ContainsFunc(a.keys, func(k string) bool { return slices.Contains(b.keys, k) })
		}
		add := func() {
			e := lane(len(added)+1, keys.Draw(t, "keys")...)
			l.Add(e)
			added = append(added, e)
		}
		take := func() bool {
			e := l.Next(now)
			if e == nil {
				return false
			}
			if e.due.After(now) {
				t.Fatalf("row %d goes %v too early", e.row.ID.Place, e.due.Sub(now))
			}
			for _, other := range underWay {
				if shares(e, other) {
					t.Fatalf("rows %d and %d share a key and are under way together", other.row.ID.Place, e.row.ID.Place)
				}
			}
			for _, earlier := range added[:e.row.ID.Place-1] {
				if shares(e, earlier) && !slices.Contains(taken, earlier) {
					t.Fatalf("row %d goes before row %d, which shares a key", e.row.ID.Place, earlier.row.ID.Place)
				}
			}
			underWay = append(underWay, e)
			first[e] = true
			return true
		}
		end := func(done bool) {
			if len(underWay) == 0 {
				return
			}
			i := rapid.IntRange(0, len(underWay)-1).Draw(t, "which")
			e := underWay[i]
			underWay = slices.Delete(underWay, i, i+1)
			if done {
				taken = append(taken, e)
				l.Done(e)
				return
			}
			e.due = now.Add(time.Duration(rapid.IntRange(0, 5).Draw(t, "wait")) * time.Second)
			l.PutBack(e)
		}
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			switch rapid.IntRange(0, 4).Draw(t, "step") {
			case 0, 1:
				add()
			case 2:
				take()
			case 3:
				end(rapid.Bool().Draw(t, "done"))
			case 4:
				now = now.Add(time.Second)
			}
			if l.Len() != len(added)-len(taken) {
				t.Fatalf("%d rows, want %d", l.Len(), len(added)-len(taken))
			}
		}
		for range 2 * len(added) {
			for take() {
			}
			end(true)
			now = now.Add(10 * time.Second)
		}
		if len(taken) != len(added) || l.Len() != 0 || len(l.queues) != 0 || len(l.waiting) != 0 || len(l.ready) != 0 {
			t.Fatalf("%d of %d rows went; %d rows in %d lanes are left", len(taken), len(added), l.Len(), len(l.queues))
		}
	})
}
