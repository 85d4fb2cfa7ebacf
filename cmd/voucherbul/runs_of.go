package main

import (
	"fmt"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"voucherbul/cmd/voucherbul/office"
)

func newRunsOfCommand(o *runsOptions) *cobra.Command {
	return &cobra.Command{
		Use:   "of CODICEFISCALE|PARTITAIVA",
		Short: "Show all orders of one beneficiary over all runs, and her vouchers",
		Long: `Show all orders of one beneficiary over all runs, oldest first, and her vouchers in the fetched lists of ISEE outcomes
('voucherbul isee' fetches one). Orders that name her only as a relative are left out.`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return o.look(func(of office.Office) (view, error) {
				story, err := of.Life(c.Context(), office.LifeOptions{Beneficiario: args[0]})
				return life{1, story}, err
			})
		},
	}
}

// life is what `runs of` shows; its names are a contract.
type life struct {
	Schema int `json:"schema"`
	office.Life
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
func orderTable(at string, orders []office.OrderStory, zone *time.Location) table {
	t := table{header: []string{at, "RUN", "FILE", "ROW", "OPERATION", "STATE", "ESITO", "DESCRIZIONE"}}
	for _, s := range orders {
		t.add(stampText(s.At, zone, toTheSecond), s.Run, filepath.Base(s.File), fmt.Sprint(s.Row), string(s.Operation), string(s.State), s.Esito, shortText(s.Descrizione))
	}
	return t
}
