package batch

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"voucherbul/batch/journal"
	"voucherbul/batch/platform/esito"
)

// Resolved is what clearing up doubts has done.
type Resolved struct {
	Stop    *Stop
	Cleared []journal.Row // settled now
	Open    []journal.Row // still in doubt
}

// Resolve clears up the rows of every run that are in doubt, and sends nothing else. It waits for them as a run does at its
// end.
func (j Job) Resolve(ctx context.Context) (Resolved, error) {
	j.Config.Pace.InFlight = max(1, j.Config.Pace.InFlight)
	s, err := j.submit(ctx, "")
	if err != nil {
		return Resolved{}, err
	}
	open, err := j.Journal.InDoubt(context.WithoutCancel(ctx))
	return Resolved{Stop: s.stop, Cleared: s.cleared, Open: open}, err
}

// Mark is what a person has found out about a row in doubt, on the portal or by telephone.
type Mark struct {
	Run      string
	Number   int    // of the row in its file
	File     string // its name, where several files of the run have such a row; "" = there is only one
	Executed bool
	Note     string // who found out, and how
}

// MarkError says why a row cannot be marked. Nothing has changed.
type MarkError struct{ Text string }

func (e *MarkError) Error() string { return e.Text + ": nothing was changed" }

// Mark settles a row in doubt by hand: executed, the platform holds it; not executed, it goes again with the next run of its
// file. Only a row in doubt can be marked. It returns the row as it was.
func (j Job) Mark(ctx context.Context, m Mark) (journal.Row, error) {
	row, err := j.marked(ctx, m)
	if err != nil {
		return journal.Row{}, err
	}
	at := j.Now()
	code, args := journal.MarkedExecuted, []string{m.Note}
	change := journal.Change{State: journal.Accepted, InDoubt: true, Outcome: journal.Outcome{Class: string(esito.OK)}}
	if !m.Executed {
		// What was not there when somebody looked may still come: it waits for as long as it would have.
		code, change = journal.MarkedNotExecuted, journal.Change{State: journal.Pending, NotBefore: row.NotBefore}
	}
	change.Outcome.Code, change.Outcome.Args = code, args
	change.Event = &journal.Event{At: at, Ended: at, Kind: journal.KindMark, Code: code, Args: args}
	return row, j.Journal.Record(ctx, row.ID, at, change)
}

// marked finds the row that a mark means.
func (j Job) marked(ctx context.Context, m Mark) (journal.Row, error) {
	files, err := j.Journal.Files(ctx, m.Run)
	if err != nil {
		return journal.Row{}, err
	}
	if len(files) == 0 {
		return journal.Row{}, &MarkError{fmt.Sprintf("the journal has no run %s", m.Run)}
	}
	rows, err := j.Journal.Find(ctx, m.Run, m.Number)
	if err != nil {
		return journal.Row{}, err
	}
	var names []string
	rows = slices.DeleteFunc(rows, func(r journal.Row) bool {
		i := slices.IndexFunc(files, func(f journal.File) bool { return f.ID == r.ID.InFile() })
		if m.File != "" && !strings.HasSuffix("/"+files[i].Path, "/"+m.File) {
			return true
		}
		names = append(names, files[i].Path)
		return false
	})
	switch {
	case len(rows) == 0:
		return journal.Row{}, &MarkError{fmt.Sprintf("run %s has no row %d", m.Run, m.Number)}
	case len(rows) > 1:
		return journal.Row{}, &MarkError{fmt.Sprintf("run %s has several rows %d: say which with --file (%s)", m.Run, m.Number, strings.Join(names, ", "))}
	case rows[0].State != journal.Uncertain:
		return journal.Row{}, &MarkError{fmt.Sprintf("row %d of run %s is not in doubt, it is %s", m.Number, m.Run, rows[0].State)}
	}
	return rows[0], nil
}
