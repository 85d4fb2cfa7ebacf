package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"voucherbul/batch/journal"
	"voucherbul/mapping"
)

// listed is a line of a list, booked some minutes after [morning].
func listed(beneficiario, protocollo, fase string, minutes int) journal.Voucher {
	at := morning.Add(time.Duration(minutes) * time.Minute)
	return journal.Voucher{Beneficiario: beneficiario, Protocollo: protocollo, PartitaIvaOperatore: "12345678903", Fase: fase,
		DataPrenotazione: at.Format("2006-01-02T15:04:05"), Prenotata: at}
}

func kept(t *testing.T, j *Owner) []journal.Voucher {
	t.Helper()
	var list []journal.Voucher
	for v, err := range j.Vouchers(t.Context()) {
		must(t, err)
		list = append(list, v)
	}
	return list
}

func TestKeepVouchers(t *testing.T) {
	j := open(t)
	ctx := t.Context()
	if _, ok, err := j.LastFetch(ctx); ok || err != nil {
		t.Fatalf("before the first list: %v, %v", ok, err)
	}
	day := func(n int) time.Time { return morning.AddDate(0, 0, n) }
	a, b := listed("A", "1", "Attesa controllo ISEE", 0), listed("B", "2", "Prenotata", 1)
	must(t, j.KeepVouchers(ctx, day(1), []journal.Voucher{b, a}))
	must(t, j.KeepVouchers(ctx, day(2), []journal.Voucher{a, b}))
	a.Fase = "Prenotata"
	must(t, j.KeepVouchers(ctx, day(3), []journal.Voucher{a}))

	got := kept(t, j)
	if len(got) != 2 {
		t.Fatalf("%d vouchers: %+v", len(got), got)
	}
	if v := got[0]; v.Beneficiario != "A" || v.Protocollo != "1" || v.Fase != "Prenotata" || !v.Listed || !v.FirstSeen.Equal(day(1)) ||
		!v.ChangedAt.Equal(day(3)) || !v.LastSeen.Equal(day(3)) || !v.Prenotata.Equal(morning) || v.DataPrenotazione != "2026-03-02T09:00:00" || v.PartitaIvaOperatore != "12345678903" {
		t.Errorf("whose phase has changed: %+v", v)
	}
	if v := got[1]; v.Beneficiario != "B" || v.Fase != "Prenotata" || v.Listed || !v.FirstSeen.Equal(day(1)) || !v.ChangedAt.Equal(day(1)) || !v.LastSeen.Equal(day(2)) {
		t.Errorf("that dropped out: %+v", v)
	}
	if fetch, ok, err := j.LastFetch(ctx); err != nil || !ok || !fetch.At.Equal(day(3)) || fetch.Vouchers != 1 {
		t.Errorf("%+v, %v, %v", fetch, ok, err)
	}

	// It comes back; and a list that is empty is a list. A clock that was set back changes nothing of that.
	must(t, j.KeepVouchers(ctx, day(2), []journal.Voucher{a, b}))
	if got := kept(t, j); !got[0].Listed || !got[1].Listed || !got[1].FirstSeen.Equal(day(1)) {
		t.Errorf("that came back: %+v", got)
	}
	must(t, j.KeepVouchers(ctx, day(5), nil))
	if got := kept(t, j); len(got) != 2 || got[0].Listed || got[1].Listed {
		t.Errorf("after an empty list: %+v", got)
	}
}

// TestKeepVouchersOfDifferentPeople: what the platform writes in place of a protocollo must not make one of two.
func TestKeepVouchersOfDifferentPeople(t *testing.T) {
	j := open(t)
	ctx := t.Context()
	undated := journal.Voucher{Beneficiario: "D", DataPrenotazione: "ieri", Fase: "Prenotata"}
	for range 2 {
		must(t, j.KeepVouchers(ctx, morning, []journal.Voucher{listed("A", "", "Prenotata", 0), listed("B", "", "Prenotata", 0), listed("A", "", "Prenotata", 9),
			listed("A", "N/D", "Prenotata", 3), listed("C", "N/D", "Prenotata", 3), undated}))
		if got := kept(t, j); len(got) != 6 || got[0].Beneficiario != "D" || !got[0].Prenotata.IsZero() {
			t.Fatalf("%d vouchers: %+v", len(got), got)
		}
	}
	// The date in another form is the same date.
	again := listed("B", "", "Prenotata", 0)
	again.DataPrenotazione += "Z"
	must(t, j.KeepVouchers(ctx, morning, []journal.Voucher{again}))
	if got := kept(t, j); len(got) != 6 {
		t.Errorf("%d vouchers: %+v", len(got), got)
	}
	// The first of A gets its protocollo: nothing has dropped out.
	must(t, j.KeepVouchers(ctx, morning.AddDate(0, 0, 1), []journal.Voucher{listed("A", "77", "Prenotata", 0)}))
	if got := kept(t, j); len(got) != 6 || got[1].Protocollo != "77" || !got[1].Listed || !got[1].FirstSeen.Equal(morning) {
		t.Errorf("%d vouchers: %+v", len(got), got)
	}
	// One line given twice: the later booking counts, whatever their order.
	must(t, j.KeepVouchers(ctx, morning, []journal.Voucher{listed("E", "5", "Prenotata", 60), listed("E", "5", "Attesa controllo ISEE", 50)}))
	if got := kept(t, j); len(got) != 7 || got[6].Fase != "Prenotata" {
		t.Errorf("%d vouchers: %+v", len(got), got)
	}
}

func TestVoucherOf(t *testing.T) {
	j := open(t)
	ctx := t.Context()
	must(t, j.KeepVouchers(ctx, morning, []journal.Voucher{listed("A", "2", "Prenotata", 5), listed("A", "1", "Non prenotabile ISEE", 1), listed("B", "3", "Prenotata", 9)}))
	v, ok, err := j.VoucherOf(ctx, "A")
	if err != nil || !ok || v.Protocollo != "2" || !v.Listed {
		t.Errorf("%+v, %v, %v", v, ok, err)
	}
	must(t, j.KeepVouchers(ctx, morning, nil))
	if v, ok, err = j.VoucherOf(ctx, "A"); err != nil || !ok || v.Protocollo != "2" || v.Listed {
		t.Errorf("dropped out: %+v, %v, %v", v, ok, err)
	}
	if _, ok, err = j.VoucherOf(ctx, "C"); err != nil || ok {
		t.Errorf("never listed: %v, %v", ok, err)
	}
	ctx, cancel := context.WithCancel(ctx)
	cancel()
	if _, _, err = j.VoucherOf(ctx, "A"); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// TestVouchersHaveOurBookings: the join of PROTOCOLLO with what was sent.
func TestVouchersHaveOurBookings(t *testing.T) {
	j := open(t)
	ctx := t.Context()
	disdetta := planned("A", "end")
	disdetta.Operation = mapping.OperationDisdetta
	rows := all(t, j, plan(t, j, "R", planned("A", "book"), disdetta, planned("A", "book"), planned("B", "book"), planned("C", "book"), planned("D", "book")))
	for i, row := range rows[:4] {
		at := morning.Add(time.Duration(i) * time.Hour)
		must(t, j.Sent(ctx, row.ID, at))
		must(t, j.Record(ctx, row.ID, at.Add(time.Second), journal.Change{State: journal.Accepted, Event: &journal.Event{Kind: "send"},
			Outcome: journal.Outcome{DataOperazione: fmt.Sprint("operazione ", i), FaseOperativa: "Inviata con esito positivo"}}))
	}
	must(t, j.Sent(ctx, rows[4].ID, morning))
	must(t, j.Record(ctx, rows[4].ID, morning, journal.Change{State: journal.Rejected, Event: &journal.Event{Kind: "send"}}))
	copied := all(t, j, plan(t, j, "copy", planned("B", "book")))[0]
	must(t, j.Settle(ctx, morning.Add(9*time.Hour), []journal.Settlement{{Row: copied.ID, State: journal.Already}}))

	must(t, j.KeepVouchers(ctx, morning, []journal.Voucher{listed("A", "1", "Prenotata", 0), listed("B", "2", "Prenotata", 1), listed("X", "3", "Prenotata", 2)}))
	got := kept(t, j)
	if a := got[0].Ours; len(a) != 2 || a[0].Number != 2 || a[0].Then != mapping.OperationDisdetta || !a[0].ThenAt.Equal(morning.Add(time.Hour+time.Second)) ||
		a[1].Number != 4 || a[1].Then != "" || !a[1].ThenAt.IsZero() || a[1].DataOperazione != "operazione 2" || a[1].Path != "R.csv" || a[1].ID.Run != "R" ||
		!a[1].FirstSentAt.Equal(morning.Add(2*time.Hour)) || !a[1].SentAt.Equal(a[1].FirstSentAt) || !a[1].SettledAt.After(a[1].SentAt) || a[1].Fase == "" {
		t.Errorf("of A: %+v", a)
	}
	if b := got[1].Ours; len(b) != 1 || b[0].ID != rows[3].ID {
		t.Errorf("of B: %+v", b)
	}
	if x := got[2].Ours; len(x) != 0 {
		t.Errorf("of X: %+v", x)
	}
	var order []journal.RowID
	for p, err := range j.Prenotazioni(ctx) {
		must(t, err)
		order = append(order, p.ID)
	}
	if fmt.Sprint(order) != fmt.Sprint([]journal.RowID{rows[0].ID, rows[2].ID, rows[3].ID}) {
		t.Errorf("bookings of rows %v", order)
	}
}

// TestVouchersInPages: a page may end within many bookings of one instant.
func TestVouchersInPages(t *testing.T) {
	j := open(t)
	var list []journal.Voucher
	for i := range 2500 {
		list = append(list, listed(fmt.Sprintf("B%05d", i), fmt.Sprint(i), "Prenotata", i/2400))
	}
	must(t, j.KeepVouchers(t.Context(), morning, list))
	got := kept(t, j)
	if len(got) != len(list) {
		t.Fatalf("%d vouchers of %d", len(got), len(list))
	}
	for i, v := range got {
		if v.Beneficiario != list[i].Beneficiario {
			t.Fatalf("voucher %d is %s", i, v.Beneficiario)
		}
	}
	for range j.Vouchers(t.Context()) { // a caller may stop
		break
	}
}

// TestVoucherQueriesUseIndexes: one is asked for every attivazione that is sent, one for every page of a report.
func TestVoucherQueriesUseIndexes(t *testing.T) {
	j := open(t)
	must(t, j.KeepVouchers(t.Context(), morning, []journal.Voucher{listed("A", "1", "Prenotata", 0)}))
	for query, want := range map[string]string{
		sqlVoucher + ` WHERE beneficiario = 'A' ORDER BY prenotata DESC, id DESC LIMIT 1`: "SEARCH vouchers USING INDEX vouchers_by_beneficiario",
		sqlVoucher + ` WHERE (prenotata, id) > (1, 1) ORDER BY prenotata, id LIMIT 1000`:  "SEARCH vouchers USING INDEX vouchers_by_date",
		sqlPrenotazioni + strings.Replace(bookingsOfPeople, "?", "'[1]'", 1):              "SEARCH people USING PRIMARY KEY (who=?)",
		sqlPrenotazioni + `s.id > 1 ORDER BY s.id LIMIT 1000`:                             "SEARCH s USING INTEGER PRIMARY KEY (rowid>?)",
		sqlPrenotazioni + `s.id > 2 ORDER BY s.id LIMIT 1000`:                             "SEARCH p USING PRIMARY KEY (who=?)",
	} {
		steps, err := collect(t.Context(), j.reads, func(rows *sql.Rows) (step string, err error) {
			var id, parent, unused int
			err = rows.Scan(&id, &parent, &unused, &step)
			return step, err
		}, "EXPLAIN QUERY PLAN "+query)
		must(t, err)
		plan := strings.Join(steps, "\n")
		if !strings.Contains(plan, want) || regexp.MustCompile(`SCAN [a-z]\b`).MatchString(plan) || strings.Contains(query, "s.id >") && strings.Contains(steps[len(steps)-1], "TEMP B-TREE") {
			t.Errorf("%s\n%s\nwant %s", query, plan, want)
		}
	}
}

// BenchmarkKeepVouchers keeps a list of 50,000 vouchers, first an unknown one, then the same with other phases.
func BenchmarkKeepVouchers(b *testing.B) {
	const vouchers = 50_000
	list := make([]journal.Voucher, vouchers)
	for i := range list {
		list[i] = listed(fmt.Sprintf("RSSMRA85T10H%04dO", i*7919%vouchers), fmt.Sprintf("VBUL-%07d", i), "Attesa controllo ISEE", i%1000)
	}
	for _, fase := range []string{"unknown", "known"} {
		b.Run(fase, func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				j, err := take(context.Background(), filepath.Join(b.TempDir(), "test.db"))
				must(b, err)
				if fase == "known" {
					must(b, j.KeepVouchers(context.Background(), morning, list))
					for i := range list {
						list[i].Fase = "Prenotata"
					}
				}
				b.StartTimer()
				must(b, j.KeepVouchers(context.Background(), morning.AddDate(0, 0, 1), list))
				b.StopTimer()
				must(b, j.Close())
				b.StartTimer()
			}
			b.ReportMetric(vouchers*float64(b.N)/b.Elapsed().Seconds(), "vouchers/s")
		})
	}
}

// BenchmarkVoucherOf asks for one of 50,000.
func BenchmarkVoucherOf(b *testing.B) {
	j := open(b)
	list := make([]journal.Voucher, 50_000)
	for i := range list {
		list[i] = listed(fmt.Sprintf("RSSMRA85T10H%05dO", i), fmt.Sprintf("VBUL-%07d", i), "Prenotata", i%1000)
	}
	must(b, j.KeepVouchers(context.Background(), morning, list))
	for n := 0; b.Loop(); n++ {
		if _, ok, err := j.VoucherOf(context.Background(), list[n*7919%len(list)].Beneficiario); !ok || err != nil {
			b.Fatal(ok, err)
		}
	}
}
