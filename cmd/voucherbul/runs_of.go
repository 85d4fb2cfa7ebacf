package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"voucherbul/batch/journal"
	"voucherbul/mapping"
)

func newRunsOfCommand(o *runsOptions) *cobra.Command {
	return &cobra.Command{
		Use:   "of CODICEFISCALE|PARTITAIVA",
		Short: "Show all orders of one beneficiary over all runs, and her vouchers",
		Long: `Show all orders of one beneficiary over all runs, oldest first, and what the lists of ISEE outcomes that were fetched say
of her vouchers ('voucherbul isee' fetches one). Orders in which she is a relative only are not among them.`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			code, ok := beneficiarioArg(args[0])
			if !ok {
				return usageError{errors.New("what was given is neither a codice fiscale nor a partita IVA: no order can be about it; check every character")}
			}
			return o.look(c.Context(), func(ctx context.Context, j *journal.Journal) (view, error) { return lifeOf(ctx, j, code) })
		},
	}
}

// life is what `runs of` shows; its names are a contract.
type life struct {
	Schema       int            `json:"schema"`
	Beneficiario string         `json:"beneficiario"`         // masked
	Orders       []orderStory   `json:"orders"`               // oldest first
	FetchedAt    *time.Time     `json:"fetched_at,omitempty"` // the latest list of ISEE outcomes; absent = none ever was
	Vouchers     []voucherStory `json:"vouchers"`             // in the order of their booking
}

// orderStory is one order, and what became of it.
type orderStory struct {
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

type voucherStory struct {
	Protocollo       string    `json:"protocollo"` // "" where the platform has given none yet
	Fase             string    `json:"fase"`
	DataPrenotazione string    `json:"data_prenotazione"` // as the platform wrote it
	ChangedAt        time.Time `json:"changed_at"`        // first seen in this fase
	LastSeen         time.Time `json:"last_seen"`
	Listed           bool      `json:"listed"` // the latest list has it
}

func orderStoryOf(r journal.Located) orderStory {
	return orderStory{ID: r.RowID.String(), Run: r.Run, File: maskText(r.Path), Row: r.Number, Operation: r.Operation, Beneficiario: maskCode(r.Beneficiario),
		State: r.State, Esito: maskText(r.Esito), Descrizione: maskText(r.Descrizione), At: r.When()}
}

// lifeOf finds all that the journal has of a beneficiary.
func lifeOf(ctx context.Context, j *journal.Journal, code string) (life, error) {
	l := life{Schema: 1, Beneficiario: maskCode(code), Orders: []orderStory{}, Vouchers: []voucherStory{}}
	rows, err := j.OrdersOf(ctx, code)
	if err != nil {
		return l, err
	}
	for _, r := range rows {
		l.Orders = append(l.Orders, orderStoryOf(r))
	}
	slices.SortStableFunc(l.Orders, func(a, b orderStory) int { return a.At.Compare(b.At) })
	vouchers, err := j.VouchersOf(ctx, code)
	if err != nil {
		return l, err
	}
	for _, v := range vouchers {
		l.Vouchers = append(l.Vouchers, voucherStory{Protocollo: maskText(v.Protocollo), Fase: maskText(v.Fase), DataPrenotazione: maskText(v.DataPrenotazione),
			ChangedAt: v.ChangedAt, LastSeen: v.LastSeen, Listed: v.Listed})
	}
	fetch, ok, err := j.LastFetch(ctx)
	if ok {
		l.FetchedAt = instant(fetch.At)
	}
	return l, err
}

func (l life) tables(zone *time.Location) []table {
	var head table
	head.add("beneficiario", l.Beneficiario)
	head.add("orders", fmt.Sprint(len(l.Orders)))
	switch {
	case l.FetchedAt == nil:
		head.add("vouchers", "unknown: no list of ISEE outcomes was fetched yet ('voucherbul isee' does)")
	default:
		head.add("vouchers", fmt.Sprintf("%d, by the list of %s", len(l.Vouchers), stampText(*l.FetchedAt, zone, toTheSecond)))
	}
	vouchers := table{header: []string{"PROTOCOLLO", "FASE", "BOOKED", "SINCE", "LAST LISTED", "STILL LISTED"}}
	for _, v := range l.Vouchers {
		listed := "yes"
		if !v.Listed {
			listed = "no"
		}
		vouchers.add(v.Protocollo, v.Fase, v.DataPrenotazione, stampText(v.ChangedAt, zone, toTheSecond), stampText(v.LastSeen, zone, toTheSecond), listed)
	}
	return []table{head, orderTable("AT", l.Orders, zone), vouchers}
}

// orderTable lists orders; at is the header of the column with their time.
func orderTable(at string, orders []orderStory, zone *time.Location) table {
	t := table{header: []string{at, "RUN", "FILE", "ROW", "OPERATION", "STATE", "ESITO", "DESCRIZIONE"}}
	for _, s := range orders {
		t.add(stampText(s.At, zone, toTheSecond), s.Run, filepath.Base(s.File), fmt.Sprint(s.Row), string(s.Operation), string(s.State), s.Esito, shortText(s.Descrizione))
	}
	return t
}
