package simulator

import (
	"strings"
	"testing"
	"time"
)

func TestIseeList(t *testing.T) {
	world := still()
	world.Vouchers = []InitialVoucher{
		{Beneficiario: anna, Stato: StatoPrenotata, DataPrenotazione: "2021-07-04T10:15:31+02:00"},
		{Beneficiario: esempi, Stato: StatoAttesa, DataPrenotazione: "-2160h"},            // 90 days: still in
		{Beneficiario: franco, Stato: StatoPrenotata, DataPrenotazione: "-2160h1s"},       // out by a second
		{Beneficiario: mario, Operatore: "01234567897", Stato: StatoPrenotata},            // another operator's
		{Beneficiario: "DRSMLS60B69L219U", Stato: StatoAttivata},                          // a state that is not listed
		{Beneficiario: "YUXAIX79E47Z100L", Stato: StatoCessata},                           // another
		{Beneficiario: "RSSMRA85T10A562S", Stato: StatoSospesa, DataPrenotazione: "-24h"}, // listed
	}
	p, _ := play(t, world)
	want := `{"Voucher":[` +
		`{"PARTITA_IVA_OPERATORE":"12345678903","CODICE_FISCALE_BENEFICIARIO":"FOXNNA90A41F205E","PROTOCOLLO":"VBUL-0000001","DATA_PRENOTAZIONE":"2021-07-04T10:15:31","FASE_OPERATIVA":"Prenotata"},` +
		`{"PARTITA_IVA_OPERATORE":"12345678903","CODICE_FISCALE_BENEFICIARIO":"01234567897","PROTOCOLLO":"VBUL-0000002","DATA_PRENOTAZIONE":"2021-07-03T12:00:00","FASE_OPERATIVA":"Attesa controllo ISEE"},` +
		`{"PARTITA_IVA_OPERATORE":"12345678903","CODICE_FISCALE_BENEFICIARIO":"RSSMRA85T10A562S","PROTOCOLLO":"VBUL-0000007","DATA_PRENOTAZIONE":"2021-09-30T12:00:00","FASE_OPERATIVA":"Prenotazione sospesa"}]}`
	if answer := p.send(Isee, ""); answer.HTTP != 200 || answer.body != want {
		t.Errorf("answered %d\n%s\nwant\n%s", answer.HTTP, answer.body, want)
	}
}

func TestIseeListEmpty(t *testing.T) {
	p, _ := play(t, still())
	answer := p.send(Isee, "")
	if answer.HTTP != 204 || answer.body != "" || answer.header.Get("Content-Type") != "" {
		t.Errorf("%d %q %v", answer.HTTP, answer.body, answer.header)
	}
}

func TestIseeListForms(t *testing.T) {
	for want, list := range map[string]IseeList{
		`[{"PARTITA_IVA`:                            {Wrapper: "-"},
		`{"vouchers":[{`:                            {Wrapper: "vouchers"},
		`"fase_operativa":"Prenotata"`:              {Keys: "lower"},
		`"2021-09-30T12:00:00+02:00"`:               {Dates: "offset"},
		`"2021-09-30T10:00:00Z"`:                    {Dates: "utc"},
		`"2021-09-30T12:00:00.0000000"`:             {Dates: "fraction"},
		`"FASE_OPERATIVA":"In lavorazione manuale"`: {Also: []Stato{"In lavorazione manuale"}},
	} {
		world := still()
		world.IseeList = list
		world.Vouchers = []InitialVoucher{{Beneficiario: mario, Stato: StatoPrenotata, DataPrenotazione: "-24h"}}
		if len(list.Also) > 0 {
			world.Vouchers[0].Stato = list.Also[0]
		}
		p, _ := play(t, world)
		if answer := p.send(Isee, ""); !strings.Contains(answer.body, want) {
			t.Errorf("%+v: %s, want %s", list, answer.body, want)
		}
	}
}

// The list shows the platform's own date of a booking, not the one of the body,
// which may lie minutes away.
func TestIseeListDatesAreThePlatforms(t *testing.T) {
	p, c := play(t, still())
	c.advance(time.Minute)
	p.send(Prenotazione, body(Prenotazione, mario, noon))
	if answer := p.send(Isee, ""); !strings.Contains(answer.body, `"DATA_PRENOTAZIONE":"2021-10-01T12:01:00"`) {
		t.Error(answer.body)
	}
}
