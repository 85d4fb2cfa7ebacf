package simulator

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestBodies sends every testdata/bodies/SERVICE_*.json and expects the answer
// in the .want.json beside it. A new case is two new files.
func TestBodies(t *testing.T) {
	files, err := filepath.Glob("testdata/bodies/*.want.json")
	if err != nil || len(files) < 50 {
		t.Fatalf("%d cases, %v", len(files), err)
	}
	for _, wantFile := range files {
		name := strings.TrimSuffix(filepath.Base(wantFile), ".want.json")
		t.Run(name, func(t *testing.T) {
			body, err := os.ReadFile("testdata/bodies/" + name + ".json")
			if err != nil {
				t.Fatal(err)
			}
			wantText, err := os.ReadFile(wantFile)
			if err != nil {
				t.Fatal(err)
			}
			var want got
			if err := json.Unmarshal(wantText, &want); err != nil {
				t.Fatal(err)
			}
			kind, _, _ := strings.Cut(name, "_")
			p, _ := play(t, bodiesWorld(t, Service(kind)))

			answer := p.send(Service(kind), string(body))

			if answer.HTTP != want.HTTP || answer.Esito != want.Esito || answer.Fase != want.Fase ||
				answer.Descrizione != want.Descrizione {
				t.Errorf("answered\n%s\nwant\n%s", answer.body, wantText)
			}
		})
	}
}

// bodiesWorld is the world of the bodies, with vouchers in the state the
// service asks for, booked and activated before the dates of the bodies.
func bodiesWorld(t *testing.T, service Service) World {
	t.Helper()
	file, err := os.Open("testdata/bodies.world.yaml")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	world, err := LoadWorld(file)
	if err != nil {
		t.Fatal(err)
	}
	state := map[Service]Stato{Attivazione: StatoPrenotata, Disdetta: StatoPrenotata, Cessazione: StatoAttivata}[service]
	if state == "" {
		return world
	}
	for beneficiario, offer := range map[string]string{
		mario: "OPE040-FAM1-FTTH-100-245", esempi: "OPE040-IMP1-FTTH-1000-300",
	} {
		world.Vouchers = append(world.Vouchers, InitialVoucher{
			Beneficiario: beneficiario, Stato: state, Offerta: offer,
			DataPrenotazione: "2021-02-24T10:15:31", DataAttivazione: "2021-03-20",
		})
	}
	return world
}
