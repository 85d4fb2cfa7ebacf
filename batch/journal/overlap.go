package journal

import (
	"context"
	"database/sql"
	"encoding/json"
	"iter"
	"slices"
	"strings"

	"voucherbul/mapping"
)

// Overlap is a beneficiary of a plan of whom the platform holds requests from earlier runs.
type Overlap struct {
	Rows    []PlannedRow    // of the plan, in file order
	History []Held          // oldest first
	Known   map[string]bool // keys that earlier runs have had, whatever became of them

	// Corrected are the requests, by their keys, whose order went again with other data, which the platform holds and nothing
	// has followed since.
	Corrected map[string]Held
}

// PlannedRow is what an Overlap says of a row.
type PlannedRow struct {
	ID     int64
	File   int64
	Number int
	Key    string

	Operation mapping.Operation
	Request   []byte // canonical

	beneficiario string
}

// knownAtOnce is how many people one query looks for.
const knownAtOnce = 500

// Overlaps walks through the beneficiaries of the run that is being planned of whom the platform holds something, or whose
// orders have been corrected.
func (j *Journal) Overlaps(ctx context.Context, run string) iter.Seq2[Overlap, error] {
	return func(yield func(Overlap, error) bool) {
		fail := func(err error) { yield(Overlap{}, j.readError("comparing a plan with earlier runs", err)) }
		byWho := map[int64][]int64{}
		var some bool // of the orders went again
		if err := j.reads.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM again)`).Scan(&some); err != nil {
			fail(err)
			return
		}
		if err := j.known(ctx, run, byWho); err != nil {
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
				overlap, err := j.overlapOf(ctx, rows, some)
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
func (j *Journal) overlapOf(ctx context.Context, rows []PlannedRow, some bool) (o Overlap, err error) {
	o.Rows = rows
	who := rows[0].beneficiario
	if o.History, err = j.History(ctx, who); err != nil {
		return o, err
	}
	if len(o.History) > 0 {
		if o.Known, err = j.keysOf(ctx, who); err != nil {
			return o, err
		}
	}
	if some {
		o.Corrected, err = j.correctedOf(ctx, who)
	}
	return o, err
}

// known finds the people of a plan whom earlier runs know, and their orders in the plan.
func (j *Journal) known(ctx context.Context, run string, orders map[int64][]int64) error {
	var people []person
	err := j.writer.do(ctx, "comparing a plan with earlier runs", func(context.Context, transaction) error {
		if j.plan.run == run {
			people = j.plan.people // nothing is added while they are compared
		}
		return nil
	})
	if err != nil {
		return err
	}
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
	query := `SELECT who FROM people WHERE who IN (?` + strings.Repeat(`, ?`, knownAtOnce-1) + `) GROUP BY who`
	args := make([]any, knownAtOnce)
	for page := range slices.Chunk(whos, knownAtOnce) {
		for i := range args {
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
func (j *Journal) plannedRows(ctx context.Context, ids []int64) (people [][]PlannedRow, err error) {
	list, err := json.Marshal(ids)
	if err != nil {
		return nil, err
	}
	rows, err := collect(ctx, j.reads, func(rows *sql.Rows) (r PlannedRow, err error) {
		err = rows.Scan(&r.ID, &r.File, &r.Number, &r.Key, &r.Operation, &r.Request, &r.beneficiario)
		return r, err
	}, `SELECT o.id, o.file, o.number, o.key, o.operation, o.request, o.beneficiario
		FROM orders o LEFT JOIN states s ON s.id = o.id WHERE o.id IN (SELECT value FROM json_each(?)) AND s.id IS NULL ORDER BY o.id`, string(list))
	place := map[string]int{}
	for _, r := range rows {
		i, ok := place[r.beneficiario]
		if !ok {
			i, people = len(people), append(people, nil)
			place[r.beneficiario] = i
		}
		people[i] = append(people[i], r)
	}
	return people, err
}

const sqlKeys = `SELECT o.key FROM people p JOIN orders o ON o.id = p.id WHERE p.who = ? AND o.beneficiario = ?`

// keysOf are the keys of what earlier runs have had of a beneficiary: a plan's own are not among the people yet.
func (j *Journal) keysOf(ctx context.Context, beneficiario string) (map[string]bool, error) {
	rows, err := j.asked.keys.QueryContext(ctx, hashOf(beneficiario), beneficiario)
	found, err := linesOf(rows, err, one[string])
	keys := map[string]bool{}
	for _, key := range found {
		keys[key] = true
	}
	return keys, err
}

// sqlCorrected finds the orders of a beneficiary that went again with other data, perhaps of another beneficiary, and were
// accepted then; what followed since makes them new.
const sqlCorrected = `SELECT ` + heldColumns + `, x.key
	FROM people p JOIN orders x ON x.id = p.id JOIN again a ON a.id = p.id JOIN again b ON b.root = a.root AND b.id > a.id
	JOIN states s ON s.id = b.id JOIN orders o ON o.id = b.id JOIN files f ON f.id = o.file
	WHERE p.who = ? AND x.beneficiario = ? AND ` + heldRows + ` AND o.key <> x.key AND x.key <> ''
	AND NOT EXISTS (SELECT 1 FROM people q JOIN orders y ON y.id = q.id JOIN states t ON t.id = q.id
		WHERE q.who = o.who AND y.beneficiario = o.beneficiario AND t.held > s.held)`

func (j *Journal) correctedOf(ctx context.Context, beneficiario string) (map[string]Held, error) {
	corrected := map[string]Held{}
	rows, err := j.asked.corrected.QueryContext(ctx, hashOf(beneficiario), beneficiario)
	_, err = linesOf(rows, err, func(rows *sql.Rows) (held Held, err error) {
		var key string
		held, err = scanHeld(rows, &key)
		corrected[key] = held
		return held, err
	})
	return corrected, err
}
