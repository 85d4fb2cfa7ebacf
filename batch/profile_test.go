package batch

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"voucherbul/batch/journal"
	"voucherbul/batch/platform/simulator"
	"voucherbul/mapping/profile"
)

// TestProfileTellsFilesApart asserts that two files with the same bytes are no copies where the profile reads the
// operation from their names.
func TestProfileTellsFilesApart(t *testing.T) {
	p, err := profile.Parse("p.yaml", []byte(`operation: {file: {"pren*": prenotazione, "att*": attivazione, "disd*": disdetta}}`), nil)
	if err != nil {
		t.Fatal(err)
	}
	play(t, simulator.World{Vouchers: []simulator.InitialVoucher{{Beneficiario: famiglia(1), Stato: simulator.StatoPrenotata, DataPrenotazione: "-48h"}}}, func(t *testing.T, r *rig) {
		list := "Codice fiscale;Data attivazione;Tecnologia attivata\n" + famiglia(1) + ";" + time.Now().In(r.rome).Format("02/01/2006") + ";FTTH\n"
		var files []string
		for _, name := range []string{"attivazioni.csv", "disdette.csv", "disdette-copia.csv"} {
			path := filepath.Join(t.TempDir(), name)
			if err := os.WriteFile(path, []byte(list), 0o600); err != nil {
				t.Fatal(err)
			}
			files = append(files, path)
		}
		job := r.job(files...)
		job.Profile = p
		sent := r.runWith(t.Context(), job)
		r.wantStates(sent, journal.Accepted, journal.Rejected, journal.Already)
		print := func(run string) string {
			found, ok, err := r.journal.Run(t.Context(), run)
			if err != nil || !ok {
				t.Fatal(err)
			}
			return found.Fingerprint
		}
		job = r.job(files[1], files[0], files[2])
		job.Profile = p
		planned, err := job.Plan(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if print(planned.Run) == print(sent.Run) {
			t.Error("other operations, the same fingerprint")
		}
	})
}

// profileOf reads a profile; none of no text.
func profileOf(t testing.TB, text string) *profile.Profile {
	t.Helper()
	if text == "" {
		return nil
	}
	p, err := profile.Parse("p.yaml", []byte(text), nil)
	if err != nil {
		t.Fatal(err)
	}
	return p
}
