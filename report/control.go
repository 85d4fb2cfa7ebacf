package report

import (
	"iter"
	"path/filepath"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"voucherbul/batch/journal"
	"voucherbul/mapping"
)

// SheetControl is the sheet of a check that has the rows of the export.
const SheetControl = "Controllo"

// Control is what the workbook of a check is made of.
type Control struct {
	Source string // the path of the export
	Header []string
	Unread []string // columns that no field knows
	Rows   iter.Seq2[journal.Row, error]
}

// ControlCounts says how a check went.
type ControlCounts struct {
	Rows    int `json:"rows"`
	Valid   int `json:"valid"`
	Invalid int `json:"invalid"`
}

// WriteControl writes the workbook of a check: the same rows, bad cells coloured, and what is wrong with
// each. The file's own columns come first and unchanged, so that the corrected workbook can be read again.
func WriteControl(path string, c Control) (ControlCounts, error) {
	w := newWorkbook()
	counts, err := c.write(w)
	if err != nil {
		_ = w.Close() // the first error says why
		return counts, err
	}
	return counts, w.save(path, permissionsOf(c.Source))
}

func (c Control) write(w *workbook) (counts ControlCounts, err error) {
	sheet, err := w.sheet(SheetControl)
	if err != nil {
		return counts, err
	}
	header := append(slices.Clone(c.Header), "Controllo", "Problemi", "Correzioni")
	for i, name := range header {
		width := sourceWidth(name)
		if i > len(c.Header) {
			width = 70
		}
		if err := sheet.SetColWidth(i+1, i+1, width); err != nil {
			return counts, err
		}
	}
	if err := sheet.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return counts, err
	}
	line := &lineWriter{w: w, sheet: sheet}
	if err := line.write(header, look{header: true}, nil); err != nil {
		return counts, err
	}
	causes := map[string]int{}
	for row, err := range c.Rows {
		if err != nil {
			return counts, err
		}
		counts.Rows++
		verdict, fill := "VALIDA", fillOf(journal.Accepted)
		if row.State == journal.Invalid {
			counts.Invalid++
			verdict, fill = "SCARTATA", fillOf(journal.Invalid)
		} else {
			counts.Valid++
		}
		special := map[int]look{len(c.Header): {bold: true, fill: fill}, len(c.Header) + 1: {wrap: true}, len(c.Header) + 2: {wrap: true}}
		for _, p := range row.Problems {
			if i := slices.Index(c.Header, p.Column); i >= 0 {
				special[i] = look{fill: problemFill(p)}
			}
			if p.Severity == mapping.Blocks {
				causes[p.Column+": atteso "+p.Expected]++
			}
		}
		cells := append(fit(row.Cells, len(c.Header)), verdict, sentences(row.Problems, mapping.Blocks), corrections(row))
		line.height = heightOf(cells, map[int]float64{len(c.Header) + 1: 70, len(c.Header) + 2: 70})
		if err := line.write(cells, look{}, special); err != nil {
			return counts, err
		}
	}
	if err := sheet.Flush(); err != nil {
		return counts, err
	}
	return counts, c.writeCauses(w, counts, causes)
}

func problemFill(p mapping.Problem) string {
	if p.Severity == mapping.Warns {
		return fillOf(journal.Pending)
	}
	return fillOf(journal.Invalid)
}

// writeCauses counts the problems, the most frequent first.
func (c Control) writeCauses(w *workbook, counts ControlCounts, causes map[string]int) error {
	sheet, err := w.sheet("Cause")
	if err != nil {
		return err
	}
	if err := w.fitWidth("Cause"); err != nil {
		return err
	}
	if err := sheet.SetColWidth(1, 1, 90); err != nil {
		return err
	}
	s := summaryWriter{lineWriter: lineWriter{w: w, sheet: sheet}}
	s.height = 24
	s.sentence("Controllo di "+filepath.Base(c.Source), look{title: true})
	s.sentence(plural(counts.Rows, "riga", "righe")+": "+plural(counts.Valid, "valida", "valide")+", "+plural(counts.Invalid, "scartata", "scartate")+". Nulla è stato inviato.", look{})
	if len(c.Unread) > 0 {
		s.sentence("Colonne non riconosciute, che non vengono inviate: "+strings.Join(c.Unread, ", "), look{fill: fillOf(journal.Pending)})
	}
	s.sentence("", look{})
	s.row([]string{"Causa", "Righe"}, look{header: true})
	names := make([]string, 0, len(causes))
	for name := range causes {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int {
		if causes[a] != causes[b] {
			return causes[b] - causes[a]
		}
		if a < b {
			return -1
		}
		return 1
	})
	for _, name := range names {
		s.count(look{}, name, causes[name])
	}
	if s.err != nil {
		return s.err
	}
	return sheet.Flush()
}
