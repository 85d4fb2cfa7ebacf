package mapping_test

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"voucherbul/mapping"
)

// FuzzRow changes two texts of a good order, and maps what came of it once more: the file that a clerk writes from
// the corrections of an outcome must be the same orders, with nothing left to correct.
func FuzzRow(f *testing.F) {
	now := checkedAt(f).AddDate(6, 0, 0)
	fields := mapping.Fields()
	damaged := []string{"", " ", "\u00a0X\u200b", "e\u0300’", "1.000", "10.0", "ABC/DEF", "+39 06 1234567", "00390039333444", "+390039333444", "184", "IT 01234567897", "44275.5",
		"#N/D", "1,23E+10", "3-apr", "Ã¨", "2", "RSSMRA85T10H501O", "100 Mbit/s", "ß", "\xff"}
	for i := range fields {
		for j, text := range damaged {
			f.Add(uint8(j), uint8(i), uint8(i+j+1), text, damaged[(i+j)%len(damaged)])
		}
	}
	f.Fuzz(func(t *testing.T, use, first, second uint8, text, other string) {
		o := examples(mapping.Operations()[use%4], []mapping.Kind{mapping.Famiglia, mapping.Impresa}[use/4%2])
		o.PartitaIvaOperatore = ""
		fields[int(first)%len(fields)].Set(o, text)
		fields[int(second)%len(fields)].Set(o, other)
		m := mapping.Mapper{Operator: operator, Now: now}
		checkMapped(t, m, o)
		checkCorrected(t, m, o)
	})
}

// checkCorrected asserts that the corrected row is the same request, and needs no correction.
func checkCorrected(t fataler, m mapping.Mapper, o *mapping.Order) {
	t.Helper()
	got := m.Map(o)
	if got.Blocked() {
		return
	}
	corrected := *o
	for _, c := range got.Corrections {
		field, _ := mapping.FieldNamed(c.Field)
		field.Set(&corrected, c.To)
	}
	again := m.Map(&corrected)
	if len(again.Corrections) > 0 || !reflect.DeepEqual(again.Request, got.Request) {
		t.Fatalf("corrected by %q it is\n%+v\ncorrected again by %q\n%+v", got.Corrections, got.Request, again.Corrections, again.Request)
	}
}

// FuzzDate: a date is sent as it was written, or not at all. The Go library reads the same texts for comparison.
func FuzzDate(f *testing.F) {
	zone := rome(f)
	now := time.Date(2027, 1, 15, 12, 0, 0, 0, zone)
	for _, text := range []string{"31/12/2026", "1/2/1985", "29.02.2000", "29-2-1900", "2026-03-29T02:30:00", "2026-03-29 03:30", "2026-10-25T02:30:00+01:00", "2026-10-25T02:30:00+02:00", "25/10/2026 02.30",
		"2026-03-20T10:00:00Z", "2026-03-20T10:00:00.123456789+0530", "44275", "44275.999999", "60", "61", "0.5", "80000", "99999", "13/13/2026", "00/00/0000", "03-apr", "31/12/26",
		"2026-12-31T23:59:60Z", "2026-01-01T00:00:00+24:00", "9999-12-31", "20/03/2026T10:30:00"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		o := examples(mapping.OperationAttivazione, mapping.Famiglia)
		o.PartitaIvaOperatore, o.DataAttivazione = "", text
		m := mapping.Mapper{Operator: operator, Now: now}
		checkMapped(t, m, o)
		r, ok := m.Map(o).Request.(mapping.Attivazione)
		if !ok {
			return
		}
		checkCorrected(t, m, o)
		if r.DataAttivazione < "1900" { // local time then had seconds, which no offset can say
			return
		}
		at := sentAt(t, r, now)
		if at.After(now) {
			t.Fatalf("%q is sent as %s, in the future", text, at)
		}
		for _, layout := range []string{"2/1/2006", "2-1-2006", "2.1.2006", "2006-01-02"} {
			if want, err := time.ParseInLocation(layout, text, zone); err == nil && at.Format(time.DateOnly) != want.Format(time.DateOnly) {
				t.Fatalf("%q is sent as %s", text, at)
			}
		}
		for _, layout := range []string{"2006-01-02T15:04:05", "2/1/2006 15:04", "2/1/2006 15:04:05"} {
			if want, err := time.ParseInLocation(layout, text, zone); err == nil && !at.Equal(want.Truncate(time.Second)) {
				t.Fatalf("%q is sent as %s", text, at)
			}
		}
		if want, err := time.Parse(time.RFC3339, text); err == nil && !at.Equal(want.Truncate(time.Second)) {
			t.Fatalf("%q is sent as %s", text, at)
		}
	})
}

// sentAt is the instant that the platform reads, the same in each of the spellings that have a zone.
func sentAt(t *testing.T, r mapping.Request, now time.Time) time.Time {
	t.Helper()
	var instants []time.Time
	for _, spelling := range []mapping.DateTimes{mapping.WithOffset, mapping.InUTC} {
		body, err := bodyOf(r, mapping.Stamp{At: now, DateTimes: spelling})
		if err != nil {
			t.Fatal(err)
		}
		var sent struct{ DataAttivazione time.Time }
		if err := json.NewDecoder(bytes.NewReader(body)).Decode(&sent); err != nil {
			t.Fatalf("%v in %s", err, body)
		}
		instants = append(instants, sent.DataAttivazione.In(now.Location()))
	}
	if !instants[0].Equal(instants[1]) {
		t.Fatalf("%s and %s", instants[0], instants[1])
	}
	return instants[0]
}

// FuzzCodiceFiscale: what is sent is a code of the right form, made of the characters that were written.
func FuzzCodiceFiscale(f *testing.F) {
	var v vectors
	readJSON(f, "testdata/vectors.json", &v)
	for _, c := range v.CodiceFiscale.Valid {
		f.Add(c.CF)
		f.Add(strings.ToLower(c.CF[:6] + " " + c.CF[6:11] + " . -" + c.CF[11:]))
	}
	for _, c := range v.CodiceFiscale.Invalid {
		f.Add(c.CF)
	}
	for _, cf := range v.CodiceFiscale.ValidOmocodia {
		f.Add(cf)
	}
	for _, text := range []string{"ＲＳＳＭＲＡ８５Ｔ１０Ｈ５０１Ｏ", "RSSMRA85T10H501O\u200b", "ı", "ſſ", "12345678903", "\x00"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		valid := mapping.ValidCodiceFiscale(text)
		o := examples(mapping.OperationDisdetta, mapping.Famiglia)
		o.PartitaIvaOperatore, o.CodiceFiscale = "", text
		m := mapping.Mapper{Operator: operator, Now: checkedAt(t)}
		checkMapped(t, m, o)
		checkCorrected(t, m, o)
		got := m.Map(o)
		if valid && (got.Blocked() || got.Beneficiario != text || len(got.Corrections) > 0) {
			t.Fatalf("%q is valid and becomes %q: %v %v", text, got.Beneficiario, got.Problems, got.Corrections)
		}
		if got.Blocked() {
			return
		}
		cf := got.Beneficiario
		if len(cf) != 16 || !mapping.ValidCodiceFiscale(cf) || strings.Trim(cf, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != "" {
			t.Fatalf("%q is sent as %q", text, cf)
		}
		for place := range cf { // one wrong digit is always found: the weights of one place differ
			for _, digit := range []byte("0123456789") {
				other := cf[:place] + string(digit) + cf[place+1:]
				if other != cf && cf[place] <= '9' && mapping.ValidCodiceFiscale(other) {
					t.Fatalf("%s is valid beside %s", other, cf)
				}
			}
		}
	})
}
