package platform

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"voucherbul/mapping"
)

// clock is a clock that tests set.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// identity is a token endpoint in process, which counts its calls.
type identity struct {
	calls  atomic.Int32
	answer func(call int) (status int, contentType, body string)
	delay  time.Duration
}

func (i *identity) RoundTrip(r *http.Request) (*http.Response, error) {
	call := int(i.calls.Add(1))
	_, _ = io.Copy(io.Discard, r.Body)
	select {
	case <-time.After(i.delay):
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
	status, contentType, body := i.answer(call)
	return &http.Response{StatusCode: status, Status: http.StatusText(status), Header: http.Header{"Content-Type": {contentType}},
		Body: io.NopCloser(strings.NewReader(body)), Request: r, ProtoMajor: 1, ProtoMinor: 1}, nil
}

// tokenNumber answers the n-th call with "gettone-n", which expires as the JSON fragment says.
func tokenNumber(expires string) func(int) (int, string, string) {
	return func(call int) (int, string, string) {
		return 200, "application/json; charset=utf-8", fmt.Sprintf(`{"token_type":"Bearer",%s"access_token":"gettone-%d"}`, expires, call)
	}
}

// refusal is an answer of the identity platform that gives no token.
func refusal(status int, code, description string) func(int) (int, string, string) {
	body, err := json.Marshal(map[string]any{"error": code, "error_description": description, "correlation_id": "00000000-0000-4000-8000-000000000000"})
	if err != nil {
		panic(err)
	}
	return func(int) (int, string, string) { return status, "application/json; charset=utf-8", string(body) }
}

func tokenClient(i *identity, at *clock) *Client {
	return New(Config{TokenURL: "https://login.invalid/tenant/oauth2/v2.0/token", ClientID: "cliente", ClientSecret: "segreto&di+prova",
		Scope: "https://esempio.invalid/.default", Transport: i, Now: at.Now})
}

func TestTokenRequest(t *testing.T) {
	var got *http.Request
	var form url.Values
	address := serve(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got, form = r, must(url.ParseQuery(string(body)))
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"access_token":"gettone","expires_in":3599}`)
	})
	client := serviceClient(address, func(c *Config) {
		c.TokenURL, c.ClientID, c.ClientSecret, c.Scope = address+"/token", "cliente", "segreto&di+prova", "https://esempio.invalid/.default"
	})
	if token, err := client.Token(t.Context()); token != "gettone" || err != nil {
		t.Fatalf("%q, %v", token, err)
	}
	if got.Method != http.MethodPost || got.URL.String() != "/token" || got.Header.Get("Authorization") != "" ||
		got.Header.Get("Content-Type") != "application/x-www-form-urlencoded" || got.Header.Get("Ocp-Apim-Subscription-Key") != "" {
		t.Errorf("%s %s %v", got.Method, got.URL, got.Header)
	}
	want := url.Values{"grant_type": {"client_credentials"}, "client_id": {"cliente"}, "client_secret": {"segreto&di+prova"}, "scope": {"https://esempio.invalid/.default"}}
	if form.Encode() != want.Encode() {
		t.Errorf("form %s, want %s", form.Encode(), want.Encode())
	}
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

// TestTokenLifetime: a token is renewed five minutes before it expires, whoever says how long that is.
func TestTokenLifetime(t *testing.T) {
	for _, c := range []struct {
		expires string
		renewed time.Duration
	}{
		{`"expires_in":3599,`, 3299 * time.Second},
		{`"expires_in":"3599",`, 3299 * time.Second},
		{`"expires_in":7200,`, 6900 * time.Second},
		{`"expires_in":"1800",`, 1500 * time.Second},
		{`"expires_in":600,`, 300 * time.Second},
		{`"expires_in":60,`, 30 * time.Second},
		{`"expires_in":99999999999,`, (1<<31 - 1 - 300) * time.Second},
		{`"ext_expires_in":9999,`, 3299 * time.Second},
		{`"expires_in":null,`, 3299 * time.Second},
		{`"expires_in":0,`, 3299 * time.Second},
		{`"expires_in":-1,`, 3299 * time.Second},
		{``, 3299 * time.Second},
	} {
		at := &clock{now: noon}
		i := &identity{answer: tokenNumber(c.expires)}
		client := tokenClient(i, at)
		for _, step := range []struct {
			advance time.Duration
			want    string
		}{{0, "gettone-1"}, {c.renewed - time.Second, "gettone-1"}, {time.Second, "gettone-2"}, {c.renewed - time.Second, "gettone-2"}} {
			at.advance(step.advance)
			if token, err := client.Token(t.Context()); token != step.want || err != nil {
				t.Errorf("%s after %s: %s, %v, want %s", c.expires, step.advance, token, err, step.want)
			}
		}
		if n := i.calls.Load(); n != 2 {
			t.Errorf("%s %d calls", c.expires, n)
		}
	}
}

// together asks for the token in 64 goroutines at once.
func together(t *testing.T, client *Client) (tokens []string, errs []error) {
	tokens, errs = make([]string, 64), make([]error, 64)
	var all sync.WaitGroup
	for n := range 64 {
		all.Go(func() { tokens[n], errs[n] = client.Token(t.Context()) })
	}
	all.Wait()
	return tokens, errs
}

func TestTokenIsFetchedOnceForAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i := &identity{answer: tokenNumber(`"expires_in":3599,`), delay: time.Second}
		at := &clock{now: noon}
		client := tokenClient(i, at)
		for round, want := range []string{"gettone-1", "gettone-2"} {
			tokens, errs := together(t, client)
			for n := range tokens {
				if tokens[n] != want || errs[n] != nil {
					t.Fatalf("%q, %v", tokens[n], errs[n])
				}
			}
			if calls := int(i.calls.Load()); calls != round+1 {
				t.Errorf("%d calls", calls)
			}
			at.advance(time.Hour)
		}
	})
}

func TestDropToken(t *testing.T) {
	i := &identity{answer: tokenNumber(`"expires_in":3599,`)}
	client := tokenClient(i, &clock{now: noon})
	ask := func(want string) {
		t.Helper()
		if token, err := client.Token(t.Context()); token != want || err != nil {
			t.Errorf("%q, %v, want %q", token, err, want)
		}
	}
	client.DropToken("mai visto")
	ask("gettone-1")
	client.DropToken("un altro")
	ask("gettone-1")
	var all sync.WaitGroup
	for range 64 { // all rows in flight had the same one
		all.Go(func() { client.DropToken("gettone-1") })
	}
	all.Wait()
	ask("gettone-2")
	client.DropToken("gettone-1") // a late one
	ask("gettone-2")
	if n := i.calls.Load(); n != 2 {
		t.Errorf("%d calls", n)
	}
}

func TestTokenRefusedOnceForAll(t *testing.T) {
	i := &identity{answer: refusal(401, "invalid_client", "AADSTS7000215: Invalid client secret provided.")}
	client := tokenClient(i, &clock{now: noon})
	tokens, errs := together(t, client)
	for n, err := range errs {
		if refused := (*TokenError)(nil); !errors.As(err, &refused) || refused.Temporary || tokens[n] != "" {
			t.Fatalf("%q, %v", tokens[n], err)
		}
	}
	client.DropToken("")
	if _, err := client.Token(t.Context()); err == nil || i.calls.Load() != 1 {
		t.Errorf("%d calls, %v", i.calls.Load(), err)
	}
}

func TestTokenErrors(t *testing.T) {
	for _, c := range []struct {
		name      string
		answer    func(int) (int, string, string)
		temporary bool
		says      string
	}{
		{"secret expired", refusal(401, "invalid_client", "AADSTS7000222: The provided client secret keys are expired."), false, "Rigenera client_secret"},
		{"secret wrong", refusal(401, "invalid_client", "AADSTS7000215: Invalid client secret provided."), false, "copy its value, not its ID"},
		{"secret missing", refusal(401, "invalid_client", "AADSTS7000218: The request body must contain client_secret."), false, "missing from the configuration"},
		{"secret missing, other number", refusal(401, "invalid_client", "AADSTS7000216: client_secret is required."), false, "missing from the configuration"},
		{"client unknown", refusal(400, "unauthorized_client", "AADSTS700016: Application not found in the directory."), false, "client_id is unknown"},
		{"tenant unknown", refusal(400, "invalid_request", "AADSTS90002: Tenant not found."), false, "tenant does not exist"},
		{"scope", refusal(400, "invalid_scope", "AADSTS70011: The provided scope is not valid."), false, "ends with /.default"},
		{"scope, other number", refusal(400, "invalid_scope", "AADSTS1002012: The provided value for scope is not valid."), false, "ends with /.default"},
		{"resource", refusal(400, "invalid_resource", "AADSTS500011: The resource principal was not found."), false, "ends with /.default"},
		{"number unknown", refusal(400, "invalid_request", "AADSTS900561: The endpoint only accepts POST requests."), false, "invalid_request: AADSTS900561"},
		{"no number", refusal(400, "access_denied", "no"), false, "access_denied: no"},
		{"error with 200", refusal(200, "invalid_client", "AADSTS7000215"), false, "copy its value"},
		{"too many", refusal(429, "invalid_request", "slow down"), true, "slow down"},
		{"server error", refusal(500, "server_error", "AADSTS90033: A transient error has occurred."), true, "server_error"},
		{"come back", refusal(400, "temporarily_unavailable", "AADSTS90033"), true, "temporarily_unavailable"},
		{"HTML", func(int) (int, string, string) { return 200, "text/html", "<html>Accedi</html>" }, false, "cannot parse json"},
		{"HTML with 404", func(int) (int, string, string) { return 404, "text/html", "<html>non c'è</html>" }, false, "HTTP 404: not an OAuth2 answer: check platform.token_url"},
		{"HTML with 503", func(int) (int, string, string) { return 503, "text/html", "<html>torno subito</html>" }, true, "HTTP 503"},
		{"request timeout", func(int) (int, string, string) { return 408, "text/html", "" }, true, "HTTP 408"},
		{"redirect", func(int) (int, string, string) { return 302, "text/html", "" }, false, "HTTP 302: not an OAuth2 answer"},
		{"no token", func(int) (int, string, string) { return 200, "application/json", "{}" }, false, "missing access_token"},
		{"empty", func(int) (int, string, string) { return 200, "application/json", "" }, false, "cannot parse json"},
	} {
		t.Run(c.name, func(t *testing.T) {
			i := &identity{answer: c.answer}
			client := tokenClient(i, &clock{now: noon})
			token, err := client.Token(t.Context())
			refused := (*TokenError)(nil)
			if !errors.As(err, &refused) || token != "" {
				t.Fatalf("%q, %v", token, err)
			}
			if refused.Temporary != c.temporary || !strings.Contains(err.Error(), c.says) {
				t.Errorf("temporary %t: %v", refused.Temporary, err)
			}
			if strings.Contains(err.Error(), "segreto") {
				t.Errorf("the secret is in %q", err)
			}
			if refused.Code == "invalid_client" && !strings.HasSuffix(err.Error(), " (correlation id 00000000-0000-4000-8000-000000000000)") {
				t.Errorf("no correlation id in %q", err)
			}
			// What is temporary is tried again, what is not costs no second call.
			i.answer = tokenNumber("")
			if _, err = client.Token(t.Context()); (err == nil) != c.temporary {
				t.Errorf("then %v", err)
			}
		})
	}
}

// TestTokenNotReached: a broken connection says nothing about the credentials.
func TestTokenNotReached(t *testing.T) {
	for name, handler := range map[string]http.HandlerFunc{
		"reset": func(w http.ResponseWriter, _ *http.Request) { abort(w) },
		"broken body": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			_, _ = io.WriteString(w, `{"access_token":`)
		},
	} {
		t.Run(name, func(t *testing.T) {
			address := serve(t, handler)
			client := serviceClient(address, func(c *Config) { c.TokenURL = address })
			refused := (*TokenError)(nil)
			if _, err := client.Token(t.Context()); !errors.As(err, &refused) || !refused.Temporary {
				t.Errorf("%v", err)
			}
		})
	}
	client := New(Config{TokenURL: "no url", Services: map[mapping.Operation]string{}, Now: time.Now})
	refused := (*TokenError)(nil)
	if _, err := client.Token(t.Context()); !errors.As(err, &refused) || refused.Error() == "" {
		t.Errorf("%v", err)
	}
}

// TestTokenOfACallerThatLeaves: who waits for another's call may go, and who comes later still gets a token.
func TestTokenOfACallerThatLeaves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i := &identity{answer: tokenNumber(""), delay: 10 * time.Second}
		client := tokenClient(i, &clock{now: noon})
		first, leaveFirst := context.WithTimeout(t.Context(), 5*time.Second)
		second, leaveSecond := context.WithTimeout(t.Context(), time.Second)
		defer leaveFirst()
		defer leaveSecond()
		var all sync.WaitGroup
		all.Go(func() {
			if _, err := client.Token(first); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("first: %v", err)
			}
		})
		synctest.Wait()
		all.Go(func() {
			if _, err := client.Token(second); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("second: %v", err)
			}
		})
		all.Wait()
		if token, err := client.Token(t.Context()); token != "gettone-2" || err != nil {
			t.Errorf("%q, %v", token, err)
		}
	})
}

// TestTokenTimeout: an endpoint that says nothing holds the run for half a minute, no longer.
func TestTokenTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := tokenClient(&identity{answer: tokenNumber(""), delay: time.Hour}, &clock{now: noon})
		began := time.Now()
		refused := (*TokenError)(nil)
		if _, err := client.Token(t.Context()); !errors.As(err, &refused) || !refused.Temporary || time.Since(began) != tokenTimeout {
			t.Errorf("after %s: %v", time.Since(began), err)
		}
	})
}
