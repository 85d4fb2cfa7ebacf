package mapping_test

import (
	"slices"
	"strings"
	"testing"

	"voucherbul/mapping"
)

// TestToday: what the table of fields said before there were catalogues is what it says without entries.
func TestToday(t *testing.T) {
	for _, c := range []*mapping.Catalogue{nil, mapping.NewCatalogue(mapping.Entries{})} {
		for name, want := range map[string][3]string{
			"tipologia":           {"uno tra FAM1, FAM2, IMP1, IMP2", "FAM1 o FAM2 per le famiglie, IMP1 o IMP2 per le imprese."},
			"tipoDocumento":       {"uno tra CI, PP, PT", "CI carta d'identità, PP passaporto, PT patente."},
			"tecnologiaPrenotata": {"uno tra FWA, FTTH, FTTC, FTTB, SAT"},
			"tecnologiaAttivata":  {"uno tra FWA, FTTH, FTTC, FTTB, SAT"},
		} {
			f, ok := c.FieldNamed(name)
			if !ok || f.Format.Expected != want[0] || f.Hint != want[1] || !strings.HasSuffix(f.Format.Expected, strings.Join(f.Format.Values, ", ")) {
				t.Errorf("%s: %q, %q, %q", name, f.Format.Expected, f.Format.Values, f.Hint)
			}
		}
		if c.Fingerprint() != "" {
			t.Errorf("today's catalogue is in the fingerprint of runs: %q", c.Fingerprint())
		}
		if _, added := c.AddedFase("Prenotata"); len(c.Fasi()) != 5 || added {
			t.Errorf("%v", c.Fasi())
		}
	}
}

// TestCatalogueAdds: the entries are in the table, its help and the suggestions, and today's stay as they are.
func TestCatalogueAdds(t *testing.T) {
	c := mapping.NewCatalogue(mapping.Entries{
		Tipologie:     []mapping.Tipologia{{Word: mapping.Word{Value: "FAM3"}}, {Word: mapping.Word{Value: "SCUOLA"}, Kind: mapping.Impresa}},
		Tecnologie:    []mapping.Word{{Value: "FTTR", Label: "fibra fino alla stanza", Suggested: []string{"Fibra Stanza"}}},
		TipiDocumento: []mapping.Word{{Value: "TS", Label: "tessera sanitaria", Synonyms: []string{"tessera"}}},
		Fasi:          []mapping.Fase{{Name: "Verifica reddito", Class: mapping.FaseWait}, {Name: "PRENOTATA", Class: mapping.FaseWait}},
	})
	for name, want := range map[string]string{
		"tipologia":          "FAM1, FAM2 o FAM3 per le famiglie, IMP1, IMP2 o SCUOLA per le imprese.",
		"tipoDocumento":      "CI carta d'identità, PP passaporto, PT patente, TS tessera sanitaria.",
		"tecnologiaAttivata": "FTTR fibra fino alla stanza.",
	} {
		if f, _ := c.FieldNamed(name); f.Hint != want {
			t.Errorf("%s: %q", name, f.Hint)
		}
	}
	for text, want := range map[string]string{"fibra  STANZA": "FTTR", "gpon": "FTTH", "FTTR+": ""} {
		if got, _ := c.Suggestion("tecnologiaPrenotata", text); got != want {
			t.Errorf("%q is suggested to be %q, want %q", text, got, want)
		}
	}
	if f, ok := c.Fase("verifica reddito"); !ok || f.Class != mapping.FaseWait {
		t.Errorf("%+v", f)
	}
	if f, ok := c.AddedFase("Prenotata"); !ok || f.Class != mapping.FaseWait || len(c.Fasi()) != 6 {
		t.Errorf("%+v of %v", f, c.Fasi())
	}
	for _, part := range []string{`"FAM3" famiglia`, `"SCUOLA" impresa`, `"FTTR"`, `"TS" ["tessera"]`} {
		if !strings.Contains(c.Fingerprint(), part) {
			t.Errorf("%q is not in %q", part, c.Fingerprint())
		}
	}
	fields := c.Fields()
	if len(fields) != len(mapping.Fields()) || !slices.Equal(mapping.Fields()[13].Format.Values, []string{"FAM1", "FAM2", "IMP1", "IMP2"}) {
		t.Error("today's table has changed")
	}
}

// TestEntriesAreStrict: an entry that is none is named by its key.
func TestEntriesAreStrict(t *testing.T) {
	tipologia := func(t mapping.Tipologia) mapping.Entries { return mapping.Entries{Tipologie: []mapping.Tipologia{t}} }
	tecnologie := func(words ...mapping.Word) mapping.Entries { return mapping.Entries{Tecnologie: words} }
	fasi := func(fasi ...mapping.Fase) mapping.Entries { return mapping.Entries{Fasi: fasi} }
	for want, e := range map[string]mapping.Entries{
		"tipologie[0].kind":                  tipologia(mapping.Tipologia{Word: mapping.Word{Value: "SCUOLA"}}),
		"tipologie[0].kind: \"scuola\"":      tipologia(mapping.Tipologia{Word: mapping.Word{Value: "FAM3"}, Kind: "scuola"}),
		"tipologie[0].min_mbit":              tipologia(mapping.Tipologia{Word: mapping.Word{Value: "FAM3"}, MinMbit: -1}),
		"tipologie[0].value":                 tipologia(mapping.Tipologia{Word: mapping.Word{Value: ""}, Kind: mapping.Impresa}),
		"tecnologie[0].value: \"fttr\"":      tecnologie(mapping.Word{Value: "fttr"}),
		"tecnologie[0].value: \"N/D\"":       tecnologie(mapping.Word{Value: "N/D"}),
		"tecnologie[0].value: \"MULTI\"":     tecnologie(mapping.Word{Value: "MULTI"}),
		"tecnologie[1].value: \"FTTR\" is":   tecnologie(mapping.Word{Value: "FTTR"}, mapping.Word{Value: "FTTR"}),
		"tecnologie: \"ftth\" cannot be":     tecnologie(mapping.Word{Value: "FTTR", Synonyms: []string{"ftth"}}),
		"tecnologie: \"Fibra\" cannot be":    tecnologie(mapping.Word{Value: "FTTR", Synonyms: []string{"Fibra"}}),
		"tecnologie: \"\" cannot be":         tecnologie(mapping.Word{Value: "FTTR", Suggested: []string{""}}),
		"fasi[0].name":                       fasi(mapping.Fase{Class: mapping.FaseWait}),
		"fasi[0].name: \"In  verifica\"":     fasi(mapping.Fase{Name: "In  verifica", Class: mapping.FaseWait}),
		"fasi[0].class: \"unknown\"":         fasi(mapping.Fase{Name: "In verifica", Class: mapping.FaseUnknown}),
		"fasi[1].name: \"in VERIFICA\" is":   fasi(mapping.Fase{Name: "In verifica", Class: mapping.FaseWait}, mapping.Fase{Name: "in VERIFICA", Class: mapping.FaseWait}),
		"tecnologie[0].value: \"FTTR\\u00a0": tecnologie(mapping.Word{Value: "FTTR\u00a0"}),
	} {
		if err := e.Validate(); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}
