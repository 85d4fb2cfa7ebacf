package orderfile

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"voucherbul/mapping"
)

// benchmarkOrders is an export with every field, as wide and long as real ones.
func benchmarkOrders(rows int, quote string) []byte {
	var text bytes.Buffer
	var examples []string
	for i, f := range mapping.Fields() {
		if i > 0 {
			text.WriteByte(';')
		}
		text.WriteString(quote + f.Name + quote)
		examples = append(examples, quote+f.Example+quote)
	}
	row := strings.Join(examples, ";")
	for i := range rows {
		fmt.Fprintf(&text, "\n%s;%d", row[:strings.LastIndexByte(row, ';')], i)
	}
	return text.Bytes()
}

// BenchmarkCSV compares what gives records to the rest of the package with the library alone.
func BenchmarkCSV(b *testing.B) {
	const rows = 50_000
	perSecond := func(b *testing.B, quote string, read func(file *os.File) (int, error)) {
		content := benchmarkOrders(rows, quote)
		path := filepath.Join(b.TempDir(), "ordini.csv")
		if err := os.WriteFile(path, content, 0o600); err != nil {
			b.Fatal(err)
		}
		b.SetBytes(int64(len(content)))
		b.ReportAllocs()
		for b.Loop() {
			file, err := os.Open(path)
			if err != nil {
				b.Fatal(err)
			}
			n, err := read(file)
			if err != io.EOF || n != rows {
				b.Fatalf("%d rows, %v", n, err)
			}
			file.Close()
		}
		b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
	}
	source := func(file *os.File) (int, error) {
		s, _, err := openCSV(file, Options{Claims: mapping.Claims})
		for n := searchRows - 1; ; n++ { // those are read while looking for the header
			if err != nil {
				return n, err
			}
			if _, err = s.Next(); err != nil {
				return n, err
			}
		}
	}
	library := func(file *os.File) (int, error) {
		r := csv.NewReader(file)
		r.Comma, r.ReuseRecord = ';', true
		for n := -1; ; n++ {
			if _, err := r.Read(); err != nil {
				return n, err
			}
		}
	}
	b.Run("source", func(b *testing.B) { perSecond(b, "", source) })
	b.Run("encoding/csv", func(b *testing.B) { perSecond(b, "", library) })
	b.Run("quoted/source", func(b *testing.B) { perSecond(b, `"`, source) })
	b.Run("quoted/encoding/csv", func(b *testing.B) { perSecond(b, `"`, library) })
}
