package journaltest

import (
	"reflect"
	"slices"
	"time"

	"voucherbul/batch/journal"
	"voucherbul/mapping"
)

// telling are the promises about what comes back.
func telling() []Promise {
	return []Promise{
		{"a row comes back as it was planned", rowsComeBack},
		{"an outcome comes back as it was recorded", outcomesComeBack},
		{"an exchange that does not count is no attempt", freeExchanges},
		{"rows are found from every side", rowsAreFound},
		{"what a run has left is pending until it goes on", leftRows},
		{"a run is unfinished until it is told", unfinished},
		{"rows to send come by pages, in file order", toSend},
		{"remarks and warnings come back", remarks},
		{"traffic counts what was exchanged", traffic},
		{"a list of vouchers is kept whole", vouchers},
		{"a sound journal is found sound", soundness},
	}
}

func rowsComeBack(m *Memory) {
	m.own()
	row := booking(1, "k")
	row.Cells = []string{"", "a \"quoted\" cell", "line\nend", "è ñ", "\u2028<&>"}
	row.Problems = []mapping.Problem{{Field: "cap", Column: "CAP", Found: "x", Expected: "5 cifre", Remedy: "correggere", Severity: mapping.Warns}}
	row.Corrections = []mapping.Correction{{Field: "cap", From: "100", To: "00100"}}
	row.Dates = []int{1, 3}
	skipped := journal.Row{Cells: []string{"totale"}, State: journal.Skipped, Outcome: journal.Outcome{Descrizione: "totale", Reason: "no order"}}
	run, file := m.draft(row, skipped)
	m.must(m.owner.Planned(m.Context(), run, at))
	m.own()
	rows := m.rows(m.owner, file)
	if len(rows) != 2 {
		m.Fatalf("%d rows", len(rows))
	}
	row.Number, row.ID = 2, journal.RowID{Run: run, File: 1, Place: 1}
	if !reflect.DeepEqual(rows[0], row) {
		m.Errorf("%+v, want %+v", rows[0], row)
	}
	if rows[1].State != journal.Skipped || rows[1].Descrizione != "totale" || rows[1].Reason != "no order" {
		m.Errorf("%+v", rows[1])
	}
	m.counts(m.owner, file, map[journal.State]int{journal.Planned: 1, journal.Skipped: 1})
}

func outcomesComeBack(m *Memory) {
	ctx := m.Context()
	m.own()
	_, ids := m.plan(bookings(2)...)
	m.send(ids[0])
	row, want := m.row(m.owner, ids[0]), accepted(true)
	if !reflect.DeepEqual(row.Outcome, want.Outcome) || row.State != journal.Accepted || row.Attempts != 1 || !row.SentAt.Equal(at) || !row.SettledAt.Equal(at.Add(time.Second)) {
		m.Errorf("%+v, want %+v", row, want)
	}
	doubt := journal.Change{State: journal.Uncertain, InDoubt: true, NotBefore: at.Add(time.Hour), Lone: true,
		Event: &journal.Event{At: at, Ended: at.Add(time.Second), Kind: journal.KindSend, Wait: time.Minute, Code: "lost", Args: []string{"a", "b"}, Reason: "no answer"}}
	m.must(m.owner.Sent(ctx, ids[1], at))
	m.must(m.owner.Record(ctx, ids[1], at, doubt))
	m.must(m.owner.Record(ctx, ids[1], at, journal.Change{State: journal.Accepted, InDoubt: true, Event: &journal.Event{At: at, Ended: at, Kind: journal.KindLookup}}))
	tried, err := m.owner.Events(ctx, ids[1])
	if err != nil || len(tried) != 2 || tried[1].Kind != journal.KindLookup || !reflect.DeepEqual(tried[0].Args, doubt.Event.Args) || tried[0].Code != "lost" || tried[0].Wait != time.Minute {
		m.Errorf("%+v, %v", tried, err)
	}
	if tried, err := m.owner.Events(ctx, ids[0]); err != nil || len(tried) != 1 || tried[0].HTTP != 200 {
		m.Errorf("the only exchange of a row: %+v, %v", tried, err)
	}
}

func freeExchanges(m *Memory) {
	ctx := m.Context()
	m.own()
	run, ids := m.plan(bookings(1)...)
	if begun, err := m.owner.Begun(ctx, run); begun || err != nil {
		m.Errorf("begun %t, %v", begun, err)
	}
	m.must(m.owner.Sent(ctx, ids[0], at))
	m.must(m.owner.Record(ctx, ids[0], at, journal.Change{State: journal.Planned, Free: true, Lone: true, Event: &journal.Event{At: at, Ended: at, Kind: journal.KindSend, HTTP: 429}}))
	if row := m.row(m.owner, ids[0]); row.Attempts != 0 || !row.FirstSentAt.IsZero() || row.State != journal.Planned {
		m.Errorf("%+v", row)
	}
	if begun, err := m.owner.Begun(ctx, run); !begun || err != nil {
		m.Errorf("begun %t, %v", begun, err)
	}
}

func rowsAreFound(m *Memory) {
	ctx := m.Context()
	m.own()
	run, first := m.draft(bookings(3)...)
	second := m.file(run, "second.csv", booking(1, "other"), booking(9, "nine"))
	m.must(m.owner.Planned(ctx, run, at))
	want := m.rows(m.owner, second)[0]
	if (want.ID != journal.RowID{Run: run, File: 2, Place: 1}) {
		m.Errorf("the first row of the second file has the ID %s", want.ID)
	}
	found, err := m.owner.Located(ctx, []journal.RowID{want.ID})
	if err != nil || len(found) != 1 || found[0].ID != want.ID || found[0].Path != "second.csv" || !found[0].PlannedAt.Equal(at) {
		m.Errorf("%+v, %v", found, err)
	}
	for _, none := range []journal.RowID{{Run: run, File: 2, Place: 3}, {Run: run, File: 3, Place: 1}, {Run: run, File: 0, Place: 1}, {Run: run, File: 1}, {Run: run, File: 1, Place: -1}, {Run: "none", File: 1, Place: 1}} {
		located, err := m.owner.Located(ctx, []journal.RowID{none, want.ID})
		tried, failed := m.owner.Events(ctx, none)
		if err != nil || failed != nil || len(located) != 1 || len(tried) > 0 {
			m.Errorf("%s: %+v, %+v, %v, %v", none, located, tried, err, failed)
		}
		if err := m.owner.Sent(ctx, none, at); err == nil {
			m.Errorf("%s was sent, and is not there", none)
		}
	}
	numbered, err := m.owner.RowsNumbered(ctx, run, 2)
	if err != nil || len(numbered) != 2 || numbered[1].ID != want.ID {
		m.Errorf("%+v, %v", numbered, err)
	}
	if found, err := m.owner.Find(ctx, run, 4); err != nil || len(found) != 1 || found[0].ID != m.rows(m.owner, first)[2].ID {
		m.Errorf("%+v, %v", found, err)
	}
	orders, err := m.owner.OrdersOf(ctx, person(1))
	if err != nil || len(orders) != 2 || orders[0].ID.InFile() != first || orders[1].ID != want.ID {
		m.Errorf("%+v, %v", orders, err)
	}
	ids := []journal.RowID{want.ID, first.Row(3), first.Row(1)} // in any order
	inOrder := []journal.RowID{first.Row(1), first.Row(3), want.ID}
	rows, err := m.owner.RowsByID(ctx, ids)
	if err != nil || !slices.EqualFunc(rows, inOrder, func(r journal.Row, id journal.RowID) bool { return r.ID == id }) {
		m.Errorf("not in the order they were planned: %+v, %v", rows, err)
	}
	if found, err := m.owner.Find(ctx, run, 3); err != nil || len(found) != 2 || found[0].ID != first.Row(2) || found[1].ID != second.Row(2) {
		m.Errorf("in both files: %+v, %v", found, err)
	}
	if found, err := m.owner.Find(ctx, run, 99); err != nil || len(found) > 0 {
		m.Errorf("in none: %+v, %v", found, err)
	}
}

func leftRows(m *Memory) {
	ctx := m.Context()
	m.own()
	run, ids := m.plan(bookings(3)...)
	m.send(ids[0])
	m.must(m.owner.Settle(ctx, at, []journal.Settlement{{Row: ids[1], State: journal.Pending, Outcome: journal.Outcome{Descrizione: "aspetta"}}}))
	end := journal.End{At: at.Add(time.Minute), Reason: "stopped", Motivo: "fermato", Code: "interrupted", Args: []string{"by whom"},
		Left: journal.Outcome{Descrizione: "non inviata", Advice: "niente", Reason: "left", Code: "before_its_turn", Args: []string{"interrupted", "by whom"}}}
	m.must(m.owner.Finish(ctx, run, end))
	files, err := m.owner.Files(ctx, run)
	m.must(err)
	rows := m.rows(m.owner, files[0].ID)
	if rows[1].Descrizione != "aspetta" || rows[2].State != journal.Pending || rows[2].Descrizione != "non inviata" || rows[2].Reason != "left" || rows[2].Code != "before_its_turn" || !slices.Equal(rows[2].Args, end.Left.Args) {
		m.Errorf("%+v", rows)
	}
	m.counts(m.owner, files[0].ID, map[journal.State]int{journal.Accepted: 1, journal.Pending: 2})
	told, ok, err := m.owner.Run(ctx, run)
	if err != nil || !ok || told.Reason != "stopped" || told.Motivo != "fermato" || told.Code != "interrupted" || !slices.Equal(told.Args, end.Args) || !told.EndedAt.Equal(end.At) || told.Rate != 2 || told.Environment != journal.Test {
		m.Errorf("%+v, %v", told, err)
	}
	m.must(m.owner.Resume(ctx, run))
	waits, err := m.owner.ToSend(ctx, run, journal.RowID{}, 10)
	if err != nil || len(waits) != 2 || waits[0].ID != ids[1] || waits[1].ID != ids[2] {
		m.Errorf("%+v, %v", waits, err)
	}
}

func unfinished(m *Memory) {
	ctx := m.Context()
	m.own()
	run, ids := m.plan(bookings(1)...)
	open := func(want bool, when string) {
		found, ok, err := m.owner.Unfinished(ctx, "print of "+run)
		if err != nil || ok != want || ok && found.ID != run {
			m.Errorf("%s: %t, %+v, %v", when, ok, found, err)
		}
	}
	open(true, "planned")
	m.must(m.owner.Reported(ctx, run, at))
	open(true, "told, with a row to send")
	m.send(ids[0])
	open(false, "told, and every row settled")
	m.must(m.owner.Resume(ctx, run))
	open(true, "taken up, and not told yet")
}

func toSend(m *Memory) {
	ctx := m.Context()
	m.own()
	run, first := m.draft(bookings(7)...)
	second := m.file(run, "second.csv", booking(8, "eight"), booking(9, "nine"), booking(10, "ten"))
	m.must(m.owner.Planned(ctx, run, at))
	other, _ := m.plan(booking(11, "eleven"))
	m.send(first.Row(3), second.Row(1))
	var want []journal.RowID
	for _, place := range []int{1, 2, 4, 5, 6, 7} {
		want = append(want, first.Row(place))
	}
	want = append(want, second.Row(2), second.Row(3))
	var got []journal.RowID
	for after := (journal.RowID{}); ; {
		page, err := m.owner.ToSend(ctx, run, after, 2)
		m.must(err)
		for _, r := range page {
			got, after = append(got, r.ID), r.ID
			if !r.Fresh || r.Key == "" || len(r.Request) == 0 || r.Operation != mapping.OperationPrenotazione {
				m.Errorf("%+v", r)
			}
		}
		if len(page) < 2 {
			break
		}
	}
	if !slices.Equal(got, want) {
		m.Errorf("%v, want %v", got, want)
	}
	if all, err := m.owner.ToSend(ctx, other, journal.RowID{}, 10); err != nil || len(all) != 1 || all[0].ID.Run != other {
		m.Errorf("of another run: %+v, %v", all, err)
	}
	if none, err := m.owner.ToSend(ctx, "none", journal.RowID{}, 10); err != nil || len(none) > 0 {
		m.Errorf("of no run: %+v, %v", none, err)
	}
}

func remarks(m *Memory) {
	ctx := m.Context()
	m.own()
	run, file := m.draft(bookings(1)...)
	m.must(m.owner.Remark(ctx, file, []string{"una nota", "un'altra"}))
	row := m.rows(m.owner, file)[0]
	warning := mapping.Problem{Field: "via", Column: "Via", Found: "x", Severity: mapping.Warns}
	m.must(m.owner.Warn(ctx, []journal.Warning{{Row: row.ID, Problem: warning}}))
	m.must(m.owner.Planned(ctx, run, at))
	files, err := m.owner.Files(ctx, run)
	if err != nil || len(files) != 1 || !slices.Equal(files[0].Remarks, []string{"una nota", "un'altra"}) || files[0].Columns["codiceFiscale"] != "Codice fiscale" || !slices.Equal(files[0].Unread, []string{"Note"}) {
		m.Errorf("%+v, %v", files, err)
	}
	if row = m.row(m.owner, row.ID); !reflect.DeepEqual(row.Problems, []mapping.Problem{warning}) {
		m.Errorf("%+v", row.Problems)
	}
}

func traffic(m *Memory) {
	ctx := m.Context()
	m.own()
	run, ids := m.plan(bookings(3)...)
	m.send(ids[0])
	wait := func(id journal.RowID, d time.Duration) {
		m.must(m.owner.Sent(ctx, id, at))
		m.must(m.owner.Record(ctx, id, at, journal.Change{State: journal.Planned, Event: &journal.Event{At: at, Ended: at, Kind: journal.KindSend, HTTP: 429, Wait: d, Code: "limit"}}))
	}
	wait(ids[1], time.Second)
	wait(ids[2], 3*time.Second)
	told, ok, err := m.owner.Run(ctx, run)
	m.must(err)
	t, err := m.owner.Traffic(ctx, told)
	if err != nil || !ok || t.Requests != 3 || t.SentRows != 3 || len(t.Waits) != 1 || t.Waits[0].Exchanges != 2 || t.Waits[0].Total != 4*time.Second || t.Waits[0].Longest != 3*time.Second || t.Waits[0].Code != "limit" {
		m.Errorf("%+v, %v", t, err)
	}
}

func vouchers(m *Memory) {
	ctx, o := m.Context(), m.own()
	if _, ok, err := o.LastFetch(ctx); ok || err != nil {
		m.Errorf("a list that nobody fetched: %v", err)
	}
	one := journal.Voucher{Beneficiario: person(1), Protocollo: "P1", DataPrenotazione: "2026-03-01", Prenotata: at.AddDate(0, 0, -1), Fase: "Prenotata"}
	two := journal.Voucher{Beneficiario: person(2), Protocollo: "P2", DataPrenotazione: "2026-03-02", Prenotata: at, Fase: "Attesa controllo ISEE"}
	m.must(o.KeepVouchers(ctx, at, []journal.Voucher{one, two}))
	two.Fase = "Prenotata"
	m.must(o.KeepVouchers(ctx, at.Add(time.Hour), []journal.Voucher{two}))
	m.own()
	fetch, ok, err := m.owner.LastFetch(ctx)
	if err != nil || !ok || !fetch.At.Equal(at.Add(time.Hour)) || fetch.Vouchers != 1 {
		m.Errorf("%+v, %v", fetch, err)
	}
	gone, ok, err := m.owner.VoucherOf(ctx, person(1))
	if err != nil || !ok || gone.Listed || !gone.LastSeen.Equal(at) || gone.Protocollo != "P1" {
		m.Errorf("%+v, %v", gone, err)
	}
	of, err := m.owner.VouchersOf(ctx, person(2))
	if err != nil || len(of) != 1 || !of[0].Listed || of[0].Fase != "Prenotata" || !of[0].FirstSeen.Equal(at) || !of[0].ChangedAt.Equal(at.Add(time.Hour)) {
		m.Errorf("%+v, %v", of, err)
	}
	n := 0
	for _, err := range m.owner.Vouchers(ctx) {
		m.must(err)
		n++
	}
	if n != 2 {
		m.Errorf("%d vouchers, want 2", n)
	}
}

func soundness(m *Memory) {
	ctx := m.Context()
	m.own()
	row := booking(1, "")
	row.Key = mapping.Key(row.Operation, row.Beneficiario, row.Request)
	_, ids := m.plan(row)
	m.send(ids[0])
	h, err := m.owner.Verify(ctx)
	if err != nil || len(h.Faults) > 0 || h.Runs != 1 || h.Files != 1 || h.Rows != 1 || h.States[journal.Accepted] != 1 {
		m.Errorf("%+v, %v", h, err)
	}
	if m.owner.Path() == "" {
		m.Errorf("nobody knows where it is")
	}
}
