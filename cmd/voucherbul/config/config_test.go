package config

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"voucherbul/batch/journal"
)

// whole is a configuration that can be used, but for its secrets.
const whole = `platform:
  token_url: https://login.example/token
  client_id: id
  scope: s
  prenotazione_url: https://prod-api.example/p
  attivazione_url: https://prod-api.example/a
  cessazione_url: https://prod-api.example/c
  disdetta_url: https://prod-api.example/d
  isee_url: https://prod-api.example/i
operator: {partita_iva: "12345678903"}
`

var secrets = []string{"VOUCHERBUL_PLATFORM_CLIENT_SECRET= top ", "VOUCHERBUL_PLATFORM_SUBSCRIPTION_KEY=key"}

func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "voucherbul.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestLoad(t *testing.T) {
	c, err := Load(write(t, whole), append([]string{"VOUCHERBUL_PACE_RATE=0.5", "VOUCHERBUL_DOUBT_WAIT=3m", "VOUCHERBUL_OUT=esiti", "VOUCHERBUL_UNKNOWN=x", "VOUCHERBUL_CATALOGUE_TECNOLOGIE=[{value: FTTX}]"}, secrets...))
	if err != nil {
		t.Fatal(err)
	}
	if c.Pace.Rate != 0.5 || c.Doubt.Wait != 3*time.Minute || c.Out != "esiti" || c.Pace.InFlight != Defaults().Pace.InFlight ||
		len(c.Catalogue.Tecnologie) != 1 || c.Catalogue.Tecnologie[0].Value != "FTTX" ||
		c.Platform.ClientSecret != "top" || c.Platform.SubscriptionKey != "key" || c.Operator.PartitaIva != "12345678903" {
		t.Errorf("%+v", c)
	}
}

// TestEveryMistakeIsNamed: whoever puts a configuration right reads what is wrong once, and not one key after the other.
func TestEveryMistakeIsNamed(t *testing.T) {
	path := write(t, "platform: {token_url: login.example, timeout: 231s}\noperator: {partita_iva: \"1\"}\npace: {burst: 0}\njournal: postgres://db/x\n")
	_, err := Load(path, nil)
	for _, text := range []string{path, "platform.client_id is missing", "platform.client_secret_file (or VOUCHERBUL_PLATFORM_CLIENT_SECRET) is missing",
		"platform.token_url has to be a whole address", "platform.timeout has to be between", "operator.partita_iva has to be 11 digits", "pace.burst has to be between",
		"journal has to be a file"} {
		if err == nil || !strings.Contains(err.Error(), text) {
			t.Errorf("%v\nwant it to name %q", err, text)
		}
	}
}

func TestRefusedFiles(t *testing.T) {
	for text, want := range map[string]string{
		"pase: {rate: 1}":                           `line 1: unknown key "pase": did you mean pace?`,
		"platform: {client_secret: x}":              `unknown key "client_secret": secrets are never in this file, use client_secret_file`,
		"platform: {clientsecret: x}":               `unknown key "clientsecret"`,
		"platform: {ClientSecret: x}":               `unknown key "ClientSecret"`,
		"platform: {\"-\": x}":                      `unknown key "-"`,
		"pace:\n  rate: fast":                       `line 2: "fast" does not fit here: it has to be a number`,
		"platform: {timeout: 2 apples}":             "time: unknown unit",
		"platform: x":                               "line 1: string was used where mapping is expected",
		"platform: {client_secret_file: /not/here}": "platform.client_secret_file: there is no file /not/here",
	} {
		var err error
		if _, err = Load(write(t, text+"\n"), nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v\nwant %q", text, err, want)
		}
		if _, ok := err.(*Error); !ok {
			t.Errorf("%s: %T", text, err)
		}
	}
}

func TestSecretFiles(t *testing.T) {
	for mode, want := range map[os.FileMode]string{0o600: "", 0o640: "", 0o644: "can be read by everybody: chmod 600"} {
		secret := filepath.Join(t.TempDir(), "secret")
		if err := os.WriteFile(secret, []byte("of the file\n"), mode); err != nil {
			t.Fatal(err)
		}
		path := write(t, whole)
		environ := []string{"VOUCHERBUL_PLATFORM_CLIENT_SECRET_FILE=" + secret, secrets[1]}
		c, err := Load(path, environ)
		if want == "" && (err != nil || c.Platform.ClientSecret != "of the file") || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%o: %q, %v", mode, c.Platform.ClientSecret, err)
		}
		if c, err = Load(path, append(environ, secrets[0])); err != nil || c.Platform.ClientSecret != "top" {
			t.Errorf("%o: the environment has to win: %q, %v", mode, c.Platform.ClientSecret, err)
		}
	}
}

// TestYAML writes a configuration down and reads it again: all but the secrets comes back.
func TestYAML(t *testing.T) {
	c, err := Load(write(t, whole), secrets)
	if err != nil {
		t.Fatal(err)
	}
	text, err := c.YAML()
	if err != nil || strings.Contains(string(text), "top") {
		t.Fatalf("%v\n%s", err, text)
	}
	again, err := Load(write(t, string(text)), secrets)
	if err != nil || !reflect.DeepEqual(again, c) {
		t.Errorf("%v\n%+v\nwant\n%+v", err, again, c)
	}
}

func TestLoadOffline(t *testing.T) {
	if c, err := LoadOffline(write(t, "out: esiti\n"), nil); err != nil || c.Out != "esiti" || c.Journal != Defaults().Journal {
		t.Errorf("%+v, %v", c, err)
	}
	if c, err := LoadOffline(write(t, ""), nil); err != nil || !reflect.DeepEqual(c, Defaults()) {
		t.Errorf("an empty file: %+v, %v", c, err)
	}
	if _, err := LoadOffline(filepath.Join(t.TempDir(), "none.yaml"), nil); err == nil {
		t.Error("a file that was named and is not there has to be missed")
	}
	t.Chdir(t.TempDir())
	if c, err := LoadOffline("", nil); err != nil || !reflect.DeepEqual(c, Defaults()) {
		t.Errorf("without a file: %+v, %v", c, err)
	}
}

func TestTarget(t *testing.T) {
	for url, want := range map[string]string{"http://127.0.0.1:8099/p": journal.Simulator, "http://localhost/p": journal.Simulator, "http://[::1]:1/p": journal.Simulator,
		"https://PROD-api.example/p": journal.Production, "https://dev-api.example/p": journal.Test, "https://col-api.example/p": journal.Test, "https://api.example/p": "api.example"} {
		var c Config
		if c.Platform.PrenotazioneURL = url; c.Target() != want {
			t.Errorf("%s: %q, want %q", url, c.Target(), want)
		}
	}
}
