package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os/user"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"voucherbul/batch"
	"voucherbul/cmd/voucherbul/config"
	"voucherbul/cmd/voucherbul/office"
)

// resolveOptions is everything that `voucherbul resolve` needs.
type resolveOptions struct {
	std    streams
	config string
	out    string
	mark   string
	note   string
	file   string
	args   []string // RUN ROW of a mark
	json   bool
	quiet  bool
	now    func() time.Time
}

func newResolveCommand(std streams) *cobra.Command {
	o := resolveOptions{std: std, now: time.Now}
	c := &cobra.Command{
		Use:   "resolve [--mark executed|not-executed RUN ROW --note TEXT]",
		Short: "Find out what became of rows whose answer was lost",
		Long: `Find out what became of the rows of all runs whose answer was lost (INCERTA), and write their outcomes again.
It looks prenotazioni up in the list of ISEE outcomes. It sends the other kinds once more, and reads the answer with the
doubt in mind. It sends nothing else. It waits up to doubt.wait for rows that are not due yet.

Some things only the portal or a telephone call can tell. Mark such a row, and note who found out, and how:

  voucherbul resolve --mark executed 20260302-090000-abcd 17 --note "visto sul portale, pratica VBUL-0000017"
  voucherbul resolve --mark not-executed 20260302-090000-abcd 17 --note "assente sul portale il 3 marzo"

A row that was not executed goes again with the next run of its file.`,
		Args: cobra.MaximumNArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			o.args = args
			return resolve(c.Context(), o)
		},
	}
	f := c.Flags()
	f.StringVar(&o.config, "config", "", "configuration file (default: "+config.DefaultPath+", if it is there)")
	f.StringVar(&o.out, "out", "", "folder of the outcome workbooks (default: out of the configuration, or beside each file)")
	f.StringVar(&o.mark, "mark", "", "finding about one row: executed or not-executed")
	f.StringVar(&o.note, "note", "", "who found out, and how; it goes into the journal and the outcome")
	f.StringVar(&o.file, "file", "", "name of the file, if several files of the run have a row of this number")
	f.BoolVar(&o.json, "json", false, "print the result as one JSON object")
	f.BoolVar(&o.quiet, "quiet", false, "no progress, and no result if nothing is in doubt")
	return c
}

// resolve clears up the rows in doubt, or marks one by hand.
func resolve(ctx context.Context, o resolveOptions) error {
	mark, err := o.asMark()
	if err != nil {
		return err
	}
	c, err := config.Load(o.config, o.std.environ)
	if err != nil {
		return err
	}
	zone, err := office.Italy()
	if err != nil {
		return err
	}
	progress, endProgress := newProgress(o.std.err, o.quiet, o.now)
	of := office.Office{Config: c, Version: version, Now: o.now, Log: slog.New(slog.NewTextHandler(o.std.err, &slog.HandlerOptions{Level: slog.LevelWarn})),
		Tell: after(endProgress, notices(o.std.err))}
	if mark != nil {
		marked, err := of.Mark(ctx, office.MarkOptions{Mark: *mark, Out: o.out})
		if err != nil || !o.json {
			return err
		}
		return o.print(office.Resolved{Cleared: []office.DoubtRow{marked.DoubtRow}}, zone, exitOK)
	}
	result, err := of.Resolve(ctx, office.ResolveOptions{Out: o.out, Progress: progress})
	endProgress()
	if err != nil {
		return err
	}
	code := o.code(result)
	if result.NotWritten != nil {
		fmt.Fprintln(o.std.err, "voucherbul: "+exitMessage(result.NotWritten))
		code = max(code, exitCode(result.NotWritten))
	}
	if err := o.print(result, zone, code); err != nil {
		return &office.WriteError{Path: "the result to standard output", Err: err}
	}
	if result.Stop != nil {
		fmt.Fprintf(o.std.err, "voucherbul: stopped: %s\n", result.StopReason)
	}
	if code != exitOK {
		return finished{code}
	}
	return nil
}

// asMark reads the flags of a mark; nil = doubts are to be cleared up.
func (o resolveOptions) asMark() (*batch.Mark, error) {
	if o.mark == "" {
		if len(o.args) > 0 || o.note != "" || o.file != "" {
			return nil, usageError{errors.New("RUN, ROW, --note and --file are for --mark executed or --mark not-executed")}
		}
		return nil, nil
	}
	if o.mark != "executed" && o.mark != "not-executed" {
		return nil, usageError{fmt.Errorf("--mark %q: it is executed or not-executed", o.mark)}
	}
	if len(o.args) != 2 {
		return nil, usageError{errors.New("--mark needs the run and the number of the row in its file, as the outcome shows them")}
	}
	number, err := strconv.Atoi(o.args[1])
	if err != nil || number < 1 {
		return nil, usageError{fmt.Errorf("row %q is no number of a row", o.args[1])}
	}
	note := strings.TrimSpace(o.note)
	if note == "" {
		return nil, usageError{errors.New("--note is missing: who found out, and how? Whoever audits the journal will ask")}
	}
	if who, err := user.Current(); err == nil {
		note += " (" + who.Username + ")"
	}
	return &batch.Mark{Run: o.args[0], Number: number, File: o.file, Executed: o.mark == "executed", Note: note}, nil
}

// code is the exit code: doubts that are left are as bad as those of a run.
func (o resolveOptions) code(r office.Resolved) int {
	code := clearedCode(r.Cleared)
	if len(r.Open) > 0 {
		code = max(code, exitUncertain)
	}
	return max(code, stopCode(r.Stop))
}

type jsonResolved struct {
	Schema  int           `json:"schema"`
	Cleared []jsonCleared `json:"cleared"`
	Open    []jsonCleared `json:"open"`
	Exit    int           `json:"exit"`
}

type jsonCleared struct {
	Run   string `json:"run"`
	File  string `json:"file"`
	Row   int    `json:"row"`
	State string `json:"state"`
}

// print writes the result.
func (o resolveOptions) print(r office.Resolved, zone *time.Location, code int) error {
	if o.json {
		list := func(rows []office.DoubtRow) []jsonCleared {
			all := []jsonCleared{}
			for _, row := range rows {
				all = append(all, jsonCleared{row.Run, row.File, row.Number, string(row.State)})
			}
			return all
		}
		return json.NewEncoder(o.std.out).Encode(jsonResolved{1, list(r.Cleared), list(r.Open), code})
	}
	if o.quiet && code == exitOK {
		return nil
	}
	_, err := fmt.Fprintf(o.std.out, "%s cleared up, %d still in doubt\n", rows(len(r.Cleared)), len(r.Open))
	for _, row := range slices.Concat(r.Cleared, r.Open) {
		fmt.Fprintf(o.std.out, "  run %s, %s, row %d: %s, sent %s\n", row.Run, row.File, row.Number, row.State, row.SentAt.In(zone).Format("2006-01-02 15:04"))
	}
	return err
}
