package mapping

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// Offerte is the list of the operator's offers, as registered on the portal.
type Offerte struct{ byCode map[string]offerta }

type offerta struct{ tipologia, tecnologia, mbit string }

// multi is the technology of an offer that comes with any.
const multi = "MULTI"

// offerColumns are the columns of the list of offers with the headers, as [HeaderKey] has them, that they may have.
var offerColumns = []struct {
	name string
	keys []string
}{
	{"codice", []string{"codice", "codiceunivocoofferta", "offerta", "codiceofferta"}},
	{"tipologia", []string{"tipologia", "tipologiavoucher"}},
	{"tecnologia", []string{"tecnologia"}},
	{"mbit", []string{"mbit", "mbits", "mbps", "velocita", "velocitambit", "velocitadownload", "velocitadownloadmbit"}},
}

// ReadOfferte reads the list: a CSV with the columns codice, tipologia, tecnologia and mbit, one line per offer. It is
// strict: an unknown column, an offer that is there twice and a value that is none are errors, with the line. The name
// is for errors, which are the administrator's. A nil catalogue is today's.
func ReadOfferte(name string, r io.Reader, catalogue *Catalogue) (*Offerte, error) {
	var needed, known []string
	for _, column := range offerColumns {
		needed = append(needed, column.name)
		known = append(known, column.keys...)
	}
	key := func(header string) string {
		for _, column := range offerColumns {
			if slices.Contains(column.keys, HeaderKey(header)) {
				return column.name
			}
		}
		return ""
	}
	list, _, err := openList(name, r, nil, key)
	if err != nil {
		return nil, err
	}
	for _, header := range list.columns {
		if key(header) == "" {
			return nil, list.errorf("the column %q is unknown%s; the columns are %s", header, nearest(HeaderKey(header), known), strings.Join(needed, ", "))
		}
	}
	at, err := list.places(needed, key)
	if err != nil {
		return nil, err
	}
	offers := &Offerte{byCode: map[string]offerta{}}
	err = list.each(func(record []string) error {
		return offers.add(list, catalogue.orToday(), clean(record[at[0]]), strings.ToUpper(clean(record[at[1]])), strings.ToUpper(clean(record[at[2]])), clean(record[at[3]]))
	})
	if err != nil {
		return nil, err
	}
	if len(offers.byCode) == 0 {
		return nil, fmt.Errorf("%s: no offer in the list", name)
	}
	return offers, nil
}

func (l *Offerte) add(list *listFile, catalogue *Catalogue, code, tipologia, tecnologia, mbit string) error {
	kinds := catalogue.values(idTipologia)
	techs := append(slices.Clone(catalogue.values(idTecnologiaPrenotata)), multi)
	_, twice := l.byCode[code]
	_, fault := limited(code, 100)
	speed, noSpeed := wholeNumber(mbit, 30, 99999)
	switch {
	case code == "":
		return list.errorf("the offer has no code")
	case fault != nil:
		return list.errorf("the code %q has more than 100 characters", code)
	case twice:
		return list.errorf("the offer %q is there twice", code)
	case !slices.Contains(kinds, tipologia):
		return list.errorf("tipologia %q is not one of %s%s", tipologia, strings.Join(kinds, ", "), nearest(tipologia, kinds))
	case !slices.Contains(techs, tecnologia):
		return list.errorf("tecnologia %q is not one of %s%s", tecnologia, strings.Join(techs, ", "), nearest(tecnologia, techs))
	case noSpeed != nil:
		return list.errorf("mbit %q is not a whole number from 30 to 99999", mbit)
	}
	l.byCode[strings.Clone(code)] = offerta{tipologia: strings.Clone(tipologia), tecnologia: strings.Clone(tecnologia), mbit: speed}
	return nil
}

// alike is the listed code that differs from one only in case; "" where there is none.
func (l *Offerte) alike(code string) string {
	for listed := range l.byCode {
		if strings.EqualFold(listed, code) {
			return listed
		}
	}
	return ""
}

// checkOffer compares the row with its offer. The offer comes from the operator's list if there is one (RULES.md 2.3), else
// from its code (RULES.md 2.7). technology is the field with the technology of the row.
func (r *row) checkOffer(technology int) {
	code := r.values[idCodiceUnivocoOfferta]
	if code == "" {
		return
	}
	if r.mapper.Offers == nil {
		if says, ok := r.catalogue.offerOf(code); ok {
			r.compareOffer(says, technology, ToWarn, CodeOfferSays, "controllare la cella e il codice dell'offerta")
		}
		return
	}
	if listed, ok := r.mapper.Offers.byCode[code]; ok {
		r.compareOffer(listed, technology, ToBlock, CodeOfferIs, "correggere la cella o il codice dell'offerta")
		return
	}
	remedy := "controllare il codice o aggiungere l'offerta all'elenco (la piattaforma risponderebbe NOK_004)"
	if listed := r.mapper.Offers.alike(code); listed != "" {
		remedy = "scrivere " + listed + ", con le stesse maiuscole"
	}
	r.complain(idCodiceUnivocoOfferta, r.mapper.Rules.UnknownOffer, Blocks, fault{code: CodeNotListed, expected: "un'offerta dell'elenco configurato", remedy: remedy})
}

// compareOffer: a technology that is not the offer's would be answered with NOK_005, the rest is only odd.
func (r *row) compareOffer(offer offerta, technology int, weight Setting, as Code, remedy string) {
	says := func(value string) fault {
		return fault{code: as, arg: value, expected: sourceOf(as) + ": " + value, remedy: remedy}
	}
	if v := r.values[technology]; v != "" && offer.tecnologia != multi && v != offer.tecnologia {
		if weight == ToBlock {
			remedy += " (la piattaforma risponderebbe NOK_005)"
		}
		r.complain(technology, weight, Warns, says(offer.tecnologia))
	}
	if v := r.values[idTipologia]; v != "" && v != offer.tipologia && !r.failed(idTipologia) {
		r.complain(idTipologia, ToWarn, Warns, says(offer.tipologia))
	}
	if v := r.values[idVelocitaDownloadMbit]; v != "" && v != offer.mbit {
		r.complain(idVelocitaDownloadMbit, ToWarn, Warns, says(offer.mbit))
	}
}

// offerOf reads a code such as OPE040-FAM1-FTTH-100-245. The shape is known from three samples only: a code of another
// one says nothing (RULES.md 2.7).
func (c *Catalogue) offerOf(code string) (offer offerta, ok bool) {
	rest, ok := strings.CutPrefix(code, "OPE")
	if !ok {
		return offer, false
	}
	operator, rest, _ := strings.Cut(rest, "-")
	offer.tipologia, rest, _ = strings.Cut(rest, "-")
	offer.tecnologia, rest, _ = strings.Cut(rest, "-")
	mbit, id, _ := strings.Cut(rest, "-")
	offer.mbit = mbit
	return offer, len(operator) == 3 && isDigits(operator) && isDigits(mbit) && isDigits(id) && mbit[0] != '0' &&
		slices.Contains(c.values(idTipologia), offer.tipologia) &&
		(offer.tecnologia == multi || slices.Contains(c.values(idTecnologiaPrenotata), offer.tecnologia))
}
