package isee

import (
	"fmt"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"voucherbul/batch/journal"
	"voucherbul/batch/platform/esito"
	"voucherbul/mapping"
	"voucherbul/mapping/ourfile"
	"voucherbul/report/booktest"
)

// sample is a workbook made on 24 November 2026, a month after the clocks went back, of these vouchers and bookings.
func sample(t *testing.T, vouchers []journal.Voucher, bookings ...journal.Prenotazione) Isee {
	made := time.Date(2026, 11, 24, 23, 30, 0, 0, time.UTC) // the 25th in Italy
	return Isee{FetchedAt: made, Made: made, Zone: booktest.Rome(t), Vouchers: booktest.Sequence(vouchers...), Bookings: booktest.Sequence(bookings...),
		BookingOf: func(v journal.Voucher) (journal.Prenotazione, bool) {
			if len(v.Ours) == 0 {
				return journal.Prenotazione{}, false
			}
			return v.Ours[0], true
		}}
}

// daysAgo is a voucher of the list that was booked so many days before the 25th, at noon in Italy.
func daysAgo(t *testing.T, who, fase string, days int) journal.Voucher {
	at := time.Date(2026, 11, 25-days, 12, 0, 0, 0, booktest.Rome(t))
	return journal.Voucher{Beneficiario: who, Protocollo: "P" + who, DataPrenotazione: at.Format("2006-01-02T15:04:05"), Prenotata: at, Fase: fase,
		FirstSeen: at, LastSeen: time.Date(2026, 11, 24, 23, 30, 0, 0, time.UTC), ChangedAt: at.AddDate(0, 0, 1), Listed: true}
}

func gone(v journal.Voucher) journal.Voucher {
	v.Listed, v.LastSeen = false, v.LastSeen.AddDate(0, 0, -1)
	return v
}

func TestIsee(t *testing.T) {
	accepted := time.Date(2026, 9, 6, 10, 0, 0, 0, time.UTC)
	at := func(place int) journal.RowID { return journal.RowID{Run: "R", File: 1, Place: place} }
	ours := journal.Prenotazione{ID: at(7), Path: "/exports/ordini.csv", Number: 12, SettledAt: accepted, Fase: "Inviata con esito positivo"}
	activated := ours
	activated.ID, activated.Number, activated.Then, activated.ThenAt = at(8), 13, mapping.OperationAttivazione, accepted.AddDate(0, 0, 10)
	later := ours
	later.ID, later.Then, later.ThenAt = at(9), mapping.OperationDisdetta, time.Date(2026, 11, 24, 23, 45, 0, 0, time.UTC)

	booked := daysAgo(t, "A", "Prenotata", 80)
	booked.Ours = []journal.Prenotazione{ours}
	ended := gone(daysAgo(t, "H", "Prenotata", 80))
	ended.Ours = []journal.Prenotazione{activated}
	withdrawn := daysAgo(t, "L", "Prenotata", 80)
	withdrawn.Ours = []journal.Prenotazione{later}
	undated := daysAgo(t, "U", "Prenotata", 10)
	undated.Prenotata, undated.DataPrenotazione = time.Time{}, "ieri"
	ancient := gone(daysAgo(t, "Z", "Prenotata", 200))
	ancient.LastSeen = ancient.LastSeen.AddDate(0, 0, -100)

	missing := func(row int, days int) journal.Prenotazione {
		return journal.Prenotazione{ID: at(row), Beneficiario: fmt.Sprint("M", row), Path: "altri.xlsx", Number: row, SettledAt: time.Date(2026, 11, 25-days, 12, 0, 0, 0, time.UTC), Fase: "Inviata con esito positivo"}
	}
	explained := missing(31, 20)
	explained.Then, explained.ThenAt = mapping.OperationCessazione, accepted
	fresh := missing(32, 0)
	path := filepath.Join(t.TempDir(), ourfile.IseeName)
	counts, err := Write(path, sample(t, []journal.Voucher{undated, ancient, withdrawn, booked, daysAgo(t, "B", "Prenotata", 91), daysAgo(t, "C", "Prenotata", 3),
		daysAgo(t, "D", "Attesa controllo ISEE", 80), daysAgo(t, "E", "Non prenotabile ISEE", 2), daysAgo(t, "F", "In liquidazione", 2),
		gone(daysAgo(t, "G", "Prenotata", 30)), ended, gone(daysAgo(t, "I", "Prenotata", 91)), gone(daysAgo(t, "J", "Non prenotabile ISEE", 5))},
		ours, activated, later, fresh, explained, missing(33, 90), missing(34, 91)))
	booktest.Must(t, err)

	want := [][]string{
		first(voucherColumns()),
		{"U", "PU", "ieri", "Prenotata", "16/11/2026", "", "", "", "Data non leggibile", "Si può attivare, ma la data della prenotazione non si può leggere: verificare la scadenza sul portale Voucher BUL."},
		{"A", "PA", "06/09/2026", "Prenotata", "07/09/2026", "80", "05/12/2026", "10", "In scadenza", "Attivare subito: 10 giorni rimasti.", "ordini.csv", "12"},
		{"B", "PB", "26/08/2026", "Prenotata", "27/08/2026", "91", "24/11/2026", "-1", "Scaduta", "I 90 giorni sono passati: verificare sul portale Voucher BUL; se la prenotazione non vale più, inviarne una nuova."},
		{"F", "PF", "23/11/2026", "In liquidazione", "24/11/2026", "2", "", "", "Fase sconosciuta", "Fase non prevista dalla specifica: verificare sul portale Voucher BUL."},
		{"G", "PG", "26/10/2026", "Prenotata", "27/10/2026", "30", "", "", "Non più in elenco", "Può essere stata attivata, disdetta o cessata, anche dal portale, o presa da un altro operatore: verificare sul portale Voucher BUL."},
		{"E", "PE", "23/11/2026", "Non prenotabile ISEE", "24/11/2026", "2", "", "", "ISEE negativo", "Esito ISEE negativo, il voucher non si può attivare: avvisare il cliente."},
		{"C", "PC", "22/11/2026", "Prenotata", "23/11/2026", "3", "20/02/2027", "87", "", "Si può attivare, entro il 20/02/2027."},
		{"D", "PD", "06/09/2026", "Attesa controllo ISEE", "07/09/2026", "80", "", "", "", "Attendere: la piattaforma sta ancora lavorando la richiesta."},
		{"L", "PL", "06/09/2026", "Prenotata", "07/09/2026", "80", "", "", "", "Disdetta accettata il 25/11/2026. Nessuna azione: l'elenco è di prima.", "ordini.csv", "12"},
		{"H", "PH", "06/09/2026", "Prenotata", "07/09/2026", "80", "", "", "Non più in elenco", "Attivazione accettata il 16/09/2026. Nessuna azione.", "ordini.csv", "13"},
		{"I", "PI", "26/08/2026", "Prenotata", "27/08/2026", "91", "", "", "Non più in elenco", "Ha più di 90 giorni, che l'elenco non riporta. Se non è stata attivata, la prenotazione può essere scaduta."},
		{"J", "PJ", "20/11/2026", "Non prenotabile ISEE", "21/11/2026", "5", "", "", "Non più in elenco", "Esito ISEE negativo. Nessuna azione."},
	}
	same(t, booktest.Cells(t, path, ourfile.SheetVouchers), want)
	same(t, booktest.Cells(t, path, ourfile.SheetMissing), [][]string{
		{"Beneficiario", "File della prenotazione", "Riga", "Accettata il", "Giorni", "Fase della risposta", "Protocollo", "Cosa fare"},
		{"M33", "altri.xlsx", "33", "27/08/2026", "90", "Inviata con esito positivo", "", "Può essere stata attivata, disdetta o cessata, anche dal portale: verificare sul portale Voucher BUL. Non inviarla di nuovo prima."},
		{"M32", "altri.xlsx", "32", "25/11/2026", "0", "Inviata con esito positivo", "", "Accettata dopo che l'elenco è stato scaricato: sarà nel prossimo."},
		{"M31", "altri.xlsx", "31", "05/11/2026", "20", "Inviata con esito positivo", "", "Cessazione accettata il 06/09/2026. Nessuna azione."},
	})
	if c := counts; c.Vouchers != 8 || c.Expiring != 1 || c.Expired != 1 || c.Gone != 4 || c.Missing != 1 || c.vanished != 1 || c.left != 1 || c.old != 1 ||
		!reflect.DeepEqual(c.Fasi, map[string]int{"Prenotata": 5, "Attesa controllo ISEE": 1, "Non prenotabile ISEE": 1, "In liquidazione": 1}) {
		t.Errorf("%+v", counts)
	}
	summary := ""
	for _, line := range booktest.Cells(t, path, ourfile.SheetSummary) {
		summary += strings.Join(line, "|") + "\n"
	}
	for _, line := range []string{"Esiti ISEE delle prenotazioni\n8 voucher in elenco, 5 prenotati. 1 scade entro 15 giorni, il primo termine è il 05/12/2026; 1 altro è oltre i 90 giorni: sono in cima al foglio Voucher. 2 prenotazioni non sono in elenco senza un motivo noto: vedere la colonna «Cosa fare».\n",
		"\nFase operativa|Voucher|Significa\nPrenotata|5|si può attivare\nAttesa controllo ISEE|1|in lavorazione sulla piattaforma\nNon prenotabile ISEE|1|", "\nTotale in elenco|8\n",
		"\nPrenotate che scadono entro 15 giorni|1|Voucher\nPrenotate da più di 90 giorni|1|", "|1|Non in elenco\n", "\nElenco scaricato il|25/11/2026 00:30:00\n"} {
		if !strings.Contains(summary, line) {
			t.Errorf("the summary does not say %q:\n%s", line, summary)
		}
	}
}

func first[T any](value T, _ []float64) T { return value }

func same(t *testing.T, got, want [][]string) {
	t.Helper()
	for i := range max(len(got), len(want)) {
		if i >= len(got) || i >= len(want) || !reflect.DeepEqual(booktest.Trimmed(got[i]), booktest.Trimmed(want[i])) {
			t.Errorf("line %d:\ngot  %q\nwant %q", i+1, got[min(i, len(got)-1)], want[min(i, len(want)-1)])
		}
	}
}

// TestIseeDays counts to the days on which something changes, at any hour of them: the clocks went back on 25 October.
func TestIseeDays(t *testing.T) {
	zone := booktest.Rome(t)
	for days, want := range map[int]notice{0: "", 74: "", 75: noticeExpiring, 89: noticeExpiring, 90: noticeExpiring, 91: noticeExpired} {
		for _, booked := range []time.Time{
			time.Date(2026, 8, 20, 0, 0, 0, 0, zone), time.Date(2026, 8, 20, 23, 59, 59, 0, zone), // summer time
			time.Date(2026, 10, 25, 0, 30, 0, 0, zone), time.Date(2026, 12, 31, 23, 30, 0, 0, zone), // the night itself; winter, and on into summer
			time.Date(2028, 2, 29, 1, 0, 0, 0, zone),
		} {
			for _, hour := range []int{0, 3, 12, 23} {
				year, month, day := booked.Date()
				today := time.Date(year, month, day+days, hour, 59, 0, 0, zone)
				s := standingOf(journal.Voucher{Prenotata: booked, Listed: true}, esito.FaseReady, journal.Prenotazione{}, today.UTC(), zone)
				if s.notice != want || s.days != days || s.left != 90-days || !s.last.Equal(time.Date(year, month, day+90, 0, 0, 0, 0, time.UTC)) {
					t.Errorf("booked %s, on %s: %+v", booked, today, s)
				}
				if want == noticeExpiring && s.urgency != atOnce || (s.left == 0) != strings.Contains(s.todo, "oggi") {
					t.Errorf("on day %d: %+v", days, s)
				}
			}
		}
	}
}

// TestIseeLooks: numbers and days stay such for those who sort, all else is text; the sheets print and filter.
func TestIseeLooks(t *testing.T) {
	path := filepath.Join(t.TempDir(), ourfile.IseeName)
	long := daysAgo(t, "=1+1", "Prenotata", 80)
	long.Protocollo = "000123"
	_, err := Write(path, sample(t, []journal.Voucher{long}))
	booktest.Must(t, err)
	book := booktest.Open(t, path)
	for cell, want := range map[string]excelize.CellType{"A2": excelize.CellTypeInlineString, "B2": excelize.CellTypeInlineString, "C2": excelize.CellTypeUnset, "F2": excelize.CellTypeUnset, "H2": excelize.CellTypeUnset} {
		if got, err := book.GetCellType(ourfile.SheetVouchers, cell); err != nil || got != want {
			t.Errorf("%s has type %d, want %d, %v", cell, got, want, err)
		}
	}
	for _, sheet := range []string{ourfile.SheetVouchers, ourfile.SheetMissing} {
		layout, err := book.GetPageLayout(sheet)
		booktest.Must(t, err)
		panes, err := book.GetPanes(sheet)
		booktest.Must(t, err)
		if *layout.Orientation != "landscape" || *layout.Size != 9 || *layout.FitToWidth != 1 || !panes.Freeze || panes.YSplit != 1 {
			t.Errorf("%s: %+v, %+v", sheet, layout, panes)
		}
	}
	if names := book.GetDefinedName(); len(names) != 2 {
		t.Errorf("%+v", names)
	}
	// An empty list is a list. One of the day before says so.
	empty := sample(t, nil)
	empty.FetchedAt = empty.Made.Add(-time.Hour)
	_, err = Write(path, empty)
	booktest.Must(t, err)
	if got := booktest.Cells(t, path, ourfile.SheetSummary); got[1][0] != "L'elenco della piattaforma non ha alcun voucher." ||
		got[2][0] != "L'elenco è del 24/11/2026, di 1 giorno fa: i giorni rimasti sono contati a oggi, le fasi sono quelle di allora." {
		t.Errorf("%q", got[:3])
	}
}

// TestIseeErrors: what cannot be read leaves the earlier workbook as it is.
func TestIseeErrors(t *testing.T) {
	path := filepath.Join(t.TempDir(), ourfile.IseeName)
	_, err := Write(path, sample(t, []journal.Voucher{daysAgo(t, "A", "Prenotata", 1)}))
	booktest.Must(t, err)
	broken := sample(t, nil)
	fault := &journal.Error{Op: "reading", Err: fmt.Errorf("disk")}
	broken.Vouchers = func(yield func(journal.Voucher, error) bool) { yield(journal.Voucher{}, fault) }
	if _, err := Write(path, broken); err == nil || !strings.Contains(err.Error(), "disk") {
		t.Error(err)
	}
	if got := booktest.Cells(t, path, ourfile.SheetVouchers); len(got) != 2 {
		t.Errorf("%q", got)
	}
}

// BenchmarkIsee writes 50,000 vouchers.
func BenchmarkIsee(b *testing.B) {
	made := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	vouchers := func(yield func(journal.Voucher, error) bool) {
		for n := range 50_000 {
			at := made.Add(-time.Duration(n) * 2 * time.Minute)
			if !yield(journal.Voucher{Beneficiario: fmt.Sprintf("RSSMRA85T10H%04dO", n%10000), Protocollo: fmt.Sprintf("VBUL-%07d", n), Prenotata: at,
				Fase: "Prenotata", ChangedAt: at, LastSeen: made, Listed: true}, nil) {
				return
			}
		}
	}
	i := Isee{FetchedAt: made, Made: made, Zone: time.UTC, Vouchers: vouchers, Bookings: booktest.Sequence[journal.Prenotazione](),
		BookingOf: func(journal.Voucher) (journal.Prenotazione, bool) { return journal.Prenotazione{}, false }}
	path := filepath.Join(b.TempDir(), ourfile.IseeName)
	for b.Loop() {
		if _, err := Write(path, i); err != nil {
			b.Fatal(err)
		}
	}
}

// TestStructure asserts what Excel is strict about.
func TestStructure(t *testing.T) {
	path := filepath.Join(t.TempDir(), "isee.xlsx")
	_, err := Write(path, sample(t, []journal.Voucher{daysAgo(t, "A", "Prenotata", 80)}))
	booktest.Must(t, err)
	p := booktest.PartsOf(t, path)
	p.CheckArchive()
	p.CheckBook()
}
