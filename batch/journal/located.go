package journal

import (
	"time"
)

// Located is a row, and where people find it.
type Located struct {
	Row
	Path      string    // of its file, as it was given
	PlannedAt time.Time // of its run
}

// When is the latest that happened to the row: it was sent, or settled without that, or planned only.
func (l Located) When() time.Time {
	switch {
	case !l.SentAt.IsZero():
		return l.SentAt
	case !l.SettledAt.IsZero():
		return l.SettledAt
	}
	return l.PlannedAt
}
