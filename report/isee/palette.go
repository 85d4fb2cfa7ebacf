package isee

import (
	"voucherbul/batch/journal"
	"voucherbul/batch/platform/esito"
	"voucherbul/report"
)

// meaning is a class of phases in the words of the clerk.
func meaning(c esito.FaseClass) string {
	switch c {
	case esito.FaseReady:
		return "si può attivare"
	case esito.FaseWait:
		return "in lavorazione sulla piattaforma"
	case esito.FaseRefused:
		return "esito ISEE negativo: non si può attivare"
	}
	return "non prevista dalla specifica: verificare sul portale"
}

// faseFill is the colour of a phase; "" = it needs none.
func faseFill(c esito.FaseClass) string {
	switch c {
	case esito.FaseReady:
		return report.FillOf(journal.Accepted)
	case esito.FaseRefused:
		return report.FillOf(journal.Rejected)
	case esito.FaseUnknown:
		return report.FillOf(journal.Uncertain)
	}
	return ""
}

// noticeFill is the colour of what a voucher is noticed for; "" = it is as it should be.
func noticeFill(s standing) string {
	switch s.notice {
	case "":
		return ""
	case noticeExpired, noticeRefused:
		return report.FillOf(journal.Rejected)
	case noticeGone:
		if s.urgency == finished {
			return report.FillSkipped
		}
	}
	return report.FillOf(journal.Uncertain)
}
