package main

import (
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"voucherbul/batch/journal"
	"voucherbul/cmd/voucherbul/office"
	"voucherbul/mapping/ourfile"
)

func newRunsRowCommand(o *runsOptions) *cobra.Command {
	var file string
	c := &cobra.Command{
		Use:   "row RUN N | row ID",
		Short: "Show what happened to one row, and when",
		Long: `Show what happened to row N of a file of a run: every request and look-up, the answers, the waits, and what became of
the same order in other runs. The column "` + ourfile.IDColumn + `" of the outcome names a row too:

  voucherbul runs row 20260302-090000-abcd 17
  voucherbul runs row 20260302-090000-abcd-1-16-K`,
		Args: cobra.RangeArgs(1, 2),
		RunE: func(c *cobra.Command, args []string) error {
			opt, err := rowArgs(args, file)
			if err != nil {
				return err
			}
			return o.look(func(of office.Office) (view, error) {
				story, err := of.Row(c.Context(), opt)
				return rowStory{1, story}, err
			})
		},
	}
	c.Flags().StringVar(&file, "file", "", "name of the file, if several files of the run have a row of this number")
	return c
}

// rowArgs reads which row the command line names.
func rowArgs(args []string, file string) (office.RowOptions, error) {
	if len(args) == 1 {
		id, err := journal.ParseRowID(args[0])
		if err != nil {
			return office.RowOptions{}, usageError{fmt.Errorf("%q is not the ID of a row: give RUN and the number of the row, or what column %q of an outcome says", office.MaskText(args[0]), ourfile.IDColumn)}
		}
		if file != "" {
			return office.RowOptions{}, usageError{errors.New("--file is for RUN and the number of a row: an ID names its file itself")}
		}
		return office.RowOptions{ID: id}, nil
	}
	number, err := strconv.Atoi(args[1])
	if err != nil || number < 1 {
		return office.RowOptions{}, usageError{fmt.Errorf("row %q is no number of a row", office.MaskText(args[1]))}
	}
	return office.RowOptions{Run: args[0], Number: number, File: file}, nil
}

// rowStory is what `runs row` shows; its names are a contract.
type rowStory struct {
	Schema int `json:"schema"`
	office.RowStory
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
