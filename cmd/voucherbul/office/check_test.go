package office

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"voucherbul/batch"
	"voucherbul/report"
)

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
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
	_, err := o.checkFile(t.Context(), batch.Reading{}, path, "x", o.notices(), func(string, report.Control) (report.ControlCounts, error) { return report.ControlCounts{}, failed })
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
	_, err := o.checkFile(ctx, batch.Reading{}, path, "x", o.notices(), func(_ string, c report.Control) (report.ControlCounts, error) {
		for _, err := range c.Rows {
			if err != nil {
				return report.ControlCounts{}, err
			}
			seen++
			cancel()
		}
		return report.ControlCounts{}, nil
	})
	if !errors.Is(err, context.Canceled) || seen != 1 {
		t.Errorf("%d rows were seen, then %v", seen, err)
	}
}
