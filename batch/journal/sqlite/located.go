package sqlite

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"voucherbul/batch/journal"
)

// RowAt finds the row that an ID names; ok is false where there is none.
func (j *Journal) RowAt(ctx context.Context, id journal.RowID) (row journal.Located, ok bool, err error) {
	if id.File < 1 || id.Place < 1 {
		return journal.Located{}, false, nil
	}
	var file span
	err = j.reads.QueryRowContext(ctx, `SELECT first_row, last_row FROM files WHERE run = ? ORDER BY id LIMIT 1 OFFSET ?`, id.Run, id.File-1).
		Scan(&file.first, &file.last)
	if errors.Is(err, sql.ErrNoRows) || err == nil && int64(id.Place) > file.size() {
		return journal.Located{}, false, nil
	}
	if err != nil {
		return journal.Located{}, false, j.readError("looking for a row", err)
	}
	rows, err := j.Located(ctx, []int64{file.first + int64(id.Place) - 1})
	if err != nil || len(rows) == 0 {
		return journal.Located{}, false, err
	}
	return rows[0], true, nil
}

// RowsNumbered finds the rows of a run that have this number in their file: one in each of its files that has one. The rows
// of a file are in the order of their numbers, so it does not read the others.
func (j *Journal) RowsNumbered(ctx context.Context, run string, number int) ([]journal.Located, error) {
	files, err := collect(ctx, j.reads, func(rows *sql.Rows) (s span, err error) {
		err = rows.Scan(&s.first, &s.last)
		return s, err
	}, `SELECT first_row, last_row FROM files WHERE run = ? AND first_row > 0 ORDER BY id`, run)
	if err != nil {
		return nil, j.readError("looking for a row", err)
	}
	var ids []int64
	for _, file := range files {
		id, ok, err := j.numbered(ctx, file, number)
		if err != nil {
			return nil, j.readError("looking for a row", err)
		}
		if ok {
			ids = append(ids, id)
		}
	}
	return j.Located(ctx, ids)
}

// numbered finds the row of a file that has a number.
func (j *Journal) numbered(ctx context.Context, file span, number int) (id int64, ok bool, err error) {
	for file.size() > 0 {
		middle := file.first + (file.last-file.first)/2
		var found int
		if err := j.reads.QueryRowContext(ctx, `SELECT number FROM orders WHERE id = ?`, middle).Scan(&found); err != nil {
			return 0, false, err
		}
		switch cmp.Compare(found, number) {
		case 0:
			return middle, true, nil
		case -1:
			file.first = middle + 1
		default:
			file.last = middle - 1
		}
	}
	return 0, false, nil
}

// sqlOrdersOf are the orders of a beneficiary; who shares the hash comes along otherwise.
const sqlOrdersOf = `SELECT p.id FROM people p JOIN orders o ON o.id = p.id WHERE p.who = ? AND o.beneficiario = ? ORDER BY p.id`

// OrdersOf lists every order about a beneficiary, of all runs, in the order they were planned. Rows whose code was wrong are of
// nobody, and those of which somebody is a relative only are not hers.
func (j *Journal) OrdersOf(ctx context.Context, beneficiario string) ([]journal.Located, error) {
	ids, err := collect(ctx, j.reads, one[int64], sqlOrdersOf, hashOf(beneficiario), beneficiario)
	if err != nil {
		return nil, j.readError("looking for orders", err)
	}
	return j.Located(ctx, ids)
}

// Located reads rows as they are rendered, in the order of their IDs, and where each stands; those that are not there are left
// out.
func (j *Journal) Located(ctx context.Context, ids []int64) ([]journal.Located, error) {
	rows, err := j.RowsByID(ctx, ids)
	if err != nil {
		return nil, err
	}
	places, err := j.placesOf(ctx, rows)
	if err != nil {
		return nil, j.readError("looking for the files of rows", err)
	}
	located := make([]journal.Located, len(rows))
	for i, r := range rows {
		p := places[r.File]
		located[i] = journal.Located{Row: r, RowID: journal.RowID{Run: r.Run, File: p.number, Place: int(r.ID-p.first) + 1}, Path: p.path, PlannedAt: p.planned}
	}
	return located, nil
}

// place is where a file stands in its run.
type place struct {
	file    int64
	path    string
	first   int64 // order
	number  int   // among the files of its run, from 1
	planned time.Time
}

const sqlPlaces = `SELECT f.id, f.path, f.first_row, (SELECT count(*) FROM files g WHERE g.run = f.run AND g.id <= f.id), r.planned_at
	FROM files f JOIN runs r ON r.id = f.run WHERE f.id IN (SELECT value FROM json_each(?))`

// placesOf finds the files of rows.
func (j *Journal) placesOf(ctx context.Context, rows []journal.Row) (map[int64]place, error) {
	files := make([]int64, len(rows))
	for i, r := range rows {
		files[i] = r.File
	}
	slices.Sort(files)
	list, err := json.Marshal(slices.Compact(files))
	if err != nil {
		return nil, err
	}
	found, err := collect(ctx, j.reads, func(rows *sql.Rows) (p place, err error) {
		var planned int64
		err = rows.Scan(&p.file, &p.path, &p.first, &p.number, &planned)
		p.planned = fromMillis(planned)
		return p, err
	}, sqlPlaces, string(list))
	places := make(map[int64]place, len(found))
	for _, p := range found {
		places[p.file] = p
	}
	return places, err
}
