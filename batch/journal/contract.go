// Package journal is the durable memory of every row: what was planned, what was sent, what came back. It is the truth that
// reports are rendered from, and what makes a killed run resumable. Here are its types and the promises that every memory
// has to keep; journaltest asks a memory whether it does, and sqlite is one.
//
// The package decides nothing: states and times are the caller's. It must not know how a memory keeps what it is told, nor
// any word that a person reads but the labels of states.
package journal

import (
	"context"
	"iter"
	"time"
)

// Journal is a memory that several processes look into, and that one of them at a time owns.
type Journal interface {
	Reader

	// Own makes the caller the only one who changes the journal, until he releases it. It returns [ErrBusy] where somebody
	// else owns it, whether in this process or in another one. Rows that were on their way when an earlier owner died are in
	// doubt from then on, as the claim says: nobody else ever declares them so.
	Own(ctx context.Context, c Claim) (Owner, error)

	// Close lets go of what reading needs. It does not release an owner.
	Close() error
}

// Claim is what a new owner says of the rows that an earlier one has left on their way.
type Claim struct {
	Settle time.Duration // the platform may still be working on them for so long after their sending
	Lost   Outcome       // what is known of them
}

// Reader looks into a journal. It needs no ownership, takes nothing from whoever has it, and sees what was committed before
// the call. Errors are [*Error], or the context's own.
type Reader interface {
	// Runs lists the latest runs that have a plan, newest first; a limit of 0 lists all. Run finds one.
	Runs(ctx context.Context, limit int) ([]Run, error)
	Run(ctx context.Context, id string) (run Run, ok bool, err error)
	// Unfinished finds the latest run with this fingerprint that still has rows to send or to clear up, or whose outcome
	// nobody has been told.
	Unfinished(ctx context.Context, fingerprint string) (run Run, ok bool, err error)
	// Files lists the files of a run in the order they were given.
	Files(ctx context.Context, run string) ([]File, error)
	// Counts says how many rows of a file stand in each state. Its sum is the number of its rows.
	Counts(ctx context.Context, file FileID) (map[State]int, error)
	// Traffic tells what was exchanged about the rows of a run.
	Traffic(ctx context.Context, run Run) (Traffic, error)

	// Rows walks through the rows of a file in file order, as reports show them: with what became of their orders earlier,
	// and those that an ended run has left as pending.
	Rows(ctx context.Context, file FileID) iter.Seq2[Row, error]
	// RowsByID reads rows in the order they were planned; those that are not there are left out. Located does the same, and
	// says where people find them.
	RowsByID(ctx context.Context, ids []RowID) ([]Row, error)
	Located(ctx context.Context, ids []RowID) ([]Located, error)
	// RowsNumbered and Find find the rows of a run that have this number in their file: at most one in each file.
	RowsNumbered(ctx context.Context, run string, number int) ([]Located, error)
	Find(ctx context.Context, run string, number int) ([]Row, error)
	// OrdersOf lists every order about a beneficiary, of all runs, in the order they were planned.
	OrdersOf(ctx context.Context, beneficiario string) ([]Located, error)
	// Events lists what happened to a row, in order.
	Events(ctx context.Context, row RowID) ([]Event, error)
	// Groups finds all that was ever tried for the orders of some rows, by the ID of each row asked for.
	Groups(ctx context.Context, ids []RowID) (map[RowID]Group, error)
	// Begun reports whether a row of a run was ever sent.
	Begun(ctx context.Context, run string) (bool, error)
	// Resent lists the rows of a run that later ones have taken up, whatever became of them.
	Resent(ctx context.Context, run string) (ids []RowID, err error)

	// History lists what the platform has for a beneficiary because we sent it, oldest first.
	History(ctx context.Context, beneficiario string) ([]Acquired, error)
	// AcquiredFor finds out whether a planned row would repeat what the platform has.
	AcquiredFor(ctx context.Context, row Row) (acquired Acquired, ok bool, err error)
	// Overlaps walks through the beneficiaries of a run of whom the platform has requests of other runs, or whose orders
	// have been corrected, in the order of the plan. Only rows that wait to be sent are told.
	Overlaps(ctx context.Context, run string) iter.Seq2[Overlap, error]
	// InDoubt lists the uncertain rows of every run, oldest first.
	InDoubt(ctx context.Context) ([]Row, error)
	// ToSend lists rows of a run that wait to be sent, behind the row with ID after (zero = from the first), in the order of
	// its files and their rows, with what their sending needs.
	ToSend(ctx context.Context, run string, after RowID, limit int) ([]Row, error)

	// LastFetch is when a list of ISEE outcomes was last kept. VoucherOf is the voucher of a beneficiary that was booked
	// last, VouchersOf are all of hers, Vouchers walks through those of everybody, with the bookings of ours that may have
	// made them, Prenotazioni through those bookings.
	LastFetch(ctx context.Context) (fetch Fetch, ok bool, err error)
	VoucherOf(ctx context.Context, beneficiario string) (v Voucher, ok bool, err error)
	VouchersOf(ctx context.Context, beneficiario string) ([]Voucher, error)
	Vouchers(ctx context.Context) iter.Seq2[Voucher, error]
	Prenotazioni(ctx context.Context) iter.Seq2[Prenotazione, error]

	// InUse reports that somebody owns the journal: a run without an end may be under way.
	InUse(ctx context.Context) bool
	// Verify looks through the whole journal: whether it is sound, and whether what it says holds together. It repairs nothing.
	Verify(ctx context.Context) (Health, error)
	// Path says where the journal is, for messages.
	Path() string
}

// Owner changes a journal, and nobody else does. A call that changes something returns when the change is on disk. After a
// failed commit every later change fails: only the journal itself knows what is in it, and it has to be opened anew.
type Owner interface {
	Reader

	// Begin starts a run that is planned: AddFile and Plan add to it, in the order of the files and of their rows, which gives
	// them their IDs. Remark, Warn and Settle say more of it, and Planned ends the plan. Until then nothing of it counts, and
	// the plan of an owner who died is removed. Begin returns [ErrPlanning] while another plan of this owner is under way, the
	// others [ErrNoPlan] where none is.
	Begin(ctx context.Context, run Run) error
	// AddFile adds a file to the run that its ID names, and returns the ID that it has then. Plan adds rows to the file that
	// their IDs name, which is the latest one.
	AddFile(ctx context.Context, f File) (id FileID, err error)
	Plan(ctx context.Context, rows []Row) error
	Remark(ctx context.Context, file FileID, remarks []string) error
	Warn(ctx context.Context, warnings []Warning) error
	Planned(ctx context.Context, run string, at time.Time) error

	// Resume makes a planned run ready to go on: rows that were kept back are planned again.
	Resume(ctx context.Context, run string) error
	// Settle settles rows without an exchange, all or none.
	Settle(ctx context.Context, at time.Time, settlements []Settlement) error
	// Sent says that a row is about to be sent: only when it has returned may the first byte leave. It fails for a row that
	// is neither planned nor uncertain.
	Sent(ctx context.Context, row RowID, at time.Time) error
	// Record writes down what became of a row: only when it has returned may anybody see it. What is settled stays so.
	Record(ctx context.Context, row RowID, at time.Time, c Change) error
	// Finish ends a run: what was not sent stays for the next time as pending. Reported says that its outcomes are written.
	Finish(ctx context.Context, run string, end End) error
	Reported(ctx context.Context, run string, at time.Time) error

	// KeepVouchers keeps a list of ISEE outcomes that was asked for at an instant: the whole list or, with an error, nothing.
	KeepVouchers(ctx context.Context, at time.Time, list []Voucher) error

	// Release ends the ownership when every change is on disk.
	Release() error
}
