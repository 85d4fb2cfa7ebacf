package template

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"voucherbul/mapping"
	"voucherbul/mapping/orderfile"
	"voucherbul/mapping/ourfile"
	"voucherbul/report/booktest"
)

// TestTemplate opens what clerks get: every column is recognised again, enumerations have a drop-down, and
// every header a note and a line of the guide.
func TestTemplate(t *testing.T) {
	for _, op := range append(mapping.Operations(), "") {
		path := filepath.Join(t.TempDir(), "modello.xlsx")
		booktest.Must(t, Write(path, op, nil))
		book, err := excelize.OpenFile(path)
		booktest.Must(t, err)
		rows, err := book.GetRows(ourfile.SheetOrders)
		booktest.Must(t, err)
		notes, err := book.GetComments(ourfile.SheetOrders)
		booktest.Must(t, err)
		lists, err := book.GetDataValidations(ourfile.SheetOrders)
		booktest.Must(t, err)
		guide, err := book.GetRows(ourfile.SheetGuide)
		booktest.Must(t, err)
		booktest.Must(t, book.Close())
		enumerations := 0
		for _, header := range rows[0] {
			fields := mapping.Claims(header)
			if len(fields) != 1 {
				t.Errorf("%q template: column %q is %d fields", op, header, len(fields))
				continue
			}
			if field, _ := mapping.FieldNamed(fields[0].Field); len(field.Format.Values) > 0 {
				enumerations++
			}
		}
		if len(notes) != len(rows[0]) || len(lists) != enumerations || enumerations == 0 {
			t.Errorf("%q template: %d columns, %d notes, %d enumerations, %d drop-downs", op, len(rows[0]), len(notes), enumerations, len(lists))
		}
		explained := guide[len(guide)-len(rows[0]):]
		for i, header := range rows[0] {
			if explained[i][0] != header {
				t.Errorf("%q template: the guide explains %q where column %q stands", op, explained[i][0], header)
			}
		}
		if len(rows) != 1 {
			t.Errorf("%q template: %d rows below the header", op, len(rows)-1)
		}
		if first := lists[0]; op != "" && !strings.Contains(first.Formula1, string(op)) || op != "" && strings.Contains(first.Formula1, ",") {
			t.Errorf("%q template: its operations are %s", op, first.Formula1)
		}
	}
}

func TestNeed(t *testing.T) {
	for _, c := range []struct {
		field string
		op    mapping.Operation
		want  need
	}{
		{"operazione", "", always}, {"codiceFiscale", "", forFamiglia}, {"partitaIva", "disdetta", forImpresa}, {"cognome", "", perOperation},
		{"cognome", "prenotazione", forFamiglia}, {"tipologia", "prenotazione", always}, {"pec", "prenotazione", optional}, {"pec", "", optional},
	} {
		field, _ := mapping.FieldNamed(c.field)
		if got := needOf(field, c.op); got != c.want {
			t.Errorf("%s in a template of %q is needed %q, want %q", c.field, c.op, got, c.want)
		}
	}
}

// TestTemplateIsAnExport fills in one order and reads it: the examples of the guide are not sent, and leading zeros
// stay. An empty template is refused.
func TestTemplateIsAnExport(t *testing.T) {
	path := filepath.Join(t.TempDir(), "modello.xlsx")
	booktest.Must(t, Write(path, mapping.OperationDisdetta, nil))
	if file, err := orderfile.Open(path, orderfile.Options{}); err == nil {
		_ = file.Close()
		t.Error("an empty template has an order")
	}
	book, err := excelize.OpenFile(path)
	booktest.Must(t, err)
	booktest.Must(t, book.SetCellStr(ourfile.SheetOrders, "A2", "disdetta"))
	booktest.Must(t, book.SetCellStr(ourfile.SheetOrders, "C2", "01234567897"))
	booktest.Must(t, book.Save())
	booktest.Must(t, book.Close())
	file, err := orderfile.Open(path, orderfile.Options{})
	booktest.Must(t, err)
	defer file.Close()
	row, err := file.Next()
	booktest.Must(t, err)
	if row.Order.PartitaIva != "01234567897" {
		t.Errorf("read back: %+v", row.Order)
	}
	if row, err := file.Next(); err == nil {
		t.Errorf("there is a second order: %q", row.Cells)
	}
	booktest.Equal(t, "remarks", file.Remarks(), []string(nil))
}

// TestStructure asserts what Excel is strict about.
func TestStructure(t *testing.T) {
	path := filepath.Join(t.TempDir(), "modello.xlsx")
	booktest.Must(t, Write(path, "", nil))
	p := booktest.PartsOf(t, path)
	p.CheckArchive()
	p.CheckBook()
}

// TestWriteErrorSaysNothingOfTheJournal asserts that only an outcome speaks of what was sent.
func TestWriteErrorSaysNothingOfTheJournal(t *testing.T) {
	err := Write(filepath.Join(t.TempDir(), "missing", "x.xlsx"), "", nil)
	if err == nil || strings.Contains(err.Error(), "what was sent") {
		t.Error(err)
	}
}
