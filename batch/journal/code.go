package journal

import "slices"

// Code says why a row, an exchange or a run stands as it does. Decisions and counts go by it, never by a text. Its arguments
// are what the text about it names, in the order that stands beside each constant. A code that a journal has never changes
// its meaning: a new reason gets a new code, and a new argument comes behind the others. "" is a reason that an older release
// knew by its text only; what older releases wrote has fewer arguments, and its texts beside them.
//
// An exchange has the code of its verdict (see esito.Basis), and so has the row or the run that it settles or stops. Where an
// argument is another code, its own arguments follow. Instants are RFC 3339 in UTC.
type Code string

// Why a row was settled, or waits, without an exchange.
const (
	NoOrder              Code = "no_order"                // why it is none, in Italian
	RuleBroken           Code = "rule_broken"             // the Problems of the row say which
	BeforeBooking        Code = "before_booking"          // date of activation, day of the booking, its row, its run
	CopyOfFile           Code = "copy_of_file"            // name of the original
	TwiceInRun           Code = "twice_in_run"            // row that counts
	TwiceWithOtherData   Code = "twice_with_other_data"   // row that counts
	CopyChanged          Code = "copy_changed"            // arguments of the copy that was changed, then its code
	InJournal            Code = "in_journal"              // run, row: the same request was accepted there; when
	AcquiredInRun        Code = "acquired_in_run"         // run, row: of an earlier attempt at the order
	CorrectedAndAccepted Code = "corrected_and_accepted"  // run, row; when it was accepted
	Overtaken            Code = "overtaken"               // row of the same person that was accepted
	ChangedAfterAccepted Code = "changed_after_accepted"  // run, row
	ChangedInDoubt       Code = "changed_in_doubt"        // run, row
	UnchangedSince       Code = "unchanged_since_refused" // run, row; code of the refusal
	Superseded           Code = "superseded"              // run, row: of the later attempt
	AwaitsBooking        Code = "awaits_booking"          // phase; when that was known, the phases it awaits
	OfferRefused         Code = "offer_refused"           // row whose offer was refused
	BehindRow            Code = "behind_row"              // an earlier row of the same person is in doubt, or waits
	BehindDoubt          Code = "behind_doubt"            // run of the earlier attempt that is in doubt; code of the doubt
	BeforeItsTurn        Code = "before_its_turn"         // code of the run's stop
)

// How a doubt began, and what ended it. What came out of the list begins with the code of the doubt, or, of a refusal, with
// the arguments of the answer.
const (
	ProgramEnded      Code = "program_ended"       // the request was on its way
	FoundInList       Code = "found_in_list"       // of ISEE outcomes
	NotInList         Code = "not_in_list"         // it may go again: code of the doubt
	NotInListToTheEnd Code = "not_in_list_to_end"  // attempts used up: code of the doubt
	UnclearInList     Code = "unclear_in_list"     // a voucher that may be the row's, attempts used up: code of the doubt
	RefusedInList     Code = "refused_in_list"     // refused, and there is a voucher that may be the row's: arguments of the answer
	RefusedNotInList  Code = "refused_not_in_list" // refused, and the voucher is not of this row: arguments of the answer
	MarkedExecuted    Code = "marked_executed"     // note
	MarkedNotExecuted Code = "marked_not_executed" // note
)

// Why a run was stopped, where that is not the code of a verdict. What was the trouble is a code; of an esito the esito follows.
const (
	StopInterrupted     Code = "interrupted"
	StopNoToken         Code = "no_token"          // error, number of the identity service: it refuses to give one
	StopNewTokenRefused Code = "new_token_refused" // by the platform, like the one before: code of the trouble
	StopListKeyRefused  Code = "list_key_refused"  // error of the list of ISEE outcomes: it wants another subscription key
	StopListNotReached  Code = "list_not_reached"  // error
	StopWaitTooLong     Code = "wait_too_long"     // how long the platform asks to wait, code of the trouble
	StopUnavailable     Code = "unavailable"       // how long it has been so, code of the trouble
)

// IsCopy reports that the row is sent from another place of its run: what became of it stands there.
func (c Code) IsCopy() bool {
	return slices.Contains([]Code{CopyOfFile, TwiceInRun, TwiceWithOtherData, CopyChanged}, c)
}
