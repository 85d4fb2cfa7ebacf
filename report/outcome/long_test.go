package outcome

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"voucherbul/batch/journal"
	"voucherbul/mapping/orderfile"
	"voucherbul/mapping/ourfile"
	"voucherbul/report/booktest"
	"voucherbul/report/sheet"
)

// TestTextsSurvive writes arbitrary texts, and reads them back with the library and with the program's own reader.
func TestTextsSurvive(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.esiti.xlsx")
	rapid.Check(t, func(r *rapid.T) {
		texts := rapid.SliceOfN(booktest.AnyText(), 1, 40).Draw(r, "texts")
		rows := make([]journal.Row, len(texts))
		for i, v := range texts {
			rows[i] = journal.Row{Number: i + 2, Cells: []string{"disdetta", v}, State: journal.Pending}
		}
		booktest.Must(t, Write(path, Outcome{Zone: time.UTC, File: journal.File{Header: []string{"Operazione", "Note"}}, Rows: booktest.Sequence(rows...)}))
		book, err := excelize.OpenFile(path)
		booktest.Must(t, err)
		read, err := book.GetRows(ourfile.SheetRows)
		booktest.Must(t, errors.Join(err, book.Close()))
		file, err := orderfile.Open(path, orderfile.Options{})
		booktest.Must(t, err)
		defer file.Close()
		for i, v := range texts {
			row, err := file.Next()
			booktest.Must(t, err)
			if want := sheet.Text(v); read[i+1][1] != want || row.Cells[1] != want {
				r.Fatalf("%q came back as %q to the library, as %q to us, want %q", v, read[i+1][1], row.Cells[1], want)
			}
		}
		if _, err := file.Next(); !errors.Is(err, io.EOF) {
			r.Fatalf("after the last row: %v", err)
		}
	})
}

// TestLongSheetOfManyBlocks writes more than the goroutine may have waiting.
func TestLongSheetOfManyBlocks(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.esiti.xlsx")
	const rows = 12_000
	value := strings.Repeat("x", 300)
	booktest.Must(t, Write(path, Outcome{Zone: time.UTC, File: journal.File{Header: []string{"Operazione", "Note"}}, Rows: func(yield func(journal.Row, error) bool) {
		for i := range rows {
			if !yield(journal.Row{Cells: []string{"disdetta", value + strconv.Itoa(i)}}, nil) {
				return
			}
		}
	}}))
	info, err := os.Stat(path)
	booktest.Must(t, err)
	if info.Size() > 1<<20 {
		t.Errorf("the workbook has %d bytes", info.Size())
	}
	read := booktest.Cells(t, path, ourfile.SheetRows)
	if len(read) != rows+1 {
		t.Fatalf("%d rows", len(read))
	}
	for i, row := range read[1:] {
		if row[1] != value+strconv.Itoa(i) {
			t.Fatalf("row %d is %q", i, row)
		}
	}
	dimension, err := booktest.Open(t, path).GetSheetDimension(ourfile.SheetRows)
	booktest.Must(t, err)
	booktest.Equal(t, "dimension", dimension, "A1:R12001")
}

// TestNoGoroutineIsLeft breaks the rows.
func TestNoGoroutineIsLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "x.xlsx")
		broken := errors.New("the journal is gone")
		o := outcome(t, "ordini.csv")
		o.Rows = func(yield func(journal.Row, error) bool) {
			_ = yield(journal.Row{}, nil) && yield(journal.Row{}, broken)
		}
		if err := Write(path, o); !errors.Is(err, broken) {
			t.Error(err)
		}
	})
}
