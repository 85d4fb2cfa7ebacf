package simulator

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"time"
)

// Entry is one request that reached the simulator and what came of it: the
// oracle of every test that kills, times out or repeats.
type Entry struct {
	Time         time.Time `json:"time"`
	Service      Service   `json:"service"` // "" for a path that is none
	Beneficiario string    `json:"beneficiario"`
	Operatore    string    `json:"operatore"`
	HTTP         int       `json:"http"`    // 0 when the connection was reset instead
	Esito        Esito     `json:"esito"`   // as answered; "" when it was not a service that answered
	Applied      bool      `json:"applied"` // the change was made (for slow-apply: by now)
	Fault        Kind      `json:"fault"`   // "" when nothing was made to go wrong
	BodySHA256   string    `json:"body_sha256"`
}

// Ledger returns every request so far, in order of arrival.
func (s *Simulator) Ledger() []Entry {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle(s.now()) // a slow change may have happened since the last request
	return slices.Clone(s.ledger)
}

// newEntry writes down a request and its decision.
func newEntry(now time.Time, c call, req request, d decision) Entry {
	sum := sha256.Sum256(c.body)
	return Entry{
		Time:         now,
		Service:      req.service,
		Beneficiario: req.beneficiario,
		Operatore:    req.operatore,
		HTTP:         d.http,
		Esito:        d.esito,
		Applied:      d.applied,
		Fault:        d.fault,
		BodySHA256:   hex.EncodeToString(sum[:]),
	}
}
