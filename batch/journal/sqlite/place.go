package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"sync"

	"voucherbul/batch/journal"
)

// Orders are numbered as they are planned, and those of a file follow each other. Nobody else knows these numbers: a row
// has its run, its file's place there, and its own place in the file.

// rowID is what the journal tells of an order's number: these columns, in the order of target. Its query has the order as o
// and its file as f.
const rowID = `f.run, f.place, o.id - f.first_row + 1`

// target is where rowID is read into.
func target(id *journal.RowID) (run, file, place any) { return &id.Run, &id.File, &id.Place }

// span is a range of orders: those of a file or of a run follow each other.
type span struct{ first, last int64 }

// size is how many orders it has; none where it is empty.
func (s span) size() int64 { return max(0, s.last-s.first+1) }

// at finds the order at a place, from 1; ok is false where there is none.
func (s span) at(place int) (id int64, ok bool) {
	return s.first + int64(place) - 1, place >= 1 && int64(place) <= s.size()
}

// spanOf finds the orders of a run.
func spanOf(ctx context.Context, from queryer, run string) (s span, err error) {
	err = from.QueryRowContext(ctx, `SELECT coalesce(min(first_row), 1), coalesce(max(last_row), 0) FROM files WHERE run = ? AND first_row > 0`, run).
		Scan(&s.first, &s.last)
	return s, err
}

// fileSpan is a file of a run, and its orders.
type fileSpan struct {
	id journal.FileID
	span
}

// spansOf finds the files of a run that have orders, in their order.
func spansOf(ctx context.Context, from queryer, run string) ([]fileSpan, error) {
	return collect(ctx, from, func(rows *sql.Rows) (f fileSpan, err error) {
		f.id.Run = run
		err = rows.Scan(&f.id.File, &f.first, &f.last)
		return f, err
	}, `SELECT place, first_row, last_row FROM files WHERE run = ? AND first_row > 0 ORDER BY place`, run)
}

// nameIn names orders of a run, which come in their order, by its files.
func nameIn(files []fileSpan) func(id int64) journal.RowID {
	return func(id int64) journal.RowID {
		for len(files) > 1 && id > files[0].last {
			files = files[1:]
		}
		return files[0].id.Row(int(id-files[0].first) + 1)
	}
}

// spans finds the orders of files by their IDs. It remembers those of runs that have a plan: these stay where they are.
type spans struct {
	mu    sync.Mutex
	known map[journal.FileID]span
}

const sqlSpan = `SELECT f.first_row, f.last_row, r.planned_at > 0 FROM files f JOIN runs r ON r.id = f.run WHERE f.run = ? AND f.place = ?`

// of finds the orders of a file; those of a file that is not there are none.
func (s *spans) of(ctx context.Context, from queryer, file journal.FileID) (span, error) {
	s.mu.Lock()
	found, ok := s.known[file]
	s.mu.Unlock()
	if ok {
		return found, nil
	}
	lines, err := collect(ctx, from, func(rows *sql.Rows) (planned bool, err error) {
		err = rows.Scan(&found.first, &found.last, &planned)
		return planned, err
	}, sqlSpan, file.Run, file.File)
	switch {
	case err != nil:
		return span{}, err
	case len(lines) == 0:
		return span{0, -1}, nil
	case lines[0]:
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.known == nil {
			s.known = map[journal.FileID]span{}
		}
		s.known[file] = found
	}
	return found, nil
}

// orderOf finds the order of a row; ok is false where the journal has no such row.
func (s *spans) orderOf(ctx context.Context, from queryer, id journal.RowID) (order int64, ok bool, err error) {
	file, err := s.of(ctx, from, id.InFile())
	if err != nil {
		return 0, false, err
	}
	order, ok = file.at(id.Place)
	return order, ok, nil
}

// mustBe is orderOf for a row that has to be there.
func (s *spans) mustBe(ctx context.Context, from queryer, id journal.RowID) (int64, error) {
	order, ok, err := s.orderOf(ctx, from, id)
	if err == nil && !ok {
		err = fmt.Errorf("there is no row %s", id)
	}
	return order, err
}

// listOf is the JSON list of the orders of rows; those that are not there are left out.
func (s *spans) listOf(ctx context.Context, from queryer, ids []journal.RowID) (string, error) {
	orders := make([]int64, 0, len(ids))
	for _, id := range ids {
		order, ok, err := s.orderOf(ctx, from, id)
		if err != nil {
			return "", err
		}
		if ok {
			orders = append(orders, order)
		}
	}
	list, err := json.Marshal(orders)
	return string(list), err
}
