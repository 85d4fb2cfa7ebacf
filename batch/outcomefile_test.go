package batch

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"voucherbul/batch/journal"
	"voucherbul/batch/platform/simulator"
	"voucherbul/mapping/ourfile"
)

// bookOf writes a workbook with sheets of text, in the order of their names.
func bookOf(t testing.TB, path string, sheets map[string]lines) string {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	for _, name := range sortedKeys(sheets) {
		if _, err := f.NewSheet(name); err != nil {
			t.Fatal(err)
		}
		for i, line := range sheets[name] {
			if err := f.SetSheetRow(name, fmt.Sprint("A", i+1), &line); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := f.DeleteSheet("Sheet1"); err != nil {
		t.Fatal(err)
	}
	if err := f.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	return path
}

// clone is a copy that may be changed.
func (l lines) clone() lines {
	copied := make(lines, len(l))
	for i := range l {
		copied[i] = slices.Clone(l[i])
	}
	return copied
}

// each does something with every line, and gives the lines.
func (l lines) each(do func(n int, line []string) []string) lines {
	for i := range l {
		l[i] = do(i, l[i])
	}
	return l
}

// without takes a column out.
func (l lines) without(t testing.TB, title string) lines {
	at := l.column(t, title)
	return l.each(func(_ int, line []string) []string { return slices.Delete(line, at, at+1) })
}

// plus puts a column before all others; cells are those of its rows.
func (l lines) plus(title string, cells ...string) lines {
	return l.each(func(n int, line []string) []string {
		value := title
		if n > 0 {
			value = ""
			if n <= len(cells) {
				value = cells[n-1]
			}
		}
		return slices.Insert(line, 0, value)
	})
}

// understood reads an outcome and says what of it: the places of the rows, the cells that were changed, the remarks.
func (r *rig) understood(path string) (string, error) {
	rows, remarks, ok, err := r.again(path).plan().Understand(r.t.Context(), path)
	if err != nil {
		return "", err
	}
	if !ok {
		return "no outcome", nil
	}
	var said []string
	for _, row := range rows {
		one := fmt.Sprint(row.Place)
		for _, c := range row.Changes {
			one += fmt.Sprintf(" %s=%s", c.Column, c.Value)
			if c.IsDate {
				one += " (date)"
			}
		}
		said = append(said, one)
	}
	return strings.Join(append(said, remarks...), "; "), nil
}

// outcomeExport is an export that lacks the CAP, and has two columns of one name and a column that ours is called like.
const outcomeExport = "Operazione;CF;Esito;Note;Telefono;Note;E-mail\n"

// refusedRun sends four rows of an export that nobody can send.
func (r *rig) refusedRun() Result {
	r.t.Helper()
	text := outcomeExport
	for n := range 4 {
		text += fmt.Sprintf("prenotazione;%s;da fare;a%d;+39 06 %d;b%d;\"riga\nuna\"\n", famiglia(n), n+1, n+1, n+1)
	}
	path := filepath.Join(r.dir, "ordini.csv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		r.t.Fatal(err)
	}
	result := r.run(path)
	r.wantAll(result, journal.Invalid)
	return result
}

// TestOutcomesAreUnderstood does to an outcome what people do with a spreadsheet, as CSV and as a workbook.
func TestOutcomesAreUnderstood(t *testing.T) {
	const asItWas = "1; 2; 3; 4"
	id := func(l lines, n int) *string { return &l[n][l.column(t, ourfile.IDColumn)] }
	title := func(l lines, n int) *string { return &l[0][n] }
	for i, test := range []struct {
		name string
		do   func(l lines) lines
		want string // or, with "!" before it, a part of the error
	}{
		{"as it was", func(l lines) lines { return l }, asItWas},
		{"sorted", func(l lines) lines { slices.Reverse(l[1:]); return l }, asItWas},
		{"cut down", func(l lines) lines { return append(l[:2], l[4]) }, "1; 4"},
		{"a title above the table", func(l lines) lines { return append(lines{{"Esiti di maggio"}}, l...) }, asItWas},
		{"columns the other way round", func(l lines) lines {
			note := l.column(t, "Note")
			return l.each(func(_ int, line []string) []string {
				line[note], line[note+2] = line[note+2], line[note] // of two with one name the first stays the first
				slices.Reverse(line)
				return line
			})
		}, asItWas},
		{"columns deleted", func(l lines) lines {
			return l.without(t, "E-mail").without(t, "Stato").without(t, "Note").without(t, "Note")
		}, asItWas},
		{"ours changed", func(l lines) lines { return l.with(t, 1, "Stato", "ACCETTATA").with(t, 2, "Esito (voucherbul)", "OK") }, asItWas},
		{"one of the export that is called like ours", func(l lines) lines { return l.with(t, 1, "Esito", "fatto") }, "1 Esito=fatto; 2; 3; 4"},
		{"cells changed", func(l lines) lines { return l.with(t, 2, "E-mail", "a@example.it").with(t, 4, "CF", "") }, "1; 2 E-mail=a@example.it; 3; 4 CF="},
		{"changed in sorted rows", func(l lines) lines { l.with(t, 1, "CF", "X"); slices.Reverse(l[1:]); return l }, "1 CF=X; 2; 3; 4"},
		{"the second of two with one name", func(l lines) lines { l[3][l.column(t, "Note")+2] = "c"; return l }, "1; 2; 3 Note=c; 4"},
		{"blank lines", func(l lines) lines { return slices.Insert(l, 2, make([]string, len(l[0]))) }, asItWas},
		{"a known column added", func(l lines) lines { return l.plus("CAP", "00118", "", "00119") }, "1 CAP=00118; 2; 3 CAP=00119; 4"},
		{"a known column added, and empty", func(l lines) lines { return l.plus("CAP") }, asItWas},
		{"an unknown column added", func(l lines) lines { return l.plus("Chi la corregge", "io").plus("") },
			asItWas + "; Colonne del file degli esiti che non sono dell'export, e non sono state lette: Chi la corregge."},
		{"line ends", func(l lines) lines { return l.with(t, 1, "E-mail", "riga\r\nuna").with(t, 2, "E-mail", "riga\runa") }, asItWas},
		{"a formula's apostrophe", func(l lines) lines { return l.with(t, 1, "Telefono", "+39 06 1") }, asItWas},
		{"a formula corrected behind its apostrophe", func(l lines) lines { return l.with(t, 1, "Telefono", "'+39 06 9") }, "1 Telefono=+39 06 9; 2; 3; 4"},
		{"an apostrophe that is meant", func(l lines) lines { return l.with(t, 1, "Note", "'ndrangheta") }, "1 Note='ndrangheta; 2; 3; 4"},

		{"IDs in lower case, and blanks", func(l lines) lines { *id(l, 1) = " " + strings.ToLower(*id(l, 1)) + " "; return l }, asItWas},
		{"the title of the IDs in lower case", func(l lines) lines { *title(l, l.column(t, ourfile.IDColumn)) = " id VOUCHERBUL"; return l }, asItWas},
		{"an ID deleted", func(l lines) lines { *id(l, 3) = " "; return l }, "!has no " + ourfile.IDColumn},
		{"a new row", func(l lines) lines { return append(l, []string{"prenotazione", famiglia(9)}) }, "!new orders go into a file of their own"},
		{"an ID mistyped", func(l lines) lines { *id(l, 3) = strings.Replace(*id(l, 3), "-1-3-", "-1-4-", 1); return l }, "!was changed"},
		{"an ID cut", func(l lines) lines { *id(l, 1) = (*id(l, 1))[:20]; return l }, "!was changed"},
		{"an ID that is no ID", func(l lines) lines { *id(l, 1) = "#N/D"; return l }, "!was changed"},
		{"an ID dragged over another", func(l lines) lines { *id(l, 3) = *id(l, 2); return l }, "!is the same row as line"},
		{"an ID of a row that is not", func(l lines) lines { *id(l, 1) = likeID(*id(l, 2), 1, 5); return l }, "!the run has no such row"},
		{"an ID of another file", func(l lines) lines { *id(l, 2) = likeID(*id(l, 2), 2, 2); return l }, "!is of another outcome"},
		{"only IDs of a file that is not", func(l lines) lines { *id(l, 1) = likeID(*id(l, 2), 2, 1); return l }, "!does not know"},
		{"an ID of another run", func(l lines) lines {
			*id(l, 2) = journal.RowID{Run: "20200101-000000-zzzz", File: 1, Place: 1}.String()
			return l
		}, "!is of another outcome"},
		{"all IDs of another run", func(l lines) lines {
			*id(l, 1) = journal.RowID{Run: "20200101-000000-zzzz", File: 1, Place: 1}.String()
			return l[:2]
		}, "!run 20200101-000000-zzzz, which this journal does not know"},
		{"no rows", func(l lines) lines { return l[:1] }, "!it names no row"},
		{"the column of the IDs deleted", func(l lines) lines { return l.without(t, ourfile.IDColumn) }, "!was deleted"},
		{"no titles", func(l lines) lines { return l[1:] }, "no outcome"},
	} {
		if testing.Short() && i%5 != 0 { // nothing here runs beside anything
			continue
		}
		t.Run(test.name, func(t *testing.T) {
			play(t, simulator.World{}, func(t *testing.T, r *rig) {
				changed := test.do(linesOf(t, r.outcome(r.refusedRun().Run, 1, ".csv")))
				asCSV := filepath.Join(r.dir, "changed.esiti.csv")
				changed.write(t, asCSV)
				for _, path := range []string{asCSV, bookOf(t, filepath.Join(r.dir, "changed.esiti.xlsx"), map[string]lines{"Foglio": changed})} {
					got, err := r.understood(path)
					want, fails := strings.CutPrefix(test.want, "!")
					if fails != (err != nil) || err == nil && got != want || err != nil && !strings.Contains(err.Error(), want) {
						t.Errorf("%s: %q, %v; want %q", filepath.Ext(path), got, err, test.want)
					}
					if err != nil && !strings.Contains(err.Error(), path) {
						t.Errorf("%v does not name the file", err)
					}
				}
			})
		})
	}
}

// likeID is the ID of another place of the same run.
func likeID(text string, file, place int) string {
	id, err := journal.ParseRowID(text)
	if err != nil {
		return text
	}
	return journal.RowID{Run: id.Run, File: file, Place: place}.String()
}

// TestAnOutcomeWithAColumnMore: what the export lacked is written beside it, and the rows go.
func TestAnOutcomeWithAColumnMore(t *testing.T) {
	play(t, simulator.World{}, func(t *testing.T, r *rig) {
		path := filepath.Join(r.dir, "senza cap.csv")
		export := linesOf(t, r.file(bookings(2)...)).without(t, "cap")
		export.write(t, path)
		first := r.run(path)
		r.wantAll(first, journal.Invalid)
		outcome := r.outcome(first.Run, 1, ".csv")
		linesOf(t, outcome).plus("CAP", "00118").write(t, outcome)
		second := r.runWith(t.Context(), r.again(outcome))
		r.wantStates(second, journal.Accepted, journal.Invalid)
		third := r.outcome(second.Run, 1, ".csv")
		r.wantStates(r.runWith(t.Context(), r.again(correct(t, third, 2, "CAP", "00118"))), journal.Already, journal.Accepted)
		r.wantEachAppliedOnce(bookings(2))
	})
}
