package sheet

import (
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"testing"
)

// TestSaveParsesNoSheet asserts that a streamed sheet is not parsed again. Many calls of the library do that, at 50 kB a
// row, as long as the sheet has no file of its own.
func TestSaveParsesNoSheet(t *testing.T) {
	w := New()
	if err := w.Add("Esiti"); err != nil {
		t.Fatal(err)
	}
	sheet, err := w.stream("Esiti")
	if err != nil {
		t.Fatal(err)
	}
	const rows, most = 3000, 32 << 20 // parsed it is 148 MB
	for i := range rows {
		if err := sheet.SetRow("A"+strconv.Itoa(i+1), slices.Repeat([]any{"x"}, 20)); err != nil {
			t.Fatal(err)
		}
	}
	if err := sheet.Flush(); err != nil {
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if err := w.Save(filepath.Join(t.TempDir(), "a.xlsx"), 0o600); err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	if got := after.TotalAlloc - before.TotalAlloc; got > most {
		t.Errorf("saving %d rows took %d bytes: the sheet was parsed again", rows, got)
	}
}
