package simulator

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// faultHeader asks for a fault on one request: "kind; key=value; ...".
const faultHeader = "X-Simulator-Fault"

// Kind is what goes wrong.
type Kind string

// The kinds. "Applied" means that the service judged the request and, where
// its esito is OK, made the change before things went wrong.
const (
	KindDelay             Kind = "delay"               // applied; the answer comes after delay
	KindResetBefore       Kind = "reset-before"        // connection reset, not applied
	KindResetAfter        Kind = "reset-after"         // applied, then reset
	KindRateLimit         Kind = "rate-limit"          // 429 + retry_after seconds
	KindUnauthorized      Kind = "unauthorized"        // 401, the token stays good
	KindRevoke            Kind = "revoke"              // 401, the token is dead from now on
	KindQuota             Kind = "quota"               // 403 quota text + Retry-After
	KindForbidden         Kind = "forbidden"           // 403
	KindNotFound          Kind = "not-found"           // 404
	KindInternalError     Kind = "internal-error"      // 500 of the gateway, not applied
	KindProcessing        Kind = "processing"          // 500 REQUEST_PROCESSING_NOK, not applied
	KindProcessingApplied Kind = "processing-applied"  // 500 REQUEST_PROCESSING_NOK, applied
	KindBadGateway        Kind = "bad-gateway"         // 502 HTML, not applied
	KindBadGatewayApplied Kind = "bad-gateway-applied" // 502 HTML, applied
	KindGatewayTimeout    Kind = "gateway-timeout"     // 504 HTML, applied or not by applied
	KindUnavailable       Kind = "unavailable"         // 503 text, not applied
	KindHalfBody          Kind = "half-body"           // applied; less is sent than Content-Length says
	KindWrongJSON         Kind = "wrong-json"          // 200, applied, the body is not JSON
	KindLock              Kind = "lock"                // 400 VALIDATION_NOK with the lock text
	KindSlowApply         Kind = "slow-apply"          // 504 at once, applied delay later
	KindEsito             Kind = "esito"               // 400 with esito and descrizione, not applied
	KindNoEsito           Kind = "no-esito"            // 200, applied, the member esito is missing
	KindUpperKeys         Kind = "upper-keys"          // applied, the members are in upper case
)

// Kinds lists every kind of fault.
func Kinds() []Kind {
	return []Kind{
		KindDelay, KindResetBefore, KindResetAfter, KindRateLimit, KindUnauthorized, KindRevoke, KindQuota,
		KindForbidden, KindNotFound, KindInternalError, KindProcessing, KindProcessingApplied, KindBadGateway,
		KindBadGatewayApplied, KindGatewayTimeout, KindUnavailable, KindHalfBody, KindWrongJSON, KindLock,
		KindSlowApply, KindEsito, KindNoEsito, KindUpperKeys,
	}
}

// Fault is one thing going wrong. Delay holds the answer back with every kind
// but slow-apply, where it holds back the change.
type Fault struct {
	Kind             Kind          `yaml:"kind"`
	Delay            time.Duration `yaml:"delay"`
	RetryAfter       int           `yaml:"retry_after"`        // seconds; rate-limit (default 1) and quota (60)
	RetryAfterHeader string        `yaml:"retry_after_header"` // another name for Retry-After; "-": only in the message
	Applied          bool          `yaml:"applied"`            // gateway-timeout
	NoLock           bool          `yaml:"no_lock"`            // slow-apply: no lock text for a request that comes meanwhile
	Esito            Esito         `yaml:"esito"`              // esito
	Descrizione      string        `yaml:"descrizione"`        // esito; default the text of Appendice A
	Stato            Stato         `yaml:"stato"`              // esito NOK_007: the state in the text
	HTTP             int           `yaml:"http"`               // esito; default 400
}

// FaultRule says which requests meet a fault. All conditions given must hold.
type FaultRule struct {
	Service      Service `yaml:"service"`      // "" is any
	Beneficiario string  `yaml:"beneficiario"` // exact, or a prefix ending in *
	Offerta      string  `yaml:"offerta"`      // prefix

	// Matching requests are counted from 1, for the rule or for each
	// beneficiary of its own.
	PerBeneficiario bool  `yaml:"per_beneficiario"`
	Nth             []int `yaml:"nth"`   // only these
	Every           int   `yaml:"every"` // only every Nth
	Times           int   `yaml:"times"` // only the first N

	Fault `yaml:",inline"`
}

// check refuses what could never fire or would be silently ignored.
func (r FaultRule) check() error {
	if r.Service != "" && !slices.Contains(services(), r.Service) {
		return fmt.Errorf("service: %q is no service", r.Service)
	}
	if r.Times > 0 && r.Every > r.Times {
		return fmt.Errorf("every %d never comes within the first %d", r.Every, r.Times)
	}
	return r.Fault.check()
}

func (f Fault) check() error {
	switch {
	case !slices.Contains(Kinds(), f.Kind):
		return fmt.Errorf("kind: %q is no kind of fault", f.Kind)
	case f.Kind == KindEsito && f.Esito == "":
		return fmt.Errorf("kind esito needs an esito")
	case (f.Kind == KindDelay || f.Kind == KindSlowApply) && f.Delay <= 0:
		return fmt.Errorf("kind %s needs a delay", f.Kind)
	}
	return nil
}

// applies tells whether the service sees the request before things go wrong.
func (f Fault) applies() bool {
	switch f.Kind {
	case "", KindDelay, KindResetAfter, KindProcessingApplied, KindBadGatewayApplied, KindHalfBody,
		KindWrongJSON, KindNoEsito, KindUpperKeys:
		return true
	case KindGatewayTimeout:
		return f.Applied
	}
	return false
}

// matches tells whether a rule is about a request at all, before counting.
func (r FaultRule) matches(req request) bool {
	if r.Service != "" && r.Service != req.service || !strings.HasPrefix(req.offerta, r.Offerta) {
		return false
	}
	if prefix, ok := strings.CutSuffix(r.Beneficiario, "*"); ok {
		return strings.HasPrefix(req.beneficiario, prefix)
	}
	return r.Beneficiario == "" || r.Beneficiario == req.beneficiario
}

// fires tells whether the n-th matching request meets the fault.
func (r FaultRule) fires(n int) bool {
	return (len(r.Nth) == 0 || slices.Contains(r.Nth, n)) &&
		(r.Every == 0 || n%r.Every == 0) &&
		(r.Times == 0 || n <= r.Times)
}

// counterKey names one count of matching requests.
type counterKey struct {
	rule         int
	beneficiario string // "" unless the rule counts per beneficiary
}

// chooseFault decides, from the rules, the counts so far and a request, which
// fault the request meets (Kind "" for none) and which counts it advances. The
// first rule that fires wins; every rule that matches counts the request.
func chooseFault(rules []FaultRule, counts map[counterKey]int, req request) (Fault, []counterKey) {
	var chosen Fault
	var advanced []counterKey
	for i, rule := range rules {
		if !rule.matches(req) {
			continue
		}
		key := counterKey{rule: i}
		if rule.PerBeneficiario {
			key.beneficiario = req.beneficiario
		}
		advanced = append(advanced, key)
		if chosen.Kind == "" && rule.fires(counts[key]+1) {
			chosen = rule.Fault
		}
	}
	return chosen, advanced
}

// parseFault reads the header form "kind; key=value; ...". The keys are those
// of the YAML form.
func parseFault(text string) (Fault, error) {
	kind, rest, _ := strings.Cut(text, ";")
	fault := Fault{Kind: Kind(strings.TrimSpace(kind))}
	for part := range strings.SplitSeq(rest, ";") {
		key, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		var err error
		switch key {
		case "":
		case "delay":
			fault.Delay, err = time.ParseDuration(value)
		case "retry_after":
			fault.RetryAfter, err = strconv.Atoi(value)
		case "retry_after_header":
			fault.RetryAfterHeader = value
		case "applied":
			fault.Applied, err = strconv.ParseBool(value)
		case "no_lock":
			fault.NoLock, err = strconv.ParseBool(value)
		case "esito":
			fault.Esito = Esito(value)
		case "descrizione":
			fault.Descrizione = value
		case "stato":
			fault.Stato = Stato(value)
		case "http":
			fault.HTTP, err = strconv.Atoi(value)
		default:
			err = fmt.Errorf("unknown key")
		}
		if err != nil {
			return Fault{}, fmt.Errorf("%s: %s: %w", faultHeader, key, err)
		}
	}
	if err := fault.check(); err != nil {
		return Fault{}, fmt.Errorf("%s: %w", faultHeader, err)
	}
	return fault, nil
}
