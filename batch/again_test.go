package batch

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"voucherbul/batch/journal"
	"voucherbul/batch/platform/simulator"
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
