//go:build unix

package outcome

import (
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"testing"
	"time"

	"voucherbul/batch/journal"
	"voucherbul/batch/platform/esito"
	"voucherbul/mapping"
	"voucherbul/mapping/ourfile"
	"voucherbul/report"
	"voucherbul/report/booktest"
)

// Size of the benchmarks' export. Every cell is filled: an empty one costs nothing.
const (
	benchRows    = 100_000
	benchColumns = 40
)

// badNight is the outcome of a night in which much went wrong, so that every sheet has rows. Of a hundred rows ten are
// refused, five break a rule of ours, and one is in doubt. Every fiftieth row has a correction. Its rows are not kept: the
// memory that is measured is the writer's.
func badNight(rows int) Outcome {
	var header []string
	for i := range benchColumns {
		header = append(header, fmt.Sprintf("Colonna %d", i+1))
	}
	columns := map[string]string{"codiceFiscale": header[1], "cap": header[3], "codiceIstatComune": header[4]}
	at := time.Date(2026, 7, 1, 20, 0, 0, 0, time.UTC)
	return Outcome{Run: journal.Run{ID: "20260701-220000-aaaa", StartedAt: at, EndedAt: at.Add(8 * time.Hour), Environment: journal.Production, Rate: 2},
		File: journal.File{Path: "ordini.csv", Header: header, Columns: columns}, Made: at.Add(9 * time.Hour), Zone: time.UTC,
		Rows: func(yield func(journal.Row, error) bool) {
			cells := make([]string, benchColumns)
			for i := range cells {
				cells[i] = "Valore 00184"
			}
			for n := range rows {
				cells[0] = fmt.Sprintf("RIGA%08d", n)
				if !yield(nightRow(n, cells, header, at), nil) {
					return
				}
			}
		}}
}

func nightRow(n int, cells, header []string, at time.Time) journal.Row {
	row := journal.Row{ID: journal.RowID{Run: "20260701-220000-aaaa", File: 1, Place: n + 1}, Number: n + 2, Cells: cells, Operation: mapping.OperationPrenotazione, Beneficiario: "RSSMRA85T10H501O",
		State: journal.Accepted, Attempts: 1, FirstSentAt: at, SentAt: at, SettledAt: at.Add(time.Second),
		Outcome: journal.Outcome{HTTP: 200, Esito: "OK", Code: journal.Code(esito.BasisEsito), Descrizione: "Richiesta registrata con successo", FaseOperativa: "Inviata con esito positivo",
			DataOperazione: "2026-07-01T22:00:00.123+02:00", DataResponse: "2026-07-01T22:00:00.456+02:00"}}
	switch k := n % 100; {
	case k < 10:
		row.State = journal.Rejected
		row.Outcome = journal.Outcome{HTTP: 400, Esito: "REQUEST_BUSINESS_NOK_001", Descrizione: "Nessun comune trovato avente codice ISTAT 58091", Class: string(esito.Correggibile),
			Code: journal.Code(esito.BasisEsito), Fields: []string{"codiceIstatComune"}}
	case k < 15:
		row.State, row.Attempts, row.SentAt, row.Beneficiario = journal.Invalid, 0, time.Time{}, ""
		row.Outcome = journal.Outcome{Code: journal.RuleBroken}
		row.Problems = []mapping.Problem{{Field: "codiceFiscale", Column: header[1], Found: cells[1], Expected: "16 caratteri", Remedy: "controllare il documento", Severity: mapping.Blocks}}
	case k == 15:
		row.State, row.SettledAt = journal.Uncertain, time.Time{}
		row.Outcome = journal.Outcome{Code: journal.Code(esito.BasisNoAnswer), Args: []string{"EOF"}}
	case k%50 == 16:
		row.Corrections = []mapping.Correction{{Field: "cap", Column: header[3], From: "184", To: "00184"}}
	}
	return row
}

// BenchmarkOutcome writes the outcome workbook of 100,000 rows. Run it with -benchtime 2x.
func BenchmarkOutcome(b *testing.B) {
	o := badNight(benchRows)
	header, columns := o.File.Header, resultColumns()
	cellsOf := func(r journal.Row) []string {
		cells := report.OwnOf(header).Fit(nil, r.Cells)
		for _, c := range columns {
			cells = append(cells, c.value(&o, &r))
		}
		return cells
	}
	booktest.Compare(b, benchRows, func(path string) error { return Write(path, o) },
		func(path string) time.Duration {
			return booktest.Library(b, path, ourfile.SheetRows, append(header[:len(header):len(header)], ourfile.OutcomeColumns()...), cellsOf, told(o.Rows, report.Words{Zone: o.Zone, Columns: o.File.Columns}))
		})
}

// BenchmarkOutcomeMillion writes the outcome of a million rows, nearly all that a sheet holds. Run it with -benchtime 1x.
func BenchmarkOutcomeMillion(b *testing.B) {
	const rows = 1_000_000
	o := badNight(rows)
	path := filepath.Join(b.TempDir(), "ordini.esiti.xlsx")
	var most uint64
	for b.Loop() {
		most = max(most, booktest.Peak(func() { booktest.Must(b, Write(path, o)) }))
	}
	info, err := os.Stat(path)
	booktest.Must(b, err)
	b.ReportMetric(float64(most)/1e6, "peak-MB")
	b.ReportMetric(float64(rows*b.N)/b.Elapsed().Seconds(), "rows/s")
	b.ReportMetric(float64(info.Size())/1e6, "file-MB")
}

// TestBadNight asserts that the benchmarks write what they speak of.
func TestBadNight(t *testing.T) {
	counts := map[journal.State]int{}
	var rows iter.Seq2[journal.Row, error] = badNight(1000).Rows
	for row := range rows {
		counts[row.State]++
	}
	want := map[journal.State]int{journal.Accepted: 840, journal.Rejected: 100, journal.Invalid: 50, journal.Uncertain: 10}
	booktest.Equal(t, "rows", fmt.Sprint(counts), fmt.Sprint(want))
	path := filepath.Join(t.TempDir(), "ordini.esiti.xlsx")
	booktest.Must(t, Write(path, badNight(200)))
	p := booktest.PartsOf(t, path)
	p.CheckArchive()
	p.CheckBook()
	checkCharts(t, p)
	booktest.Equal(t, "notes", len(booktest.CommentsOf(t, path, ourfile.SheetToDo)), 30)
}
