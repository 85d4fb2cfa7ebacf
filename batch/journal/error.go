package journal

import (
	"errors"
	"fmt"
)

// ErrBusy says that another owner has the journal: another process, or another part of this one.
var ErrBusy = errors.New("another voucherbul is running with this journal")

// ErrNoPlan says that a plan was to be added to or ended, and none is under way.
var ErrNoPlan = errors.New("no plan is under way")

// ErrPlanning says that a plan was to begin while another one of the same owner is under way.
var ErrPlanning = errors.New("another plan is under way")

// Error says that the journal could not be read or written. After a failed commit nobody knows whether it is
// on disk: nothing more is written, and the run has to stop and be started again.
type Error struct {
	Path string
	Op   string
	Err  error
}

func (e *Error) Error() string { return fmt.Sprintf("journal %s: %s: %v", e.Path, e.Op, e.Err) }

func (e *Error) Unwrap() error { return e.Err }
