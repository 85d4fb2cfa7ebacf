package orderfile

import (
	"strings"

	"voucherbul/mapping"
	"voucherbul/mapping/orderfile/grid"
	"voucherbul/mapping/ourfile"
)

// verdict is what an earlier check has said of a row; "" where there was none, or it has been removed.
func (t *table) verdict(r grid.Record) string {
	if t.verdicts < 0 || t.verdicts >= len(r.Cells) {
		return ""
	}
	return strings.TrimSpace(r.Cells[t.verdicts])
}

// skippedBefore gives the reason of an earlier check; "" where it did not skip the row.
func (t *table) skippedBefore(r grid.Record) string {
	if t.verdict(r) != ourfile.VerdictSkipped {
		return ""
	}
	if t.verdicts+1 < len(r.Cells) && !grid.IsBlank(r.Cells[t.verdicts+1]) {
		return r.Cells[t.verdicts+1]
	}
	return "saltata in un controllo precedente"
}

// misfitBefore is the Problem of a row that had not fitted its header, and that nobody has looked at since.
func (t *table) misfitBefore(r grid.Record) []mapping.Problem {
	if t.verdict(r) != ourfile.VerdictMisfit {
		return nil
	}
	return []mapping.Problem{{Code: mapping.CodeNotReviewed, Column: ourfile.ColumnVerdict, Found: ourfile.VerdictMisfit, Expected: "cella vuota, dopo aver riletto tutta la riga",
		Remedy: "nel file di origine la riga aveva altre celle: confrontarla con quello, correggerla e cancellare «" + ourfile.VerdictMisfit + "»", Severity: mapping.Blocks}}
}
