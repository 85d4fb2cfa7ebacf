package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"voucherbul/batch/platform"
	"voucherbul/cmd/voucherbul/config"
	"voucherbul/cmd/voucherbul/office"
	"voucherbul/mapping/ourfile"
)

// iseeOptions is everything that `voucherbul isee` needs.
type iseeOptions struct {
	std     streams
	config  string
	out     string
	offline bool
	json    bool
	quiet   bool
	now     func() time.Time
}

func newIseeCommand(std streams) *cobra.Command {
	o := iseeOptions{std: std, now: time.Now}
	c := &cobra.Command{
		Use:   "isee",
		Short: "Fetch the list of ISEE outcomes and write which bookings can be activated, and until when",
		Long: `Fetch the platform's list of vouchers with their ISEE outcome, keep it in the journal, and write
` + ourfile.IseeName + `: what expires first, what has dropped out of the list, and which row of which file made each voucher.

The list may take minutes. An incomplete list changes nothing. Once a day is enough.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return isee(c.Context(), o) },
	}
	f := c.Flags()
	f.StringVar(&o.config, "config", "", "configuration file (default: "+config.DefaultPath+", if it is there)")
	f.StringVar(&o.out, "out", "", "folder for the workbook (default: out of the configuration, or the working folder)")
	f.BoolVar(&o.offline, "offline", false, "write the workbook again from the journal, without asking the platform")
	f.BoolVar(&o.json, "json", false, "print the result as one JSON object")
	f.BoolVar(&o.quiet, "quiet", false, "no progress, and no result if all went well")
	return c
}

// isee fetches the list, keeps it, and writes its workbook.
func isee(ctx context.Context, o iseeOptions) error {
	c, err := o.settings()
	if err != nil {
		return err
	}
	zone, err := office.Italy()
	if err != nil {
		return err
	}
	opt := office.IseeOptions{Offline: o.offline, Fetching: func() func() { return waitingFor(o.std.err, "the list of ISEE outcomes") }}
	if o.quiet {
		opt.Fetching = nil
	}
	result, err := office.Office{Config: c, Version: version, Now: o.now, Tell: notices(o.std.err)}.Isee(ctx, opt)
	if err != nil {
		return o.failed(err, zone)
	}
	if err := o.print(iseeResult{Schema: 1, FetchedAt: result.FetchedAt, IseeCounts: result.IseeCounts, Workbook: result.Workbook, Exit: exitOK}, zone); err != nil {
		return &office.WriteError{Path: "the result to standard output", Err: err}
	}
	return nil
}

// settings are the configuration; without a call of the platform no secret is needed.
func (o iseeOptions) settings() (c config.Config, err error) {
	if o.offline {
		c, err = config.LoadOffline(o.config, o.std.environ)
	} else {
		c, err = config.Load(o.config, o.std.environ)
	}
	if err == nil && strings.TrimSpace(c.Journal) == "" {
		err = config.Errorf("journal is missing")
	}
	if o.out != "" {
		c.Out = o.out
	}
	return c, err
}

// failed adds to an error what the flags have to do with it, what is safe, and what to do. An error of the journal has its own
// words.
func (o iseeOptions) failed(err error, zone *time.Location) error {
	var missing office.NoJournalError
	var failed *office.FetchError
	code := exitCode(err)
	switch {
	case o.offline && errors.As(err, &missing):
		return config.Errorf("--offline: there is no journal %s: check the key journal, or leave --offline out", string(missing))
	case !errors.As(err, &failed), code != exitUnavailable && code != exitCredentials:
		return err
	}
	kept := "no list was kept before"
	if !failed.Kept.IsZero() {
		kept = "the list of " + failed.Kept.In(zone).Format("02/01/2006 15:04") + " stays in the journal, and its workbook as it is (isee --offline writes it again)"
	}
	do := "Run the same command again later."
	switch list := (*platform.ListError)(nil); {
	case errors.Is(err, platform.ErrTokenRefused):
		do = "A new token was refused too: check that client_id and scope belong to the subscription key (portale Voucher BUL, Gestione Web Service Account)."
	case code == exitCredentials:
		do = "Put the credentials right and run the same command again."
	case errors.As(err, &list) && list.Wait > 0:
		do = fmt.Sprintf("The platform asks to wait %s: run the same command again after that.", list.Wait)
	}
	return fmt.Errorf("%w\nNothing was changed: %s. %s", err, kept, do)
}

// waitingFor says now and then that the program is still waiting. end returns when nothing more will be said.
func waitingFor(err io.Writer, what string) (end func()) {
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		ticker := time.NewTicker(logEvery)
		defer ticker.Stop()
		for waited := logEvery; ; waited += logEvery {
			select {
			case <-ticker.C:
				fmt.Fprintf(err, "waiting for %s: %s so far\n", what, waited)
			case <-done:
				return
			}
		}
	}()
	return func() {
		close(done)
		<-ended
	}
}

// iseeResult is the object that --json prints; its names are a contract.
type iseeResult struct {
	Schema    int       `json:"schema"`
	FetchedAt time.Time `json:"fetched_at"` // UTC
	office.IseeCounts
	Workbook string `json:"workbook"`
	Exit     int    `json:"exit"`
}

func (o iseeOptions) print(r iseeResult, zone *time.Location) error {
	if o.json {
		return json.NewEncoder(o.std.out).Encode(r)
	}
	if o.quiet {
		return nil
	}
	var fasi []string
	for _, name := range slices.Sorted(maps.Keys(r.Fasi)) {
		fasi = append(fasi, fmt.Sprintf("%d %s", r.Fasi[name], name))
	}
	if len(fasi) == 0 {
		fasi = []string{"none"}
	}
	_, err := fmt.Fprintf(o.std.out, "vouchers in the list of %s: %s\n  %d expire within 15 days, %d are past 90 days, %d are no longer in the list; %d bookings of ours were in none\n  details: %s\n",
		r.FetchedAt.In(zone).Format("02/01/2006 15:04"), strings.Join(fasi, ", "), r.Expiring, r.Expired, r.Gone, r.Missing, r.Workbook)
	return err
}
