package mapping

import (
	"errors"
	"fmt"
	"time"
)

// DateTimes says how instants are written in a request (RULES.md A26).
type DateTimes string

// The three spellings; offset is valid both as XSD dateTime and as OpenAPI date-time.
const (
	WithOffset DateTimes = "offset" // 2026-02-24T10:15:30+01:00
	InUTC      DateTimes = "utc"    // 2026-02-24T09:15:30Z
	WithoutTZ  DateTimes = "locale" // 2026-02-24T10:15:30
)

// Stamp is what a request gets only when it leaves.
type Stamp struct {
	At               time.Time // the sending instant, in the Italian time zone
	Owner            string    // "" is left out
	DateTimes        DateTimes
	DataPrenotazione bool // whether the platform wants the field (A1)
	DataDisdetta     bool
}

// Body is the JSON that is sent: a canonical request, stamped. What the row says goes out byte for byte as the journal
// has it; the stamp is put in where it begins.
func Body(op Operation, canonical []byte, s Stamp) ([]byte, error) {
	place, ok := placeOf(op)
	if !ok {
		return nil, fmt.Errorf("unknown operation %q", op)
	}
	body, rest, err := services[place].begin(make([]byte, 0, len(canonical)+len(s.Owner)+100), s, canonical)
	if errors.Is(err, errNoBeginning) {
		return nil, fmt.Errorf("a stored %s does not begin as one", op)
	}
	if err != nil {
		return nil, err
	}
	if s.Owner != "" {
		body = appendMember(body, "owner", s.Owner)
	}
	return append(body, rest...), nil
}

// errNoBeginning is a stored request that has not the head of its operation.
var errNoBeginning = errors.New("no beginning")

// sending is a little before the sending instant, so that a clock slightly ahead of the platform's never
// gives a date in the future (A1).
func (s Stamp) sending() string { return s.format(s.At.Add(-5 * time.Second)) }

// instant writes a canonical date or instant. A day without a time becomes noon, so that no zone shifts
// it to another day; today becomes a minute ago where noon is still to come (A28).
func (s Stamp) instant(canonical string) (string, error) {
	if t, err := time.ParseInLocation(instantLayout, canonical, s.At.Location()); err == nil {
		return s.format(t), nil
	}
	if t, err := time.Parse(time.RFC3339, canonical); err == nil {
		return s.format(t.In(s.At.Location())), nil
	}
	day, err := time.ParseInLocation(dateLayout, canonical, s.At.Location())
	if err != nil {
		return "", fmt.Errorf("not a canonical date: %w", err)
	}
	t := time.Date(day.Year(), day.Month(), day.Day(), 12, 0, 0, 0, day.Location())
	if latest := s.At.Add(-time.Minute); t.After(latest) {
		t = latest
		if t.Before(day) && !s.At.Before(day) { // in the first minute of a day it would be yesterday
			t = day
		}
	}
	return s.format(t), nil
}

func (s Stamp) format(t time.Time) string {
	switch s.DateTimes {
	case InUTC:
		return t.UTC().Format(instantLayout) + "Z"
	case WithoutTZ:
		return t.Format(instantLayout)
	}
	return t.Format("2006-01-02T15:04:05-07:00")
}
