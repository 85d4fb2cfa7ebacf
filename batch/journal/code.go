package journal

import "slices"

// Code says why a row, an exchange or a run stands as it does. Decisions and counts go by it, never by a text. Its arguments
// are what the text about it names, in the order that stands beside each constant. A code that a journal has never changes
// its meaning: a new reason gets a new code. "" is a reason that an older release knew by its text only; where its text gave
// no more, a code has fewer arguments.
//
// An exchange has the code of its verdict (see platform.Code), and so has the row or the run that it settles or stops.
type Code string

// Why a row was settled, or waits, without an exchange.
const (
	NoOrder              Code = "no_order"
	RuleBroken           Code = "rule_broken"
	BeforeBooking        Code = "before_booking"          // date of activation, day of the booking, its row, its run
	CopyOfFile           Code = "copy_of_file"            // name of the original
	TwiceInRun           Code = "twice_in_run"            // row that counts
	TwiceWithOtherData   Code = "twice_with_other_data"   // row that counts
	CopyChanged          Code = "copy_changed"            // like the copy that was changed
	InJournal            Code = "in_journal"              // run, row: the same request was accepted there
	AcquiredInRun        Code = "acquired_in_run"         // run, row: of an earlier attempt at the order
	CorrectedAndAccepted Code = "corrected_and_accepted"  // run, row
	Overtaken            Code = "overtaken"               // row of the same person that was accepted
	ChangedAfterAccepted Code = "changed_after_accepted"  // run, row
	ChangedInDoubt       Code = "changed_in_doubt"        // run, row
	UnchangedSince       Code = "unchanged_since_refused" // run, row
	Superseded           Code = "superseded"              // run, row: of the later attempt
	AwaitsBooking        Code = "awaits_booking"          // phase
	OfferRefused         Code = "offer_refused"           // row whose offer was refused
	BehindRow            Code = "behind_row"              // an earlier row of the same person is in doubt, or waits
	BehindDoubt          Code = "behind_doubt"            // run of the earlier attempt that is in doubt
	BeforeItsTurn        Code = "before_its_turn"         // code of the run's stop, and its arguments
)

// How a doubt began, and what ended it.
const (
	ProgramEnded      Code = "program_ended"       // the request was on its way
	FoundInList       Code = "found_in_list"       // of ISEE outcomes
	NotInList         Code = "not_in_list"         // it may go again
	NotInListToTheEnd Code = "not_in_list_to_end"  // attempts used up
	UnclearInList     Code = "unclear_in_list"     // a voucher that may be the row's, attempts used up
	RefusedInList     Code = "refused_in_list"     // refused, and there is a voucher that may be the row's
	RefusedNotInList  Code = "refused_not_in_list" // refused, and the voucher is not of this row
	MarkedExecuted    Code = "marked_executed"     // note
	MarkedNotExecuted Code = "marked_not_executed" // note
)

// Why a run was stopped, where that is not the code of a verdict.
const (
	StopInterrupted     Code = "interrupted"
	StopNoToken         Code = "no_token"          // the identity service refuses to give one
	StopNewTokenRefused Code = "new_token_refused" // by the platform, like the one before
	StopListKeyRefused  Code = "list_key_refused"  // the list of ISEE outcomes: it wants another subscription key
	StopListNotReached  Code = "list_not_reached"
	StopWaitTooLong     Code = "wait_too_long" // how long the platform asks to wait
	StopUnavailable     Code = "unavailable"   // how long it has been so
)

// IsCopy reports that the row is sent from another place of its run: what became of it stands there.
func (c Code) IsCopy() bool {
	return slices.Contains([]Code{CopyOfFile, TwiceInRun, TwiceWithOtherData, CopyChanged}, c)
}
