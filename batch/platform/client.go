// Package platform speaks with the Voucher BUL platform: token, headers, the four POST services, the list
// of ISEE outcomes, and what every answer means.
//
// A request goes out once per call of [Client.Send]: the package never retries, waits or writes anything
// down. What an answer means is a pure function, [Judge]; when to send again is decided by package batch.
package platform

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"time"

	"voucherbul/mapping"
)

// Config is everything the client needs to know. URLs are whole: nothing is joined to them.
type Config struct {
	TokenURL        string
	ClientID        string
	ClientSecret    string
	Scope           string
	SubscriptionKey string

	Services map[mapping.Operation]string // POST URL of each operation
	IseeURL  string

	Timeout     time.Duration // of one POST, from connect to the last byte of the answer
	IseeTimeout time.Duration // how long the list of ISEE outcomes may bring nothing; 0 = 300 s
	Connections int           // kept open at most
	UserAgent   string
	Transport   http.RoundTripper // nil = a transport of its own; tests give the simulator's
	Now         func() time.Time  // the clock of token expiry and of Retry-After dates
}

// Client is safe for use by several goroutines, which share one token.
type Client struct {
	config Config
	http   *http.Client
	tokens tokenCache
}

const bodyLimit = 64 << 10 // an answer of the POST services is a few hundred bytes (RULES.md 5)

// New makes a client. It sends nothing.
func New(c Config) *Client {
	transport := c.Transport
	if transport == nil {
		transport = newTransport(c.Connections)
	}
	client := &http.Client{
		Transport: transport,
		// A redirect of a POST would send the order to an address nobody configured.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return &Client{config: c, http: client, tokens: newTokenCache(c, client)}
}

// newTransport speaks HTTP/1.1 only: with HTTP/2 one broken connection would leave every request in flight
// in doubt at once. It follows the proxy of the environment.
func newTransport(connections int) *http.Transport {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	return &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         (&net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		TLSHandshakeTimeout: 10 * time.Second,
		MaxIdleConns:        connections + 1,
		MaxIdleConnsPerHost: connections + 1,
		MaxConnsPerHost:     connections + 1, // one for the list of ISEE outcomes
		IdleConnTimeout:     90 * time.Second,
		Protocols:           protocols,
	}
}

// Token returns the shared access token, fetching one where there is none or it is about to expire. Call it
// before anything is recorded as sent: a failed token is no attempt. The error is a [*TokenError], or the
// context's own where it ended while another caller was fetching.
func (c *Client) Token(ctx context.Context) (string, error) { return c.tokens.get(ctx) }

// DropToken forgets a token that the platform has refused, unless it has been replaced already.
func (c *Client) DropToken(refused string) { c.tokens.drop(refused) }

// Send posts one request, exactly once, and returns what is known afterwards, answered or not. The context
// ends the exchange; a request that was cut short may have been processed all the same ([Reply.Written]).
func (c *Client) Send(ctx context.Context, token string, op mapping.Operation, body []byte) Reply {
	ctx, cancel := context.WithTimeout(ctx, c.config.Timeout)
	defer cancel()
	// From the moment a connection is handed over bytes may have left, before it none has. A transport that is not
	// net/http's may not tell when it connects: then every failure is in doubt.
	var written atomic.Bool
	written.Store(c.config.Transport != nil)
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { written.Store(true) }})
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.config.Services[op], bytes.NewReader(body))
	if err != nil {
		return Reply{Err: err}
	}
	// With GetBody net/http may send a POST again by itself: only the journal decides that.
	req.GetBody = nil
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	status, header, answer, err := c.exchange(req, token)
	reply := readReply(status, header, answer, c.config.Now())
	reply.Err, reply.Written = err, written.Load()
	return reply
}

// exchange runs one request and reads its answer. It goes to the transport at once: nothing that a client does beside has
// a place here, least of all following a redirect to an address that nobody configured.
func (c *Client) exchange(req *http.Request, token string) (int, http.Header, []byte, error) {
	c.identify(req, token)
	resp, err := c.http.Transport.RoundTrip(req)
	if err != nil {
		return 0, nil, nil, err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, bodyLimit+1))
	if err == nil && int64(len(answer)) > bodyLimit {
		err = errTooLong
	}
	return resp.StatusCode, resp.Header, answer, err
}

// identify sets the headers of every call of a service (RULES.md 1.3). Accept-Encoding is left to net/http, which
// then unpacks by itself.
func (c *Client) identify(req *http.Request, token string) {
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Ocp-Apim-Subscription-Key", c.config.SubscriptionKey)
	req.Header.Set("x-source", "external")
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", c.config.UserAgent)
}
