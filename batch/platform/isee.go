package platform

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"voucherbul/batch/platform/esito"
)

const (
	iseeLimit = 256 << 20 // 50,000 vouchers are about 12 MB
	iseeIdle  = 300 * time.Second
)

// ErrTokenRefused says that the list was refused because of its token: drop that and try again.
var ErrTokenRefused = errors.New("the list of ISEE outcomes refuses the token")

var errIdle = errors.New("nothing came for too long")

// ListError says why there is no list of ISEE outcomes. Nothing is known then, also not that a voucher is absent.
// Its text names nobody.
type ListError struct {
	Reason      string        // English, for the administrator
	Credentials bool          // the subscription key was refused
	Permanent   bool          // it will not come before somebody changes something: an address, a certificate
	Wait        time.Duration // how long the platform asks to wait; 0 = it does not say
	Err         error         // nil where the platform answered, with something else
}

func (e *ListError) Error() string { return "the list of ISEE outcomes " + e.Reason }
func (e *ListError) Unwrap() error { return e.Err }

// Vouchers fetches the operator's vouchers of the last 90 days, all at once. zone is the time zone of dates that have none.
// 204 is an empty list; a list that is cut off is an error, never a shorter list, because an order that is missing from the
// list may be sent again. The error is [ErrTokenRefused] or a [*ListError].
//
// The service has no timeout of its own, and a list that keeps coming is never cut: only one that brings nothing
// for as long as [Config.IseeTimeout] is given up.
func (c *Client) Vouchers(ctx context.Context, token string, zone *time.Location) ([]Voucher, error) {
	idle := c.config.IseeTimeout
	if idle <= 0 {
		idle = iseeIdle
	}
	watched, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	watch := time.AfterFunc(idle, func() { cancel(errIdle) })
	defer watch.Stop()
	req, err := http.NewRequestWithContext(watched, http.MethodGet, c.config.IseeURL, nil)
	if err != nil {
		return nil, err
	}
	c.identify(req, token)
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, brokenOff(watched, idle, err)
	}
	defer resp.Body.Close()
	body := &watchedBody{body: resp.Body, left: iseeLimit, more: func() { watch.Reset(idle) }}
	switch resp.StatusCode {
	case http.StatusNoContent:
		return nil, nil
	case http.StatusOK:
	default:
		return nil, c.listRefused(resp, body)
	}
	list, err := readVouchers(body, zone)
	switch {
	case body.err != nil: // what the reader says of half a list is no news
		return nil, brokenOff(watched, idle, body.err)
	case err != nil:
		return nil, &ListError{Reason: err.Error(), Err: err}
	}
	return list, nil
}

// listRefused reads an answer that is no list.
func (c *Client) listRefused(resp *http.Response, body io.Reader) error {
	text, _ := io.ReadAll(io.LimitReader(body, bodyLimit)) // half an explanation is better than none
	reply := readReply(resp.StatusCode, resp.Header, text, c.config.Now())
	if reply.Message == "" {
		reply.Message = reply.Descrizione
	}
	v := judgeGateway(reply)
	if v.Class == esito.TokenScaduto {
		return fmt.Errorf("%w (%s)", ErrTokenRefused, answered(reply))
	}
	e := &ListError{Reason: "answered " + answered(reply), Credentials: v.Credentials, Wait: v.Wait}
	switch {
	case reply.HTTP == http.StatusNotFound: // the specification leaves /v1 out here only (A5)
		e.Reason, e.Permanent = "is not at platform.isee_url (HTTP 404): try the same address with /v1/getprenotazioni", true
	case v.Credentials:
		e.Reason = "was refused: the Ocp-Apim-Subscription-Key is wrong or suspended: copy it again from Gestione Web Service Account"
	case v.Code == esito.BasisAccessRefused:
		e.Reason += ": check the address in the configuration, and with Infratel whether this account and this machine's address are admitted"
	case reply.HTTP < http.StatusMultipleChoices:
		e.Reason = fmt.Sprintf("answered HTTP %d", reply.HTTP)
	}
	return e
}

// answered is an answer that is no list, without what names a person.
func answered(r Reply) string {
	if r.Message == "" {
		return fmt.Sprintf("HTTP %d", r.HTTP)
	}
	return fmt.Sprintf("HTTP %d: %s", r.HTTP, scrub(r.Message))
}

// brokenOff explains a list that was not reached, or ended before its end.
func brokenOff(ctx context.Context, idle time.Duration, err error) error {
	if errors.Is(context.Cause(ctx), errIdle) {
		return &ListError{Reason: fmt.Sprintf("brought nothing for %s, and was given up", idle), Err: errIdle}
	}
	if isCertificate(err) {
		return &ListError{Reason: "is at a server that is not trusted: " + plainError(err) + ": check the clock, the URL and the certificates of this machine", Permanent: true, Err: err}
	}
	return &ListError{Reason: "could not be fetched whole: " + plainError(err), Err: err}
}

// watchedBody tells whoever waits that something has come, and keeps the error that ended the body.
type watchedBody struct {
	body io.Reader
	left int64
	more func()
	err  error // nil where it ended as it should
}

func (b *watchedBody) Read(p []byte) (int, error) {
	n, err := b.body.Read(p)
	if n > 0 {
		b.more()
	}
	if b.left -= int64(n); b.left < 0 && (err == nil || err == io.EOF) {
		err = errTooLong
	}
	if err != nil && err != io.EOF {
		b.err = err
	}
	return n, err
}
