package office

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"voucherbul/batch"
	"voucherbul/batch/booking"
	"voucherbul/batch/journal"
	"voucherbul/batch/platform"
	"voucherbul/mapping/ourfile"
	"voucherbul/report/isee"
)

// IseeOptions say which list of ISEE outcomes is wanted.
type IseeOptions struct {
	Offline  bool          // the one that the journal has; the platform is not asked
	Out      string        // folder of the workbook; "" = that of the configuration, or the working folder
	Fetching func() func() // called when the platform is asked, and what it returns when it has answered, which may take minutes; nil = nobody looks
}

// IseeCounts count the vouchers of a list.
type IseeCounts = isee.Counts

// IseeResult is what a list of ISEE outcomes says.
type IseeResult struct {
	FetchedAt time.Time // UTC
	IseeCounts
	Workbook string
	Notices  []Notice
}

// FetchError says that the list could not be fetched or kept. Nothing was changed: the list that was kept before stays, and its
// workbook as it is.
type FetchError struct {
	Kept time.Time // when the list was fetched that stays in the journal; zero = there is none
	Err  error
}

func (e *FetchError) Error() string { return e.Err.Error() }
func (e *FetchError) Unwrap() error { return e.Err }

// Isee fetches the platform's list of vouchers with their ISEE outcome, keeps it in the journal, and writes its workbook. A list
// that does not come whole is a [*FetchError]. Offline needs a journal that is there, and a list in it.
func (o Office) Isee(ctx context.Context, opt IseeOptions) (IseeResult, error) {
	told := o.notices()
	r, err := o.isee(ctx, opt, told)
	r.Notices = told.all
	return r, err
}

func (o Office) isee(ctx context.Context, opt IseeOptions, told *notices) (IseeResult, error) {
	zone, err := Italy()
	if err != nil {
		return IseeResult{}, err
	}
	path := filepath.Join(cmp.Or(opt.Out, o.Config.Out), ourfile.IseeName)
	if err := writable([]string{path}); err != nil {
		return IseeResult{}, err
	}
	if _, err := os.Stat(o.Config.Journal); opt.Offline && errors.Is(err, fs.ErrNotExist) {
		return IseeResult{}, NoJournalError(absolute(o.Config.Journal))
	}
	j, err := o.open(ctx, told)
	if err != nil {
		return IseeResult{}, err
	}
	defer j.Close() // it was only read
	if !opt.Offline {
		owner, err := o.own(ctx, j)
		if err != nil {
			return IseeResult{}, err
		}
		defer owner.Release() // every change is on disk when its call returns
		if err := o.fetch(ctx, owner, zone, opt.Fetching); err != nil {
			failed := &FetchError{Err: err}
			if fetch, ok, err := j.LastFetch(context.WithoutCancel(ctx)); err == nil && ok {
				failed.Kept = fetch.At
			}
			return IseeResult{}, failed
		}
	}
	ctx = context.WithoutCancel(ctx) // what has been fetched is shown
	fetch, ok, err := j.LastFetch(ctx)
	if err != nil {
		return IseeResult{}, err
	}
	if !ok {
		return IseeResult{}, &AskError{Why: NoList}
	}
	counts, err := isee.Write(path, isee.Isee{FetchedAt: fetch.At, Made: o.Now(), Zone: zone, Vouchers: j.Vouchers(ctx), Bookings: j.Prenotazioni(ctx),
		Catalogue: o.catalogue(), BookingOf: func(v journal.Voucher) (journal.Prenotazione, bool) { return booking.Of(v, zone) }})
	return IseeResult{FetchedAt: fetch.At, IseeCounts: counts, Workbook: path}, err
}

// fetch keeps the list as it is now. A token that is refused is replaced once.
func (o Office) fetch(ctx context.Context, owner journal.Owner, zone *time.Location, fetching func() func()) error {
	client := o.newClient()
	end := func() {}
	if fetching != nil {
		end = fetching()
	}
	at := o.Now()
	list, err := fetchOnce(ctx, client, zone)
	if errors.Is(err, platform.ErrTokenRefused) {
		at = o.Now()
		list, err = fetchOnce(ctx, client, zone)
	}
	end()
	if err != nil {
		return err
	}
	return owner.KeepVouchers(context.WithoutCancel(ctx), at, batch.Kept(list, o.catalogue())) // nobody fetches for minutes to throw it away
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
