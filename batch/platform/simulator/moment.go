package simulator

import (
	"context"
	"errors"
	"strings"
	"time"

	// Europe/Rome must be there on a machine without a zone database too.
	_ "time/tzdata"
)

// The platform writes local Italian time without a zone (domain/bodies/resp_*).
const (
	layoutDate     = "2006-01-02"
	layoutLocal    = "2006-01-02T15:04:05"
	layoutResponse = "2006-01-02T15:04:05.000"
)

var errNoMoment = errors.New("not an XSD dateTime")

// parseMoment reads an XSD dateTime: with offset, with Z, or without a zone,
// which then means Italian time (RULES.md A26).
func parseMoment(text string, rome *time.Location) (time.Time, error) {
	if strings.ContainsRune(text, ',') { // Go takes a decimal comma, XSD does not
		return time.Time{}, errNoMoment
	}
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return t, nil
	}
	t, err := time.ParseInLocation(layoutLocal, text, rome)
	if err != nil {
		return time.Time{}, errNoMoment
	}
	return t, nil
}

// parseWorldMoment reads a date of a world file: an XSD dateTime, a plain date
// (midnight in Italy), or a negative duration before now ("-72h"). Empty is now.
func parseWorldMoment(text string, now time.Time, rome *time.Location) (time.Time, error) {
	if text == "" {
		return now, nil
	}
	if d, err := time.ParseDuration(text); err == nil && d <= 0 {
		return now.Add(d), nil
	}
	if t, err := time.ParseInLocation(layoutDate, text, rome); err == nil {
		return t, nil
	}
	return parseMoment(text, rome)
}

// pause waits for d or for the end of ctx, whichever comes first.
func pause(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
