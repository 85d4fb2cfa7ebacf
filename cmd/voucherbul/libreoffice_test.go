package main

import (
	"encoding/xml"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"voucherbul/batch/journal"
	"voucherbul/mapping/ourfile"
)

// needs skips a test where a program is missing, unless CI_REQUIRE says that it must be there.
func needs(t *testing.T, program, from string) {
	t.Helper()
	if _, err := exec.LookPath(program); err == nil {
		return
	}
	if os.Getenv("CI_REQUIRE") != "" {
		t.Fatalf("CI_REQUIRE is set, and there is no %s on PATH: install %s", program, from)
	}
	t.Skipf("there is no %s on PATH: install %s to run this test", program, from)
}

// libreOffice is LibreOffice with a user of its own: it neither finds nor leaves any settings.
type libreOffice struct {
	t       *testing.T
	profile string
}

func newLibreOffice(t *testing.T) *libreOffice {
	t.Helper()
	needs(t, "soffice", "LibreOffice Calc")
	return &libreOffice{t, "file://" + (&url.URL{Path: t.TempDir()}).EscapedPath()}
}

// convert opens files and saves them in another format. Each start takes seconds: give all files at once. Their names must
// differ.
func (o *libreOffice) convert(format string, files ...string) (saved []string) {
	o.t.Helper()
	out := o.t.TempDir()
	cmd := exec.CommandContext(o.t.Context(), "soffice", append([]string{"--headless", "-env:UserInstallation=" + o.profile, "--convert-to", format, "--outdir", out}, files...)...)
	said, err := cmd.CombinedOutput()
	if err != nil {
		o.t.Fatalf("soffice: %v\n%s", err, said)
	}
	for _, file := range files {
		base := filepath.Base(file)
		path := filepath.Join(out, strings.TrimSuffix(base, filepath.Ext(base))+"."+format)
		if _, err := os.Stat(path); err != nil {
			o.t.Fatalf("soffice has not saved %s: %v\n%s", base, err, said)
		}
		saved = append(saved, path)
	}
	return saved
}

var (
	flatRow    = regexp.MustCompile(`(?s)<table:table-row\b.*?</table:table-row>`)
	flatCell   = regexp.MustCompile(`(?s)<table:table-cell\b[^>]*?/>|<table:table-cell\b.*?</table:table-cell>`)
	flatRepeat = regexp.MustCompile(` table:number-columns-repeated="([0-9]+)"`)
	flatText   = regexp.MustCompile(`(?s)<text:p\b[^>]*>(.*?)</text:p>`)
)

// flat is a workbook as LibreOffice writes it down in one XML file, to be changed as text.
type flat struct {
	t    *testing.T
	path string
	text string
}

func openFlat(t *testing.T, path string) *flat {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const styles = "<office:automatic-styles>"
	return &flat{t, path, strings.Replace(string(data), styles, styles+dateStyle, 1)}
}

// dateStyle is how a date is shown that a person has typed.
const dateStyle = `<number:date-style style:name="typedDay"><number:day number:style="long"/><number:text>/</number:text><number:month number:style="long"/>` +
	`<number:text>/</number:text><number:year number:style="long"/></number:date-style>` +
	`<style:style style:name="typedDate" style:family="table-cell" style:data-style-name="typedDay"/>`

func (f *flat) save() {
	f.t.Helper()
	if err := os.WriteFile(f.path, []byte(f.text), 0o600); err != nil {
		f.t.Fatal(err)
	}
}

// rows hands out the rows of a sheet, without the blank ones at its end, and puts back what comes of them.
func (f *flat) rows(sheet string, change func(rows []string)) {
	f.t.Helper()
	begin := strings.Index(f.text, `<table:table table:name="`+sheet+`"`)
	if begin < 0 {
		f.t.Fatalf("no sheet %q", sheet)
	}
	end := begin + strings.Index(f.text[begin:], "</table:table>")
	part := f.text[begin:end]
	var places [][]int
	var rows []string
	for _, place := range flatRow.FindAllStringIndex(part, -1) {
		if row := part[place[0]:place[1]]; flatText.MatchString(row) {
			places, rows = append(places, place), append(rows, row)
		}
	}
	change(rows)
	for i, place := range slices.Backward(places) {
		part = part[:place[0]] + rows[i] + part[place[1]:]
	}
	f.text = f.text[:begin] + part + f.text[end:]
}

// cellsOf are the texts of a row.
func cellsOf(row string) (texts []string) {
	for _, cell := range flatCell.FindAllString(row, -1) {
		text := ""
		if m := flatText.FindStringSubmatch(cell[strings.LastIndex(cell, "</office:annotation>")+1:]); m != nil {
			text = m[1]
		}
		n := 1
		if m := flatRepeat.FindStringSubmatch(cell); m != nil {
			n, _ = strconv.Atoi(m[1])
		}
		for range min(n, 100) { // the rest of the sheet is one cell that is repeated
			texts = append(texts, text)
		}
	}
	return texts
}

// typed is a cell in which a person has typed a text: a date becomes one.
func typed(text string) string {
	for _, layout := range []string{"02/01/2006", time.DateOnly} {
		if at, err := time.Parse(layout, text); err == nil {
			return `<table:table-cell table:style-name="typedDate" office:value-type="date" office:date-value="` + at.Format(time.DateOnly) + `" calcext:value-type="date"/>`
		}
	}
	var value strings.Builder
	_ = xml.EscapeText(&value, []byte(text)) // a Builder takes everything
	return `<table:table-cell office:value-type="string" calcext:value-type="string"><text:p>` + value.String() + `</text:p></table:table-cell>`
}

// withCell is a row with another text in a column.
func withCell(row string, column int, text string) string {
	is := typed(text)
	at := 0
	return flatCell.ReplaceAllStringFunc(row, func(cell string) string {
		n := 1
		if m := flatRepeat.FindStringSubmatch(cell); m != nil {
			n, _ = strconv.Atoi(m[1])
		}
		from := at
		if at += n; column < from || column >= at {
			return cell
		}
		again := func(n int) string {
			if n == 0 {
				return ""
			}
			return flatRepeat.ReplaceAllString(cell, fmt.Sprintf(` table:number-columns-repeated="%d"`, n))
		}
		return again(column-from) + is + again(at-column-1)
	})
}

// correct puts every row of a story right in a sheet, and turns the rows round.
func (f *flat) correct(s *story, sheet string) {
	f.t.Helper()
	f.rows(sheet, func(rows []string) {
		header := cellsOf(rows[0])
		riga := slices.Index(header, "Riga")
		for line, row := range rows[1:] {
			number, err := strconv.Atoi(cellsOf(row)[riga])
			if err != nil {
				f.t.Fatal(err)
			}
			i := number - s.row(0)
			if i >= len(s.trips) || s.trips[i].fix == nil || sheet == ourfile.SheetToDo && s.trips[i].state == journal.Pending {
				continue
			}
			was, is := s.source.cells(s.trips[i].order), s.source.cells(s.trips[i].corrected())
			for k, title := range s.source.titles {
				if was[k] != is[k] {
					rows[line+1] = withCell(rows[line+1], slices.Index(header, title), is[k])
				}
			}
			s.corrected[number] = true
		}
		slices.Reverse(rows[1:])
	})
}
