package mapping_test

import (
	"testing"
	"time"

	"voucherbul/mapping"
)

// TestEveryDayIsADate: on 21 days of the last century summer time began at midnight, which those days do not have. A
// day without an hour is a day all the same: people were born on it.
func TestEveryDayIsADate(t *testing.T) {
	zone := rome(t)
	m := mapping.Mapper{Operator: operator, Now: time.Date(2026, 11, 23, 12, 0, 0, 0, zone)}
	missing := 0
	for day := time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC); day.Before(m.Now); day = day.AddDate(0, 0, 1) {
		if time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, zone).Hour() == 0 && day.Day() != 29 {
			continue
		}
		missing++
		for _, layout := range []string{"02/01/2006", "2006-01-02"} {
			o := examples(mapping.OperationPrenotazione, mapping.Famiglia)
			o.PartitaIvaOperatore, o.DataDiNascita = "", day.Format(layout)
			got := m.Map(o)
			if got.Blocked() {
				t.Errorf("%s: %v", o.DataDiNascita, got.Problems)
				continue
			}
			if sent := got.Request.(mapping.Prenotazione).Famiglia.DataDiNascita; sent != day.Format(time.DateOnly) {
				t.Errorf("%s is sent as %s", o.DataDiNascita, sent)
			}
		}
	}
	if missing < 1000 {
		t.Errorf("only %d days were looked at", missing)
	}
}
