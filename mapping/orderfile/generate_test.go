package orderfile

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"
)

// dateFormats show a day or a time, numberFormats do not. A number alone is a built-in format.
var (
	dateFormats = []string{"14", "15", "17", "20", "22", "45", "dd/mm/yyyy", "dd/mm/yyyy hh:mm:ss", `yyyy\-mm\-dd`,
		"[$-410]d mmmm yyyy", `"il "d/m/yy`, "[Red]dd/mm/yyyy;@", "hh:mm"}
	numberFormats = []string{"", "1", "2", "3", "4", "9", "10", "11", "12", "37", "46", "48", "49", `0" giorni"`, `[Red]0.00`,
		`#,##0.00\ "€"`, `_-* #,##0.00_-;\-* #,##0.00_-`, `[>100]0;0.0`, `0.00E+00`, `\d0`, `@`, `[Yellow]0`, `[h]:mm`}
)

func anyBook() *rapid.Generator[sentBook] {
	return rapid.Custom(func(t *rapid.T) sentBook {
		book := sentBook{date1904: rapid.IntRange(0, 3).Draw(t, "1904") == 0, first: -1}
		names := rapid.Permutation([]string{"Ordini", "D'Alò & <figli>", "Foglio 2", "x"}).Draw(t, "names")
		for i, name := range names[:rapid.IntRange(1, len(names)).Draw(t, "sheets")] {
			s := sentSheet{name: name}
			kind := rapid.IntRange(0, 5).Draw(t, "kind")
			if i > 0 && kind == 5 {
				book.sheets = append(book.sheets, s)
				continue
			}
			s.hidden = kind == 4
			s.draw(t, book.date1904)
			if !s.hidden && book.first < 0 {
				book.first = len(book.sheets)
			}
			book.sheets = append(book.sheets, s)
		}
		if book.first < 0 { // one has to be visible
			book.first, book.sheets[0].hidden = 0, false
		}
		return book
	})
}

func (s *sentSheet) draw(t *rapid.T, date1904 bool) {
	s.stream = rapid.Bool().Draw(t, "stream")
	known := rapid.Permutation([]string{"Codice fiscale", "Cognome", "CAP", "Data attivazione", "N. civico"}).Draw(t, "known")
	s.header = known[:rapid.IntRange(2, 5).Draw(t, "columns")]
	for i := range rapid.IntRange(0, 4).Draw(t, "unknown") {
		header := ""
		if rapid.IntRange(0, 4).Draw(t, "no header") > 0 {
			header = fmt.Sprintf("Nota %d %s", i, s.text(t))
		}
		s.header = slices.Insert(s.header, rapid.IntRange(0, len(s.header)-1).Draw(t, "place"), header)
	}
	number := rapid.SampledFrom([]int{1, 1, 1, 2, 7}).Draw(t, "header row")
	s.headerRow = number
	for range rapid.IntRange(0, 6).Draw(t, "rows") {
		number += rapid.SampledFrom([]int{1, 1, 1, 2, 20}).Draw(t, "gap")
		row := sentRow{number: number}
		for range rapid.IntRange(0, len(s.header)).Draw(t, "width") {
			row.cells = append(row.cells, s.cell(t, date1904))
		}
		s.rows = append(s.rows, row)
	}
	if s.stream && rapid.IntRange(0, 9).Draw(t, "far") == 9 {
		number = maxRows - 1
	}
	s.rows = append(s.rows, sentRow{number: number + 1, cells: []sentCell{{value: "ultima", want: "ultima"}}})
}

// cell draws one cell of every kind that a spreadsheet has.
func (s *sentSheet) cell(t *rapid.T, date1904 bool) sentCell {
	c := sentCell{format: rapid.SampledFrom(numberFormats).Draw(t, "format")}
	switch rapid.IntRange(0, 10).Draw(t, "cell") {
	case 0:
		return sentCell{format: c.format} // a style and nothing else
	case 1:
		c.value = rapid.Int64().Draw(t, "int")
		c.want = fmt.Sprint(c.value)
	case 2:
		c.value = rapid.Uint64().Draw(t, "uint")
		c.want = fmt.Sprint(c.value)
	case 3: // excelize cuts floats after 15 digits: only these can come back
		text := fmt.Sprintf("%de%d", rapid.Int64Range(-999_999_999_999_999, 999_999_999_999_999).Draw(t, "digits"), rapid.IntRange(-20, 20).Draw(t, "exponent"))
		f, err := strconv.ParseFloat(text, 64)
		if err != nil {
			t.Fatal(err)
		}
		c.value, c.want = f, strconv.FormatFloat(f, 'f', -1, 64)
	case 4:
		c.value, c.want = true, "VERO"
		if rapid.Bool().Draw(t, "bool") {
			c.value, c.want = false, "FALSO"
		}
	case 5, 6:
		return s.date(t, date1904)
	case 7:
		return s.number(t, c)
	case 8:
		var runs []excelize.RichTextRun
		for range rapid.IntRange(1, 4).Draw(t, "runs") {
			run := excelize.RichTextRun{Text: short(t)}
			if trap.MatchString(run.Text) {
				run.Text = "_"
			}
			if rapid.Bool().Draw(t, "bold") {
				run.Font = &excelize.Font{Bold: true}
			}
			runs, c.want = append(runs, run), c.want+run.Text
		}
		c.value = runs
		return c
	default:
		text := s.text(t)
		c.format = rapid.SampledFrom(slices.Concat(numberFormats, dateFormats)).Draw(t, "format of text")
		c.value, c.want = text, cutByExcelize(text)
	}
	return s.formula(t, c)
}

// date draws a day, with or without a time, in any format that shows one. Excelize stores days before these as text.
func (s *sentSheet) date(t *rapid.T, date1904 bool) sentCell {
	c := sentCell{format: rapid.SampledFrom(dateFormats).Draw(t, "date format")}
	first := time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC)
	if date1904 {
		first = time.Date(1904, 1, 2, 0, 0, 0, 0, time.UTC)
	}
	last := time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)
	day := first.AddDate(0, 0, rapid.IntRange(0, int(last.Unix()-first.Unix())/86400).Draw(t, "day"))
	if rapid.Bool().Draw(t, "usual year") {
		day = time.Date(rapid.IntRange(1905, 2035).Draw(t, "year"), day.Month(), day.Day(), 0, 0, 0, 0, time.UTC)
	}
	c.want = day.Format("02/01/2006")
	if seconds := rapid.IntRange(-86_399, 86_399).Draw(t, "second"); seconds > 0 {
		day = day.Add(time.Duration(seconds) * time.Second)
		c.want = day.Format("02/01/2006 15:04:05")
	}
	// The wall clock counts, in any zone.
	zone := time.FixedZone("", rapid.SampledFrom([]int{0, 0, 3600, -5 * 3600}).Draw(t, "offset"))
	c.value = time.Date(day.Year(), day.Month(), day.Day(), day.Hour(), day.Minute(), day.Second(), 0, zone)
	return s.formula(t, c)
}

// number draws numbers in the spellings of other programs, and numbers that a date format cannot show as a day.
func (s *sentSheet) number(t *rapid.T, c sentCell) sentCell {
	if rapid.Bool().Draw(t, "no day") {
		c.format = rapid.SampledFrom(dateFormats).Draw(t, "date format")
		c.value = rapid.SampledFrom([]int{-1, -1_461, -1_500, -36_000, 2_958_466, 99_999_999}).Draw(t, "no day")
		c.want = fmt.Sprint(c.value)
		return s.formula(t, c)
	}
	f := rapid.Float64().Draw(t, "float")
	text := strconv.FormatFloat(f, rapid.SampledFrom([]byte("efgEG")).Draw(t, "verb"), rapid.SampledFrom([]int{-1, 17}).Draw(t, "precision"), 64)
	exact, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatal(err)
	}
	c.value, c.want = verbatim(text), strconv.FormatFloat(exact, 'f', -1, 64)
	if strings.Trim(strings.TrimPrefix(text, "-"), "0123456789") == "" { // digits alone are not rounded
		c.want = text
	}
	if s.stream { // it has no way to say so
		c.value, c.want = 7, "7"
	}
	return c
}

// formula makes a formula of some cells, with the value that was computed, or without one.
func (s *sentSheet) formula(t *rapid.T, c sentCell) sentCell {
	if rapid.IntRange(0, 4).Draw(t, "formula") > 0 {
		return c
	}
	formula := rapid.SampledFrom([]string{"1+1", `"<"&A1`, "SUM($A$1:B2)"}).Draw(t, "formula text")
	if rapid.IntRange(0, 4).Draw(t, "not computed") == 0 {
		return sentCell{formula: formula, format: c.format, want: noCachedValue}
	}
	if _, isInt := c.value.(int64); s.stream || isInt { // without the StreamWriter excelize calls every result a text
		c.formula = formula
	}
	if c.want == "" { // it leaves an empty result out: nobody can tell that from one that was not computed
		c.formula = ""
	}
	return c
}

// trap finds texts that excelize does not escape as ST_Xstring wants: overlapping forms and halves of characters.
var trap = regexp.MustCompile(`_x[0-9a-fA-F]{4}_x[0-9a-fA-F]{4}_|_x[dD][89a-fA-F][0-9a-fA-F]{2}_`)

// text draws the texts that spreadsheets spoil.
func (s *sentSheet) text(t *rapid.T) string {
	if rapid.IntRange(0, 80).Draw(t, "long") == 80 {
		return strings.Repeat(rapid.SampledFrom([]string{"a", "È", "&", " ", "€"}).Draw(t, "letter"), rapid.IntRange(32_000, 33_000).Draw(t, "length"))
	}
	text := short(t)
	if s.stream && trap.MatchString(text) {
		return "_x0041_"
	}
	return text
}

func short(t *rapid.T) string {
	return strings.Join(rapid.SliceOfN(rapid.OneOf(
		rapid.SampledFrom([]string{" ", "  ", "\t", "\n", "\r", "\r\n", "\u00a0", "\u3000", "\u200b", "\ufeff", "_x0041_", "_x000D_", "_x005F_", "_x00e8_", "_xD83D_", "_xDE00_", "_x",
			"_x0041", "x0041_", "_", "=1+1", "+39", "-", "@SUM(A1)", "'", `"`, "00184", "1.0", "1E5", "31/12/2026", "VERO", "#N/D", "&amp;", "<t>", "]]>", "e\u0300", "😀", "\U0010FFFD", "\uFFFD"}),
		rapid.StringOfN(rapid.Rune().Filter(inXML), 0, 12, -1),
	), 0, 5).Draw(t, "text"), "")
}

// inXML is Char of XML 1.0. Excelize writes U+FFFD for anything else.
func inXML(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' || r >= 0x20 && r <= 0xD7FF || r >= 0xE000 && r <= 0xFFFD || r >= 0x10000 && r <= 0x10FFFF
}

// cutByExcelize is the text that reaches the file: 32,767 UTF-16 units. Only texts of one unit per rune are that long.
func cutByExcelize(text string) string {
	const limit = 32_767
	if runes := []rune(text); len(runes) > limit {
		return string(runes[:limit])
	}
	return text
}
