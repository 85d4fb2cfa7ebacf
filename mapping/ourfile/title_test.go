package ourfile

import (
	"slices"
	"strings"
	"testing"
)

// Titles and verdicts are a contract: files that have them lie in the folders of customers.
func TestTitles(t *testing.T) {
	for _, c := range []struct {
		got  []string
		want string
	}{
		{OutcomeColumns(), "Riga|Beneficiario|Stato|Esito|Cosa fare|Descrizione|Inviata il|Fase operativa|Protocollo|HTTP|Tentativi|Data operazione|Data response|Correzioni|Invii precedenti|ID voucherbul"},
		{ToDoColumns(), "Riga|Cosa fare|Beneficiario|Stato o esito|Descrizione|ID voucherbul"},
		{CheckColumns(), "Controllo|Problemi|Correzioni"},
		{[]string{VerdictValid, VerdictInvalid, VerdictSkipped, VerdictMisfit}, "VALIDA|SCARTATA|SALTATA|DA RIVEDERE"},
		{[]string{SheetSummary, SheetRows, SheetToDo, SheetDoubts, SheetLegend}, "Riepilogo|Esiti|Da correggere|Da verificare|Legenda"},
		{[]string{SheetCheck, SheetCauses, SheetVouchers, SheetMissing, SheetOrders, SheetGuide}, "Controllo|Cause|Voucher|Non in elenco|Ordini|Istruzioni"},
	} {
		if got := strings.Join(c.got, "|"); got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
}

// What a title is must be known again after a person has had the file.
func TestOwnTitle(t *testing.T) {
	export := []string{"Operazione", " riga ", "Stato", "Stato (voucherbul)"}
	for title, want := range map[string]string{"Riga": "Riga (voucherbul)", "Stato": "Stato (voucherbul) (voucherbul)", "Esito": "Esito"} {
		if got := OwnTitle(title, export); got != want || !IsOwnTitle(got) || !IsOwnTitle(" "+got+" ") {
			t.Errorf("%s is written as %q, want %q, and known again", title, got, want)
		}
	}
	for _, title := range append(OutcomeColumns(), ToDoColumns()...) {
		if !IsOwnTitle(title) {
			t.Errorf("%s is not known again", title)
		}
	}
	for _, title := range []string{"", "Note", "Operazione", ColumnVerdict, ColumnProblems} {
		if IsOwnTitle(title) {
			t.Errorf("%q is taken for a title of an outcome", title)
		}
	}
}

// A sheet whose IDs were deleted is known by titles that it has.
func TestSignatureColumns(t *testing.T) {
	has := [][]string{OutcomeColumns(), ToDoColumns()}
	for i, titles := range SignatureColumns() {
		for _, title := range titles {
			if !slices.Contains(has[i], title) || title == IDColumn {
				t.Errorf("sheet %d has no %s, or it is what was deleted", i+1, title)
			}
		}
	}
}

func TestFindCheckColumns(t *testing.T) {
	check := CheckColumns()
	for _, c := range []struct {
		header []string
		want   int
	}{
		{append([]string{"CF"}, check...), 1},
		{append(append([]string{"CF", "Note"}, check...), "altro"), 2},
		{check, -1}, // no export has no column
		{[]string{"CF", "Note"}, -1},
		{append([]string{"CF"}, check[:2]...), -1},
		{[]string{"CF", check[0], "Note", check[1], check[2]}, -1}, // taken apart
	} {
		if got := FindCheckColumns(c.header); got != c.want {
			t.Errorf("%v: first is %d, want %d", c.header, got, c.want)
		}
	}
}
