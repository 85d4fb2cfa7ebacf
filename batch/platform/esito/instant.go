package esito

import (
	"strings"
	"time"
)

// ParseInstant reads the platform's instants: with or without zone, 0 to 9 digits of fraction (A26); zero
// where the text is none.
func ParseInstant(text string, zone *time.Location) time.Time {
	text = strings.TrimSpace(text)
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05Z0700", "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02"} {
		if t, err := time.ParseInLocation(layout, text, zone); err == nil {
			return t
		}
	}
	return time.Time{}
}
