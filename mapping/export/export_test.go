package export

import (
	"errors"
	"flag"
	"io"
	"iter"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"voucherbul/mapping"
	"voucherbul/mapping/orderfile"
	"voucherbul/mapping/ordertest"
)

// readRows is the length of the file that BenchmarkCheck reads.
var readRows = flag.Int("read-rows", 100_000, "rows of the file of BenchmarkCheck")

func exportFile(t testing.TB, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "ordini.csv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestRowsStopEarly walks away from a long file: the goroutine that reads it must end with the walk.
func TestRowsStopEarly(t *testing.T) {
	before := runtime.NumGoroutine()
	path := exportFile(t, "Operazione;Codice fiscale\n"+strings.Repeat("disdetta;"+ordertest.CodiceFiscale(1)+"\n", 10*pageRows))
	for range 20 {
		export, err := Reading{}.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, err := range export.Rows() {
			if err != nil {
				t.Fatal(err)
			}
			break
		}
	}
	after := runtime.NumGoroutine()
	for tries := 0; after > before && tries < 100; tries++ { // one that has done its work may not be gone yet
		time.Sleep(10 * time.Millisecond)
		after = runtime.NumGoroutine()
	}
	if after > before {
		t.Errorf("%d goroutines, %d before", after, before)
	}
}

// TestRowsGiveTheDamage asserts that the rows end with the error of the file, never quietly.
func TestRowsGiveTheDamage(t *testing.T) {
	path := exportFile(t, "Operazione;Codice fiscale\n"+strings.Repeat("disdetta;"+ordertest.CodiceFiscale(1)+"\n", 3*pageRows)+"disdetta;\"never closed\n")
	export, err := Reading{}.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, err = range export.Rows() {
		n++
	}
	if err == nil || !strings.Contains(err.Error(), "quote") || n > 3*pageRows+1 {
		t.Errorf("%d rows, error %v", n, err)
	}
}

// TestRowsThatAreNoOrders names totals and repeated headers, and sends neither.
func TestRowsThatAreNoOrders(t *testing.T) {
	header := "Operazione;Codice fiscale;Componenti del nucleo\n"
	row := "disdetta;" + ordertest.CodiceFiscale(1) + ";\n"
	export, err := Reading{}.Open(exportFile(t, "Elenco del mese;;\n"+header+row+header+row+"Totale;;2\n"))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for r, err := range export.Rows() {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, strconv.Itoa(r.Number)+" "+r.Skipped)
	}
	want := "3 |4 intestazione ripetuta: non è un ordine|5 |6 riga di totale: non è un ordine"
	if strings.Join(got, "|") != want {
		t.Errorf("rows %q, want %q", got, want)
	}
	remarks := strings.Join(export.Remarks(), "|")
	for _, part := range []string{"alla riga 2", "riga 4, intestazione ripetuta", "riga 6, riga di totale"} {
		if !strings.Contains(remarks, part) {
			t.Errorf("the remarks do not say %q: %s", part, remarks)
		}
	}
}

// TestTooManyRows: a file that is longer than whoever reads it can hold is refused.
func TestTooManyRows(t *testing.T) {
	row := "disdetta;" + ordertest.CodiceFiscale(1) + "\n"
	for limit, want := range map[int]string{2: "split it", 3: ""} {
		export, err := Reading{MaxRows: limit}.Open(exportFile(t, "Operazione;Codice fiscale\n"+row+row+row))
		if err != nil {
			t.Fatal(err)
		}
		last := ""
		for _, err := range export.Rows() {
			if err != nil {
				last = err.Error()
			}
		}
		if want == "" && last != "" || !strings.Contains(last, want) {
			t.Errorf("limit %d: %q", limit, last)
		}
		for _, err = range export.Rows() {
		}
		if err == nil {
			t.Error("a second walk said nothing")
		}
	}
}

// BenchmarkCheck reads and judges an export of full rows, all that `check` does before it writes. Beside it
// stands what the library needs for the rows of the workbook alone, unguarded and unjudged.
func BenchmarkCheck(b *testing.B) {
	orders := func(yield func(mapping.Order) bool) {
		for i := range *readRows {
			if !yield(ordertest.Full(i)) {
				return
			}
		}
	}
	b.Run("csv", func(b *testing.B) {
		benchmarkRows(b, fileOf(b, "ordini.csv", orders, ordertest.WriteExport), judgedRows)
	})
	workbook := fileOf(b, "ordini.xlsx", orders, ordertest.WriteWorkbook)
	b.Run("xlsx", func(b *testing.B) { benchmarkRows(b, workbook, judgedRows) })
	b.Run("xlsx-excelize-rows-alone", func(b *testing.B) { benchmarkRows(b, workbook, excelizeRows) })
}

func fileOf(b *testing.B, name string, orders iter.Seq[mapping.Order], write func(io.Writer, iter.Seq[mapping.Order]) error) string {
	path := filepath.Join(b.TempDir(), name)
	file, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	if err := errors.Join(write(file, orders), file.Close()); err != nil {
		b.Fatal(err)
	}
	return path
}

func benchmarkRows(b *testing.B, path string, count func(*testing.B, string) int) {
	debug.FreeOSMemory()
	_ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) // Linux: the peak counts from here
	for b.Loop() {
		if n := count(b, path); n != *readRows {
			b.Fatal(n)
		}
	}
	b.ReportMetric(float64(*readRows*b.N)/b.Elapsed().Seconds(), "rows/s")
	b.ReportMetric(peakMemory(b), "peak-MB")
}

func judgedRows(b *testing.B, path string) (n int) {
	export, err := Reading{Mapper: mapping.Mapper{Operator: "12345678903", Now: time.Now()}}.Open(path)
	if err != nil {
		b.Fatal(err)
	}
	for row, err := range export.Rows() {
		if err != nil || row.Blocked() {
			b.Fatal(err, row.Problems)
		}
		n++
	}
	return n
}

func excelizeRows(b *testing.B, path string) (n int) {
	book, err := excelize.OpenFile(path)
	if err != nil {
		b.Fatal(err)
	}
	defer book.Close()
	rows, err := book.Rows("Ordini")
	if err != nil {
		b.Fatal(err)
	}
	for rows.Next() {
		if cells, err := rows.Columns(); err != nil || len(cells) == 0 {
			b.Fatal(err)
		}
		n++
	}
	return n - 1 // its header
}

// peakMemory is the most that the process has held, in MB; 0 where the system does not tell.
func peakMemory(b *testing.B) float64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kb, err := strconv.ParseFloat(strings.Fields(rest)[0], 64)
			if err != nil {
				b.Fatal(err)
			}
			return kb / 1024
		}
	}
	return 0
}

// TestSettings pins the text by which an interrupted run is known again: with another one, the command that resumes a run would
// begin a new one after an upgrade.
func TestSettings(t *testing.T) {
	for _, c := range []struct {
		reading Reading
		want    string
	}{
		{Reading{}, "\n\n\"\"\n\n\n{InconsistentCF: ExpiredDocument: Household: Duplicate: ProvisionalCF: UnknownComune: UnknownOffer: Phone:}\n\n"},
		{Reading{Mapper: mapping.Mapper{Operator: "12345678903", Operation: mapping.OperationDisdetta, Rules: mapping.Rules{Household: mapping.ToWarn, Phone: mapping.PhoneE164}},
			Sheet: "Fogl\"io\" è", Hidden: orderfile.SkipHidden, References: "comuni 1\noffers 2"},
			"12345678903\ndisdetta\n\"Fogl\\\"io\\\" è\"\nskip\n\n" +
				"{InconsistentCF: ExpiredDocument: Household:warn Duplicate: ProvisionalCF: UnknownComune: UnknownOffer: Phone:e164}\ncomuni 1\noffers 2\n"},
		{Reading{Mapper: mapping.Mapper{Catalogue: mapping.NewCatalogue(mapping.Entries{Fasi: []mapping.Fase{{Name: "In verifica", Class: mapping.FaseWait}}})}},
			"\n\n\"\"\n\n\n{InconsistentCF: ExpiredDocument: Household: Duplicate: ProvisionalCF: UnknownComune: UnknownOffer: Phone:}\n\n"},
		{Reading{Mapper: mapping.Mapper{Catalogue: mapping.NewCatalogue(mapping.Entries{Tecnologie: []mapping.Word{{Value: "FTTR"}}})}},
			"\n\n\"\"\n\n\n{InconsistentCF: ExpiredDocument: Household: Duplicate: ProvisionalCF: UnknownComune: UnknownOffer: Phone:}\n\ntecnologia \"FTTR\" []\n"},
	} {
		if got := c.reading.Settings(); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}
