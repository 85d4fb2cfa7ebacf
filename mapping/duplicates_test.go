package mapping_test

import (
	"fmt"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"voucherbul/mapping"
	"voucherbul/mapping/ordertest"
)

// TestDoppioni walks files of one line per row: operation, beneficiary, relatives, what is found. Codes are numbers of
// synthetic people; a star is the same person under omocodia; an exclamation mark changes the request.
func TestDoppioni(t *testing.T) {
	for name, c := range map[string]struct {
		rows []string
		want []string // "" = nothing; severity and the row that is named
	}{
		"same request":              {[]string{"prenotazione 1", "prenotazione 1"}, []string{"", "E stessa richiesta 1"}},
		"other data":                {[]string{"prenotazione 1", "prenotazione 1!"}, []string{"", "E dati diversi 1"}},
		"blocked rows do not count": {[]string{"prenotazione 1", "prenotazione 1!", "prenotazione 1!"}, []string{"", "E dati diversi 1", "E dati diversi 1"}},
		"another operation between": {[]string{"prenotazione 1", "disdetta 1", "prenotazione 1"}, []string{"", "", ""}},
		"another beneficiary":       {[]string{"prenotazione 1", "disdetta 2", "prenotazione 1"}, []string{"", "", "E stessa richiesta 1"}},
		"a cessation twice":         {[]string{"cessazione 1", "cessazione 1"}, []string{"", "E stessa richiesta 1"}},
		"omocodia":                  {[]string{"disdetta 1", "disdetta 1*"}, []string{"", "W omocodia 1"}},
		"relative of two":           {[]string{"prenotazione 1 3", "prenotazione 2 3"}, []string{"", "W nucleo 1"}},
		"relative under omocodia":   {[]string{"prenotazione 1 3", "prenotazione 2 3*"}, []string{"", "W nucleo 1"}},
		"relative, then booking":    {[]string{"prenotazione 1 3", "prenotazione 3"}, []string{"", "W nucleo 1"}},
		"booking, then relative":    {[]string{"prenotazione 3", "disdetta 9", "prenotazione 1 3"}, []string{"", "", "W nucleo 1"}},
		"one household again":       {[]string{"prenotazione 1 3", "disdetta 1", "prenotazione 1 3"}, []string{"", "", ""}},
		"relatives ask, too":        {[]string{"prenotazione 1 3", "disdetta 3"}, []string{"", ""}},
	} {
		t.Run(name, func(t *testing.T) {
			d := mapping.NewDoppioni(mapping.Rules{}, map[string]string{"codiceFiscale": "C.F."})
			for i, row := range c.rows {
				got := d.Check(i+1, mappedRow(t, row))
				found := ""
				for _, p := range got.Problems {
					for _, word := range []string{"stessa richiesta", "dati diversi", "omocodia", "nucleo"} {
						if strings.Contains(p.Remedy, word) {
							found += fmt.Sprintf("%s %s", p.Severity, word)
						}
					}
					for n := range c.rows {
						if strings.Contains(p.Remedy, fmt.Sprintf("riga %d", n+1)) {
							found += fmt.Sprintf(" %d", n+1)
						}
					}
					if p.Field == "codiceFiscale" && p.Column != "C.F." || p.Found == "" || p.Expected == "" {
						t.Errorf("row %d: a clerk is not helped by %+v", i+1, p)
					}
				}
				if found != c.want[i] || got.Blocked() != strings.HasPrefix(found, "E") {
					t.Errorf("row %d: %q, blocked %t, want %q", i+1, found, got.Blocked(), c.want[i])
				}
			}
		})
	}
}

// mappedRow is the request of a line such as "prenotazione 1 3*".
func mappedRow(t *testing.T, line string) mapping.Mapped {
	t.Helper()
	words := strings.Fields(line)
	code := func(word string) string {
		var n int
		if _, err := fmt.Sscan(strings.Trim(word, "*!"), &n); err != nil {
			t.Fatal(err)
		}
		cf := ordertest.CodiceFiscale(n)
		if strings.Contains(word, "*") {
			cf = omocode(cf)
		}
		return cf
	}
	var relatives []string
	for _, word := range words[2:] {
		relatives = append(relatives, code(word))
	}
	chi := mapping.Chi{CodiceFiscale: code(words[1])}
	m := mapping.Mapped{Operation: mapping.Operation(words[0]), Beneficiario: chi.CodiceFiscale}
	switch m.Operation {
	case mapping.OperationPrenotazione:
		m.Request = mapping.Prenotazione{NumeroDiTelefono: words[1], Famiglia: &mapping.DatiFamiglia{CodiceFiscale: chi.CodiceFiscale, CodiciFiscaliFamigliari: relatives}}
	case mapping.OperationCessazione:
		m.Request = mapping.Cessazione{Chi: chi}
	default:
		m.Request = mapping.Disdetta{Chi: chi}
	}
	return m
}

// omocode writes the last digit of a code as its letter.
func omocode(cf string) string {
	return withLetter(cf[:14] + string("LMNPQRSTUV"[cf[14]-'0']))
}

// withLetter completes 15 characters with the check letter that fits.
func withLetter(stem string) string {
	for letter := byte('A'); letter <= 'Z'; letter++ {
		if other := stem + string(letter); mapping.ValidCodiceFiscale(other) {
			return other
		}
	}
	panic("no check letter fits " + stem)
}

// TestDoppioniKnowEveryOmocodia asserts that two codes of one person are never taken for one code: the row may be a
// twin's, and is only warned of.
func TestDoppioniKnowEveryOmocodia(t *testing.T) {
	const stem, digits = "RSSMRA85T10H501", "LMNPQRSTUV"
	places := []int{6, 7, 9, 10, 12, 13, 14}
	for first := range 1 << len(places) {
		d := mapping.NewDoppioni(mapping.Rules{}, nil)
		code := func(mask int) string {
			letters := []byte(stem)
			for i, place := range places {
				if mask&(1<<i) != 0 {
					letters[place] = digits[letters[place]-'0']
				}
			}
			return withLetter(string(letters))
		}
		row := func(mask int) mapping.Mapped {
			m := mapping.Mapper{Operator: operator, Operation: mapping.OperationDisdetta, Now: checkedAt(t)}.Map(&mapping.Order{CodiceFiscale: code(mask)})
			if m.Blocked() {
				t.Fatalf("%s: %v", code(mask), m.Problems)
			}
			return m
		}
		d.Check(1, row(0))
		if got := d.Check(2, row(first)); got.Blocked() != (first == 0) || len(got.Problems) != 1 {
			t.Fatalf("%s after %s: %v", code(first), code(0), got.Problems)
		}
	}
}

func TestDoppioniAreWeighed(t *testing.T) {
	d := mapping.NewDoppioni(mapping.Rules{Duplicate: mapping.ToWarn}, nil)
	d.Check(2, mappedRow(t, "disdetta 1"))
	d.Check(3, mappedRow(t, "disdetta 1"))
	got := d.Check(4, mappedRow(t, "disdetta 1"))
	if got.Blocked() || len(got.Problems) != 1 || got.Problems[0].Severity != mapping.Warns || !strings.Contains(got.Problems[0].Remedy, "riga 3") {
		t.Errorf("%+v", got)
	}
}

// TestDoppioniSeeEveryField changes each text and number of each request: then it is not the same request any more.
func TestDoppioniSeeEveryField(t *testing.T) {
	eachUse(t, func(t *testing.T, op mapping.Operation, kind mapping.Kind) {
		o := examples(op, kind)
		o.PartitaIvaOperatore = ""
		m := mapping.Mapper{Operator: operator, Now: checkedAt(t).AddDate(6, 0, 0)}.Map(o)
		m.Problems = nil // of the row itself
		request := reflect.New(reflect.TypeOf(m.Request)).Elem()
		request.Set(reflect.ValueOf(m.Request))
		eachLeaf(request, "", func(name string, change, restore func()) {
			d := mapping.NewDoppioni(mapping.Rules{}, nil)
			d.Check(1, m)
			same := d.Check(2, m)
			change()
			changed := m
			changed.Request = request.Interface().(mapping.Request)
			other := d.Check(2, changed)
			restore()
			if !strings.Contains(same.Problems[0].Remedy, "stessa richiesta") || len(other.Problems) == 0 || strings.Contains(other.Problems[0].Remedy, "stessa richiesta") {
				t.Errorf("%s does not count: %+v", name, other.Problems)
			}
		})
	})
}

func eachLeaf(v reflect.Value, name string, visit func(name string, change, restore func())) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			eachLeaf(v.Elem(), name, visit)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			eachLeaf(v.Field(i), name+"."+v.Type().Field(i).Name, visit)
		}
	case reflect.Slice:
		for i := range v.Len() {
			eachLeaf(v.Index(i), name+"[]", visit)
		}
	case reflect.String:
		before := v.String()
		visit(name, func() { v.SetString(before + "x") }, func() { v.SetString(before) })
	case reflect.Int:
		before := v.Int()
		visit(name, func() { v.SetInt(before + 1) }, func() { v.SetInt(before) })
	default:
		panic("no case for " + name)
	}
}

// TestDoppioniOfAMillion asserts the memory that the comment promises, and that everybody is found again.
func TestDoppioniOfAMillion(t *testing.T) {
	if testing.Short() {
		t.Skip("a million rows")
	}
	const rows = 1_000_000
	cf := []byte("TBBZBB80A01H501")
	disdetta := func(i int) mapping.Mapped {
		for place := 5; place >= 0; place, i = place-1, i/20 {
			cf[place] = "BCDFGHJKLMNPQRSTVWXZ"[i%20]
		}
		code := string(cf) + "A" // whether the letter is right does not matter here
		return mapping.Mapped{Operation: mapping.OperationDisdetta, Beneficiario: code, Request: mapping.Disdetta{Chi: mapping.Chi{CodiceFiscale: code}}}
	}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	d := mapping.NewDoppioni(mapping.Rules{}, nil)
	alike := 0
	for i := range rows {
		if got := d.Check(i+1, disdetta(i)); len(got.Problems) > 0 {
			alike++
		}
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if used := int64(after.HeapAlloc) - int64(before.HeapAlloc); used > 24<<20 {
		t.Errorf("%d rows take %d bytes", rows, used)
	}
	if alike > 1 { // one pair of hashes alike comes once in 9,000 runs
		t.Errorf("%d rows are taken for others", alike)
	}
	for i := 0; i < rows; i += 997 {
		if got := d.Check(rows+1, disdetta(i)); len(got.Problems) != 1 || !strings.Contains(got.Problems[0].Remedy, fmt.Sprintf("riga %d del file;", i+1)) {
			t.Fatalf("row %d is not found again: %v", i+1, got.Problems)
		}
	}
	if allocs := testing.AllocsPerRun(1000, func() { d.Check(rows+2, mapping.Mapped{}) }); allocs > 0 {
		t.Errorf("%v allocations", allocs)
	}
}

// TestDoppioniAgreeWithAMap compares with the plain way to say it.
func TestDoppioniAgreeWithAMap(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		d := mapping.NewDoppioni(mapping.Rules{}, nil)
		type own struct {
			row int
			op  mapping.Operation
		}
		latest := map[string]own{}
		for row := 1; row <= 200; row++ {
			op := rapid.SampledFrom(mapping.Operations()[2:]).Draw(rt, "operation")
			m := mappedRow(t, fmt.Sprintf("%s %d", op, rapid.IntRange(0, 30).Draw(rt, "who")))
			want, seen := latest[m.Beneficiario]
			twice := seen && want.op == op
			got := d.Check(row, m)
			if got.Blocked() != twice || twice && !strings.Contains(got.Problems[0].Remedy, fmt.Sprintf("riga %d del file;", want.row)) {
				rt.Fatalf("row %d: %+v, want %+v", row, got, want)
			}
			if !twice {
				latest[m.Beneficiario] = own{row, op}
			}
		}
	})
}

// BenchmarkDoppioni checks rows of different people against a file that grows.
func BenchmarkDoppioni(b *testing.B) {
	rows := make([]mapping.Mapped, 4096)
	m := mapping.Mapper{Operator: "12345678903", Now: checkedAt(b)}
	for i := range rows {
		o := ordertest.Full(i)
		if rows[i] = m.Map(&o); rows[i].Blocked() {
			b.Fatalf("%v", rows[i].Problems)
		}
	}
	b.ReportAllocs()
	d := mapping.NewDoppioni(mapping.Rules{}, nil)
	for i := 0; b.Loop(); i++ {
		if i%len(rows) == 0 {
			d = mapping.NewDoppioni(mapping.Rules{}, nil)
		}
		d.Check(i%len(rows)+1, rows[i%len(rows)])
	}
}
