package report

import (
	"cmp"
	"slices"

	"github.com/xuri/excelize/v2"

	"voucherbul/batch/journal"
	"voucherbul/mapping"
)

// maxNotes is how many cells of a workbook get a note. Excel numbers the boxes of a sheet in blocks of 1,024, and
// the library fills one; more notes than this nobody opens one by one.
const maxNotes = 1000

// note is the text of a note, in lines.
type note []noteLine

type noteLine struct{ title, text string }

// problemNote says what was found in a cell, what was expected, and what to do.
func problemNote(p mapping.Problem) note {
	title := "Non si può inviare"
	if p.Severity == mapping.Warns {
		title = "Avviso"
	}
	found := "«" + p.Found + "»"
	if p.Found == "" {
		found = "cella vuota"
	}
	n := note{{title, ""}, {"Trovato: ", found}, {"Atteso: ", p.Expected}}
	if p.Remedy != "" {
		n = append(n, noteLine{"Rimedio: ", p.Remedy})
	}
	return n
}

// answerNote says what the platform has answered about a cell.
func answerNote(r *journal.Row) note {
	n := note{{r.Esito, ""}, {"Risposta: ", r.Descrizione}}
	if r.Advice != "" {
		n = append(n, noteLine{"Cosa fare: ", r.Advice})
	}
	return n
}

// correctionNote says what is sent in place of what the cell has.
func correctionNote(c mapping.Correction) note {
	return note{{"Corretto dal programma: ", "«" + c.From + "» → «" + c.To + "»"}}
}

func problemFill(s mapping.Severity) string {
	if s == mapping.Warns {
		return "FFEB9C"
	}
	return "FFC7CE"
}

// notes keeps the notes of a sheet until its rows are written. Corrections are many and need nobody: they get
// the room that Problems leave.
type notes struct {
	problems, corrections []placedNote
	left                  int // cells whose note found no room
}

type placedNote struct {
	column, line int // from 1
	content      note
}

func (n *notes) add(m mark, line int) {
	where := &n.problems
	if m.weight == corrects {
		where = &n.corrections
	}
	if len(*where) == maxNotes {
		n.left++
		return
	}
	*where = append(*where, placedNote{column: m.column + 1, line: line, content: m.content})
}

// addTo puts the notes on their cells.
func (n *notes) addTo(w *workbook, sheet string) error {
	room := min(len(n.corrections), maxNotes-len(n.problems))
	n.left += len(n.corrections) - room
	all := append(n.problems, n.corrections[:room]...)
	slices.SortFunc(all, func(a, b placedNote) int { return cmp.Or(a.line-b.line, a.column-b.column) })
	for _, one := range all {
		comment, err := one.comment()
		if err != nil {
			return err
		}
		if err := w.AddComment(sheet, comment); err != nil {
			return err
		}
	}
	return nil
}

// Size of a note, in pixels and in characters of its font.
const (
	noteWidth      = 320
	noteLineHeight = 16
	noteCharacters = 46
	noteText       = 600 // characters of one line of a note: a whole letter in a cell is not repeated
)

func (p placedNote) comment() (excelize.Comment, error) {
	cell, err := excelize.CoordinatesToCellName(p.column, p.line)
	comment := excelize.Comment{Cell: cell, Author: "voucherbul", Width: noteWidth}
	lines := 1 // a free one below
	for i, l := range p.content {
		end := "\n"
		if i == len(p.content)-1 {
			end = ""
		}
		value := cut(text(l.text), noteText, "…")
		comment.Paragraph = append(comment.Paragraph, run(l.title, true), run(value+end, false))
		lines += linesOf(l.title+value, noteCharacters)
	}
	comment.Height = uint(lines * noteLineHeight) //nolint:gosec // a few lines
	return comment, err
}

func run(value string, bold bool) excelize.RichTextRun {
	return excelize.RichTextRun{Text: literal(value), Font: &excelize.Font{Bold: bold, Family: "Calibri", Size: 10}}
}
