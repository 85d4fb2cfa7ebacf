package batch

import (
	"context"
	"slices"
	"time"

	"voucherbul/batch/history"
	"voucherbul/batch/journal"
	"voucherbul/batch/platform/simulator"
	"voucherbul/mapping"
)

// check compares what became of every order with what the platform did, by its own ledger.
func (c *retries) check() {
	c.t.Helper()
	requests := map[string][]simulator.Entry{}
	for _, e := range c.posts() {
		order := c.orderOf(e.Beneficiario, mapping.Operation(e.Service))
		requests[order] = append(requests[order], e)
	}
	runs := c.runs()
	var ids []journal.RowID
	first := c.rowsOfRun(runs[len(runs)-1].ID)
	for _, row := range first {
		ids = append(ids, row.ID)
	}
	groups, err := c.journal.Groups(context.Background(), ids)
	if err != nil {
		c.t.Fatal(err)
	}
	for _, row := range first {
		order := c.orderOf(row.Beneficiario, row.Operation)
		c.checkOrder(order, history.Tried(groups[row.ID]), requests[order])
	}
	for _, run := range runs {
		c.checkSequence(run.ID)
	}
	if health, err := c.journal.Verify(context.Background()); err != nil || len(health.Faults) > 0 {
		c.t.Errorf("%v, %v", health.Faults, err)
	}
}

func (c *retries) checkOrder(order string, group journal.Group, requests []simulator.Entry) {
	c.t.Helper()
	applied, held := 0, time.Time{}
	for _, e := range requests {
		if e.Applied {
			applied++
		}
	}
	for _, row := range group {
		if (row.State == journal.Accepted || row.State == journal.Already) && held.IsZero() {
			held = row.SettledAt
		}
		if !row.State.Settled() {
			c.t.Errorf("%s: row %d of run %s ends %s", order, row.Number, row.ID.Run, row.State)
		}
	}
	for _, e := range requests {
		if !held.IsZero() && e.Time.After(held) {
			c.t.Errorf("%s: a request %v after it was known to be accepted", order, e.Time.Sub(held))
		}
	}
	switch {
	case applied > 1:
		c.t.Errorf("%s: applied %d times", order, applied)
	case applied == 1 && held.IsZero():
		c.t.Errorf("%s: applied, and nobody knows", order)
	case applied == 0 && !held.IsZero() && !saysDone(group[0].Operation, requests[len(requests)-1]):
		c.t.Errorf("%s: accepted, and not applied", order)
	}
}

// checkSequence: within a run the rows of a beneficiary go one after the other, in the order of the file.
func (c *retries) checkSequence(run string) {
	c.t.Helper()
	before := map[string]journal.Row{}
	for _, row := range c.rowsOfRun(run) {
		if row.FirstSentAt.IsZero() {
			continue
		}
		if b, ok := before[row.Beneficiario]; ok && row.FirstSentAt.Before(b.SentAt) {
			c.t.Errorf("run %s: row %d was sent at %v, row %d before it at %v", run, row.Number, row.FirstSentAt, b.Number, b.SentAt)
		}
		before[row.Beneficiario] = row
	}
}

// tell says everything that is known of a course that failed.
func (c *retries) tell() {
	for _, line := range c.told {
		c.t.Log(line)
	}
	for _, run := range slices.Backward(c.runs()) {
		for _, row := range c.rowsOfRun(run.ID) {
			c.t.Logf("%s row %d (%s) %s of %s: %s, %d attempts, %s %s (%s) %d earlier", run.ID, row.Number, row.ID, row.Operation, row.Beneficiario, row.State, row.Attempts, row.Esito, row.Descrizione, row.Reason, len(row.Earlier))
		}
	}
	for _, e := range c.posts() {
		c.t.Logf("%v %s %s HTTP %d %s applied %v %s", e.Time.Sub(start), e.Service, e.Beneficiario, e.HTTP, e.Esito, e.Applied, e.Fault)
	}
}
