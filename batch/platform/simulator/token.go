package simulator

import (
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// tokens are the access tokens that have been issued and when they expire. The
// simulator's mutex guards them.
type tokens struct {
	issued  int
	expires map[string]time.Time
}

// issue makes a token that looks like a JWT and is none: the client must treat
// it as opaque.
func (t *tokens) issue(now time.Time, lifetime time.Duration) string {
	t.issued++
	claims := fmt.Sprintf(`{"jti":%d,"exp":%d}`, t.issued, now.Add(lifetime).Unix())
	token := "eyJ0eXAiOiJKV1QifQ." + base64.RawURLEncoding.EncodeToString([]byte(claims)) + ".simulator"
	t.expires[token] = now.Add(lifetime)
	return token
}

// valid tells whether a token opens the services at now.
func (t *tokens) valid(token string, now time.Time) bool {
	expires, known := t.expires[token]
	return known && now.Before(expires)
}

// revoke kills a token for good.
func (t *tokens) revoke(token string) { delete(t.expires, token) }

// bearer takes the token out of the Authorization header: «preservare un
// carattere "spazio" tra la keyword Bearer e la stringa». A second space would
// be part of the token, which is then unknown.
func bearer(header http.Header) string {
	token, ok := strings.CutPrefix(header.Get("Authorization"), "Bearer ")
	if !ok {
		return ""
	}
	return token
}

// TokensIssued is the number of access tokens handed out so far.
func (s *Simulator) TokensIssued() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.tokens.issued
}

// entraFailure is a refusal of the token endpoint (RULES.md 5).
type entraFailure struct {
	status int
	code   string // decides
	number int    // AADSTS number, for the wording only
	text   string
}

// judgeToken decides about the form of a token request; nil is a yes.
func (w World) judgeToken(form url.Values, basicID, basicSecret string) *entraFailure {
	id := or(form.Get("client_id"), basicID)
	secret := or(form.Get("client_secret"), basicSecret)
	switch {
	case form.Get("grant_type") == "":
		return &entraFailure{http.StatusBadRequest, "invalid_request", 900144,
			"The request body must contain the following parameter: 'grant_type'."}
	case form.Get("grant_type") != "client_credentials":
		return &entraFailure{http.StatusBadRequest, "unsupported_grant_type", 70003,
			"The app requested an unsupported grant type '" + form.Get("grant_type") + "'."}
	case id == "":
		return &entraFailure{http.StatusBadRequest, "invalid_request", 900144,
			"The request body must contain the following parameter: 'client_id'."}
	case id != w.Credentials.ClientID:
		return &entraFailure{http.StatusBadRequest, "unauthorized_client", 700016,
			"Application with identifier '" + id + "' was not found in the directory 'simulator'."}
	case secret == "":
		return &entraFailure{http.StatusUnauthorized, "invalid_client", 7000218,
			"The request body must contain the following parameter: 'client_assertion' or 'client_secret'."}
	case subtle.ConstantTimeCompare([]byte(secret), []byte(w.Credentials.ClientSecret)) != 1:
		return &entraFailure{http.StatusUnauthorized, "invalid_client", 7000215,
			"Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, " +
				"not the client secret ID, for a secret added to app '" + id + "'."}
	case w.SecretExpired:
		return &entraFailure{http.StatusUnauthorized, "invalid_client", 7000222,
			"The provided client secret keys for app '" + id + "' are expired."}
	case form.Get("scope") != w.Credentials.Scope:
		return &entraFailure{http.StatusBadRequest, "invalid_scope", 70011,
			"The provided request must include a 'scope' input parameter. The provided value for the input parameter " +
				"'scope' is not valid. The scope " + form.Get("scope") + " is not valid."}
	}
	return nil
}

// token answers the token endpoint.
func (s *Simulator) token(now time.Time, c call) decision {
	if c.method != http.MethodPost {
		// The specification says GET; Entra does not (RULES.md A2).
		return fixed(s.entraError(now, entraFailure{http.StatusBadRequest, "invalid_request", 900561,
			"The endpoint only accepts POST requests. Received a " + c.method + " request."}))
	}
	form, err := url.ParseQuery(string(c.body))
	if err != nil || mediaType(c.header) != "application/x-www-form-urlencoded" {
		form = url.Values{} // Entra then misses the first parameter it looks for
	}
	if failure := s.world.judgeToken(form, c.basicID, c.basicSecret); failure != nil {
		return fixed(s.entraError(now, *failure))
	}
	lifetime := s.world.TokenLifetime
	var seconds any = int(lifetime.Seconds())
	if s.world.TokenText {
		seconds = strconv.Itoa(int(lifetime.Seconds()))
	}
	d := fixed(jsonAnswer(http.StatusOK, map[string]any{
		"token_type":     "Bearer",
		"expires_in":     seconds,
		"ext_expires_in": seconds,
		"access_token":   s.tokens.issue(now, lifetime),
	}))
	d.applied = true
	return d
}

// entraError renders a refusal as Entra does. The identifiers count requests,
// so that a run gives the same answers twice.
func (s *Simulator) entraError(now time.Time, f entraFailure) answer {
	timestamp := now.UTC().Format("2006-01-02 15:04:05Z")
	trace := fmt.Sprintf("00000000-0000-4000-a000-%012d", len(s.ledger)+1)
	correlation := fmt.Sprintf("00000000-0000-4000-b000-%012d", len(s.ledger)+1)
	return jsonAnswer(f.status, map[string]any{
		"error": f.code,
		"error_description": fmt.Sprintf("AADSTS%d: %s Trace ID: %s Correlation ID: %s Timestamp: %s",
			f.number, f.text, trace, correlation, timestamp),
		"error_codes":    []int{f.number},
		"timestamp":      timestamp,
		"trace_id":       trace,
		"correlation_id": correlation,
	})
}
