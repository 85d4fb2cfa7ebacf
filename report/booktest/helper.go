// Package booktest reads the workbooks that we write as strictly as Excel does, for tests: part by part, where no library puts
// anything right. It has what the tests of all reports share beside that.
//
// It must not be imported but by tests, and must not import a package of ours: it would agree with a mistake of that.
package booktest

import (
	"fmt"
	"iter"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"
)

// Must ends a test that cannot go on.
func Must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// Equal compares two values as %q shows them.
func Equal(t testing.TB, what string, got, want any) {
	t.Helper()
	if g, w := fmt.Sprintf("%q", got), fmt.Sprintf("%q", want); g != w {
		t.Errorf("%s:\ngot  %s\nwant %s", what, g, w)
	}
}

// Sequence gives rows without an error.
func Sequence[T any](rows ...T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, r := range rows {
			if !yield(r, nil) {
				return
			}
		}
	}
}

// Open gives a workbook that is closed with the test.
func Open(t testing.TB, path string) *excelize.File {
	t.Helper()
	book, err := excelize.OpenFile(path)
	Must(t, err)
	t.Cleanup(func() { _ = book.Close() })
	return book
}

// Cells are the rows of a sheet as the library reads them.
func Cells(t testing.TB, path, sheet string) [][]string {
	t.Helper()
	rows, err := Open(t, path).GetRows(sheet)
	Must(t, err)
	return rows
}

// Trimmed is a line without the empty cells at its end.
func Trimmed(line []string) []string {
	for len(line) > 0 && line[len(line)-1] == "" {
		line = line[:len(line)-1]
	}
	return line
}

// Rome is Italian time.
func Rome(t testing.TB) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Rome")
	Must(t, err)
	return zone
}

// In are the names of the files of a folder.
func In(t testing.TB, folder string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	Must(t, err)
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// CommentsOf gives the notes of a sheet, by cell.
func CommentsOf(t testing.TB, path, sheet string) map[string]string {
	t.Helper()
	book := Open(t, path)
	comments, err := book.GetComments(sheet)
	Must(t, err)
	found := map[string]string{}
	for _, c := range comments {
		for _, run := range c.Paragraph {
			found[c.Cell] += run.Text
		}
	}
	return found
}

// Fills gives every coloured cell of a sheet below its header, as "B3 FFC7CE".
func Fills(t testing.TB, path, sheet string) []string {
	t.Helper()
	book := Open(t, path)
	rows := Cells(t, path, sheet)
	var found []string
	for line := 2; line <= len(rows); line++ {
		for column := range rows[0] {
			cell, err := excelize.CoordinatesToCellName(column+1, line)
			Must(t, err)
			id, err := book.GetCellStyle(sheet, cell)
			Must(t, err)
			style, err := book.GetStyle(id)
			Must(t, err)
			if style.NumFmt != 49 {
				t.Errorf("cell %s is not text", cell)
			}
			for _, color := range style.Fill.Color {
				found = append(found, cell+" "+color)
			}
		}
	}
	return found
}

// AnyText draws what may stand in a cell: texts, bytes that are none, and what XML and spreadsheets read in a way of
// their own.
func AnyText() *rapid.Generator[string] {
	piece := rapid.OneOf(rapid.String(), rapid.StringMatching(`_x[0-9a-fA-F]{4}_(x[0-9A-F]{4}_)?`),
		rapid.Map(rapid.SliceOfN(rapid.Byte(), 0, 4), func(b []byte) string { return string(b) }),
		rapid.SampledFrom([]string{" ", "\t", "\n", "\r", "\r\n", "\x00", "\x1f", "\x7f", "\u0085", "\u00a0", "\u2028", "\ufeff", "\ufffd", "\ufffe", "\uffff", "😀",
			"&", "<", ">", `"`, "'", "&amp;", "&#10;", "]]>", "</sheetData>", "<![CDATA[", "_", "_x", "x0041_", "_x005F_", "_xD83D__xDE00_", "_X0041_", "_x00G1_", "_x004_", "=1+1", "00184"}))
	return rapid.Custom(func(t *rapid.T) string { return strings.Join(rapid.SliceOfN(piece, 0, 6).Draw(t, "pieces"), "") })
}
