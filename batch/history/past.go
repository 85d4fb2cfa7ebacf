package history

import (
	"fmt"
	"strconv"
	"time"

	"voucherbul/batch/journal"
	"voucherbul/batch/platform/esito"
	"voucherbul/mapping"
)

// Past says what becomes of the planned rows of one beneficiary that lie in the past. zone is the time zone of days. Within a
// file order is time: what follows a new row is new too, though it may read like an old one. Between files it is not: a folder
// comes by name.
func Past(o journal.Overlap, zone *time.Location) (settled []journal.Settlement, warnings []journal.Warning, err error) {
	settled, o.Rows = corrected(o)
	if len(o.History) == 0 {
		return settled, nil, nil
	}
	history := make([]string, len(o.History))
	for i, h := range o.History {
		history[i] = h.Key
	}
	planned := make([]string, len(o.Rows))
	for i, r := range o.Rows {
		planned[i] = r.Key
	}
	match := align(history, planned)
	renewed := map[journal.FileID]bool{} // files in which a new row has come
	for i, r := range o.Rows {
		switch {
		case i >= len(match) || renewed[r.ID.InFile()] || match[i] < 0 && !o.Known[r.Key]:
			first := len(renewed) == 0
			renewed[r.ID.InFile()] = true
			outcome, early, err := beforeBooking(o.History, r, zone)
			if err != nil {
				return nil, nil, err
			}
			if early {
				settled = append(settled, journal.Settlement{Row: r.ID, State: journal.Invalid, Outcome: outcome})
			} else if first { // what follows it is another story
				if warnings, err = contradictions(o.History, r, zone); err != nil {
					return nil, nil, err
				}
			}
		case match[i] >= 0:
			settled = append(settled, journal.Settlement{Row: r.ID, State: journal.Already, Outcome: Acquired(o.History[match[i]])})
		default:
			later := o.Rows[len(match)-1].Number
			settled = append(settled, journal.Settlement{Row: r.ID, State: journal.Invalid, Outcome: overtakenBy(later)})
		}
	}
	return settled, warnings, nil
}

// corrected settles rows that a person has corrected in an outcome, where the platform accepted the correction: the export
// still has the refused version. It returns the other rows too.
func corrected(o journal.Overlap) (settled []journal.Settlement, others []journal.PlannedRow) {
	for _, r := range o.Rows {
		acquired, ok := o.Corrected[r.Key]
		if !ok {
			others = append(others, r)
			continue
		}
		settled = append(settled, journal.Settlement{Row: r.ID, State: journal.Already, Outcome: journal.Outcome{
			Class: string(esito.GiaFatto), Code: journal.CorrectedAndAccepted, Args: acquiredArgs(acquired)}})
	}
	return settled, others
}

// beforeBooking finds an activation that is dated before the day on which we booked the voucher (RULES.md 2.8): the platform
// would refuse its date. A booking counts only if it is the latest thing the journal knows of the beneficiary, and if it was
// answered at once: a booking that was found out later has no certain day.
func beforeBooking(history []journal.Acquired, r journal.PlannedRow, zone *time.Location) (outcome journal.Outcome, early bool, err error) {
	last := history[len(history)-1]
	if r.Operation != mapping.OperationAttivazione || last.Operation != mapping.OperationPrenotazione || last.DataOperazione == "" {
		return journal.Outcome{}, false, nil
	}
	request, err := mapping.Decode(r.Operation, r.Request)
	if err != nil {
		return journal.Outcome{}, false, fmt.Errorf("row %d: %w", r.Number, err)
	}
	booked, date := last.SettledAt.In(zone), request.(mapping.Attivazione).DataAttivazione
	if date[:len("2006-01-02")] >= booked.Format("2006-01-02") {
		return journal.Outcome{}, false, nil
	}
	return journal.Outcome{Class: string(esito.Correggibile), Code: journal.BeforeBooking,
		Args: []string{date[:len(time.DateOnly)], booked.Format(time.DateOnly), strconv.Itoa(last.Number), last.ID.Run}}, true, nil
}

// Acquired is the outcome of a row that the journal has from an earlier time.
func Acquired(h journal.Acquired) journal.Outcome {
	return journal.Outcome{Class: string(esito.GiaFatto), Code: journal.InJournal, Args: acquiredArgs(h)}
}

// align finds how far the planned requests of a beneficiary have been sent before. history are the keys of what
// the platform holds, oldest first; planned those of a file, in its order.
//
// The latest acquired request marks the past: where the file has it, all rows up to there lie in the past, and match names, for
// each of them, the place in history, or -1 for a row that was not accepted then. Where the file has it several times, the
// occurrence counts before which most of the history is found again. Where the file does not have that request, nothing is
// past: after a prenotazione and its disdetta, the same prenotazione in a new file is a new booking.
//
//	history P D, planned P D    all past: the same file again
//	history P D, planned P D Q  P and D past: a longer export
//	history P D, planned P      none past: a new booking
//	history D,   planned P D    both past: P (-1) was refused when D was accepted
func align(history, planned []string) (match []int) {
	if len(history) == 0 {
		return nil
	}
	latest, best := history[len(history)-1], 0
	for i, key := range planned {
		if key != latest {
			continue
		}
		candidate := make([]int, i+1)
		h, found := len(history)-1, 0
		for k := i; k >= 0; k-- {
			candidate[k] = -1
			if h >= 0 && planned[k] == history[h] {
				candidate[k] = h
				h--
				found++
			}
		}
		if found > best {
			best, match = found, candidate
		}
	}
	return match
}
