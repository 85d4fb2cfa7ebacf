package gate

import "time"

// Pace is how fast rows are sent, over all services together.
type Pace struct {
	Rate     float64 // requests per second, 0 = as fast as they are answered
	Burst    int
	InFlight int // requests under way at once
}

// How the pace follows a platform that is overloaded and does not say for how long (RULES.md A31).
const (
	paceFloor = 8                // it is never slowed down to less than this part of what is allowed
	paceCalm  = 50               // good answers until it grows again,
	paceRest  = 30 * time.Second // or a while with fewer of them
	paceGrows = 1.1              // by a tenth
	paceEcho  = 2 * time.Second  // refusals of requests that left before a slowdown say nothing new for this long
)

// paceState adapts the pace: it halves where the platform is overloaded, and grows back slowly to what is allowed. Pure:
// times come in, a rate goes out.
type paceState struct {
	allowed float64   // requests per second; 0 = as fast as they are answered
	rate    float64   // that now hold; 0 = as allowed
	good    int       // answers since it last changed
	changed time.Time // when that was
	slowed  time.Time
	most    float64 // where anything is allowed: what it was when it was first too much
	seen    float64 // answers per second, where nothing else says how fast it goes
	counted int
	since   time.Time
}

// Now is how many requests may go per second; 0 = any number.
func (p *paceState) Now() float64 {
	if p.rate > 0 {
		return p.rate
	}
	return p.allowed
}

// Slower takes a refusal for overload of a request that left at sent.
func (p *paceState) Slower(sent, now time.Time) {
	if !p.slowed.IsZero() && (sent.Before(p.slowed) || now.Sub(p.slowed) < paceEcho) {
		return // one overload, told by many answers
	}
	from := p.Now()
	if from == 0 { // what was answered up to now was too much
		from = max(p.seen, float64(p.counted)/max(now.Sub(p.since).Seconds(), 0.1), 1)
		p.most = from
	}
	p.rate, p.good, p.changed, p.slowed = max(from/2, max(p.allowed, p.most)/paceFloor), 0, now, now
}

// Good takes an answer of a platform that is well.
func (p *paceState) Good(now time.Time) {
	if p.counted++; p.since.IsZero() {
		p.since = now
	}
	if span := now.Sub(p.since); span >= time.Second {
		p.seen, p.counted, p.since = float64(p.counted)/span.Seconds(), 0, now
	}
	if p.rate == 0 {
		return
	}
	if p.good++; p.good < paceCalm && now.Sub(p.changed) < paceRest {
		return
	}
	p.good, p.changed, p.rate = 0, now, p.rate*paceGrows
	if p.rate >= max(p.allowed, p.most) {
		p.rate, p.most = 0, 0
	}
}

// departures keeps requests apart that have a place in the pace already: between taking it and leaving, a request waits
// for the disk, and several may leave together. In no window of one second do more leave than rate + burst.
type departures struct {
	at   []time.Time // the latest ones, as a ring; its length is what a window may hold
	next int
}

// aSecond is a second, and what requests may gain on each other on their way.
const aSecond = time.Second + 8*time.Millisecond

func newDepartures(p Pace) departures {
	if p.Rate == 0 {
		return departures{}
	}
	return departures{at: make([]time.Time, max(1, int(p.Rate+float64(max(1, p.Burst)))))}
}

// Take takes a place, or says how long there will be none.
func (d *departures) Take(now time.Time) (wait time.Duration) {
	if len(d.at) == 0 {
		return 0
	}
	if oldest := d.at[d.next]; !oldest.IsZero() {
		if wait := oldest.Add(aSecond).Sub(now); wait > 0 {
			return wait
		}
	}
	d.at[d.next] = now
	d.next = (d.next + 1) % len(d.at)
	return 0
}
