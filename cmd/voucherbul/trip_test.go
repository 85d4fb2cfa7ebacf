package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"voucherbul/batch/journal"
	"voucherbul/batch/platform/simulator"
	"voucherbul/cmd/voucherbul/config"
	"voucherbul/mapping"
	"voucherbul/mapping/ordertest"
)

// trip is an order that is sent, comes back in an outcome, and goes again: what the first run makes of it, and how a person
// puts it right.
type trip struct {
	name  string
	order mapping.Order
	state journal.State // after the first run
	esito string
	fix   func(o *mapping.Order) // nil = there is nothing to be put right
	moody bool                   // the platform takes it the next time, as it is
}

// isThere reports an order that the platform has since the first run.
func (t trip) isThere() bool { return t.state == journal.Accepted }

// corrected is the order as it should have been.
func (t trip) corrected() mapping.Order {
	o := t.order
	if t.fix != nil {
		t.fix(&o)
	}
	return o
}

// next is what a retry makes of the order.
func (t trip) next(corrected bool) (state journal.State, sent bool) {
	switch {
	case t.isThere():
		return journal.Already, false
	case corrected && t.fix != nil, t.state == journal.Pending && t.fix == nil, t.state == journal.Rejected && t.moody && t.fix == nil:
		return journal.Accepted, true
	case t.state == journal.Pending: // it never had its turn, and gets it
		return journal.Rejected, true
	}
	return t.state, false
}

const (
	knownComune = "058091"
	otherOffer  = "OPE999-FAM1-FTTH-100-9" // that nobody has registered
	nok         = "REQUEST_BUSINESS_NOK_"
)

// trips are orders of every kind, and what can become of them. Nobody stands in two of them but person 27.
func trips() []trip {
	day := func(days int) string { return time.Now().AddDate(0, 0, days).Format("02/01/2006") }
	booked := func(i int, change func(o *mapping.Order)) mapping.Order {
		o := ordertest.Prenotazione(i)
		if change != nil {
			change(&o)
		}
		return o
	}
	activation := func(i, days int) mapping.Order {
		return mapping.Order{Operazione: "attivazione", CodiceFiscale: ordertest.CodiceFiscale(i), TecnologiaAttivata: "FTTH", DataAttivazione: day(days)}
	}
	ending := func(who mapping.Order) mapping.Order {
		return mapping.Order{Operazione: "cessazione", CodiceFiscale: who.CodiceFiscale, PartitaIva: who.PartitaIva, DataCessazione: day(-1)}
	}
	relatives := func(o *mapping.Order, codes ...int) {
		var all []string
		for _, i := range codes {
			all = append(all, ordertest.CodiceFiscale(i))
		}
		o.NumeroComponentiNucleoFamigliare, o.CodiciFiscaliFamigliari = fmt.Sprint(len(all)+1), strings.Join(all, ";")
	}
	return []trip{
		{"an unknown offer", booked(0, func(o *mapping.Order) { o.CodiceUnivocoOfferta = otherOffer }), journal.Rejected, nok + "004",
			func(o *mapping.Order) { o.CodiceUnivocoOfferta = "OPE999-FAM1-FTTH-100-1" }, false},
		{"a family", booked(1, nil), journal.Accepted, "OK", nil, false},
		{"an enterprise", ordertest.PrenotazioneImpresa(2), journal.Accepted, "OK", nil, false},
		{"a household", booked(3, func(o *mapping.Order) { relatives(o, 303, 304) }), journal.Accepted, "OK", nil, false},
		{"an activation", activation(4, -1), journal.Accepted, "OK", nil, false},
		{"an end", ending(booked(5, nil)), journal.Accepted, "OK", nil, false},
		{"an enterprise ends", ending(ordertest.PrenotazioneImpresa(6)), journal.Accepted, "OK", nil, false},
		{"an enterprise withdraws", ordertest.Disdetta(ordertest.PrenotazioneImpresa(7)), journal.Accepted, "OK", nil, false},
		{"a comune that is not enabled", booked(8, func(o *mapping.Order) { o.CodiceIstatComune = "015146" }), journal.Rejected, nok + "001",
			func(o *mapping.Order) { o.CodiceIstatComune = knownComune }, false},
		{"another technology than the offer's", booked(9, func(o *mapping.Order) { o.TecnologiaPrenotata = "FTTC" }), journal.Rejected, nok + "005",
			func(o *mapping.Order) { o.TecnologiaPrenotata = "FTTH" }, false},
		{"an activation of a stranger", activation(910, -1), journal.Rejected, nok + "006",
			func(o *mapping.Order) { o.CodiceFiscale = ordertest.CodiceFiscale(10) }, false},
		{"a disdetta that was called a cessazione", ending(booked(11, nil)), journal.Rejected, nok + "007",
			func(o *mapping.Order) { o.Operazione = "disdetta" }, false},
		{"a speed that the platform finds low", booked(12, nil), journal.Rejected, nok + "011",
			func(o *mapping.Order) { o.VelocitaDownloadMbit = "1000" }, true},
		{"two parameters", booked(13, nil), journal.Rejected, "REQUEST_VALIDATION_NOK",
			func(o *mapping.Order) { o.Email, o.Cap = "giusta@example.it", "00185" }, true},
		{"a parameter of an enterprise", ordertest.PrenotazioneImpresa(14), journal.Rejected, "REQUEST_VALIDATION_NOK",
			func(o *mapping.Order) { o.RagioneSociale = "=PROVA & FIGLI \"SRL\"" }, true},
		{"an activation before its booking", activation(15, -60), journal.Rejected, nok + "009",
			func(o *mapping.Order) { o.DataAttivazione = day(-1) }, false},
		{"a relative who has a voucher", booked(16, func(o *mapping.Order) { relatives(o, 316, 317) }), journal.Rejected, nok + "003",
			func(o *mapping.Order) { relatives(o, 316, 318) }, false},
		{"a bad email", booked(17, func(o *mapping.Order) { o.Email = "prova.example.it" }), journal.Invalid, "",
			func(o *mapping.Order) { o.Email = "prova@example.it" }, false},
		{"a code with a wrong letter", booked(18, func(o *mapping.Order) { o.CodiceFiscale = wrongLetter(o.CodiceFiscale) }), journal.Invalid, "",
			func(o *mapping.Order) { o.CodiceFiscale = ordertest.CodiceFiscale(18) }, false},
		{"no CAP", booked(19, func(o *mapping.Order) { o.Cap = "" }), journal.Invalid, "",
			func(o *mapping.Order) { o.Cap = "00184" }, false},
		{"too much", ordertest.PrenotazioneImpresa(20), journal.Accepted, "OK", nil, false},
		{"locked at every attempt", booked(21, nil), journal.Rejected, "REQUEST_VALIDATION_NOK", nil, true},
		{"an error of the platform at every attempt", booked(22, nil), journal.Rejected, "REQUEST_PROCESSING_NOK", nil, true},
		{"a customer of another operator", booked(23, nil), journal.Rejected, nok + "008", nil, false},
		{"a customer who has a voucher", booked(24, nil), journal.Rejected, nok + "002", nil, false},
		{"an end of what has ended", ending(booked(25, nil)), journal.Rejected, nok + "007", nil, false},
		{"a booking that is withdrawn", booked(27, nil), journal.Accepted, "OK", nil, false},
		{"its disdetta", ordertest.Disdetta(booked(27, nil)), journal.Accepted, "OK", nil, false},
		{"held, for the offer", booked(28, func(o *mapping.Order) { o.CodiceUnivocoOfferta = otherOffer }), journal.Pending, "",
			func(o *mapping.Order) { o.CodiceUnivocoOfferta = "OPE999-FAM1-FTTH-100-1" }, false},
	}
}

func wrongLetter(code string) string {
	letter := "A"
	if strings.HasSuffix(code, letter) {
		letter = "B"
	}
	return code[:15] + letter
}

// tripWorld is the platform that makes of the trips what they say.
func tripWorld() simulator.World {
	w := simulator.World{Timers: simulator.Timers{Scadenza: -1}, Comuni: []string{knownComune}}
	for _, kind := range []string{"FAM1", "IMP1"} {
		w.Offers = append(w.Offers, simulator.Offer{Code: "OPE999-" + kind + "-FTTH-100-1", Tecnologia: "FTTH"})
	}
	for i, stato := range map[int]simulator.Stato{4: simulator.StatoPrenotata, 10: simulator.StatoPrenotata, 11: simulator.StatoPrenotata,
		15: simulator.StatoPrenotata, 24: simulator.StatoPrenotata, 317: simulator.StatoPrenotata, 5: simulator.StatoAttivata, 25: simulator.StatoDisdetta} {
		w.Vouchers = append(w.Vouchers, voucher(i, stato, 30))
	}
	alien := voucher(23, simulator.StatoPrenotata, 30)
	alien.Operatore = "01234567897"
	w.Vouchers = append(w.Vouchers, alien,
		simulator.InitialVoucher{Beneficiario: ordertest.PartitaIva(6), Stato: simulator.StatoAttivata, DataPrenotazione: "-720h"},
		simulator.InitialVoucher{Beneficiario: ordertest.PartitaIva(7), Stato: simulator.StatoPrenotata, DataPrenotazione: "-720h"})
	for _, f := range []struct {
		who   string
		times int
		fault simulator.Fault
	}{
		{ordertest.CodiceFiscale(12), 1, simulator.Fault{Kind: simulator.KindEsito, Esito: nok + "011"}},
		{ordertest.CodiceFiscale(13), 1, simulator.Fault{Kind: simulator.KindEsito, Esito: "REQUEST_VALIDATION_NOK",
			Descrizione: "Parametri di input non conformi o mancanti: email, indirizzoInstallazione.cap"}},
		{ordertest.PartitaIva(14), 1, simulator.Fault{Kind: simulator.KindEsito, Esito: "REQUEST_VALIDATION_NOK",
			Descrizione: "Parametri di input non conformi o mancanti: impresa.ragioneSociale"}},
		{ordertest.CodiceFiscale(21), 4, simulator.Fault{Kind: simulator.KindLock}},
		{ordertest.CodiceFiscale(22), 4, simulator.Fault{Kind: simulator.KindProcessing}},
	} {
		w.Faults = append(w.Faults, simulator.FaultRule{Service: simulator.Prenotazione, Beneficiario: f.who, Times: f.times, Fault: f.fault})
	}
	return w
}

// source is a kind of export: how it writes orders down.
type source struct {
	name    string
	file    string
	profile string
	titles  []string
	cells   func(o mapping.Order) []string // below the titles
	latency time.Duration                  // of the platform that it is sent to
}

func sources() []source {
	plain := func(o mapping.Order) []string {
		var cells []string
		for _, f := range mapping.Fields() {
			cells = append(cells, f.In(&o))
		}
		return cells
	}
	var names, labels []string
	for _, f := range mapping.Fields() {
		names, labels = append(names, f.Name), append(labels, f.Label)
	}
	return []source{
		{name: "CSV", file: "ordini.csv", titles: names, cells: plain},
		{name: "XLSX with dates", file: "ordini.xlsx", titles: labels, cells: plain},
		foreignSource(),
	}
}

// someSources are all of them, or one where the tests have to be short.
func someSources() []source {
	if testing.Short() {
		return sources()[2:]
	}
	return sources()
}

// foreignSource is an export of somebody else's program: its own titles and words, dates of its own, relatives in two columns.
func foreignSource() source {
	words := map[string]string{"prenotazione": "NEW", "attivazione": "ATT", "cessazione": "CES", "disdetta": "DIS"}
	s := source{name: "CSV with a profile", file: "crm.csv"}
	var fields []string
	for _, f := range mapping.Fields() {
		switch f.Name {
		case "operazione":
			s.titles = append(s.titles, "Pratica")
		case mapping.Relatives:
			s.titles = append(s.titles, "Fam 1", "Fam 2")
			fields = append(fields, "  "+f.Name+": {columns: [Fam 1, Fam 2]}")
		default:
			s.titles = append(s.titles, "crm_"+f.Name)
			fields = append(fields, "  "+f.Name+": crm_"+f.Name)
		}
	}
	s.profile = "operation: {column: Pratica, values: {NEW: prenotazione, ATT: attivazione, CES: cessazione, DIS: disdetta}}\ndates: yyyy-MM-dd\nfields:\n" +
		strings.Join(fields, "\n") + "\n"
	s.cells = func(o mapping.Order) []string {
		var cells []string
		for _, f := range mapping.Fields() {
			value := f.In(&o)
			if at, err := time.Parse("02/01/2006", value); err == nil {
				value = at.Format(time.DateOnly)
			}
			switch f.Name {
			case "operazione":
				cells = append(cells, words[value])
			case mapping.Relatives:
				first, second, _ := strings.Cut(value, ";")
				cells = append(cells, first, second)
			default:
				cells = append(cells, value)
			}
		}
		return cells
	}
	return s
}

// write writes the orders, and a total below them.
func (s source) write(b *bench, all []trip) string {
	b.t.Helper()
	lines := [][]string{s.titles}
	for _, t := range all {
		lines = append(lines, s.cells(t.order))
	}
	lines = append(lines, append([]string{"Totale"}, make([]string, len(s.titles)-1)...))
	if !strings.HasSuffix(s.file, ".xlsx") {
		var text strings.Builder
		for _, cells := range lines {
			quoted := slices.Clone(cells)
			for i := range quoted {
				quoted[i] = `"` + strings.ReplaceAll(quoted[i], `"`, `""`) + `"`
			}
			text.WriteString(strings.Join(quoted, ";") + "\n")
		}
		return b.write(s.file, text.String())
	}
	path := b.write(s.file, "")
	book := excelize.NewFile()
	defer book.Close()
	c := &clerk{t: b.t, book: book}
	for i, cells := range lines {
		for k, value := range cells {
			c.typeIn("Sheet1", i+1, k, value)
		}
	}
	c.save(path)
	return path
}

// bench is where it is sent.
func (s source) bench(t *testing.T) *bench {
	t.Helper()
	world := tripWorld()
	world.Latency = s.latency
	return newBench(t, world, func(c *config.Config) {
		c.Pace.InFlight = 2
		c.Doubt.Settle = 20 * time.Millisecond
		c.Retry.Base = time.Millisecond
	})
}
