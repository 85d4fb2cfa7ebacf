package batch

import (
	"fmt"
	"math/rand/v2"
	"time"

	"voucherbul/batch/platform/simulator"
	"voucherbul/mapping"
)

// faultPlan is what a number makes of files, of a platform and of its faults. Two of its beneficiaries have a meeting each;
// all else is random.
type faultPlan struct {
	number   int
	meetings []meeting
	world    simulator.World
	config   Config
	files    [][]order
	random   *rand.Rand // of what happens between and during the runs
}

// meeting is two faults, which the first two requests of one beneficiary meet, and what the first request is about.
type meeting struct {
	id    int
	op    mapping.Operation
	who   string
	fault [2]simulator.Fault
}

const meetingsPerPlan = 2

// meetings is how many there are: every pair of faults with every operation, of families and of enterprises.
func meetings() int { return len(faults()) * len(faults()) * len(mapping.Operations()) * 2 }

// newMeeting is the meeting of a number below meetings, for the n-th beneficiary of a plan.
func newMeeting(id, n int) meeting {
	all, operations := faults(), mapping.Operations()
	m := meeting{id: id, who: famiglia(100 + n)}
	if id%2 == 1 {
		m.who = impresa(100 + n)
	}
	rest := id / 2
	m.op, rest = operations[rest%len(operations)], rest/len(operations)
	m.fault = [2]simulator.Fault{all[rest%len(all)], all[rest/len(all)]}
	return m
}

func (m meeting) String() string {
	return fmt.Sprintf("%s of %s meets %s, then %s", m.op, m.who, told(m.fault[0]), told(m.fault[1]))
}

func told(f simulator.Fault) string {
	return fmt.Sprintf("%s (delay %v, applied %v, no lock %v)", f.Kind, f.Delay, f.Applied, f.NoLock)
}

// rules bring the faults to the first two requests. The first rule that fires wins, so they stand before all others.
func (m meeting) rules() []simulator.FaultRule {
	var rules []simulator.FaultRule
	for i, f := range m.fault {
		rules = append(rules, simulator.FaultRule{Beneficiario: m.who, Nth: []int{i + 1}, Fault: f})
	}
	return rules
}

// life is what can follow each other, over and over; a disdetta takes the place of attivazione and cessazione.
func (m meeting) life() []mapping.Operation {
	const p, a, c, d = mapping.OperationPrenotazione, mapping.OperationAttivazione, mapping.OperationCessazione, mapping.OperationDisdetta
	return map[mapping.Operation][]mapping.Operation{p: {p, a, c}, a: {a, c, p}, c: {c, p, d}, d: {d, p, a}}[m.op]
}

// voucher is the one that the first request of the life needs.
func (m meeting) voucher() []simulator.InitialVoucher {
	stato := map[mapping.Operation]simulator.Stato{mapping.OperationAttivazione: simulator.StatoPrenotata,
		mapping.OperationDisdetta: simulator.StatoPrenotata, mapping.OperationCessazione: simulator.StatoAttivata}[m.op]
	if stato == "" {
		return nil
	}
	return []simulator.InitialVoucher{{Beneficiario: m.who, Stato: stato, DataPrenotazione: "-48h"}}
}

// newFaultPlan is pure: a number is always the same plan. What the program itself leaves to chance (how long a row waits,
// which goroutine comes first) is not in it.
func newFaultPlan(number int) *faultPlan {
	p := &faultPlan{number: number, random: rand.New(rand.NewPCG(uint64(number), 1))}
	random := p.random
	p.world = simulator.World{Timers: atOnce, Latency: time.Duration(random.IntN(2000)) * time.Millisecond}
	// Steps of a size that has no divisor in common with the number of meetings come by all of them, and few of them come by
	// all faults.
	const step = 2477
	lives := map[string][]mapping.Operation{}
	for n := range meetingsPerPlan {
		m := newMeeting((number*meetingsPerPlan+n)*step%meetings(), n)
		p.meetings = append(p.meetings, m)
		p.world.Faults = append(p.world.Faults, m.rules()...)
		p.world.Vouchers = append(p.world.Vouchers, m.voucher()...)
		lives[m.who] = m.life()
	}
	for n := range 1 + random.IntN(5) {
		who := famiglia(n)
		if random.IntN(3) == 0 {
			who = impresa(n)
		}
		lives[who] = []mapping.Operation{"prenotazione", "attivazione", "cessazione", "prenotazione", "disdetta"}[:2+random.IntN(4)]
	}
	p.world.Faults = append(p.world.Faults, randomFaults(random)...)
	p.files = split(random, shuffled(random, lives))

	p.config = randomSettings(random)
	return p
}

// randomSettings are those of a plan.
func randomSettings(random *rand.Rand) Config {
	c := settings()
	c.Pace = Pace{Rate: float64(random.IntN(5)), Burst: 1 + random.IntN(3), InFlight: 1 + random.IntN(8)}
	c.Retry.Attempts = 4 + random.IntN(6)
	c.Doubt.Wait = []time.Duration{0, 10 * time.Minute, time.Hour}[random.IntN(3)]
	c.Breaker.Failures = 3 + random.IntN(5)
	return c
}

// randomFaults are met by whoever comes by, often enough to matter and seldom enough for every row to come through.
func randomFaults(random *rand.Rand) []simulator.FaultRule {
	var usual []simulator.Fault
	for _, f := range faults() {
		switch f.Kind {
		case simulator.KindEsito, simulator.KindForbidden, simulator.KindNotFound: // final, or the end of the run
		default:
			usual = append(usual, f)
		}
	}
	var rules []simulator.FaultRule
	for range random.IntN(6) {
		rules = append(rules, simulator.FaultRule{Every: 3 + random.IntN(9), Fault: usual[random.IntN(len(usual))]})
	}
	rules = onEveryService(rules...)
	aside := []simulator.Kind{simulator.KindUnavailable, simulator.KindHalfBody, simulator.KindInternalError, simulator.KindResetBefore, simulator.KindBadGateway}
	for _, service := range []simulator.Service{simulator.Token, simulator.Isee} {
		if random.IntN(3) == 0 {
			rules = append(rules, simulator.FaultRule{Service: service, Every: 2 + random.IntN(4), Fault: simulator.Fault{Kind: aside[random.IntN(len(aside))]}})
		}
	}
	return rules
}

// shuffled puts the rows of several lives into one file, each life in its order.
func shuffled(random *rand.Rand, lives map[string][]mapping.Operation) []order {
	var whos []string
	for _, who := range sortedKeys(lives) {
		for range lives[who] {
			whos = append(whos, who)
		}
	}
	random.Shuffle(len(whos), func(i, j int) { whos[i], whos[j] = whos[j], whos[i] })
	var orders []order
	for _, who := range whos {
		orders = append(orders, newOrder(lives[who][0], who))
		lives[who] = lives[who][1:]
	}
	return orders
}

// split makes one file or several of some rows.
func split(random *rand.Rand, orders []order) [][]order {
	var files [][]order
	for range random.IntN(3) {
		if n := 1 + random.IntN(len(orders)); n < len(orders) {
			files, orders = append(files, orders[:n]), orders[n:]
		}
	}
	return append(files, orders)
}
