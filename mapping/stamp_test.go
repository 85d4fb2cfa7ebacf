package mapping_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"voucherbul/mapping"
)

// bodyOf is what of a request is sent.
func bodyOf(r mapping.Request, s mapping.Stamp) ([]byte, error) {
	text, err := mapping.Canonical(r)
	if err != nil {
		return nil, err
	}
	return mapping.Body(r.Operation(), text, s)
}

// stampedDate is the date that a request leaves with.
func stampedDate(t *testing.T, r mapping.Request, s mapping.Stamp) string {
	t.Helper()
	body, err := bodyOf(r, s)
	if err != nil {
		t.Fatal(err)
	}
	var shown struct {
		Operatore                                     struct{ DataPrenotazione string }
		DataAttivazione, DataCessazione, DataDisdetta string
	}
	if err := json.Unmarshal(body, &shown); err != nil {
		t.Fatal(err)
	}
	return shown.Operatore.DataPrenotazione + shown.DataAttivazione + shown.DataCessazione + shown.DataDisdetta
}

func TestStampDates(t *testing.T) {
	zone := rome(t)
	at := func(text string) time.Time {
		moment, err := time.ParseInLocation(time.DateTime, text, zone)
		if err != nil {
			t.Fatal(err)
		}
		return moment
	}
	for _, c := range []struct{ name, canonical, at, offset, utc, local string }{
		{"winter", "2026-02-24T10:15:30", "2026-03-01 09:00:00", "2026-02-24T10:15:30+01:00", "2026-02-24T09:15:30Z", "2026-02-24T10:15:30"},
		{"summer", "2026-07-01T00:30:00", "2026-08-01 09:00:00", "2026-07-01T00:30:00+02:00", "2026-06-30T22:30:00Z", "2026-07-01T00:30:00"},
		{"past day", "2026-02-24", "2026-03-01 09:00:00", "2026-02-24T12:00:00+01:00", "2026-02-24T11:00:00Z", "2026-02-24T12:00:00"},
		{"yesterday", "2026-02-28", "2026-03-01 09:00:00", "2026-02-28T12:00:00+01:00", "2026-02-28T11:00:00Z", "2026-02-28T12:00:00"},
		{"today before noon", "2026-03-01", "2026-03-01 09:00:00", "2026-03-01T08:59:00+01:00", "2026-03-01T07:59:00Z", "2026-03-01T08:59:00"},
		{"today at noon", "2026-03-01", "2026-03-01 12:00:00", "2026-03-01T11:59:00+01:00", "2026-03-01T10:59:00Z", "2026-03-01T11:59:00"},
		{"today after noon", "2026-03-01", "2026-03-01 18:30:00", "2026-03-01T12:00:00+01:00", "2026-03-01T11:00:00Z", "2026-03-01T12:00:00"},
		{"today in its first minute", "2026-03-01", "2026-03-01 00:00:20", "2026-03-01T00:00:00+01:00", "2026-02-28T23:00:00Z", "2026-03-01T00:00:00"},
		// Last Sunday of March: 02:00 becomes 03:00.
		{"summer time begins, day", "2026-03-29", "2026-04-01 09:00:00", "2026-03-29T12:00:00+02:00", "2026-03-29T10:00:00Z", "2026-03-29T12:00:00"},
		{"summer time begins, before", "2026-03-29T01:59:59", "2026-04-01 09:00:00", "2026-03-29T01:59:59+01:00", "2026-03-29T00:59:59Z", "2026-03-29T01:59:59"},
		{"summer time begins, after", "2026-03-29T03:00:00", "2026-04-01 09:00:00", "2026-03-29T03:00:00+02:00", "2026-03-29T01:00:00Z", "2026-03-29T03:00:00"},
		{"summer time begins, today", "2026-03-29", "2026-03-29 03:00:30", "2026-03-29T01:59:30+01:00", "2026-03-29T00:59:30Z", "2026-03-29T01:59:30"},
		// Last Sunday of October: 03:00 becomes 02:00.
		{"summer time ends, day", "2026-10-25", "2026-11-01 09:00:00", "2026-10-25T12:00:00+01:00", "2026-10-25T11:00:00Z", "2026-10-25T12:00:00"},
		{"summer time ends, before", "2026-10-25T01:59:59", "2026-11-01 09:00:00", "2026-10-25T01:59:59+02:00", "2026-10-24T23:59:59Z", "2026-10-25T01:59:59"},
		{"summer time ends, the hour that comes twice", "2026-10-25T02:30:00+02:00", "2026-11-01 09:00:00", "2026-10-25T02:30:00+02:00", "2026-10-25T00:30:00Z", "2026-10-25T02:30:00"},
		{"summer time ends, after", "2026-10-25T03:00:00", "2026-11-01 09:00:00", "2026-10-25T03:00:00+01:00", "2026-10-25T02:00:00Z", "2026-10-25T03:00:00"},
	} {
		for spelling, want := range map[mapping.DateTimes]string{mapping.WithOffset: c.offset, mapping.InUTC: c.utc, mapping.WithoutTZ: c.local, "": c.offset} {
			s := mapping.Stamp{At: at(c.at), DateTimes: spelling}
			if got := stampedDate(t, mapping.Attivazione{DataAttivazione: c.canonical}, s); got != want {
				t.Errorf("%s, attivazione, %q: %s, want %s", c.name, spelling, got, want)
			}
			if got := stampedDate(t, mapping.Cessazione{DataCessazione: c.canonical}, s); got != want {
				t.Errorf("%s, cessazione, %q: %s, want %s", c.name, spelling, got, want)
			}
		}
	}
	for _, broken := range []string{"", "24/02/2026", "2026-02-30", "2026-02-24T10:15"} {
		if _, err := bodyOf(mapping.Attivazione{DataAttivazione: broken}, mapping.Stamp{At: at("2026-03-01 09:00:00")}); err == nil {
			t.Errorf("%q is sent", broken)
		}
	}
}

// TestStampSending covers the dates that only the program sets: five seconds before the sending.
func TestStampSending(t *testing.T) {
	zone := rome(t)
	booking := mapping.Prenotazione{Famiglia: &mapping.DatiFamiglia{}}
	for _, c := range []struct {
		at        time.Time
		spelling  mapping.DateTimes
		wantOfAll string
	}{
		{time.Date(2026, 2, 24, 10, 15, 35, 999, zone), mapping.WithOffset, "2026-02-24T10:15:30+01:00"},
		{time.Date(2026, 2, 24, 10, 15, 35, 0, zone), mapping.InUTC, "2026-02-24T09:15:30Z"},
		{time.Date(2026, 2, 24, 10, 15, 35, 0, zone), mapping.WithoutTZ, "2026-02-24T10:15:30"},
		{time.Date(2026, 3, 29, 3, 0, 2, 0, zone), mapping.WithOffset, "2026-03-29T01:59:57+01:00"},
		{time.Date(2026, 10, 25, 0, 59, 59, 0, time.UTC).In(zone), mapping.WithOffset, "2026-10-25T02:59:54+02:00"},
		{time.Date(2026, 10, 25, 1, 0, 2, 0, time.UTC).In(zone), mapping.WithOffset, "2026-10-25T02:59:57+02:00"},
		{time.Date(2026, 10, 25, 1, 0, 5, 0, time.UTC).In(zone), mapping.WithOffset, "2026-10-25T02:00:00+01:00"},
	} {
		s := mapping.Stamp{At: c.at, DateTimes: c.spelling, DataPrenotazione: true, DataDisdetta: true}
		if got := stampedDate(t, booking, s); got != c.wantOfAll {
			t.Errorf("prenotazione at %s: %s, want %s", c.at, got, c.wantOfAll)
		}
		if got := stampedDate(t, mapping.Disdetta{}, s); got != c.wantOfAll {
			t.Errorf("disdetta at %s: %s, want %s", c.at, got, c.wantOfAll)
		}
		s.DataPrenotazione = false
		if got := stampedDate(t, booking, s); got != "" {
			t.Errorf("prenotazione sends %s against the configuration", got)
		}
		if got := stampedDate(t, mapping.Disdetta{}, s); got == "" {
			t.Error("send_data_prenotazione is not for a disdetta")
		}
		s.DataPrenotazione, s.DataDisdetta = true, false
		if got := stampedDate(t, mapping.Disdetta{}, s); got != "" {
			t.Errorf("disdetta sends %s against the configuration", got)
		}
		if got := stampedDate(t, booking, s); got == "" {
			t.Error("send_data_disdetta is not for a prenotazione")
		}
	}
}

func TestStampOwner(t *testing.T) {
	for _, r := range []mapping.Request{
		mapping.Prenotazione{Famiglia: &mapping.DatiFamiglia{}}, mapping.Attivazione{DataAttivazione: "2026-02-24"},
		mapping.Cessazione{DataCessazione: "2026-02-24"}, mapping.Disdetta{},
	} {
		s := mapping.Stamp{At: time.Date(2026, 3, 1, 9, 0, 0, 0, rome(t)), Owner: "batch-voucher"}
		body, err := bodyOf(r, s)
		if err != nil || strings.Count(string(body), `"owner":"batch-voucher"`) != 1 {
			t.Errorf("%s: %s, %v", r.Operation(), body, err)
		}
		s.Owner = ""
		if body, err = bodyOf(r, s); err != nil || strings.Contains(string(body), "owner") {
			t.Errorf("%s: %s, %v", r.Operation(), body, err)
		}
	}
}

// TestBodyKeepsLetters asserts that no HTML escape and no other spelling reaches the platform.
func TestBodyKeepsLetters(t *testing.T) {
	r := mapping.Prenotazione{Impresa: &mapping.DatiImpresa{RagioneSociale: `D'ANGELÒ & FIGLI <"SRL">`}}
	body, err := bodyOf(r, mapping.Stamp{})
	if err != nil || !strings.Contains(string(body), `"ragioneSociale":"D'ANGELÒ & FIGLI <\"SRL\">"`) || strings.HasSuffix(string(body), "\n") {
		t.Errorf("%s, %v", body, err)
	}
}

func TestDecodeRefuses(t *testing.T) {
	for _, c := range []struct {
		op   mapping.Operation
		text string
	}{{"subentro", "{}"}, {"", "{}"}, {mapping.OperationDisdetta, "{"}, {mapping.OperationPrenotazione, `{"famiglia":1}`}} {
		if r, err := mapping.Decode(c.op, []byte(c.text)); err == nil || r != nil {
			t.Errorf("%s %s becomes %v", c.op, c.text, r)
		}
	}
}

// TestKey pins the key of a stored request: another one would make every journal forget what it has sent.
func TestKey(t *testing.T) {
	text := canonical(t, mapping.Disdetta{Chi: mapping.Chi{CodiceFiscale: "RSSMRA85T10H501O"}, PartitaIvaOperatore: operator})
	const want = "75233fbe4329f1794b96052fb56db370"
	got := mapping.Key(mapping.OperationDisdetta, "RSSMRA85T10H501O", text)
	if got != want {
		t.Errorf("key %s, want %s", got, want)
	}
	if len(got) != 32 || got == mapping.Key(mapping.OperationCessazione, "RSSMRA85T10H501O", text) ||
		got == mapping.Key(mapping.OperationDisdetta, "RSSMRA85T10A562S", text) ||
		got == mapping.Key(mapping.OperationDisdetta, "RSSMRA85T10H501O", append(text, ' ')) {
		t.Error("the key does not depend on operation, beneficiary and request")
	}
}
