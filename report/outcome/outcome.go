// Package outcome writes what became of the rows of a file in a run: as a workbook, as CSV, and as JSON lines.
//
// An outcome is a rendering of the journal: it decides nothing, and can be written again at any time. The export's own columns
// stand as they came, and every row has its ID, for a person corrects it and gives it back.
package outcome

import (
	"cmp"
	"errors"
	"iter"
	"path/filepath"
	"time"

	"voucherbul/batch/journal"
	"voucherbul/mapping/ourfile"
	"voucherbul/report"
	"voucherbul/report/sheet"
	"voucherbul/report/shelf"
)

// Outcome is what the outcome of a file is made of.
type Outcome struct {
	Run  journal.Run
	File journal.File // its Path is where the export is now
	Made time.Time    // when it is rendered
	Zone *time.Location

	Protocollo func(journal.Row) string // of a booking, from the list of ISEE outcomes; nil = nothing is known
	Rows       iter.Seq2[journal.Row, error]

	header   []string          // the export's own
	own      report.OwnColumns // where its columns are in the cells of a row
	capacity int               // rows of a sheet, where it is not the usual one
}

// isDemo reports that nothing has been filed.
func (o *Outcome) isDemo() bool { return o.Run.Environment == journal.Simulator }

func (o *Outcome) protocollo(r *journal.Row) string {
	if o.Protocollo == nil {
		return r.Protocollo
	}
	return cmp.Or(r.Protocollo, o.Protocollo(*r))
}

// columnOf is what the export calls the column of a field; "" = it has none.
func (o *Outcome) columnOf(field string) string { return o.File.Columns[field] }

// understand leaves out of the export what is not its own, and has the rows told in words.
func (o *Outcome) understand() {
	// What a check said before the clerk's corrections would contradict what has become of the row.
	o.own = report.OwnOf(o.File.Header)
	o.header, o.File.Unread = o.own.Header, o.own.Unread(o.File.Unread)
	o.Rows = told(o.Rows, report.Words{Zone: o.Zone, Columns: o.File.Columns})
}

// told are rows with their texts.
func told(rows iter.Seq2[journal.Row, error], words report.Words) iter.Seq2[journal.Row, error] {
	return func(yield func(journal.Row, error) bool) {
		for row, err := range rows {
			words.Tell(&row)
			if !yield(row, err) {
				return
			}
		}
	}
}

// Write writes an outcome in the format that its name says. An earlier file of that name is replaced: see [shelf.KeepEarlier]. An
// error is a [shelf.WriteError], with nothing written; one of the rows is within it.
func Write(path string, o Outcome) error {
	switch ourfile.FormatOf(path) {
	case ourfile.CSV:
		return writeCSV(path, o)
	case ourfile.JSON:
		return writeJSON(path, o)
	}
	return writeWorkbook(path, o)
}

// writeWorkbook writes the workbook: one line per row of the export, in its order, what is to be done about them, and a summary.
func writeWorkbook(path string, o Outcome) error {
	w := sheet.New()
	defer w.Close()
	o.understand()
	err := o.fill(w, path)
	if err == nil {
		err = w.Sign(sheet.Properties{Identifier: o.Run.ID, Title: "Esiti di " + filepath.Base(o.File.Path), Made: o.Made})
	}
	if err == nil {
		err = w.Save(path, shelf.PermissionsOf(o.File.Path))
	}
	if err == nil {
		shelf.SetTime(path, o.Made)
	}
	return sentError(path, err)
}

// sentError says of an error that it is about the outcome of what was sent.
func sentError(path string, err error) error {
	if failed, ok := errors.AsType[*shelf.WriteError](err); ok {
		failed.Sent = true
		return err
	}
	if err != nil { // one of the rows stays the journal's within it
		return &shelf.WriteError{Path: path, Err: err, Sent: true}
	}
	return nil
}

// fill adds the sheets: those of the rows as they come, then what is known when all have come.
func (o *Outcome) fill(w *sheet.Workbook, path string) error {
	for _, name := range []string{ourfile.SheetSummary, ourfile.SheetRows, ourfile.SheetToDo, ourfile.SheetDoubts, ourfile.SheetLegend} {
		if err := w.Add(name); err != nil {
			return err
		}
	}
	rows, err := o.newRowSheet(w, path)
	if err != nil {
		return err
	}
	todo, err := o.newToDoSheet(w, path)
	if err != nil {
		return err
	}
	doubts, err := o.newDoubtSheet(w, path)
	if err != nil {
		return err
	}
	counts := newTally()
	for row, err := range o.Rows {
		if err != nil {
			return err
		}
		counts.add(&row)
		if err := errors.Join(rows.add(&row), todo.add(&row), doubts.add(&row)); err != nil {
			return err
		}
	}
	for _, s := range []*sheet.Series{rows.Series, todo.Series, doubts.Series} {
		if err := s.End(); err != nil {
			return err
		}
	}
	withoutNote := 0
	for _, s := range []*sheet.Series{rows.Series, todo.Series, doubts.Series} {
		left, err := s.Finish()
		if err != nil {
			return err
		}
		withoutNote += left
	}
	return errors.Join(o.writeLegend(w), o.writeSummary(w, counts, withoutNote))
}
