package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"iter"
	"strings"
	"time"

	"voucherbul/batch/journal"
)

const (
	sqlFetch = `INSERT INTO fetches (at, vouchers) VALUES (?, ?)`
	// A booking may get its protocollo after it was first listed: it stays the same voucher.
	sqlAdopt = `UPDATE OR IGNORE vouchers SET protocollo = ?, mark = '' WHERE beneficiario = ? AND protocollo = '' AND mark = ?`
	sqlKeep  = `INSERT INTO vouchers (beneficiario, protocollo, mark, operatore, data_prenotazione, prenotata, fase, first_seen, last_seen, changed_at, fetch)
		VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8, ?8, ?9)
		ON CONFLICT (beneficiario, protocollo, mark) DO UPDATE SET operatore = excluded.operatore,
			data_prenotazione = excluded.data_prenotazione, prenotata = excluded.prenotata,
			changed_at = iif(fase = excluded.fase, changed_at, excluded.changed_at), fase = excluded.fase,
			last_seen = excluded.last_seen, fetch = excluded.fetch`

	sqlVoucher = `SELECT id, beneficiario, protocollo, operatore, data_prenotazione, prenotata, fase, first_seen, last_seen, changed_at,
		fetch = (SELECT max(id) FROM fetches) FROM vouchers`
	sqlLastFetch = `SELECT at, vouchers FROM fetches ORDER BY id DESC LIMIT 1`
)

// voucherKey tells vouchers apart. The protocollo alone would make one of two people where the platform writes the
// same filler for both.
type voucherKey struct{ beneficiario, protocollo, mark string }

func keyOf(v journal.Voucher) voucherKey {
	k := voucherKey{beneficiario: v.Beneficiario, protocollo: v.Protocollo}
	if k.protocollo == "" {
		k.mark = markOf(v)
	}
	return k
}

// markOf is the date of a voucher whichever way the platform writes it.
func markOf(v journal.Voucher) string {
	if v.Prenotata.IsZero() {
		return strings.TrimSpace(v.DataPrenotazione)
	}
	return v.Prenotata.UTC().Format(time.RFC3339Nano)
}

// KeepVouchers keeps a list that was asked for at an instant: the whole list or, with an error, nothing of it. What an
// earlier list had and this one has not stays as it was last seen. Of two lines with the same protocollo and
// beneficiary the later booking counts.
func (o *Owner) KeepVouchers(ctx context.Context, at time.Time, list []journal.Voucher) error {
	latest := make(map[voucherKey]int, len(list))
	for i, v := range list {
		if other, ok := latest[keyOf(v)]; !ok || !v.Prenotata.Before(list[other].Prenotata) {
			latest[keyOf(v)] = i
		}
	}
	return o.writer.do(ctx, "keeping the list of ISEE outcomes", func(ctx context.Context, t transaction) error {
		result, err := t.tx.ExecContext(ctx, sqlFetch, millis(at), len(list))
		if err != nil {
			return err
		}
		fetch, err := result.LastInsertId()
		if err != nil {
			return err
		}
		var unnumbered bool
		if err := t.tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM vouchers WHERE protocollo = '')`).Scan(&unnumbered); err != nil {
			return err
		}
		keep, err := t.tx.PrepareContext(ctx, sqlKeep) // closed with the transaction
		if err != nil {
			return err
		}
		adopt, err := t.tx.PrepareContext(ctx, sqlAdopt)
		if err != nil {
			return err
		}
		for i, v := range list {
			k := keyOf(v)
			if latest[k] != i {
				continue
			}
			if unnumbered && k.protocollo != "" {
				if _, err := adopt.ExecContext(ctx, k.protocollo, k.beneficiario, markOf(v)); err != nil {
					return err
				}
			}
			if _, err := keep.ExecContext(ctx, k.beneficiario, k.protocollo, k.mark, v.PartitaIvaOperatore, v.DataPrenotazione,
				millis(v.Prenotata), v.Fase, millis(at), fetch); err != nil {
				return err
			}
		}
		return nil
	})
}

// LastFetch is when a list was last kept; ok is false where none ever was.
func (j *Journal) LastFetch(ctx context.Context) (fetch journal.Fetch, ok bool, err error) {
	var at int64
	err = j.reads.QueryRowContext(ctx, sqlLastFetch).Scan(&at, &fetch.Vouchers)
	if errors.Is(err, sql.ErrNoRows) {
		return journal.Fetch{}, false, nil
	}
	if err != nil {
		return journal.Fetch{}, false, j.readError("looking for a list of ISEE outcomes", err)
	}
	fetch.At = fromMillis(at)
	return fetch, true, nil
}

// VoucherOf is the voucher of a beneficiary that was booked last, whether the latest list still has it or not; ok is
// false where no list ever had one.
func (j *Journal) VoucherOf(ctx context.Context, beneficiario string) (v journal.Voucher, ok bool, err error) {
	row := j.reads.QueryRowContext(ctx, sqlVoucher+` WHERE beneficiario = ? ORDER BY prenotata DESC, id DESC LIMIT 1`, beneficiario)
	_, v, err = scanVoucher(row)
	if errors.Is(err, sql.ErrNoRows) {
		return journal.Voucher{}, false, nil
	}
	if err != nil {
		return journal.Voucher{}, false, j.readError("looking for a voucher", err)
	}
	return v, true, nil
}

// sqlVouchersOf are those of one beneficiary.
const sqlVouchersOf = sqlVoucher + ` WHERE beneficiario = ? ORDER BY prenotata, id`

// VouchersOf lists all vouchers of a beneficiary that a list ever had, in the order of their booking.
func (j *Journal) VouchersOf(ctx context.Context, beneficiario string) ([]journal.Voucher, error) {
	vouchers, err := collect(ctx, j.reads, func(rows *sql.Rows) (v journal.Voucher, err error) {
		_, v, err = scanVoucher(rows)
		return v, err
	}, sqlVouchersOf, beneficiario)
	if err != nil {
		return nil, j.readError("looking for vouchers", err)
	}
	return vouchers, nil
}

// Vouchers walks through all vouchers that a list ever had, those whose date cannot be read first, then in the order
// of their booking.
func (j *Journal) Vouchers(ctx context.Context) iter.Seq2[journal.Voucher, error] {
	const page = 1000
	return func(yield func(journal.Voucher, error) bool) {
		for booked, after := int64(-1<<62), int64(0); ; {
			vouchers, ids, err := j.voucherPage(ctx, booked, after, page)
			if err != nil {
				yield(journal.Voucher{}, j.readError("reading vouchers", err))
				return
			}
			for _, v := range vouchers {
				if !yield(v, nil) {
					return
				}
			}
			if len(vouchers) < page {
				return
			}
			booked, after = millis(vouchers[page-1].Prenotata), ids[page-1]
		}
	}
}

func (j *Journal) voucherPage(ctx context.Context, booked, after int64, limit int) (vouchers []journal.Voucher, ids []int64, err error) {
	people := make([]string, 0, limit)
	vouchers, err = collect(ctx, j.reads, func(rows *sql.Rows) (journal.Voucher, error) {
		id, v, err := scanVoucher(rows)
		ids, people = append(ids, id), append(people, v.Beneficiario)
		return v, err
	}, sqlVoucher+` WHERE (prenotata, id) > (?, ?) ORDER BY prenotata, id LIMIT ?`, booked, after, limit)
	if err != nil {
		return nil, nil, err
	}
	ours, err := j.bookingsOf(ctx, people)
	if err != nil {
		return nil, nil, err
	}
	for i, v := range vouchers {
		vouchers[i].Ours = ours[v.Beneficiario]
	}
	return vouchers, ids, nil
}

func scanVoucher(row interface{ Scan(...any) error }) (id int64, v journal.Voucher, err error) {
	var prenotata, first, last, changed int64
	err = row.Scan(&id, &v.Beneficiario, &v.Protocollo, &v.PartitaIvaOperatore, &v.DataPrenotazione, &prenotata, &v.Fase,
		&first, &last, &changed, &v.Listed)
	v.Prenotata, v.FirstSeen, v.LastSeen, v.ChangedAt = fromMillis(prenotata), fromMillis(first), fromMillis(last), fromMillis(changed)
	return id, v, err
}
