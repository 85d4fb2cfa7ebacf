package journaltest

import (
	"fmt"
	"slices"
	"time"

	"voucherbul/batch/journal"
	"voucherbul/mapping"
)

// comparing are the promises about what earlier runs mean for later ones.
func comparing() []Promise {
	return []Promise{
		{"all that was tried for an order stands together", groups},
		{"the history is what the platform has from us, oldest first", histories},
		{"what was accepted is known as acquired for the same request", acquiredRequests},
		{"a plan is compared with other runs while it is made", overlapsOfAPlan},
		{"a run is compared again after its plan", overlapsOfARun},
		{"what was corrected and accepted is told of the order as it was", correctedOverlaps},
		{"doubts of every run come oldest first", doubts},
		{"a booking is among those that may have made a voucher", bookingsOfVouchers},
	}
}

func groups(m *Memory) {
	ctx := m.Context()
	m.own()
	first, before := m.plan(bookings(2)...)
	m.must(m.owner.Sent(ctx, before[0], at))
	m.must(m.owner.Record(ctx, before[0], at, journal.Change{State: journal.Rejected, Lone: true, Outcome: journal.Outcome{Esito: "NOK", Descrizione: "no"},
		Event: &journal.Event{At: at, Ended: at, Kind: journal.KindSend}}))
	again := booking(0, "another key")
	again.Resends = before[0]
	second, after := m.plan(again)
	third := booking(0, "third key")
	third.Resends = after[0]
	_, last := m.plan(third)
	all, err := m.owner.Groups(ctx, []journal.RowID{after[0], before[1]})
	m.must(err)
	var ids []journal.RowID
	for _, r := range all[after[0]] {
		ids = append(ids, r.ID)
	}
	if want := []journal.RowID{before[0], after[0], last[0]}; !slices.Equal(ids, want) || len(all[before[1]]) != 1 {
		m.Errorf("%v, want %v; %d of an order that never went again", ids, want, len(all[before[1]]))
	}
	for run, want := range map[string][]journal.RowID{first: {before[0]}, second: {after[0]}} {
		if taken, err := m.owner.Resent(ctx, run); err != nil || !slices.Equal(taken, want) {
			m.Errorf("taken up of %s: %v, %v, want %v", run, taken, err, want)
		}
	}
	rows, err := m.owner.Files(ctx, second)
	m.must(err)
	if shown := m.rows(m.owner, rows[0].ID)[0]; len(shown.Earlier) != 1 || shown.Earlier[0].ID.Run != first || shown.Earlier[0].Esito != "NOK" || shown.Earlier[0].State != journal.Rejected {
		m.Errorf("%+v", shown.Earlier)
	}
}

func histories(m *Memory) {
	m.own()
	_, first := m.plan(booking(1, "a"), booking(2, "b"))
	_, second := m.plan(booking(1, "c"))
	m.send(second[0], first[0]) // what was planned first was accepted last
	sent, err := m.owner.History(m.Context(), person(1))
	m.must(err)
	var keys []string
	for _, h := range sent {
		keys = append(keys, h.Key)
	}
	if fmt.Sprint(keys) != "[c a]" || sent[0].Operation != mapping.OperationPrenotazione || sent[0].DataOperazione == "" || string(sent[0].Request) != `{"n":"c"}` {
		m.Errorf("%+v", sent)
	}
	if none, err := m.owner.History(m.Context(), person(2)); err != nil || len(none) > 0 {
		m.Errorf("%+v, %v", none, err)
	}
}

func acquiredRequests(m *Memory) {
	ctx := m.Context()
	m.own()
	_, first := m.plan(booking(1, "a"))
	_, second := m.plan(booking(1, "a"), booking(1, "b"))
	acquired := func(id journal.RowID, want bool, when string) {
		h, ok, err := m.owner.AcquiredFor(ctx, m.row(m.owner, id))
		if err != nil || ok != want || ok && h.Key != "a" {
			m.Errorf("%s: %t, %+v, %v", when, ok, h, err)
		}
	}
	acquired(second[0], false, "nothing was sent")
	m.send(first[0])
	acquired(second[0], true, "the same request was accepted")
	acquired(second[1], false, "another request")
}

// compared walks through the overlaps of a run.
func (m *Memory) compared(run string) (all []journal.Overlap) {
	m.Helper()
	for o, err := range m.owner.Overlaps(m.Context(), run) {
		m.must(err)
		all = append(all, o)
	}
	return all
}

func overlapsOfAPlan(m *Memory) {
	m.own()
	_, before := m.plan(booking(1, "a"), booking(2, "b"), booking(3, "c"))
	m.send(before[0])
	run, _ := m.draft(booking(4, "d"), booking(1, "a"), booking(1, "new"), booking(2, "b"))
	all := m.compared(run)
	if len(all) != 1 || len(all[0].Rows) != 2 || all[0].Rows[0].Key != "a" || all[0].Rows[1].Key != "new" || all[0].Rows[0].Beneficiario != person(1) {
		m.Fatalf("%+v", all)
	}
	if len(all[0].History) != 1 || all[0].History[0].Key != "a" || !all[0].Known["a"] || all[0].Known["new"] {
		m.Errorf("%+v", all[0])
	}
}

func overlapsOfARun(m *Memory) {
	ctx := m.Context()
	m.own()
	other, before := m.plan(booking(1, "a"))
	run, planned := m.plan(booking(1, "a"), booking(2, "b"))
	if all := m.compared(run); len(all) > 0 {
		m.Errorf("nothing was sent, and it overlaps: %+v", all)
	}
	m.send(before[0])
	if all := m.compared(run); len(all) != 1 {
		m.Errorf("to the owner who has planned it, it does not overlap: %+v", all)
	}
	m.own()
	all := m.compared(run)
	if len(all) != 1 || len(all[0].Rows) != 1 || all[0].Rows[0].ID != planned[0] || len(all[0].History) != 1 || all[0].History[0].ID.Run != other || len(all[0].Known) != 1 || !all[0].Known["a"] {
		m.Errorf("%+v", all)
	}
	m.must(m.owner.Settle(ctx, at, []journal.Settlement{{Row: planned[0], State: journal.Already}}))
	if all := m.compared(run); len(all) > 0 {
		m.Errorf("what is settled waits no more: %+v", all)
	}
}

func correctedOverlaps(m *Memory) {
	ctx := m.Context()
	m.own()
	_, wrong := m.plan(booking(1, "wrong"))
	m.must(m.owner.Sent(ctx, wrong[0], at))
	m.must(m.owner.Record(ctx, wrong[0], at, journal.Change{State: journal.Rejected, Lone: true, Event: &journal.Event{At: at, Ended: at, Kind: journal.KindSend}}))
	again := booking(1, "right")
	again.Resends = wrong[0]
	_, right := m.plan(again)
	m.send(right[0])
	run, ids := m.plan(booking(1, "wrong"))
	all := m.compared(run)
	if len(all) != 1 || len(all[0].Corrected) != 1 || all[0].Corrected["wrong"].ID != right[0] || all[0].Corrected["wrong"].Key != "right" {
		m.Errorf("%+v", all)
	}
	_, ends := m.plan(booking(1, "another"))
	m.send(ends[0])
	if all := m.compared(run); len(all) != 1 || len(all[0].Corrected) > 0 || all[0].Rows[0].ID != ids[0] {
		m.Errorf("another request followed: %+v", all)
	}
}

func doubts(m *Memory) {
	ctx := m.Context()
	m.own()
	_, first := m.plan(bookings(2)...)
	_, second := m.plan(booking(7, "seven"))
	for _, id := range []journal.RowID{second[0], first[1]} {
		m.must(m.owner.Sent(ctx, id, at))
	}
	m.own()
	found, err := m.owner.InDoubt(ctx)
	if err != nil || len(found) != 2 || found[0].ID != first[1] || found[1].ID != second[0] || found[0].Cells == nil || !found[0].Shared {
		m.Errorf("%+v, %v", found, err)
	}
}

func bookingsOfVouchers(m *Memory) {
	ctx := m.Context()
	m.own()
	run, ids := m.plan(booking(1, "a"))
	m.send(ids[0])
	m.must(m.owner.KeepVouchers(ctx, at.Add(time.Hour), []journal.Voucher{{Beneficiario: person(1), Protocollo: "P", Prenotata: at, Fase: "Prenotata"}}))
	for v, err := range m.owner.Vouchers(ctx) {
		m.must(err)
		if len(v.Ours) != 1 || v.Ours[0].ID != ids[0] || v.Ours[0].ID.Run != run || v.Ours[0].Number != 2 || v.Ours[0].Then != "" {
			m.Errorf("%+v", v.Ours)
		}
	}
	n := 0
	for p, err := range m.owner.Prenotazioni(ctx) {
		m.must(err)
		if n++; p.Beneficiario != person(1) || !p.SettledAt.Equal(at.Add(time.Second)) {
			m.Errorf("%+v", p)
		}
	}
	if n != 1 {
		m.Errorf("%d bookings", n)
	}
}
