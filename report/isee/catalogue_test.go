package isee

import (
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"voucherbul/batch/journal"
	"voucherbul/mapping"
	"voucherbul/mapping/ourfile"
	"voucherbul/report/booktest"
)

// TestFasiOfTheConfiguration: a phase of the configuration is what its entry says, and one of nobody stays unknown.
func TestFasiOfTheConfiguration(t *testing.T) {
	i := sample(t, []journal.Voucher{daysAgo(t, "A", "Verifica reddito", 3), daysAgo(t, "B", "Prenotata con riserva", 3), daysAgo(t, "C", "In liquidazione", 3)})
	i.Catalogue = mapping.NewCatalogue(mapping.Entries{Fasi: []mapping.Fase{{Name: "Verifica reddito", Class: mapping.FaseWait}, {Name: "Prenotata con riserva", Class: mapping.FaseReady}}})
	path := filepath.Join(t.TempDir(), ourfile.IseeName)
	_, err := Write(path, i)
	booktest.Must(t, err)
	got := map[string]string{}
	for _, line := range booktest.Cells(t, path, ourfile.SheetVouchers)[1:] {
		got[line[0]] = line[9]
	}
	if want := map[string]string{"A": "Attendere: la piattaforma sta ancora lavorando la richiesta.", "B": "Si può attivare, entro il 20/02/2027.",
		"C": "Fase non prevista dalla specifica: verificare sul portale Voucher BUL."}; !reflect.DeepEqual(got, want) {
		t.Errorf("%q", got)
	}
	summary := ""
	for _, line := range booktest.Cells(t, path, ourfile.SheetSummary) {
		summary += strings.Join(line, "|") + "\n"
	}
	if want := "Prenotata con riserva|1|si può attivare\nVerifica reddito|1|in lavorazione sulla piattaforma\nIn liquidazione|1|"; !strings.Contains(summary, want) || !strings.Contains(summary, "1 prenotato.") {
		t.Error(summary)
	}
}
