package isee

import (
	"fmt"
	"strings"
	"time"

	"voucherbul/batch/journal"
	"voucherbul/batch/platform/esito"
	"voucherbul/mapping"
	"voucherbul/report"
)

// A booking that is Prenotata lapses 90 days after it was made (RULES.md 9); the list looks back as far.
const (
	lifetime = 90 // days
	alertDay = 75
)

// urgency is the order of the vouchers: who needs somebody comes first.
type urgency int

const (
	atOnce   urgency = iota // a term, or something nobody understands
	vanished                // no longer in the list, for no reason that we know
	refusal
	ordinary
	finished // nothing can be done, or need be
)

// standing is how a voucher stands on a day, and what is to be done about it.
type standing struct {
	urgency urgency
	dated   bool      // days is known
	days    int       // since the booking, in days of the calendar
	last    time.Time // day to activate it; zero = it has none
	left    int       // days until then
	notice  notice    // "" = nothing to notice
	todo    string    // Italian
}

// notice is what a voucher is noticed for.
type notice string

const (
	noticeExpired    notice = "expired"
	noticeExpiring   notice = "expiring"
	noticeUnreadable notice = "unreadable"
	noticeUnknown    notice = "unknown"
	noticeRefused    notice = "refused"
	noticeGone       notice = "gone"
)

// label is the notice as the clerk reads it.
func (n notice) label() string {
	switch n {
	case noticeExpired:
		return "Scaduta"
	case noticeExpiring:
		return "In scadenza"
	case noticeUnreadable:
		return "Data non leggibile"
	case noticeUnknown:
		return "Fase sconosciuta"
	case noticeRefused:
		return "ISEE negativo"
	case noticeGone:
		return "Non più in elenco"
	}
	return ""
}

// standingOf judges a voucher. booking is the one of ours that made it, where there is one.
func standingOf(v journal.Voucher, class esito.FaseClass, booking journal.Prenotazione, today time.Time, zone *time.Location) standing {
	s := standing{urgency: ordinary}
	if s.dated = !v.Prenotata.IsZero(); s.dated {
		s.days = daysBetween(v.Prenotata, today, zone)
	}
	ended := ending(booking, zone)
	switch {
	case !v.Listed:
		return s.gone(class, ended)
	case ended != "" && booking.ThenAt.After(v.LastSeen):
		s.urgency, s.todo = finished, ended+" Nessuna azione: l'elenco è di prima."
	case class == esito.FaseUnknown:
		s.urgency, s.notice = atOnce, noticeUnknown
		s.todo = "Fase non prevista dalla specifica: verificare sul portale Voucher BUL."
	case class == esito.FaseRefused:
		s.urgency, s.notice = refusal, noticeRefused
		s.todo = "Esito ISEE negativo, il voucher non si può attivare: avvisare il cliente."
	case class == esito.FaseWait:
		s.todo = "Attendere: la piattaforma sta ancora lavorando la richiesta."
	default:
		return s.ready(v.Prenotata, zone)
	}
	return s
}

// ready judges a voucher that can be activated.
func (s standing) ready(booked time.Time, zone *time.Location) standing {
	if !s.dated {
		s.urgency, s.notice = atOnce, noticeUnreadable
		s.todo = "Si può attivare, ma la data della prenotazione non si può leggere: verificare la scadenza sul portale Voucher BUL."
		return s
	}
	s.last, s.left = dayOf(booked, zone).AddDate(0, 0, lifetime), lifetime-s.days
	switch {
	case s.left < 0:
		s.urgency, s.notice = atOnce, noticeExpired
		s.todo = "I 90 giorni sono passati: verificare sul portale Voucher BUL; se la prenotazione non vale più, inviarne una nuova."
	case s.days >= alertDay:
		s.urgency, s.notice = atOnce, noticeExpiring
		s.todo = "Attivare subito: " + report.Plural(s.left, "giorno rimasto.", "giorni rimasti.")
		if s.left == 0 {
			s.todo = "Attivare oggi: è l'ultimo giorno."
		}
	default:
		s.todo = "Si può attivare, entro il " + s.last.Format("02/01/2006") + "."
	}
	return s
}

// gone judges a voucher that the list has no more. That says nothing about its state (RULES.md A25).
func (s standing) gone(class esito.FaseClass, ended string) standing {
	s.urgency, s.notice = finished, noticeGone
	switch {
	case ended != "":
		s.todo = ended + " Nessuna azione."
	case class == esito.FaseRefused:
		s.todo = "Esito ISEE negativo. Nessuna azione."
	case s.dated && s.days > lifetime:
		s.todo = "Ha più di 90 giorni, che l'elenco non riporta. Se non è stata attivata, la prenotazione può essere scaduta."
	default:
		s.urgency = vanished
		s.todo = "Può essere stata attivata, disdetta o cessata, anche dal portale, o presa da un altro operatore: verificare sul portale Voucher BUL."
	}
	return s
}

// ending says which later request of ours the platform has taken; "" where there is none.
func ending(booking journal.Prenotazione, zone *time.Location) string {
	on := dayOf(booking.ThenAt, zone).Format("02/01/2006")
	switch booking.Then {
	case "":
		return ""
	case mapping.OperationPrenotazione:
		return fmt.Sprintf("Prenotata di nuovo il %s.", on)
	}
	name := string(booking.Then)
	return fmt.Sprintf("%s accettata il %s.", strings.ToUpper(name[:1])+name[1:], on)
}

// dayOf is the day of an instant in a zone, as midnight UTC: such days are whole numbers of hours apart, whatever
// the clocks of the zone do.
func dayOf(t time.Time, zone *time.Location) time.Time {
	year, month, day := t.In(zone).Date()
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

// daysBetween counts days of the calendar.
func daysBetween(from, to time.Time, zone *time.Location) int {
	return int(dayOf(to, zone).Sub(dayOf(from, zone)) / (24 * time.Hour))
}
