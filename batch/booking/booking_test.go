package booking

import (
	"testing"
	"time"

	"voucherbul/batch/journal"
	"voucherbul/batch/platform/esito"
)

func TestBookingOf(t *testing.T) {
	rome, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		t.Fatal(err)
	}
	at := func(text string) time.Time { return esito.ParseInstant(text, rome) }
	booking := func(row int, sent, operazione, protocollo string) journal.Prenotazione {
		return journal.Prenotazione{ID: journal.RowID{Run: "R", File: 1, Place: row}, FirstSentAt: at(sent), SentAt: at(sent), DataOperazione: operazione, Protocollo: protocollo}
	}
	one := booking(1, "2026-03-02T10:00:00", "2026-03-02T10:00:01.123", "")
	for name, c := range map[string]struct {
		protocollo, date string
		ours             []journal.Prenotazione
		want             int // place of the row; 0 = none
	}{
		"the usual case":                   {"P", "2026-03-02T10:00:01", []journal.Prenotazione{one}, 1},
		"in another form":                  {"P", "2026-03-02T09:00:01Z", []journal.Prenotazione{one}, 1},
		"a date without a time":            {"P", "2026-03-02", []journal.Prenotazione{one}, 1},
		"the day before without a time":    {"P", "2026-03-01", []journal.Prenotazione{one}, 0},
		"a clock that is behind":           {"P", "2026-03-02T09:51:00", []journal.Prenotazione{one}, 1},
		"made before we sent it":           {"P", "2026-03-02T09:49:00", []journal.Prenotazione{one}, 0},
		"made two days later":              {"P", "2026-03-04T10:00:01", []journal.Prenotazione{one}, 1},
		"made later still":                 {"P", "2026-03-04T10:00:02", []journal.Prenotazione{one}, 0},
		"a date nobody can read":           {"P", "ieri", []journal.Prenotazione{one}, 0},
		"none of ours":                     {"P", "2026-03-02T10:00:01", nil, 0},
		"an answer that was lost":          {"P", "2026-03-02T10:00:05", []journal.Prenotazione{booking(1, "2026-03-02T10:00:00", "", "")}, 1},
		"the nearest of two":               {"P", "2026-03-02T12:00:01", []journal.Prenotazione{one, booking(2, "2026-03-02T12:00:00", "2026-03-02T12:00:00", "")}, 2},
		"the nearest comes first":          {"P", "2026-03-02T11:00:02", []journal.Prenotazione{one, booking(2, "2026-03-02T11:05:00", "2026-03-02T12:30:00", "")}, 1},
		"one that was looked up":           {"P", "2026-03-02T12:00:01", []journal.Prenotazione{booking(1, "2026-03-02T10:00:00", "", "P"), booking(2, "2026-03-02T12:00:00", "2026-03-02T12:00:00", "")}, 1},
		"one that has another protocollo":  {"P", "2026-03-02T10:00:01", []journal.Prenotazione{booking(1, "2026-03-02T10:00:00", "", "Q")}, 0},
		"a voucher without a protocollo":   {"", "2026-03-02T10:00:01", []journal.Prenotazione{one}, 1},
		"the same, and none was looked up": {"", "ieri", []journal.Prenotazione{one}, 0},
	} {
		v := journal.Voucher{Protocollo: c.protocollo, DataPrenotazione: c.date, Prenotata: at(c.date), Ours: c.ours}
		if got, ok := Of(v, rome); got.ID.Place != c.want || ok != (c.want != 0) {
			t.Errorf("%s: row %d, %v; want %d", name, got.ID.Place, ok, c.want)
		}
	}
}
