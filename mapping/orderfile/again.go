package orderfile

import (
	"slices"
	"strings"

	"voucherbul/mapping"
)

// The workbook of a check is an export too: corrected, it comes back with three columns of ours (package
// report writes them). Two of its verdicts hold until somebody removes them, for what they rest on is not in the
// workbook: a hidden row is visible there, and a row of too many cells has been made to fit.
const (
	verdictSkipped = "SALTATA"
	verdictMisfit  = "DA RIVEDERE"
)

func verdictColumns() []string { return []string{"Controllo", "Problemi", "Correzioni"} }

// verdictColumn is where an earlier check has put its verdicts, whatever a clerk has added since; -1 = the file is
// not its workbook.
func verdictColumn(header []string) int {
	own := verdictColumns()
	for i := 1; i+len(own) <= len(header); i++ {
		if slices.Equal(header[i:i+len(own)], own) {
			return i
		}
	}
	return -1
}

// VerdictColumns are the columns that an earlier check has put into a table of this header; none where it is no workbook of one.
func VerdictColumns(header []string) (columns []int) {
	if first := verdictColumn(header); first >= 0 {
		for i := range verdictColumns() {
			columns = append(columns, first+i)
		}
	}
	return columns
}

// verdict is what an earlier check has said of a row; "" where there was none, or it has been removed.
func (t *table) verdict(r record) string {
	if t.verdicts < 0 || t.verdicts >= len(r.cells) {
		return ""
	}
	return strings.TrimSpace(r.cells[t.verdicts])
}

// skippedBefore gives the reason of an earlier check; "" where it did not skip the row.
func (t *table) skippedBefore(r record) string {
	if t.verdict(r) != verdictSkipped {
		return ""
	}
	if t.verdicts+1 < len(r.cells) && !isBlank(r.cells[t.verdicts+1]) {
		return r.cells[t.verdicts+1]
	}
	return "saltata in un controllo precedente"
}

// misfitBefore is the Problem of a row that had not fitted its header, and that nobody has looked at since.
func (t *table) misfitBefore(r record) []mapping.Problem {
	if t.verdict(r) != verdictMisfit {
		return nil
	}
	return []mapping.Problem{{Column: verdictColumns()[0], Found: verdictMisfit, Expected: "cella vuota, dopo aver riletto tutta la riga",
		Remedy: "nel file di origine la riga aveva altre celle: confrontarla con quello, correggerla e cancellare «" + verdictMisfit + "»", Severity: mapping.Blocks}}
}
