package office

import (
	"context"
	"slices"
	"time"

	"voucherbul/batch/journal"
	"voucherbul/mapping"
)

// LifeOptions name a beneficiary.
type LifeOptions struct {
	Beneficiario string // codice fiscale or partita IVA, as a person types it
}

// Life is all that the journal has of a beneficiary.
type Life struct {
	Beneficiario string         `json:"beneficiario"`         // masked
	Orders       []OrderStory   `json:"orders"`               // oldest first
	FetchedAt    *time.Time     `json:"fetched_at,omitempty"` // the latest list of ISEE outcomes; absent = none ever was
	Vouchers     []VoucherStory `json:"vouchers"`             // in the order of their booking
}

// OrderStory is one order, and what became of it.
type OrderStory struct {
	ID           string            `json:"id"` // of its row, as the outcome has it
	Run          string            `json:"run"`
	File         string            `json:"file"`
	Row          int               `json:"row"`
	Operation    mapping.Operation `json:"operation"`
	Beneficiario string            `json:"beneficiario"` // masked
	State        journal.State     `json:"state"`
	Esito        string            `json:"esito"`
	Descrizione  string            `json:"descrizione"`
	At           time.Time         `json:"at"` // when it was sent last, or settled without that, or planned only
}

// VoucherStory is what the lists of ISEE outcomes say of one voucher.
type VoucherStory struct {
	Protocollo       string    `json:"protocollo"` // "" where the platform has given none yet
	Fase             string    `json:"fase"`
	DataPrenotazione string    `json:"data_prenotazione"` // as the platform wrote it
	ChangedAt        time.Time `json:"changed_at"`        // first seen in this fase
	LastSeen         time.Time `json:"last_seen"`
	Listed           bool      `json:"listed"` // the latest list has it
}

func orderStoryOf(r journal.Located) OrderStory {
	return OrderStory{ID: r.ID.String(), Run: r.ID.Run, File: MaskText(r.Path), Row: r.Number, Operation: r.Operation, Beneficiario: MaskCode(r.Beneficiario),
		State: r.State, Esito: MaskText(r.Esito), Descrizione: MaskText(r.Descrizione), At: r.When()}
}

// Life finds all orders of one beneficiary over all runs, and what the lists of ISEE outcomes that were fetched say of her
// vouchers. Orders in which she is a relative only are not among them.
func (o Office) Life(ctx context.Context, opt LifeOptions) (life Life, err error) {
	code, ok := beneficiario(opt.Beneficiario)
	if !ok {
		return Life{}, &AskError{Why: NoBeneficiario}
	}
	err = o.look(ctx, func(j journal.Reader) error {
		life, err = lifeOf(ctx, j, code)
		return err
	})
	return life, err
}

// lifeOf finds all that the journal has of a beneficiary.
func lifeOf(ctx context.Context, j journal.Reader, code string) (Life, error) {
	l := Life{Beneficiario: MaskCode(code), Orders: []OrderStory{}, Vouchers: []VoucherStory{}}
	rows, err := j.OrdersOf(ctx, code)
	if err != nil {
		return l, err
	}
	if err := tell(ctx, j, rows); err != nil {
		return l, err
	}
	for _, r := range rows {
		l.Orders = append(l.Orders, orderStoryOf(r))
	}
	slices.SortStableFunc(l.Orders, func(a, b OrderStory) int { return a.At.Compare(b.At) })
	vouchers, err := j.VouchersOf(ctx, code)
	if err != nil {
		return l, err
	}
	for _, v := range vouchers {
		l.Vouchers = append(l.Vouchers, VoucherStory{Protocollo: MaskText(v.Protocollo), Fase: MaskText(v.Fase), DataPrenotazione: MaskText(v.DataPrenotazione),
			ChangedAt: v.ChangedAt, LastSeen: v.LastSeen, Listed: v.Listed})
	}
	fetch, ok, err := j.LastFetch(ctx)
	if ok {
		l.FetchedAt = instant(fetch.At)
	}
	return l, err
}
