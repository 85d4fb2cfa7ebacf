package xlsx

import (
	"math"
	"strconv"
	"time"
)

// Days in the serial numbers of a spreadsheet.
const (
	firstSerial   = 1         // below it a date format shows a time of the day
	leapSerial    = 60        // 29 February 1900, which Excel counts and the calendar does not have
	lastSerial    = 2_958_465 // 31 December 9999
	shift1904     = 1_462     // from the days of the 1904 system to those of the 1900 system
	secondsPerDay = 86_400
)

// Dates are given as an Italian spreadsheet shows them. The clerk then reads in the outcome what the export showed.
const (
	dayLayout    = "02/01/2006"
	secondLayout = "02/01/2006 15:04:05"
)

// appendDate appends a serial number as a date, with a time only if it has one, rounded to the second. A number that is no
// day of the calendar appends nothing and gives false: the cell shows the number. A number below 1 is a time without a
// day, and no date either; only in the 1904 system is 0 a day, its first one.
func appendDate(to, value []byte, date1904 bool) ([]byte, bool) {
	serial, err := strconv.ParseFloat(string(value), 64)
	if err != nil {
		return to, false
	}
	if date1904 {
		if serial < 0 || serial > 0 && serial < 1 {
			return to, false
		}
		serial += shift1904
	}
	if !(serial >= firstSerial && serial <= lastSerial+1) { // also false for NaN
		return to, false
	}
	days := int(serial)
	seconds := int(math.Round((serial - float64(days)) * secondsPerDay))
	if seconds == secondsPerDay {
		days, seconds = days+1, 0
	}
	if days == leapSerial || days > lastSerial {
		return to, false
	}
	if days < leapSerial {
		days++ // before the day that never was, the count starts one day later
	}
	return appendTime(to, time.Date(1899, 12, 30+days, 0, 0, seconds, 0, time.UTC)), true
}

// appendISO appends a date that is stored as text (cell type d), written as appendDate writes one. A text that is no date
// stays as it is.
func appendISO(to []byte, value string) (out []byte, date bool) {
	for _, layout := range []string{"2006-01-02", "2006-01-02T15:04", "2006-01-02T15:04:05", "2006-01-02T15:04:05Z"} {
		if t, err := time.Parse(layout, value); err == nil { // Parse takes fractions of a second by itself
			return appendTime(to, t.Round(time.Second)), true
		}
	}
	return append(to, value...), false
}

func appendTime(to []byte, t time.Time) []byte {
	if t.Hour() == 0 && t.Minute() == 0 && t.Second() == 0 {
		return t.AppendFormat(to, dayLayout)
	}
	return t.AppendFormat(to, secondLayout)
}
