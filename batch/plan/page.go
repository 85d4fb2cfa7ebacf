package plan

import (
	"context"
	"fmt"

	"voucherbul/batch/history"
	"voucherbul/batch/journal"
	"voucherbul/mapping"
	"voucherbul/mapping/export"
)

// planPage is how many rows go into the journal with one commit.
const planPage = 2000

// planPages brings rows into the journal, a page at a time, while the next page is being read.
type planPages struct {
	ctx     context.Context // of the plan
	to      Journal
	file    journal.FileID
	copyOf  string // the file of the same run with the same contents, "" = none
	refused bool   // what was refused goes again unchanged
	page    []export.Row
	spare   []export.Row // of the page before, to be used again
	pending chan error   // of the page on its way; nil = none is
}

func (p *planPages) add(row export.Row) error {
	if p.page = append(p.page, row.Kept()); len(p.page) < planPage {
		return nil
	}
	return p.write()
}

// write waits for the page before, and sends this one on its way.
func (p *planPages) write() error {
	if err := p.wait(); err != nil {
		return err
	}
	page, done := p.page, make(chan error, 1)
	p.page, p.spare, p.pending = p.spare[:0], page, done
	go func() { done <- p.plan(page) }()
	return nil
}

func (p *planPages) plan(page []export.Row) error {
	rows := make([]journal.Row, len(page))
	for i, r := range page {
		row, err := planned(r)
		row.ID = p.file.Row(0) // its place is known when it is there
		if again, ok := r.Value.(resent); err == nil && ok {
			row, err = p.resend(row, again)
		}
		if err != nil {
			return err
		}
		if p.copyOf != "" && row.State == journal.Planned {
			row.State, row.Outcome = journal.Already, history.Copy(p.copyOf)
		}
		rows[i] = row
	}
	return p.to.Plan(p.ctx, rows)
}

// resend says what becomes of a row that goes again, as far as that is known before it is sent.
func (p *planPages) resend(row journal.Row, again resent) (journal.Row, error) {
	row.Resends = again.group[len(again.group)-1].ID
	if row.State == journal.Skipped {
		return row, nil
	}
	state, outcome, settled := history.Resend(again.group, row, len(again.changed) > 0, p.refused)
	if !settled && row.State == journal.Planned && history.MayBeOvertaken(again.group, row) { // a million histories take a minute
		sent, err := p.to.History(p.ctx, row.Beneficiario)
		if err != nil {
			return row, err
		}
		if outcome, settled = history.Overtaken(again.group, row, sent); settled {
			state = journal.Invalid
		}
	}
	if settled {
		row.State, row.Outcome = state, outcome
	}
	return row, nil
}

// wait waits for the page on its way.
func (p *planPages) wait() error {
	if p.pending == nil {
		return nil
	}
	err := <-p.pending
	p.pending = nil
	return err
}

// end writes what is left.
func (p *planPages) end() error {
	if err := p.write(); err != nil {
		return err
	}
	return p.wait()
}

// planned is what the journal keeps of a row before anything is sent.
func planned(r export.Row) (journal.Row, error) {
	planned := journal.Row{Number: r.Number, Cells: r.Cells, Operation: r.Operation, Beneficiario: r.Beneficiario,
		Problems: r.Problems, Corrections: r.Corrections, Dates: r.Dates(), State: journal.Planned}
	if r.Skipped != "" {
		planned.State, planned.Code, planned.Args = journal.Skipped, journal.NoOrder, []string{r.Skipped}
		return planned, nil
	}
	if r.Blocked() {
		planned.State, planned.Code = journal.Invalid, journal.RuleBroken
		return planned, nil
	}
	canonical, err := mapping.Canonical(r.Request)
	if err != nil {
		return journal.Row{}, fmt.Errorf("row %d: %w", r.Number, err)
	}
	planned.Request = canonical
	planned.Key = mapping.Key(r.Operation, r.Beneficiario, canonical)
	return planned, nil
}
