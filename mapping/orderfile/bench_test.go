package orderfile

import (
	"archive/zip"
	"bufio"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"voucherbul/mapping"
	"voucherbul/mapping/orderfile/xlsx"
)

// benchRows and benchColumns are the size that batch/README.md speaks of.
const (
	benchRows    = 100_000
	benchColumns = 35
)

// BenchmarkXLSX reads the same workbook in three ways: all of orderfile, the sheet alone, and excelize's rows
// alone. go test -bench XLSX -benchtime 1x -run - ./mapping/orderfile
func BenchmarkXLSX(b *testing.B) {
	path := filepath.Join(b.TempDir(), "ordini.xlsx")
	if err := writeBenchmarkWorkbook(path, benchRows); err != nil {
		b.Fatal(err)
	}
	for _, reader := range []struct {
		name string
		read func(path string, seen func()) error
	}{{"source", readSource}, {"ours", readOrders}, {"excelize", readExcelize}} {
		b.Run(reader.name, func(b *testing.B) {
			most := uint64(0)
			for b.Loop() {
				rows := 0
				err := reader.read(path, func() {
					if rows++; rows%10_000 == 0 {
						most = max(most, heapInUse())
					}
				})
				if err != nil || rows < benchRows {
					b.Fatalf("%d rows, %v", rows, err)
				}
			}
			b.ReportMetric(float64(benchRows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
			b.ReportMetric(float64(most)/(1<<20), "heap-MB")
		})
	}
}

// heapInUse is what the heap has of the machine, garbage included.
func heapInUse() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapInuse
}

func readSource(path string, seen func()) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	s, _, err := openWorkbook(file, Options{Claims: mapping.Claims})
	if err != nil {
		return err
	}
	defer s.Close()
	for range searchRows {
		seen()
	}
	for {
		if _, err := s.Next(); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		seen()
	}
}

func readOrders(path string, seen func()) error {
	f, err := Open(path, Options{})
	if err != nil {
		return err
	}
	defer f.Close()
	for {
		if _, err := f.Next(); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		seen()
	}
}

func readExcelize(path string, seen func()) error {
	// In memory and as stored, which is its fastest way: by default it reads many strings from a file.
	f, err := excelize.OpenFile(path, excelize.Options{RawCellValue: true, UnzipXMLSizeLimit: maxUnpacked, UnzipSizeLimit: maxUnpacked})
	if err != nil {
		return err
	}
	defer f.Close()
	rows, err := f.Rows("Ordini")
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if _, err := rows.Columns(); err != nil {
			return err
		}
		seen()
	}
	return rows.Error()
}

// writeBenchmarkWorkbook writes what Excel would of that many orders: of 35 columns 28 are shared strings, 12
// of them with another text in every row, 4 are dates and 3 numbers.
func writeBenchmarkWorkbook(path string, rows int) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer file.Close()
	z := zip.NewWriter(file)
	parts := xlsxFile{styles: testStyles, strings: "-"}.parts()
	delete(parts, "xl/worksheets/sheet1.xml")
	delete(parts, "xl/sharedStrings.xml")
	for name, text := range parts {
		w, err := z.Create(name)
		if err == nil {
			_, err = io.WriteString(w, text)
		}
		if err != nil {
			return err
		}
	}
	w, err := z.Create("xl/worksheets/sheet1.xml")
	if err != nil {
		return err
	}
	out := bufio.NewWriter(w)
	count := writeBenchmarkRows(out, rows)
	if err := out.Flush(); err != nil {
		return err
	}
	if w, err = z.Create("xl/sharedStrings.xml"); err != nil {
		return err
	}
	out.Reset(w)
	writeBenchmarkStrings(out, count)
	if err := out.Flush(); err != nil {
		return err
	}
	return z.Close()
}

// benchHeader is the header: known fields, then columns of the operator's own.
func benchHeader() []string {
	header := make([]string, 0, benchColumns)
	for _, f := range mapping.Fields() {
		if len(header) < benchColumns-5 {
			header = append(header, f.Label)
		}
	}
	for len(header) < benchColumns {
		header = append(header, fmt.Sprintf("Colonna %d", len(header)+1))
	}
	return header
}

// The strings are numbered: the header, 400 that come again and again, then 12 of every row.
const benchCommon, benchOwn = 400, 12

func writeBenchmarkRows(out *bufio.Writer, rows int) (strings int) {
	fmt.Fprintf(out, `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>`+"\r\n"+`<worksheet %s xmlns:x14ac="urn:x14ac"><dimension ref="A1:AI%d"/><sheetData>`, mainNS, rows+1)
	next := benchColumns + benchCommon
	for row := 1; row <= rows+1; row++ {
		fmt.Fprintf(out, `<row r="%d" spans="1:35" x14ac:dyDescent="0.25">`, row)
		for column := range benchColumns {
			name := xlsx.ColumnLetters(column+1) + fmt.Sprint(row)
			switch {
			case row == 1:
				fmt.Fprintf(out, `<c r="%s" s="0" t="s"><v>%d</v></c>`, name, column)
			case column%9 == 8:
				fmt.Fprintf(out, `<c r="%s" s="1"><v>%d</v></c>`, name, 30000+(row*7+column)%16000)
			case column%11 == 10:
				fmt.Fprintf(out, `<c r="%s"><v>%d</v></c>`, name, 3330000000+row)
			case column%3 == 0:
				fmt.Fprintf(out, `<c r="%s" s="0" t="s"><v>%d</v></c>`, name, next)
				next++
			default:
				fmt.Fprintf(out, `<c r="%s" s="0" t="s"><v>%d</v></c>`, name, benchColumns+(row*31+column*7)%benchCommon)
			}
		}
		out.WriteString("</row>")
	}
	out.WriteString("</sheetData></worksheet>")
	return next
}

func writeBenchmarkStrings(out *bufio.Writer, count int) {
	fmt.Fprintf(out, `<sst %s uniqueCount="%d">`, mainNS, count)
	header := benchHeader()
	for i := range count {
		text := ""
		switch {
		case i < benchColumns:
			text = header[i]
		case i < benchColumns+benchCommon:
			text = "VALORE RICORRENTE " + fmt.Sprint(i)
		default:
			text = fmt.Sprintf("TESTO %d &amp; C.", i)
		}
		out.WriteString("<si><t>" + strings.TrimSpace(text) + "</t></si>")
	}
	out.WriteString("</sst>")
}
