package sqlite

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"voucherbul/batch/journal"
)

// twoFiles plans a run of two files whose numbers have gaps, as files with blank lines have.
func twoFiles(t *testing.T, j *Owner) {
	t.Helper()
	ctx := t.Context()
	plan(t, j, "before", many(3)...)
	must(t, j.Begin(ctx, journal.Run{ID: "R", StartedAt: morning}))
	for path, numbers := range map[string][]int{"a.csv": {2, 3, 7, 8, 20}, "empty.csv": nil} {
		addRows(t, j, path, numbers)
	}
	addRows(t, j, "b.csv", []int{4, 7})
	must(t, j.Planned(ctx, "R", morning.Add(time.Minute)))
}

// addRows adds a file to run R.
func addRows(t *testing.T, j *Owner, path string, numbers []int) {
	t.Helper()
	file, err := j.AddFile(t.Context(), journal.File{ID: journal.FileID{Run: "R"}, Path: path})
	must(t, err)
	rows := many(len(numbers))
	for i := range rows {
		rows[i].ID, rows[i].Number = file.Row(0), numbers[i]
	}
	must(t, j.Plan(t.Context(), rows))
}

func TestRowsNumbered(t *testing.T) {
	j := open(t)
	twoFiles(t, j)
	for number, want := range map[int][]string{1: nil, 2: {"a.csv"}, 4: {"b.csv"}, 5: nil, 7: {"a.csv", "b.csv"}, 8: {"a.csv"}, 20: {"a.csv"}, 21: nil} {
		found, err := j.RowsNumbered(t.Context(), "R", number)
		must(t, err)
		var paths []string
		for _, r := range found {
			paths = append(paths, r.Path)
			if r.Number != number || r.ID.Run != "R" || !r.When().Equal(morning.Add(time.Minute)) {
				t.Errorf("row %d: %+v", number, r)
			}
			again, err := j.Located(t.Context(), []journal.RowID{r.ID})
			if err != nil || len(again) != 1 || again[0].ID != r.ID || again[0].Number != number {
				t.Errorf("%s is %+v, %v", r.ID, again, err)
			}
		}
		if !slices.Equal(paths, want) {
			t.Errorf("row %d is in %v, want %v", number, paths, want)
		}
	}
	if found, err := j.RowsNumbered(t.Context(), "none", 2); err != nil || len(found) != 0 {
		t.Errorf("of no run: %v, %v", found, err)
	}
}

func TestLocatedOfNoRow(t *testing.T) {
	j := open(t)
	twoFiles(t, j)
	files, err := j.Files(t.Context(), "R")
	must(t, err)
	a := slices.IndexFunc(files, func(f journal.File) bool { return f.Path == "a.csv" }) + 1
	for _, id := range []journal.RowID{{Run: "R", File: a, Place: 6}, {Run: "R", File: 3 - a, Place: 1}, {Run: "R", File: 4, Place: 1}, {Run: "R", File: 0, Place: 1}, {Run: "R", File: a, Place: 0}, {Run: "none", File: 1, Place: 1}} {
		if rows, err := j.Located(t.Context(), []journal.RowID{id}); err != nil || len(rows) > 0 {
			t.Errorf("%s: %+v, %v; want none", id, rows, err)
		}
	}
	rows, err := j.Located(t.Context(), []journal.RowID{{Run: "R", File: a, Place: 3}})
	if err != nil || len(rows) != 1 || rows[0].Number != 7 || rows[0].Path != "a.csv" {
		t.Errorf("%+v, %v; want row 7 of a.csv", rows, err)
	}
}

// TestOrdersOf finds the orders of a beneficiary in all runs, and not those of somebody who shares her hash.
func TestOrdersOf(t *testing.T) {
	j := open(t)
	ctx := t.Context()
	first := all(t, j, plan(t, j, "first", planned("ANNA", "1"), planned("BRUNO", "2"), planned("ANNA", "3")))
	must(t, j.Finish(ctx, "first", journal.End{At: morning, Left: journal.Outcome{Reason: "stopped"}}))
	must(t, j.Sent(ctx, first[0].ID, morning.Add(time.Hour)))
	must(t, j.Record(ctx, first[0].ID, morning.Add(2*time.Hour), journal.Change{State: journal.Accepted, Lone: true, Outcome: journal.Outcome{Esito: "OK"}, Event: &journal.Event{At: morning.Add(time.Hour)}}))
	plan(t, j, "second", planned("CARLA", "4"), planned("ANNA", "5"))
	must(t, j.writer.do(ctx, "making a collision", func(ctx context.Context, tx transaction) error {
		for _, query := range []string{`UPDATE people SET who = ?1 WHERE who = ?2`, `UPDATE orders SET who = ?1 WHERE who = ?2`} {
			if _, err := tx.tx.ExecContext(ctx, query, hashOf("ANNA"), hashOf("CARLA")); err != nil {
				return err
			}
		}
		return nil
	}))
	orders, err := j.OrdersOf(ctx, "ANNA")
	must(t, err)
	var got []string
	for _, o := range orders {
		got = append(got, strings.Join([]string{o.ID.String()[:len(o.ID.String())-2], string(o.State), o.Esito, o.When().Format("15:04")}, " "))
	}
	if want := []string{"first-1-1 accepted OK 10:00", "first-1-3 pending  09:00", "second-1-2 planned  09:00"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if none, err := j.OrdersOf(ctx, "DARIO"); err != nil || len(none) != 0 {
		t.Errorf("%v, %v, want none", none, err)
	}
}

func TestVouchersOf(t *testing.T) {
	j := open(t)
	ctx := t.Context()
	must(t, j.KeepVouchers(ctx, morning, []journal.Voucher{listed("ANNA", "2", "Prenotata", 20), listed("BRUNO", "3", "Prenotata", 5), listed("ANNA", "1", "Attivata", 10)}))
	must(t, j.KeepVouchers(ctx, morning.Add(time.Hour), []journal.Voucher{listed("ANNA", "2", "Prenotata", 20)}))
	vouchers, err := j.VouchersOf(ctx, "ANNA")
	must(t, err)
	if len(vouchers) != 2 || vouchers[0].Protocollo != "1" || vouchers[0].Listed || vouchers[1].Protocollo != "2" || !vouchers[1].Listed {
		t.Errorf("%+v, want hers in the order of their booking, and whether the latest list has them", vouchers)
	}
}

// TestLooksUseIndexes keeps a look at one run, row or person from becoming a scan of a million.
func TestLooksUseIndexes(t *testing.T) {
	j := open(t)
	for query, want := range map[string]string{
		sqlTrafficEvents: "SEARCH attempts USING PRIMARY KEY (row>? AND row<?)",
		sqlTrafficStates: "SEARCH states USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)",
		sqlOrdersOf:      "SEARCH p USING PRIMARY KEY (who=?)",
		sqlVouchersOf:    "SEARCH vouchers USING INDEX vouchers_by_beneficiario",
		sqlSpan:          "SEARCH f USING INDEX files_by_place (run=? AND place=?)",
		sqlPlace:         "SEARCH f USING INDEX files_by_place (run=? AND place=?)",
	} {
		if steps := queryPlan(t, j, query, min(3, strings.Count(query, "?"))); !strings.Contains(steps, want) || strings.Contains(steps, "SCAN o") || strings.Contains(steps, "SCAN s") {
			t.Errorf("%s\n%s\nwant %s", query, steps, want)
		}
	}
}
