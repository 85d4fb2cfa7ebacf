package report

import (
	"iter"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"voucherbul/batch/journal"
	"voucherbul/mapping"
	"voucherbul/mapping/ourfile"
	"voucherbul/report/sheet"
	"voucherbul/report/shelf"
)

// Control is what a check has found, row by row.
type Control struct {
	Source  string            // the path of the export
	Sheet   string            // of the export, which the rows keep; "" = it has none, and they stand in [ourfile.SheetCheck]
	Header  []string          // of the export; the columns of an earlier check are not repeated
	Columns map[string]string // header as written, by field name; several are joined by ", "; nil = a Problem's Column is enough
	Unread  []string          // columns that no field knows
	Remarks func() []string   // Italian sentences about the file as a whole; asked for when the rows are at their end; nil = none
	Made    time.Time         // when the check is made
	Kept    func(path string) // told where a corrected workbook of an earlier check was moved to; nil = nobody is
	Rows    iter.Seq2[CheckedRow, error]
}

// CheckedRow is one row of an export as a check leaves it.
type CheckedRow struct {
	journal.Row
	Skipped string                // Italian: why the row is no order, such as a total; "" = it is one
	IsDate  func(column int) bool // whether a cell is a date of the spreadsheet, and no text; nil = none is
	Values  []string              // what would be sent, for every field in the order of [mapping.Fields]; "" = empty. Only JSON shows them
}

// ControlCounts says how a check went. Rows are all rows: Valid + Invalid + Skipped.
type ControlCounts struct {
	Rows    int `json:"rows"`
	Valid   int `json:"valid"`
	Invalid int `json:"invalid"`
	Skipped int `json:"skipped"`
}

// verdict is what a check says of a row.
type verdict string

const (
	valid   verdict = "valid"
	invalid verdict = "invalid"
	skipped verdict = "skipped"
)

func (r CheckedRow) verdict() verdict {
	switch {
	case r.Skipped != "":
		return skipped
	case r.State == journal.Invalid:
		return invalid
	}
	return valid
}

func (c *ControlCounts) add(v verdict) {
	c.Rows++
	switch v {
	case skipped:
		c.Skipped++
	case invalid:
		c.Invalid++
	default:
		c.Valid++
	}
}

// label is the verdict as the clerk reads it.
func (r CheckedRow) label() string {
	switch {
	case r.verdict() == skipped:
		return ourfile.VerdictSkipped
	case r.verdict() == valid:
		return ourfile.VerdictValid
	case r.isMisfit():
		return ourfile.VerdictMisfit
	}
	return ourfile.VerdictInvalid
}

// isMisfit reports a Problem of the row as a row, and not of one of its fields.
func (r CheckedRow) isMisfit() bool {
	return slices.ContainsFunc(r.Problems, func(p mapping.Problem) bool { return p.Field == "" && p.Severity == mapping.Blocks })
}

func (v verdict) fill() string {
	return map[verdict]string{valid: FillOf(journal.Accepted), invalid: ProblemFill(mapping.Blocks), skipped: FillSkipped}[v]
}

// WriteControl writes the workbook of a check: the same rows, bad cells coloured and with a note, and what is
// wrong with each row. The file's own columns come first and unchanged, in a sheet of the same name, so that the
// corrected workbook can be read again. One that somebody has corrected is moved out of the way, not replaced. An
// error of the rows comes back as it is, with nothing written.
func WriteControl(path string, c Control) (ControlCounts, error) {
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
func (c Control) addSheet(w *sheet.Workbook) (name string, err error) {
	if !strings.EqualFold(c.Sheet, ourfile.SheetCauses) && w.Add(c.Sheet) == nil {
		return c.Sheet, nil
	}
	return ourfile.SheetCheck, w.Add(ourfile.SheetCheck)
}

func (c Control) write(w *sheet.Workbook, path string) (counts ControlCounts, err error) {
	name, err := c.addSheet(w)
	if err != nil {
		return counts, err
	}
	own := ownOf(c.Header)
	width := len(own.header)
	header := append(slices.Clone(own.header), ourfile.CheckColumns()...)
	const reasonWidth = 70
	line, err := w.Long(name, path, header, func(i int) float64 {
		if i > width {
			return reasonWidth
		}
		return sourceWidth(header[i])
	})
	if err != nil {
		return counts, err
	}
	m := newMarker(w, own, c.Columns)
	causes := newCauses()
	moved := false
	cells := make([]string, 0, len(header))
	for row, err := range c.Rows {
		if err != nil {
			return counts, err
		}
		moved = moved || row.Number != line.Last()+1
		v := row.verdict()
		counts.add(v)
		causes.add(row, line.Last()+1)
		styles, err := m.mark(row, v, line.Last()+1)
		if err != nil {
			return counts, err
		}
		cells = append(own.fit(cells, row.Cells), row.label(), reasons(row), fixes(row.Corrections))
		line.Height = sheet.HeightOf(cells, sheet.Wrap(width+1, reasonWidth), sheet.Wrap(width+2, reasonWidth))
		if err := line.Write(cells, styles); err != nil {
			return counts, err
		}
	}
	if err := line.End(); err != nil {
		return counts, err
	}
	if err := m.notes.AddTo(w, name); err != nil {
		return counts, err
	}
	if err := w.Filter(name, len(header), line.Last()); err != nil {
		return counts, err
	}
	return counts, c.writeCauses(w, name, counts, causes, m.notes.Left, moved)
}

// reasons is everything that is wrong or doubtful in a row, also what no cell can show.
func reasons(r CheckedRow) string {
	if r.Skipped != "" {
		return r.Skipped
	}
	lines := sentences(r.Problems, mapping.Blocks)
	for _, p := range r.Problems {
		if p.Severity == mapping.Warns {
			lines += "\nAvviso: " + p.String()
		}
	}
	if r.isMisfit() && !slices.ContainsFunc(r.Problems, func(p mapping.Problem) bool { return p.Code == mapping.CodeNotReviewed }) { // whose remedy says it
		lines += "\nDopo aver riletto e corretto tutta la riga cancellare «" + ourfile.VerdictMisfit + "» nella colonna " + ourfile.ColumnVerdict + "."
	}
	return strings.TrimPrefix(lines, "\n")
}

// fixes lists what was changed in the values of a row.
func fixes(corrections []mapping.Correction) string {
	var lines []string
	for _, c := range corrections {
		lines = append(lines, c.String())
	}
	return strings.Join(lines, "\n")
}
