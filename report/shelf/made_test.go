package shelf

import (
	"os"
	"path/filepath"
	"testing"

	"voucherbul/mapping/ourfile"
	"voucherbul/report/booktest"
)

// TestRunOfDamaged has outcomes that say nothing: they are kept as what somebody has changed.
func TestRunOfDamaged(t *testing.T) {
	folder := t.TempDir()
	for name, content := range map[string]string{
		"a.csv": "", "b.csv": ourfile.ByteOrderMark, "c.csv": "Riga;ID voucherbul\r\n", "d.csv": "Riga;ID voucherbul\r\n2;" + "20260701-123000-aaaa" + "-1-1-A\r\n", "e.csv": "Riga;ID voucherbul\r\n2\r\n",
		"f.jsonl": "", "g.jsonl": "{", "h.jsonl": "[]", "i.jsonl": `{"run":5}`, "j.xlsx": "PK", "k.csv": "Riga;\"ID voucherbul\r\n",
	} {
		path := filepath.Join(folder, name)
		booktest.Must(t, os.WriteFile(path, []byte(content), 0o600))
		booktest.Equal(t, name, runOf(path), "")
	}
	booktest.Equal(t, "a folder", runOf(folder), "")
}
