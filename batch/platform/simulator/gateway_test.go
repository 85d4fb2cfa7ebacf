package simulator

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

const (
	keyMissing = `{"statusCode":401,"message":"Access denied due to missing subscription key. Make sure to include subscription key when making requests to an API."}`
	keyInvalid = `{"statusCode":401,"message":"Access denied due to invalid subscription key. Make sure to provide a valid key for an active subscription."}`
	noToken    = `{"statusCode":401,"message":"Unauthorized"}`
)

// Each case leaves its own break and all later ones in place and mends the
// earlier ones: that its own break answers shows the order of the checks.
func TestGatewayOrder(t *testing.T) {
	p, _ := play(t, still())
	breaks := []struct {
		name   string
		mangle func(*http.Request)
		status int
		body   string
	}{
		{"key missing", func(r *http.Request) { r.Header.Del("Ocp-Apim-Subscription-Key") }, 401, keyMissing},
		{"key invalid", func(r *http.Request) { r.Header.Set("Ocp-Apim-Subscription-Key", "no") }, 401, keyInvalid},
		{"token", func(r *http.Request) { r.Header.Set("Authorization", "Bearer no") }, 401, noToken},
		{"x-source", func(r *http.Request) { r.Header.Set("x-source", "internal") }, 403, `{"statusCode":403,"message":"Forbidden"}`},
		{"fault", func(r *http.Request) { r.Header.Set(faultHeader, "not-found") }, 404, `{"statusCode":404,"message":"Resource not found"}`},
		{"content type", func(r *http.Request) { r.Header.Set("Content-Type", "text/plain") }, 415, `{"statusCode":415,"message":"Unsupported Media Type"}`},
	}
	for first := range breaks {
		t.Run(breaks[first].name, func(t *testing.T) {
			r := p.request(Prenotazione, "not JSON")
			for i := len(breaks) - 1; i >= first; i-- {
				breaks[i].mangle(r)
			}
			answer := p.do(r)
			if answer.HTTP != breaks[first].status || answer.body != breaks[first].body {
				t.Errorf("answered %d %s, want %d %s", answer.HTTP, answer.body, breaks[first].status, breaks[first].body)
			}
		})
	}
	if n := p.applied(""); n != 1 { // the token itself
		t.Errorf("%d lines applied, want the token only", n)
	}
}

func TestGatewayDetails(t *testing.T) {
	p, _ := play(t, still())
	header := func(name, value string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set(name, value) }
	}
	for name, test := range map[string]struct {
		mangle func(*http.Request)
		want   int
	}{
		"two spaces after Bearer":   {header("Authorization", "Bearer  "+p.token), 401},
		"no scheme":                 {header("Authorization", p.token), 401},
		"lower-case scheme":         {header("Authorization", "bearer "+p.token), 401},
		"x-source missing":          {func(r *http.Request) { r.Header.Del("x-source") }, 403},
		"plain application/json":    {header("Content-Type", "application/json"), 200},
		"wrong path":                {func(r *http.Request) { r.URL.Path = "/apitibcoprenotazione/prenotazione" }, 404},
		"wrong method":              {func(r *http.Request) { r.Method = http.MethodPut }, 404},
		"status service with /v1":   {func(r *http.Request) { r.Method, r.URL.Path = "GET", "/esitoiseeprenotazioni/v1/getprenotazioni" }, 404},
		"fault header nobody knows": {header(faultHeader, "explode"), 400},
		"fault key nobody knows":    {header(faultHeader, "lock; colour=red"), 400},
	} {
		t.Run(name, func(t *testing.T) {
			r := p.request(Prenotazione, body(Prenotazione, mario, noon))
			test.mangle(r)
			if answer := p.do(r); answer.HTTP != test.want {
				t.Errorf("answered %d %s, want %d", answer.HTTP, answer.body, test.want)
			}
		})
	}
}

func TestRateLimitIsAFixedWindow(t *testing.T) {
	world := still()
	world.RateLimit = &Limit{Requests: 2, Per: 10 * time.Second}
	p, c := play(t, world)
	statuses := func() (list []int) {
		for range 3 {
			list = append(list, p.send(Isee, "").HTTP)
		}
		return list
	}
	for round := range 2 {
		if got := statuses(); got[0] != 204 || got[1] != 204 || got[2] != 429 {
			t.Fatalf("round %d: %v, want 204 204 429", round, got)
		}
		c.advance(4 * time.Second)
		answer := p.send(Isee, "")
		if answer.header.Get("Retry-After") != "6" || !strings.Contains(answer.body, "Try again in 6 seconds.") {
			t.Fatalf("Retry-After %q, %s", answer.header.Get("Retry-After"), answer.body)
		}
		c.advance(6 * time.Second)
	}
}

func TestQuota(t *testing.T) {
	world := still()
	world.Quota = &Limit{Requests: 1, Per: 2 * time.Hour}
	p, c := play(t, world)
	p.send(Isee, "")
	c.advance(30*time.Minute + time.Second)
	answer := p.send(Isee, "")
	want := `{"statusCode":403,"message":"Out of call volume quota. Quota will be replenished in 01:29:59."}`
	if answer.HTTP != 403 || answer.body != want || answer.header.Get("Retry-After") != "5399" {
		t.Errorf("%d %s, Retry-After %s", answer.HTTP, answer.body, answer.header.Get("Retry-After"))
	}
}

func TestTokenErrors(t *testing.T) {
	set := func(key, value string) func(url.Values) { return func(form url.Values) { form.Set(key, value) } }
	for name, test := range map[string]struct {
		change  func(url.Values)
		expired bool
		status  int
		code    string
		aadsts  string
	}{
		"wrong secret":   {set("client_secret", "no"), false, 401, "invalid_client", "AADSTS7000215"},
		"no secret":      {func(f url.Values) { f.Del("client_secret") }, false, 401, "invalid_client", "AADSTS7000218"},
		"expired secret": {func(url.Values) {}, true, 401, "invalid_client", "AADSTS7000222"},
		"unknown client": {set("client_id", "no"), false, 400, "unauthorized_client", "AADSTS700016"},
		"bad scope":      {set("scope", "https://simulator.invalid/voucherbul"), false, 400, "invalid_scope", "AADSTS70011"},
		"bad grant":      {set("grant_type", "password"), false, 400, "unsupported_grant_type", "AADSTS70003"},
		"empty form":     {func(f url.Values) { clear(f) }, false, 400, "invalid_request", "AADSTS900144"},
	} {
		t.Run(name, func(t *testing.T) {
			p, _ := play(t, World{SecretExpired: test.expired})
			issued := p.TokensIssued()
			form := tokenForm()
			test.change(form)
			r, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, p.at.Token, strings.NewReader(form.Encode()))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			checkEntra(t, p.do(r), test.status, test.code, test.aadsts)
			if p.TokensIssued() != issued {
				t.Error("a token was issued")
			}
		})
	}
	t.Run("GET", func(t *testing.T) {
		p, _ := play(t, World{})
		r, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, p.at.Token+"?"+tokenForm().Encode(), nil)
		checkEntra(t, p.do(r), 400, "invalid_request", "AADSTS900561: The endpoint only accepts POST requests. Received a GET request.")
	})
}

func checkEntra(t *testing.T, answer got, status int, code, aadsts string) {
	t.Helper()
	for _, part := range []string{`"error":"` + code + `"`, aadsts, `"error_codes":[`, `"timestamp":"`, `"trace_id":"`, `"correlation_id":"`} {
		if answer.HTTP != status || !strings.Contains(answer.body, part) {
			t.Errorf("answered %d %s, want %d with %s", answer.HTTP, answer.body, status, part)
		}
	}
}

func TestTokenLifetime(t *testing.T) {
	p, c := play(t, World{TokenText: true})
	c.advance(3599*time.Second - 1)
	if answer := p.send(Isee, ""); answer.HTTP != 204 {
		t.Fatalf("before the end: %d", answer.HTTP)
	}
	c.advance(1)
	if answer := p.send(Isee, ""); answer.HTTP != 401 || answer.body != noToken {
		t.Fatalf("at the end: %d %s", answer.HTTP, answer.body)
	}
	p.login()
	if answer := p.send(Isee, ""); answer.HTTP != 204 || p.TokensIssued() != 2 {
		t.Fatalf("with the second of %d tokens: %d", p.TokensIssued(), answer.HTTP)
	}
}

// HTTP Basic is the other way to present a client, which oauth2 tries first.
func TestTokenByBasicAuth(t *testing.T) {
	p, _ := play(t, World{})
	form := tokenForm()
	r, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, p.at.Token,
		strings.NewReader(url.Values{"grant_type": form["grant_type"], "scope": form["scope"]}.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.SetBasicAuth(url.QueryEscape(form.Get("client_id")), url.QueryEscape(form.Get("client_secret")))
	if answer := p.do(r); answer.HTTP != 200 || !strings.Contains(answer.body, `"expires_in":3599`) {
		t.Errorf("%d %s", answer.HTTP, answer.body)
	}
}
