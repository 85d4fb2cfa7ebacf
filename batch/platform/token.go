package platform

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

const (
	tokenMargin   = 300 * time.Second  // renewed this long before it expires (RULES.md 1.2)
	tokenLifetime = 3599 * time.Second // where the answer does not say (A6)
	tokenTimeout  = 30 * time.Second
)

// tokenCache keeps one token for all: whoever comes while it is being fetched waits for that one call.
type tokenCache struct {
	source clientcredentials.Config
	http   *http.Client
	now    func() time.Time
	turn   chan struct{} // holds one element: who takes it may use the fields below
	value  string
	renew  time.Time // fetched anew from here on
	failed error     // a refusal is kept: wrong credentials cost one call, not one per row
}

func newTokenCache(c Config, client *http.Client) tokenCache {
	cache := tokenCache{
		source: clientcredentials.Config{
			ClientID: c.ClientID, ClientSecret: c.ClientSecret, TokenURL: c.TokenURL,
			Scopes:    []string{c.Scope},
			AuthStyle: oauth2.AuthStyleInParams, // POST with the secret in the body, never in a URL (A2)
		},
		http: client, now: c.Now, turn: make(chan struct{}, 1),
	}
	cache.turn <- struct{}{}
	return cache
}

func (t *tokenCache) get(ctx context.Context) (string, error) {
	select {
	case <-t.turn:
		defer func() { t.turn <- struct{}{} }()
	case <-ctx.Done():
		return "", ctx.Err()
	}
	if t.failed != nil {
		return "", t.failed
	}
	if t.value != "" && t.now().Before(t.renew) {
		return t.value, nil
	}
	value, lifetime, err := t.fetch(ctx)
	if refused := (*TokenError)(nil); errors.As(err, &refused) && !refused.Temporary {
		t.failed = err
	}
	if err != nil {
		return "", err
	}
	margin := min(tokenMargin, lifetime/2) // a token of a minute is used for half of it
	t.value, t.renew = value, t.now().Add(lifetime-margin)
	return value, nil
}

func (t *tokenCache) drop(refused string) {
	<-t.turn
	if t.value == refused {
		t.value = ""
	}
	t.turn <- struct{}{}
}

func (t *tokenCache) fetch(ctx context.Context) (string, time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, tokenTimeout)
	defer cancel()
	token, err := t.source.Token(context.WithValue(ctx, oauth2.HTTPClient, t.http))
	if err != nil {
		return "", 0, newTokenError(err)
	}
	lifetime := tokenLifetime
	if seconds := expiresIn(token); seconds > 0 {
		lifetime = time.Duration(seconds) * time.Second
	}
	return token.AccessToken, lifetime, nil
}

// expiresIn is the token's own lifetime, a number or a text (A6); 0 = it does not say. Package
// clientcredentials fills neither Token.ExpiresIn nor, by our clock, Token.Expiry.
func expiresIn(token *oauth2.Token) int64 {
	switch v := token.Extra("expires_in").(type) {
	case float64:
		return int64(min(v, math.MaxInt32))
	case int64:
		return min(v, math.MaxInt32)
	case string:
		n, _ := strconv.ParseInt(v, 10, 32) // a text that is no number has already failed in oauth2
		return n
	}
	return 0
}

// TokenError says why there is no token. No row has been touched by it.
type TokenError struct {
	Temporary     bool   // the endpoint was not reached or asked to come back: worth trying again
	Code          string // OAuth2 error code, "" where the endpoint was not reached
	Description   string // as the identity platform wrote it
	CorrelationID string // what its support asks for
	Number        string // of the identity service, AADSTS…: "" where it gives none
	Remedy        string // English, for the administrator
	Err           error
}

func (e *TokenError) Error() string {
	s := "no access token: "
	switch {
	case e.Remedy != "":
		s += e.Remedy
	case e.Code != "":
		s += e.Code + ": " + e.Description
	default:
		s += e.Err.Error()
	}
	if e.CorrelationID != "" {
		s += " (correlation id " + e.CorrelationID + ")"
	}
	return s
}

func (e *TokenError) Unwrap() error { return e.Err }

var aadsts = regexp.MustCompile(`AADSTS(\d+)`)

// newTokenError decides on the OAuth2 error code; the AADSTS number, which Microsoft may change, only
// chooses the wording (RULES.md 5).
func newTokenError(err error) error {
	var refused *oauth2.RetrieveError
	if !errors.As(err, &refused) || refused.Response == nil {
		// A token URL that is no URL cannot get better; neither can an answer that is no token. An answer that
		// broke off can, but oauth2 tells it only by its text.
		var network *url.Error
		brokenOff := strings.HasPrefix(err.Error(), "oauth2: cannot fetch token")
		return &TokenError{Temporary: errors.As(err, &network) || brokenOff, Err: err}
	}
	var answer struct {
		CorrelationID string `json:"correlation_id"`
	}
	_ = json.Unmarshal(refused.Body, &answer) // a body that is not JSON has no correlation id
	status := refused.Response.StatusCode
	e := &TokenError{Code: refused.ErrorCode, Description: refused.ErrorDescription, CorrelationID: answer.CorrelationID, Err: err}
	e.Temporary = status == http.StatusTooManyRequests || status == http.StatusRequestTimeout || status >= 500 || e.Code == "temporarily_unavailable"
	if e.Code == "" {
		e.Code, e.Description = fmt.Sprintf("HTTP %d", status), "not an OAuth2 answer: check platform.token_url"
	}
	if m := aadsts.FindStringSubmatch(e.Description); m != nil {
		e.Number, e.Remedy = m[1], tokenRemedy(m[1])
	}
	return e
}

// tokenRemedy is the table of RULES.md 5, for the administrator.
func tokenRemedy(number string) string {
	switch number {
	case "7000222":
		return "the client_secret has expired: the Operatore Master creates a new one (portale Voucher BUL, Gestione Web Service Account, Rigenera client_secret), then update the configuration"
	case "7000215":
		return "the client_secret is wrong: copy its value, not its ID, without spaces"
	case "7000216", "7000218":
		return "the client_secret is missing from the configuration"
	case "700016":
		return "the client_id is unknown in this tenant: check client_id and environment (collaudo or produzione)"
	case "90002":
		return "the tenant does not exist: check IdTenantAADB2C in platform.token_url"
	case "70011", "1002012", "500011":
		return "the scope is wrong: it is the one of the portal and ends with /.default"
	}
	return ""
}
