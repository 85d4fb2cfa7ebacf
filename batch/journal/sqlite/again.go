package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"slices"

	"voucherbul/batch/journal"
)

// joinGroups notes which planned rows repeat earlier ones. first is the ID of the first planned row.
func joinGroups(ctx context.Context, tx *sql.Tx, first int64, rows []journal.Row) error {
	if !slices.ContainsFunc(rows, func(r journal.Row) bool { return r.Again > 0 }) {
		return nil
	}
	find, err := tx.PrepareContext(ctx, `SELECT coalesce((SELECT root FROM again WHERE id = ?1), ?1)`) // closed with the transaction
	if err != nil {
		return err
	}
	join, err := tx.PrepareContext(ctx, `INSERT INTO again (root, id) VALUES (?1, ?1), (?1, ?2) ON CONFLICT DO NOTHING`)
	if err != nil {
		return err
	}
	for i := range rows {
		if rows[i].Again == 0 {
			continue
		}
		var root int64
		if err := find.QueryRowContext(ctx, rows[i].Again).Scan(&root); err != nil {
			return err
		}
		if _, err := join.ExecContext(ctx, root, first+int64(i)); err != nil {
			return err
		}
	}
	return nil
}

// RowsByID reads rows, in the order of their IDs; those that are not there are left out.
func (j *Journal) RowsByID(ctx context.Context, ids []int64) ([]journal.Row, error) {
	rows, err := j.rowsWhere(ctx, `o.id IN (SELECT value FROM json_each(?))`, ids)
	if err != nil {
		return nil, j.readError("reading rows", err)
	}
	return rows, nil
}

// sqlSameGroup gives the orders of the groups of those that are listed.
const sqlSameGroup = `SELECT e.id FROM again e WHERE e.root IN (SELECT root FROM again WHERE id IN (SELECT value FROM json_each(?1)))`

// Groups finds all that was ever tried for the orders of some rows, by the ID of each row asked for.
func (j *Journal) Groups(ctx context.Context, ids []int64) (map[int64]journal.Group, error) {
	rows, err := j.rowsWhere(ctx, `o.id IN (SELECT value FROM json_each(?1) UNION `+sqlSameGroup+`)`, ids)
	if err != nil {
		return nil, j.readError("reading earlier attempts", err)
	}
	list, err := json.Marshal(ids)
	if err != nil {
		return nil, err
	}
	type member struct{ root, id int64 }
	members, err := collect(ctx, j.reads, func(rows *sql.Rows) (m member, err error) {
		err = rows.Scan(&m.root, &m.id)
		return m, err
	}, `SELECT root, id FROM again WHERE id IN (`+sqlSameGroup+`)`, string(list))
	if err != nil {
		return nil, j.readError("reading earlier attempts", err)
	}
	rootOf := make(map[int64]int64, len(members))
	for _, m := range members {
		rootOf[m.id] = m.root
	}
	byRoot := map[int64]journal.Group{}
	for _, r := range rows {
		root, ok := rootOf[r.ID]
		if !ok {
			root = r.ID
		}
		byRoot[root] = append(byRoot[root], r)
	}
	groups := make(map[int64]journal.Group, len(ids))
	for _, id := range ids {
		root, ok := rootOf[id]
		if !ok {
			root = id
		}
		if g := byRoot[root]; len(g) > 0 {
			groups[id] = g
		}
	}
	return groups, nil
}

// rowsWhere reads the rows that fit a condition on a list of IDs, as they are rendered: those that an ended run has left
// are pending.
func (j *Journal) rowsWhere(ctx context.Context, condition string, ids []int64) ([]journal.Row, error) {
	list, err := json.Marshal(ids)
	if err != nil {
		return nil, err
	}
	rows, err := collect(ctx, j.reads, func(rows *sql.Rows) (journal.Row, error) { return scan(rows) }, sqlRows+`WHERE `+condition+` ORDER BY o.id`, string(list))
	if err != nil {
		return nil, err
	}
	known := map[int64]left{}
	for i := range rows {
		l, ok := known[rows[i].File]
		if !ok {
			if l, err = j.leftOf(ctx, rows[i].File); err != nil {
				return nil, err
			}
			known[rows[i].File] = l
		}
		l.explain(&rows[i])
	}
	return rows, nil
}

// sqlRepeated gives the orders between two IDs of which there is a later attempt.
const sqlRepeated = `SELECT m.id FROM again m WHERE m.id BETWEEN ? AND ? AND EXISTS (SELECT 1 FROM again e WHERE e.root = m.root AND e.id > m.id) ORDER BY m.id`

// Repeated lists the rows of a run that later ones have taken up, whatever became of them.
func (j *Journal) Repeated(ctx context.Context, run string) ([]int64, error) {
	all, err := spanOf(ctx, j.reads, run)
	if err != nil {
		return nil, j.readError("looking for later attempts", err)
	}
	ids, err := collect(ctx, j.reads, one[int64], sqlRepeated, all.first, all.last)
	if err != nil {
		return nil, j.readError("looking for later attempts", err)
	}
	return ids, nil
}

// sqlEarlier gives the earlier attempts of rows between two IDs.
const sqlEarlier = `SELECT m.id, e.id, f.run, o.number,
	iif(coalesce(s.state, 'planned') = 'planned', iif(r.ended_at > 0, 'pending', 'planned'), s.state), coalesce(s.esito, ''),
	iif(coalesce(s.state, 'planned') = 'planned' AND r.ended_at > 0, r.left_descrizione, coalesce(s.descrizione, '')), coalesce(s.advice, ''), iif(coalesce(s.sent_at, 0) > 0, s.sent_at, coalesce(s.settled_at, 0))
	FROM again m JOIN again e ON e.root = m.root AND e.id < m.id JOIN orders o ON o.id = e.id JOIN files f ON f.id = o.file
	JOIN runs r ON r.id = f.run LEFT JOIN states s ON s.id = e.id WHERE m.id BETWEEN ? AND ? ORDER BY m.id, e.id`

// addEarlier tells rows, which are in the order of their IDs, what became of their orders in earlier runs.
func (j *Journal) addEarlier(ctx context.Context, rows []journal.Row) error {
	if len(rows) == 0 {
		return nil
	}
	type line struct {
		id int64
		journal.Earlier
	}
	lines, err := collect(ctx, j.reads, func(rows *sql.Rows) (l line, err error) {
		var at int64
		err = rows.Scan(&l.id, &l.Row, &l.Run, &l.Number, &l.State, &l.Esito, &l.Descrizione, &l.Advice, &at)
		l.At = fromMillis(at)
		return l, err
	}, sqlEarlier, rows[0].ID, rows[len(rows)-1].ID)
	for _, l := range lines {
		if i, ok := slices.BinarySearchFunc(rows, l.id, func(r journal.Row, id int64) int { return int(r.ID - id) }); ok {
			rows[i].Earlier = append(rows[i].Earlier, l.Earlier)
		}
	}
	return err
}

// shareDoubt marks a row as in doubt if it waits for a doubt about its own order. "Not sent" would make the reader believe
// that the order was never sent.
func shareDoubt(r *journal.Row) {
	doubt, ok := r.Doubt()
	if r.State != journal.Pending || !ok {
		return
	}
	r.State, r.SentAt, r.FirstSentAt = journal.Uncertain, doubt.At, doubt.At
	r.Esito, r.Descrizione, r.Advice, r.Reason = doubt.Esito, doubt.Descrizione, doubt.Advice, "in doubt since run "+doubt.Run
	r.Code, r.Args = journal.BehindDoubt, []string{doubt.Run}
}

// sqlSharedDoubts counts the rows between two IDs that a run has left behind the doubts of their own orders.
const sqlSharedDoubts = `SELECT count(*) FROM again m LEFT JOIN states n ON n.id = m.id
	WHERE m.id BETWEEN ? AND ? AND coalesce(n.state, 'planned') IN ('planned', 'pending')
	AND EXISTS (SELECT 1 FROM again e JOIN states s ON s.id = e.id WHERE e.root = m.root AND e.id < m.id AND s.state IN ('uncertain', 'sent'))`
