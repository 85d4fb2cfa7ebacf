package journal

import (
	"context"
	"database/sql"
	"encoding/json"
	"iter"
	"time"

	"voucherbul/mapping"
)

// Prenotazione is a booking of ours that the platform holds, as an exchange has shown. Its protocollo is not among
// what the platform answers: it comes with a [Voucher] (rules.md A21).
type Prenotazione struct {
	Row            int64 // its row's ID
	Beneficiario   string
	Run            string
	Path           string // of its file, as it was given
	Number         int    // of its row, as the user sees it in the file
	FirstSentAt    time.Time
	SentAt         time.Time // of the latest attempt
	SettledAt      time.Time
	DataOperazione string // as the platform wrote it; "" where the answer was lost
	Fase           string // of the reply
	Protocollo     string // "" unless the list was asked about this row

	Then   mapping.Operation // the next request of ours that the platform holds of this beneficiary; "" = none
	ThenAt time.Time         // when it was settled
}

// sqlPrenotazioni is all that this file and vouchers.go ask of the rows; a condition of its caller follows. Rows that
// were settled because the journal had them are left out: they stand for one that is held. The terms about
// settled_order are those of the index rows_held, to the letter; it counts without gaps.
const sqlPrenotazioni = `SELECT r.id, r.beneficiario, r.run, f.path, r.number, r.first_sent_at, r.sent_at, r.settled_at, r.data_operazione,
	r.fase, r.protocollo, coalesce(n.operation, ''), coalesce(n.settled_at, 0)
	FROM rows r JOIN files f ON f.id = r.file
	LEFT JOIN rows n ON n.beneficiario = r.beneficiario AND n.settled_order > 0 AND n.settled_order = r.settled_order + 1
	WHERE r.operation = 'prenotazione' AND r.settled_order > 0 AND `

// Prenotazioni walks through all bookings of ours that the platform holds, or has held, in the order they were planned.
func (j *Journal) Prenotazioni(ctx context.Context) iter.Seq2[Prenotazione, error] {
	const page = 1000
	return func(yield func(Prenotazione, error) bool) {
		for after := int64(0); ; {
			found, err := j.prenotazioni(ctx, `r.id > ? ORDER BY r.id LIMIT ?`, after, page)
			if err != nil {
				yield(Prenotazione{}, j.readError("reading bookings", err))
				return
			}
			for _, p := range found {
				if !yield(p, nil) {
					return
				}
				after = p.Row
			}
			if len(found) < page {
				return
			}
		}
	}
}

// bookingsOf are the bookings of some beneficiaries, by beneficiary and oldest first.
func (j *Journal) bookingsOf(ctx context.Context, people []string) (map[string][]Prenotazione, error) {
	names, err := json.Marshal(people)
	if err != nil {
		return nil, err
	}
	found, err := j.prenotazioni(ctx, `r.beneficiario IN (SELECT value FROM json_each(?)) ORDER BY r.beneficiario, r.settled_order`, string(names))
	if err != nil {
		return nil, err
	}
	bookings := make(map[string][]Prenotazione, len(found))
	for _, p := range found {
		bookings[p.Beneficiario] = append(bookings[p.Beneficiario], p)
	}
	return bookings, nil
}

func (j *Journal) prenotazioni(ctx context.Context, where string, args ...any) ([]Prenotazione, error) {
	rows, err := j.reads.QueryContext(ctx, sqlPrenotazioni+where, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var found []Prenotazione
	for rows.Next() {
		p, err := scanPrenotazione(rows)
		if err != nil {
			return nil, err
		}
		found = append(found, p)
	}
	return found, rows.Err()
}

func scanPrenotazione(rows *sql.Rows) (p Prenotazione, err error) {
	var first, sent, settled, then int64
	err = rows.Scan(&p.Row, &p.Beneficiario, &p.Run, &p.Path, &p.Number, &first, &sent, &settled, &p.DataOperazione, &p.Fase, &p.Protocollo,
		&p.Then, &then)
	p.FirstSentAt, p.SentAt, p.SettledAt, p.ThenAt = fromMillis(first), fromMillis(sent), fromMillis(settled), fromMillis(then)
	return p, err
}
