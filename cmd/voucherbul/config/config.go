// Package config is the configuration: one YAML file, the environment over it, and the secrets, as values that were checked.
// What is wrong is named with its line or its key, and with what belongs there.
//
// It opens the configuration file and the files of the two secrets, and nothing else: no journal, no profile, no reference file.
// It reads no environment by itself, knows no flag, and prints nothing.
package config

import (
	"fmt"
	"time"

	"github.com/goccy/go-yaml"

	"voucherbul/mapping"
)

// DefaultPath is read where no other file is named, if it is there.
const DefaultPath = "voucherbul.yaml"

// Config is the configuration. Every key of the file is also an environment variable (environment.go). Secrets are no keys:
// they come from files of their own, or from the environment.
type Config struct {
	Platform Platform `yaml:"platform"`
	Operator Operator `yaml:"operator"`
	Pace     Pace     `yaml:"pace"`
	Retry    Retry    `yaml:"retry"`
	Doubt    Doubt    `yaml:"doubt"`
	Breaker  Breaker  `yaml:"breaker"`
	Journal  string   `yaml:"journal"` // path
	Out      string   `yaml:"out"`     // folder of what is written; "" = beside each file
	Profile  string   `yaml:"profile"` // path of what the export's columns are; "" = there is none

	Reference Reference       `yaml:"reference"`
	Catalogue mapping.Entries `yaml:"catalogue"` // added to the platform's enumerations of today
	Rules     mapping.Rules   `yaml:"rules"`
}

// Reference names the files that rows are compared with before anything is sent.
type Reference struct {
	Comuni        string `yaml:"comuni"`         // the archive of comuni as ANPR publishes it
	EnabledComuni string `yaml:"enabled_comuni"` // ISTAT codes where vouchers are given
	Offers        string `yaml:"offers"`         // the operator's offers
}

// Platform is where requests go, and as whom.
type Platform struct {
	TokenURL             string            `yaml:"token_url"`
	ClientID             string            `yaml:"client_id"`
	ClientSecretFile     string            `yaml:"client_secret_file"`
	Scope                string            `yaml:"scope"`
	SubscriptionKeyFile  string            `yaml:"subscription_key_file"`
	PrenotazioneURL      string            `yaml:"prenotazione_url"`
	AttivazioneURL       string            `yaml:"attivazione_url"`
	CessazioneURL        string            `yaml:"cessazione_url"`
	DisdettaURL          string            `yaml:"disdetta_url"`
	IseeURL              string            `yaml:"isee_url"`
	Timeout              time.Duration     `yaml:"timeout"`
	Datetime             mapping.DateTimes `yaml:"datetime"`
	SendDataPrenotazione bool              `yaml:"send_data_prenotazione"`
	SendDataDisdetta     bool              `yaml:"send_data_disdetta"`

	// The secrets, which no file of ours holds: they are neither read with the keys nor written with them.

	ClientSecret    string `yaml:"-"`
	SubscriptionKey string `yaml:"-"`
}

// Services are the addresses of the operations.
func (p Platform) Services() map[mapping.Operation]string {
	return map[mapping.Operation]string{mapping.OperationPrenotazione: p.PrenotazioneURL, mapping.OperationAttivazione: p.AttivazioneURL,
		mapping.OperationCessazione: p.CessazioneURL, mapping.OperationDisdetta: p.DisdettaURL}
}

// Operator is who files the orders.
type Operator struct {
	PartitaIva string `yaml:"partita_iva"`
	Owner      string `yaml:"owner"`
}

// Pace is how fast requests leave, over all services together.
type Pace struct {
	Rate     float64 `yaml:"rate"` // requests per second, 0 = as fast as they are answered
	Burst    int     `yaml:"burst"`
	InFlight int     `yaml:"in_flight"` // requests under way at once
}

// Retry is how often and after what wait a row is sent again.
type Retry struct {
	Attempts int           `yaml:"attempts"`
	Base     time.Duration `yaml:"base"`
	Cap      time.Duration `yaml:"cap"`
}

// Doubt is how long rows wait whose answer was lost.
type Doubt struct {
	Settle time.Duration `yaml:"settle"`
	Wait   time.Duration `yaml:"wait"`
}

// Breaker is when sending pauses because the platform is in trouble.
type Breaker struct {
	Failures int           `yaml:"failures"`
	Pause    time.Duration `yaml:"pause"`
	GiveUp   time.Duration `yaml:"give_up"`
}

// Defaults are the values of keys that are not given.
func Defaults() Config {
	return Config{
		Platform: Platform{Timeout: 120 * time.Second, Datetime: mapping.WithOffset, SendDataPrenotazione: true, SendDataDisdetta: true},
		Pace:     Pace{Rate: 2, Burst: 1, InFlight: 8},
		Retry:    Retry{Attempts: 4, Base: 5 * time.Second, Cap: 5 * time.Minute},
		Doubt:    Doubt{Settle: 330 * time.Second, Wait: 10 * time.Minute},
		Breaker:  Breaker{Failures: 5, Pause: time.Minute, GiveUp: 15 * time.Minute},
		Journal:  "voucherbul.db",
	}
}

// Error is a configuration that cannot be used. Nothing has been read or sent.
type Error struct{ Text string }

func (e *Error) Error() string { return e.Text }

// Errorf is an [Error] with a formatted text.
func Errorf(format string, args ...any) error {
	return &Error{Text: fmt.Sprintf(format, args...)}
}

// YAML is the configuration as a file that can be read again. It has no secret.
func (c Config) YAML() ([]byte, error) { return yaml.Marshal(c) }
