package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"sort"
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

// place is that of an order in the file whose orders these are.
func (s span) place(order int64) int { return int(order-s.first) + 1 }

// order is that of a row of the file whose orders these are.
func (s span) order(r journal.Row) int64 { return s.first + int64(r.ID.Place) - 1 }

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

// nameIn names orders of a run by its files.
func nameIn(files []fileSpan) func(id int64) journal.RowID {
	return func(id int64) journal.RowID {
		i := sort.Search(len(files)-1, func(i int) bool { return id <= files[i].last })
		return files[i].id.Row(files[i].place(id))
	}
}

// spans remembers where the orders of files are. Those of a run that has a plan stay where they are.
type spans struct {
	mu    sync.Mutex
	known map[journal.FileID]span
	run   string     // the latest whose files were listed
	files []fileSpan // of it

	numbered map[int64]fileSpan // by the number of the file
}

// filesOf finds the files of a run that have orders, in their order. It remembers those of one run: whoever asks for a page
// of it asks for the next one too.
func (j *Journal) filesOf(ctx context.Context, run string) ([]fileSpan, error) {
	j.spans.mu.Lock()
	known, files := j.spans.run == run, j.spans.files
	j.spans.mu.Unlock()
	if known {
		return files, nil
	}
	var planned bool
	err := j.reads.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM runs WHERE id = ? AND planned_at > 0)`, run).Scan(&planned)
	if err == nil {
		files, err = spansOf(ctx, j.reads, run)
	}
	if err == nil && planned {
		j.spans.mu.Lock()
		defer j.spans.mu.Unlock()
		j.spans.run, j.spans.files = run, files
	}
	return files, err
}

const sqlSpan = `SELECT f.first_row, f.last_row, r.planned_at > 0 FROM files f JOIN runs r ON r.id = f.run WHERE f.run = ? AND f.place = ?`

// fileOf finds the orders of a file; those of a file that is not there are none.
func (j *Journal) fileOf(ctx context.Context, file journal.FileID) (span, error) {
	j.spans.mu.Lock()
	found, ok := j.spans.known[file]
	j.spans.mu.Unlock()
	if ok {
		return found, nil
	}
	found, planned, err := spanIn(ctx, j.reads, file)
	if err == nil && planned {
		j.spans.mu.Lock()
		defer j.spans.mu.Unlock()
		if j.spans.known == nil {
			j.spans.known = map[journal.FileID]span{}
		}
		j.spans.known[file] = found
	}
	return found, err
}

// spanIn is fileOf without its memory. planned says that the file's run has a plan.
func spanIn(ctx context.Context, from queryer, file journal.FileID) (found span, planned bool, err error) {
	err = from.QueryRowContext(ctx, sqlSpan, file.Run, file.File).Scan(&found.first, &found.last, &planned)
	if errors.Is(err, sql.ErrNoRows) {
		return span{0, -1}, false, nil
	}
	return found, planned, err
}

// fileNumbered finds a file by its number, of a run that has a plan.
func (j *Journal) fileNumbered(ctx context.Context, number int64) (found fileSpan, err error) {
	j.spans.mu.Lock()
	found, ok := j.spans.numbered[number]
	j.spans.mu.Unlock()
	if ok {
		return found, nil
	}
	var planned bool
	err = j.reads.QueryRowContext(ctx, `SELECT f.run, f.place, f.first_row, f.last_row, r.planned_at > 0 FROM files f JOIN runs r ON r.id = f.run WHERE f.id = ?`, number).
		Scan(&found.id.Run, &found.id.File, &found.first, &found.last, &planned)
	if err == nil && planned {
		j.spans.mu.Lock()
		defer j.spans.mu.Unlock()
		if j.spans.numbered == nil {
			j.spans.numbered = map[int64]fileSpan{}
		}
		j.spans.numbered[number] = found
	}
	return found, err
}

// orderOf finds the order of a row; ok is false where the journal has no such row.
func (j *Journal) orderOf(ctx context.Context, id journal.RowID) (order int64, ok bool, err error) {
	file, err := j.fileOf(ctx, id.InFile())
	if err != nil {
		return 0, false, err
	}
	order, ok = file.at(id.Place)
	return order, ok, nil
}

// mustBe is orderOf for a row that has to be there.
func (j *Journal) mustBe(ctx context.Context, id journal.RowID) (int64, error) {
	order, ok, err := j.orderOf(ctx, id)
	if err == nil && !ok {
		err = noRow(id)
	}
	return order, err
}

func noRow(id journal.RowID) error { return fmt.Errorf("there is no row %s", id) }

// listOf is the JSON list of the orders of rows; those that are not there are left out.
func (j *Journal) listOf(ctx context.Context, ids []journal.RowID) (string, error) {
	orders := make([]int64, 0, len(ids))
	for _, id := range ids {
		order, ok, err := j.orderOf(ctx, id)
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

// orders finds the orders of rows that have to be there, as the transaction sees them: those of the plan that is under way too.
func (t transaction) orders(ctx context.Context, rows iter.Seq[journal.RowID]) (orders []int64, err error) {
	var file journal.FileID // the latest
	var in span
	for id := range rows {
		if id.InFile() != file || in.size() == 0 {
			if in, err = t.fileOf(ctx, id.InFile()); err != nil {
				return nil, err
			}
			file = id.InFile()
		}
		order, ok := in.at(id.Place)
		if !ok {
			return nil, noRow(id)
		}
		orders = append(orders, order)
	}
	return orders, nil
}

// order finds the order of one.
func (t transaction) order(ctx context.Context, id journal.RowID) (int64, error) {
	file, err := t.fileOf(ctx, id.InFile())
	if err != nil {
		return 0, err
	}
	order, ok := file.at(id.Place)
	if !ok {
		return 0, noRow(id)
	}
	return order, nil
}

// fileOf finds the orders of a file. Where a commit fails, nobody asks the writer's memory any more.
func (t transaction) fileOf(ctx context.Context, file journal.FileID) (span, error) {
	if found, ok := t.files[file]; ok {
		return found, nil
	}
	found, planned, err := spanIn(ctx, t.tx, file)
	if err == nil && planned {
		t.files[file] = found
	}
	return found, err
}
