// Package journaltest is the promises of a journal as tests: every memory that a journal is kept in has to pass them.
//
// It knows no memory: whoever tests one says how it is opened. It must not know how a memory is written, nor reckon with the
// numbers that it gives to rows and files.
package journaltest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"voucherbul/batch/journal"
	"voucherbul/mapping"
)

// T is the part of [testing.T] that promises use: a test of the suite itself listens to what is said.
type T interface {
	Helper()
	Context() context.Context
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
	Cleanup(func())
}

// Open opens the same memory every time, as a process of its own does. The first call makes it.
type Open func(T) journal.Journal

// Promise is one thing that every memory keeps.
type Promise struct {
	Name  string
	Check func(*Memory)
}

// Promises are all of them.
func Promises() []Promise {
	return append(append(owning(), telling()...), comparing()...)
}

// Run checks every promise, each on a fresh memory.
func Run(t *testing.T, fresh func(T) Open) {
	for _, p := range Promises() {
		t.Run(p.Name, func(t *testing.T) { Check(t, p, fresh(t)) })
	}
}

// Check checks one promise.
func Check(t T, p Promise, open Open) {
	m := &Memory{T: t, open: open}
	p.Check(m)
	m.release()
}

// Memory is a journal under test, and who owns it at the moment.
type Memory struct {
	T
	open  Open
	owner journal.Owner
	runs  int
}

// at is when things happen in these tests; the journal reads no clock.
var at = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// lost is what owners claim of rows that were on their way.
var lost = journal.Claim{Settle: 330 * time.Second, Lost: journal.Outcome{Class: "RIPROVARE", Descrizione: "persa", Reason: "lost"}}

// own lets go of the memory and takes it again, as the next process does.
func (m *Memory) own() journal.Owner {
	m.Helper()
	m.release()
	owner, err := m.open(m.T).Own(m.Context(), lost)
	m.must(err)
	m.owner = owner
	return owner
}

func (m *Memory) release() {
	m.Helper()
	if m.owner != nil {
		m.must(m.owner.Release())
		m.owner = nil
	}
}

func (m *Memory) must(err error) {
	m.Helper()
	if err != nil {
		m.Fatalf("%v", err)
	}
}

// booking is a row that waits to be sent.
func booking(who int, key string) journal.Row {
	return journal.Row{Cells: []string{"prenotazione", person(who)}, Operation: mapping.OperationPrenotazione, Beneficiario: person(who), Key: key,
		Request: []byte(`{"n":"` + key + `"}`), State: journal.Planned}
}

func person(n int) string { return fmt.Sprintf("PERSONA%09d", n) }

// bookings are of as many people.
func bookings(n int) []journal.Row {
	rows := make([]journal.Row, n)
	for i := range rows {
		rows[i] = booking(i, fmt.Sprint("key ", i))
	}
	return rows
}

// draft begins a run and adds a file with rows; it does not end the plan.
func (m *Memory) draft(rows ...journal.Row) (run string, file journal.FileID) {
	m.Helper()
	m.runs++
	run = fmt.Sprintf("20260302-0900%02d-aaaa", m.runs)
	m.must(m.owner.Begin(m.Context(), journal.Run{ID: run, Fingerprint: "print of " + run, StartedAt: at, Environment: journal.Test, Rate: 2}))
	return run, m.file(run, run+".csv", rows...)
}

// file adds a file to the run that is being planned.
func (m *Memory) file(run, path string, rows ...journal.Row) journal.FileID {
	m.Helper()
	file, err := m.owner.AddFile(m.Context(), journal.File{ID: journal.FileID{Run: run}, Path: path, SHA256: "sum of " + path, Header: []string{"Operazione", "Codice fiscale"},
		Columns: map[string]string{"codiceFiscale": "Codice fiscale"}, Unread: []string{"Note"}})
	m.must(err)
	for i := range rows {
		rows[i].ID, rows[i].Number = journal.RowID{Run: file.Run, File: file.File}, i+2
	}
	m.must(m.owner.Plan(m.Context(), rows))
	return file
}

// plan plans a run of one file.
func (m *Memory) plan(rows ...journal.Row) (run string, ids []journal.RowID) {
	m.Helper()
	run, file := m.draft(rows...)
	m.must(m.owner.Planned(m.Context(), run, at))
	for _, r := range m.rows(m.owner, file) {
		ids = append(ids, r.ID)
	}
	return run, ids
}

// rows reads the rows of a file.
func (m *Memory) rows(from journal.Reader, file journal.FileID) (rows []journal.Row) {
	m.Helper()
	for r, err := range from.Rows(m.Context(), file) {
		m.must(err)
		rows = append(rows, r)
	}
	return rows
}

// row reads one row as reports show it.
func (m *Memory) row(from journal.Reader, id journal.RowID) journal.Row {
	m.Helper()
	found, err := from.RowsByID(m.Context(), []journal.RowID{id})
	m.must(err)
	if len(found) != 1 {
		m.Fatalf("%d rows have the ID %s", len(found), id)
	}
	return found[0]
}

// accepted is what an exchange does that the platform has taken.
func accepted(lone bool) journal.Change {
	return journal.Change{State: journal.Accepted, Lone: lone, Outcome: journal.Outcome{HTTP: 200, Esito: "OK", Descrizione: "presa in carico", FaseOperativa: "Prenotata",
		DataOperazione: "2026-03-02T10:00:01", Class: "OK", Code: "esito", Args: []string{"OK"}, Fields: []string{"cap", "via"}},
		Event: &journal.Event{At: at, Ended: at.Add(time.Second), Kind: journal.KindSend, HTTP: 200, Esito: "OK"}}
}

// send lets the platform take a row.
func (m *Memory) send(ids ...journal.RowID) {
	m.Helper()
	for _, id := range ids {
		m.must(m.owner.Sent(m.Context(), id, at))
		m.must(m.owner.Record(m.Context(), id, at.Add(time.Second), accepted(true)))
	}
}

// counts checks how many rows of a file stand in each state.
func (m *Memory) counts(from journal.Reader, file journal.FileID, want map[journal.State]int) {
	m.Helper()
	got, err := from.Counts(m.Context(), file)
	m.must(err)
	if fmt.Sprint(got) != fmt.Sprint(want) {
		m.Errorf("counted %v, want %v", got, want)
	}
}
