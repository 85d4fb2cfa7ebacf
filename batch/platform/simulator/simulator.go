// Package simulator plays Infratel's platform "Voucher BUL" on loopback: the
// token endpoint of Entra, Azure API Management in front, the four POST
// services with their state machine, and the ISEE status list. It can be made
// to fail in every way the client has to survive, and it keeps a ledger of all
// that reached it.
//
// It is the oracle of the client's tests and therefore knows the platform on
// its own account: from the specification, by way of openapi.yaml and RULES.md
// section 8. It must never import a package of ours, nor share a struct or a
// rule with the client, or the same mistake would pass on both sides.
package simulator

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"
)

// Options make a simulator.
type Options struct {
	World World            // zero fields have the defaults of World
	Now   func() time.Time // nil is time.Now
}

// Simulator is one platform with one operator. It is safe for concurrent use.
type Simulator struct {
	world   World
	now     func() time.Time
	rome    *time.Location
	schemas *bodySchemas

	mu       sync.Mutex // guards what follows; never held while an answer waits
	register *register
	tokens   tokens
	rate     window
	quota    window
	counts   map[counterKey]int // matching requests by fault rule
	ledger   []Entry
}

// New opens a platform on a world.
func New(options Options) (*Simulator, error) {
	world := options.World.withDefaults()
	if err := world.check(); err != nil {
		return nil, err
	}
	now := options.Now
	if now == nil {
		now = time.Now
	}
	rome, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		return nil, fmt.Errorf("simulator: %w", err)
	}
	schemas, err := loadSchemas(world.DateFields == DatesRejected, world.Also, rome)
	if err != nil {
		return nil, err
	}
	register, err := newRegister(world, now(), rome)
	if err != nil {
		return nil, err
	}
	return &Simulator{
		world:    world,
		now:      now,
		rome:     rome,
		schemas:  schemas,
		register: register,
		tokens:   tokens{expires: map[string]time.Time{}},
		counts:   map[counterKey]int{},
	}, nil
}

// World is the world the simulator plays, defaults filled in.
func (s *Simulator) World() World { return s.world }

// Vouchers returns every voucher as it stands now, by beneficiary and then by
// protocollo.
func (s *Simulator) Vouchers() []Voucher {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	s.settle(now)
	return s.register.snapshot(now)
}

// serve answers a call. An error means that ctx has ended first; what the call
// has changed stays changed, as it would on the platform.
func (s *Simulator) serve(ctx context.Context, c call) (answer, error) {
	if a, ok := s.inspect(c); ok {
		return a, nil
	}
	req := s.read(route(c.method, c.path), c.body)
	d := s.receive(c, req)
	if err := pause(ctx, d.hold); err != nil {
		return answer{}, err
	}
	if d.passage != nil {
		s.mu.Lock()
		s.register.end(d.beneficiario, d.passage)
		s.mu.Unlock()
	}
	return d.render(s.now()), nil
}

// inspect answers the simulator's own paths, which need no credentials and leave
// no trace in the ledger.
func (s *Simulator) inspect(c call) (answer, bool) {
	if c.method != http.MethodGet {
		return answer{}, false
	}
	switch c.path {
	case pathHealth:
		return jsonAnswer(http.StatusOK, map[string]string{"status": "ok"}), true
	case pathLedger:
		return jsonAnswer(http.StatusOK, append([]Entry{}, s.Ledger()...)), true
	case pathVouchers:
		return jsonAnswer(http.StatusOK, s.Vouchers()), true
	}
	return answer{}, false
}

// receive decides about a call and writes it down, in one piece: the order of
// the ledger is the order in which the platform saw the requests.
func (s *Simulator) receive(c call, req request) decision {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	s.settle(now)
	d := s.decide(now, c, req)
	s.ledger = append(s.ledger, newEntry(now, c, req, d))
	return d
}

// decide takes a call through gateway, faults and service.
func (s *Simulator) decide(now time.Time, c call, req request) decision {
	if req.service == "" {
		return fixed(gatewayError(http.StatusNotFound, "Resource not found"))
	}
	if req.service != Token {
		if refusal, refused := s.gateway(now, c); refused {
			return fixed(refusal)
		}
	}
	fault, err := s.faultFor(c, req)
	if err != nil {
		return fixed(gatewayError(http.StatusBadRequest, err.Error()))
	}

	var d decision
	if fault.applies() {
		d = s.spoil(now, req, s.perform(now, c, req), fault)
	} else {
		d = s.standIn(now, req, fault)
	}
	d.fault = fault.Kind
	if req.service != Token {
		d.hold = s.world.Latency
	}
	switch fault.Kind {
	case KindRevoke:
		s.tokens.revoke(bearer(c.header))
	case KindSlowApply:
		due := now.Add(fault.Delay)
		s.register.postpone(pending{due: due, req: req, entry: len(s.ledger)})
		if !fault.NoLock && req.beneficiario != "" {
			s.register.begin(req.beneficiario, due)
		}
	default:
		d.hold += fault.Delay
	}
	if d.beneficiario != "" && d.hold > 0 {
		d.passage = s.register.begin(d.beneficiario, now.Add(d.hold))
	}
	return d
}

// faultFor finds the fault of a call: the one its header asks for, or else the
// one the world's rules have for it. The rules count the request either way.
func (s *Simulator) faultFor(c call, req request) (Fault, error) {
	fault, advanced := chooseFault(s.world.Faults, s.counts, req)
	for _, key := range advanced {
		s.counts[key]++
	}
	if asked := c.header.Get(faultHeader); asked != "" {
		return parseFault(asked)
	}
	return fault, nil
}

// perform lets the service have the call.
func (s *Simulator) perform(now time.Time, c call, req request) decision {
	switch {
	case req.service == Token:
		return s.token(now, c)
	case req.service == Isee:
		return s.getPrenotazioni(now)
	case mediaType(c.header) != "application/json":
		return fixed(gatewayError(http.StatusUnsupportedMediaType, "Unsupported Media Type"))
	case len(req.findings) > 0:
		return s.reply(now, req, http.StatusBadRequest, EsitoValidation, "", validationText(req.findings))
	case s.register.inProgress(now, req.beneficiario):
		return s.reply(now, req, http.StatusBadRequest, EsitoValidation, "", lockText)
	}
	j := s.world.judge(now, req, s.register.look(now, s.world.Operator, req))
	status := http.StatusBadRequest
	if j.esito == EsitoOK {
		status = http.StatusOK
		j.fase = s.register.apply(now.In(s.rome), s.world.Operator, req, j)
	}
	d := s.reply(now, req, status, j.esito, j.fase, j.esito.descrizione(req.service, j.details))
	d.applied = j.esito == EsitoOK
	d.beneficiario = req.beneficiario
	return d
}

// settle makes the slow changes whose time has come, each judged as of its own
// time: what has happened in between may have made it impossible.
func (s *Simulator) settle(now time.Time) {
	for _, change := range s.register.due(now) {
		if len(change.req.findings) > 0 {
			continue
		}
		j := s.world.judge(change.due, change.req, s.register.look(change.due, s.world.Operator, change.req))
		if j.esito == EsitoOK {
			s.register.apply(change.due.In(s.rome), s.world.Operator, change.req, j)
			s.ledger[change.entry].Applied = true
		}
	}
}
