package plan

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"voucherbul/batch/journal"
	"voucherbul/mapping"
	"voucherbul/mapping/export"
	"voucherbul/mapping/orderfile"
)

// Resend says which rows of earlier runs a job sends again.
type Resend struct {
	Run     string // whose rows go again, in place of those of files; "" = the files say what is sent
	Refused bool   // rows that were refused go again though nothing in them has changed
}

// choice is a row of an earlier run that is to go again.
type choice struct {
	place   int      // among the rows of its file, from 1
	changed []change // of the export's cells
}

// earlierRows are rows of an earlier run as a file that is planned anew: in their old order, whatever a person has sorted, and with
// the cells that were changed.
type earlierRows struct {
	ctx     context.Context
	journal Journal
	file    journal.File // that they are of
	origin  string       // path of the export in which their orders came first
	header  []string     // of the export, and columns that a person has added
	chosen  []choice     // by place
	remarks []string     // Italian: what of the outcome was not read
	page    []resent     // read from the journal, not given yet
}

// resent is a row that goes again, and all that was tried for it.
type resent struct {
	choice
	row   journal.Row // as the outcome names it
	group journal.Group
}

// resendPage is how many rows are read from the journal at once.
const resendPage = 256

// next gives the next row as a file would.
func (r *earlierRows) next() (export.GivenRow, error) {
	if len(r.page) == 0 {
		if err := r.fill(); err != nil {
			return export.GivenRow{}, err
		}
	}
	one := r.page[0]
	r.page = r.page[1:]
	return export.GivenRow{Row: one.asRow(len(r.header)), Operation: one.row.Operation, Value: one}, nil
}

func (r *earlierRows) fill() error {
	if len(r.chosen) == 0 {
		return io.EOF
	}
	some := r.chosen[:min(resendPage, len(r.chosen))]
	r.chosen = r.chosen[len(some):]
	ids := make([]journal.RowID, len(some))
	for i, p := range some {
		ids[i] = r.file.ID.Row(p.place)
	}
	groups, err := r.journal.Groups(r.ctx, ids)
	if err != nil {
		return err
	}
	for _, p := range some {
		id := r.file.ID.Row(p.place)
		group := groups[id]
		i := slices.IndexFunc(group, func(row journal.Row) bool { return row.ID == id })
		if i < 0 {
			return fmt.Errorf("row %s of the journal is gone", id)
		}
		r.page = append(r.page, resent{p, group[i], group})
	}
	return nil
}

// asRow is the row with what was changed.
func (r resent) asRow(width int) orderfile.Row {
	cells := make([]string, width)
	copy(cells, r.row.Cells)
	dates := slices.Clone(r.row.Dates)
	for _, c := range r.changed {
		cells[c.column] = c.value
		// A date of the spreadsheet is shown in the Italian way, and so it is changed, whatever the profile says of dates.
		wasDate := slices.Contains(dates, c.column)
		dates = slices.DeleteFunc(dates, func(column int) bool { return column == c.column })
		if c.isDate || wasDate && isShownDate(c.value) {
			dates = append(dates, c.column)
		}
	}
	row := orderfile.Row{Number: r.row.Number, Cells: cells}
	row.SetDates(dates)
	if r.row.State == journal.Skipped {
		row.Skipped = skipped(r.row)
	}
	for _, p := range r.row.Problems {
		if p.Field == "" && p.Severity == mapping.Blocks { // it had other cells than its header: nobody knows whose they are
			p.Remedy = "correggere la riga nel file di partenza, che ha altre celle, e inviare quello"
			row.Problems = append(row.Problems, p)
		}
	}
	return row
}

// skipped says why a row is no order.
func skipped(r journal.Row) string {
	if len(r.Args) == 0 { // an older release has stored it as a text
		return r.Descrizione
	}
	return r.Args[0]
}

// isShownDate reports a text that is written as an outcome shows the dates of a spreadsheet.
func isShownDate(value string) bool {
	shape := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return '0'
		}
		return r
	}, strings.TrimSpace(value))
	return shape == "00/00/0000" || shape == "00/00/0000 00:00:00"
}

// openEarlier opens rows of an earlier run as if they were a file. They are judged as the export was: by the sheet and the name
// that it had, and not by those of an outcome.
func openEarlier(reading export.Reading, rows *earlierRows) (*export.Export, error) {
	if err := rows.findOrigin(); err != nil {
		return nil, err
	}
	return reading.OpenGiven(export.Given{Path: rows.origin, Sheet: rows.file.Sheet, Header: rows.header, Remarks: rows.remarks, Next: rows.next})
}

// findOrigin asks any of the rows: they have come all the way together.
func (r *earlierRows) findOrigin() error {
	r.origin = r.file.Path
	if len(r.chosen) == 0 {
		return nil
	}
	id := r.file.ID.Row(r.chosen[0].place)
	groups, err := r.journal.Groups(r.ctx, []journal.RowID{id})
	if err != nil || len(groups[id]) == 0 {
		return err
	}
	first := groups[id][0]
	files, err := r.journal.Files(r.ctx, first.ID.Run)
	for _, f := range files {
		if f.ID == first.ID.InFile() {
			r.origin = f.Path
		}
	}
	return err
}
