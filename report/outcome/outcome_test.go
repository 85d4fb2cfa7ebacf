package outcome

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"voucherbul/batch/journal"
	"voucherbul/mapping"
	"voucherbul/mapping/orderfile"
	"voucherbul/mapping/ourfile"
	"voucherbul/report/booktest"
	"voucherbul/report/shelf"
)

// outcome is a small outcome with a row of every state.
func outcome(t *testing.T, source string) Outcome {
	at := time.Date(2026, 7, 1, 10, 30, 0, 0, time.UTC)
	return Outcome{Run: journal.Run{ID: "20260701-123000-aaaa", StartedAt: at, EndedAt: at.Add(75 * time.Second), Environment: journal.Production, Rate: 2},
		File: journal.File{Path: source, SHA256: "abc", Header: []string{"Operazione", "C.F."}}, Made: at.Add(time.Hour), Zone: booktest.Rome(t),
		Rows: booktest.Sequence(placed("20260701-123000-aaaa",
			journal.Row{Number: 2, Cells: []string{"prenotazione", "A"}, Operation: "prenotazione", State: journal.Accepted, Attempts: 1, SentAt: at,
				Outcome:     journal.Outcome{HTTP: 200, Esito: "OK", Descrizione: "Presa in carico", FaseOperativa: "Inviata", DataOperazione: "2026-07-01T12:30:00.1", DataResponse: "2026-07-01T12:30:00.2"},
				Corrections: []mapping.Correction{{Column: "CAP", From: "184", To: "00184"}},
				Problems:    []mapping.Problem{{Column: "Telefono", Found: "123456", Expected: "un numero", Remedy: "controllare", Severity: mapping.Warns}}},
			journal.Row{Number: 4, Cells: []string{"disdetta", "B"}, Operation: "disdetta", State: journal.Rejected, Attempts: 2, SentAt: at,
				Outcome: journal.Outcome{HTTP: 400, Esito: "REQUEST_BUSINESS_NOK_006", Descrizione: "Non presente", Advice: "Controllare."}},
			journal.Row{Number: 5, Cells: []string{"storno"}, State: journal.Invalid,
				Outcome:  journal.Outcome{Advice: "Correggere."},
				Problems: []mapping.Problem{{Column: "Operazione", Found: "storno", Expected: "una delle quattro", Remedy: "riscrivere", Severity: mapping.Blocks}}},
			journal.Row{Number: 6, Cells: []string{"disdetta", "D"}, Operation: "disdetta", State: journal.Already},
			journal.Row{Number: 7, Cells: []string{"disdetta", "E"}, Operation: "disdetta", State: journal.Uncertain, Attempts: 1, SentAt: at},
			journal.Row{Number: 8, Cells: []string{"disdetta", "F"}, Operation: "disdetta", State: journal.Pending},
			journal.Row{Number: 9, Cells: []string{"disdetta", "G"}, Operation: "disdetta", State: journal.Invalid,
				Outcome: journal.Outcome{Descrizione: "Superata: una richiesta successiva è già stata accettata."}},
		)...)}
}

// placed gives rows their places in the first file of a run.
func placed(run string, rows ...journal.Row) []journal.Row {
	for i := range rows {
		rows[i].ID = journal.RowID{Run: run, File: 1, Place: i + 1}
	}
	return rows
}

func TestOutcome(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ordini.esiti.xlsx")
	booktest.Must(t, Write(path, outcome(t, "ordini.csv")))
	got := booktest.Cells(t, path, ourfile.SheetRows)
	booktest.Equal(t, "header", got[0], append([]string{"Operazione", "C.F."}, ourfile.OutcomeColumns()...))
	booktest.Equal(t, "rows", len(got), 8)
	todo, own := booktest.Cells(t, path, ourfile.SheetToDo)[0], ourfile.ToDoColumns()
	booktest.Equal(t, "header of what is to do", todo, slices.Concat(own[:len(own)-1], []string{"Operazione", "C.F."}, own[len(own)-1:]))
	if summary := booktest.Cells(t, path, ourfile.SheetSummary); strings.Contains(fmt.Sprint(summary), "Riga 12") {
		t.Error("the summary has remarks that nobody made")
	}
	remarked := outcome(t, "ordini.csv")
	remarked.File.Remarks = []string{"Riga 12: riga di totale: non è un ordine."}
	booktest.Must(t, Write(path, remarked))
	text := ""
	for _, line := range booktest.Cells(t, path, ourfile.SheetSummary) {
		text += strings.Join(booktest.Trimmed(line), "|") + "\n"
	}
	if !strings.Contains(text, "\nRiga 12: riga di totale: non è un ordine.\n\nOperazione|") {
		t.Error(text)
	}
}

// TestOutcomeOfACorrectedCheck leaves out what the check said of the cells that were corrected since.
func TestOutcomeOfACorrectedCheck(t *testing.T) {
	o := outcome(t, "ordini.controllo.xlsx")
	o.File.Header = append([]string{"Operazione", "C.F.", "Agente"}, ourfile.CheckColumns()...)
	o.File.Unread = append([]string{"Agente"}, ourfile.CheckColumns()...)
	o.Rows = booktest.Sequence(journal.Row{Number: 2, Cells: []string{"disdetta", "A", "7", "SCARTATA", "C.F.: sbagliato", "CAP"}, State: journal.Accepted,
		Problems: []mapping.Problem{{Column: "C.F.", Expected: "1", Severity: mapping.Warns}, {Column: "CAP", Expected: "2", Severity: mapping.Warns}}})
	path := filepath.Join(t.TempDir(), "ordini.controllo.esiti.xlsx")
	booktest.Must(t, Write(path, o))
	rows := booktest.Cells(t, path, ourfile.SheetRows)
	booktest.Equal(t, "header", rows[0], append([]string{"Operazione", "C.F.", "Agente"}, ourfile.OutcomeColumns()...))
	booktest.Equal(t, "row", rows[1][:4], []string{"disdetta", "A", "7", "2"})
	booktest.Equal(t, "warnings", strings.Count(strings.Join(rows[1], "\n"), "Avviso: "), 2)
	if text := fmt.Sprint(booktest.Cells(t, path, ourfile.SheetSummary)); !strings.Contains(text, "non sono state inviate: Agente]") {
		t.Error(text)
	}
}

// TestCellsSurvive writes what spreadsheets like to change and reads it back with the program's own strict
// reader.
func TestCellsSurvive(t *testing.T) {
	hostile := []string{"=cmd|' /C calc'!A0", "+39", "-1", "@SUM(1)", "00184", "1E+10", "3/4", "VERO", "_x0041_", "_x005F_x0041_", "a\nb", "a\r\nb", "a\rb", "\ttab", "<&>\"'",
		"  spazi  ", "ÀÈÌÒÙ", "12345678901234567890", "#N/D"}
	rows := make([]journal.Row, len(hostile))
	for i, v := range hostile {
		rows[i] = journal.Row{Number: i + 2, Cells: []string{"disdetta", v}, State: journal.Pending}
	}
	path := filepath.Join(t.TempDir(), "x.esiti.xlsx")
	booktest.Must(t, Write(path, Outcome{Zone: time.UTC, File: journal.File{Header: []string{"Operazione", "Note"}}, Rows: booktest.Sequence(rows...)}))
	file, err := orderfile.Open(path, orderfile.Options{})
	booktest.Must(t, err)
	defer file.Close()
	for _, want := range hostile {
		row, err := file.Next()
		booktest.Must(t, err)
		if row.Cells[1] != want {
			t.Errorf("%q came back as %q", want, row.Cells[1])
		}
	}
}

func TestOutcomeIsWrittenWholeOrNotAtAll(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "ordini.esiti.xlsx")
	broken := outcome(t, "ordini.csv")
	broken.Rows = func(yield func(journal.Row, error) bool) {
		_ = yield(journal.Row{State: journal.Accepted}, nil) && yield(journal.Row{}, errors.New("the journal is gone"))
	}
	if err := Write(path, broken); err == nil || !strings.Contains(err.Error(), "the journal is gone") {
		t.Errorf("the error of the rows is lost: %v", err)
	}
	var failed *shelf.WriteError
	if err := Write(filepath.Join(folder, "missing", "x.xlsx"), outcome(t, "x")); !errors.As(err, &failed) {
		t.Errorf("a folder that is not there gives %v", err)
	}
	if left, _ := os.ReadDir(folder); len(left) != 0 {
		t.Errorf("something was left behind: %v", left)
	}

	source := filepath.Join(folder, "ordini.csv")
	booktest.Must(t, os.WriteFile(source, nil, 0o640))
	booktest.Must(t, Write(path, outcome(t, source)))
	info, err := os.Stat(path)
	booktest.Must(t, err)
	if info.Mode().Perm() != fs.FileMode(0o640) {
		t.Errorf("the outcome is %v, the export 0640", info.Mode().Perm())
	}
}

// TestOutcomeOfTotals shows a row that is no order in grey, with its reason.
func TestOutcomeOfTotals(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.esiti.xlsx")
	o := outcome(t, "x.csv")
	o.Rows = booktest.Sequence(journal.Row{Number: 2, Cells: []string{"disdetta", "A"}, Operation: "disdetta", State: journal.Accepted},
		journal.Row{Number: 3, Cells: []string{"Totale", "1"}, State: journal.Skipped, Outcome: journal.Outcome{Descrizione: "riga di totale: non è un ordine"}})
	booktest.Must(t, Write(path, o))
	rows := booktest.Cells(t, path, ourfile.SheetRows)
	booktest.Equal(t, "row", rows[2][:8], []string{"Totale", "1", "3", "", "SALTATA", "", "", "riga di totale: non è un ordine"})
	for _, cell := range []string{"A2 EAF5E6", "E2 C6EFCE", "A3 E7E6E6", "E3 E7E6E6", "R3 E7E6E6"} {
		if !slices.Contains(booktest.Fills(t, path, ourfile.SheetRows), cell) {
			t.Errorf("%s is missing", cell)
		}
	}
	var summary []string
	for _, row := range booktest.Cells(t, path, ourfile.SheetSummary) {
		summary = append(summary, strings.Join(booktest.Trimmed(row), "="))
	}
	text := strings.Join(summary, "\n")
	if !strings.Contains(text, "1 riga acquisita: nessuna azione necessaria.") || !strings.Contains(text, "\nTotale=1\nSALTATA (non ordini)=1\n") {
		t.Error(text)
	}
}

// TestWriteErrorSaysWhatIsKept asserts that an outcome that cannot be written speaks of the journal.
func TestWriteErrorSaysWhatIsKept(t *testing.T) {
	err := Write(filepath.Join(t.TempDir(), "missing", "x.xlsx"), outcome(t, "x.csv"))
	if err == nil || !strings.Contains(err.Error(), "what was sent") {
		t.Error(err)
	}
}

// TestVerdictsMayStandAnywhere sends a workbook of a check that has got columns after its verdicts: own columns come first again,
// in their order.
func TestVerdictsMayStandAnywhere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.esiti.xlsx")
	o := outcome(t, "x.xlsx")
	o.File.Header = []string{"Operazione", "C.F.", "Controllo", "Problemi", "Correzioni", "Fatto da", "Il"}
	o.Rows = booktest.Sequence(journal.Row{Number: 2, Cells: []string{"disdetta", "X", "SCARTATA", "p", "c", "Anna", "04/03/2026"}, State: journal.Invalid,
		Problems: []mapping.Problem{{Field: "cap", Column: "C.F.", Found: "X", Severity: mapping.Blocks}}})
	booktest.Must(t, Write(path, o))
	rows := booktest.Cells(t, path, ourfile.SheetRows)
	booktest.Equal(t, "header", rows[0][:5], []string{"Operazione", "C.F.", "Fatto da", "Il", "Riga"})
	booktest.Equal(t, "row", rows[1][:5], []string{"disdetta", "X", "Anna", "04/03/2026", "2"})
}
