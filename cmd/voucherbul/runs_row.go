package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"voucherbul/batch/journal"
	"voucherbul/mapping"
	"voucherbul/mapping/ourfile"
)

func newRunsRowCommand(o *runsOptions) *cobra.Command {
	var file string
	c := &cobra.Command{
		Use:   "row RUN N | row ID",
		Short: "Show what happened to one row, and when",
		Long: `Show what happened to row N of a file of a run: every request and look-up, what was answered, how long was waited
afterwards, and what became of the same order in other runs. The column "` + ourfile.IDColumn + `" of the outcome names a row too:

  voucherbul runs row 20260302-090000-abcd 17
  voucherbul runs row 20260302-090000-abcd-1-16-K`,
		Args: cobra.RangeArgs(1, 2),
		RunE: func(c *cobra.Command, args []string) error {
			return o.look(c.Context(), func(ctx context.Context, j *journal.Journal) (view, error) {
				row, err := rowOf(ctx, j, args, file)
				if err != nil {
					return nil, err
				}
				return storyOfRow(ctx, j, row)
			})
		},
	}
	c.Flags().StringVar(&file, "file", "", "name of the file, where several of the run have such a row")
	return c
}

// rowOf finds the row that the command line names: by its run and number, or by its ID.
func rowOf(ctx context.Context, j *journal.Journal, args []string, file string) (journal.Located, error) {
	if len(args) == 1 {
		return rowWithID(ctx, j, args[0], file)
	}
	number, err := strconv.Atoi(args[1])
	if err != nil || number < 1 {
		return journal.Located{}, usageError{fmt.Errorf("row %q is no number of a row", maskText(args[1]))}
	}
	run, err := runOf(ctx, j, args[0])
	if err != nil {
		return journal.Located{}, err
	}
	found, err := j.RowsNumbered(ctx, run.ID, number)
	if err != nil {
		return journal.Located{}, err
	}
	var rows []journal.Located
	var names []string
	for _, r := range found {
		if file == "" || strings.HasSuffix("/"+r.Path, "/"+file) { // as resolve --mark reads it
			rows, names = append(rows, r), append(names, r.Path)
		}
	}
	switch {
	case len(rows) == 1:
		return rows[0], nil
	case len(rows) > 1:
		return journal.Located{}, usageError{fmt.Errorf("run %s has several rows %d: say which with --file (%s)", run.ID, number, maskText(strings.Join(names, ", ")))}
	case file != "":
		return journal.Located{}, usageError{fmt.Errorf("run %s has no row %d in a file %s", run.ID, number, maskText(file))}
	}
	return journal.Located{}, usageError{fmt.Errorf("run %s has no row %d", run.ID, number)}
}

func rowWithID(ctx context.Context, j *journal.Journal, text, file string) (journal.Located, error) {
	id, err := journal.ParseRowID(text)
	if err != nil {
		return journal.Located{}, usageError{fmt.Errorf("%q is not the ID of a row: give RUN and the number of the row, or what column %q of an outcome says", maskText(text), ourfile.IDColumn)}
	}
	if file != "" {
		return journal.Located{}, usageError{errors.New("--file is for RUN and the number of a row: an ID names its file itself")}
	}
	run, err := runOf(ctx, j, id.Run)
	if err != nil {
		return journal.Located{}, err
	}
	row, ok, err := j.RowAt(ctx, id)
	if err == nil && !ok {
		err = usageError{fmt.Errorf("run %s has no row %s", run.ID, id)}
	}
	return row, err
}

// rowStory is what `runs row` shows; its names are a contract.
type rowStory struct {
	Schema int `json:"schema"`
	orderStory
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
	Problems       []problemStory `json:"problems,omitempty"`
	Timeline       []eventStory   `json:"timeline"`
	Earlier        []orderStory   `json:"earlier"` // what became of the same order in earlier runs, oldest first
	Later          []orderStory   `json:"later"`   // and in later ones
}

// problemStory is a rule of ours that a row breaks, or what is doubtful about it. What was found is left out: it may be
// anything about a person.
type problemStory struct {
	Column   string           `json:"column"`
	Expected string           `json:"expected"`
	Remedy   string           `json:"remedy"`
	Severity mapping.Severity `json:"severity"`
}

// eventStory is something that happened to a row.
type eventStory struct {
	At          time.Time `json:"at"`
	Kind        string    `json:"kind"`                   // planned, send, lookup, mark or settled
	TookSeconds *float64  `json:"took_seconds,omitempty"` // absent where nobody saw its end
	HTTP        int       `json:"http,omitempty"`
	Esito       string    `json:"esito,omitempty"`
	WaitSeconds float64   `json:"wait_seconds,omitempty"` // decided afterwards
	Reason      string    `json:"reason,omitempty"`
}

// storyOfRow finds out what happened to a row.
func storyOfRow(ctx context.Context, j *journal.Journal, row journal.Located) (rowStory, error) {
	attempts, err := j.Attempts(ctx, row.ID)
	if err != nil {
		return rowStory{}, err
	}
	s := rowStory{Schema: 1, orderStory: orderStoryOf(row), PlannedAt: row.PlannedAt, NotBefore: instant(row.NotBefore), InDoubt: row.InDoubt, HTTP: row.HTTP,
		FaseOperativa: maskText(row.FaseOperativa), DataOperazione: maskText(row.DataOperazione), DataResponse: maskText(row.DataResponse), Protocollo: maskText(row.Protocollo),
		Advice: maskText(row.Advice), Reason: maskText(row.Reason), Timeline: timelineOf(row, attempts), Earlier: []orderStory{}, Later: []orderStory{}}
	if row.State.Settled() {
		s.NotBefore = nil
	}
	for _, p := range row.Problems {
		s.Problems = append(s.Problems, problemStory{maskText(p.Column), maskText(p.Expected), maskText(p.Remedy), p.Severity})
	}
	groups, err := j.Groups(ctx, []int64{row.ID})
	if err != nil {
		return rowStory{}, err
	}
	var ids []int64
	for _, r := range groups[row.ID] {
		ids = append(ids, r.ID)
	}
	same, err := j.Located(ctx, ids)
	if err != nil {
		return rowStory{}, err
	}
	for _, r := range same {
		switch {
		case r.ID < row.ID:
			s.Earlier = append(s.Earlier, orderStoryOf(r))
		case r.ID > row.ID:
			s.Later = append(s.Later, orderStoryOf(r))
		}
	}
	return s, nil
}

// timelineOf tells what happened to a row, in order.
func timelineOf(row journal.Located, attempts []journal.Attempt) []eventStory {
	events := []eventStory{{At: row.PlannedAt, Kind: "planned"}}
	for _, a := range attempts {
		e := eventStory{At: a.At, Kind: a.Kind, HTTP: a.HTTP, Esito: maskText(a.Esito), WaitSeconds: a.Wait.Seconds(), Reason: maskText(a.Reason)}
		if !a.Ended.IsZero() {
			took := a.Ended.Sub(a.At).Seconds()
			e.TookSeconds = &took
		}
		events = append(events, e)
	}
	if row.State == journal.Sent {
		events = append(events, eventStory{At: row.SentAt, Kind: journal.KindSend, Reason: "on its way when the program ended: the next run finds out what became of it"})
	}
	if !row.SettledAt.IsZero() {
		events = append(events, eventStory{At: row.SettledAt, Kind: "settled", Reason: string(row.State)})
	}
	return events
}

func (s rowStory) tables(zone *time.Location) []table {
	var head table
	head.add("id", s.ID)
	head.add("run", s.Run)
	head.add("file", s.File)
	head.add("row", fmt.Sprint(s.Row))
	head.addKnown("operation", string(s.Operation))
	head.addKnown("beneficiario", s.Beneficiario)
	head.add("state", s.State.Label()+" ("+string(s.State)+")")
	if s.InDoubt {
		head.add("in doubt", "an answer was lost")
	}
	head.addKnown("HTTP", count(s.HTTP))
	head.addKnown("esito", s.Esito)
	head.addKnown("descrizione", s.Descrizione)
	head.addKnown("fase operativa", s.FaseOperativa)
	head.addKnown("data operazione", s.DataOperazione)
	head.addKnown("data response", s.DataResponse)
	head.addKnown("protocollo", s.Protocollo)
	head.addKnown("cosa fare", s.Advice)
	head.addKnown("reason", s.Reason)
	if s.NotBefore != nil {
		head.add("not before", stampText(*s.NotBefore, zone, toTheSecond))
	}
	problems := table{header: []string{"COLUMN", "EXPECTED", "REMEDY"}}
	for _, p := range s.Problems {
		problems.add(p.Column, p.Expected, p.Remedy)
	}
	timeline := table{header: []string{"AT", "WHAT", "TOOK", "HTTP", "ESITO", "THEN WAITED", "REASON"}}
	for _, e := range s.Timeline {
		took, wait := "", ""
		if e.TookSeconds != nil {
			took = secondsText(*e.TookSeconds)
		}
		if e.WaitSeconds > 0 {
			wait = secondsText(e.WaitSeconds)
		}
		timeline.add(stampText(e.At, zone, toTheMilli), e.Kind, took, count(e.HTTP), e.Esito, wait, shortText(e.Reason))
	}
	return []table{head, problems, timeline, orderTable("EARLIER", s.Earlier, zone), orderTable("LATER", s.Later, zone)}
}
