package office

import (
	"fmt"
	"strings"

	"voucherbul/mapping/ourfile"
)

// AskError says that something cannot be done as it was asked. Nothing has changed.
type AskError struct {
	Why    Why
	Run    string
	Number int      // of a row in its file
	ID     string   // of a row
	File   string   // its name, as it was asked for
	Paths  []string // the files that are meant, or that are in each other's way
	Report string   // the one report of the files Paths
}

// Why says what is wrong with a request.
type Why string

// What can be wrong with a request.
const (
	NoRun          Why = "no_run"          // the journal has no Run
	OtherPlatform  Why = "other_platform"  // Run was planned for another platform than the configuration's
	NoRow          Why = "no_row"          // Run has no row Number (in a file File), or no row ID
	SeveralRows    Why = "several_rows"    // several files of Run have a row Number: Paths
	SameReport     Why = "same_report"     // the files Paths would have the same Report
	NoOutcome      Why = "no_outcome"      // Paths is no outcome: it has no row of an earlier run
	NoList         Why = "no_list"         // no list of ISEE outcomes was ever fetched
	NoBeneficiario Why = "no_beneficiario" // neither a codice fiscale nor a partita IVA was given
)

func (e *AskError) Error() string {
	switch e.Why {
	case NoRun:
		return "the journal has no run " + MaskText(e.Run)
	case OtherPlatform:
		return fmt.Sprintf("run %s was planned for another platform than the one of this configuration: nothing was sent; plan its files again with this configuration, or send it with the one that it was planned with", e.Run)
	case NoRow:
		switch {
		case e.ID != "":
			return fmt.Sprintf("run %s has no row %s", e.Run, e.ID)
		case e.File != "":
			return fmt.Sprintf("run %s has no row %d in a file %s", e.Run, e.Number, MaskText(e.File))
		}
		return fmt.Sprintf("run %s has no row %d", e.Run, e.Number)
	case SeveralRows:
		return fmt.Sprintf("run %s has several rows %d: say which (%s)", e.Run, e.Number, MaskText(strings.Join(e.Paths, ", ")))
	case SameReport:
		return fmt.Sprintf("the reports of %s would both be %s: run them apart", strings.Join(e.Paths, " and "), e.Report)
	case NoOutcome:
		return fmt.Sprintf("%s is no outcome: no sheet of it has the column %q", strings.Join(e.Paths, ", "), ourfile.IDColumn)
	case NoList:
		return "no list of ISEE outcomes has been fetched yet"
	case NoBeneficiario:
		return "what was given is neither a codice fiscale nor a partita IVA: no order can be about it; check every character"
	}
	return "this cannot be done: " + string(e.Why)
}
