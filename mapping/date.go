package mapping

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Canonical texts of dates and instants, all in Italian time. A date without a time stays one until the
// request leaves: its key must be the same tomorrow (see Stamp).
const (
	dateLayout    = "2006-01-02"
	instantLayout = "2006-01-02T15:04:05"
)

var (
	italianDate = regexp.MustCompile(`^(\d{1,2})([/.-])(\d{1,2})([/.-])(\d{4})(?:[ T]+(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?)?$`)
	isoDate     = regexp.MustCompile(`^(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?$`)
	serialDate  = regexp.MustCompile(`^(\d{1,5})(?:\.(\d+))?$`)
)

// parseDate reads the ways a date is written in Italy, day first always, ISO dates, and the serial number
// of a spreadsheet (RULES.md 6.4). It never swaps day and month.
func parseDate(v string, zone *time.Location) (t time.Time, hasTime bool, f *fault) {
	if isUsualDate(v) {
		return newInstant(v[6:], v[3:5], v[:2], "", "", "", zone)
	}
	wrong := &fault{remedy: "scrivere giorno/mese/anno con quattro cifre per l'anno, per esempio 31/12/2026"}
	if m := italianDate.FindStringSubmatch(v); m != nil && m[2] == m[4] {
		return newInstant(m[5], m[3], m[1], m[6], m[7], m[8], zone)
	}
	if m := isoDate.FindStringSubmatch(v); m != nil {
		at := zone
		if m[7] != "" {
			offset, err := time.ParseInLocation("Z0700", removeColon(m[7]), time.UTC)
			if err != nil {
				return time.Time{}, false, wrong
			}
			at = offset.Location()
		}
		t, hasTime, f = newInstant(m[1], m[2], m[3], m[4], m[5], m[6], at)
		return t.In(zone), hasTime, f
	}
	if m := serialDate.FindStringSubmatch(v); m != nil {
		return fromSerial(m[1], m[2], zone)
	}
	return time.Time{}, false, wrong
}

// isUsualDate knows dd/mm/yyyy, as nearly every cell has it, without the cost of a pattern.
func isUsualDate(v string) bool {
	return len(v) == 10 && strings.IndexByte("/.-", v[2]) >= 0 && v[5] == v[2] && isDigits(v[:2]) && isDigits(v[3:5]) && isDigits(v[6:])
}

func newInstant(year, month, day, hour, minute, second string, zone *time.Location) (time.Time, bool, *fault) {
	y, m, d := atoi(year), atoi(month), atoi(day)
	h, min, s := atoi(hour), atoi(minute), atoi(second)
	switch {
	case m > 12 && d <= 12:
		return time.Time{}, false, &fault{remedy: "il mese viene dopo il giorno: riscrivere giorno/mese/anno"}
	case !isDate(y, m, d):
		return time.Time{}, false, &fault{remedy: "il giorno non esiste nel calendario"}
	case h > 23 || min > 59 || s > 59:
		return time.Time{}, false, &fault{remedy: "l'ora non esiste"}
	}
	t := time.Date(y, time.Month(m), d, h, min, s, 0, zone)
	if hour != "" && (t.Hour() != h || t.Minute() != min) { // the hour that is skipped when summer time begins
		return time.Time{}, false, &fault{remedy: "l'ora non esiste: quella notte si passa all'ora legale"}
	}
	return t, hour != "", nil
}

// fromSerial reads days since 30 December 1899, the date system of Excel on Windows.
func fromSerial(days, fraction string, zone *time.Location) (time.Time, bool, *fault) {
	n := atoi(days)
	if n < 61 || n > 80000 { // below 61 lies Excel's 29 February 1900, which never was
		return time.Time{}, false, &fault{remedy: "un numero non è una data: scrivere giorno/mese/anno"}
	}
	t := time.Date(1899, 12, 30+n, 0, 0, 0, 0, zone)
	if strings.Trim(fraction, "0") == "" {
		return t, false, nil
	}
	part, _ := strconv.ParseFloat("0."+fraction, 64)
	seconds := int(part*86400 + 0.5)
	return time.Date(1899, 12, 30+n, 0, 0, seconds, 0, zone), true, nil
}

// date is a calendar day.
func date() Format {
	return Format{name: "date", Expected: "data giorno/mese/anno", restates: isWrittenDate,
		read: func(v string, now time.Time) (string, *fault) {
			t, _, fault := parseDate(v, now.Location())
			if fault != nil {
				return "", fault
			}
			return t.Format(dateLayout), nil
		}}
}

// birthDate is a day between 1900 and today.
func birthDate() Format {
	return Format{name: "birth_date", Expected: "data di nascita giorno/mese/anno, dal 1900 a oggi", restates: isWrittenDate,
		read: func(v string, now time.Time) (string, *fault) {
			t, _, problem := parseDate(v, now.Location())
			if problem == nil && (t.Year() < 1900 || t.After(now)) {
				problem = &fault{remedy: "controllare l'anno"}
			}
			if problem != nil {
				return "", problem
			}
			return t.Format(dateLayout), nil
		}}
}

// pastInstant is a day, with or without a time, that is not in the future (RULES.md 2.8, 2.9).
func pastInstant() Format {
	return Format{name: "past_instant", Expected: "data non futura, giorno/mese/anno, con o senza ora", restates: isWrittenInstant,
		read: func(v string, now time.Time) (string, *fault) {
			t, hasTime, problem := parseDate(v, now.Location())
			if problem == nil && t.After(now) {
				problem = &fault{remedy: "la data è nel futuro: inviare la riga dopo quel giorno"}
			}
			if problem != nil {
				return "", problem
			}
			if !hasTime {
				return t.Format(dateLayout), nil
			}
			if m := isoDate.FindStringSubmatch(v); comesTwice(t) && (m == nil || m[7] == "") {
				return canonicalInstant(t), &fault{code: CodeHourTwice, warn: true, expected: "un'ora che viene una volta sola",
					remedy: "quella notte finisce l'ora legale e l'ora viene due volte: è inviata come ora solare; per l'altra scrivere 2026-10-25T02:30:00+02:00"}
			}
			return canonicalInstant(t), nil
		}}
}

// comesTwice tells the hour that is there twice when summer time ends.
func comesTwice(t time.Time) bool {
	return t.Add(time.Hour).Hour() == t.Hour() || t.Add(-time.Hour).Hour() == t.Hour()
}

// canonicalInstant is Italian time. It keeps the offset of the text only in the hour that comes twice, when summer time
// ends: without the offset the instant would move by an hour.
func canonicalInstant(t time.Time) string {
	text := t.Format(instantLayout)
	if back, err := time.ParseInLocation(instantLayout, text, t.Location()); err != nil || !back.Equal(t.Truncate(time.Second)) {
		return t.Format(time.RFC3339)
	}
	return text
}

// isWrittenDate tells a date that a person would read as the same date from a serial number, and from an instant that
// another time zone moves to another day.
func isWrittenDate(raw, value string) bool {
	return isWrittenInstant(raw, value) && (!isoDate.MatchString(raw) || value[:len(dateLayout)] == raw[:len(dateLayout)])
}

// isWrittenInstant is the same for instants: in another time zone they are the same.
func isWrittenInstant(raw, _ string) bool {
	return isUsualDate(raw) || italianDate.MatchString(raw) || isoDate.MatchString(raw)
}

func isDate(y, m, d int) bool {
	t := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
	return m >= 1 && m <= 12 && t.Day() == d && int(t.Month()) == m
}

// atoi is for texts that a pattern has already shown to be digits, or to be missing.
func atoi(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}

func removeColon(offset string) string {
	if len(offset) == 6 {
		return offset[:3] + offset[4:]
	}
	return offset
}
