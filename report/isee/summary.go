package isee

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"voucherbul/batch/journal"
	"voucherbul/batch/platform/esito"
	"voucherbul/mapping/ourfile"
	"voucherbul/report"
	"voucherbul/report/sheet"
)

// writeSummary fills in the first sheet: one sentence, then the counts.
func (i Isee) writeSummary(w *sheet.Workbook, c Counts) error {
	s, err := w.Sentences(ourfile.SheetSummary, 56, 14, 50)
	if err != nil {
		return err
	}
	s.Title("Esiti ISEE delle prenotazioni")
	s.Sentence(i.sentence(c), sheet.Look{})
	if days := daysBetween(i.FetchedAt, i.Made, i.Zone); days > 0 {
		s.Sentence(fmt.Sprintf("L'elenco è del %s, di %s fa: i giorni rimasti sono contati a oggi, le fasi sono quelle di allora.",
			dayOf(i.FetchedAt, i.Zone).Format("02/01/2006"), report.Plural(days, "giorno", "giorni")), sheet.Look{Fill: report.FillOf(journal.Uncertain)})
	}
	s.Sentence("", sheet.Look{})
	s.Row(sheet.Look{Header: true}, "Fase operativa", "Voucher", "Significa")
	for _, name := range i.fasi(c) {
		class := esito.FaseOf(i.Catalogue, name).Class
		shown := name
		if shown == "" {
			shown = "(nessuna)"
		}
		s.Row(sheet.Look{Fill: faseFill(class)}, shown, c.Fasi[name], meaning(class))
	}
	s.Row(sheet.Look{Bold: true}, "Totale in elenco", c.Vouchers)
	s.Sentence("", sheet.Look{})
	s.Row(sheet.Look{Header: true}, "Da guardare", "Voucher", "Dove")
	for _, line := range []struct {
		name  string
		n     int
		fill  string
		where string
	}{
		{"Prenotate che scadono entro " + strconv.Itoa(lifetime-alertDay) + " giorni", c.Expiring, report.FillOf(journal.Uncertain), ourfile.SheetVouchers},
		{"Prenotate da più di 90 giorni", c.Expired, report.FillOf(journal.Rejected), ourfile.SheetVouchers},
		{"Non più in elenco, senza una richiesta nostra che lo spieghi", c.vanished, report.FillOf(journal.Uncertain), ourfile.SheetVouchers},
		{"Non più in elenco per un motivo noto", c.Gone - c.vanished, "", ourfile.SheetVouchers},
		{"Prenotazioni nostre accettate che nessun elenco ha riportato", c.Missing, report.FillOf(journal.Uncertain), ourfile.SheetMissing},
		{"Usciti dall'elenco da più di 90 giorni", c.left, "", "non riportati"},
		{"Prenotazioni nostre di più di 90 giorni, mai in elenco", c.old, "", "non riportate"},
	} {
		how := sheet.Look{}
		if line.n > 0 {
			how.Fill = line.fill
		}
		s.Row(how, line.name, line.n, line.where)
	}
	s.Sentence("", sheet.Look{})
	s.Sentence("I 90 giorni sono contati dal giorno della prenotazione, in ora italiana: una voce «Prenotata» si può attivare fino al novantesimo.", sheet.Look{})
	s.Sentence("L'elenco della piattaforma riporta le prenotazioni degli ultimi 90 giorni che non sono attivate, disdette o cessate. Una che non c'è non è per questo annullata.", sheet.Look{})
	s.Sentence("", sheet.Look{})
	s.Row(sheet.Look{}, "Elenco scaricato il", report.Instant(i.FetchedAt, i.Zone))
	s.Row(sheet.Look{}, "Foglio scritto il", report.Instant(i.Made, i.Zone))
	return s.End()
}

// fasi are the phases of the list: first what can be activated, last what nobody knows.
func (i Isee) fasi(c Counts) []string {
	order := []esito.FaseClass{esito.FaseReady, esito.FaseWait, esito.FaseRefused, esito.FaseUnknown}
	return slices.SortedFunc(maps.Keys(c.Fasi), func(a, b string) int {
		return cmp.Or(cmp.Compare(slices.Index(order, esito.FaseOf(i.Catalogue, a).Class), slices.Index(order, esito.FaseOf(i.Catalogue, b).Class)), cmp.Compare(a, b))
	})
}

// sentence says in words how the vouchers stand.
func (i Isee) sentence(c Counts) string {
	s := "L'elenco della piattaforma non ha alcun voucher."
	if c.Vouchers > 0 {
		ready := 0
		for name, n := range c.Fasi {
			if esito.FaseOf(i.Catalogue, name).Class == esito.FaseReady {
				ready += n
			}
		}
		s = fmt.Sprintf("%s in elenco, %s. ", report.Plural(c.Vouchers, "voucher", "voucher"), report.Plural(ready, "prenotato", "prenotati"))
		switch {
		case c.Expiring > 0 && c.Expired > 0:
			s += fmt.Sprintf("%s entro 15 giorni, il primo termine è il %s; %s oltre i 90 giorni: sono in cima al foglio %s.",
				report.Plural(c.Expiring, "scade", "scadono"), c.first.Format("02/01/2006"), report.Plural(c.Expired, "altro è", "altri sono"), ourfile.SheetVouchers)
		case c.Expiring > 0:
			s += fmt.Sprintf("%s entro 15 giorni, il primo termine è il %s: attivare nell'ordine del foglio %s.",
				report.Plural(c.Expiring, "scade", "scadono"), c.first.Format("02/01/2006"), ourfile.SheetVouchers)
		case c.Expired > 0:
			s += fmt.Sprintf("%s oltre i 90 giorni: verificare sul portale.", report.Plural(c.Expired, "è", "sono"))
		default:
			s += "Nessuna scadenza nei prossimi 15 giorni."
		}
	}
	if n := c.vanished + c.Missing; n > 0 {
		s += " " + report.Plural(n, "prenotazione non è", "prenotazioni non sono") + " in elenco senza un motivo noto: vedere la colonna «Cosa fare»."
	}
	return s
}
