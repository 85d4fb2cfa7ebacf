package sqlite

import (
	"cmp"
	"context"
	"database/sql"
	"slices"

	"voucherbul/batch/journal"
)

// joinGroups notes which planned rows repeat earlier ones. first is the ID of the first planned row.
func (o *Owner) joinGroups(ctx context.Context, tx *sql.Tx, first int64, rows []journal.Row) error {
	none := journal.RowID{}
	if !slices.ContainsFunc(rows, func(r journal.Row) bool { return r.Resends != none }) {
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
		if rows[i].Resends == none {
			continue
		}
		before, err := o.mustBe(ctx, rows[i].Resends)
		if err != nil {
			return err
		}
		var root int64
		if err := find.QueryRowContext(ctx, before).Scan(&root); err != nil {
			return err
		}
		if _, err := join.ExecContext(ctx, root, first+int64(i)); err != nil {
			return err
		}
	}
	return nil
}

// RowsByID implements [journal.Reader].
func (j *Journal) RowsByID(ctx context.Context, ids []journal.RowID) ([]journal.Row, error) {
	list, err := j.listOf(ctx, ids)
	var rows []journal.Row
	if err == nil {
		rows, _, err = j.rowsWhere(ctx, `o.id IN (SELECT value FROM json_each(?))`, list)
	}
	if err != nil {
		return nil, j.readError("reading rows", err)
	}
	return rows, nil
}

// sqlSameGroup gives the orders of the groups of those that are listed.
const sqlSameGroup = `SELECT e.id FROM again e WHERE e.root IN (SELECT root FROM again WHERE id IN (SELECT value FROM json_each(?1)))`

// Groups finds all that was ever tried for the orders of some rows, by the ID of each row asked for.
func (j *Journal) Groups(ctx context.Context, ids []journal.RowID) (map[journal.RowID]journal.Group, error) {
	list, err := j.listOf(ctx, ids)
	if err != nil {
		return nil, j.readError("reading earlier attempts", err)
	}
	rows, orders, err := j.rowsWhere(ctx, `o.id IN (SELECT value FROM json_each(?1) UNION `+sqlSameGroup+`)`, list)
	if err != nil {
		return nil, j.readError("reading earlier attempts", err)
	}
	type member struct{ root, id int64 }
	members, err := collect(ctx, j.reads, func(rows *sql.Rows) (m member, err error) {
		err = rows.Scan(&m.root, &m.id)
		return m, err
	}, `SELECT root, id FROM again WHERE id IN (`+sqlSameGroup+`)`, list)
	if err != nil {
		return nil, j.readError("reading earlier attempts", err)
	}
	rootOf := make(map[int64]int64, len(members))
	for _, m := range members {
		rootOf[m.id] = m.root
	}
	byRoot, roots := map[int64]journal.Group{}, make(map[journal.RowID]int64, len(rows))
	for i, r := range rows {
		root, ok := rootOf[orders[i]]
		if !ok {
			root = orders[i]
		}
		byRoot[root] = append(byRoot[root], r)
		roots[r.ID] = root
	}
	groups := make(map[journal.RowID]journal.Group, len(ids))
	for _, id := range ids {
		if g := byRoot[roots[id]]; len(g) > 0 {
			groups[id] = g
		}
	}
	return groups, nil
}

// rowsWhere reads the rows that fit a condition on a list of orders, and their numbers, in the order they were planned. Rows
// are as they are rendered: those that an ended run has left are pending.
func (j *Journal) rowsWhere(ctx context.Context, condition, list string) (rows []journal.Row, orders []int64, err error) {
	rows, err = collectInto(ctx, j.reads, func(line *sql.Rows, row *journal.Row) error {
		order, err := scanOrder(line, row)
		orders = append(orders, order)
		return err
	}, sqlRows+`WHERE `+condition+` ORDER BY o.id`, list)
	if err != nil {
		return nil, nil, err
	}
	known := map[journal.FileID]left{}
	for i := range rows {
		file := rows[i].ID.InFile()
		l, ok := known[file]
		if !ok {
			if l, err = j.leftOf(ctx, file); err != nil {
				return nil, nil, err
			}
			known[file] = l
		}
		l.explain(&rows[i])
	}
	return rows, orders, nil
}

// sqlResent gives the orders between two of which there is a later attempt.
const sqlResent = `SELECT m.id FROM again m WHERE m.id BETWEEN ? AND ? AND EXISTS (SELECT 1 FROM again e WHERE e.root = m.root AND e.id > m.id) ORDER BY m.id`

// Resent lists the rows of a run that later ones have taken up, whatever became of them.
func (j *Journal) Resent(ctx context.Context, run string) ([]journal.RowID, error) {
	files, err := spansOf(ctx, j.reads, run)
	if err != nil {
		return nil, j.readError("looking for later attempts", err)
	}
	if len(files) == 0 {
		return nil, nil
	}
	name := nameIn(files)
	ids, err := collect(ctx, j.reads, func(rows *sql.Rows) (journal.RowID, error) {
		id, err := one[int64](rows)
		return name(id), err
	}, sqlResent, files[0].first, files[len(files)-1].last)
	if err != nil {
		return nil, j.readError("looking for later attempts", err)
	}
	return ids, nil
}

// sqlEarlier gives the earlier attempts of orders between two.
const sqlEarlier = `SELECT m.id, e.id, o.file, o.number,
	iif(coalesce(s.state, 'planned') = 'planned', iif(r.ended_at > 0, 'pending', 'planned'), s.state), coalesce(s.esito, ''),
	iif(coalesce(s.state, 'planned') = 'planned' AND r.ended_at > 0, r.left_descrizione, coalesce(s.descrizione, '')), coalesce(s.advice, ''), coalesce(s.code, ''), coalesce(s.args, ''), iif(coalesce(s.sent_at, 0) > 0, s.sent_at, coalesce(s.settled_at, 0))
	FROM again m JOIN again e ON e.root = m.root AND e.id < m.id JOIN orders o ON o.id = e.id JOIN files f ON f.id = o.file
	JOIN runs r ON r.id = f.run LEFT JOIN states s ON s.id = e.id WHERE m.id BETWEEN ? AND ? ORDER BY m.id, e.id`

// addEarlier tells rows of a file, which are in their order, what became of their orders in earlier runs.
func (j *Journal) addEarlier(ctx context.Context, rows []journal.Row, file span) error {
	if len(rows) == 0 {
		return nil
	}
	type line struct {
		order, earlier, file int64
		journal.Earlier
	}
	lines, err := collect(ctx, j.reads, func(rows *sql.Rows) (l line, err error) {
		var at int64
		var args string
		if err = rows.Scan(&l.order, &l.earlier, &l.file, &l.Number, &l.State, &l.Esito, &l.Descrizione, &l.Advice, &l.Code, &args, &at); err != nil {
			return l, err
		}
		l.At = fromMillis(at)
		l.Args, err = cellsOf(args)
		return l, err
	}, sqlEarlier, file.order(rows[0]), file.order(rows[len(rows)-1]))
	for _, l := range lines { // to name them in the query would cost three more columns of each
		i, ok := slices.BinarySearchFunc(rows, l.order, func(r journal.Row, order int64) int { return cmp.Compare(file.order(r), order) })
		if !ok {
			continue
		}
		in, err := j.fileNumbered(ctx, l.file)
		if err != nil {
			return err
		}
		l.ID = in.id.Row(in.place(l.earlier))
		rows[i].Earlier = append(rows[i].Earlier, l.Earlier)
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
	r.Esito, r.Descrizione, r.Advice, r.Reason = doubt.Esito, doubt.Descrizione, doubt.Advice, ""
	r.Code, r.Args = journal.BehindDoubt, append([]string{doubt.ID.Run, string(doubt.Code)}, doubt.Args...)
}

// sqlSharedDoubts counts the orders between two that a run has left behind the doubts of their own orders.
const sqlSharedDoubts = `SELECT count(*) FROM again m LEFT JOIN states n ON n.id = m.id
	WHERE m.id BETWEEN ? AND ? AND coalesce(n.state, 'planned') IN ('planned', 'pending')
	AND EXISTS (SELECT 1 FROM again e JOIN states s ON s.id = e.id WHERE e.root = m.root AND e.id < m.id AND s.state IN ('uncertain', 'sent'))`
