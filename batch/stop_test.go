package batch

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"voucherbul/batch/journal"
	"voucherbul/batch/platform/simulator"
)

// TestWrongConfiguration stops the run and leaves every row as it was; set right, the same command goes on.
func TestWrongConfiguration(t *testing.T) {
	for name, test := range map[string]struct {
		break_ func(*rig)
		cause  Cause
		posts  int
		tokens int
		words  string
	}{
		"secret": {func(r *rig) { r.access.ClientSecret = "wrong" }, Credentials, 0, 1, "client_secret is wrong"},
		"client": {func(r *rig) { r.access.ClientID = "wrong" }, Credentials, 0, 1, "client_id is unknown"},
		"scope":  {func(r *rig) { r.access.Scope = "wrong" }, Credentials, 0, 1, "scope is wrong"},
		"key":    {func(r *rig) { r.access.SubscriptionKey = "wrong" }, Credentials, 8, 1, "Subscription-Key"},
		"URL": {func(r *rig) {
			for op := range r.access.Services {
				r.access.Services[op] = "http://simulator.invalid/wrong"
			}
		}, Unavailable, 8, 1, "404"},
	} {
		t.Run(name, func(t *testing.T) {
			play(t, simulator.World{Latency: time.Second}, func(t *testing.T, r *rig) {
				right := access(r.Simulator)
				test.break_(r)
				orders := bookings(20)
				file := r.file(orders...)
				result := r.run(file)
				r.wantStop(result, test.cause, test.words)
				r.wantAll(result, journal.Pending)
				for _, row := range r.rows(result.Files[0].ID) {
					if row.Attempts != 0 || row.InDoubt {
						t.Errorf("row %d: %d attempts, in doubt %v: it was spoiled", row.Number, row.Attempts, row.InDoubt)
					}
				}
				if n := len(r.posts()); n > test.posts || r.count(simulator.Token) != test.tokens {
					t.Errorf("%d requests and %d for a token, want %d and %d at most", n, r.count(simulator.Token), test.posts, test.tokens)
				}
				r.access = right
				r.wantAll(r.run(file), journal.Accepted)
				r.wantEachAppliedOnce(orders)
			})
		})
	}
}

// TestThreeRefusalsOfTheConfiguration: the platform does not want dataPrenotazione.
func TestThreeRefusalsOfTheConfiguration(t *testing.T) {
	play(t, simulator.World{DateFields: simulator.DatesRejected}, func(t *testing.T, r *rig) {
		r.config.Pace.InFlight = 1
		file := r.file(bookings(10)...)
		result := r.run(file)
		r.wantStop(result, Unavailable, "dataPrenotazione", "configuration")
		r.wantAll(result, journal.Pending) // no row is spoiled by it
		r.config.Stamp.DataPrenotazione = false
		result = r.run(file)
		r.wantStop(result, "")
		r.wantAll(result, journal.Accepted)
	})
}

func TestRefusalsOfTheConfigurationThatAreNotInARow(t *testing.T) {
	refusal := simulator.Fault{Kind: simulator.KindEsito, Esito: simulator.EsitoValidation, Descrizione: "Parametri di input non conformi o mancanti: owner"}
	play(t, simulator.World{Faults: []simulator.FaultRule{{Service: simulator.Prenotazione, Nth: []int{1, 2, 4, 5, 7, 8}, Fault: refusal}}}, func(t *testing.T, r *rig) {
		r.config.Pace.InFlight = 1
		result := r.run(r.file(bookings(10)...))
		r.wantStop(result, "")
		if c := result.Files[0].Counts; c[journal.Pending] != 6 || c[journal.Accepted] != 4 {
			t.Errorf("%v, want six rows pending and the run at its end", c)
		}
	})
}

func TestARefusedOfferHoldsItsRows(t *testing.T) {
	const known, unknown = "OPE040-FAM1-FTTH-100-245", "OPE040-FAM1-FTTH-100-999"
	world := simulator.World{Offers: []simulator.Offer{{Code: known, Tecnologia: "FTTH"}},
		Vouchers: []simulator.InitialVoucher{{Beneficiario: famiglia(50), Stato: simulator.StatoPrenotata}}}
	play(t, world, func(t *testing.T, r *rig) {
		r.config.Pace.InFlight = 1
		file := r.file(prenotazione(famiglia(1)).with("codiceUnivocoOfferta", unknown), prenotazione(famiglia(2)),
			prenotazione(famiglia(3)).with("codiceUnivocoOfferta", unknown), prenotazione(famiglia(4)).with("codiceUnivocoOfferta", unknown), disdetta(famiglia(50)))
		result := r.run(file)
		r.wantStop(result, "")
		r.wantStates(result, journal.Rejected, journal.Accepted, journal.Pending, journal.Pending, journal.Accepted)
		for _, row := range r.rows(result.Files[0].ID)[2:4] {
			if row.Attempts != 0 || row.Reason == "" || row.Descrizione == "" || row.Advice == "" {
				t.Errorf("a row that is held: %+v", row)
			}
		}
		if n := len(r.posts()); n != 3 {
			t.Errorf("%d requests, want 3", n)
		}
		if result = r.run(file); !result.Resumed { // the offer may have been activated on the portal
			t.Error("the rows that were held are not taken up")
		}
		r.wantStates(result, journal.Rejected, journal.Accepted, journal.Rejected, journal.Pending, journal.Accepted)
	})
}

// TestARefusedOfferOfAnAttivazione concerns no row without an offer.
func TestARefusedOfferOfAnAttivazione(t *testing.T) {
	world := simulator.World{Timers: atOnce, Faults: []simulator.FaultRule{{Service: simulator.Attivazione, Times: 1,
		Fault: simulator.Fault{Kind: simulator.KindEsito, Esito: simulator.EsitoOfferta}}}}
	for i := range 4 {
		world.Vouchers = append(world.Vouchers, simulator.InitialVoucher{Beneficiario: famiglia(i), Stato: simulator.StatoPrenotata})
	}
	world.Vouchers[2].Stato = simulator.StatoAttivata
	play(t, world, func(t *testing.T, r *rig) {
		r.config.Pace.InFlight = 1
		result := r.run(r.file(attivazione(famiglia(0)), attivazione(famiglia(1)), cessazione(famiglia(2)), disdetta(famiglia(3))))
		r.wantStates(result, journal.Rejected, journal.Accepted, journal.Accepted, journal.Accepted)
	})
}

func TestFilesThatCannotBePlanned(t *testing.T) {
	play(t, simulator.World{}, func(t *testing.T, r *rig) {
		good := r.file(bookings(2)...)
		damaged := filepath.Join(r.dir, "damaged.csv")
		if err := os.WriteFile(damaged, []byte("Codice fiscale;Operazione\n\"never closed;x\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, bad := range []string{damaged, filepath.Join(r.dir, "missing.csv")} {
			if _, err := r.job(good, bad).Run(t.Context()); err == nil {
				t.Errorf("%s was taken", filepath.Base(bad))
			}
		}
		if len(r.Ledger()) != 0 {
			t.Error("something was sent before every file was read")
		}
		result := r.run(good)
		r.wantAll(result, journal.Accepted)
		if result.Resumed {
			t.Error("a plan that was never finished was taken up")
		}
	})
}

// TestNothingOvertakesAHeldRow: the disdetta waits with the booking whose offer is held.
func TestNothingOvertakesAHeldRow(t *testing.T) {
	const known, other = "OPE040-FAM1-FTTH-100-245", "OPE040-FAM1-FTTH-100-999"
	who := famiglia(3)
	world := simulator.World{Timers: atOnce, Offers: []simulator.Offer{{Code: known, Tecnologia: "FTTH"}, {Code: other, Tecnologia: "FTTH"}},
		Faults: []simulator.FaultRule{{Service: simulator.Prenotazione, Beneficiario: famiglia(1), Times: 1,
			Fault: simulator.Fault{Kind: simulator.KindEsito, Esito: simulator.EsitoOfferta}}}}
	play(t, world, func(t *testing.T, r *rig) {
		r.config.Pace.InFlight = 1
		file := r.file(prenotazione(famiglia(1)).with("codiceUnivocoOfferta", other),
			prenotazione(who).with("codiceUnivocoOfferta", other), disdetta(who))
		if result := r.run(file); result.Files[0].Counts[journal.Pending] != 2 {
			t.Errorf("%v, want the booking and its disdetta pending", result.Files[0].Counts)
		}
		r.run(file) // the offer is active by now
		if got := r.applied(who); len(got) != 2 || got[0] != "prenotazione" {
			t.Errorf("applied %v, want the booking, then its disdetta", got)
		}
	})
}
