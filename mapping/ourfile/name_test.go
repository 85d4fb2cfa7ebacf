package ourfile

import (
	"path/filepath"
	"slices"
	"testing"
)

const run = "20260701-123000-aaaa"

// A name is a contract: what was written under it must be found again by every later release.
func TestNames(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{XLSX.Path("in/ordini.csv", ""), "in/ordini.esiti.xlsx"},
		{CSV.Path("in/ordini.csv", "out"), "out/ordini.esiti.csv"},
		{JSON.Path("ordini.xlsx", "out"), "out/ordini.esiti.jsonl"},
		{CheckPath("in/ordini.csv", ""), "in/ordini.controllo.xlsx"},
		{CheckJSONLPath("in/ordini.csv", "out"), "out/ordini.controllo.jsonl"},
		{XLSX.Path(KeepEnding("in/ordini.csv"), ""), "in/ordini.csv.esiti.xlsx"},
		{CheckPath(KeepEnding("in/ordini.csv"), ""), "in/ordini.csv.controllo.xlsx"},

		{XLSX.Path("ordini.esiti.xlsx", ""), "ordini.esiti.xlsx"},
		{XLSX.Path("ordini.esiti."+run+".xlsx", ""), "ordini.esiti.xlsx"},
		{XLSX.Path("ordini.esiti.20260701-123000-2.csv", ""), "ordini.esiti.xlsx"},
		{XLSX.Path("ordini.esiti.nuovi.csv", ""), "ordini.esiti.nuovi.esiti.xlsx"},
		{XLSX.Path(".esiti.xlsx", ""), ".esiti.esiti.xlsx"},

		{Aside("out/ordini.esiti.xlsx", run, 1), "out/ordini.esiti." + run + ".xlsx"},
		{Aside("out/ordini.esiti.xlsx", run, 2), "out/ordini.esiti." + run + "-2.xlsx"},
		{Aside("ordini.esiti.20260701-123000.jsonl", run, 1), "ordini.esiti." + run + ".jsonl"},
		{Aside("ordini.controllo.xlsx", "20260701-123000", 1), "ordini.controllo.20260701-123000.xlsx"},
	} {
		if c.got != filepath.FromSlash(c.want) {
			t.Errorf("got %s, want %s", c.got, c.want)
		}
	}
}

func TestIsOurs(t *testing.T) {
	for _, f := range Formats() {
		path := f.Path("ordini.csv", "")
		if FormatOf(path) != f || !IsOurs(path) || !IsOurs(Aside(path, run, 1)) || !IsOurs(Aside(path, run, 2)) {
			t.Errorf("%s is not known again", path)
		}
	}
	for name, want := range map[string]bool{
		CheckPath("ordini.csv", ""): true, CheckJSONLPath("ordini.csv", ""): true, Aside(CheckPath("ordini.csv", ""), "20260701-123000", 1): true,
		IseeName: true, "ORDINI.ESITI.XLSX": true,
		"ordini.csv": false, "ordini.esiti corretti.xlsx": false, "ordini.esiti.nuovi.xlsx": false, "ordini.esiti.ods": false, "copia di " + IseeName: false,
	} {
		if IsOurs(name) != want {
			t.Errorf("%s is ours = %v, want %v", name, !want, want)
		}
	}
}

func TestExportNames(t *testing.T) {
	for file, want := range map[string][]string{
		"in/ordini.csv":                      {"ordini.csv"},
		`in\ordini.xlsx`:                     {"ordini.xlsx"},
		"out/ordini.controllo.xlsx":          {"ordini.controllo.xlsx", "ordini.csv", "ordini.xlsx"},
		"ordini.csv.Controllo.XLSX":          {"ordini.csv.Controllo.XLSX", "ordini.csv"},
		"ordini.controllo.controllo.xlsx":    {"ordini.controllo.controllo.xlsx", "ordini.csv", "ordini.xlsx"},
		".controllo.xlsx":                    {".controllo.xlsx"},
		"ordini.esiti.xlsx":                  {"ordini.esiti.xlsx"},
		CheckPath(KeepEnding("x.xlsx"), "."): {"x.xlsx.controllo.xlsx", "x.xlsx"},
	} {
		if got := ExportNames(file); !slices.Equal(got, want) {
			t.Errorf("%s may be of %v, want %v", file, got, want)
		}
	}
}

// TestPathOfAnOutcome has every name that an export, or an outcome that is sent again, may have.
func TestPathOfAnOutcome(t *testing.T) {
	for source, want := range map[string]string{
		"x.csv":                                  "x.esiti",
		"x.xlsx":                                 "x.esiti",
		"x":                                      "x.esiti",
		"x.luglio.csv":                           "x.luglio.esiti",
		"x.esiti.xlsx":                           "x.esiti",
		"x.esiti.csv":                            "x.esiti",
		"x.esiti.20260701-123000-aaaa.xlsx":      "x.esiti",
		"x.esiti.20260701-123000-aaaa-2.xlsx":    "x.esiti",
		"x.esiti.20260701-123000.xlsx":           "x.esiti",
		"x.esiti.20260701-123000-2.csv":          "x.esiti",
		"x.csv.":                                 "x.csv.esiti", // of two exports that share a name
		"x.controllo.xlsx":                       "x.controllo.esiti",
		"x.esiti di luglio.xlsx":                 "x.esiti di luglio.esiti",
		"x.esiti.luglio.xlsx":                    "x.esiti.luglio.esiti",
		"esiti.xlsx":                             "esiti.esiti",
		".esiti.xlsx":                            ".esiti.esiti", // there is no name left
		"a;b 'c'.esiti.20260701-123000-q2x.xlsx": "a;b 'c'.esiti",
	} {
		for _, f := range Formats() {
			ending := "." + string(f)
			if f == JSON {
				ending = ".jsonl"
			}
			same(t, source+" as "+string(f), f.Path(filepath.Join("in", source), ""), filepath.Join("in", want+ending))
			same(t, source+" as "+string(f)+" elsewhere", f.Path(filepath.Join("in", source), "out"), filepath.Join("out", want+ending))
		}
	}
}

func same(t *testing.T, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %s, want %s", what, got, want)
	}
}
