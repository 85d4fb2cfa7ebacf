package sheet

import (
	"cmp"
	"slices"

	"github.com/xuri/excelize/v2"

	"voucherbul/report/shelf"
)

// MaxNotes is how many cells of a workbook get a note. Excel numbers the boxes of a sheet in blocks of 1,024, and
// the library fills one; more notes than this nobody opens one by one.
const MaxNotes = 1000

// Note is the text of a note, in lines.
type Note []NoteLine

// NoteLine is a line of a note: its title in bold, and what follows.
type NoteLine struct{ Title, Text string }

// Notes keeps the notes of a sheet until its rows are written: a sheet has room for [MaxNotes]. Minor ones are many and need
// nobody: they get the room that the others leave.
type Notes struct {
	Left         int // cells whose note found no room
	major, minor []placedNote
}

type placedNote struct {
	column, line int // from 1
	content      Note
}

// Add keeps a note on a cell: its column from 0, its line from 1.
func (n *Notes) Add(column, line int, content Note, minor bool) {
	where := &n.major
	if minor {
		where = &n.minor
	}
	if len(*where) == MaxNotes {
		n.Left++
		return
	}
	*where = append(*where, placedNote{column: column + 1, line: line, content: content})
}

// AddTo puts the notes on their cells.
func (n *Notes) AddTo(w *Workbook, sheet string) error {
	room := min(len(n.minor), MaxNotes-len(n.major))
	n.Left += len(n.minor) - room
	all := append(n.major, n.minor[:room]...)
	slices.SortFunc(all, func(a, b placedNote) int { return cmp.Or(a.line-b.line, a.column-b.column) })
	for _, one := range all {
		comment, err := one.comment()
		if err != nil {
			return err
		}
		if err := w.file.AddComment(sheet, comment); err != nil {
			return err
		}
	}
	return nil
}

// NoteText is how many characters of a text stand in a line of a note: a whole letter in a cell is not repeated.
const NoteText = 600

// Size of a note, in pixels and in characters of its font.
const (
	noteWidth      = 320
	noteLineHeight = 16
	noteCharacters = 46
)

func (p placedNote) comment() (excelize.Comment, error) {
	cell, err := excelize.CoordinatesToCellName(p.column, p.line)
	comment := excelize.Comment{Cell: cell, Author: shelf.Maker, Width: noteWidth}
	lines := 1 // a free one below
	for i, l := range p.content {
		end := "\n"
		if i == len(p.content)-1 {
			end = ""
		}
		value := Cut(Text(l.Text), NoteText, "…")
		comment.Paragraph = append(comment.Paragraph, run(l.Title, true), run(value+end, false))
		lines += linesOf(l.Title+value, noteCharacters)
	}
	comment.Height = uint(lines * noteLineHeight) //nolint:gosec // a few lines
	return comment, err
}

func run(value string, bold bool) excelize.RichTextRun {
	return excelize.RichTextRun{Text: literal(value), Font: &excelize.Font{Bold: bold, Family: "Calibri", Size: 10}}
}
