package simulator

import (
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestLoadWorld(t *testing.T) {
	world, err := LoadWorld(strings.NewReader(`
operator: "01234567897"
credentials: {client_id: other}
token_lifetime: 10m
rate_limit: {requests: 5, per: 1s}
timers: {inviata: 0s}
isee_outcomes: {RSSMRA85T10H501O: Non prenotabile ISEE}
latency: 20ms
date_fields: rejected
options: {chiusa_nok_006: true}
offers: [{code: OPE040-FAM1-FTTH-100-245, tecnologia: FTTH, active: false}]
vouchers: [{beneficiario: FOXNNA90A41F205E, stato: Prenotata, copies: 2, data_prenotazione: "-24h"}]
faults:
  - {service: prenotazione, beneficiario: "RSS*", nth: [1, 3], kind: delay, delay: 3s}
  - {kind: rate-limit, retry_after: 7, retry_after_header: "-", every: 10}
`))
	if err != nil {
		t.Fatal(err)
	}
	defaults := DefaultWorld()
	switch {
	case world.Operator != "01234567897", world.TokenLifetime != 10*time.Minute,
		world.Credentials.ClientID != "other", world.Credentials.Scope != defaults.Credentials.Scope,
		world.RateLimit.Requests != 5, world.Timers.Inviata != 0, world.Timers.Isee != defaults.Timers.Isee,
		world.Timers.Scadenza != 90*24*time.Hour, world.IseeOutcomes[mario] != StatoNonPrenotabile,
		world.Latency != 20*time.Millisecond, world.DateFields != DatesRejected, !world.Options.ChiusaNok006,
		*world.Offers[0].Active, world.Vouchers[0].Copies != 2, len(world.Faults) != 2,
		world.Faults[0].Kind != KindDelay, world.Faults[0].Delay != 3*time.Second, world.Faults[0].Nth[1] != 3,
		world.Faults[1].RetryAfterHeader != "-":
		t.Errorf("%+v", world)
	}
	if _, err := New(Options{World: world}); err != nil {
		t.Error(err)
	}
}

func TestLoadWorldEmpty(t *testing.T) {
	for _, yaml := range []string{"", "\n", "# nothing but a comment\n", "---\n"} {
		world, err := LoadWorld(strings.NewReader(yaml))
		if err != nil || !reflect.DeepEqual(world, DefaultWorld()) {
			t.Errorf("%q: %+v, %v", yaml, world, err)
		}
	}
}

func TestLoadWorldRefuses(t *testing.T) {
	for yaml, want := range map[string]string{
		"latency: 1s\nlatenzy: 2s":                         "[2:1]", // the line
		"timers:\n  inviata: 1s\n  isée: 1s":               "[3:3]",
		"faults:\n  - {kind: lock, colour: red}":           "[2:18]",
		"latency: soon":                                    "soon",
		"date_fields: maybe":                               "date_fields",
		"faults: [{kind: explode}]":                        `faults[0]: kind: "explode"`,
		"faults: [{kind: lock, service: rinnovo}]":         `service: "rinnovo"`,
		"faults: [{kind: delay}]":                          "needs a delay",
		"faults: [{kind: esito}]":                          "needs an esito",
		"faults: [{kind: lock, every: 3, times: 2}]":       "never",
		"vouchers: [{beneficiario: X, stato: Prenotatta}]": "Prenotatta",
		"vouchers: [{stato: Prenotata}]":                   "beneficiario",
		"isee_outcomes: {RSSMRA85T10H501O: Attivata}":      "isee_outcomes",
		"rate_limit: {requests: 5}":                        "rate_limit",
		"offers: [{code: OPE040}]":                         "offers[0]",
		"isee_list: {dates: epoch}":                        "isee_list.dates",
		"latency: 1s\n---\nlatency: 2s":                    "second",
		"isee_list: {keys: camel}":                         "isee_list.keys",
	} {
		if _, err := LoadWorld(strings.NewReader(yaml)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", yaml, err, want)
		}
	}
	if _, err := New(Options{World: World{Vouchers: []InitialVoucher{
		{Beneficiario: mario, Stato: StatoPrenotata, DataPrenotazione: "yesterday"},
	}}}); err == nil {
		t.Error("New took a date that is none")
	}
}

// RULES.md A1: the platform of version 6.0 does not know the two dates.
func TestDateFieldsRejected(t *testing.T) {
	world := still()
	world.DateFields = DatesRejected
	p, _ := play(t, world)
	with := body(Prenotazione, mario, noon)
	without := strings.Replace(with, `"dataPrenotazione":"2021-10-01T10:00:00Z",`, "", 1)
	if answer := p.send(Prenotazione, with); answer.Descrizione != validationText([]string{"dataPrenotazione"}) {
		t.Errorf("with: %s", answer.Descrizione)
	}
	if answer := p.send(Prenotazione, without); answer.Esito != "OK" {
		t.Errorf("without: %s", answer.Descrizione)
	}
	with = body(Disdetta, mario, noon)
	without = strings.Replace(with, `"dataDisdetta":"2021-10-01T10:00:00Z",`, "", 1)
	if answer := p.send(Disdetta, with); answer.Descrizione != validationText([]string{"dataDisdetta"}) {
		t.Errorf("with: %s", answer.Descrizione)
	}
	if answer := p.send(Disdetta, without); answer.Esito != "REQUEST_BUSINESS_NOK_007" {
		t.Errorf("without: %s", answer.Descrizione)
	}
	// The other dates stay.
	if answer := p.send(Attivazione, body(Attivazione, anna, noon)); answer.Esito != "REQUEST_BUSINESS_NOK_006" {
		t.Errorf("attivazione: %s", answer.Descrizione)
	}
}

func TestDatesByDay(t *testing.T) {
	for byDay, want := range map[bool]string{false: "REQUEST_BUSINESS_NOK_009", true: "OK"} {
		world := still()
		world.Options.DatesByDay = byDay
		world.Vouchers = []InitialVoucher{{Beneficiario: mario, Stato: StatoPrenotata, DataPrenotazione: "2021-10-01T11:00:00"}}
		p, _ := play(t, world)
		early := noon.Add(-3 * time.Hour) // nine o'clock of the same day
		if answer := p.send(Attivazione, body(Attivazione, mario, early)); answer.Esito != want {
			t.Errorf("by day %v: %s, want %s", byDay, answer.Esito, want)
		}
	}
}
