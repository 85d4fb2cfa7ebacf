package sheet

import (
	"testing"

	"voucherbul/report/booktest"
)

// TestNotesHaveALimit has more notes than there is room for: the minor ones find none.
func TestNotesHaveALimit(t *testing.T) {
	var n Notes
	for i := range MaxNotes + 5 {
		n.Add(0, i+1, Note{{"", "x"}}, false)
	}
	n.Add(1, 1, Note{{"", "y"}}, true)
	w := New()
	defer w.Close()
	booktest.Must(t, n.AddTo(w, "Sheet1"))
	comments, err := w.file.GetComments("Sheet1")
	booktest.Must(t, err)
	if len(comments) != MaxNotes || n.Left != 6 {
		t.Errorf("%d notes, %d left", len(comments), n.Left)
	}
}
