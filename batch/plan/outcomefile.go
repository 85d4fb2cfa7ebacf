package plan

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"voucherbul/batch/journal"
	"voucherbul/mapping"
	"voucherbul/mapping/export"
	"voucherbul/mapping/orderfile"
	"voucherbul/mapping/ourfile"
)

// OutcomeSheets are the sheets of an outcome that name their rows; none where the file is none. An outcome is refused if one
// of its sheets has lost its IDs. Read as an export, that sheet would send refused rows again; skipped, its corrections
// would be lost.
func OutcomeSheets(path string) ([]string, error) {
	sheets, err := orderfile.SheetsWith(path, []string{ourfile.IDColumn})
	if err != nil {
		return nil, err
	}
	for _, titles := range ourfile.SignatureColumns() {
		all, err := orderfile.SheetsWith(path, titles)
		if err != nil {
			return nil, err
		}
		for _, sheet := range all {
			if !slices.Contains(sheets, sheet) {
				return nil, &orderfile.UnreadableError{Path: path, Sheet: sheet, Cause: "it is an outcome whose column «" + ourfile.IDColumn + "» was deleted: nobody knows which rows these are",
					Remedy: "undo that; or have the outcome written again ('voucherbul runs report RUN') and correct it there; or give the export itself"}
			}
		}
	}
	return sheets, nil
}

func asUnreadable(err error, u **orderfile.UnreadableError) bool { return errors.As(err, u) }

// Corrected is a row that an outcome names, and what a person has changed in it.
type Corrected struct {
	Place   int // among the rows of its file, from 1
	Changes []Change
}

// Change is a cell of the export that a person has changed in an outcome.
type Change struct {
	Column string // its title
	Value  string
	IsDate bool // of the spreadsheet
}

// Understand says which rows an outcome names, in the order of their export, what was changed in them, and what of it is not
// read. It plans nothing; ok is false where the file is no outcome.
func (p Plan) Understand(ctx context.Context, path string) (rows []Corrected, remarks []string, ok bool, err error) {
	sheets, err := OutcomeSheets(path)
	if err != nil || len(sheets) == 0 {
		return nil, nil, false, err
	}
	named, err := p.readOutcome(ctx, p.Reading, input{path: path, sheets: sheets})
	if err != nil {
		return nil, nil, false, err
	}
	for _, one := range named.chosen {
		slices.SortFunc(one.changed, func(a, b change) int { return cmp.Compare(a.column, b.column) })
		row := Corrected{Place: one.place}
		for _, c := range one.changed {
			row.Changes = append(row.Changes, Change{named.header[c.column], c.value, c.isDate})
		}
		rows = append(rows, row)
	}
	return rows, named.remarks, true, nil
}

// readOutcome finds out which rows an outcome names, and what a person has changed in them. Sheets may be sorted, filtered and
// cut down; a row may stand in two sheets, and be changed in either.
func (p Plan) readOutcome(ctx context.Context, reading export.Reading, in input) (*earlierRows, error) {
	o := &outcomeFile{ctx: ctx, journal: p.Journal, path: in.path, claims: mapping.Claims, changed: map[int][]change{}}
	if reading.Profile != nil {
		o.claims = reading.Profile.Claims
	}
	for _, sheet := range in.sheets {
		if err := o.read(sheet); err != nil {
			return nil, err
		}
	}
	if len(o.places) == 0 {
		return nil, o.unreadable("", 0, "it names no row", "give the outcome as the program has written it, or the export itself")
	}
	slices.Sort(o.places)
	rows := &earlierRows{ctx: ctx, journal: p.Journal, file: o.file, header: append(slices.Clone(o.file.Header), o.added...)}
	for _, place := range slices.Compact(o.places) {
		rows.chosen = append(rows.chosen, choice{place: place, changed: o.changed[place]})
	}
	if len(o.unknown) > 0 {
		rows.remarks = append(rows.remarks, "Colonne del file degli esiti che non sono dell'export, e non sono state lette: "+strings.Join(o.unknown, ", ")+".")
	}
	return rows, nil
}

// outcomeFile is an outcome that is being read.
type outcomeFile struct {
	ctx     context.Context
	journal Journal
	path    string
	claims  orderfile.Claims
	file    journal.File     // whose outcome it is; none before its first row
	added   []string         // titles of columns that a person has added, and that mean something
	places  []int            // of the rows in the file, as they come
	unknown []string         // titles that nobody knows: what stands below them is not sent
	changed map[int][]change // by place
}

// change is a cell that a person has changed.
type change struct {
	column int // of the export
	value  string
	isDate bool // of the spreadsheet
	sheet  string
	line   int
}

// comparePage is how many rows are compared with the journal at once.
const comparePage = 500

// sheetRow is a row of a sheet, and which one it is.
type sheetRow struct {
	place  int // in the file whose outcome it is, from 1
	number int
	cells  []string
	dates  []int
}

// read reads one sheet.
func (o *outcomeFile) read(sheet string) error {
	f, err := orderfile.Open(o.path, orderfile.Options{Sheet: sheet, Column: ourfile.IDColumn, Hidden: orderfile.SendHidden})
	if err != nil {
		return err
	}
	defer f.Close() // nothing was written to it
	titles := f.Header()
	column := slices.IndexFunc(titles, func(title string) bool { return strings.EqualFold(strings.TrimSpace(title), ourfile.IDColumn) })
	var here map[int]int // columns of the export by those of the sheet
	var lines []int32    // of the rows of the file, by their place; 0 = not met
	var page []sheetRow
	for {
		row, err := f.Next()
		if err != nil && err != io.EOF {
			return err
		}
		if err == nil {
			place, errID := o.identify(sheet, row, row.Cells[column])
			if errID != nil {
				return errID
			}
			if here == nil {
				here, lines = o.columns(titles), make([]int32, o.file.Rows)
			}
			if other := lines[place-1]; other > 0 {
				return o.unreadable(sheet, row.Number, fmt.Sprintf("it is the same row as line %d, by its %s", other, ourfile.IDColumn), "delete the one that is not meant")
			}
			lines[place-1] = int32(row.Number)
			page = append(page, sheetRow{place, row.Number, row.Cells, row.Dates()})
		}
		if len(page) == comparePage || err == io.EOF {
			if failed := o.compare(sheet, page, here); failed != nil {
				return failed
			}
			page = page[:0]
		}
		if err == io.EOF {
			return nil
		}
	}
}

// identify finds the place of the row that an ID names. All rows of an outcome are of one file of one run.
func (o *outcomeFile) identify(sheet string, row orderfile.Row, text string) (place int, err error) {
	if strings.TrimSpace(text) == "" {
		return 0, o.unreadable(sheet, row.Number, "the row has no "+ourfile.IDColumn, "put the ID back, or delete the row; new orders go into a file of their own")
	}
	id, err := journal.ParseRowID(text)
	if err != nil {
		return 0, o.unreadable(sheet, row.Number, "its "+ourfile.IDColumn+" was changed", "undo that, or delete the row")
	}
	if o.file.ID.Run == "" {
		files, err := o.journal.Files(o.ctx, id.Run)
		if err != nil {
			return 0, err
		}
		if id.File > len(files) {
			return 0, o.unreadable(sheet, row.Number, fmt.Sprintf("it is of run %s, which this journal does not know", id.Run), "check the key journal of the configuration; or give the export itself")
		}
		o.file = files[id.File-1]
	}
	if id.InFile() != o.file.ID {
		return 0, o.unreadable(sheet, row.Number, fmt.Sprintf("it is of another outcome (run %s) than the rows above (run %s)", id.Run, o.file.ID.Run), "give each outcome by itself")
	}
	if id.Place > o.file.Rows {
		return 0, o.unreadable(sheet, row.Number, "the run has no such row", "delete the row, or give the export itself")
	}
	return id.Place, nil
}

// columns finds the columns of the export among those of a sheet, by their titles and, where several have the same, in their
// order. A column that a person has added counts where it means something.
func (o *outcomeFile) columns(titles []string) map[int]int {
	here, taken := map[int]int{}, make([]bool, len(o.file.Header)+len(o.added))
	if first := ourfile.FindCheckColumns(o.file.Header); first >= 0 { // an outcome leaves them out, and has one of the same name
		for i := range ourfile.CheckColumns() {
			taken[first+i] = true
		}
	}
	for i, title := range titles {
		all := append(slices.Clone(o.file.Header), o.added...)
		own := -1
		for k, name := range all {
			if !taken[k] && sameCell(name, title) {
				own = k
				break
			}
		}
		if own < 0 && !ourfile.IsOwnTitle(title) && len(o.claims(title)) > 0 {
			o.added, taken, own = append(o.added, title), append(taken, false), len(all)
		}
		switch {
		case own >= 0:
			here[i], taken[own] = own, true
		case !ourfile.IsOwnTitle(title) && strings.TrimSpace(title) != "" && !slices.Contains(o.unknown, title):
			o.unknown = append(o.unknown, title)
		}
	}
	return here
}

// compare finds the cells that are not as the journal has them.
func (o *outcomeFile) compare(sheet string, page []sheetRow, here map[int]int) error {
	ids := make([]journal.RowID, len(page))
	for i, r := range page {
		ids[i] = o.file.ID.Row(r.place)
	}
	known, err := o.journal.RowsByID(o.ctx, ids)
	if err != nil {
		return err
	}
	for _, r := range page {
		i, ok := slices.BinarySearchFunc(known, r.place, func(row journal.Row, place int) int { return cmp.Compare(row.ID.Place, place) })
		if !ok {
			return o.unreadable(sheet, r.number, "the journal has no such row", "check the key journal of the configuration; or give the export itself")
		}
		o.places = append(o.places, r.place)
		if err := o.note(sheet, r, known[i].Cells, here); err != nil {
			return err
		}
	}
	return nil
}

// note keeps what was changed in a row. What two sheets say of one cell must not differ.
func (o *outcomeFile) note(sheet string, r sheetRow, before []string, here map[int]int) error {
	for i, own := range here {
		was := ""
		if own < len(before) {
			was = before[own]
		}
		if i >= len(r.cells) || sameCell(was, r.cells[i]) {
			continue
		}
		value := unguarded(was, r.cells[i])
		known := slices.IndexFunc(o.changed[r.place], func(c change) bool { return c.column == own })
		switch {
		case known < 0:
			o.changed[r.place] = append(o.changed[r.place], change{own, strings.Clone(value), slices.Contains(r.dates, i), sheet, r.number}) // it would keep the line
		case o.changed[r.place][known].value != value:
			c, title := o.changed[r.place][known], append(slices.Clone(o.file.Header), o.added...)[own]
			return o.unreadable(sheet, r.number, fmt.Sprintf("column %q was changed here and, in another way, in sheet %q, line %d", title, c.sheet, c.line), "leave the right value in one of them, and the other as it was")
		}
	}
	return nil
}

func (o *outcomeFile) unreadable(sheet string, line int, cause, remedy string) error {
	return &orderfile.UnreadableError{Path: o.path, Sheet: sheet, Line: line, Cause: cause, Remedy: remedy}
}

// unguarded removes the apostrophe that a CSV has before what looks like a formula. Whoever corrects such a cell leaves the
// apostrophe there.
func unguarded(was, is string) string {
	if len(is) > 1 && is[0] == '\'' && strings.IndexByte("=+-@\t\r", is[1]) >= 0 && !strings.HasPrefix(was, "'") {
		return is[1:]
	}
	return is
}

// sameCell reports that nobody has changed a cell since we wrote it. Three differences do not count: line ends that a
// spreadsheet changed, U+FFFD for what a cell cannot hold, and the apostrophe that a CSV has before a formula.
func sameCell(was, is string) bool {
	if was == is || is == "'"+was {
		return true
	}
	ends := strings.NewReplacer("\r\n", "\n", "\r", "\n")
	was, is = ends.Replace(was), ends.Replace(is)
	if was == is || is == "'"+was {
		return true
	}
	if !strings.ContainsRune(is, '\uFFFD') {
		return false
	}
	if kept, _, cut := strings.Cut(is, " … ["); cut && strings.HasSuffix(is, "\uFFFD") && strings.HasPrefix(was, kept) {
		return true
	}
	a, b := []rune(was), []rune(is)
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] && (b[i] != '\uFFFD' || a[i] >= ' ' && a[i] < 0xFFFE) {
			return false
		}
	}
	return true
}
