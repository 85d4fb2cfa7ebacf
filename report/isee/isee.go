// Package isee writes the workbook of ISEE outcomes: what can be activated and until when, what the list has no more, and which
// booking of ours made each voucher.
//
// It reads the list as the journal keeps it, and must not ask the platform. That a voucher is not in the list proves nothing, and is
// told as what it is.
package isee

import (
	"cmp"
	"errors"
	"iter"
	"path/filepath"
	"slices"
	"time"

	"voucherbul/batch/journal"
	"voucherbul/batch/platform/esito"
	"voucherbul/mapping"
	"voucherbul/mapping/ourfile"
	"voucherbul/report"
	"voucherbul/report/sheet"
	"voucherbul/report/shelf"
)

// Isee is what the workbook of ISEE outcomes is made of: the list as it was fetched last, what earlier lists had, and
// the bookings of ours.
type Isee struct {
	FetchedAt time.Time
	Made      time.Time      // when it is rendered: days are counted up to here
	Zone      *time.Location // Italian time, whose days are counted
	Vouchers  iter.Seq2[journal.Voucher, error]
	Bookings  iter.Seq2[journal.Prenotazione, error]
	Catalogue *mapping.Catalogue // whose phases it is written with; nil = today's

	BookingOf func(journal.Voucher) (journal.Prenotazione, bool) // the one of ours that made a voucher
}

// Counts says how the vouchers stand.
type Counts struct {
	Vouchers int            `json:"vouchers"` // in the list
	Fasi     map[string]int `json:"fasi"`     // the same by FASE_OPERATIVA
	Expiring int            `json:"expiring"` // Prenotata, of which 15 days are left or fewer
	Expired  int            `json:"expired"`  // Prenotata for more than 90 days
	Gone     int            `json:"gone"`     // in an earlier list of the last 90 days, but not in this one
	Missing  int            `json:"missing"`  // bookings of ours of the last 90 days that no list has had

	vanished int       // of Gone, those for no reason that we know
	left     int       // gone for more than 90 days: not in the workbook
	old      int       // bookings of ours of more than 90 days that no list has had
	first    time.Time // last day of the first one of Expiring
}

// voucherLine is one voucher as its line shows it.
type voucherLine struct {
	beneficiario string
	protocollo   string
	written      string // its date, as the platform wrote it
	booked       time.Time
	fase         esito.Fase
	since        time.Time
	path         string // of the file of the booking; "" = it is none of ours
	number       int
	standing
}

// missingLine is one booking of ours that no list has had.
type missingLine struct {
	journal.Prenotazione
	days int
	fill string // "" = it is as it should be
	todo string
}

// Write writes the workbook of ISEE outcomes. An earlier one is replaced: it is a rendering. An error of the
// journal comes back within a [shelf.WriteError], with nothing written.
func Write(path string, i Isee) (Counts, error) {
	w := sheet.New()
	counts, err := i.write(w)
	if err == nil {
		err = w.Sign(sheet.Properties{Title: "Esiti ISEE"})
	}
	if err != nil {
		_ = w.Close() // the first error says why
		return counts, &shelf.WriteError{Path: path, Err: err}
	}
	return counts, w.Save(path, 0o600) // economic facts of households: for its owner alone, as the journal is
}

func (i Isee) write(w *sheet.Workbook) (Counts, error) {
	counts := Counts{Fasi: map[string]int{}}
	if err := w.Add(ourfile.SheetSummary); err != nil { // the first sheet; it is filled in last
		return counts, err
	}
	vouchers, known, err := i.lines(&counts)
	if err != nil {
		return counts, err
	}
	missing, err := i.missing(&counts, known)
	if err != nil {
		return counts, err
	}
	return counts, errors.Join(i.writeVouchers(w, vouchers), i.writeMissing(w, missing), i.writeSummary(w, counts))
}

// lines judges the vouchers, counts them and sorts them by urgency. known are the rows whose bookings some list has had.
func (i Isee) lines(counts *Counts) (lines []voucherLine, known map[journal.RowID]bool, err error) {
	known = map[journal.RowID]bool{}
	for v, err := range i.Vouchers {
		if err != nil {
			return nil, nil, err
		}
		booking, ours := i.BookingOf(v)
		if ours {
			known[booking.ID] = true
		}
		fase := esito.FaseOf(i.Catalogue, v.Fase)
		s := standingOf(v, fase.Class, booking, i.Made, i.Zone)
		if !v.Listed && daysBetween(v.LastSeen, i.Made, i.Zone) > lifetime {
			counts.left++
			continue
		}
		counts.add(v, fase, s)
		lines = append(lines, voucherLine{beneficiario: v.Beneficiario, protocollo: v.Protocollo, written: v.DataPrenotazione, booked: v.Prenotata,
			fase: fase, since: v.ChangedAt, path: booking.Path, number: booking.Number, standing: s})
	}
	// The journal gives them in the order of their dates, which stays within an urgency.
	slices.SortStableFunc(lines, func(a, b voucherLine) int { return cmp.Compare(a.urgency, b.urgency) })
	return lines, known, nil
}

func (c *Counts) add(v journal.Voucher, fase esito.Fase, s standing) {
	if !v.Listed {
		c.Gone++
		if s.urgency == vanished {
			c.vanished++
		}
		return
	}
	c.Vouchers++
	c.Fasi[fase.Name]++
	switch s.notice {
	case noticeExpiring:
		if c.Expiring++; c.first.IsZero() || s.last.Before(c.first) {
			c.first = s.last
		}
	case noticeExpired:
		c.Expired++
	}
}

// missing finds the bookings of ours that no list has had. Those of more than 90 days are counted only.
func (i Isee) missing(counts *Counts, known map[journal.RowID]bool) (lines []missingLine, err error) {
	for p, err := range i.Bookings {
		if err != nil {
			return nil, err
		}
		if known[p.ID] {
			continue
		}
		m := missingLine{Prenotazione: p, days: daysBetween(p.SettledAt, i.Made, i.Zone)}
		if m.days > lifetime {
			counts.old++
			continue
		}
		switch ended := ending(p, i.Zone); {
		case ended != "":
			m.todo = ended + " Nessuna azione."
		case !p.SettledAt.Before(i.FetchedAt):
			m.todo = "Accettata dopo che l'elenco è stato scaricato: sarà nel prossimo."
		default:
			counts.Missing++
			m.fill = report.FillOf(journal.Uncertain)
			m.todo = "Può essere stata attivata, disdetta o cessata, anche dal portale: verificare sul portale Voucher BUL. Non inviarla di nuovo prima."
		}
		lines = append(lines, m)
	}
	slices.SortStableFunc(lines, func(a, b missingLine) int { return cmp.Compare(b.fill, a.fill) }) // coloured ones first
	return lines, nil
}

func voucherColumns() (names []string, widths []float64) {
	return []string{"Beneficiario", "Protocollo", "Data prenotazione", "Fase operativa", "In questa fase almeno dal", "Giorni dalla prenotazione",
			"Ultimo giorno per attivare", "Giorni rimasti", "Avviso", "Cosa fare", "File della prenotazione", "Riga"},
		[]float64{19, 20, 14, 27, 15, 14, 14, 10, 19, 60, 30, 8}
}

func (i Isee) writeVouchers(w *sheet.Workbook, lines []voucherLine) error {
	names, widths := voucherColumns()
	return w.Table(ourfile.SheetVouchers, names, widths, len(lines), func(line *sheet.Line, n int) error {
		l := lines[n]
		booked, days, last, left := sheet.Cell{Value: l.written}, sheet.Cell{}, sheet.Cell{}, sheet.Cell{}
		if l.dated {
			booked, days = sheet.Cell{Value: dayOf(l.booked, i.Zone)}, sheet.Cell{Value: l.days}
		}
		if !l.last.IsZero() {
			last, left = sheet.Cell{Value: l.last}, sheet.Cell{Value: l.left}
		}
		line.Height = sheet.HeightOf([]string{l.todo, filepath.Base(l.path)}, sheet.Wrap(0, widths[9]), sheet.Wrap(1, widths[10]))
		return line.Mixed(sheet.Cell{Value: l.beneficiario}, sheet.Cell{Value: l.protocollo}, booked, sheet.Cell{Value: l.fase.Name, Look: sheet.Look{Fill: faseFill(l.fase.Class)}},
			sheet.Cell{Value: dayOf(l.since, i.Zone)}, days, last, left, sheet.Cell{Value: l.notice.label(), Look: sheet.Look{Bold: l.notice != "", Fill: noticeFill(l.standing)}},
			sheet.Cell{Value: l.todo, Look: sheet.Look{Wrap: true}}, fileCell(l.path), rowCell(l.number))
	})
}

func (i Isee) writeMissing(w *sheet.Workbook, lines []missingLine) error {
	names := []string{"Beneficiario", "File della prenotazione", "Riga", "Accettata il", "Giorni", "Fase della risposta", "Protocollo", "Cosa fare"}
	widths := []float64{19, 34, 8, 14, 9, 27, 20, 70}
	return w.Table(ourfile.SheetMissing, names, widths, len(lines), func(line *sheet.Line, n int) error {
		l := lines[n]
		line.Height = sheet.HeightOf([]string{l.todo, filepath.Base(l.Path)}, sheet.Wrap(0, widths[7]), sheet.Wrap(1, widths[1]))
		return line.Mixed(sheet.Cell{Value: l.Beneficiario}, fileCell(l.Path), rowCell(l.Number), sheet.Cell{Value: dayOf(l.SettledAt, i.Zone)}, sheet.Cell{Value: l.days},
			sheet.Cell{Value: l.Fase}, sheet.Cell{Value: l.Protocollo}, sheet.Cell{Value: l.todo, Look: sheet.Look{Wrap: true, Fill: l.fill}})
	})
}

func fileCell(path string) sheet.Cell {
	if path == "" {
		return sheet.Cell{}
	}
	return sheet.Cell{Value: filepath.Base(path), Look: sheet.Look{Wrap: true}}
}

func rowCell(number int) sheet.Cell {
	if number == 0 {
		return sheet.Cell{}
	}
	return sheet.Cell{Value: number}
}
