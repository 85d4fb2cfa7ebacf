package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"iter"

	"voucherbul/batch/journal"
)

// sqlPrenotazioni is all that this file and vouchers.go ask of the orders; a condition of its caller follows. Rows that
// were settled because the journal had them are left out: they stand for one that is acquired.
const sqlPrenotazioni = `SELECT o.id, o.beneficiario, ` + rowID + `, f.path, o.number, s.first_sent_at, s.sent_at, s.settled_at, s.data_operazione,
	s.fase, s.protocollo, coalesce(m.operation, ''), coalesce(n.settled_at, 0)
	FROM states s JOIN orders o ON o.id = s.id JOIN files f ON f.id = o.file
	LEFT JOIN orders m ON m.id = (SELECT p.id FROM people p JOIN orders x ON x.id = p.id JOIN states q ON q.id = p.id
		WHERE p.who = o.who AND x.beneficiario = o.beneficiario AND q.held > s.held ORDER BY q.held LIMIT 1)
	LEFT JOIN states n ON n.id = m.id
	WHERE o.operation = 'prenotazione' AND ` + acquiredRows + ` AND `

// Prenotazioni walks through all bookings of ours that the platform has from us, or has had, in the order they were planned.
func (j *Journal) Prenotazioni(ctx context.Context) iter.Seq2[journal.Prenotazione, error] {
	const page = 1000
	return func(yield func(journal.Prenotazione, error) bool) {
		for after := int64(0); ; {
			found, err := collect(ctx, j.reads, func(rows *sql.Rows) (p journal.Prenotazione, err error) {
				after, p, err = scanPrenotazione(rows)
				return p, err
			}, sqlPrenotazioni+`s.id > ? ORDER BY s.id LIMIT ?`, after, page)
			if err != nil {
				yield(journal.Prenotazione{}, j.readError("reading bookings", err))
				return
			}
			for _, p := range found {
				if !yield(p, nil) {
					return
				}
			}
			if len(found) < page {
				return
			}
		}
	}
}

// bookingsOf are the bookings of some beneficiaries, by beneficiary and oldest first.
func (j *Journal) bookingsOf(ctx context.Context, people []string) (map[string][]journal.Prenotazione, error) {
	hashes := make([]int64, len(people))
	for i, beneficiario := range people {
		hashes[i] = hashOf(beneficiario)
	}
	list, err := json.Marshal(hashes)
	if err != nil {
		return nil, err
	}
	// Who shares a hash comes along, and is asked for by nobody.
	found, err := collect(ctx, j.reads, func(rows *sql.Rows) (p journal.Prenotazione, err error) {
		_, p, err = scanPrenotazione(rows)
		return p, err
	}, sqlPrenotazioni+bookingsOfPeople, string(list))
	if err != nil {
		return nil, err
	}
	bookings := make(map[string][]journal.Prenotazione, len(found))
	for _, p := range found {
		bookings[p.Beneficiario] = append(bookings[p.Beneficiario], p)
	}
	return bookings, nil
}

const bookingsOfPeople = `s.id IN (SELECT id FROM people WHERE who IN (SELECT value FROM json_each(?))) ORDER BY s.held`

func scanPrenotazione(rows *sql.Rows) (order int64, p journal.Prenotazione, err error) {
	run, file, place := target(&p.ID)
	var first, sent, settled, then int64
	err = rows.Scan(&order, &p.Beneficiario, run, file, place, &p.Path, &p.Number, &first, &sent, &settled, &p.DataOperazione, &p.Fase, &p.Protocollo,
		&p.Then, &then)
	p.FirstSentAt, p.SentAt, p.SettledAt, p.ThenAt = fromMillis(first), fromMillis(sent), fromMillis(settled), fromMillis(then)
	return order, p, err
}
