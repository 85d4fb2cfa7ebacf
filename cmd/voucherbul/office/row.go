package office

import (
	"context"
	"strings"
	"time"

	"voucherbul/batch/journal"
	"voucherbul/mapping"
	"voucherbul/report"
)

// RowOptions name a row: by its run and number, or by its ID.
type RowOptions struct {
	Run    string
	Number int    // in its file
	File   string // its name, where several of the run have such a row; "" = there is only one
	ID     journal.RowID
}

// RowStory is what happened to one row, and when.
type RowStory struct {
	OrderStory
	PlannedAt      time.Time      `json:"planned_at"`
	NotBefore      *time.Time     `json:"not_before,omitempty"` // when it may go again
	InDoubt        bool           `json:"in_doubt"`             // an answer was lost
	HTTP           int            `json:"http,omitempty"`
	FaseOperativa  string         `json:"fase_operativa,omitempty"`
	DataOperazione string         `json:"data_operazione,omitempty"` // as the platform wrote it, as the next
	DataResponse   string         `json:"data_response,omitempty"`
	Protocollo     string         `json:"protocollo,omitempty"`
	Advice         string         `json:"advice,omitempty"` // Italian
	Reason         string         `json:"reason,omitempty"` // English
	Problems       []ProblemStory `json:"problems,omitempty"`
	Timeline       []Event        `json:"timeline"`
	Earlier        []OrderStory   `json:"earlier"` // what became of the same order in earlier runs, oldest first
	Later          []OrderStory   `json:"later"`   // and in later ones
}

// ProblemStory is a rule of ours that a row breaks, or what is doubtful about it. What was found is left out: it may be
// anything about a person.
type ProblemStory struct {
	Column   string           `json:"column"`
	Expected string           `json:"expected"`
	Remedy   string           `json:"remedy"`
	Severity mapping.Severity `json:"severity"`
}

// Event is something that happened to a row.
type Event struct {
	At          time.Time `json:"at"`
	Kind        string    `json:"kind"`                   // planned, send, lookup, mark or settled
	TookSeconds *float64  `json:"took_seconds,omitempty"` // absent where nobody saw its end
	HTTP        int       `json:"http,omitempty"`
	Esito       string    `json:"esito,omitempty"`
	WaitSeconds float64   `json:"wait_seconds,omitempty"` // decided afterwards
	Reason      string    `json:"reason,omitempty"`
}

// Row tells what happened to one row: every request and look-up, what was answered, how long was waited afterwards, and what
// became of the same order in other runs.
func (o Office) Row(ctx context.Context, opt RowOptions) (story RowStory, err error) {
	err = o.look(ctx, func(j journal.Reader) error {
		row, err := rowOf(ctx, j, opt)
		if err != nil {
			return err
		}
		story, err = storyOfRow(ctx, j, row)
		return err
	})
	return story, err
}

// rowOf finds the row that is asked for.
func rowOf(ctx context.Context, j journal.Reader, opt RowOptions) (journal.Located, error) {
	if opt.ID != (journal.RowID{}) {
		return rowWithID(ctx, j, opt.ID)
	}
	run, err := runOf(ctx, j, opt.Run)
	if err != nil {
		return journal.Located{}, err
	}
	found, err := j.RowsNumbered(ctx, run.ID, opt.Number)
	if err != nil {
		return journal.Located{}, err
	}
	var rows []journal.Located
	var paths []string
	for _, r := range found {
		if opt.File == "" || strings.HasSuffix("/"+r.Path, "/"+opt.File) { // as a mark reads it
			rows, paths = append(rows, r), append(paths, r.Path)
		}
	}
	switch len(rows) {
	case 0:
		return journal.Located{}, &AskError{Why: NoRow, Run: run.ID, Number: opt.Number, File: opt.File}
	case 1:
		return rows[0], nil
	}
	return journal.Located{}, &AskError{Why: SeveralRows, Run: run.ID, Number: opt.Number, Paths: paths}
}

func rowWithID(ctx context.Context, j journal.Reader, id journal.RowID) (journal.Located, error) {
	run, err := runOf(ctx, j, id.Run)
	if err != nil {
		return journal.Located{}, err
	}
	rows, err := j.Located(ctx, []journal.RowID{id})
	if err != nil {
		return journal.Located{}, err
	}
	if len(rows) == 0 {
		return journal.Located{}, &AskError{Why: NoRow, Run: run.ID, ID: id.String()}
	}
	return rows[0], nil
}

// storyOfRow finds out what happened to a row.
func storyOfRow(ctx context.Context, j journal.Reader, row journal.Located) (RowStory, error) {
	attempts, err := j.Events(ctx, row.ID)
	if err != nil {
		return RowStory{}, err
	}
	asked := []journal.Located{row}
	if err := tell(ctx, j, asked); err != nil {
		return RowStory{}, err
	}
	row = asked[0]
	s := RowStory{OrderStory: orderStoryOf(row), PlannedAt: row.PlannedAt, NotBefore: instant(row.NotBefore), InDoubt: row.InDoubt, HTTP: row.HTTP,
		FaseOperativa: MaskText(row.FaseOperativa), DataOperazione: MaskText(row.DataOperazione), DataResponse: MaskText(row.DataResponse), Protocollo: MaskText(row.Protocollo),
		Advice: MaskText(row.Advice), Reason: MaskText(row.Reason), Timeline: timelineOf(row, attempts), Earlier: []OrderStory{}, Later: []OrderStory{}}
	if row.State.Settled() {
		s.NotBefore = nil
	}
	for _, p := range row.Problems {
		s.Problems = append(s.Problems, ProblemStory{MaskText(p.Column), MaskText(p.Expected), MaskText(p.Remedy), p.Severity})
	}
	groups, err := j.Groups(ctx, []journal.RowID{row.ID})
	if err != nil {
		return RowStory{}, err
	}
	var ids []journal.RowID
	for _, r := range groups[row.ID] {
		ids = append(ids, r.ID)
	}
	same, err := j.Located(ctx, ids)
	if err != nil {
		return RowStory{}, err
	}
	if err := tell(ctx, j, same); err != nil {
		return RowStory{}, err
	}
	later := false
	for _, r := range same { // in the order they were planned
		switch {
		case r.ID == row.ID:
			later = true
		case later:
			s.Later = append(s.Later, orderStoryOf(r))
		default:
			s.Earlier = append(s.Earlier, orderStoryOf(r))
		}
	}
	return s, nil
}

// timelineOf tells what happened to a row, in order.
func timelineOf(row journal.Located, attempts []journal.Event) []Event {
	events := []Event{{At: row.PlannedAt, Kind: "planned"}}
	for _, a := range attempts {
		e := Event{At: a.At, Kind: a.Kind, HTTP: a.HTTP, Esito: MaskText(a.Esito), WaitSeconds: a.Wait.Seconds(), Reason: MaskText(report.EventReason(a))}
		if !a.Ended.IsZero() {
			took := a.Ended.Sub(a.At).Seconds()
			e.TookSeconds = &took
		}
		events = append(events, e)
	}
	if row.State == journal.Sent {
		events = append(events, Event{At: row.SentAt, Kind: journal.KindSend, Reason: "on its way when the program ended: the next run finds out what became of it"})
	}
	if !row.SettledAt.IsZero() {
		events = append(events, Event{At: row.SettledAt, Kind: "settled", Reason: string(row.State)})
	}
	return events
}
