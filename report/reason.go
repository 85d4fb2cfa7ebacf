package report

import (
	"voucherbul/batch/journal"
	"voucherbul/batch/platform/esito"
)

// reason says in English what a code says. answered is the esito of the row or the exchange.
func (c coded) reason(answered string) string {
	switch c.code {
	case journal.NoOrder:
		return "no order"
	case journal.RuleBroken:
		return "a rule of ours"
	case journal.BeforeBooking:
		return "a rule of ours: activated before it was booked"
	case journal.CopyOfFile, journal.TwiceInRun, journal.TwiceWithOtherData:
		return "the same file twice in one run"
	case journal.CopyChanged:
		return c.copied().reason(answered)
	case journal.InJournal:
		return "the journal has it: run " + c.arg(0) + ", row " + c.arg(1)
	case journal.AcquiredInRun:
		return "run " + c.arg(0) + ", row " + c.arg(1) + " has it"
	case journal.CorrectedAndAccepted:
		return "corrected and accepted: run " + c.arg(0) + ", row " + c.arg(1)
	case journal.Overtaken:
		return "overtaken: row " + c.arg(0) + " was accepted in an earlier run"
	case journal.ChangedAfterAccepted:
		return "changed after it was accepted in run " + c.arg(0)
	case journal.ChangedInDoubt:
		return "changed while it is in doubt in run " + c.arg(0)
	case journal.UnchangedSince:
		return "not sent again: unchanged since run " + c.arg(0) + " refused it"
	case journal.Superseded:
		return "it goes again in run " + c.arg(0)
	case journal.AwaitsBooking:
		return "held: its booking is in phase " + c.arg(0)
	case journal.OfferRefused:
		return "held: its offer was refused on row " + c.arg(0)
	case journal.BehindRow:
		return "waits for an earlier row of the same beneficiary, which is uncertain or held"
	case journal.BehindDoubt:
		return "in doubt since run " + c.arg(0)
	case journal.BeforeItsTurn:
		return c.from(0).reason("")
	case journal.ProgramEnded:
		return "the program ended while the request was on its way"
	case journal.FoundInList:
		return "found in the list of ISEE outcomes"
	case journal.NotInList:
		return "not in the list of ISEE outcomes: it was not processed"
	case journal.NotInListToTheEnd:
		return "not in the list of ISEE outcomes, attempts used up"
	case journal.UnclearInList:
		return "the list of ISEE outcomes has a voucher that may be this row's, attempts used up"
	case journal.RefusedInList:
		return "refused, and in the list of ISEE outcomes"
	case journal.RefusedNotInList:
		return "refused, and not in the list of ISEE outcomes: the voucher is not of this row"
	case journal.MarkedExecuted:
		return "marked as executed: " + c.arg(0)
	case journal.MarkedNotExecuted:
		return "marked as not executed: " + c.arg(0)
	case journal.StopInterrupted:
		return "interrupted: run the same command again to go on"
	case journal.StopNoToken, journal.StopListKeyRefused, journal.StopListNotReached:
		return c.arg(0)
	case journal.StopNewTokenRefused:
		return "the platform refuses a new token (" + c.from(0).trouble() + "): check client_id, scope and the portal's service account"
	case journal.StopWaitTooLong:
		return "the platform asks to wait " + c.arg(0) + " (" + c.from(1).trouble() + "): run the same command again after that"
	case journal.StopUnavailable:
		return "the platform has been unavailable for " + c.arg(0) + " (" + c.from(1).trouble() + "): run the same command again later"
	}
	return c.verdict(answered)
}

// verdict says in English what the verdict about an exchange rests on.
func (c coded) verdict(answered string) string {
	switch esito.Basis(c.code) {
	case esito.BasisEsito:
		// The dates that these two speak of are the program's (A1, A11).
		switch c.which() {
		case esito.AdviceDatePrenotazione:
			return answered + ": if the dates of the row are right, try send_data_prenotazione: false"
		case esito.AdviceDateDisdetta:
			return answered + ": the row has no date, try send_data_disdetta: false"
		}
		return answered
	case esito.BasisLock:
		return "the platform is still processing this beneficiary"
	case esito.BasisFieldRefused:
		return "the platform refuses " + c.arg(0) + ", which every request has: check operator and send_data_… in the configuration"
	case esito.BasisOKWithError:
		return "esito OK with HTTP " + c.arg(0)
	case esito.BasisNotReached:
		return "not reached: " + c.arg(0)
	case esito.BasisNoAnswer:
		return "sent, no answer: " + c.arg(0)
	case esito.BasisNotTrusted:
		return "the server is not trusted: " + c.arg(0) + ": check the clock, the URL and the certificates of this machine"
	case esito.BasisKeyRefused:
		return "the Ocp-Apim-Subscription-Key is wrong or suspended: copy it again from Gestione Web Service Account"
	case esito.BasisTokenRefused, esito.BasisLimit, esito.BasisGateway, esito.BasisUnexpected:
		return c.status()
	case esito.BasisNoService:
		return c.status() + ": check the URL of the service in the configuration"
	case esito.BasisAccessRefused:
		return c.status() + ": check the address in the configuration, and with Infratel whether this account and this machine's address are admitted"
	case esito.BasisNoEsito:
		return c.status() + " without an esito"
	}
	return string(c.code)
}

// trouble says in English what the trouble was that stopped a run: an esito stands behind its code.
func (c coded) trouble() string {
	if esito.Basis(c.code) == esito.BasisEsito {
		return c.arg(0)
	}
	return c.reason("")
}

// status is an HTTP status and what was said with it.
func (c coded) status() string {
	if len(c.args) < 2 {
		return "HTTP " + c.arg(0)
	}
	return "HTTP " + c.arg(0) + ": " + c.arg(1)
}
