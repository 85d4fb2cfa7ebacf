package batch

import (
	"fmt"
	"math/rand/v2"
	"time"

	"voucherbul/batch/platform/simulator"
	"voucherbul/mapping"
)

// retryPlan is what a number makes of files, of a platform, of its faults, and of what people do. An order is known by its
// beneficiary and its operation; a correction may make it one of somebody else, whom no other order is about.
type retryPlan struct {
	number  int
	world   simulator.World
	config  Config
	files   [][]order
	random  *rand.Rand
	alone   map[string]bool   // beneficiaries of one booking and nothing else
	spare   []string          // people whom nobody has ordered for yet
	instead map[string]string // those whom they stand for since
}

// newRetryPlan is pure, as newFaultPlan is. The platform refuses the first request of some, and of none later: what it has
// applied it would not call wrong.
func newRetryPlan(number int) *retryPlan {
	random := rand.New(rand.NewPCG(uint64(number), 2))
	p := &retryPlan{number: number, random: random, alone: map[string]bool{}, instead: map[string]string{}}
	p.world = simulator.World{Timers: atOnce, Latency: time.Duration(random.IntN(2000)) * time.Millisecond}
	refuse := func(who string) {
		if random.IntN(2) == 0 {
			p.world.Faults = append(p.world.Faults, simulator.FaultRule{Service: simulator.Prenotazione, Beneficiario: who, Nth: []int{1, 2, 3}[:1+random.IntN(3)],
				Fault: simulator.Fault{Kind: simulator.KindEsito, Esito: simulator.EsitoData}})
		}
	}
	lives := map[string][]mapping.Operation{}
	for n := range 3 + random.IntN(4) {
		who := famiglia(n)
		lives[who] = [][]mapping.Operation{{"prenotazione"}, {"prenotazione"}, {"prenotazione", "attivazione", "cessazione"}, {"prenotazione", "disdetta"}}[random.IntN(4)]
		p.alone[who] = len(lives[who]) == 1
		refuse(who)
	}
	for n := range 12 {
		p.spare = append(p.spare, famiglia(1000+n))
		refuse(p.spare[n])
	}
	p.world.Faults = append(p.world.Faults, randomFaults(random)...)
	p.files = split(random, shuffled(random, lives))

	p.config = randomSettings(random)
	return p
}

// orderOf names an order by what the platform or a row knows of it.
func (p *retryPlan) orderOf(who string, op mapping.Operation) string {
	for p.instead[who] != "" {
		who = p.instead[who]
	}
	return fmt.Sprint(op, " of ", who)
}

// edit corrects a row of an outcome, and reports whether that makes a right request which was never there before.
func (c *retries) edit(sheet lines, n int) bool {
	c.edits++
	line := sheet[n]
	at := func(title string) *string { return &line[sheet.column(c.t, title)] }
	switch what := c.random.IntN(8); {
	case *at("operazione") != "prenotazione":
		return false
	case what == 0:
		*at("cap") = "1"
		return false
	case what <= 3 && c.alone[c.rootOf(*at("codiceFiscale"))] && len(c.spare) > 0:
		who := c.spare[0]
		c.spare = c.spare[1:]
		c.instead[who] = *at("codiceFiscale")
		*at("codiceFiscale"), *at("cognome"), *at("nome"), *at("cap") = who, who[:3], who[3:6], "00118"
	default:
		*at("civico"), *at("cap") = fmt.Sprint(100+c.edits), "00118"
	}
	return true
}

// rootOf is who an order was for at first.
func (p *retryPlan) rootOf(who string) string {
	for p.instead[who] != "" {
		who = p.instead[who]
	}
	return who
}
