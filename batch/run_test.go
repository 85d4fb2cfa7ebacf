package batch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"voucherbul/batch/journal"
	"voucherbul/batch/platform/simulator"
)

func TestEverythingAccepted(t *testing.T) {
	world := simulator.World{Latency: 50 * time.Millisecond, Vouchers: []simulator.InitialVoucher{
		{Beneficiario: famiglia(100), Stato: simulator.StatoPrenotata},
		{Beneficiario: impresa(101), Stato: simulator.StatoAttivata},
		{Beneficiario: famiglia(102), Stato: simulator.StatoPrenotata},
	}}
	play(t, world, func(t *testing.T, r *rig) {
		orders := append(bookings(40), prenotazione(impresa(1)), attivazione(famiglia(100)), cessazione(impresa(101)), disdetta(famiglia(102)))
		result := r.run(r.file(orders...))
		r.wantStop(result, "")
		r.wantAll(result, journal.Accepted)
		r.wantEachAppliedOnce(orders)
		if n := len(r.posts()); n != len(orders) {
			t.Errorf("%d requests, want %d", n, len(orders))
		}
		if r.TokensIssued() != 1 || r.count(simulator.Isee) != 0 {
			t.Errorf("%d tokens, %d lists fetched, want 1 and 0", r.TokensIssued(), r.count(simulator.Isee))
		}
		for _, row := range r.rows(result.Files[0].ID) {
			attempts, err := r.journal.Attempts(t.Context(), row.ID)
			if err != nil || len(attempts) != 1 || attempts[0].Ended.Sub(attempts[0].At) != 50*time.Millisecond || attempts[0].HTTP != 200 {
				t.Errorf("row %d: attempts %+v, %v", row.Number, attempts, err)
			}
			if row.HTTP != 200 || row.Esito != "OK" || row.DataOperazione == "" || row.Attempts != 1 || !row.SettledAt.After(row.SentAt) {
				t.Errorf("row %d: %+v", row.Number, row)
			}
		}
	})
}

func TestInvalidRowsAreNotSent(t *testing.T) {
	play(t, simulator.World{}, func(t *testing.T, r *rig) {
		result := r.run(r.file(prenotazione("RSSMRA85T10H501X"), prenotazione(famiglia(1)), prenotazione(famiglia(2)).with("cap", "1")))
		r.wantStates(result, journal.Invalid, journal.Accepted, journal.Invalid)
		if n := len(r.posts()); n != 1 {
			t.Errorf("%d requests, want 1", n)
		}
	})
}

func TestNothingToSend(t *testing.T) {
	play(t, simulator.World{}, func(t *testing.T, r *rig) {
		result := r.run(r.file(prenotazione("wrong")))
		r.wantStates(result, journal.Invalid)
		if n := len(r.Ledger()); n != 0 {
			t.Errorf("%d requests, want none, not even for a token", n)
		}
	})
}

// TestManyRows reads more than one page, and has more rows than the lanes hold at once.
func TestManyRows(t *testing.T) {
	play(t, simulator.World{}, func(t *testing.T, r *rig) {
		orders := bookings(window + 2*page + 7)
		r.config.Pace.InFlight = 64
		result := r.run(r.file(orders...))
		r.wantStop(result, "")
		if n := result.Files[0].Counts[journal.Accepted]; n != len(orders) || len(r.posts()) != len(orders) {
			t.Errorf("%d accepted with %d requests, want %d", n, len(r.posts()), len(orders))
		}
		numbers := 0
		for _, row := range r.rows(result.Files[0].ID) {
			if numbers++; row.Number != numbers+1 {
				t.Fatalf("row %d at place %d", row.Number, numbers)
			}
		}
	})
}

// TestSeveralFiles shares one run, and one beneficiary, between two files.
func TestSeveralFiles(t *testing.T) {
	play(t, simulator.World{Timers: atOnce}, func(t *testing.T, r *rig) {
		who := famiglia(1)
		result := r.run(r.file(prenotazione(who)), r.file(attivazione(who), prenotazione(famiglia(2))))
		r.wantAll(result, journal.Accepted)
		if len(result.Files) != 2 || result.Files[0].Rows != 1 || result.Files[1].Rows != 2 {
			t.Errorf("files %+v", result.Files)
		}
		r.wantApplied(who, simulator.Prenotazione, simulator.Attivazione)
	})
}

// TestOrderPerBeneficiary sends a voucher's whole life for many, while answers are slow, late and lost.
func TestOrderPerBeneficiary(t *testing.T) {
	world := simulator.World{Timers: atOnce, Latency: 300 * time.Millisecond, Faults: onEveryService(
		simulator.FaultRule{Every: 7, Fault: simulator.Fault{Kind: simulator.KindLock}},
		simulator.FaultRule{Every: 11, Fault: simulator.Fault{Kind: simulator.KindUnavailable}},
		simulator.FaultRule{Every: 13, Fault: simulator.Fault{Kind: simulator.KindDelay, Delay: 20 * time.Second}},
		simulator.FaultRule{Every: 17, Fault: simulator.Fault{Kind: simulator.KindBadGateway}},
		simulator.FaultRule{Every: 19, Fault: simulator.Fault{Kind: simulator.KindRateLimit, RetryAfter: 3}},
	)}
	play(t, world, func(t *testing.T, r *rig) {
		var orders []order
		const n = 20
		for _, make := range []func(string) order{prenotazione, attivazione, cessazione, prenotazione, disdetta} {
			for i := range n {
				orders = append(orders, make(famiglia(i)))
			}
		}
		r.config.Doubt.Wait = 4 * time.Hour
		r.config.Retry.Attempts = 10
		r.config.Breaker.Failures = 50
		result := r.run(r.file(orders...))
		r.wantStop(result, "")
		for i := range n {
			r.wantApplied(famiglia(i), simulator.Prenotazione, simulator.Attivazione, simulator.Cessazione, simulator.Prenotazione, simulator.Disdetta)
		}
	})
}

// TestARowThatWaitsHoldsItsOwnOnly: a lock text of 30 s on one family, and all others pass.
func TestARowThatWaitsHoldsItsOwnOnly(t *testing.T) {
	slow := famiglia(0)
	world := simulator.World{Timers: atOnce, Latency: 10 * time.Millisecond, Faults: []simulator.FaultRule{
		{Beneficiario: slow, Times: 1, Fault: simulator.Fault{Kind: simulator.KindLock}}}}
	play(t, world, func(t *testing.T, r *rig) {
		orders := append(bookings(30), attivazione(slow))
		result := r.run(r.file(orders...))
		r.wantAll(result, journal.Accepted)
		r.wantApplied(slow, simulator.Prenotazione, simulator.Attivazione)
		posts := r.posts()
		var late []string
		for _, p := range posts {
			if p.Time.Sub(posts[0].Time) > 20*time.Second {
				late = append(late, p.Beneficiario)
			}
		}
		if !slices.Equal(late, []string{slow, slow}) {
			t.Errorf("%v went late, want the two that had to wait", late)
		}
		if row := r.rows(result.Files[0].ID)[0]; row.Attempts != 2 {
			t.Errorf("%d attempts, want 2: the lock counts", row.Attempts)
		}
	})
}

// TestFamiliesThatShareARelative never have requests under way together: the simulator would answer both.
func TestFamiliesThatShareARelative(t *testing.T) {
	child := famiglia(99)
	play(t, simulator.World{Latency: time.Second}, func(t *testing.T, r *rig) {
		result := r.run(r.file(prenotazione(famiglia(1)).withRelatives(child), prenotazione(famiglia(2)).withRelatives(child), prenotazione(famiglia(3))))
		r.wantStates(result, journal.Accepted, journal.Rejected, journal.Accepted)
		posts := r.posts()
		if len(posts) != 3 || posts[2].Beneficiario != famiglia(2) || posts[2].Time.Sub(posts[0].Time) < time.Second {
			t.Errorf("requests %+v, want the second family's after the answer to the first", posts)
		}
		if esito := r.rows(result.Files[0].ID)[1].Esito; esito != string(simulator.EsitoFamigliari) {
			t.Errorf("%s, want NOK_003", esito)
		}
	})
}

func TestTheSameFileAgain(t *testing.T) {
	play(t, simulator.World{}, func(t *testing.T, r *rig) {
		orders := bookings(12)
		file := r.file(orders...)
		r.wantAll(r.run(file), journal.Accepted)
		posts := len(r.posts())

		again := r.run(file)
		r.wantAll(again, journal.Already)
		row := r.rows(again.Files[0].ID)[3]
		if row.Attempts != 0 || row.Advice == "" || row.Descrizione == "" || row.SettledAt.IsZero() {
			t.Errorf("a row that is there already: %+v", row)
		}
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		renamed := filepath.Join(r.dir, "renamed copy.csv")
		if err := os.WriteFile(renamed, data, 0o600); err != nil {
			t.Fatal(err)
		}
		r.wantAll(r.run(renamed), journal.Already)
		changed := r.run(r.file(append(slices.Clone(orders), prenotazione(famiglia(50)))...))
		if changed.Files[0].Counts[journal.Already] != 12 || changed.Files[0].Counts[journal.Accepted] != 1 {
			t.Errorf("one row more: %v", changed.Files[0].Counts)
		}
		if n := len(r.posts()); n != posts+1 {
			t.Errorf("%d requests, want %d", n, posts+1)
		}
		r.wantEachAppliedOnce(orders)
	})
}

// TestTheSameFileAgainAtOnce has no second between two runs, as a cron job after an upload may not.
func TestTheSameFileAgainAtOnce(t *testing.T) {
	play(t, simulator.World{}, func(t *testing.T, r *rig) {
		file := r.file(bookings(2)...)
		for _, want := range []journal.State{journal.Accepted, journal.Already, journal.Already} {
			result, err := r.job(file).Run(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			r.wantAll(result, want)
		}
	})
}

func TestIdenticalRowsInOneFile(t *testing.T) {
	play(t, simulator.World{Latency: time.Second}, func(t *testing.T, r *rig) {
		twin := prenotazione(famiglia(1))
		result := r.run(r.file(twin, prenotazione(famiglia(2)), twin))
		r.wantStates(result, journal.Accepted, journal.Accepted, journal.Already)
		r.wantApplied(famiglia(1), simulator.Prenotazione)
		if n := len(r.posts()); n != 2 {
			t.Errorf("%d requests, want 2", n)
		}
	})
}

func TestTheSameFileTwiceInOneRun(t *testing.T) {
	play(t, simulator.World{}, func(t *testing.T, r *rig) {
		file := r.file(bookings(3)...)
		result := r.run(file, file)
		r.wantStates(result, journal.Accepted, journal.Accepted, journal.Accepted, journal.Already, journal.Already, journal.Already)
	})
}

func TestBookCancelAndBookAgain(t *testing.T) {
	who := famiglia(1)
	for name, split := range map[string]bool{"in one file": false, "in files of their own": true} {
		t.Run(name, func(t *testing.T) {
			play(t, simulator.World{Timers: atOnce}, func(t *testing.T, r *rig) {
				orders := []order{prenotazione(who), disdetta(who), prenotazione(who)}
				if split {
					for _, o := range orders {
						r.wantAll(r.run(r.file(o)), journal.Accepted)
					}
				} else {
					r.wantAll(r.run(r.file(orders...)), journal.Accepted)
				}
				r.wantApplied(who, simulator.Prenotazione, simulator.Disdetta, simulator.Prenotazione)
			})
		})
	}
}

func TestPaceIsNeverExceeded(t *testing.T) {
	for _, pace := range []Pace{{Rate: 2, Burst: 1, InFlight: 8}, {Rate: 5, Burst: 3, InFlight: 8}, {Rate: 0.5, Burst: 1, InFlight: 2}, {Rate: 20, Burst: 1, InFlight: 64}} {
		t.Run(fmt.Sprint(pace), func(t *testing.T) {
			world := simulator.World{Latency: 700 * time.Millisecond, Faults: []simulator.FaultRule{
				{Service: simulator.Prenotazione, Every: 9, Fault: simulator.Fault{Kind: simulator.KindRateLimit, RetryAfter: 5}},
				{Service: simulator.Prenotazione, Every: 16, Fault: simulator.Fault{Kind: simulator.KindUnavailable}},
			}}
			play(t, world, func(t *testing.T, r *rig) {
				r.config.Pace = pace
				result := r.run(r.file(bookings(80)...))
				r.wantAll(result, journal.Accepted)
				wantPace(t, r.posts(), pace)
			})
		})
	}
}

// TestPaceWithASlowToken: rows that wait for one token must not leave together when it comes.
func TestPaceWithASlowToken(t *testing.T) {
	world := simulator.World{Faults: []simulator.FaultRule{{Service: simulator.Token, Fault: simulator.Fault{Kind: simulator.KindDelay, Delay: 10 * time.Second}}}}
	play(t, world, func(t *testing.T, r *rig) {
		r.config.Pace = Pace{Rate: 2, Burst: 1, InFlight: 8}
		r.wantAll(r.run(r.file(bookings(20)...)), journal.Accepted)
		wantPace(t, r.posts(), r.config.Pace)
	})
}

// wantPace checks every window of one second.
func wantPace(t *testing.T, posts []simulator.Entry, pace Pace) {
	t.Helper()
	for i, first := range posts {
		n := 0
		for _, p := range posts[i:] {
			if p.Time.Sub(first.Time) < time.Second {
				n++
			}
		}
		if float64(n) > pace.Rate+float64(pace.Burst) {
			t.Fatalf("%d requests within a second, want %v + %d at most", n, pace.Rate, pace.Burst)
		}
	}
	ideal := time.Duration(float64(len(posts)) / pace.Rate * float64(time.Second))
	if took := posts[len(posts)-1].Time.Sub(posts[0].Time); took > 2*ideal+2*time.Minute {
		t.Errorf("it took %v, about %v would do", took, ideal)
	}
}

// TestRetryAfter: nobody sends before the time the platform asked for, and nothing of it is an attempt.
func TestRetryAfter(t *testing.T) {
	for name, fault := range map[string]simulator.Fault{
		"429 in Retry-After":            {Kind: simulator.KindRateLimit, RetryAfter: 90},
		"429 in the message":            {Kind: simulator.KindRateLimit, RetryAfter: 90, RetryAfterHeader: "-"},
		"429 under another header name": {Kind: simulator.KindRateLimit, RetryAfter: 90, RetryAfterHeader: "X-Wait"},
		"quota":                         {Kind: simulator.KindQuota, RetryAfter: 90},
		"quota in the message":          {Kind: simulator.KindQuota, RetryAfter: 90, RetryAfterHeader: "-"},
	} {
		t.Run(name, func(t *testing.T) {
			play(t, simulator.World{Latency: 100 * time.Millisecond, Faults: []simulator.FaultRule{{Service: simulator.Prenotazione, Nth: []int{5, 9}, Fault: fault}}}, func(t *testing.T, r *rig) {
				r.config.Pace = Pace{Rate: 2, Burst: 1, InFlight: 8}
				result := r.run(r.file(bookings(15)...))
				r.wantAll(result, journal.Accepted)
				posts := r.posts()
				if len(posts) != 17 {
					t.Fatalf("%d requests, want 17", len(posts))
				}
				for _, i := range []int{4, 8} {
					if wait := posts[i+1].Time.Sub(posts[i].Time); wait < 90*time.Second || wait > 92*time.Second {
						t.Errorf("the next request comes %v after the refusal, want 90 s", wait)
					}
				}
				for _, row := range r.rows(result.Files[0].ID) {
					if row.Attempts != 1 {
						t.Errorf("row %d: %d attempts, want 1", row.Number, row.Attempts)
					}
				}
			})
		})
	}
}

func TestTheGatewaysOwnLimits(t *testing.T) {
	play(t, simulator.World{RateLimit: &simulator.Limit{Requests: 10, Per: 20 * time.Second}}, func(t *testing.T, r *rig) {
		orders := bookings(55)
		r.wantAll(r.run(r.file(orders...)), journal.Accepted)
		r.wantEachAppliedOnce(orders)
	})
}

func TestQuotaForLongerThanARunWaits(t *testing.T) {
	play(t, simulator.World{Quota: &simulator.Limit{Requests: 4, Per: 5 * time.Hour}}, func(t *testing.T, r *rig) {
		r.config.Pace.InFlight = 1
		orders := bookings(7)
		file := r.file(orders...)
		result := r.run(file)
		r.wantStop(result, Unavailable, "quota")
		r.wantStates(result, journal.Accepted, journal.Accepted, journal.Accepted, journal.Accepted, journal.Pending, journal.Pending, journal.Pending)
		for _, row := range r.rows(result.Files[0].ID)[4:] {
			if row.Attempts != 0 || row.Reason == "" {
				t.Errorf("row %d: %d attempts, reason %q", row.Number, row.Attempts, row.Reason)
			}
		}
		time.Sleep(5 * time.Hour)
		result = r.run(file)
		r.wantStop(result, "")
		if !result.Resumed {
			t.Error("the run was not taken up")
		}
		r.wantAll(result, journal.Accepted)
		r.wantEachAppliedOnce(orders)
	})
}

func TestATokenRefusedMidRun(t *testing.T) {
	for _, kind := range []simulator.Kind{simulator.KindRevoke, simulator.KindUnauthorized} {
		t.Run(string(kind), func(t *testing.T) {
			world := simulator.World{Latency: 100 * time.Millisecond, Faults: []simulator.FaultRule{{Service: simulator.Prenotazione, Nth: []int{10}, Fault: simulator.Fault{Kind: kind}}}}
			play(t, world, func(t *testing.T, r *rig) {
				orders := bookings(40)
				result := r.run(r.file(orders...))
				r.wantAll(result, journal.Accepted)
				r.wantEachAppliedOnce(orders)
				if n := r.TokensIssued(); n != 2 {
					t.Errorf("%d tokens, want 2", n)
				}
				for _, row := range r.rows(result.Files[0].ID) {
					if row.Attempts != 1 {
						t.Errorf("row %d: %d attempts, want 1", row.Number, row.Attempts)
					}
				}
			})
		})
	}
}

func TestTokensThatExpire(t *testing.T) {
	play(t, simulator.World{TokenLifetime: 20 * time.Minute, Latency: time.Second}, func(t *testing.T, r *rig) {
		r.config.Pace = Pace{Rate: 0.05, Burst: 1, InFlight: 8}
		result := r.run(r.file(bookings(120)...)) // 40 minutes
		r.wantAll(result, journal.Accepted)
		if n := r.TokensIssued(); n != 3 {
			t.Errorf("%d tokens, want 3", n)
		}
		if len(r.posts()) != 120 {
			t.Errorf("%d requests, want none with an expired token", len(r.posts()))
		}
	})
}

func TestEveryNewTokenRefused(t *testing.T) {
	play(t, simulator.World{Faults: []simulator.FaultRule{{Service: simulator.Prenotazione, Fault: simulator.Fault{Kind: simulator.KindUnauthorized}}}}, func(t *testing.T, r *rig) {
		r.config.Pace.InFlight = 1
		result := r.run(r.file(bookings(5)...))
		r.wantStop(result, Credentials)
		r.wantAll(result, journal.Pending)
		if n := len(r.posts()); n > 5+1 || r.TokensIssued() != 2 {
			t.Errorf("%d requests and %d tokens, want the second refusal to end it", n, r.TokensIssued())
		}
	})
}

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
		want := slices.Repeat([]journal.State{journal.Pending}, 10)
		want[0], want[1], want[2] = journal.Rejected, journal.Rejected, journal.Rejected
		r.wantStates(result, want...)
		r.config.Stamp.DataPrenotazione = false
		result = r.run(file)
		r.wantStop(result, "")
		if result.Files[0].Counts[journal.Accepted] != 7 {
			t.Errorf("set right: %v", result.Files[0].Counts)
		}
	})
}

func TestRefusalsOfTheConfigurationThatAreNotInARow(t *testing.T) {
	refusal := simulator.Fault{Kind: simulator.KindEsito, Esito: simulator.EsitoValidation, Descrizione: "Parametri di input non conformi o mancanti: owner"}
	play(t, simulator.World{Faults: []simulator.FaultRule{{Service: simulator.Prenotazione, Nth: []int{1, 2, 4, 5, 7, 8}, Fault: refusal}}}, func(t *testing.T, r *rig) {
		r.config.Pace.InFlight = 1
		result := r.run(r.file(bookings(10)...))
		r.wantStop(result, "")
		if c := result.Files[0].Counts; c[journal.Rejected] != 6 || c[journal.Accepted] != 4 {
			t.Errorf("%v, want six rows rejected and the run at its end", c)
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

// TestOutage: at most one probe per pause, and all rows accepted when the platform is back.
func TestOutage(t *testing.T) {
	for name, fail := range failures() {
		t.Run(name, func(t *testing.T) {
			play(t, simulator.World{Latency: 100 * time.Millisecond}, func(t *testing.T, r *rig) {
				r.config.Pace = Pace{Rate: 5, Burst: 1, InFlight: 8}
				r.config.Doubt.Wait = time.Hour
				o := &outage{from: after(time.Minute + 3*time.Second), to: after(8 * time.Minute), fail: fail}
				r.before = o.before
				orders := bookings(60)
				result := r.run(r.file(orders...))
				r.wantStop(result, "")
				r.wantAll(result, journal.Accepted)
				r.wantEachAppliedOnce(orders)
				wantProbes(t, o, r.config)
			})
		})
	}
}

// failures are the ways in which a platform is away.
func failures() map[string]func(*http.Request) (*http.Response, error) {
	return map[string]func(*http.Request) (*http.Response, error){
		"503": func(r *http.Request) (*http.Response, error) {
			return answer(r, http.StatusServiceUnavailable, ""), nil
		},
		"502":                   func(r *http.Request) (*http.Response, error) { return answer(r, http.StatusBadGateway, ""), nil },
		"connections break off": func(*http.Request) (*http.Response, error) { return nil, io.ErrUnexpectedEOF },
		"no answer": func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		},
	}
}

// wantProbes checks what an outage cost: the failures that open the breaker, what was under way meanwhile, and
// then one probe per pause.
func wantProbes(t *testing.T, o *outage, c Config) {
	t.Helper()
	allowed := c.Breaker.Failures + c.Pace.InFlight - 1
	if len(o.tries) < c.Breaker.Failures {
		t.Fatalf("%d requests in the outage: the test has missed it", len(o.tries))
	}
	if len(o.tries) <= allowed {
		return
	}
	probes := o.tries[allowed:]
	for i := 1; i < len(probes); i++ {
		if between := probes[i].Sub(probes[i-1]); between < c.Breaker.Pause {
			t.Errorf("probes %v apart, want a pause of %v", between, c.Breaker.Pause)
		}
	}
	if most := allowed + int(o.to.Sub(o.from)/c.Breaker.Pause) + 1; len(o.tries) > most {
		t.Errorf("%d requests in the outage, want %d at most", len(o.tries), most)
	}
}

func TestOutageForLongerThanARunWaits(t *testing.T) {
	for name, fail := range failures() {
		t.Run(name, func(t *testing.T) {
			play(t, simulator.World{Latency: 100 * time.Millisecond}, func(t *testing.T, r *rig) {
				r.config.Pace = Pace{Rate: 5, Burst: 1, InFlight: 8}
				o := &outage{from: after(time.Minute + 3*time.Second), to: after(10 * time.Hour), fail: fail}
				r.before = o.before
				orders := bookings(60)
				file := r.file(orders...)
				result := r.run(file)
				r.wantStop(result, Unavailable, "15m0s")
				if took := time.Since(start); took < 15*time.Minute || took > 25*time.Minute {
					t.Errorf("it gave up after %v, want about 15 minutes", took)
				}
				wantProbes(t, o, r.config)
				counts := result.Files[0].Counts
				if counts[journal.Rejected] > 0 || counts[journal.Accepted]+counts[journal.Pending]+counts[journal.Uncertain] != 60 || counts[journal.Pending] < 20 {
					t.Errorf("%v, want no row spoiled", counts)
				}
				if name == "503" && counts[journal.Uncertain] > 0 {
					t.Errorf("%d rows in doubt that were turned away at the door", counts[journal.Uncertain])
				}
				time.Sleep(10 * time.Hour)
				result = r.run(file)
				r.wantStop(result, "")
				r.wantAll(result, journal.Accepted)
				r.wantEachAppliedOnce(orders)
			})
		})
	}
}

// TestOutageOfTheTokenEndpoint touches no row.
func TestOutageOfTheTokenEndpoint(t *testing.T) {
	unavailable := simulator.Fault{Kind: simulator.KindUnavailable}
	for name, test := range map[string]struct {
		times int
		stop  Cause
		state journal.State
	}{"short": {8, "", journal.Accepted}, "long": {1000, Unavailable, journal.Pending}} {
		t.Run(name, func(t *testing.T) {
			play(t, simulator.World{Faults: []simulator.FaultRule{{Service: simulator.Token, Times: test.times, Fault: unavailable}}}, func(t *testing.T, r *rig) {
				result := r.run(r.file(bookings(20)...))
				r.wantStop(result, test.stop)
				r.wantAll(result, test.state)
				if n := r.count(simulator.Token); n > 5+8+16 {
					t.Errorf("%d requests for a token in an outage", n)
				}
			})
		})
	}
}

// TestATokenThatIsCutOff is a broken line, not a refusal of the credentials.
func TestATokenThatIsCutOff(t *testing.T) {
	for _, kind := range []simulator.Kind{simulator.KindHalfBody, simulator.KindResetAfter, simulator.KindBadGateway, simulator.KindGatewayTimeout} {
		t.Run(string(kind), func(t *testing.T) {
			play(t, simulator.World{Faults: []simulator.FaultRule{{Service: simulator.Token, Times: 1, Fault: simulator.Fault{Kind: kind}}}}, func(t *testing.T, r *rig) {
				result := r.run(r.file(bookings(3)...))
				r.wantStop(result, "")
				r.wantAll(result, journal.Accepted)
			})
		})
	}
}

// TestInterrupted drains what is under way, sends nothing more, and the same command goes on.
func TestInterrupted(t *testing.T) {
	play(t, simulator.World{Latency: 2 * time.Second}, func(t *testing.T, r *rig) {
		orders := bookings(40)
		file := r.file(orders...)
		ctx, cancel := context.WithCancel(t.Context())
		var cancelled time.Time
		go func() {
			time.Sleep(time.Minute + 5*time.Second)
			cancelled = time.Now()
			cancel()
		}()
		result := r.runWith(ctx, r.job(file))
		r.wantStop(result, Interrupted)
		if drained := time.Since(cancelled); drained > 2*time.Second {
			t.Errorf("it took %v to drain, want what is under way only", drained)
		}
		for _, p := range r.posts() {
			if p.Time.After(cancelled) {
				t.Errorf("a request %v after the signal", p.Time.Sub(cancelled))
			}
		}
		counts := result.Files[0].Counts
		if counts[journal.Accepted] != len(r.posts()) || counts[journal.Accepted]+counts[journal.Pending] != 40 || counts[journal.Pending] == 0 {
			t.Errorf("%v with %d requests", counts, len(r.posts()))
		}
		result = r.run(file)
		if !result.Resumed {
			t.Error("the run was not taken up")
		}
		r.wantAll(result, journal.Accepted)
		r.wantEachAppliedOnce(orders)
		if len(r.posts()) != 40 {
			t.Errorf("%d requests, want 40", len(r.posts()))
		}
	})
}

// TestInterruptedWithAnAnswerThatDoesNotCome cuts it off after 25 s: the rows are in doubt, and found later.
func TestInterruptedWithAnAnswerThatDoesNotCome(t *testing.T) {
	play(t, simulator.World{Latency: time.Minute}, func(t *testing.T, r *rig) {
		orders := bookings(20)
		file := r.file(orders...)
		ctx, cancel := context.WithTimeout(t.Context(), 65*time.Second)
		defer cancel()
		result := r.runWith(ctx, r.job(file))
		r.wantStop(result, Interrupted)
		if took := time.Since(start); took != 90*time.Second {
			t.Errorf("it ended after %v, want 25 s after the signal", took)
		}
		if c := result.Files[0].Counts; c[journal.Uncertain] != 8 || c[journal.Pending] != 12 {
			t.Errorf("%v, want the eight under way in doubt", c)
		}
		result = r.run(file)
		r.wantAll(result, journal.Accepted)
		r.wantEachAppliedOnce(orders)
		if len(r.posts()) != 20 {
			t.Errorf("%d requests, want 20: what was applied is found, not sent again", len(r.posts()))
		}
	})
}

// TestInterruptedWhileRowsAreLeftToRead ends in order too, wherever the signal comes.
func TestInterruptedWhileRowsAreLeftToRead(t *testing.T) {
	play(t, simulator.World{}, func(t *testing.T, r *rig) {
		file := r.file(bookings(window + 2*page)...)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		job := r.job(file)
		job.Progress = func(p Progress) {
			if p.Counts[journal.Accepted] >= 5*page-window+1 { // the lanes have room, and the file has rows
				cancel()
			}
		}
		result := r.runWith(ctx, job)
		r.wantStop(result, Interrupted)
	})
}

// TestInterruptedBeforeTheFirstRow has a signal that comes while the platform asks everybody to wait, and
// one that came before the run.
func TestInterruptedBeforeTheFirstRow(t *testing.T) {
	play(t, simulator.World{Faults: []simulator.FaultRule{{Service: simulator.Prenotazione, Times: 1, Fault: simulator.Fault{Kind: simulator.KindRateLimit, RetryAfter: 600}}}}, func(t *testing.T, r *rig) {
		file := r.file(bookings(20)...)
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := r.job(file).Run(ended); !errors.Is(err, context.Canceled) {
			t.Errorf("%v, want nothing done", err)
		}
		if len(r.Ledger()) != 0 {
			t.Error("something was sent")
		}
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
		defer cancel()
		r.config.Pace = Pace{Rate: 1, Burst: 1, InFlight: 4}
		result := r.runWith(ctx, r.job(file))
		r.wantStop(result, Interrupted)
		r.wantAll(result, journal.Pending)
		time.Sleep(time.Hour)
		r.wantAll(r.run(file), journal.Accepted)
	})
}

// TestProgress: what is shown is in the journal, and never goes back.
func TestProgress(t *testing.T) {
	world := simulator.World{Latency: 100 * time.Millisecond, Faults: []simulator.FaultRule{{Service: simulator.Prenotazione, Nth: []int{3}, Fault: simulator.Fault{Kind: simulator.KindBadGatewayApplied}}}}
	play(t, world, func(t *testing.T, r *rig) {
		var calls atomic.Int64
		var before, doubts int
		job := r.job(r.file(bookings(20)...))
		job.Progress = func(p Progress) {
			if calls.Add(1); p.Rows != 20 {
				t.Errorf("%d rows, want 20", p.Rows)
			}
			stored, err := r.journal.Counts(t.Context(), 1)
			if err != nil {
				t.Error(err)
			}
			if n := p.Counts[journal.Accepted]; n < before || n > stored[journal.Accepted] {
				t.Errorf("%d accepted after %d, the journal has %d", n, before, stored[journal.Accepted])
			}
			before = p.Counts[journal.Accepted]
			doubts = max(doubts, p.InDoubt)
		}
		r.wantAll(r.runWith(t.Context(), job), journal.Accepted)
		if calls.Load() < 20 || before != 20 || doubts != 1 {
			t.Errorf("%d calls, %d accepted at the end, %d in doubt at most", calls.Load(), before, doubts)
		}
	})
}

// TestProgressIsTheWatchersOwn: a page that shows it reads it while the run goes on.
func TestProgressIsTheWatchersOwn(t *testing.T) {
	play(t, simulator.World{}, func(t *testing.T, r *rig) {
		var kept []Progress
		job := r.job(r.file(bookings(5)...))
		job.Progress = func(p Progress) { kept = append(kept, p) }
		r.runWith(t.Context(), job)
		if kept[0].Counts[journal.Accepted] == kept[len(kept)-1].Counts[journal.Accepted] {
			t.Error("the first progress has become the last one")
		}
	})
}

// TestProgressSaysWhyNothingIsSent is about the field that exists for it.
func TestProgressSaysWhyNothingIsSent(t *testing.T) {
	play(t, simulator.World{Faults: []simulator.FaultRule{{Service: simulator.Prenotazione, Nth: []int{2}, Fault: simulator.Fault{Kind: simulator.KindRateLimit, RetryAfter: 60}}}}, func(t *testing.T, r *rig) {
		r.config.Pace.InFlight = 1
		waited := ""
		job := r.job(r.file(bookings(5)...))
		job.Progress = func(p Progress) {
			if !p.Until.IsZero() {
				waited += p.Waiting
			}
		}
		r.runWith(t.Context(), job)
		if waited == "" {
			t.Error("no reason")
		}
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
