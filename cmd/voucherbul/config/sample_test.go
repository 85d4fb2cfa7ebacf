package config

import (
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

const sample = "../../../samples/voucherbul.yaml"

// TestSample asserts that the program accepts the commented configuration, that every key stands in it, and that its values
// are the defaults where it says so.
func TestSample(t *testing.T) {
	data, err := os.ReadFile(sample)
	if err != nil {
		t.Fatal(err)
	}
	var c Config
	if err := c.read(sample, data); err != nil {
		t.Fatal(err)
	}
	c.Platform.ClientSecret, c.Platform.SubscriptionKey = "a secret", "a key" // which are never in the file
	if err := c.Check(sample); err != nil {
		t.Error(err)
	}
	d := Defaults()
	for _, same := range []struct {
		name      string
		got, want any
	}{
		{"platform.timeout", c.Platform.Timeout, d.Platform.Timeout}, {"platform.datetime", c.Platform.Datetime, d.Platform.Datetime},
		{"platform.send_data_prenotazione", c.Platform.SendDataPrenotazione, d.Platform.SendDataPrenotazione},
		{"platform.send_data_disdetta", c.Platform.SendDataDisdetta, d.Platform.SendDataDisdetta},
		{"pace", c.Pace, d.Pace}, {"retry", c.Retry, d.Retry}, {"doubt", c.Doubt, d.Doubt}, {"breaker", c.Breaker, d.Breaker},
		{"journal", c.Journal, d.Journal},
	} {
		if !reflect.DeepEqual(same.got, same.want) {
			t.Errorf("%s is %v, by default it is %v", same.name, same.got, same.want)
		}
	}

	var sections map[string]any
	if err := yaml.Unmarshal(data, &sections); err != nil {
		t.Fatal(err)
	}
	var written []string
	for name, value := range sections {
		section, isSection := value.(map[string]any)
		if !isSection {
			written = append(written, name)
		}
		for key := range section {
			written = append(written, name+"."+key)
		}
	}
	slices.Sort(written)
	if known := slices.Sorted(slices.Values(keys())); !slices.Equal(written, known) {
		t.Errorf("the sample has the keys\n%v, the program knows\n%v", written, known)
	}
}

// TestKeysAreDocumented asserts that ADMIN.md explains the keys that there are, in their order, and no others.
func TestKeysAreDocumented(t *testing.T) {
	admin, err := os.ReadFile("../../../samples/ADMIN.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, found := strings.Cut(string(admin), "| Key | Default | Means |\n|---|---|---|\n")
	if !found {
		t.Fatal("ADMIN.md has no table of keys")
	}
	table, _, _ = strings.Cut(table, "\n\n")
	var documented []string
	for line := range strings.SplitSeq(table, "\n") {
		documented = append(documented, strings.Split(line, "`")[1])
	}
	if known := keys(); !slices.Equal(documented, known) {
		t.Errorf("ADMIN.md explains the keys\n%v, the program knows\n%v", documented, known)
	}
}

// TestEntriesOfTheDocuments asserts that the entries of the catalogue that ADMIN.md and the sample show are right, also as
// environment variables.
func TestEntriesOfTheDocuments(t *testing.T) {
	examples := map[string]string{
		"tipologie":  "{value: FAM3, kind: famiglia, min_mbit: 100}",
		"tecnologie": "{value: FTTX, label: fibra, synonyms: [fibra x], suggested: [fibra veloce]}",
		"fasi":       "{name: In verifica, class: wait}",
	}
	environ := slices.Clone(secrets)
	for _, document := range []string{sample, "../../../samples/ADMIN.md"} {
		data, err := os.ReadFile(document)
		if err != nil {
			t.Fatal(err)
		}
		for key, example := range examples {
			if !strings.Contains(string(data), example) {
				t.Errorf("%s does not have the example %s", document, example)
			}
			environ = append(environ, "VOUCHERBUL_CATALOGUE_"+strings.ToUpper(key)+"=["+example+"]")
		}
	}
	c, err := Load(write(t, whole), environ)
	if err != nil {
		t.Fatal(err)
	}
	if e := c.Catalogue; len(e.Tipologie) != 1 || e.Tipologie[0].MinMbit != 100 || len(e.Tecnologie) != 1 || len(e.Fasi) != 1 {
		t.Errorf("%+v", e)
	}
}
