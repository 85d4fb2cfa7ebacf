package main

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"voucherbul/mapping"
)

// defaultConfig is read where no --config is given, if it is there.
const defaultConfig = "voucherbul.yaml"

// maxRate is far beyond what any platform takes.
const maxRate = 100_000

// config is the configuration file. Every key is also an environment variable (environment.go). Secrets
// are no keys: they come from files or from the environment.
type config struct {
	Platform platformConfig `yaml:"platform"`
	Operator operatorConfig `yaml:"operator"`
	Pace     paceConfig     `yaml:"pace"`
	Retry    retryConfig    `yaml:"retry"`
	Doubt    doubtConfig    `yaml:"doubt"`
	Breaker  breakerConfig  `yaml:"breaker"`
	Journal  string         `yaml:"journal"`
	Out      string         `yaml:"out"`
	Profile  string         `yaml:"profile"` // of the export's columns

	Reference referenceConfig `yaml:"reference"`
	Rules     mapping.Rules   `yaml:"rules"`
}

// referenceConfig names the files that rows are compared with before anything is sent.
type referenceConfig struct {
	Comuni        string `yaml:"comuni"`         // the archive of comuni as ANPR publishes it
	EnabledComuni string `yaml:"enabled_comuni"` // ISTAT codes where vouchers are given
	Offers        string `yaml:"offers"`         // the operator's offers
}

type platformConfig struct {
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

	clientSecret    string
	subscriptionKey string
}

type operatorConfig struct {
	PartitaIva string `yaml:"partita_iva"`
	Owner      string `yaml:"owner"`
}

type paceConfig struct {
	Rate     float64 `yaml:"rate"`
	Burst    int     `yaml:"burst"`
	InFlight int     `yaml:"in_flight"`
}

type retryConfig struct {
	Attempts int           `yaml:"attempts"`
	Base     time.Duration `yaml:"base"`
	Cap      time.Duration `yaml:"cap"`
}

type doubtConfig struct {
	Settle time.Duration `yaml:"settle"`
	Wait   time.Duration `yaml:"wait"`
}

type breakerConfig struct {
	Failures int           `yaml:"failures"`
	Pause    time.Duration `yaml:"pause"`
	GiveUp   time.Duration `yaml:"give_up"`
}

// defaults are the values of keys that are not given.
func defaults() config {
	return config{
		Platform: platformConfig{Timeout: 120 * time.Second, Datetime: mapping.WithOffset, SendDataPrenotazione: true, SendDataDisdetta: true},
		Pace:     paceConfig{Rate: 2, Burst: 1, InFlight: 8},
		Retry:    retryConfig{Attempts: 4, Base: 5 * time.Second, Cap: 5 * time.Minute},
		Doubt:    doubtConfig{Settle: 330 * time.Second, Wait: 10 * time.Minute},
		Breaker:  breakerConfig{Failures: 5, Pause: time.Minute, GiveUp: 15 * time.Minute},
		Journal:  "voucherbul.db",
	}
}

// configError is a configuration that cannot be used. Nothing has been read or sent.
type configError struct{ text string }

func (e *configError) Error() string { return e.text }

func configErrorf(format string, args ...any) error {
	return &configError{text: fmt.Sprintf(format, args...)}
}

// loadConfig reads the file, then the environment, then the secrets, and checks the whole. path "" stands
// for the default file, which may be missing.
func loadConfig(path string, environ []string) (config, error) {
	c := defaults()
	if path == "" {
		if _, err := os.Stat(defaultConfig); err == nil {
			path = defaultConfig
		}
	}
	if path != "" {
		data, err := os.ReadFile(path)
		if err != nil {
			return config{}, configErrorf("cannot read the configuration: %v", err)
		}
		if err := c.read(path, data); err != nil {
			return config{}, err
		}
	}
	if err := overrideFromEnvironment(&c, environ); err != nil {
		return config{}, err
	}
	if err := c.readSecrets(environ); err != nil {
		return config{}, err
	}
	return c, c.check(path)
}

// read takes a file strictly: a key that nobody knows is an error, with the nearest one that exists.
func (c *config) read(path string, data []byte) error {
	err := yaml.UnmarshalWithOptions(data, c, yaml.Strict())
	if err == nil {
		if *c == (config{}) { // an empty document clears what it is read over
			*c = defaults()
		}
		return nil
	}
	var wrongType *yaml.TypeError
	if errors.As(err, &wrongType) && wrongType.Token != nil {
		return configErrorf("%s, line %d: %q does not fit here: it has to be %s", path, wrongType.Token.Position.Line, wrongType.Token.Value, kindOf(wrongType.DstType))
	}
	var unknown *yaml.UnknownFieldError
	if errors.As(err, &unknown) && unknown.Token != nil {
		key := unknown.Token.Value
		return configErrorf("%s, line %d: unknown key %q%s", path, unknown.Token.Position.Line, key, suggestion(key, configKeys()))
	}
	var detailed yaml.Error
	if errors.As(err, &detailed) && detailed.GetToken() != nil {
		return configErrorf("%s, line %d: %s", path, detailed.GetToken().Position.Line, detailed.GetMessage())
	}
	return configErrorf("%s: %v", path, err)
}

// readSecrets takes each secret from the environment or from its file.
func (c *config) readSecrets(environ []string) error {
	for _, s := range []struct {
		value *string
		env   string
		key   string
		file  string
	}{
		{&c.Platform.clientSecret, "VOUCHERBUL_PLATFORM_CLIENT_SECRET", "platform.client_secret_file", c.Platform.ClientSecretFile},
		{&c.Platform.subscriptionKey, "VOUCHERBUL_PLATFORM_SUBSCRIPTION_KEY", "platform.subscription_key_file", c.Platform.SubscriptionKeyFile},
	} {
		if value, ok := lookupEnv(environ, s.env); ok {
			*s.value = strings.TrimSpace(value)
			continue
		}
		if s.file == "" {
			continue // check says that it is missing
		}
		info, err := os.Stat(s.file)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return configErrorf("%s: there is no file %s", s.key, s.file)
		case err != nil:
			return configErrorf("%s: %v", s.key, err)
		case info.Mode().Perm()&0o004 != 0:
			return configErrorf("%s: %s can be read by everybody: chmod 600 %s", s.key, s.file, s.file)
		}
		data, err := os.ReadFile(s.file)
		if err != nil {
			return configErrorf("%s: %v", s.key, err)
		}
		*s.value = strings.TrimSpace(string(data))
	}
	return nil
}

// check names every missing or impossible key at once.
func (c *config) check(path string) error {
	var wrong []string
	for _, r := range []struct{ key, value string }{
		{"platform.token_url", c.Platform.TokenURL}, {"platform.client_id", c.Platform.ClientID},
		{"platform.client_secret_file (or VOUCHERBUL_PLATFORM_CLIENT_SECRET)", c.Platform.clientSecret}, {"platform.scope", c.Platform.Scope},
		{"platform.subscription_key_file (or VOUCHERBUL_PLATFORM_SUBSCRIPTION_KEY)", c.Platform.subscriptionKey}, {"platform.prenotazione_url", c.Platform.PrenotazioneURL},
		{"platform.attivazione_url", c.Platform.AttivazioneURL}, {"platform.cessazione_url", c.Platform.CessazioneURL},
		{"platform.disdetta_url", c.Platform.DisdettaURL}, {"platform.isee_url", c.Platform.IseeURL},
		{"operator.partita_iva", c.Operator.PartitaIva}, {"journal", c.Journal},
	} {
		if strings.TrimSpace(r.value) == "" {
			wrong = append(wrong, r.key+" is missing")
		}
	}
	for _, u := range []struct{ key, value string }{
		{"platform.token_url", c.Platform.TokenURL}, {"platform.prenotazione_url", c.Platform.PrenotazioneURL},
		{"platform.attivazione_url", c.Platform.AttivazioneURL}, {"platform.cessazione_url", c.Platform.CessazioneURL},
		{"platform.disdetta_url", c.Platform.DisdettaURL}, {"platform.isee_url", c.Platform.IseeURL},
	} {
		if u.value != "" && !isURL(u.value) {
			wrong = append(wrong, u.key+" has to be a whole address that begins with https://")
		}
	}
	for _, r := range []struct {
		bad  bool
		text string
	}{
		{c.Operator.PartitaIva != "" && !elevenDigits(c.Operator.PartitaIva), "operator.partita_iva has to be 11 digits, in quotes"},
		{len([]rune(c.Operator.Owner)) > 100, "operator.owner is longer than 100 characters"},
		{strings.HasPrefix(c.Journal, "postgres:") || strings.HasPrefix(c.Journal, "postgresql:"), "journal has to be a file: PostgreSQL is not supported yet"},
		{c.Platform.Timeout <= 0 || c.Platform.Timeout > 230*time.Second, "platform.timeout has to be between 1s and 230s: the gateway gives up after 240 s"},
		{c.Platform.Datetime != mapping.WithOffset && c.Platform.Datetime != mapping.InUTC && c.Platform.Datetime != mapping.WithoutTZ,
			"platform.datetime has to be offset, utc or locale"},
		{!(c.Pace.Rate >= 0 && c.Pace.Rate <= maxRate), fmt.Sprintf("pace.rate has to be between 0 (unlimited) and %d", maxRate)}, // NaN is caught too
		{c.Pace.Burst < 1 || c.Pace.Burst > maxRate, fmt.Sprintf("pace.burst has to be between 1 and %d", maxRate)},
		{c.Pace.InFlight < 1 || c.Pace.InFlight > 1024, "pace.in_flight has to be between 1 and 1024"},
		{c.Retry.Attempts < 1, "retry.attempts has to be 1 or more"},
		{c.Retry.Base <= 0 || c.Retry.Cap < c.Retry.Base, "retry.base has to be positive and at most retry.cap"},
		{c.Doubt.Settle < 0 || c.Doubt.Wait < 0, "doubt.settle and doubt.wait cannot be negative"},
		{c.Breaker.Failures < 1 || c.Breaker.Pause <= 0 || c.Breaker.GiveUp < c.Breaker.Pause, "breaker needs failures of 1 or more and pause <= give_up"},
	} {
		if r.bad {
			wrong = append(wrong, r.text)
		}
	}
	if err := c.Rules.Validate(); err != nil {
		wrong = append(wrong, "rules."+err.Error())
	}
	if len(wrong) == 0 {
		return nil
	}
	where := "the configuration"
	if path != "" {
		where = filepath.Clean(path)
	}
	return configErrorf("%s: %s", where, strings.Join(wrong, "; "))
}

func isURL(text string) bool {
	u, err := url.Parse(strings.ReplaceAll(text, " ", "")) // the specification's own copy of one has a space in it (A5)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != ""
}

// kindOf says what a key wants, in words.
func kindOf(t reflect.Type) string {
	switch {
	case t == reflect.TypeFor[time.Duration]():
		return "a time with its unit, such as 120s or 10m"
	case t.Kind() == reflect.Bool:
		return "true or false"
	case t.Kind() == reflect.Int || t.Kind() == reflect.Float64 || t.Kind() == reflect.Uint64:
		return "a number"
	case t.Kind() == reflect.Struct:
		return "a section with keys of its own"
	}
	return "a text"
}

func elevenDigits(s string) bool {
	return len(s) == 11 && strings.Trim(s, "0123456789") == ""
}
