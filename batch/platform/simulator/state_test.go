package simulator

import (
	"strings"
	"testing"
)

// stateTable is the table of RULES.md 8, every request in every state: the
// number of the NOK, or "-> state". "other" is another operator's active
// voucher, "two" the same beneficiary with two active requests.
const stateTable = `
state                       | prenotazione | attivazione | disdetta    | cessazione
none                        | -> Inviata   | 006         | 006         | 006
Disdetta                    | -> Inviata   | 007         | 007         | 007
Scaduta                     | -> Inviata   | 007         | 007         | 007
Non prenotabile ISEE        | -> Inviata   | 007         | 007         | 007
Inviata con esito positivo  | 002          | 007         | 007         | 007
Attesa controllo ISEE       | 002          | 007         | -> Disdetta | 007
Prenotazione sospesa        | 002          | 007         | -> Disdetta | 007
Prenotata                   | 002          | -> Attivata | -> Disdetta | 007
Attivata                    | 002          | 007         | 007         | -> Cessata
Cessata                     | -> Inviata   | 007         | 007         | 007
other                       | 008          | 008         | 008         | 008
two                         | 002          | 010         | 010         | 010
`

// optionTable holds the cells that an option changes.
const optionTable = `
state                | prenotazione | attivazione | disdetta | cessazione
Disdetta             | -> Inviata   | 006         | 006      | 006
Scaduta              | -> Inviata   | 006         | 006      | 006
Non prenotabile ISEE | -> Inviata   | 006         | 006      | 006
Cessata              | 002          | 006         | 006      | 006
other                | 002          | 008         | 008      | 008
`

func TestStateTable(t *testing.T) {
	runTable(t, stateTable, TableOptions{})
}

func TestStateTableWithOptions(t *testing.T) {
	runTable(t, optionTable, TableOptions{
		PrenotazioneCessataNok002:        true,
		PrenotazioneAltroOperatoreNok002: true,
		ChiusaNok006:                     true,
		CessataNok006:                    true,
	})
}

func runTable(t *testing.T, table string, options TableOptions) {
	t.Helper()
	cells := func(line string) []string {
		fields := strings.Split(line, "|")
		for i := range fields {
			fields[i] = strings.TrimSpace(fields[i])
		}
		return fields
	}
	lines := strings.Split(strings.TrimSpace(table), "\n")
	header := cells(lines[0])
	for _, line := range lines[1:] {
		row := cells(line)
		for column, want := range row[1:] {
			service := Service(header[column+1])
			for _, beneficiario := range []string{mario, esempi} {
				t.Run(row[0]+"/"+string(service)+"/"+beneficiario, func(t *testing.T) {
					checkCell(t, options, row[0], service, beneficiario, want)
				})
			}
		}
	}
}

func checkCell(t *testing.T, options TableOptions, state string, service Service, beneficiario, want string) {
	world := still()
	world.Options = options
	initial := InitialVoucher{Beneficiario: beneficiario, Stato: Stato(state), DataPrenotazione: "-24h"}
	switch state {
	case "other":
		initial.Operatore, initial.Stato = "01234567897", StatoPrenotata
	case "two":
		initial.Copies, initial.Stato = 2, StatoPrenotata
	}
	if state != "none" {
		world.Vouchers = []InitialVoucher{initial}
	}
	p, _ := play(t, world)
	before := p.stato(beneficiario)

	answer := p.send(service, body(service, beneficiario, noon))

	next, accepted := strings.CutPrefix(want, "-> ")
	switch {
	case accepted && (answer.HTTP != 200 || answer.Esito != "OK" || !strings.HasPrefix(answer.Fase, next)):
		t.Fatalf("answered %d %s %q, want OK %q", answer.HTTP, answer.Esito, answer.Fase, next)
	case accepted && !strings.HasPrefix(string(p.stato(beneficiario)), next):
		t.Fatalf("voucher is %q, want %q", p.stato(beneficiario), next)
	case !accepted && (answer.HTTP != 400 || answer.Esito != "REQUEST_BUSINESS_NOK_"+want):
		t.Fatalf("answered %d %s (%s), want NOK_%s", answer.HTTP, answer.Esito, answer.Descrizione, want)
	case !accepted && p.stato(beneficiario) != before:
		t.Fatalf("refused, and the voucher went from %q to %q", before, p.stato(beneficiario))
	}
	if want == "007" && !strings.Contains(answer.Descrizione, "in stato '"+state+"'") {
		t.Errorf("NOK_007 says %q, want the state %q in it", answer.Descrizione, state)
	}
	if got := p.applied(beneficiario) == 1; got != accepted {
		t.Errorf("ledger says applied=%v, want %v", got, accepted)
	}
}

// A voucher closed by the operator stays in the register; a new booking opens
// another, and the requests that follow are about the new one.
func TestLifeOfAVoucher(t *testing.T) {
	p, _ := play(t, World{})
	steps := []struct {
		service Service
		esito   string
		stato   Stato
	}{
		{Prenotazione, "OK", StatoPrenotata}, // timers of zero: at once
		{Prenotazione, "REQUEST_BUSINESS_NOK_002", StatoPrenotata},
		{Disdetta, "OK", StatoDisdetta},
		{Disdetta, "REQUEST_BUSINESS_NOK_007", StatoDisdetta},
		{Prenotazione, "OK", StatoPrenotata},
		{Attivazione, "OK", StatoAttivata},
		{Disdetta, "REQUEST_BUSINESS_NOK_007", StatoAttivata},
		{Cessazione, "OK", StatoCessata},
		{Cessazione, "REQUEST_BUSINESS_NOK_007", StatoCessata},
	}
	for i, step := range steps {
		answer := p.send(step.service, body(step.service, mario, noon))
		if answer.Esito != step.esito || p.stato(mario) != step.stato {
			t.Fatalf("step %d %s: %s, voucher %q; want %s, %q", i, step.service, answer.Esito, p.stato(mario), step.esito, step.stato)
		}
	}
	if n := len(p.Vouchers()); n != 2 {
		t.Errorf("%d vouchers, want the cancelled and the ended one", n)
	}
}
