package office

// Notice is something that a person should know of, and that has made nothing fail.
type Notice struct {
	Kind  NoticeKind
	Path  string   // the file or folder that it is about
	Names []string // of files in the folder, or of sheets in the file
	Kept  string   // where what was at Path is now
	Run   string   // the run that it is about
	Err   error    // why the file is refused
}

// NoticeKind says what has happened.
type NoticeKind string

// The kinds of a [Notice].
const (
	NotRead      NoticeKind = "not_read"      // Names lie in the folder Path and may be exports; nobody has named them, so they are not read
	OtherSheets  NoticeKind = "other_sheets"  // Names are sheets of Path that have orders too, and are not read
	Refused      NoticeKind = "refused"       // Path cannot be read as orders, by Err; the other files can
	CheckKept    NoticeKind = "check_kept"    // the workbook of an earlier check at Path was changed: it is kept as Kept
	OutcomeKept  NoticeKind = "outcome_kept"  // what was at Path may have been changed by hand: it is kept as Kept
	OutcomeGone  NoticeKind = "outcome_gone"  // rows of Run are cleared up; their outcome is not at Path any more, and was not written again
	WrittenAgain NoticeKind = "written_again" // the outcome Path says now what became of rows that were in doubt
	NewJournal   NoticeKind = "new_journal"   // there was no journal at Path: the one that is made knows nothing of earlier runs
)

// notices collects what is told.
type notices struct {
	tell func(Notice)
	all  []Notice
}

func (o Office) notices() *notices { return &notices{tell: o.Tell} }

func (n *notices) add(one Notice) {
	n.all = append(n.all, one)
	if n.tell != nil {
		n.tell(one)
	}
}
