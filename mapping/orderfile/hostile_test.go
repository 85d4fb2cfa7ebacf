package orderfile

import (
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// hostileCase is one file that no honest program writes, and what must become of it.
type hostileCase struct {
	name    string
	content []byte
	causes  []string   // the cause of the refusal has one of them; none = the file must be read
	cells   [][]string // of the rows, where it is read; beside causes: either is right, but nothing between them
}

// hostileCF stands in every hostile file: no error may repeat the value of a cell.
const hostileCF = "RSSMRA85T10H501O"

// hostileRows is what the tables made by hostileSheet hold when nothing is wrong with them.
var hostileRows = [][]string{{hostileCF, "ROSSI"}}

const (
	hostileHeader = `<row r="1"><c r="A1" t="str"><v>CF</v></c><c r="B1" t="str"><v>Cognome</v></c></row>`
	hostileOrder  = `<row r="2"><c r="A2" t="str"><v>` + hostileCF + `</v></c><c r="B2" t="str"><v>ROSSI</v></c></row>`
)

// hostileSheet is a workbook with a header, a good order in row 2, and what comes after it.
func hostileSheet(after string) xlsxFile {
	return xlsxFile{sheet: worksheet(hostileHeader + hostileOrder + after), styles: testStyles, strings: testStrings}
}

// leastHostile is what the promise of batch/README.md asks for. Bombs and mutations are not counted.
const leastHostile = 150

// hostileFamily is a generator of hostile files of one sort.
type hostileFamily struct {
	name  string
	cases func(*testing.T) []hostileCase
}

func hostileFamilies() []hostileFamily {
	return []hostileFamily{{"zip", hostileZips}, {"cut zip", hostileCuts}, {"XML", hostileXML}, {"cut XML", hostileCutXML},
		{"sheet", hostileSheets}, {"shared strings", hostileStrings}, {"styles", hostileStyles}, {"relationships", hostileRelationships},
		{"limits", hostileLimits}, {"CSV", hostileCSV}, {"foreign", hostileForeign}}
}

// TestHostileFiles: each of these files is refused whole for its own cause, or, where it is only odd, read whole.
func TestHostileFiles(t *testing.T) {
	total := 0
	for _, family := range hostileFamilies() {
		cases := family.cases(t)
		total += len(cases)
		t.Logf("%s: %d cases", family.name, len(cases))
		t.Run(family.name, func(t *testing.T) {
			names := map[string]bool{}
			for _, c := range cases {
				if names[c.name] || c.causes == nil && c.cells == nil {
					t.Errorf("the case %q is there twice, or expects nothing", c.name)
				}
				names[c.name] = true
				t.Run(c.name, c.check)
			}
		})
	}
	if total < leastHostile {
		t.Errorf("%d hostile files, want at least %d", total, leastHostile)
	}
}

func (c hostileCase) check(t *testing.T) {
	path := writeFile(t, "ordini.xlsx", c.content)
	first, second := hostileWalk(path), hostileWalk(path)
	if !first.equal(second) {
		t.Errorf("walked twice: %v and %v, %d and %d rows", first.err, second.err, len(first.rows), len(second.rows))
	}
	if first.err != nil {
		checkRefusal(t, first.err, path, c.causes)
		return
	}
	if c.causes != nil && c.cells == nil {
		t.Fatalf("it is read, with %d rows: %.300q; want a refusal about %q", len(first.rows), first.cells(), c.causes)
	}
	if !slices.EqualFunc(first.cells(), c.cells, slices.Equal) {
		t.Errorf("rows %.500q, want %.500q", first.cells(), c.cells)
	}
}

// checkRefusal asks for an error that a person can act on and that can stand in a log.
func checkRefusal(t *testing.T, err error, path string, causes []string) {
	t.Helper()
	u, ok := errors.AsType[*UnreadableError](err)
	if !ok {
		t.Fatalf("error %.500v of type %T, want an UnreadableError about %q", err, err, causes)
	}
	if !slices.ContainsFunc(causes, func(cause string) bool { return strings.Contains(u.Cause, cause) }) {
		t.Errorf("cause %.500q, want one of %q", u.Cause, causes)
	}
	if u.Path != path || u.Remedy == "" || u.Line < 0 {
		t.Errorf("path %q, remedy %.100q, line %d", u.Path, u.Remedy, u.Line)
	}
	text := err.Error()
	if len(text) > 4096 {
		t.Errorf("the error has %d bytes: %.100q", len(text), text)
	}
	if strings.Contains(text, hostileCF) {
		t.Errorf("the error tells the value of a cell: %.500s", text)
	}
	if strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) {
		t.Errorf("the error has characters that do not print: %.500q", text)
	}
}

// walked is all that a reader of a file gets to see.
type walked struct {
	header []string
	rows   []Row
	err    error
}

// hostileWalk reads a file to its end, or to the error that must void it and that must stay.
func hostileWalk(path string) walked {
	f, err := Open(path, Options{})
	if err != nil {
		return walked{err: err}
	}
	defer f.Close()
	w := walked{header: f.Header()}
	for {
		row, err := f.Next()
		if err == io.EOF {
			return w
		}
		if err != nil {
			if _, again := f.Next(); again == nil || again.Error() != err.Error() {
				err = errors.Join(errors.New("the error does not last"), err, again)
			}
			return walked{err: err}
		}
		w.rows = append(w.rows, row)
	}
}

func (w walked) cells() [][]string {
	var all [][]string
	for _, row := range w.rows {
		all = append(all, row.Cells)
	}
	return all
}

func (w walked) equal(other walked) bool {
	if w.err != nil || other.err != nil {
		return w.err != nil && other.err != nil && w.err.Error() == other.err.Error()
	}
	return slices.Equal(w.header, other.header) && slices.EqualFunc(w.rows, other.rows, func(a, b Row) bool {
		return a.Number == b.Number && slices.Equal(a.Cells, b.Cells) && a.Order == b.Order && a.Skipped == b.Skipped && slices.Equal(a.Problems, b.Problems)
	})
}
