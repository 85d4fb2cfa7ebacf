package batch

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"voucherbul/batch/journal"
	"voucherbul/batch/platform/simulator"
	"voucherbul/mapping"
	"voucherbul/report"
)

// doubt is a row whose answer was lost, and one behind it.
type doubt struct {
	op      mapping.Operation
	who     string
	applied bool
}

func (d doubt) String() string { return fmt.Sprint(d.op, "/", len(d.who), " applied ", d.applied) }

// world is one in which the first answer of the operation is lost.
func (d doubt) world() simulator.World {
	lost := simulator.Fault{Kind: simulator.KindResetBefore}
	if d.applied {
		lost.Kind = simulator.KindResetAfter
	}
	m := meeting{op: d.op, who: d.who}
	return simulator.World{Timers: atOnce, Vouchers: m.voucher(),
		Faults: []simulator.FaultRule{{Service: simulator.Service(d.op), Beneficiario: d.who, Times: 1, Fault: lost}}}
}

// file has the row, the one that follows it in the life of its beneficiary, and one of somebody else.
func (d doubt) file(r *rig) string {
	next := meeting{op: d.op}.life()[1]
	return r.file(newOrder(d.op, d.who), newOrder(next, d.who), prenotazione(famiglia(90)))
}

// eachDoubt plays a test with every operation, of families and of enterprises, applied and not. The row is in doubt.
func eachDoubt(t *testing.T, test func(t *testing.T, r *rig, d doubt, file string, first Result)) {
	t.Helper()
	for _, op := range mapping.Operations() {
		for _, who := range []string{famiglia(1), impresa(1)} {
			for _, applied := range []bool{false, true} {
				d := doubt{op, who, applied}
				t.Run(d.String(), func(t *testing.T) {
					play(t, d.world(), func(t *testing.T, r *rig) {
						r.config.Doubt.Wait = 0
						file := d.file(r)
						first := r.run(file)
						r.wantStates(first, journal.Uncertain, journal.Pending, journal.Accepted)
						test(t, r, d, file, first)
					})
				})
			}
		}
	}
}

func (r *rig) resolve() Resolved {
	r.t.Helper()
	resolved, err := r.job().Resolve(r.t.Context())
	if err != nil {
		r.t.Fatal(err)
	}
	r.last = Progress{}
	return resolved
}

// TestResolve clears up every doubt, and sends nothing that is not in doubt.
func TestResolve(t *testing.T) {
	eachDoubt(t, func(t *testing.T, r *rig, d doubt, file string, first Result) {
		if early := r.resolve(); len(early.Cleared) != 0 || len(early.Open) != 1 || len(r.requestsOf(d.who)) != 1 {
			t.Errorf("before the platform must have settled it: %d cleared, %d open, %d requests", len(early.Cleared), len(early.Open), len(r.requestsOf(d.who)))
		}
		r.config.Doubt.Wait = 10 * time.Minute
		resolved := r.resolve()
		want, sends := journal.Accepted, 2
		switch {
		case d.applied && d.op == mapping.OperationPrenotazione:
			sends = 1
		case d.applied:
			want = journal.Already
		}
		if resolved.Stop != nil || len(resolved.Open) != 0 || len(resolved.Cleared) != 1 || resolved.Cleared[0].State != want || resolved.Cleared[0].ID.Run != first.Run {
			t.Errorf("%+v, want the row %s", resolved, want)
		}
		if n := len(r.requestsOf(d.who)); n != sends {
			t.Errorf("%d requests, want %d: the row behind it is not to be sent", n, sends)
		}
		r.wantPatience(d.who)
		r.wantStates(first, want, journal.Pending, journal.Accepted)
		r.wantStates(r.run(file), want, journal.Accepted, journal.Accepted)
		for who, problem := range r.audit(r.allRows(first)) {
			t.Errorf("%s: %s", who, problem)
		}
		if nothing := r.resolve(); len(nothing.Cleared) != 0 || len(nothing.Open) != 0 {
			t.Errorf("again: %+v", nothing)
		}
	})
}

// TestResolveAfterAKill: the row was on its way when the process died.
func TestResolveAfterAKill(t *testing.T) {
	play(t, simulator.World{}, func(t *testing.T, r *rig) {
		file := r.file(bookings(2)...)
		planned, err := r.job(file).Plan(t.Context())
		run := planned.Run
		if err != nil {
			t.Fatal(err)
		}
		if err := r.journal.Sent(t.Context(), journal.RowID{Run: run, File: 1, Place: 1}, time.Now()); err != nil {
			t.Fatal(err)
		}
		r.close()
		r.open("journal.db")
		resolved := r.resolve()
		if len(resolved.Cleared) != 1 || resolved.Cleared[0].State != journal.Accepted || resolved.Cleared[0].ID.Run != run {
			t.Errorf("%+v, want the row cleared", resolved)
		}
		posts := r.posts()
		if len(posts) != 1 || posts[0].Time.Sub(start) < r.config.Doubt.Settle {
			t.Errorf("%+v, want one request after the settle time", posts)
		}
		r.wantAll(r.run(file), journal.Accepted)
		r.wantEachAppliedOnce(bookings(2))
	})
}

// TestMark: what a person has found out counts as an answer. Executed, the row never goes again; not executed, it goes once.
func TestMark(t *testing.T) {
	eachDoubt(t, func(t *testing.T, r *rig, d doubt, file string, first Result) {
		mark := Mark{Run: first.Run, Number: 2, Executed: d.applied, Note: "visto sul portale"}
		before, err := r.job().Mark(t.Context(), mark)
		if err != nil || before.State != journal.Uncertain || before.Beneficiario != d.who {
			t.Fatalf("%+v, %v", before, err)
		}
		want, sends := journal.Accepted, 1
		row := r.rows(first.Files[0].ID)[0]
		if !d.applied {
			want, sends = journal.Pending, 2
		}
		if row.State != want || !strings.Contains(row.Descrizione, mark.Note) || !strings.Contains(row.Reason, mark.Note) {
			t.Errorf("marked it is %s, %q, %q", row.State, row.Descrizione, row.Reason)
		}
		attempts, err := r.journal.Events(t.Context(), row.ID)
		if last := attempts[len(attempts)-1]; err != nil || last.Kind != "mark" || !strings.Contains(report.EventReason(last), mark.Note) {
			t.Errorf("%+v, %v: whoever audits the journal has to find it", attempts, err)
		}
		if _, err := r.job().Mark(t.Context(), mark); !errors.As(err, new(*MarkError)) {
			t.Errorf("a second time: %v", err)
		}
		if nothing := r.resolve(); len(nothing.Cleared) != 0 || len(nothing.Open) != 0 {
			t.Errorf("it is in doubt still: %+v", nothing)
		}

		result := r.run(file)
		r.wantStates(result, journal.Accepted, journal.Accepted, journal.Accepted)
		again := r.run(file)
		r.wantAll(again, journal.Already)
		n := 0
		for _, e := range r.requestsOf(d.who) {
			if string(e.Service) == string(d.op) {
				n++
			}
		}
		if n != sends {
			t.Errorf("%d requests, want %d", n, sends)
		}
		r.wantApplied(d.who, simulator.Service(d.op), simulator.Service(meeting{op: d.op}.life()[1]))
	})
}

// TestMarksThatAreRefused change nothing.
func TestMarksThatAreRefused(t *testing.T) {
	d := doubt{mapping.OperationAttivazione, famiglia(1), false}
	play(t, d.world(), func(t *testing.T, r *rig) {
		r.config.Doubt.Wait = 0
		first := r.run(d.file(r))
		for name, test := range map[string]struct {
			mark Mark
			says string
		}{
			"accepted": {Mark{Run: first.Run, Number: 4}, "it is accepted"},
			"pending":  {Mark{Run: first.Run, Number: 3}, "is not in doubt"},
			"no row":   {Mark{Run: first.Run, Number: 9}, "has no row 9"},
			"header":   {Mark{Run: first.Run, Number: 1}, "has no row 1"},
			"no run":   {Mark{Run: "20200101-000000-aaaa", Number: 2}, "has no run"},
			"no file":  {Mark{Run: first.Run, Number: 2, File: "rders-1.csv"}, "has no row 2"},
		} {
			for _, test.mark.Executed = range []bool{true, false} {
				_, err := r.job().Mark(t.Context(), test.mark)
				if !errors.As(err, new(*MarkError)) || !strings.Contains(err.Error(), test.says) {
					t.Errorf("%s: %v, want it refused because it %s", name, err, test.says)
				}
			}
		}
		r.wantStates(first, journal.Uncertain, journal.Pending, journal.Accepted)
	})
}

// TestMarkWithSeveralFiles: rows of one number stand in each of them.
func TestMarkWithSeveralFiles(t *testing.T) {
	world := simulator.World{Faults: []simulator.FaultRule{{Service: simulator.Prenotazione, Times: 3, Fault: simulator.Fault{Kind: simulator.KindResetAfter}}}}
	play(t, world, func(t *testing.T, r *rig) {
		r.config.Doubt.Wait = 0
		files := []string{r.file(prenotazione(famiglia(1))), r.file(prenotazione(famiglia(2))), r.file(prenotazione(famiglia(3)))}
		first := r.run(files...)
		r.wantAll(first, journal.Uncertain)
		mark := Mark{Run: first.Run, Number: 2, Executed: true, Note: "telefonata"}
		if _, err := r.job().Mark(t.Context(), mark); !errors.As(err, new(*MarkError)) || !strings.Contains(err.Error(), "--file") || !strings.Contains(err.Error(), files[2]) {
			t.Errorf("%v, want to be asked which file", err)
		}
		mark.File = filepath.Base(files[1])
		if row, err := r.job().Mark(t.Context(), mark); err != nil || row.Beneficiario != famiglia(2) {
			t.Errorf("%+v, %v", row, err)
		}
		mark.File = files[2]
		if row, err := r.job().Mark(t.Context(), mark); err != nil || row.Beneficiario != famiglia(3) {
			t.Errorf("%+v, %v", row, err)
		}
		r.wantStates(first, journal.Uncertain, journal.Accepted, journal.Accepted)
	})
}

// TestMarkAfterAKill: a row that was on its way when the process died is in doubt too.
func TestMarkAfterAKill(t *testing.T) {
	play(t, simulator.World{}, func(t *testing.T, r *rig) {
		file := r.file(bookings(1)...)
		planned, err := r.job(file).Plan(t.Context())
		run := planned.Run
		if err != nil {
			t.Fatal(err)
		}
		if err := r.journal.Sent(t.Context(), journal.RowID{Run: run, File: 1, Place: 1}, time.Now()); err != nil {
			t.Fatal(err)
		}
		r.close()
		r.open("journal.db")
		if _, err := r.job().Mark(t.Context(), Mark{Run: run, Number: 2, Executed: true, Note: "vista"}); err != nil {
			t.Fatal(err)
		}
		r.wantAll(r.run(file), journal.Accepted)
		if n := len(r.posts()); n != 0 {
			t.Errorf("%d requests, want none", n)
		}
	})
}

// TestAMarkWaitsForTheSettleTime: what was not on the portal when somebody looked may still come.
func TestAMarkWaitsForTheSettleTime(t *testing.T) {
	who := famiglia(1)
	world := simulator.World{Timers: atOnce, Faults: []simulator.FaultRule{{Service: simulator.Prenotazione, Times: 1,
		Fault: simulator.Fault{Kind: simulator.KindSlowApply, Delay: 290 * time.Second, NoLock: true}}}}
	play(t, world, func(t *testing.T, r *rig) {
		r.config.Doubt.Wait = 0
		file := r.file(prenotazione(who))
		first := r.run(file)
		r.wantStates(first, journal.Uncertain)
		if _, err := r.job().Mark(t.Context(), Mark{Run: first.Run, Number: 2, Note: "not on the portal"}); err != nil {
			t.Fatal(err)
		}
		r.run(file)
		r.wantApplied(who, simulator.Prenotazione)
		r.wantPatience(who)
	})
}
