// Package check writes what a check has found: the workbook with the same rows, coloured and explained, which a clerk corrects and
// gives back; and its rows as JSON, for programs.
//
// It must not judge: a row comes with its Problems. The export's own columns stand as they came, for the workbook is read again.
package check

import (
	"iter"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"voucherbul/mapping"
	"voucherbul/mapping/ourfile"
	"voucherbul/report"
	"voucherbul/report/sheet"
	"voucherbul/report/shelf"
)

// Check is what a check has found, row by row.
type Check struct {
	Source  string            // the path of the export
	Sheet   string            // of the export, which the rows keep; "" = it has none, and they stand in [ourfile.SheetCheck]
	Header  []string          // of the export; the columns of an earlier check are not repeated
	Columns map[string]string // header as written, by field name; several are joined by ", "; nil = a Problem's Column is enough
	Unread  []string          // columns that no field knows
	Remarks func() []string   // Italian sentences about the file as a whole; asked for when the rows are at their end; nil = none
	Made    time.Time         // when the check is made
	Kept    func(path string) // told where a corrected workbook of an earlier check was moved to; nil = nobody is
	Rows    iter.Seq2[report.CheckedRow, error]
}

// Counts says how a check went. Rows are all rows: Valid + Invalid + Skipped.
type Counts struct {
	Rows    int `json:"rows"`
	Valid   int `json:"valid"`
	Invalid int `json:"invalid"`
	Skipped int `json:"skipped"`
}

func (c *Counts) add(v report.Verdict) {
	c.Rows++
	switch v {
	case report.Skipped:
		c.Skipped++
	case report.Invalid:
		c.Invalid++
	default:
		c.Valid++
	}
}

// label is the verdict as the clerk reads it.
func label(r report.CheckedRow) string {
	switch {
	case r.Verdict() == report.Skipped:
		return ourfile.VerdictSkipped
	case r.Verdict() == report.Valid:
		return ourfile.VerdictValid
	case isMisfit(r):
		return ourfile.VerdictMisfit
	}
	return ourfile.VerdictInvalid
}

// isMisfit reports a Problem of the row as a row, and not of one of its fields.
func isMisfit(r report.CheckedRow) bool {
	return slices.ContainsFunc(r.Problems, func(p mapping.Problem) bool { return p.Field == "" && p.Severity == mapping.Blocks })
}

// Write writes the workbook of a check: the same rows, bad cells coloured and with a note, and what is
// wrong with each row. The file's own columns come first and unchanged, in a sheet of the same name, so that the
// corrected workbook can be read again. One that somebody has corrected is moved out of the way, not replaced. An
// error of the rows comes back as it is, with nothing written.
func Write(path string, c Check) (Counts, error) {
	w := sheet.New()
	defer w.Close()
	counts, err := c.write(w, path)
	if err == nil {
		err = w.Sign(sheet.Properties{Title: "Controllo di " + filepath.Base(c.Source), Made: c.Made})
	}
	if err == nil {
		var kept string
		if kept, err = shelf.KeepCorrected(path); kept != "" && c.Kept != nil {
			c.Kept(kept)
		}
	}
	if err != nil {
		return counts, err
	}
	if err := w.Save(path, shelf.PermissionsOf(c.Source)); err != nil {
		return counts, err
	}
	shelf.SetTime(path, c.Made)
	return counts, nil
}

// addSheet adds the sheet of the rows. A name that Excel does not allow, or that the other sheet has, is not kept.
func (c Check) addSheet(w *sheet.Workbook) (name string, err error) {
	if !strings.EqualFold(c.Sheet, ourfile.SheetCauses) && w.Add(c.Sheet) == nil {
		return c.Sheet, nil
	}
	return ourfile.SheetCheck, w.Add(ourfile.SheetCheck)
}

func (c Check) write(w *sheet.Workbook, path string) (counts Counts, err error) {
	name, err := c.addSheet(w)
	if err != nil {
		return counts, err
	}
	own := report.OwnOf(c.Header)
	width := len(own.Header)
	header := append(slices.Clone(own.Header), ourfile.CheckColumns()...)
	const reasonWidth = 70
	line, err := w.Long(name, path, header, func(i int) float64 {
		if i > width {
			return reasonWidth
		}
		return report.SourceWidth(header[i])
	})
	if err != nil {
		return counts, err
	}
	m := report.NewMarker(w, own, c.Columns)
	causes := newCauses()
	moved := false
	cells := make([]string, 0, len(header))
	for row, err := range c.Rows {
		if err != nil {
			return counts, err
		}
		moved = moved || row.Number != line.Last()+1
		v := row.Verdict()
		counts.add(v)
		causes.add(row, line.Last()+1)
		styles, err := m.Mark(row, line.Last()+1)
		if err != nil {
			return counts, err
		}
		cells = append(own.Fit(cells, row.Cells), label(row), reasons(row), fixes(row))
		line.Height = sheet.HeightOf(cells, sheet.Wrap(width+1, reasonWidth), sheet.Wrap(width+2, reasonWidth))
		if err := line.Write(cells, styles); err != nil {
			return counts, err
		}
	}
	if err := line.End(); err != nil {
		return counts, err
	}
	if err := m.Notes.AddTo(w, name); err != nil {
		return counts, err
	}
	if err := w.Filter(name, len(header), line.Last()); err != nil {
		return counts, err
	}
	return counts, c.writeCauses(w, name, counts, causes, m.Notes.Left, moved)
}

// reasons is everything that is wrong or doubtful in a row, also what no cell can show.
func reasons(r report.CheckedRow) string {
	if r.Skipped != "" {
		return r.Skipped
	}
	lines := strings.Join(append(report.Blocking(r.Problems), report.Warnings(r.Problems)...), "\n")
	if isMisfit(r) && !slices.ContainsFunc(r.Problems, func(p mapping.Problem) bool { return p.Code == mapping.CodeNotReviewed }) { // whose remedy says it
		lines += "\nDopo aver riletto e corretto tutta la riga cancellare «" + ourfile.VerdictMisfit + "» nella colonna " + ourfile.ColumnVerdict + "."
	}
	return lines
}

// fixes lists what was changed in the values of a row.
func fixes(r report.CheckedRow) string { return strings.Join(report.Fixes(r.Corrections), "\n") }
