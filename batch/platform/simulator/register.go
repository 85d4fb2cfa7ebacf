package simulator

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// register holds the vouchers and what is under way. It is not safe by itself:
// the simulator's mutex guards it.
type register struct {
	timers   Timers
	outcomes map[string]Stato

	vouchers       []*Voucher // in order of booking
	byBeneficiario map[string][]*Voucher
	byFamigliare   map[string][]*Voucher // vouchers that name the code as a relative

	busy    map[string]*passage // beneficiary -> the call under way
	pending []pending           // slow changes, by due time
}

// passage is a call in progress. It ends when its answer leaves; when the
// client has gone away it ends at until, as the platform would work on.
type passage struct{ until time.Time }

// pending is a change that answers before it happens (fault slow-apply).
type pending struct {
	due   time.Time
	req   request
	entry int // its line in the ledger
}

// household is what the register knows around one request.
type household struct {
	own            *Voucher // the operator's active request, or else its latest one
	altrui         bool     // another operator has an active voucher
	active         int      // active vouchers of the beneficiary, whoever has them
	busyFamigliari []string // relatives an active voucher already covers
}

// stato is the state of the operator's own request, "" when there is none.
func (h household) stato() Stato {
	if h.own == nil {
		return ""
	}
	return h.own.Stato
}

// newRegister opens the register with the vouchers of a world.
func newRegister(world World, now time.Time, rome *time.Location) (*register, error) {
	r := &register{
		timers:         world.Timers,
		outcomes:       world.IseeOutcomes,
		byBeneficiario: map[string][]*Voucher{},
		byFamigliare:   map[string][]*Voucher{},
		busy:           map[string]*passage{},
	}
	for i, initial := range world.Vouchers {
		booked, err := parseWorldMoment(initial.DataPrenotazione, now, rome)
		if err != nil {
			return nil, fmt.Errorf("world: vouchers[%d].data_prenotazione: %w", i, err)
		}
		voucher := Voucher{
			Beneficiario:     initial.Beneficiario,
			Operatore:        or(initial.Operatore, world.Operator),
			Stato:            initial.Stato,
			Famigliari:       initial.Famigliari,
			Offerta:          initial.Offerta,
			DataPrenotazione: booked.In(rome),
			since:            now, // the state is the one at the start, however old the booking
		}
		if initial.DataAttivazione != "" {
			activated, err := parseWorldMoment(initial.DataAttivazione, now, rome)
			if err != nil {
				return nil, fmt.Errorf("world: vouchers[%d].data_attivazione: %w", i, err)
			}
			activated = activated.In(rome)
			voucher.DataAttivazione = &activated
		}
		for range max(1, initial.Copies) {
			r.add(voucher)
		}
	}
	return r, nil
}

// add enters a voucher under the next protocollo.
func (r *register) add(voucher Voucher) *Voucher {
	voucher.Protocollo = fmt.Sprintf("VBUL-%07d", len(r.vouchers)+1)
	v := &voucher
	r.vouchers = append(r.vouchers, v)
	r.byBeneficiario[v.Beneficiario] = append(r.byBeneficiario[v.Beneficiario], v)
	for _, cf := range v.Famigliari {
		r.byFamigliare[cf] = append(r.byFamigliare[cf], v)
	}
	return v
}

// age lets a voucher's timers run up to now.
func (r *register) age(v *Voucher, now time.Time) *Voucher {
	*v = v.at(now, r.timers, or(r.outcomes[v.Beneficiario], StatoPrenotata))
	return v
}

// look gathers what the checks of one request need.
func (r *register) look(now time.Time, operator string, req request) household {
	var known household
	for _, v := range r.byBeneficiario[req.beneficiario] {
		active := r.age(v, now).Stato.active()
		if active {
			known.active++
		}
		switch {
		case v.Operatore != operator:
			known.altrui = known.altrui || active
		case known.own == nil || active || !known.own.Stato.active():
			known.own = v
		}
	}
	for _, cf := range req.famigliari {
		if r.covered(now, cf) {
			known.busyFamigliari = append(known.busyFamigliari, cf)
		}
	}
	return known
}

// covered tells whether a person is the beneficiary of an active voucher or a
// relative in one.
func (r *register) covered(now time.Time, cf string) bool {
	isActive := func(v *Voucher) bool { return r.age(v, now).Stato.active() }
	return slices.ContainsFunc(r.byBeneficiario[cf], isActive) || slices.ContainsFunc(r.byFamigliare[cf], isActive)
}

// apply makes the change of an accepted request and returns the state the
// voucher is in afterwards (with a timer of zero it may already have moved on).
func (r *register) apply(now time.Time, operator string, req request, j judgement) Stato {
	v := j.subject
	if v == nil {
		v = r.add(Voucher{
			Beneficiario: req.beneficiario,
			Operatore:    operator,
			Famigliari:   req.famigliari,
			Offerta:      req.offerta,
			// Not the date of the body: the platform fills it itself (v6.0).
			DataPrenotazione: now,
		})
	}
	v.Stato, v.since = j.next, now
	if req.service == Attivazione {
		quando := req.quando
		v.DataAttivazione = &quando
	}
	return r.age(v, now).Stato
}

// inProgress tells whether an earlier call for the beneficiary is under way.
func (r *register) inProgress(now time.Time, beneficiario string) bool {
	p := r.busy[beneficiario]
	return p != nil && now.Before(p.until)
}

// begin marks a call for the beneficiary as under way; end takes the mark back,
// unless a later call has set its own.
func (r *register) begin(beneficiario string, until time.Time) *passage {
	p := &passage{until: until}
	r.busy[beneficiario] = p
	return p
}

func (r *register) end(beneficiario string, p *passage) {
	if r.busy[beneficiario] == p {
		delete(r.busy, beneficiario)
	}
}

// postpone keeps a change for later.
func (r *register) postpone(change pending) {
	at, _ := slices.BinarySearchFunc(r.pending, change, func(a, b pending) int {
		return cmp.Or(a.due.Compare(b.due), -1) // after those due at the same time
	})
	r.pending = slices.Insert(r.pending, at, change)
}

// due takes out the changes whose time has come.
func (r *register) due(now time.Time) []pending {
	n := 0
	for n < len(r.pending) && !r.pending[n].due.After(now) {
		n++
	}
	ready := slices.Clone(r.pending[:n])
	r.pending = slices.Delete(r.pending, 0, n)
	return ready
}

// snapshot copies every voucher as it stands at now, by beneficiary and then by
// protocollo.
func (r *register) snapshot(now time.Time) []Voucher {
	list := make([]Voucher, 0, len(r.vouchers))
	for _, v := range r.vouchers {
		list = append(list, *r.age(v, now))
	}
	slices.SortFunc(list, func(a, b Voucher) int {
		return cmp.Or(cmp.Compare(a.Beneficiario, b.Beneficiario), cmp.Compare(a.Protocollo, b.Protocollo))
	})
	return list
}
