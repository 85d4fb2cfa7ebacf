package orderfile

import (
	"bytes"
	stdcsv "encoding/csv"
	"errors"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"voucherbul/mapping/orderfile/csv"
)

// csvText is a table as encoding/csv writes it, and what must be read from that.
type csvText struct {
	text  string
	cells [][]string
	lines []int // on which the records start
}

// writeCSV makes a table of four columns from any text. What a CSV file cannot say is taken out of the cells
// beforehand: encoding/csv reads the end of a line inside a cell as a line feed, and we read ="x" as x.
func writeCSV(t *testing.T, cells []string, delimiter rune, crlf bool) csvText {
	t.Helper()
	var out bytes.Buffer
	w := stdcsv.NewWriter(&out)
	w.Comma, w.UseCRLF = delimiter, crlf
	var made csvText
	add := func(row []string) {
		made.cells = append(made.cells, row)
		w.Flush()
		made.lines = append(made.lines, 1+strings.Count(out.String(), "\n"))
		if err := w.Write(row); err != nil {
			t.Fatal(err)
		}
	}
	add([]string{"codiceFiscale", "cognome", "nome", "via"})
	for i := 0; i < len(cells); i += 3 {
		row := []string{"x", "", "", ""}
		for k, cell := range cells[i:min(i+3, len(cells))] {
			row[k+1] = cell
		}
		add(row)
	}
	w.Flush()
	made.text = out.String()
	return made
}

// encodings that a file can be handed in with; nil where the text cannot be written so, or not unmistakably.
var encodings = []struct {
	name   string
	encode func(text string) []byte
}{
	{csv.UTF8, func(text string) []byte { return []byte(text) }},
	{csv.UTF8, func(text string) []byte { return []byte("\ufeff" + text) }},
	{csv.UTF8, func(text string) []byte { return []byte(text + "\x1a") }},
	{csv.UTF8, func(text string) []byte { // old Mac
		if strings.Contains(text, "\r") {
			return nil
		}
		return []byte(strings.ReplaceAll(text, "\n", "\r"))
	}},
	{csv.UTF16, func(text string) []byte { return utf16Bytes(text, unicode.LittleEndian, unicode.UseBOM) }},
	{csv.UTF16, func(text string) []byte { return utf16Bytes(text, unicode.BigEndian, unicode.UseBOM) }},
	{csv.UTF16, func(text string) []byte {
		if len([]rune(text)) != len(text) {
			return nil // only ASCII is unmistakable
		}
		return utf16Bytes(text, unicode.LittleEndian, unicode.IgnoreBOM)
	}},
	{csv.Windows1252, func(text string) []byte {
		encoded, err := charmap.Windows1252.NewEncoder().String(text)
		if err != nil || utf8.ValidString(encoded) || strings.ContainsAny(text, "\u0081\u008d\u008f\u0090\u009d\x7f") {
			return nil
		}
		for i, c := range encoded {
			if c < ' ' && c != '\n' && c != '\r' && c != '\t' || c >= utf8.RuneSelf && c != utf8.RuneError || strings.HasPrefix(encoded[i:], "\ufffd") {
				return nil
			}
		}
		return []byte(encoded)
	}},
}

func utf16Bytes(text string, order unicode.Endianness, bom unicode.BOMPolicy) []byte {
	encoded, err := unicode.UTF16(order, bom).NewEncoder().Bytes([]byte(text))
	if err != nil {
		panic(err)
	}
	return encoded
}

// FuzzCSVRoundTrip: what encoding/csv writes comes back cell for cell, whatever the delimiter, the encoding and
// the ends of lines, and each record with the number of its first line.
func FuzzCSVRoundTrip(f *testing.F) {
	f.Add("NICOLÒ|D’AMICO €|a;b,c\td|\"q\"|=\"00118\"|due\nrighe|'00118|=1+1|due\r\nrighe", byte(0), byte(0), false)
	f.Add("NICOLÒ|D’AMICO €| |", byte(1), byte(7), true)
	f.Add("ŁÓDŹ😀|\u0100", byte(2), byte(4), true)
	f.Add("\ufeff|\x1a|\x01|Ã¨|\\.|CF", byte(3), byte(5), false)
	f.Add("sep=,|codiceFiscale;cognome;nome;via;cap", byte(1), byte(3), false)
	f.Add("a|b\nc", byte(0), byte(6), true)
	f.Fuzz(func(t *testing.T, text string, delimiter, encoding byte, crlf bool) {
		text = strings.ReplaceAll(strings.ToValidUTF8(text, "?"), "\x00", "0")
		text = strings.ReplaceAll(text, "\r\n", "\n")
		if crlf {
			text = strings.ReplaceAll(text, "\r", "") // encoding/csv leaves it out itself
		}
		if len(text) > csv.MaxRecord/2 {
			return
		}
		want := writeCSV(t, strings.Split(text, "|"), rune(";,\t|"[delimiter%4]), crlf)
		e := encodings[int(encoding)%len(encodings)]
		content := e.encode(want.text)
		if content == nil {
			return
		}
		path := writeFile(t, "ordini.csv", content)
		file, rows, err := readAll(path)
		if len(want.cells) == 1 {
			return
		}
		if err != nil {
			t.Fatalf("%s, delimiter %q: %v\n%q", e.name, ";,\t|"[delimiter%4], err, want.text)
		}
		if name := file.source.(*csv.Source).Encoding(); name != e.name {
			t.Errorf("read as %s, written as %s", name, e.name)
		}
		if len(rows) != len(want.cells)-1 {
			t.Fatalf("%d rows of %d", len(rows), len(want.cells)-1)
		}
		for i, row := range rows {
			wrote := slices.Clone(want.cells[i+1])
			for k, cell := range wrote {
				if inner, ok := strings.CutPrefix(cell, `="`); ok && strings.Count(inner, `"`) == 1 && strings.HasSuffix(inner, `"`) {
					wrote[k] = strings.TrimSuffix(inner, `"`)
				}
			}
			if !slices.Equal(row.Cells, wrote) || row.Number != want.lines[i+1] || len(row.Problems) > 0 {
				t.Fatalf("row %d: %q, want row %d: %q; problems %v", row.Number, row.Cells, want.lines[i+1], wrote, row.Problems)
			}
		}
	})
}

// TestCSVRoundTripCoversEncodings keeps the property above from being vacuous: each encoding takes a text that
// needs it, and bytes that differ from plain UTF-8.
func TestCSVRoundTripCoversEncodings(t *testing.T) {
	for i, e := range encodings {
		text := "codiceFiscale;cognome\nA;NICOLÒ\n"
		if i == 6 {
			text = "codiceFiscale;cognome\nA;NICOLO\n"
		}
		content := e.encode(text)
		if content == nil || i > 0 && string(content) == text {
			t.Errorf("encoding %d (%s) is not tried", i, e.name)
		}
	}
}

// TestWideRecord: a few bytes of delimiters must not make many times their size in cells.
func TestWideRecord(t *testing.T) {
	text := "codiceFiscale;cognome\nA;B\nC;D" + strings.Repeat(";", csv.MaxCells) + "\n"
	_, _, err := readAll(writeFile(t, "ordini.csv", []byte(text)))
	wantUnreadable(t, err, "the record has 16386 cells")
	text = "codiceFiscale;cognome\nA;B\nC;D" + strings.Repeat(";", csv.MaxCells-2) + "\n"
	if _, rows, err := readAll(writeFile(t, "ordini.csv", []byte(text))); err != nil || len(rows) != 2 || rows[1].Problems != nil {
		t.Errorf("%d rows, error %v", len(rows), err)
	}
}

// TestOneLineOf50MB: in no encoding does the length of a line decide about the memory.
func TestOneLineOf50MB(t *testing.T) {
	line := strings.Repeat("codiceFiscale;cognome;", (50<<20)/22)
	for name, content := range map[string][]byte{
		"UTF-8":        []byte(line),
		"UTF-16":       utf16Bytes(line[:len(line)/2], unicode.LittleEndian, unicode.UseBOM),
		"Windows-1252": []byte(line + "\xd2"),
		"in quotes":    []byte("codiceFiscale;\"" + strings.ReplaceAll(line, ";c", "\nc")),
	} {
		t.Run(name, func(t *testing.T) {
			path := writeFile(t, "ordini.csv", content)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, _, err := readAll(path)
			runtime.ReadMemStats(&after)
			wantUnreadable(t, err, "longer than 1 MiB")
			if mib := (after.TotalAlloc - before.TotalAlloc) >> 20; mib > 40 {
				t.Errorf("%d MiB were taken", mib)
			}
		})
	}
}

// TestFileThatChanges: an export that is still being written has rows that nobody would miss.
func TestFileThatChanges(t *testing.T) {
	for name, change := range map[string]func(path string) error{
		"grows": func(path string) error {
			info, err := os.Stat(path)
			if err != nil {
				return err
			}
			out, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
			if err != nil {
				return err
			}
			_, err = out.WriteString("C;D\n")
			return errors.Join(err, out.Close(), os.Chtimes(path, info.ModTime(), info.ModTime())) // one tick of a coarse clock
		},
		"shrinks":         func(path string) error { return os.Truncate(path, 30_000) },
		"is written anew": func(path string) error { return os.Chtimes(path, time.Unix(0, 0), time.Unix(0, 0)) },
	} {
		t.Run(name, func(t *testing.T) {
			path := writeFile(t, "ordini.csv", []byte("codiceFiscale;cognome\n"+strings.Repeat("A;B\n", 20_000)))
			f, err := Open(path, Options{})
			must(t, err)
			defer f.Close()
			must(t, change(path))
			for err == nil {
				_, err = f.Next()
			}
			wantUnreadable(t, err, "changed while it was read")
		})
	}
}

// TestLongEncodings crosses the pieces in which a file is looked through: every way of cutting a character.
func TestLongEncodings(t *testing.T) {
	for shift := range 4 {
		text := "codiceFiscale;cognome\n" + strings.Repeat("A", shift) + ";" + strings.Repeat("È€😀", 30_000) + "\nB;C\n"
		for i, e := range encodings[:6] {
			content := e.encode(text)
			f, rows, err := readAll(writeFile(t, "ordini.csv", content))
			if err != nil || len(rows) != 2 || rows[0].Cells[1] != strings.Repeat("È€😀", 30_000) || f.source.(*csv.Source).Encoding() != e.name {
				t.Errorf("encoding %d, shift %d: %d rows, %v", i, shift, len(rows), err)
			}
		}
	}
}
