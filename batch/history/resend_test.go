package history

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"voucherbul/batch/journal"
	"voucherbul/batch/platform/esito"
	"voucherbul/report"
)

// attempt is one member of a group, the n-th, in a run of its own.
type attempt struct {
	key   string
	state journal.State
	class esito.Class
	why   journal.Code
}

// groupOf makes a group; its rows were sent where their state says so.
func groupOf(attempts ...attempt) journal.Group {
	var g journal.Group
	for i, a := range attempts {
		row := journal.Row{ID: journal.RowID{Run: fmt.Sprint("R", i+1), File: 1, Place: 10}, Number: 7, Key: a.key, State: a.state}
		row.Outcome = journal.Outcome{Class: string(a.class), Code: a.why, Descrizione: "detto prima", Esito: "E" + fmt.Sprint(i+1)}
		switch a.state {
		case journal.Accepted, journal.Rejected, journal.Uncertain, journal.Sent:
			if a.why == "" {
				row.Attempts = 1
			}
		}
		g = append(g, row)
	}
	return g
}

// said are the texts about a row with an outcome.
func said(state journal.State, outcome journal.Outcome) journal.Outcome {
	row := journal.Row{State: state, Outcome: outcome}
	report.Words{Zone: time.UTC}.Tell(&row)
	return row.Outcome
}

const (
	accepted  = journal.Accepted
	already   = journal.Already
	rejected  = journal.Rejected
	invalid   = journal.Invalid
	uncertain = journal.Uncertain
	pending   = journal.Pending
)

// TestSettleRepeated goes through every line of its comment, and the edges of each.
func TestSettleRepeated(t *testing.T) {
	const (
		edited, asItWas = true, false
		sent            = journal.State("") // as any new row
		fix, later      = esito.Correggibile, esito.Attendere
	)
	const inDoubt, overtakenBefore = journal.ChangedInDoubt, journal.Overtaken
	for _, test := range []struct {
		name    string
		group   journal.Group
		key     string // of the row now; "" = it breaks a rule
		changed bool
		refused bool
		want    journal.State
		says    string
	}{
		{"accepted", groupOf(attempt{"a", accepted, "", ""}), "a", asItWas, false, already, "riga 7, invio R1"},
		{"there already", groupOf(attempt{"a", already, "", ""}), "a", asItWas, false, already, "Già acquisita"},
		{"accepted, and all that was refused asked for", groupOf(attempt{"a", accepted, "", ""}), "a", asItWas, true, already, ""},
		{"accepted, then edited", groupOf(attempt{"a", accepted, "", ""}), "b", edited, false, invalid, "la modifica non è stata inviata"},
		{"accepted, then edited, and refused", groupOf(attempt{"a", accepted, "", ""}), "b", edited, true, invalid, "la modifica non è stata inviata"},
		{"accepted, then edited into nonsense", groupOf(attempt{"a", accepted, "", ""}), "", edited, false, invalid, "la modifica non è stata inviata"},
		{"accepted, and edited in what nobody reads", groupOf(attempt{"a", accepted, "", ""}), "a", edited, false, already, ""},
		{"accepted, and another request by other settings", groupOf(attempt{"a", accepted, "", ""}), "b", asItWas, false, already, ""},
		{"accepted, and invalid by rules that are new", groupOf(attempt{"a", accepted, "", ""}), "", asItWas, false, already, ""},
		{"refused, accepted when corrected, old content", groupOf(attempt{"a", rejected, fix, ""}, attempt{"b", accepted, "", ""}), "a", asItWas, false, already, "invio R2"},
		{"refused, accepted when corrected, edited back", groupOf(attempt{"a", rejected, fix, ""}, attempt{"b", accepted, "", ""}), "a", edited, false, invalid, "la modifica non è stata inviata"},
		{"accepted, and found so later", groupOf(attempt{"a", accepted, "", ""}, attempt{"a", already, "", ""}), "a", asItWas, false, already, "invio R2"},

		{"in doubt", groupOf(attempt{"a", uncertain, "", ""}), "a", asItWas, false, sent, ""},
		{"on its way", groupOf(attempt{"a", journal.Sent, "", ""}), "a", asItWas, false, sent, ""},
		{"in doubt, edited", groupOf(attempt{"a", uncertain, "", ""}), "b", edited, false, invalid, "finché non si sa"},
		{"in doubt, edited, and refused", groupOf(attempt{"a", uncertain, "", ""}), "b", edited, true, invalid, "finché non si sa"},
		{"in doubt, edited in what nobody reads", groupOf(attempt{"a", uncertain, "", ""}), "a", edited, false, sent, ""},
		{"in doubt, edited into nonsense", groupOf(attempt{"a", uncertain, "", ""}), "", edited, false, invalid, "finché non si sa"},
		{"in doubt, invalid by rules that are new", groupOf(attempt{"a", uncertain, "", ""}), "", asItWas, false, sent, ""}, // as the rule says
		{"in doubt, another request by other settings", groupOf(attempt{"a", uncertain, "", ""}), "b", asItWas, false, invalid, "finché non si sa"},
		{"in doubt when corrected, old content", groupOf(attempt{"a", rejected, fix, ""}, attempt{"b", uncertain, "", ""}), "a", asItWas, false, invalid, "finché non si sa"},
		{"in doubt, and waiting behind that", groupOf(attempt{"a", uncertain, "", ""}, attempt{"a", pending, "", ""}), "b", edited, false, invalid, "invio R1"},
		{"in doubt, and edited before", groupOf(attempt{"a", uncertain, "", ""}, attempt{"b", invalid, "", inDoubt}), "c", edited, false, invalid, "invio R1"},

		{"edited while in doubt, which has been cleared up", groupOf(attempt{"a", rejected, fix, ""}, attempt{"b", invalid, "", inDoubt}), "b", asItWas, false, sent, ""},
		{"edited while in doubt, accepted meanwhile", groupOf(attempt{"a", accepted, "", ""}, attempt{"b", invalid, "", inDoubt}), "b", edited, false, invalid, "già acquisita"},
		{"edited while in doubt, and now as it was", groupOf(attempt{"a", rejected, fix, ""}, attempt{"b", invalid, "", inDoubt}), "a", asItWas, false, rejected, "invio R1"},

		{"invalid still", groupOf(attempt{"", invalid, "", ""}), "", asItWas, false, sent, ""}, // as the rule says
		{"refused, and edited into nonsense", groupOf(attempt{"a", rejected, fix, ""}), "", edited, false, sent, ""},
		{"invalid, and corrected", groupOf(attempt{"", invalid, "", ""}), "a", edited, false, sent, ""},
		{"invalid, and right by other rules", groupOf(attempt{"", invalid, "", ""}), "a", asItWas, false, sent, ""},
		{"overtaken before", groupOf(attempt{"a", rejected, later, ""}, attempt{"a", invalid, "", overtakenBefore}), "a", asItWas, false, invalid, "detto prima"},
		{"overtaken before, and refused", groupOf(attempt{"a", invalid, "", overtakenBefore}), "a", asItWas, true, invalid, "detto prima"},
		{"overtaken before, and edited", groupOf(attempt{"a", invalid, "", overtakenBefore}), "b", edited, false, sent, ""},

		{"refused", groupOf(attempt{"a", rejected, fix, ""}), "a", asItWas, false, rejected, "non è cambiata da allora (riga 7, invio R1)"},
		{"refused to the end", groupOf(attempt{"a", rejected, esito.Definitivo, ""}), "a", asItWas, false, rejected, ""},
		{"refused, by a journal that has no classes", groupOf(attempt{"a", rejected, "", ""}), "a", asItWas, false, rejected, ""},
		{"refused, and that is asked for", groupOf(attempt{"a", rejected, fix, ""}), "a", asItWas, true, sent, ""},
		{"refused, and edited in what nobody reads", groupOf(attempt{"a", rejected, fix, ""}), "a", edited, false, rejected, ""},
		{"refused, and edited", groupOf(attempt{"a", rejected, fix, ""}), "b", edited, false, sent, ""},
		{"refused, and another request by other settings", groupOf(attempt{"a", rejected, fix, ""}), "b", asItWas, false, sent, ""},
		{"refused, corrected, refused, old content", groupOf(attempt{"a", rejected, fix, ""}, attempt{"b", rejected, fix, ""}), "a", edited, false, rejected, "invio R1"},
		{"refused, corrected, waits, old content", groupOf(attempt{"a", rejected, fix, ""}, attempt{"b", pending, "", ""}), "a", asItWas, false, rejected, "invio R1"},
		{"three attempts, a new correction", groupOf(attempt{"a", rejected, fix, ""}, attempt{"b", rejected, fix, ""}, attempt{"c", rejected, fix, ""}), "d", edited, false, sent, ""},
		{"refused then, and of the moment since", groupOf(attempt{"a", rejected, fix, ""}, attempt{"a", rejected, later, ""}), "a", asItWas, false, sent, ""},

		{"of the moment", groupOf(attempt{"a", rejected, later, ""}), "a", asItWas, false, sent, ""},
		{"locks used up", groupOf(attempt{"a", rejected, esito.Riprovare, ""}), "a", asItWas, false, sent, ""},
		{"waits", groupOf(attempt{"a", pending, "", ""}), "a", asItWas, false, sent, ""},
		{"waits, and edited", groupOf(attempt{"a", pending, "", ""}), "b", edited, false, sent, ""},
		{"of a run that was killed", groupOf(attempt{"a", journal.Planned, "", ""}), "a", asItWas, false, sent, ""},

		{"a copy", groupOf(attempt{"a", already, "", journal.CopyOfFile}), "a", asItWas, false, already, "detto prima"},
		{"a copy, edited", groupOf(attempt{"a", already, "", journal.CopyOfFile}), "b", edited, false, invalid, "La modifica non è stata inviata"},
		{"a copy is no acceptance", groupOf(attempt{"a", rejected, fix, ""}, attempt{"a", already, "", journal.CopyOfFile}), "b", edited, false, sent, ""},
		{"taken up, and that was refused", groupOf(attempt{"a", invalid, "", SupersededBy(journal.Row{ID: journal.RowID{Run: "R2"}}).Code}, attempt{"b", rejected, fix, ""}), "a", edited, false, sent, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			now := journal.Row{ID: journal.RowID{Run: "now"}, Number: 7, Key: test.key, State: journal.Planned}
			if test.key == "" {
				now.State = invalid
			}
			state, outcome, ok := Resend(test.group, now, test.changed, test.refused)
			if state != test.want || ok != (test.want != sent) || !strings.Contains(said(state, outcome).Descrizione, test.says) {
				t.Errorf("%q (%s), %v; want %q (%s)", state, said(state, outcome).Descrizione, ok, test.want, test.says)
			}
			if ok && outcome.Code == "" { // what is as it was before keeps its own
				t.Error("nobody is told why")
			}
		})
	}
}

// TestSettleTwice asserts that an order which two outcomes of one command have is sent from the first one.
func TestSettleTwice(t *testing.T) {
	for key, want := range map[string]journal.State{"b": already, "c": invalid, "a": invalid} {
		group := append(groupOf(attempt{"a", rejected, esito.Correggibile, ""}), journal.Row{ID: journal.RowID{Run: "now", File: 1, Place: 2}, Key: "b", Number: 3, State: journal.Planned})
		state, outcome, ok := Resend(group, journal.Row{ID: journal.RowID{Run: "now"}, Key: key, State: journal.Planned}, true, true)
		if !ok || state != want || !outcome.Code.IsCopy() || fmt.Sprint(outcome.Args) != "[3]" || !strings.Contains(said(state, outcome).Descrizione, "riga 3") {
			t.Errorf("%s: %s %+v, want %s", key, state, outcome, want)
		}
	}
}

// TestStillRefusedIsSaidOnce: a row that comes back every night does not get longer.
func TestStillRefusedIsSaidOnce(t *testing.T) {
	group := groupOf(attempt{"a", rejected, esito.Correggibile, ""})
	for n := range 3 {
		now := journal.Row{ID: journal.RowID{Run: fmt.Sprint("again ", n)}, Key: "a", State: journal.Planned}
		state, outcome, ok := Resend(group, now, false, false)
		if !ok || strings.Count(said(state, outcome).Descrizione, "\n") != 1 || !strings.Contains(said(state, outcome).Descrizione, "invio R1") || outcome.Esito != "E1" {
			t.Fatalf("%s %+v", state, outcome)
		}
		now.State, now.Outcome = state, outcome
		group = append(group, now)
	}
}

// TestOvertaken knows a booking that comes after its own disdetta.
func TestOvertaken(t *testing.T) {
	acquired := func(run string, place int) journal.Acquired {
		return journal.Acquired{ID: journal.RowID{Run: run, File: 1, Place: place}, Number: 9}
	}
	transient := attempt{"a", rejected, esito.Attendere, ""}
	for _, test := range []struct {
		name    string
		group   journal.Group
		key     string
		history []journal.Acquired
		want    bool
	}{
		{"nothing held", groupOf(transient), "a", nil, false},
		{"a later row of its file", groupOf(transient), "a", []journal.Acquired{acquired("R1", 11)}, true},
		{"among others", groupOf(transient), "a", []journal.Acquired{acquired("R1", 11), acquired("R8", 80)}, true},
		{"an earlier row of its file", groupOf(transient), "a", []journal.Acquired{acquired("R1", 9)}, false},
		{"another file", groupOf(transient), "a", []journal.Acquired{acquired("R8", 80)}, false},
		{"another file of its run", groupOf(transient), "a", []journal.Acquired{{ID: journal.RowID{Run: "R1", File: 2, Place: 11}}}, false},
		{"edited since", groupOf(transient), "b", []journal.Acquired{acquired("R1", 11)}, false},
		{"as edited before", groupOf(attempt{"a", rejected, "", ""}, attempt{"b", rejected, "", ""}), "b", []journal.Acquired{acquired("R1", 11)}, false},
		{"it never had its turn", groupOf(attempt{"a", pending, "", ""}), "a", []journal.Acquired{acquired("R1", 11)}, false},
		{"in the file of the first attempt", groupOf(transient, transient), "a", []journal.Acquired{acquired("R1", 11)}, true},
		{"in the file of the second attempt", groupOf(transient, transient), "a", []journal.Acquired{acquired("R2", 11)}, true},
		{"after a copy", groupOf(transient, attempt{"a", already, "", journal.CopyOfFile}), "a", []journal.Acquired{acquired("R1", 11)}, true},
	} {
		outcome, got := Overtaken(test.group, journal.Row{Key: test.key}, test.history)
		if got != test.want || got && !strings.Contains(said(invalid, outcome).Descrizione, "riga 9") {
			t.Errorf("%s: %v %q, want %v", test.name, got, said(invalid, outcome).Descrizione, test.want)
		}
	}
}

// TestTakenUp says which rows a run that is resumed leaves to later ones.
func TestTakenUp(t *testing.T) {
	waits := attempt{"a", journal.Planned, "", ""}
	for _, test := range []struct {
		name  string
		later []attempt
		want  string // run; "" = it is sent
	}{
		{"waits there too", []attempt{{"a", pending, "", ""}}, "R2"},
		{"accepted there", []attempt{{"b", accepted, "", ""}}, "R2"},
		{"in doubt there", []attempt{{"b", uncertain, "", ""}}, "R2"},
		{"refused there", []attempt{{"b", rejected, "", ""}}, "R2"},
		{"corrected, and not rightly", []attempt{{"", invalid, "", ""}}, "R2"},
		{"another order has it", []attempt{{"b", already, "", ""}}, "R2"},
		{"not sent there, for nothing had changed", []attempt{{"b", rejected, "", journal.UnchangedSince}}, ""},
		{"a copy", []attempt{{"a", already, "", journal.CopyOfFile}}, ""},
		{"taken up there in its turn", []attempt{{"b", invalid, "", journal.Superseded}, {"c", pending, "", ""}}, "R3"},
	} {
		group := groupOf(append([]attempt{waits}, test.later...)...)
		if by, ok := Superseded(group, group[0].ID); by.ID.Run != test.want || ok != (test.want != "") {
			t.Errorf("%s: %q, %v; want %q", test.name, by.ID.Run, ok, test.want)
		}
	}
	for _, state := range journal.States() {
		group := groupOf(attempt{"a", state, "", ""}, attempt{"a", accepted, "", ""})
		if _, ok := Superseded(group, group[0].ID); ok != (state == journal.Planned || state == pending) {
			t.Errorf("%s: %v; only what waits can be taken up", state, ok)
		}
	}
}
