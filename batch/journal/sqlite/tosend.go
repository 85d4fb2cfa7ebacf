package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"

	"voucherbul/batch/journal"
)

// The rows that are sent need less: their cells have been read, their problems do not keep them, and what they were told
// before does not count any more.
const sqlToSend = `SELECT o.id, o.number, o.operation, o.beneficiario, o.key, o.request,
		EXISTS (SELECT 1 FROM people p WHERE p.who = o.who AND p.id <> o.id), s.id IS NULL, coalesce(s.not_before, 0), coalesce(s.attempts, 0),
		coalesce(s.in_doubt, 0), coalesce(s.first_sent_at, 0), coalesce(s.sent_at, 0) FROM orders o LEFT JOIN states s ON s.id = o.id `

// ToSend implements [journal.Reader].
func (j *Journal) ToSend(ctx context.Context, run string, after journal.RowID, limit int) ([]journal.Row, error) {
	files, err := j.filesOf(ctx, run)
	var behind int64
	if err == nil && after != (journal.RowID{}) {
		behind, err = j.mustBe(ctx, after)
	}
	var ids []int64
	if err == nil && len(files) > 0 {
		ids, err = j.idsToSend(ctx, span{files[0].first, files[len(files)-1].last}, behind, limit)
	}
	if err != nil {
		return nil, j.readError("listing rows to send", err)
	}
	if len(ids) == 0 {
		return nil, nil
	}
	which, args := `o.id BETWEEN ? AND ?`, []any{ids[0], ids[len(ids)-1]}
	if ids[len(ids)-1]-ids[0] >= int64(len(ids)) { // others stand between them
		list, err := json.Marshal(ids)
		if err != nil {
			return nil, err
		}
		which, args = `o.id IN (SELECT value FROM json_each(?))`, []any{string(list)}
	}
	name := nameIn(files)
	rows, err := collectInto(ctx, j.reads, func(rows *sql.Rows, r *journal.Row) error {
		var id, notBefore, firstSent, sent int64
		err := rows.Scan(&id, &r.Number, &r.Operation, &r.Beneficiario, &r.Key, &r.Request, &r.Shared, &r.Fresh, &notBefore, &r.Attempts,
			&r.InDoubt, &firstSent, &sent)
		r.ID, r.State, r.NotBefore, r.FirstSentAt, r.SentAt = name(id), journal.Planned, fromMillis(notBefore), fromMillis(firstSent), fromMillis(sent)
		return err
	}, sqlToSend+`WHERE `+which+` ORDER BY o.id`, args...)
	if err != nil {
		return nil, j.readError("listing rows to send", err)
	}
	return rows, nil
}

// idsToSend walks through the states, which are narrow: what is not among them is to be sent too.
func (j *Journal) idsToSend(ctx context.Context, all span, after int64, limit int) (ids []int64, err error) {
	next := max(after+1, all.first)
	untouched := func(end int64) { // those below end that have no line
		for ; next < end && len(ids) < limit; next++ {
			ids = append(ids, next)
		}
	}
	rows, err := j.reads.QueryContext(ctx, `SELECT id, state = 'planned' FROM states WHERE id BETWEEN ? AND ? ORDER BY id`, next, all.last)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for len(ids) < limit && rows.Next() {
		var id int64
		var planned bool
		if err := rows.Scan(&id, &planned); err != nil {
			return nil, err
		}
		untouched(id)
		if planned && len(ids) < limit {
			ids = append(ids, id)
		}
		next = max(next, id+1)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	untouched(all.last + 1)
	return ids, nil
}

const sqlInDoubt = sqlRows + `WHERE o.id IN (SELECT id FROM states WHERE ` + doubtRows + ` AND state = 'uncertain') ORDER BY o.id`

// InDoubt lists the uncertain rows of every run, oldest first: they come before anything new of the same beneficiary.
func (j *Journal) InDoubt(ctx context.Context) ([]journal.Row, error) {
	rows, err := collectInto(ctx, j.reads, scan, sqlInDoubt)
	if err != nil {
		return nil, j.readError("listing rows in doubt", err)
	}
	for i := range rows {
		rows[i].Shared = true
	}
	return rows, nil
}
