package simulator

import (
	"encoding/json"
	"slices"
	"time"
)

// Service names one of the platform's endpoints, as ledger and faults call it.
type Service string

// The five services and the token endpoint.
const (
	Prenotazione Service = "prenotazione"
	Attivazione  Service = "attivazione"
	Cessazione   Service = "cessazione"
	Disdetta     Service = "disdetta"
	Isee         Service = "isee"
	Token        Service = "token"
)

func services() []Service {
	return []Service{Prenotazione, Attivazione, Cessazione, Disdetta, Isee, Token}
}

// clockSkew is how far a date may lie ahead of our clock, or before the event
// it follows, and still pass as a difference between clocks.
const clockSkew = 5 * time.Minute

// request is what the platform needs to know of a body. It is read leniently:
// a body that breaks its schema still has a beneficiary to write in the ledger.
type request struct {
	service      Service
	operatore    string
	beneficiario string
	famigliari   []string
	offerta      string
	tecnologia   string
	istat        string
	mbit         float64
	quando       time.Time // the date-time of the request; zero when it has none
	nascita      time.Time // zero for a business

	malformed bool     // not a JSON object
	findings  []string // fields that break the schema, or a check digit
}

// read turns a body into a request. It needs no state and takes no lock: the
// expensive half of every call.
func (s *Simulator) read(service Service, raw []byte) request {
	req := request{service: service}
	switch service {
	case Isee:
		req.operatore = s.world.Operator
		return req
	case "", Token:
		return req
	}
	var body map[string]any
	if json.Unmarshal(raw, &body) != nil || body == nil {
		req.malformed = true
		req.findings = []string{"body"}
		return req
	}
	var moment, beneficiary string
	if service == Prenotazione {
		operatore := child(body, "operatore")
		famiglia, impresa := child(body, "famiglia"), child(body, "impresa")
		req.operatore = text(operatore, "partitaIvaOperatore")
		req.offerta = text(operatore, "codiceUnivocoOfferta")
		req.tecnologia = text(operatore, "tecnologiaPrenotata")
		moment = text(operatore, "dataPrenotazione")
		beneficiary = or(text(famiglia, "codiceFiscale"), text(impresa, "partitaIva"))
		req.famigliari = texts(famiglia, "codiciFiscaliFamigliari")
		req.nascita, _ = time.ParseInLocation(layoutDate, text(famiglia, "dataDiNascita"), s.rome)
		req.istat = text(child(body, "indirizzoInstallazione"), "codiceIstatComune")
		req.mbit, _ = body["velocitaDownloadMbit"].(float64)
	} else {
		req.operatore = text(body, "partitaIvaOperatore")
		req.offerta = text(body, "codiceUnivocoOfferta")
		req.tecnologia = text(body, "tecnologiaAttivata")
		moment = or(text(body, "dataAttivazione"), or(text(body, "dataCessazione"), text(body, "dataDisdetta")))
		beneficiary = or(text(body, "codiceFiscale"), text(body, "partitaIva"))
	}
	req.beneficiario = beneficiary
	req.quando, _ = parseMoment(moment, s.rome)

	req.findings = s.schemas.findings(service, body)
	if len(req.findings) == 0 && req.operatore != s.world.Operator {
		req.findings = []string{"partitaIvaOperatore"}
	}
	if len(req.findings) == 0 {
		req.findings = inconsistencies(req, body)
	}
	return req
}

// inconsistencies are the fields that keep to the schema and are wrong all the
// same: check characters (RULES.md 6) and the size of the household.
func inconsistencies(req request, body map[string]any) []string {
	var fields []string
	switch {
	case len(req.beneficiario) == 16 && !codiceFiscaleChecks(req.beneficiario):
		fields = append(fields, "codiceFiscale")
	case len(req.beneficiario) == 11 && !partitaIvaChecks(req.beneficiario):
		fields = append(fields, "partitaIva")
	}
	for _, cf := range req.famigliari {
		if !codiceFiscaleChecks(cf) {
			fields = append(fields, "codiciFiscaliFamigliari")
			break
		}
	}
	// «Deve essere 1 se non sono stati inseriti altri componenti».
	members, isFamily := child(body, "famiglia")["numeroComponentiNucleoFamigliare"].(float64)
	if isFamily && len(req.famigliari) == 0 && members != 1 {
		fields = append(fields, "numeroComponentiNucleoFamigliare")
	}
	return fields
}

// judgement is what a service decides about a request: pure, no state changed.
type judgement struct {
	esito   Esito
	next    Stato    // with EsitoOK: the state the voucher enters
	fase    Stato    // state of the request the answer shows, "" when there is none
	details details  // for the text
	subject *Voucher // with EsitoOK: the voucher that changes; nil for a new one
}

// judge puts a request to the business checks, in the order of RULES.md 8.
func (w World) judge(now time.Time, req request, known household) judgement {
	if req.service == Prenotazione {
		return w.judgePrenotazione(now, req, known)
	}
	return w.judgeFollowing(now, req, known)
}

// judgePrenotazione checks 001, 011, 004, 005, 009, 008, 002, 003.
func (w World) judgePrenotazione(now time.Time, req request, known household) judgement {
	if !w.comuneEnabled(req.istat) {
		return judgement{esito: EsitoComune, details: details{istat: req.istat}}
	}
	if req.mbit < 30 {
		return judgement{esito: EsitoVelocita}
	}
	if esito := w.offerEsito(req.offerta, req.tecnologia); esito != EsitoOK {
		return judgement{esito: esito}
	}
	if w.dateRefused(now, req, nil) {
		return judgement{esito: EsitoData}
	}
	stato := known.stato()
	esito, next := transition(req.service, stato, known.altrui, w.Options)
	if esito != EsitoOK {
		return judgement{esito: esito, fase: stato}
	}
	if len(known.busyFamigliari) > 0 {
		return judgement{esito: EsitoFamigliari, details: details{famigliari: known.busyFamigliari}}
	}
	return judgement{esito: EsitoOK, next: next}
}

// judgeFollowing checks 010, 006, 008, 007, 009, 004, 005 for the requests that
// follow a booking.
func (w World) judgeFollowing(now time.Time, req request, known household) judgement {
	stato := known.stato()
	refuse := func(esito Esito) judgement {
		return judgement{esito: esito, fase: stato, details: details{stato: stato}}
	}
	if known.active > 1 {
		return refuse(EsitoPiuRichieste)
	}
	esito, next := transition(req.service, stato, known.altrui, w.Options)
	if esito != EsitoOK {
		return refuse(esito)
	}
	if w.dateRefused(now, req, known.own) {
		return refuse(EsitoData)
	}
	if req.service == Attivazione {
		// Without an offer of its own (it is optional since v8.0) the request
		// is about the one that was booked.
		offer := or(req.offerta, known.own.Offerta)
		if esito := w.offerEsito(offer, req.tecnologia); offer != "" && esito != EsitoOK {
			return refuse(esito)
		}
	}
	return judgement{esito: EsitoOK, next: next, subject: known.own}
}

// dateRefused is NOK_009: a date ahead of the clock, or before the event the
// request follows (the booking; for a cessazione the activation).
func (w World) dateRefused(now time.Time, req request, own *Voucher) bool {
	if req.nascita.After(now) || req.quando.After(now.Add(clockSkew)) {
		return true
	}
	if own == nil || req.quando.IsZero() {
		return false
	}
	event := own.DataPrenotazione
	if req.service == Cessazione && own.DataAttivazione != nil {
		event = *own.DataAttivazione
	}
	if w.Options.DatesByDay {
		quando := req.quando.In(event.Location())
		return quando.Format(layoutDate) < event.Format(layoutDate)
	}
	return req.quando.Before(event.Add(-clockSkew))
}

// offerEsito is NOK_004 for an offer unknown or inactive, NOK_005 for a
// technology that is not the offer's. A world without offers accepts them all.
func (w World) offerEsito(code, tecnologia string) Esito {
	if len(w.Offers) == 0 {
		return EsitoOK
	}
	for _, offer := range w.Offers {
		switch {
		case offer.Code != code:
		case offer.Active != nil && !*offer.Active:
			return EsitoOfferta
		case offer.Tecnologia != "MULTI" && offer.Tecnologia != tecnologia:
			return EsitoTecnologia
		default:
			return EsitoOK
		}
	}
	return EsitoOfferta
}

// comuneEnabled looks a code up in the «lista dei comuni abilitati».
func (w World) comuneEnabled(istat string) bool {
	return len(w.Comuni) == 0 || slices.Contains(w.Comuni, istat)
}

// child, text and texts read a member of a JSON object; what is not there, or
// of another type, is empty.
func child(object map[string]any, name string) map[string]any {
	value, _ := object[name].(map[string]any)
	return value
}

func text(object map[string]any, name string) string {
	value, _ := object[name].(string)
	return value
}

func texts(object map[string]any, name string) []string {
	values, _ := object[name].([]any)
	var list []string
	for _, value := range values {
		if one, ok := value.(string); ok {
			list = append(list, one)
		}
	}
	return list
}
