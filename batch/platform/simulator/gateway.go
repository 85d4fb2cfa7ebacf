package simulator

import (
	"math"
	"mime"
	"net/http"
	"time"
)

// The paths of production (RULES.md 1.4), behind one host.
const (
	pathToken        = "/simulator/oauth2/v2.0/token"
	pathPrenotazione = "/apitibcoprenotazione/v1/prenotazione"
	pathAttivazione  = "/apitibcoattivazione/v1/attivazione"
	pathCessazione   = "/apitibcocessazione/v1/cessazione"
	pathDisdetta     = "/apitibcodisdetta/v1/disdetta"
	pathIsee         = "/esitoiseeprenotazioni/getprenotazioni" // no /v1
	pathLedger       = "/_simulator/ledger"
	pathVouchers     = "/_simulator/vouchers"
	pathHealth       = "/_simulator/health"
)

// Endpoints are the URLs a client is configured with.
type Endpoints struct {
	Token, Prenotazione, Attivazione, Cessazione, Disdetta, Isee string
}

// EndpointsAt puts the paths behind a base such as http://127.0.0.1:8099.
func EndpointsAt(base string) Endpoints {
	return Endpoints{
		Token:        base + pathToken,
		Prenotazione: base + pathPrenotazione,
		Attivazione:  base + pathAttivazione,
		Cessazione:   base + pathCessazione,
		Disdetta:     base + pathDisdetta,
		Isee:         base + pathIsee,
	}
}

// route finds the service of a path and method; "" when the gateway has no such
// operation. The token endpoint is Entra's, which answers a wrong method itself.
func route(method, path string) Service {
	switch {
	case path == pathToken:
		return Token
	case path == pathIsee && method == http.MethodGet:
		return Isee
	case method != http.MethodPost:
		return ""
	case path == pathPrenotazione:
		return Prenotazione
	case path == pathAttivazione:
		return Attivazione
	case path == pathCessazione:
		return Cessazione
	case path == pathDisdetta:
		return Disdetta
	}
	return ""
}

// window counts requests in fixed windows, each opened by the first request
// after the one before has closed.
type window struct {
	opened time.Time
	count  int
}

// admit counts a request; when the limit is reached it returns the seconds until
// the window closes.
func (w *window) admit(limit *Limit, now time.Time) (seconds int, ok bool) {
	if limit == nil {
		return 0, true
	}
	if w.count == 0 || now.Sub(w.opened) >= limit.Per {
		*w = window{opened: now}
	}
	if w.count >= limit.Requests {
		left := w.opened.Add(limit.Per).Sub(now)
		return max(1, int(math.Ceil(left.Seconds()))), false
	}
	w.count++
	return 0, true
}

// gateway is API Management before the service: key, token, x-source, rate and
// quota, in this order (RULES.md 5 and 8). It returns the refusal, if any.
func (s *Simulator) gateway(now time.Time, c call) (answer, bool) {
	switch key := c.header.Get("Ocp-Apim-Subscription-Key"); key {
	case s.world.Credentials.SubscriptionKey:
	case "":
		return keyRefused("Access denied due to missing subscription key. " +
			"Make sure to include subscription key when making requests to an API."), true
	default:
		return keyRefused("Access denied due to invalid subscription key. " +
			"Make sure to provide a valid key for an active subscription."), true
	}
	if !s.tokens.valid(bearer(c.header), now) {
		return gatewayError(http.StatusUnauthorized, "Unauthorized"), true
	}
	if c.header.Get("x-source") != "external" {
		return gatewayError(http.StatusForbidden, "Forbidden"), true
	}
	if seconds, ok := s.rate.admit(s.world.RateLimit, now); !ok {
		return rateLimited(seconds, ""), true
	}
	if seconds, ok := s.quota.admit(s.world.Quota, now); !ok {
		return quotaExceeded(seconds, ""), true
	}
	return answer{}, false
}

func keyRefused(message string) answer {
	a := gatewayError(http.StatusUnauthorized, message)
	a.header.Set("WWW-Authenticate",
		`AzureApiManagementKey realm="http://simulator.invalid",name="Ocp-Apim-Subscription-Key",type="header"`)
	return a
}

// mediaType is the Content-Type without its parameters.
func mediaType(header http.Header) string {
	kind, _, err := mime.ParseMediaType(header.Get("Content-Type"))
	if err != nil {
		return ""
	}
	return kind
}
