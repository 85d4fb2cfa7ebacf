package esito

import (
	"testing"
	"time"
	_ "time/tzdata"
)

func TestParseInstant(t *testing.T) {
	zone := rome(t)
	for _, c := range []struct {
		text string
		want time.Time
	}{
		{"2021-02-24T10:15:31", time.Date(2021, 2, 24, 9, 15, 31, 0, time.UTC)},
		{"2021-07-24T10:15:31", time.Date(2021, 7, 24, 8, 15, 31, 0, time.UTC)},
		{"2021-02-24T10:15:31Z", time.Date(2021, 2, 24, 10, 15, 31, 0, time.UTC)},
		{"2021-02-24T10:15:31+01:00", time.Date(2021, 2, 24, 9, 15, 31, 0, time.UTC)},
		{"2021-02-24T10:15:31-05:30", time.Date(2021, 2, 24, 15, 45, 31, 0, time.UTC)},
		{"2021-02-24T10:15:31.1+02:00", time.Date(2021, 2, 24, 8, 15, 31, 1e8, time.UTC)},
		{"2021-02-24 10:15:31", time.Date(2021, 2, 24, 9, 15, 31, 0, time.UTC)},
		{"2021-02-24 10:15:31.5", time.Date(2021, 2, 24, 9, 15, 31, 5e8, time.UTC)},
		{" 2021-02-24 ", time.Date(2021, 2, 23, 23, 0, 0, 0, time.UTC)},
		{"", time.Time{}}, {"ieri", time.Time{}}, {"24/02/2021", time.Time{}}, {"2021-02-30T10:15:31", time.Time{}}, {"2021-02-24T25:15:31", time.Time{}},
	} {
		if got := ParseInstant(c.text, zone); !got.Equal(c.want) {
			t.Errorf("%q is %s, want %s", c.text, got.UTC(), c.want)
		}
	}
	const fraction = "123456789"
	for digits := 1; digits <= 9; digits++ {
		nanos := 0
		for n := range 9 {
			nanos *= 10
			if n < digits {
				nanos += n + 1
			}
		}
		for _, end := range []string{"", "Z", "+01:00"} {
			want := time.Date(2021, 2, 24, 10, 15, 31, nanos, map[string]*time.Location{"": zone, "Z": time.UTC, "+01:00": zone}[end])
			if got := ParseInstant("2021-02-24T10:15:31."+fraction[:digits]+end, zone); !got.Equal(want) {
				t.Errorf("%d digits %q: %s, want %s", digits, end, got, want)
			}
		}
	}
}

func rome(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}
