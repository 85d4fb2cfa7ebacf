package batch

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"voucherbul/batch/journal"
	"voucherbul/batch/platform/simulator"
	"voucherbul/mapping"
)

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
			if err := r.journal.Reported(t.Context(), result.Run, time.Now()); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// TestARunNobodyWasToldOf: where the outcome was not written, the same command has it all to show once more.
func TestARunNobodyWasToldOf(t *testing.T) {
	play(t, simulator.World{}, func(t *testing.T, r *rig) {
		file := r.file(bookings(2)...)
		first, err := r.job(file).Run(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		again := r.run(file)
		r.wantAll(again, journal.Accepted)
		if again.Run != first.Run || len(r.posts()) != 2 {
			t.Errorf("run %s after %s, %d requests", again.Run, first.Run, len(r.posts()))
		}
	})
}

// TestIdenticalRowsInOneFile asserts that a double is a mistake of the file, and sent once even where the
// administrator has said that it is none.
func TestIdenticalRowsInOneFile(t *testing.T) {
	for setting, want := range map[mapping.Setting]journal.State{"": journal.Invalid, mapping.ToWarn: journal.Already} {
		play(t, simulator.World{Latency: time.Second}, func(t *testing.T, r *rig) {
			r.rules.Duplicate = setting
			twin := prenotazione(famiglia(1))
			result := r.run(r.file(twin, prenotazione(famiglia(2)), twin))
			r.wantStates(result, journal.Accepted, journal.Accepted, want)
			r.wantApplied(famiglia(1), simulator.Prenotazione)
			if n := len(r.posts()); n != 2 {
				t.Errorf("%d requests, want 2", n)
			}
		})
	}
}

// TestActivatedBeforeBooked asserts that the journal knows better than a mistyped date (RULES.md 2.8).
func TestActivatedBeforeBooked(t *testing.T) {
	play(t, simulator.World{Timers: atOnce}, func(t *testing.T, r *rig) {
		who := famiglia(1)
		r.wantAll(r.run(r.file(prenotazione(who))), journal.Accepted)
		today, sent := time.Now().In(r.rome), len(r.posts())
		early := r.run(r.file(attivazione(who).with("dataAttivazione", today.AddDate(0, 0, -1).Format("02/01/2006"))))
		r.wantStates(early, journal.Invalid)
		if n := len(r.posts()); n != sent {
			t.Errorf("%d requests, want %d", n, sent)
		}
		r.run(r.file(attivazione(who).with("dataAttivazione", today.Format("02/01/2006"))))
		if n := len(r.posts()); n == sent {
			t.Error("an activation of the same day was not sent")
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

// TestTwoCopiesInOneRun: a folder with a copy in it is one submission, whatever the rows do to each other.
func TestTwoCopiesInOneRun(t *testing.T) {
	who := famiglia(1)
	play(t, simulator.World{Timers: atOnce}, func(t *testing.T, r *rig) {
		result := r.run(r.file(prenotazione(who), disdetta(who)), r.file(prenotazione(who), disdetta(who)))
		if got := r.applied(who); len(got) != 2 || result.Files[1].Counts[journal.Already] != 2 {
			t.Errorf("applied %v, the copy has %v", got, result.Files[1].Counts)
		}
	})
}

// TestANewRowBeforeOlderOnes: files of a folder come by name, not by time. A disdetta that stands before the
// booking it withdraws is new all the same, and goes.
func TestANewRowBeforeOlderOnes(t *testing.T) {
	who := famiglia(1)
	play(t, simulator.World{Timers: atOnce}, func(t *testing.T, r *rig) {
		bookings, withdrawals := r.file(prenotazione(who)), r.file(disdetta(who))
		r.run(bookings)
		result := r.run(withdrawals, bookings)
		if got := r.applied(who); len(got) != 2 || got[1] != "disdetta" {
			t.Errorf("applied %v, want the booking and its disdetta", got)
		}
		if result.Files[0].Counts[journal.Accepted] != 1 || result.Files[1].Counts[journal.Already] != 1 {
			t.Errorf("%v %v", result.Files[0].Counts, result.Files[1].Counts)
		}
	})
}

// TestAnOldPendingRowIsNoNewFact: a run of yesterday, finished today, does not rewrite what happened between.
func TestAnOldPendingRowIsNoNewFact(t *testing.T) {
	who := famiglia(1)
	play(t, simulator.World{Timers: atOnce}, func(t *testing.T, r *rig) {
		r.before = refusing("prenotazione", http.StatusServiceUnavailable, nil)
		first := r.file(prenotazione(who))
		r.run(first)
		r.before = nil
		r.run(r.file(prenotazione(who), disdetta(who)))
		r.run(first)
		r.run(r.file(prenotazione(who), prenotazione(famiglia(9))))
		if got := r.applied(who); len(got) != 3 {
			t.Errorf("applied %v, want a booking, its disdetta, and the new booking", got)
		}
	})
}

// TestARenamedCopyGoesOnUnderItsOwnName: the outcome is that of the file in the command.
func TestARenamedCopyGoesOnUnderItsOwnName(t *testing.T) {
	play(t, simulator.World{}, func(t *testing.T, r *rig) {
		r.before = refusing("prenotazione", http.StatusNotFound, nil)
		r.run(r.file(bookings(2)...))
		r.before = nil
		renamed := r.file(bookings(2)...)
		if result := r.run(renamed); !result.Resumed || result.Files[0].Path != renamed {
			t.Errorf("resumed %v, %s, want %s", result.Resumed, result.Files[0].Path, renamed)
		}
	})
}

// TestBookedAndWithdrawnAnew: the second disdetta reads like the first one, but withdraws another booking.
func TestBookedAndWithdrawnAnew(t *testing.T) {
	who := famiglia(1)
	play(t, simulator.World{Timers: atOnce}, func(t *testing.T, r *rig) {
		r.run(r.file(prenotazione(who), disdetta(who)))
		again := r.file(prenotazione(who).with("civico", "77"), disdetta(who))
		for range 2 {
			r.run(again)
			if got := fmt.Sprint(r.applied(who)); got != "[prenotazione disdetta prenotazione disdetta]" {
				t.Errorf("applied %s, want two bookings, each withdrawn", got)
			}
		}
	})
}
