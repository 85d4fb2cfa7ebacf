package sqlite

import (
	"cmp"
	"context"
	"database/sql"
	"time"

	"voucherbul/batch/journal"
)

// RowsNumbered finds the rows of a run that have this number in their file: one in each of its files that has one. The rows
// of a file are in the order of their numbers, so it does not read the others.
func (j *Journal) RowsNumbered(ctx context.Context, run string, number int) ([]journal.Located, error) {
	files, err := spansOf(ctx, j.reads, run)
	if err != nil {
		return nil, j.readError("looking for a row", err)
	}
	var ids []journal.RowID
	for _, file := range files {
		order, ok, err := j.numbered(ctx, file.span, number)
		if err != nil {
			return nil, j.readError("looking for a row", err)
		}
		if ok {
			ids = append(ids, file.id.Row(file.place(order)))
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
const sqlOrdersOf = `SELECT ` + rowID + ` FROM people p JOIN orders o ON o.id = p.id JOIN files f ON f.id = o.file WHERE p.who = ? AND o.beneficiario = ? ORDER BY p.id`

// OrdersOf lists every order about a beneficiary, of all runs, in the order they were planned. Rows whose code was wrong are of
// nobody, and those of which somebody is a relative only are not hers.
func (j *Journal) OrdersOf(ctx context.Context, beneficiario string) ([]journal.Located, error) {
	ids, err := collect(ctx, j.reads, func(rows *sql.Rows) (id journal.RowID, err error) {
		err = rows.Scan(target(&id))
		return id, err
	}, sqlOrdersOf, hashOf(beneficiario), beneficiario)
	if err != nil {
		return nil, j.readError("looking for orders", err)
	}
	return j.Located(ctx, ids)
}

// Located implements [journal.Reader].
func (j *Journal) Located(ctx context.Context, ids []journal.RowID) ([]journal.Located, error) {
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
		p := places[r.ID.InFile()]
		located[i] = journal.Located{Row: r, Path: p.path, PlannedAt: p.planned}
	}
	return located, nil
}

// place is where a file is, and when its run was planned.
type place struct {
	path    string
	planned time.Time
}

const sqlPlace = `SELECT f.path, r.planned_at FROM files f JOIN runs r ON r.id = f.run WHERE f.run = ? AND f.place = ?`

// placesOf finds the files of rows.
func (j *Journal) placesOf(ctx context.Context, rows []journal.Row) (map[journal.FileID]place, error) {
	places := map[journal.FileID]place{}
	for _, r := range rows {
		file := r.ID.InFile()
		if _, known := places[file]; known {
			continue
		}
		var p place
		var planned int64
		if err := j.reads.QueryRowContext(ctx, sqlPlace, file.Run, file.File).Scan(&p.path, &planned); err != nil {
			return nil, err
		}
		p.planned = fromMillis(planned)
		places[file] = p
	}
	return places, nil
}
