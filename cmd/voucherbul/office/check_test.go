package office

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"voucherbul/batch/platform/simulator"
	"voucherbul/cmd/voucherbul/config"
	"voucherbul/mapping/export"
	"voucherbul/mapping/orderfile"
	"voucherbul/report/check"
)

// TestCheckTellsAll: what a check has found besides wrong rows is in the result, and was told at once.
func TestCheckTellsAll(t *testing.T) {
	d := newDesk(t, simulator.World{})
	export := d.export("ordini.csv", bookings(2)...)
	d.write("altro.xls", "x")
	d.write("rotto.csv", "\x00\x01")
	book := excelize.NewFile()
	for _, sheet := range []string{"Sheet1", "Altri"} {
		if sheet != "Sheet1" {
			if _, err := book.NewSheet(sheet); err != nil {
				t.Fatal(err)
			}
		}
		if err := errors.Join(book.SetSheetRow(sheet, "A1", &[]string{"operazione", "codiceFiscale"}), book.SetSheetRow(sheet, "A2", &[]string{"disdetta", "RSSMRA85T10H501O"}),
			book.SetSheetRow(sheet, "A3", &[]string{"Totale", "1"})); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(book.SaveAs(d.path("due.xlsx")), book.Close()); err != nil {
		t.Fatal(err)
	}
	first, err := d.Check(t.Context(), CheckOptions{Files: []string{d.folder}})
	if err != nil || len(first.Files) != 3 {
		t.Fatalf("%+v, %v", first, err)
	}
	if got := kinds(first.Notices); got != "not_read other_sheets refused" || !reflect.DeepEqual(first.Notices, d.heard) {
		t.Errorf("%s; heard %s", got, kinds(d.heard))
	}
	two, whole, broken := first.Files[0], first.Files[1], first.Files[2]
	if !slices.Equal(two.OtherSheets, []string{"Altri"}) || two.Rows != 2 || two.Skipped != 1 || len(two.Remarks) == 0 {
		t.Errorf("%+v, want the other sheet and a remark", two)
	}
	if whole.File != export || whole.Valid != 2 || whole.Outcome != d.path("ordini.controllo.xlsx") || whole.Kept != "" {
		t.Errorf("%+v", whole)
	}
	if unreadable := (*orderfile.UnreadableError)(nil); !errors.As(broken.Err, &unreadable) || broken.Outcome != "" {
		t.Errorf("%+v", broken)
	}
	if names := first.Notices[0].Names; !slices.Equal(names, []string{"altro.xls"}) {
		t.Errorf("%q", names)
	}

	save(t, whole.Outcome)
	again, err := d.Check(t.Context(), CheckOptions{Files: []string{export}})
	if err != nil || kinds(again.Notices) != "check_kept" || again.Files[0].Kept == "" || again.Notices[0].Kept != again.Files[0].Kept {
		t.Errorf("%+v, %v; want the corrected workbook to be kept", again, err)
	}
	lines, err := d.Check(t.Context(), CheckOptions{Files: []string{export}, Lines: true, Out: d.path("out")})
	if err != nil || lines.Files[0].Outcome != filepath.Join(d.path("out"), "ordini.controllo.jsonl") {
		t.Errorf("%+v, %v", lines, err)
	}
}

func TestCheckRefusals(t *testing.T) {
	d := newDesk(t, simulator.World{})
	export := d.export("ordini.csv", bookings(1)...)
	for _, folder := range []string{"a", "b"} {
		if err := os.Mkdir(d.path(folder), 0o700); err != nil {
			t.Fatal(err)
		}
		d.export(folder+"/ordini.csv", bookings(1)...)
	}
	_, err := d.Check(t.Context(), CheckOptions{Files: []string{d.path("a"), d.path("b")}, Out: d.folder})
	wantAsk(t, err, SameReport)
	if _, err = d.Check(t.Context(), CheckOptions{Files: []string{d.path("none.csv")}}); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	if err := os.Mkdir(d.path("empty"), 0o700); err != nil {
		t.Fatal(err)
	}
	var empty NoExportError
	if _, err = d.Check(t.Context(), CheckOptions{Files: []string{d.path("empty")}}); !errors.As(err, &empty) {
		t.Error(err)
	}
	unwritten := (*WriteError)(nil)
	if _, err = d.Check(t.Context(), CheckOptions{Files: []string{export}, Out: export}); !errors.As(err, &unwritten) {
		t.Error(err)
	}
	d.Config.Reference.Comuni = d.path("none")
	settings := (*config.Error)(nil)
	if _, err = d.Check(t.Context(), CheckOptions{Files: []string{export}}); !errors.As(err, &settings) {
		t.Error(err)
	}
}

// TestCheckLetsGoOfItsFile starts a report that cannot be started.
func TestCheckLetsGoOfItsFile(t *testing.T) {
	if _, err := os.ReadDir("/proc/self/fd"); err != nil {
		t.Skip("open files can be counted on Linux only")
	}
	path := filepath.Join(t.TempDir(), "ordini.csv")
	write(t, path, "operazione;codiceFiscale\ndisdetta;RSSMRA85T10H501O\n")
	failed := errors.New("no room")
	o := Office{Now: time.Now}
	_, err := o.checkFile(t.Context(), export.Reading{}, path, "x", o.notices(), func(string, check.Check) (check.Counts, error) { return check.Counts{}, failed })
	if !errors.Is(err, failed) {
		t.Fatal(err)
	}
	open, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	for _, fd := range open {
		if target, _ := os.Readlink(filepath.Join("/proc/self/fd", fd.Name())); target == path {
			t.Errorf("%s is still open", path)
		}
	}
}

// TestCheckEndsBetweenRows interrupts a check after its first row.
func TestCheckEndsBetweenRows(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ordini.csv")
	write(t, path, "operazione;codiceFiscale\n"+strings.Repeat("disdetta;RSSMRA85T10H501O\n", 10))
	ctx, cancel := context.WithCancel(t.Context())
	seen := 0
	o := Office{Now: time.Now}
	_, err := o.checkFile(ctx, export.Reading{}, path, "x", o.notices(), func(_ string, c check.Check) (check.Counts, error) {
		for _, err := range c.Rows {
			if err != nil {
				return check.Counts{}, err
			}
			seen++
			cancel()
		}
		return check.Counts{}, nil
	})
	if !errors.Is(err, context.Canceled) || seen != 1 {
		t.Errorf("%d rows were seen, then %v", seen, err)
	}
}
