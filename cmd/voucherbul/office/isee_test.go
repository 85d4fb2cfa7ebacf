package office

import (
	"errors"
	"os"
	"testing"

	"voucherbul/batch/platform"
	"voucherbul/batch/platform/simulator"
	"voucherbul/mapping/ordertest"
)

func TestIsee(t *testing.T) {
	world := simulator.World{Vouchers: []simulator.InitialVoucher{{Beneficiario: ordertest.CodiceFiscale(0), Stato: simulator.StatoPrenotata, DataPrenotazione: "-48h"}}}
	d := newDesk(t, world)
	d.Config.Out = d.folder
	var missing NoJournalError
	if _, err := d.Isee(t.Context(), IseeOptions{Offline: true}); !errors.As(err, &missing) {
		t.Error(err)
	}
	d.Config.Platform.ClientSecret = "wrong"
	var failed *FetchError
	var token *platform.TokenError
	if r, err := d.Isee(t.Context(), IseeOptions{}); !errors.As(err, &failed) || !failed.Kept.IsZero() || !errors.As(err, &token) || kinds(r.Notices) != "new_journal" {
		t.Errorf("%+v, %v", r, err)
	}
	_, err := d.Isee(t.Context(), IseeOptions{Offline: true})
	wantAsk(t, err, NoList)
	d.Config.Platform.ClientSecret = d.sim.World().Credentials.ClientSecret
	calls := ""
	r, err := d.Isee(t.Context(), IseeOptions{Fetching: func() func() { calls += "a"; return func() { calls += "b" } }})
	if err != nil || r.Vouchers != 1 || r.FetchedAt.IsZero() || r.Workbook != d.path("voucherbul-isee.xlsx") || calls != "ab" || len(r.Notices) != 0 {
		t.Fatalf("%+v, %v, %s", r, err, calls)
	}
	if _, err := os.Stat(r.Workbook); err != nil {
		t.Error(err)
	}
	d.Config.Platform.IseeURL += "x"
	if _, err = d.Isee(t.Context(), IseeOptions{}); !errors.As(err, &failed) || !failed.Kept.Equal(r.FetchedAt) {
		t.Errorf("%+v, want the list of %s to be kept", failed, r.FetchedAt)
	}
	if again, err := d.Isee(t.Context(), IseeOptions{Offline: true, Out: d.path("out")}); err != nil || again.IseeCounts.Vouchers != 1 || !again.FetchedAt.Equal(r.FetchedAt) || again.Workbook != d.path("out/voucherbul-isee.xlsx") {
		t.Errorf("%+v, %v", again, err)
	}
}
