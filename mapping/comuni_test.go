package mapping_test

import (
	"os"
	"strings"
	"testing"

	"voucherbul/mapping"
)

// archive is a synthetic excerpt in the format of ANPR's file: comuni that do not exist.
const archive = `"CODISTAT","ID","DATAISTITUZIONE","DATACESSAZIONE","CODCATASTALE","DENOMINAZIONE_IT","DENOMTRASLITTERATA","ALTRADENOMINAZIONE","ALTRADENOMTRASLITTERATA","STATO"
"058091","1","1870-01-01","9999-12-31","H501","ROMA","ROMA","","","A"
"015146","2","1861-01-01","9999-12-31","F205","MILANO","MILANO","","","A"
"999001","3","1900-01-01","1950-06-30","Y001","PRATOVERDE","PRATOVERDE","","","C"
"999002","4","1950-07-01","9999-12-31","Y001","SANT'ALÒ DI PRATOVERDE","SANT'ALO' DI PRATOVERDE","GRÜNWIES","GRUENWIES","A"
"999003","5","1900-01-01","2017-12-31","Y002","COLLE VECCHIO","COLLE VECCHIO","","","C"
"999004","6","1900-01-01","1923-12-31","ND","SENZA CATASTO","SENZA CATASTO","","","C"
`

func readComuni(t testing.TB, text string) *mapping.Comuni {
	t.Helper()
	c, err := mapping.ReadComuni("comuni.csv", strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestComuni(t *testing.T) {
	for _, text := range []string{archive, "\ufeff" + archive, strings.ReplaceAll(archive, "\n", "\r\n"), strings.ReplaceAll(archive, ",", ";")} {
		c := readComuni(t, text)
		for code, want := range map[string]mapping.Comune{
			"058091": {Name: "ROMA", Catastale: "H501"},
			"999001": {Name: "PRATOVERDE", Catastale: "Y001", Until: "1950-06-30"},
			"999003": {Name: "COLLE VECCHIO", Catastale: "Y002", Until: "2017-12-31"},
			"999004": {Name: "SENZA CATASTO", Until: "1923-12-31"},
		} {
			if got, ok := c.Istat(code); !ok || got != want {
				t.Errorf("%s is %+v, %t", code, got, ok)
			}
		}
		for _, code := range []string{"999999", "", "58091", "H501", "05809A"} {
			if got, ok := c.Istat(code); ok {
				t.Errorf("%s is %+v", code, got)
			}
		}
		for catastale, want := range map[string]string{"H501": "058091", "Y001": "999002", "Y002": "", "ND": "", "Z100": "", "": ""} {
			if got := c.IstatOf(catastale); got != want {
				t.Errorf("%s has %q, want %q", catastale, got, want)
			}
		}
		if got := c.NameOf("Y001"); got != "SANT'ALÒ DI PRATOVERDE" {
			t.Errorf("Y001 is %q", got)
		}
	}
}

// TestBirthplaces maps people born in the comuni of the excerpt.
func TestBirthplaces(t *testing.T) {
	comuni := readComuni(t, archive)
	for _, c := range []struct{ catastale, luogo, expected string }{
		{"H501", "Roma", ""}, {"H501", "ROMA ", ""}, {"H501", "MILANO", "ROMA"}, {"H501", "ROMA (RM)", ""}, {"H501", "MILANO (MI)", "ROMA"},
		{"Y001", "Pratoverde", ""}, {"Y001", "Sant'Alò di Pratoverde", ""}, {"Y001", "S. Alo' di Pratoverde", ""},
		{"Y001", "SANTALO DI PRATOVERDE", "SANT'ALÒ DI PRATOVERDE"}, // another word: nobody knows
		{"Y001", "Grünwies", ""}, {"Y001", "GRUENWIES", ""}, {"Y001", "Grünwies/Pratoverde", ""},
		{"Y002", "COLLEVECCHIO", ""}, {"Y002", "Colle-Vecchio", ""}, {"Y002", "PRATOVERDE", "COLLE VECCHIO"},
		{"Y999", "PRATOVERDE", ""},                                                     // a code that the archive does not have
		{"Z100", "ALBANIA", ""}, {"Z100", "TIRANA", ""}, {"Z100", "COLLE VECCHIO", ""}, // no comune of today
		{"Z100", "Roma", "uno Stato estero, codice Z100"},
	} {
		o := examples(mapping.OperationDisdetta, mapping.Famiglia)
		*o = *examples(mapping.OperationPrenotazione, mapping.Famiglia)
		o.PartitaIvaOperatore, o.CodiceFiscale, o.LuogoDiNascita = "", bornIn(c.catastale), c.luogo
		got := mapping.Mapper{Operator: operator, Now: checkedAt(t), Comuni: comuni}.Map(o)
		expected := ""
		for _, p := range got.Problems {
			if p.Field != "luogoDiNascita" || p.Severity != mapping.Warns {
				t.Errorf("%s of %s: %v", c.luogo, c.catastale, p)
			}
			expected = strings.TrimPrefix(p.Expected, "come dice il codice fiscale: ")
		}
		if expected != c.expected {
			t.Errorf("%s of %s: expected %q, want %q", c.luogo, c.catastale, expected, c.expected)
		}
	}
}

// bornIn is the code of the table's example, born elsewhere.
func bornIn(catastale string) string {
	for letter := byte('A'); letter <= 'Z'; letter++ {
		if cf := "RSSMRA85T10" + catastale + string(letter); mapping.ValidCodiceFiscale(cf) {
			return cf
		}
	}
	panic("no check letter fits " + catastale)
}

// TestListsAreStrict reads lists that are not right: the error names the file, the line and what is wrong.
func TestListsAreStrict(t *testing.T) {
	comuni := func(s string) error {
		_, err := mapping.ReadComuni("f.csv", strings.NewReader(s))
		return err
	}
	abilitati := func(s string) error {
		_, err := mapping.ReadAbilitati("f.csv", strings.NewReader(s))
		return err
	}
	offerte := func(s string) error {
		_, err := mapping.ReadOfferte("f.csv", strings.NewReader(s), nil)
		return err
	}
	const head = "codice,tipologia,tecnologia,mbit\n"
	for _, c := range []struct {
		read func(string) error
		text string
		want []string
	}{
		{comuni, "", []string{"f.csv", "empty"}},
		{comuni, strings.SplitAfter(archive, "\n")[0], []string{"f.csv", "no comune"}},
		{comuni, strings.Replace(archive, "CODCATASTALE", "CATASTALE", 1), []string{"f.csv, line 1", "CODCATASTALE", "missing"}},
		{comuni, strings.Replace(archive, `"ID"`, `"STATO"`, 1), []string{"f.csv, line 1", "STATO", "twice"}},
		{comuni, strings.Replace(archive, `"015146"`, `"15146"`, 1), []string{"f.csv, line 3", "15146", "6 digits"}},
		{comuni, strings.Replace(archive, `"F205"`, `"F20"`, 1), []string{"f.csv, line 3", "F20"}},
		{comuni, strings.Replace(archive, "1950-06-30", "30/06/1950", 1), []string{"f.csv, line 4", "30/06/1950"}},
		{comuni, strings.Replace(archive, `"A"`, `"X"`, 1), []string{"f.csv, line 2", `"X"`}},
		{comuni, strings.Replace(archive, `"MILANO"`, `""`, 1), []string{"f.csv, line 3", "DENOMINAZIONE_IT"}},
		{comuni, strings.Replace(archive, `"2",`, ``, 1), []string{"f.csv", "line 3", "fields"}},
		{comuni, strings.Replace(archive, "ALÒ", "AL\xd2", 1), []string{"f.csv, line 5", "UTF-8"}},
		{abilitati, "", []string{"f.csv", "empty"}},
		{abilitati, "ISTAT\n", []string{"f.csv", "no comune"}},
		{abilitati, "058091\n58091\n", []string{"f.csv, line 2", `"58091"`, "6 digits"}},
		{abilitati, "ISTAT;comune\n058091;Roma\n58091;Roma\n", []string{"f.csv, line 3", `"58091"`}},
		{abilitati, "comune\nRoma\n", []string{"f.csv, line 1", "codiceistat", "missing", "comune"}},
		{offerte, "", []string{"f.csv", "empty"}},
		{offerte, head, []string{"f.csv", "no offer"}},
		{offerte, "codice,tipologia,tecnologia\nA,FAM1,FTTH\n", []string{"f.csv, line 1", "mbit", "missing"}},
		{offerte, "codice,tipologia,tecnologa,mbit\n", []string{"f.csv, line 1", "tecnologa", "did you mean tecnologia?"}},
		{offerte, "codice,offerta,tipologia,tecnologia,mbit\n", []string{"f.csv, line 1", "twice", "offerta"}},
		{offerte, head + "A,FAM1,FTTH,100\nA,FAM1,FTTH,100\n", []string{"f.csv, line 3", `"A"`, "twice"}},
		{offerte, head + "A,FAM1,FFTH,100\n", []string{"f.csv, line 2", "FFTH", "did you mean FTTH?"}},
		{offerte, head + "A,FAM3,FTTH,100\n", []string{"f.csv, line 2", "FAM3", "did you mean FAM"}},
		{offerte, head + "A,FAM1,FTTH,20\n", []string{"f.csv, line 2", `"20"`}},
		{offerte, head + ",FAM1,FTTH,100\n", []string{"f.csv, line 2", "no code"}},
		{offerte, head + strings.Repeat("A", 101) + ",FAM1,FTTH,100\n", []string{"f.csv, line 2", "100 characters"}},
	} {
		err := c.read(c.text)
		for _, want := range c.want {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%.60q: %v, want %q", c.text, err, c.want)
				break
			}
		}
	}
}

func TestAbilitati(t *testing.T) {
	for _, text := range []string{"058091\n015146\n", "\ufeff058091\r\n015146", "ISTAT\n058091\n015146\n", "Comune;Codice ISTAT comune\nRoma;058091\nMilano;\"015146\"\n"} {
		a, err := mapping.ReadAbilitati("f.csv", strings.NewReader(text))
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		if !a.Has("058091") || !a.Has("015146") || a.Has("999001") || a.Has("58091") || a.Has("") {
			t.Errorf("%q", text)
		}
	}
}

func FuzzReadLists(f *testing.F) {
	f.Add(archive)
	f.Add("codice;tipologia;tecnologia;mbit\nOPE999-FAM1-MULTI-100-1;FAM1;MULTI;100\n")
	f.Add("ISTAT\n058091\n")
	f.Add("058091")
	f.Add("\"")
	f.Add("\ufeff;\n;\n")
	f.Fuzz(func(t *testing.T, text string) {
		m := mapping.Mapper{Operator: operator, Now: checkedAt(t)}
		var err error
		if m.Comuni, err = mapping.ReadComuni("f", strings.NewReader(text)); (err == nil) != (m.Comuni != nil) {
			t.Fatal(err)
		}
		if m.Enabled, err = mapping.ReadAbilitati("f", strings.NewReader(text)); (err == nil) != (m.Enabled != nil) {
			t.Fatal(err)
		}
		if m.Offers, err = mapping.ReadOfferte("f", strings.NewReader(text), nil); (err == nil) != (m.Offers != nil) {
			t.Fatal(err)
		}
		o := examples(mapping.OperationPrenotazione, mapping.Famiglia)
		o.PartitaIvaOperatore = ""
		checkMapped(t, m, o)
	})
}

// TestRealComuni reads the archive itself, which is not ours to hand on.
func TestRealComuni(t *testing.T) {
	name := os.Getenv("VOUCHERBUL_COMUNI")
	if name == "" {
		t.Skip("VOUCHERBUL_COMUNI does not name ANPR_archivio_comuni.csv")
	}
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	c := readComuni(t, string(text))
	for code, want := range map[string]mapping.Comune{"058091": {Name: "ROMA", Catastale: "H501"}, "015146": {Name: "MILANO", Catastale: "F205"}} {
		if got, ok := c.Istat(code); !ok || got != want || c.IstatOf(want.Catastale) != code {
			t.Errorf("%s is %+v", code, got)
		}
	}
	if allocs := testing.AllocsPerRun(100, func() { c.Istat("058091") }); allocs > 0 {
		t.Errorf("%v allocations", allocs)
	}
}
