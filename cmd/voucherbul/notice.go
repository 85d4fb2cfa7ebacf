package main

import (
	"fmt"
	"io"
	"strings"

	"voucherbul/cmd/voucherbul/office"
)

// notices writes notices for the administrator, one line each.
func notices(err io.Writer) func(office.Notice) {
	return func(n office.Notice) { fmt.Fprintln(err, "voucherbul: "+noticeText(n)) }
}

// after calls first before every notice: what is shown of the progress has to go.
func after(first func(), tell func(office.Notice)) func(office.Notice) {
	return func(n office.Notice) {
		first()
		tell(n)
	}
}

// noticeText says what has happened.
func noticeText(n office.Notice) string {
	switch n.Kind {
	case office.NotRead:
		return fmt.Sprintf("not read in %s: %s: only .csv and .xlsx files of a folder are read; give others by name", n.Path, strings.Join(n.Names, ", "))
	case office.OtherSheets:
		return fmt.Sprintf("%s: other sheets have orders too and are not checked: %q; give the file again with --sheet", n.Path, n.Names)
	case office.Refused:
		return exitMessage(n.Err)
	case office.CheckKept:
		return fmt.Sprintf("%s was changed since it was written: it is kept as %s", n.Path, n.Kept)
	case office.OutcomeKept:
		return fmt.Sprintf("what was at %s may have been changed by hand: it is kept as %s", n.Path, n.Kept)
	case office.OutcomeGone:
		return fmt.Sprintf("rows of run %s are cleared up; its outcome is not at %s any more, and was not written again", n.Run, n.Path)
	case office.WrittenAgain:
		return "written again: " + n.Path
	case office.NewJournal:
		return fmt.Sprintf("new journal %s: it knows nothing of earlier runs; if there should be one already, stop and check the key journal", n.Path)
	}
	return fmt.Sprintf("%s: %s", n.Kind, n.Path)
}
