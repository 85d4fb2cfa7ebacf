package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"voucherbul/batch"
	"voucherbul/batch/journal"
	"voucherbul/batch/platform"
	"voucherbul/cmd/voucherbul/config"
	"voucherbul/mapping/ourfile"
	"voucherbul/report"
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
` + ourfile.IseeName + `: what expires first, what the list has no more, and which row of which file made each voucher.

The list may take minutes. One that does not come whole changes nothing. Once a day is enough.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return isee(c.Context(), o) },
	}
	f := c.Flags()
	f.StringVar(&o.config, "config", "", "configuration file (default: "+config.DefaultPath+", if it is there)")
	f.StringVar(&o.out, "out", "", "folder for the workbook (default: out of the configuration, or the working folder)")
	f.BoolVar(&o.offline, "offline", false, "write the workbook again from the journal, without asking the platform")
	f.BoolVar(&o.json, "json", false, "print the result as one JSON object")
	f.BoolVar(&o.quiet, "quiet", false, "no progress, and no result where all went well")
	return c
}

// isee fetches the list, keeps it, and writes its workbook.
func isee(ctx context.Context, o iseeOptions) error {
	c, err := o.settings()
	if err != nil {
		return err
	}
	zone, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		return err
	}
	path := filepath.Join(c.Out, ourfile.IseeName)
	if err := writable([]string{path}); err != nil {
		return err
	}
	if _, err := os.Stat(c.Journal); o.offline && errors.Is(err, fs.ErrNotExist) {
		return config.Errorf("--offline: there is no journal %s: check the key journal, or leave --offline out", absolute(c.Journal))
	}
	announceJournal(o.std.err, c.Journal)
	j, err := journal.Open(ctx, c.Journal)
	if err != nil {
		return err
	}
	defer j.Close() // every change is on disk when its call returns
	if !o.offline {
		if err := o.fetch(ctx, c, j, zone); err != nil {
			return notFetched(ctx, j, zone, err)
		}
	}
	ctx = context.WithoutCancel(ctx) // what has been fetched is shown
	fetch, ok, err := j.LastFetch(ctx)
	if err != nil {
		return err
	}
	if !ok {
		return usageError{errors.New("--offline: no list of ISEE outcomes has been fetched yet: leave --offline out")}
	}
	counts, err := report.WriteIsee(path, report.Isee{FetchedAt: fetch.At, Made: o.now(), Zone: zone, Vouchers: j.Vouchers(ctx), Bookings: j.Prenotazioni(ctx),
		BookingOf: func(v journal.Voucher) (journal.Prenotazione, bool) { return batch.BookingOf(v, zone) }})
	if err != nil {
		return err
	}
	if err := o.print(iseeResult{Schema: 1, FetchedAt: fetch.At, IseeCounts: counts, Workbook: path, Exit: exitOK}, zone); err != nil {
		return &report.WriteError{Path: "the result to standard output", Err: err}
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

// fetch keeps the list as it is now. A token that is refused is replaced once.
func (o iseeOptions) fetch(ctx context.Context, c config.Config, j *journal.Journal, zone *time.Location) error {
	client := newClient(c, o.now)
	end := func() {}
	if !o.quiet {
		end = waitingFor(o.std.err, "the list of ISEE outcomes")
	}
	at := o.now()
	list, err := fetchOnce(ctx, client, zone)
	if errors.Is(err, platform.ErrTokenRefused) {
		at = o.now()
		list, err = fetchOnce(ctx, client, zone)
	}
	end()
	if err != nil {
		return err
	}
	return j.KeepVouchers(context.WithoutCancel(ctx), at, batch.Kept(list)) // nobody fetches for minutes to throw it away
}

func fetchOnce(ctx context.Context, client *platform.Client, zone *time.Location) ([]platform.Voucher, error) {
	token, err := client.Token(ctx)
	if err != nil {
		return nil, err
	}
	list, err := client.Vouchers(ctx, token, zone)
	if errors.Is(err, platform.ErrTokenRefused) {
		client.DropToken(token)
	}
	return list, err
}

// notFetched adds to a failure what is safe, and what to do. An error of the journal has its own words.
func notFetched(ctx context.Context, j *journal.Journal, zone *time.Location, err error) error {
	code := exitCode(err)
	if code != exitUnavailable && code != exitCredentials {
		return err
	}
	kept := "no list was kept before"
	if fetch, ok, lookErr := j.LastFetch(context.WithoutCancel(ctx)); lookErr == nil && ok {
		kept = "the list of " + fetch.At.In(zone).Format("02/01/2006 15:04") + " stays in the journal, and its workbook as it is (isee --offline writes it again)"
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
	report.IseeCounts
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
