package sqlite

import (
	"cmp"
	"context"
	"database/sql"
	"hash/fnv"
	"slices"
	"strings"
)

// person says that an order is about a beneficiary.
type person struct {
	who int64 // see hashOf
	id  int64 // of the order
}

// nobody is the hash of orders that name no beneficiary who is right; it is no person.
const nobody = 0

// hashOf is what people are found by: eight bytes in place of sixteen letters, of a function that never changes (FNV-1a). Two
// people may share one, so whoever finds an order by it compares the beneficiario too.
func hashOf(beneficiario string) int64 {
	if beneficiario == "" {
		return nobody
	}
	h := fnv.New64a()
	_, _ = h.Write([]byte(beneficiario)) // it never fails
	if sum := int64(h.Sum64()); sum != nobody {
		return sum
	}
	return 1
}

// enterAtOnce is how many people one statement takes: a statement of its own for each would cost three times as much.
const enterAtOnce = 128

// enter puts orders among the people. In the order of the hashes every page of the index is written once.
func enter(ctx context.Context, tx *sql.Tx, people []person) error {
	slices.SortFunc(people, func(a, b person) int { return cmp.Or(cmp.Compare(a.who, b.who), cmp.Compare(a.id, b.id)) })
	var statement *sql.Stmt
	args := make([]any, 0, 2*enterAtOnce)
	for some := range slices.Chunk(people, enterAtOnce) {
		if statement == nil || len(some) < enterAtOnce {
			var err error
			query := `INSERT INTO people (who, id) VALUES (?, ?)` + strings.Repeat(`, (?, ?)`, len(some)-1)
			if statement, err = tx.PrepareContext(ctx, query); err != nil { // closed with the transaction
				return err
			}
		}
		args = args[:0]
		for _, p := range some {
			args = append(args, p.who, p.id)
		}
		if _, err := statement.ExecContext(ctx, args...); err != nil {
			return err
		}
	}
	return nil
}
