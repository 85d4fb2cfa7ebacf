package config

import (
	"reflect"
	"strings"
	"testing"

	"voucherbul/mapping"
)

// TestCatalogue: an entry is a section, or a word alone where nothing else has to be known; a file that was written is read again.
func TestCatalogue(t *testing.T) {
	const text = `catalogue:
  tipologie: [FAM3, {value: SCUOLA, kind: impresa, min_mbit: 500, label: scuole, synonyms: [scuola pubblica]}]
  tecnologie: [FTTR, {value: 5G, suggested: [mobile]}]
  tipi_documento: [{value: TS, label: tessera sanitaria, synonyms: [tessera]}]
  fasi: [{name: In verifica, class: wait}]
`
	want := mapping.Entries{
		Tipologie: []mapping.Tipologia{{Word: mapping.Word{Value: "FAM3"}},
			{Word: mapping.Word{Value: "SCUOLA", Label: "scuole", Synonyms: []string{"scuola pubblica"}}, Kind: mapping.Impresa, MinMbit: 500}},
		Tecnologie:    []mapping.Word{{Value: "FTTR"}, {Value: "5G", Suggested: []string{"mobile"}}},
		TipiDocumento: []mapping.Word{{Value: "TS", Label: "tessera sanitaria", Synonyms: []string{"tessera"}}},
		Fasi:          []mapping.Fase{{Name: "In verifica", Class: mapping.FaseWait}},
	}
	c, err := LoadOffline(write(t, text), nil)
	if err != nil || !reflect.DeepEqual(c.Catalogue, want) {
		t.Fatalf("%v\n%+v", err, c.Catalogue)
	}
	again, err := c.YAML()
	if err != nil {
		t.Fatal(err)
	}
	if c, err = LoadOffline(write(t, string(again)), nil); err != nil || !reflect.DeepEqual(c.Catalogue, want) {
		t.Errorf("%v\n%s", err, again)
	}
	c, err = LoadOffline(write(t, text), []string{"VOUCHERBUL_CATALOGUE_TECNOLOGIE=[FTTX]"})
	if err != nil || len(c.Catalogue.Tecnologie) != 1 || c.Catalogue.Tecnologie[0].Value != "FTTX" || len(c.Catalogue.Tipologie) != 2 {
		t.Errorf("from the environment: %v, %+v", err, c.Catalogue)
	}
}

func TestCatalogueIsStrict(t *testing.T) {
	for text, want := range map[string]string{
		"catalogue: {tecnologia: [FTTR]}":                           `unknown key "tecnologia": did you mean catalogue.tecnologie?`,
		"catalogue: {tecnologie: [{valore: FTTR}]}":                 `line 1: unknown key "valore"`,
		"catalogue: {tipologie: [{value: FAM3, mbit: 5}]}":          `line 1: unknown key "mbit"`,
		"catalogue: {tipologie: [{value: FAM3, min_mbit: veloce}]}": `line 1: "veloce" does not fit here: it has to be a number`,
		"catalogue: {fasi: [In verifica]}":                          "line 1: ",
		"catalogue: {fasi: [{name: In verifica, class: later}]}":    `catalogue.fasi[0].class: "later" is not one of wait, ready, refused`,
		"catalogue: {tipologie: [{value: SCUOLA}]}":                 "catalogue.tipologie[0].kind",
	} {
		for name, load := range map[string]func(string, []string) (Config, error){"Load": Load, "LoadOffline": LoadOffline} {
			file := text + "\n"
			if name == "Load" {
				file = whole + file
				want = strings.Replace(want, "line 1: ", "line 11: ", 1)
			} else {
				want = strings.Replace(want, "line 11: ", "line 1: ", 1)
			}
			if _, err := load(write(t, file), secrets); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s of %s: %v, want %s", name, text, err, want)
			}
		}
	}
}
