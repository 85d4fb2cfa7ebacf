package export

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"voucherbul/mapping"
	"voucherbul/mapping/orderfile"
	"voucherbul/mapping/profile"
)

// Row is one row of an export and what is known of it before anything is sent.
type Row struct {
	Number  int      // as the user sees it in the file
	Cells   []string // the file's own columns, as read
	Skipped string   // Italian: why the row is no order; "" = it is one, and Mapped says what became of it
	mapping.Mapped
	Value any            // what came with a row that was given; nil = it is of a file
	read  *orderfile.Row // nil = the row is kept
	dates []int          // of a kept row
}

// IsDate reports whether a cell is a date of the spreadsheet, and not a text that looks like one.
func (r Row) IsDate(column int) bool {
	if r.read == nil {
		return slices.Contains(r.dates, column)
	}
	return r.read.IsDate(column)
}

// Dates are the columns of IsDate.
func (r Row) Dates() []int {
	if r.read == nil {
		return r.dates
	}
	return r.read.Dates()
}

// Kept is the row for those who keep it when the walk goes on: without it they would keep the rows that were read with it too.
func (r Row) Kept() Row {
	r.dates, r.read = r.Dates(), nil
	return r
}

// judge says what a row becomes.
func (e *Export) judge(row *orderfile.Row, with companion) Row {
	judged := Row{Number: row.Number, Cells: row.Cells, Skipped: row.Skipped, Value: with.value, read: row}
	mapper := e.mapper
	mapper.Operation = cmp.Or(mapper.Operation, with.operation) // what this reading was told comes first
	if row.Skipped != "" {
		if len(e.skipped) < namedRows {
			e.skipped = append(e.skipped, fmt.Sprintf("riga %d, %s", row.Number, row.Skipped))
		} else {
			e.others++
		}
		return judged
	}
	problems := row.Problems
	if e.binding != nil {
		problems = append(problems, e.binding.Apply(row.Cells, row.IsDate, &row.Order)...)
	}
	judged.Mapped = mapper.MapIn(&e.scratch, &row.Order)
	if e.binding != nil {
		judged.quoteCells(e.binding)
	}
	if len(problems) > 0 {
		judged.explain(problems)
	}
	judged.Mapped = e.doubles.Check(row.Number, judged.Mapped)
	return judged
}

// quoteCells shows the clerk the original cells where the profile has changed a value: the clerk finds and corrects those. A
// code of a list of relatives is quoted by itself where the cells have it.
func (r *Row) quoteCells(b *profile.Binding) {
	for i := range r.Problems {
		p := &r.Problems[i]
		if text, ok := b.CellText(p.Field, r.Cells); ok && (p.Field != mapping.Relatives || p.Found == "" || !strings.Contains(strings.ToUpper(text), p.Found)) {
			p.Found = text
		}
	}
	r.Corrections = slices.DeleteFunc(r.Corrections, func(c mapping.Correction) bool {
		text, ok := b.CellText(c.Field, r.Cells)
		return ok && strings.EqualFold(text, c.To)
	})
	for i := range r.Corrections {
		if text, ok := b.CellText(r.Corrections[i].Field, r.Cells); ok {
			r.Corrections[i].From = text
		}
	}
}

// takeBack shows a value that the reader or the profile has refused as it stands in the file, and removes its Corrections.
// Mapping may have read it differently, and a report must not guess.
func (r *Row) takeBack(refused []mapping.Problem) {
	for _, p := range refused {
		if p.Field == "" || p.Severity != mapping.Blocks {
			continue
		}
		if r.Values != nil {
			r.Values[slices.IndexFunc(mapping.Fields(), func(f mapping.Field) bool { return f.Name == p.Field })] = p.Found
		}
		r.Corrections = slices.DeleteFunc(r.Corrections, func(c mapping.Correction) bool { return c.Field == p.Field })
	}
}

// explain puts the Problems of the reader and of the profile first. They replace those of mapping about the same field,
// because the reader and the profile know more. A row whose cells may stand in the wrong columns is not sent.
func (r *Row) explain(problems []mapping.Problem) {
	told := problems
	for _, p := range r.Problems {
		if p.Field == "" || !slices.ContainsFunc(problems, func(known mapping.Problem) bool {
			return known.Field == p.Field && (known.Severity == mapping.Blocks || p.Severity != mapping.Blocks) // what blocks is always said
		}) {
			problems = append(problems, p)
		}
	}
	r.Problems = problems
	r.takeBack(told)
	if slices.ContainsFunc(problems, func(p mapping.Problem) bool { return p.Severity == mapping.Blocks }) {
		r.Request = nil
	}
}
