package mapping

import (
	"bytes"
	"fmt"
)

// service is all that this package knows of one operation. A new operation is a type with these methods, a [Request] of its
// own, an entry in services, and what the table of fields says of it.
type service interface {
	operation() Operation
	effect() Effect
	check(r *row, kind Kind)           // judges what more than one cell, the configuration or the day decides
	request(r *row, kind Kind) Request // of a row without blocking Problems
	decode(stored []byte) (Request, error)
	// begin adds to a body what comes before the owner. rest is what follows it: the stored request from there on.
	begin(body []byte, s Stamp, stored []byte) (begun, rest []byte, err error)
}

// services are the operations, in the order of a voucher's life. The place of an operation is its number in [Uses] and in
// the table of doubles.
var services = [...]service{prenotazioneService{}, attivazioneService{}, cessazioneService{}, disdettaService{}}

// operationBits is how much room the number of an operation has in [Uses] and in the table of doubles.
const operationBits = 4

// Fails to compile where there are more operations than numbers for them.
const _ = uint(1<<operationBits - len(services))

// placeOf is the number of an operation; ok is false where it is none of the table.
func placeOf(op Operation) (place int, ok bool) {
	for i := range services {
		if services[i].operation() == op {
			return i, true
		}
	}
	return 0, false
}

// serviceOf is for operations that this package has made or parsed. Any other is a bug, which must not pass for an operation.
func serviceOf(op Operation) service {
	place, ok := placeOf(op)
	if !ok {
		panic(fmt.Sprintf("mapping: operation %q is in no table", op))
	}
	return services[place]
}

type prenotazioneService struct{}

func (prenotazioneService) operation() Operation { return OperationPrenotazione }
func (prenotazioneService) effect() Effect       { return BeginsVoucher }

func (prenotazioneService) check(r *row, kind Kind) {
	r.checkTipologia(kind)
	if kind == Famiglia {
		r.checkPerson()
		r.checkHousehold()
		r.checkExpiry()
	} else {
		r.checkImpresa()
	}
	r.checkSpeed(kind)
	r.checkComune()
	r.checkOffer(idTecnologiaPrenotata)
	r.dialPhone()
}

func (prenotazioneService) request(r *row, kind Kind) Request { return r.prenotazione(kind) }

func (prenotazioneService) decode(stored []byte) (Request, error) {
	return decode[Prenotazione](stored)
}

func (prenotazioneService) begin(body []byte, s Stamp, stored []byte) (begun, rest []byte, err error) {
	const head = `{"operatore":{`
	body = append(body, head...)
	if s.DataPrenotazione {
		body = appendMember(body, "dataPrenotazione", s.sending())
	}
	return afterHead(body, stored, head)
}

type attivazioneService struct{}

func (attivazioneService) operation() Operation { return OperationAttivazione }
func (attivazioneService) effect() Effect       { return "" }

func (attivazioneService) check(r *row, _ Kind) {
	r.checkOffer(idTecnologiaAttivata)
	r.checkAge()
}

func (attivazioneService) request(r *row, _ Kind) Request {
	v := &r.values
	return Attivazione{DataAttivazione: v[idDataAttivazione], Chi: r.chi(), CodiceUnivocoOfferta: v[idCodiceUnivocoOfferta],
		PartitaIvaOperatore: r.mapper.Operator, TecnologiaAttivata: v[idTecnologiaAttivata]}
}

func (attivazioneService) decode(stored []byte) (Request, error) { return decode[Attivazione](stored) }

func (attivazioneService) begin(body []byte, s Stamp, stored []byte) (begun, rest []byte, err error) {
	return s.beginWithDate(body, "dataAttivazione", stored)
}

type cessazioneService struct{}

func (cessazioneService) operation() Operation { return OperationCessazione }
func (cessazioneService) effect() Effect       { return EndsVoucher }

func (cessazioneService) check(*row, Kind) {}

func (cessazioneService) request(r *row, _ Kind) Request {
	return Cessazione{DataCessazione: r.values[idDataCessazione], Chi: r.chi(), PartitaIvaOperatore: r.mapper.Operator}
}

func (cessazioneService) decode(stored []byte) (Request, error) { return decode[Cessazione](stored) }

func (cessazioneService) begin(body []byte, s Stamp, stored []byte) (begun, rest []byte, err error) {
	return s.beginWithDate(body, "dataCessazione", stored)
}

type disdettaService struct{}

func (disdettaService) operation() Operation { return OperationDisdetta }
func (disdettaService) effect() Effect       { return EndsVoucher }

func (disdettaService) check(*row, Kind) {}

func (disdettaService) request(r *row, _ Kind) Request {
	return Disdetta{Chi: r.chi(), PartitaIvaOperatore: r.mapper.Operator}
}

func (disdettaService) decode(stored []byte) (Request, error) { return decode[Disdetta](stored) }

func (disdettaService) begin(body []byte, s Stamp, stored []byte) (begun, rest []byte, err error) {
	const head = `{`
	body = append(body, head...)
	if s.DataDisdetta {
		body = appendMember(body, "dataDisdetta", s.sending())
	}
	return afterHead(body, stored, head)
}

// afterHead is what a stored request holds after the head that all of its operation have.
func afterHead(body, stored []byte, head string) (_, rest []byte, err error) {
	rest, ok := bytes.CutPrefix(stored, []byte(head))
	if !ok {
		return nil, nil, errNoBeginning
	}
	return body, rest, nil
}

// beginWithDate writes the date that a stored request begins with as an instant.
func (s Stamp) beginWithDate(body []byte, name string, stored []byte) (begun, rest []byte, err error) {
	rest, ok := bytes.CutPrefix(stored, []byte(`{"`+name+`":"`))
	if !ok {
		return nil, nil, errNoBeginning
	}
	date, rest, ok := bytes.Cut(rest, []byte(`",`))
	if !ok {
		return nil, nil, errNoBeginning
	}
	instant, err := s.instant(string(date))
	if err != nil {
		return nil, nil, err
	}
	return appendMember(append(body, '{'), name, instant), rest, nil
}
