package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"iter"
	"slices"
	"strings"

	"voucherbul/batch/journal"
)

// knownAtOnce is how many people one query looks for.
const knownAtOnce = 500

// Overlaps implements [journal.Reader]. The people of a run that is planned already are looked up.
func (j *Journal) Overlaps(ctx context.Context, run string) iter.Seq2[journal.Overlap, error] {
	return j.overlaps(ctx, run, func() ([]person, span, error) {
		all, err := spanOf(ctx, j.reads, run)
		if err != nil {
			return nil, all, err
		}
		people, err := collect(ctx, j.reads, func(rows *sql.Rows) (p person, err error) {
			err = rows.Scan(&p.who, &p.id)
			return p, err
		}, `SELECT who, id FROM orders WHERE id BETWEEN ? AND ? ORDER BY id`, all.first, all.last)
		return people, all, err
	})
}

// Overlaps implements [journal.Reader]. Those of the run that is being planned are known.
func (o *Owner) Overlaps(ctx context.Context, run string) iter.Seq2[journal.Overlap, error] {
	if o.plan.run != run {
		return o.Journal.Overlaps(ctx, run)
	}
	return o.overlaps(ctx, run, func() (people []person, all span, err error) {
		err = o.writer.do(ctx, "comparing a plan with earlier runs", func(context.Context, transaction) error {
			people, all = o.plan.people, span{o.plan.before + 1, o.plan.last} // nothing is added while they are compared
			return nil
		})
		return people, all, err
	})
}

// overlaps walks through the people of a run whom other runs know.
func (j *Journal) overlaps(ctx context.Context, run string, planned func() ([]person, span, error)) iter.Seq2[journal.Overlap, error] {
	return func(yield func(journal.Overlap, error) bool) {
		fail := func(err error) { yield(journal.Overlap{}, j.readError("comparing a plan with earlier runs", err)) }
		byWho := map[int64][]int64{}
		var some bool // of the orders went again
		if err := j.reads.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM again)`).Scan(&some); err != nil {
			fail(err)
			return
		}
		people, own, err := planned()
		if err == nil {
			err = j.known(ctx, people, own, byWho)
		}
		if err != nil {
			fail(err)
			return
		}
		whos := make([]int64, 0, len(byWho))
		for who := range byWho {
			whos = append(whos, who)
		}
		slices.SortFunc(whos, func(a, b int64) int { return int(byWho[a][0] - byWho[b][0]) }) // in the order of the plan
		for page := range slices.Chunk(whos, overlapPage) {
			var ids []int64
			for _, who := range page {
				ids = append(ids, byWho[who]...)
			}
			people, err := j.plannedRows(ctx, ids)
			if err != nil {
				fail(err)
				return
			}
			for _, rows := range people {
				overlap, err := j.overlapOf(ctx, rows, own, some)
				if err != nil {
					fail(err)
					return
				}
				if len(overlap.History)+len(overlap.Corrected) > 0 && !yield(overlap, nil) {
					return
				}
			}
		}
	}
}

// overlapPage is of how many people the planned rows are read at once.
const overlapPage = 200

// overlapOf finds out what earlier runs know of the person of planned rows; some says that orders went again.
func (j *Journal) overlapOf(ctx context.Context, rows []journal.PlannedRow, own span, some bool) (o journal.Overlap, err error) {
	o.Rows = rows
	who := rows[0].Beneficiario
	if o.History, err = j.History(ctx, who); err != nil {
		return o, err
	}
	if len(o.History) > 0 {
		if o.Known, err = j.keysOf(ctx, who, own); err != nil {
			return o, err
		}
	}
	if some {
		o.Corrected, err = j.correctedOf(ctx, who)
	}
	return o, err
}

// known finds those of some people whom orders name that do not stand within own, and the orders of each in own.
func (j *Journal) known(ctx context.Context, people []person, own span, orders map[int64][]int64) error {
	var some bool
	if err := j.reads.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM people)`).Scan(&some); err != nil || !some {
		return err
	}
	whos := make([]int64, 0, len(people))
	for _, p := range people {
		if p.who != nobody {
			whos = append(whos, p.who)
		}
	}
	slices.Sort(whos)
	whos = slices.Compact(whos)
	query := `SELECT who FROM people WHERE who IN (?` + strings.Repeat(`, ?`, knownAtOnce-1) + `) AND id NOT BETWEEN ? AND ? GROUP BY who`
	args := make([]any, knownAtOnce, knownAtOnce+2)
	args = append(args, own.first, own.last)
	for page := range slices.Chunk(whos, knownAtOnce) {
		for i := range knownAtOnce {
			args[i] = page[min(i, len(page)-1)]
		}
		found, err := collect(ctx, j.reads, one[int64], query, args...)
		if err != nil {
			return err
		}
		for _, who := range found {
			orders[who] = nil
		}
	}
	if len(orders) == 0 {
		return nil
	}
	for _, p := range people {
		if ids, ok := orders[p.who]; ok {
			orders[p.who] = append(ids, p.id)
		}
	}
	return nil
}

// plannedRows reads rows that wait to be sent, those of a person together and in file order.
func (j *Journal) plannedRows(ctx context.Context, ids []int64) (people [][]journal.PlannedRow, err error) {
	list, err := json.Marshal(ids)
	if err != nil {
		return nil, err
	}
	rows, err := collect(ctx, j.reads, func(rows *sql.Rows) (r journal.PlannedRow, err error) {
		run, file, place := target(&r.ID)
		err = rows.Scan(run, file, place, &r.Number, &r.Key, &r.Operation, &r.Request, &r.Beneficiario)
		return r, err
	}, `SELECT `+rowID+`, o.number, o.key, o.operation, o.request, o.beneficiario
		FROM orders o JOIN files f ON f.id = o.file LEFT JOIN states s ON s.id = o.id WHERE o.id IN (SELECT value FROM json_each(?)) AND s.id IS NULL ORDER BY o.id`, string(list))
	place := map[string]int{}
	for _, r := range rows {
		i, ok := place[r.Beneficiario]
		if !ok {
			i, people = len(people), append(people, nil)
			place[r.Beneficiario] = i
		}
		people[i] = append(people[i], r)
	}
	return people, err
}

const sqlKeys = `SELECT o.key FROM people p JOIN orders o ON o.id = p.id WHERE p.who = ? AND o.beneficiario = ? AND p.id NOT BETWEEN ? AND ?`

// keysOf are the keys of the orders of a beneficiary that do not stand within own.
func (j *Journal) keysOf(ctx context.Context, beneficiario string, own span) (map[string]bool, error) {
	rows, err := j.asked.keys.QueryContext(ctx, hashOf(beneficiario), beneficiario, own.first, own.last)
	found, err := linesOf(rows, err, one[string])
	keys := map[string]bool{}
	for _, key := range found {
		keys[key] = true
	}
	return keys, err
}

// sqlCorrected finds the orders of a beneficiary that went again with other data, perhaps of another beneficiary, and were
// accepted then; what followed since makes them new.
const sqlCorrected = `SELECT ` + acquiredColumns + `, x.key
	FROM people p JOIN orders x ON x.id = p.id JOIN again a ON a.id = p.id JOIN again b ON b.root = a.root AND b.id > a.id
	JOIN states s ON s.id = b.id JOIN orders o ON o.id = b.id JOIN files f ON f.id = o.file
	WHERE p.who = ? AND x.beneficiario = ? AND ` + acquiredRows + ` AND o.key <> x.key AND x.key <> ''
	AND NOT EXISTS (SELECT 1 FROM people q JOIN orders y ON y.id = q.id JOIN states t ON t.id = q.id
		WHERE q.who = o.who AND y.beneficiario = o.beneficiario AND t.held > s.held)`

func (j *Journal) correctedOf(ctx context.Context, beneficiario string) (map[string]journal.Acquired, error) {
	corrected := map[string]journal.Acquired{}
	rows, err := j.asked.corrected.QueryContext(ctx, hashOf(beneficiario), beneficiario)
	_, err = linesOf(rows, err, func(rows *sql.Rows) (acquired journal.Acquired, err error) {
		var key string
		acquired, err = scanAcquired(rows, &key)
		corrected[key] = acquired
		return acquired, err
	})
	return corrected, err
}
